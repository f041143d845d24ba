"""植入（一）: errors of numbers, names, places and of the household as a whole."""

from collections.abc import Callable

from wengu.kernel import idcard
from wengu.ops.modelcity.dice import Dice
from wengu.ops.modelcity.people import Person
from wengu.ops.modelcity.sheets import Block, Sheet, plain

Planter = Callable[[Sheet, Block, Dice], bool]
"""Plants one error of a kind in a household; False = nothing here fits it."""

_HEAD_END = 15
_SERIAL = slice(14, 17)
_SWAPPED = {
    "之子": "之女", "之女": "之子", "之孙子": "之孙女", "之孙女": "之孙子", "之父": "之母",
    "之母": "之父", "之外孙子": "之外孙女", "之外孙女": "之外孙子", "之儿媳": "之女婿",
}  # fmt: skip
_AGED = {"之子": "之父", "之女": "之母", "之孙子": "之祖父", "之孙女": "之祖母"}
_MARRIED = ("户主", "配偶")
_ALIKE_YEARS = 3
_GROWN = 25


def _someone(
    block: Block, dice: Dice, fits: Callable[[Person], bool], *, head: bool = True
) -> int | None:
    """Return the place of a random member that fits; None = nobody."""
    places = [
        place for place, person in enumerate(block.home.members) if fits(person) and (head or place)
    ]
    return dice.choice(places) if places else None


def _number(make: Callable[[str, Dice], str], kind: str) -> Planter:
    """Plant a spoilt number; a head's number is repeated on other rows of 2021, so not there."""

    def planter(sheet: Sheet, block: Block, dice: Dice) -> bool:
        place = _someone(block, dice, plain, head=not sheet.has("head_number"))
        if place is None:
            return False
        spoilt = make(block.home.members[place].number, dice)
        return bool(spoilt or kind == "id_missing") and sheet.plant(
            kind, block, place, "number", spoilt
        )

    return planter


def _wrong_length(number: str, dice: Dice) -> str:
    cut = dice.randrange(8, 17)
    return (
        number[:cut] + number[cut + 1 :] if dice.chance(0.6) else number[:cut] + number[cut - 1 :]
    )


def _wrong_check(number: str, dice: Dice) -> str:
    """Swap or mistype a digit of the serial: the birth date stays readable."""
    serial = number[_SERIAL]
    mixed = serial[1] + serial[0] + serial[2]
    if mixed == serial or dice.chance(0.5):
        mixed = serial[0] + str((int(serial[1]) + dice.randrange(1, 9)) % 10) + serial[2]
    spoilt = number[: _SERIAL.start] + mixed + number[_SERIAL.stop]
    return "" if idcard.is_valid(spoilt) or spoilt.endswith("000") else spoilt


def _cut_off(number: str, dice: Dice) -> str:
    cut = number[:_HEAD_END] + "000"
    if number.endswith("X") or idcard.is_valid(cut):
        return ""
    return cut if dice.chance(0.4) else f"{int(number):.5E}"


def _impossible_birth(number: str, dice: Dice) -> str:
    day = dice.choice(("0230", "1301", "0431", "0015"))
    return idcard.complete(number[:10] + day + number[_SERIAL])


def _no_province(number: str, dice: Dice) -> str:
    return idcard.complete(dice.choice(("16", "38", "58", "00")) + number[2:17])


def _ends_000(sheet: Sheet, block: Block, dice: Dice) -> bool:
    def lucky(person: Person) -> bool:
        cut = person.number[:_HEAD_END] + "000"
        return plain(person) and person.sex == "女" and idcard.is_valid(cut)

    place = _someone(block, dice, lucky, head=not sheet.has("head_number"))
    if place is None:
        return False
    cut = block.home.members[place].number[:_HEAD_END] + "000"
    return sheet.plant("id_ends_000", block, place, "number", cut)


def _suffix(sheet: Sheet, block: Block, dice: Dice) -> bool:
    place = _someone(block, dice, _certified, head=not sheet.has("head_number"))
    if place is None or sheet.has("disability_kind"):
        return False
    text = sheet.cell(block, place, "number")
    wrong = dice.choice((f"9{text[19]}", f"{text[18]}7", "00"))
    return sheet.plant("id_suffix", block, place, "number", text[:18] + wrong + text[20:])


def _certified(person: Person) -> bool:
    return person.disability is not None and person.disability.in_number


