"""拼音: initials to search a name by, and a key to sort it by.

A surname that is read otherwise than the same character elsewhere stands in a table of its own.
"""

import functools

from pypinyin import lazy_pinyin

INITIALS, SORT = 20, 100
_SURNAMES = {
    "单": "shan", "仇": "qiu", "区": "ou", "曾": "zeng", "查": "zha", "解": "xie", "任": "ren",
    "朴": "piao", "盖": "ge", "翟": "zhai", "华": "hua", "员": "yun", "祭": "zhai", "乐": "yue",
    "覃": "qin", "种": "chong", "缪": "miao", "宓": "mi", "尉": "wei", "谌": "chen", "折": "she",
    "黑": "he", "秘": "bi", "冼": "xian", "洗": "xian", "燕": "yan", "纪": "ji", "葛": "ge",
    "那": "na", "晁": "chao", "隗": "wei", "召": "shao", "逄": "pang", "车": "che", "重": "chong",
    "令": "ling", "过": "guo", "哈": "ha", "柏": "bai", "卜": "bu", "长": "chang", "繁": "po",
}  # fmt: skip
_COMPOUND = {
    "尉迟": ("yu", "chi"), "长孙": ("zhang", "sun"), "万俟": ("mo", "qi"), "澹台": ("tan", "tai"),
    "单于": ("chan", "yu"), "宰父": ("zai", "fu"), "令狐": ("ling", "hu"),
}  # fmt: skip


@functools.lru_cache(maxsize=30_000)
def _syllable(character: str) -> str:
    return str(lazy_pinyin(character)[0])


@functools.lru_cache(maxsize=20_000)
def spell(name: str) -> tuple[str, str]:
    """Return the initials (zjg) and the sort key (zhang jian guo) of a name."""
    compound = _COMPOUND.get(name[:2])
    if compound:
        syllables = [*compound, *map(_syllable, name[2:])]
    else:
        syllables = [_SURNAMES.get(name[:1]) or _syllable(name[:1]) if name else ""]
        syllables += map(_syllable, name[1:])
    syllables = [syllable for syllable in syllables if syllable.isalnum()]
    initials = "".join(syllable[0] for syllable in syllables)
    return initials[:INITIALS].lower(), " ".join(syllables)[:SORT].lower()
