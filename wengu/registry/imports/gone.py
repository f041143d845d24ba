"""自然减少: rows of members who are no longer there; they are set apart and never go in as living.

The national export lists natural changes (自然增减人员) among the members, or a clerk marks the
name. The rest of the household goes in without them; whether they are gone, a person confirms.
"""

import re

from wengu.registry.imports.codes import Table
from wengu.registry.imports.coerce import Bad
from wengu.registry.imports.lines import Line

DEATH, LEFT = "死亡", "减少"
_GONE_WORDS = (
    "减少 自然减少 人员减少 成员减少 整户减少 自然减员 减员 其他减少 失踪 失联 婚出 嫁出 婚嫁出 "
    "迁出 户籍迁出 搬出 出国定居 出境定居 服刑 收监 判刑 判刑收监 离婚迁出 分户迁出"
)
_CAME_WORDS = (
    "增加 自然增加 人员增加 成员增加 自然增员 增员 其他增加 出生 新生 新生儿 婚入 嫁入 婚嫁入 迁入 "
    "户籍迁入 收养 刑满释放 回归 无 无变化 不变 正常 在册"
)
_DEATHS = "已故 已死亡 已去世 死亡 自然死亡 去世 病故 病逝 亡故 已亡 过世 身故 离世 意外死亡"
CHANGES: Table = (
    dict.fromkeys(_GONE_WORDS.split(), LEFT)
    | dict.fromkeys(_DEATHS.split(), DEATH)
    | dict.fromkeys(_CAME_WORDS.split(), "在册")
)
_NOTHING = ("无", "否", "-", "—", "/", "0")
_DEATH = "|".join(sorted(_DEATHS.split(), key=len, reverse=True))
_MARKED_NAME = re.compile(
    rf"(?P<before>.+?)(?:[(\[【<](?:{_DEATH}|故|亡)[)\]】>]|(?:{_DEATH}))"
    rf"|[(\[【<](?:{_DEATH}|故|亡)[)\]】>].+"
)
_REMARK = re.compile(
    rf"(?:该人|本人)?(?:[0-9]{{4}}[0-9年月日./-]*|于|已|因病|因故|意外)*(?:{_DEATH})[了。]?"
)
_MENTIONED = re.compile(_DEATH)


def left(text: str) -> str | None:
    """Read a reason of leaving: any word there means gone."""
    return None if not text or text in _NOTHING else (DEATH if _MENTIONED.search(text) else LEFT)


def change(text: str) -> str | Bad | None:
    """Read a natural change: who came is there, who left is gone."""
    if not text:
        return None
    return CHANGES.get(text) or (left(text) if "减少" in text else Bad("choice_unknown"))


def check_gone(line: Line) -> bool:
    """Say whether a row is about somebody who is gone, and doubt it where it is."""
    found = _told_by(line)
    if found is None:
        remark = line.v.get("remark")
        if remark and _MENTIONED.search(remark):
            line.doubt("remark_death", "remark")
        return False
    field, why = found
    # Nothing else on the row goes in: its other doubts would only hold the household up.
    line.found.clear()
    line.doubt("person_gone", field, "name", why=why)
    return True


def died(line: Line) -> bool:
    """Say whether the row is about somebody who died."""
    found = _told_by(line)
    return found is not None and found[1] == DEATH


def _told_by(line: Line) -> tuple[str, str] | None:
    for field in ("left", "change"):
        if line.v.get(field) in (DEATH, LEFT):
            return field, line.v[field]
    name, remark = line.v.get("name") or "", line.v.get("remark") or ""
    marked = not name.isalpha() or _MENTIONED.search(name)
    if marked and _MARKED_NAME.fullmatch(name):
        return "name", DEATH
    return ("remark", DEATH) if _REMARK.fullmatch(remark) else None