def _certificate_checksum(sheet: Sheet, block: Block, dice: Dice) -> bool:
    """Spoil the identity number inside a disability number."""
    place = _someone(block, dice, _certified, head=not sheet.has("head_number"))
    if place is None:
        return False
    text = sheet.cell(block, place, "number")
    spoilt = _wrong_check(text[:18], dice)
    return bool(spoilt) and sheet.plant("id_checksum", block, place, "number", spoilt + text[18:])


def _alike(sheet: Sheet, one: Person, two: Person) -> bool:
    """Say whether a check that reads `one`'s number on `two`'s row finds nothing else wrong."""
    return (
        plain(one)
        and plain(two)
        and (one.sex, one.relation, one.schooling, one.labour, one.health)
        == (two.sex, two.relation, two.schooling, two.labour, two.health)
        and abs(sheet.today.age(one) - sheet.today.age(two)) <= _ALIKE_YEARS
    )


def _twice_at_home(sheet: Sheet, block: Block, dice: Dice) -> bool:
    members = block.home.members
    pairs = [
        (place, other)
        for place, one in enumerate(members)
        for other, two in enumerate(members)
        if place < other and (one.schooling or _grown(sheet, one)) and _alike(sheet, one, two)
    ]
    if not pairs or sheet.has("birth"):
        return False
    first, second = dice.choice(pairs)
    return _copy(sheet, (block, first), (block, second), "id_duplicate_household")


def _grown(sheet: Sheet, person: Person) -> bool:
    return sheet.today.age(person) > _GROWN and person.education not in ("大专", "本科及以上")


def _copy(sheet: Sheet, source: tuple[Block, int], target: tuple[Block, int], kind: str) -> bool:
    group = sheet.group()
    text = sheet.cell(*source, "number")
    sheet.plant(kind, *source, "number", text, group=group)
    return sheet.plant(kind, *target, "number", text, group=group)


def _twice_in_town(sheet: Sheet, block: Block, dice: Dice) -> bool:
    if sheet.has("birth"):
        return False
    place = _someone(block, dice, lambda person: plain(person) and _grown(sheet, person))
    if place is None:
        return False
    person = block.home.members[place]
    for other in sheet.partners(block, dice):
        for theirs, stranger in enumerate(other.home.members):
            if _grown(sheet, stranger) and _alike(sheet, person, stranger):
                return _copy(sheet, (block, place), (other, theirs), "id_duplicate_elsewhere")
    return False


def _name_characters(sheet: Sheet, block: Block, dice: Dice) -> bool:
    place = _someone(block, dice, plain, head=not sheet.has("head_name"))
    if place is None:
        return False
    name = block.home.members[place].name
    wrong = dice.choice(
        (name[0] + "?" + name[2:], name[0] + "□" + name[2:], name + "1", name + "A")
    )
    return sheet.plant("name_characters", block, place, "name", wrong)


def _name_missing(sheet: Sheet, block: Block, dice: Dice) -> bool:
    place = _someone(block, dice, plain, head=not sheet.has("head_name"))
    return place is not None and sheet.plant("name_missing", block, place, "name", "")


def _no_head(sheet: Sheet, block: Block, dice: Dice) -> bool:
    return sheet.plant("household_no_head", block, 0, "relation", "其他")


def _two_heads(sheet: Sheet, block: Block, dice: Dice) -> bool:
    place = _someone(block, dice, plain, head=False)
    return place is not None and sheet.plant(
        "household_two_heads", block, place, "relation", "户主"
    )


def _two_spouses(sheet: Sheet, block: Block, dice: Dice) -> bool:
    home = block.home
    if all(person.relation != "配偶" for person in home.members):
        return False
    place = _someone(
        block,
        dice,
        lambda person: person.relation not in _MARRIED and person.sex != home.head.sex,
        head=False,
    )
    return place is not None and sheet.plant(
        "household_two_spouses", block, place, "relation", "配偶"
    )


def _relation(kind: str, words: tuple[str, ...]) -> Planter:
    def planter(sheet: Sheet, block: Block, dice: Dice) -> bool:
        place = _someone(block, dice, plain, head=False)
        return place is not None and sheet.plant(kind, block, place, "relation", dice.choice(words))

    return planter


def _relation_swap(kind: str, words: dict[str, str]) -> Planter:
    def planter(sheet: Sheet, block: Block, dice: Dice) -> bool:
        place = _someone(block, dice, lambda one: plain(one) and one.relation in words, head=False)
        if place is None or not block.home.head.has_papers:
            return False
        word = words[block.home.members[place].relation]
        return sheet.plant(kind, block, place, "relation", word)

    return planter


def _spouse_sex(sheet: Sheet, block: Block, dice: Dice) -> bool:
    place = _someone(block, dice, lambda one: plain(one) and one.relation == "配偶")
    if place is None or sheet.has("sex"):
        return False
    person = block.home.members[place]
    other = "女" if person.sex == "男" else "男"
    number = sheet.numbers.identity(dice, person.number[:6], person.birth, other)
    return sheet.plant("spouse_sex", block, place, "number", number)


def _wide(kind: str, name: str, make: Callable[[str, Dice], str]) -> Planter:
    def planter(sheet: Sheet, block: Block, dice: Dice) -> bool:
        if not sheet.has(name):
            return False
        text = make(sheet.cell(block, 0, name), dice)
        return sheet.spread(kind, block, name, text)

    return planter


def _no_number(sheet: Sheet, block: Block, dice: Dice) -> bool:
    """Take the household's number away; two such homes in a row would read as one."""
    column = sheet.layout.places["household"]
    beside = (block.start - 1, block.stop)
    if any(0 <= row < len(sheet.rows) and not sheet.rows[row][column] for row in beside):
        return False
    return sheet.spread("household_id_missing", block, "household", "")


def _count_off(text: str, dice: Dice) -> str:
    return str(int(text) + (-1 if int(text) > 1 and dice.chance(0.4) else 1))


def _short_phone(text: str, dice: Dice) -> str:
    return text[:-1] if dice.chance(0.6) else "0518-8" + text[-7:]


def _shared_phone(sheet: Sheet, block: Block, dice: Dice) -> bool:
    for other in sheet.partners(block, dice):
        group, phone = sheet.group(), sheet.cell(block, 0, "phone")
        sheet.spread("phone_shared", block, "phone", phone, group=group)
        return sheet.spread("phone_shared", other, "phone", phone, group=group)
    return False


def _differ(sheet: Sheet, block: Block, dice: Dice) -> bool:
    place = _someone(block, dice, lambda person: True, head=False)
    if place is None or not sheet.has("danger"):
        return False
    text = "否" if sheet.cell(block, place, "danger") == "是" else "是"
    return sheet.plant("household_values_differ", block, place, "danger", text)


IDENTITY_PLANTERS: dict[str, Planter] = {
    "id_missing": _number(lambda number, dice: "", "id_missing"),
    "id_length": _number(_wrong_length, "id_length"),
    "id_checksum": _number(_wrong_check, "id_checksum"),
    "id_checksum/certificate": _certificate_checksum,
    "id_truncated": _number(_cut_off, "id_truncated"),
    "id_ends_000": _ends_000,
    "id_birth_impossible": _number(_impossible_birth, "id_birth_impossible"),
    "id_region": _number(_no_province, "id_region"),
    "id_suffix": _suffix,
    "id_duplicate_household": _twice_at_home,
    "id_duplicate_elsewhere": _twice_in_town,
    "name_missing": _name_missing,
    "name_characters": _name_characters,
    "household_id_missing": _no_number,
    "village_unknown": _wide("village_unknown", "village", lambda text, dice: text + "西庄子"),
    "town_unknown": _wide("town_unknown", "town", lambda text, dice: text[:-1] + "公社"),
    "household_no_head": _no_head,
    "household_two_heads": _two_heads,
    "household_two_spouses": _two_spouses,
    "relation_unknown": _relation("relation_unknown", ("亲戚", "同住", "干儿子", "见附页")),
    "relation_missing": _relation("relation_missing", ("",)),
    "relation_sex": _relation_swap("relation_sex", _SWAPPED),
    "relation_age": _relation_swap("relation_age", _AGED),
    "spouse_sex": _spouse_sex,
    "members_count": _wide("members_count", "members", _count_off),
    "members_not_number": _wide("members_not_number", "members", lambda text, dice: "三"),
    "phone_missing": _wide("phone_missing", "phone", lambda text, dice: ""),
    "phone_length": _wide("phone_length", "phone", _short_phone),
    "phone_shared": _shared_phone,
    "household_values_differ": _differ,
}
"""A code may have several planters: what follows the slash is only a name."""
