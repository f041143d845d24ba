"""部门表: sheets of civil affairs, medical insurance and disability, and the village sheet.

Rows are added one by one, now and then with an error.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from wengu.kernel.idcard import DISABILITY_GRADES, DISABILITY_TYPES, birth_date
from wengu.ops.modelcity import numbers as certificates
from wengu.ops.modelcity.dice import Dice
from wengu.ops.modelcity.dirt import Error
from wengu.ops.modelcity.hamlets import VillageFacts
from wengu.ops.modelcity.layouts import yuan
from wengu.ops.modelcity.numbers import Numbers
from wengu.ops.modelcity.people import Bill, Household, Person
from wengu.ops.modelcity.sheets import FIRST_ROW

FEN_PER_WAN = 1_000_000
_SERIAL_DIGIT = 15
_MORE_HOUSEHOLDS = 7


class Spoil(NamedTuple):
    """差错: a kind, the column it spoils, and the wrong text made from the row (empty: no)."""

    kind: str
    column: str
    make: Callable[[dict[str, str], "Ledger"], str | None]


@dataclass
class Ledger:
    """部门表: one sheet under construction."""

    file: str
    name: str
    title: str
    header: tuple[str, ...]
    spoils: tuple[Spoil, ...]
    dice: Dice
    numbers: Numbers
    rate: float
    rows: list[list[str]] = field(default_factory=list)
    errors: list[Error] = field(default_factory=list)
    next_spoil: int = 0

    def add(self, cells: list[str], *, home: str = "", keep: bool = False) -> None:
        """Append a row; `keep` = this one must stay as it is."""
        self.rows.append(cells)
        for place, text in enumerate(cells):
            if not text and self.header[place] in _NEEDED:
                self._record("amount_missing", place, "", home)
                return
        if _passed_lacks(dict(zip(self.header, cells, strict=True))):
            place = self.header.index("是否出列")
            self._record("village_passed_lacks", place, cells[place], home)
            return
        if not keep and self.dice.chance(self.rate):
            self._spoil(home)

    def _spoil(self, home: str) -> None:
        """Plant the next kind in turn; after the last, write the row twice."""
        turn = self.next_spoil % (len(self.spoils) + 1)
        self.next_spoil += 1
        if turn == len(self.spoils):
            self._double(home)
            return
        spoil, cells = self.spoils[turn], self.rows[-1]
        place = self.header.index(spoil.column)
        wrong = spoil.make(dict(zip(self.header, cells, strict=True)), self)
        if wrong is not None and wrong != cells[place]:
            original, cells[place] = cells[place], wrong
            self._record(spoil.kind, place, original, home)

    def _double(self, home: str) -> None:
        if "身份证号" not in self.header:
            return
        place = self.header.index("身份证号")
        group = f"{self.file}#{len(self.rows)}"
        text = self.rows[-1][place]
        self._record("row_duplicate", place, text, home, group)
        self.rows.append(list(self.rows[-1]))
        self._record("row_duplicate", place, text, home, group)

    def _record(self, kind: str, place: int, original: str, home: str, group: str = "") -> None:
        row = len(self.rows) - 1 + FIRST_ROW
        written = self.rows[-1][place]
        column = self.header[place]
        self.errors.append(
            Error(self.file, self.name, row, row, row, column, kind, original, written, home, group)
        )


_NEEDED = {"自付金额", "村级集体经济收入（万元）", "金额"}


_NEEDED_TO_PASS = (
    "村级集体经济收入（万元）", "到乡镇是否通沥青（水泥）路", "是否通客运班车", "行政村卫生室个数",
    "行政村执业（助理）医师（人）", "行政村公共卫生厕所个数",
)  # fmt: skip


def _passed_lacks(row: dict[str, str]) -> bool:
    """Say whether a village has passed and still lacks what passing asks for."""
    return row.get("是否出列") == "是" and any(row[name] in ("否", "0") for name in _NEEDED_TO_PASS)


def _wrong_number(row: dict[str, str], ledger: Ledger) -> str | None:
    number = row["身份证号"]
    digit = str((int(number[_SERIAL_DIGIT]) + ledger.dice.randrange(1, 9)) % 10)
    return number[:_SERIAL_DIGIT] + digit + number[_SERIAL_DIGIT + 1 :]


def _stranger(row: dict[str, str], ledger: Ledger) -> str | None:
    """Return a valid number that nobody in the city has."""
    number = row["身份证号"]
    birth = birth_date(number)
    if birth is None:
        return None
    return ledger.numbers.identity(ledger.dice, number[:6], birth, "男")


def _other_name(row: dict[str, str], ledger: Ledger) -> str | None:
    return ledger.dice.choice(("高", "万", "史", "封")) + "明芹"


def _text(wrong: str) -> Callable[[dict[str, str], Ledger], str | None]:
    return lambda row, ledger: wrong


def _before(column: str) -> Callable[[dict[str, str], Ledger], str | None]:
    """Return a day in the year before the one in `column`."""
    return lambda row, ledger: f"{int(row[column][:4]) - 1}-06-15"


def _grace_before(row: dict[str, str], ledger: Ledger) -> str | None:
    return _before("享受起始日期")(row, ledger) if row["渐退起始日期"] else None


def _uneven(row: dict[str, str], ledger: Ledger) -> str | None:
    return str(int(float(row["自付金额"])) + 1000)


_ID = Spoil("id_checksum", "身份证号", _wrong_number)
_NAME = Spoil("name_mismatch", "姓名", _other_name)
_STRANGER = Spoil("person_unknown", "身份证号", _stranger)

DIBAO_HEADER = (
    "序号", "乡镇", "行政村", "户主姓名", "户主身份证号", "姓名", "身份证号", "救助类别", "等级",
    "金额", "享受起始日期", "渐退起始日期",
)  # fmt: skip
DIBAO_SPOILS = (
    _ID,
    Spoil("amount_not_number", "金额", _text("按标准")),
    Spoil("date_invalid", "享受起始日期", _text("2017-02-30")),
    Spoil("date_order", "渐退起始日期", _grace_before),
    _NAME,
    Spoil("choice_unknown", "等级", _text("特级")),
    Spoil("amount_missing", "金额", _text("")),
    Spoil("amount_negative", "金额", _text("-300")),
)
HOSPITAL_HEADER = (
    "街道", "村庄", "姓名", "身份证号", "入院日期", "出院日期", "出院诊断疾病名称",
    "医疗机构名称", "医疗总费用", "基本补偿", "大病报销金额", "自付金额",
)  # fmt: skip
HOSPITAL_SPOILS = (
    _ID,
    Spoil("amount_sum", "自付金额", _uneven),
    Spoil("amount_not_number", "自付金额", _text("未结算")),
    Spoil("date_invalid", "入院日期", _text("2020-02-31")),
    Spoil("date_order", "出院日期", _before("入院日期")),
    _NAME,
    _STRANGER,
    Spoil("amount_missing", "自付金额", _text("")),
)
DISABILITY_HEADER = (
    "乡镇", "行政村", "姓名", "身份证号", "残疾人证号", "残疾类别", "残疾等级", "发证时间",
)  # fmt: skip
DISABILITY_SPOILS = (
    _ID,
    Spoil("date_invalid", "发证时间", _text("20190229")),
    Spoil("choice_unknown", "残疾等级", _text("五级")),
    _NAME,
    Spoil("choice_unknown", "残疾类别", _text("其他")),
)
VILLAGE_HEADER = (
    "县", "乡镇", "行政村", "行政村代码", "经济薄弱村类型", "是否出列", "总户数", "总人口数",
    "危房户数", "未实现饮水安全户数", "低保户数", "低保人口数", "特困供养人口数", "残疾人口数",
    "村级集体经济收入（万元）", "到乡镇是否通沥青（水泥）路", "是否通客运班车", "行政村卫生室个数",
    "行政村执业（助理）医师（人）", "行政村公共卫生厕所个数",
    "行政村生产生活垃圾集中堆放点个数（个）", "村小学（个数）", "参加城乡居民基本养老保险人数",
)  # fmt: skip


def _too_many(row: dict[str, str], ledger: Ledger) -> str | None:
    return str(int(row["总户数"]) + _MORE_HOUSEHOLDS)


VILLAGE_SPOILS = (
    Spoil("amount_not_number", "村级集体经济收入（万元）", _text("约20")),
    Spoil("village_status", "经济薄弱村类型", _text("县定")),
    Spoil("village_counts", "危房户数", _too_many),
    Spoil("amount_negative", "村级集体经济收入（万元）", _text("-3.5")),
    Spoil("yesno_invalid", "是否通客运班车", _text("不详")),
)


def dibao_rows(home: Household) -> Iterator[list[str]]:
    """Yield the roster rows of a supported household, one per person with papers."""
    support, head, village = home.support, home.head, home.village
    if support is None or not head.has_papers:
        return
    for person in home.members:
        if person.has_papers:
            yield [
                "", village.town, village.everyday, head.name, head.number, person.name,
                person.number, support.kind, support.grade, yuan(support.each_fen),
                f"{support.since:%Y-%m-%d}",
                f"{support.grace_since:%Y-%m-%d}" if support.grace_since else "",
            ]  # fmt: skip


def hospital_row(home: Household, person: Person, bill: Bill) -> list[str]:
    """Return the row of one stay."""
    return [
        home.village.town, home.village.everyday, person.name, person.number,
        f"{bill.admitted:%Y-%m-%d}", f"{bill.discharged:%Y-%m-%d}", bill.disease, bill.hospital,
        yuan(bill.total_fen), yuan(bill.basic_fen), yuan(bill.serious_fen), yuan(bill.self_fen),
    ]  # fmt: skip


def disability_row(home: Household, person: Person) -> list[str] | None:
    """Return the row of one certificate; None = the federation does not know the person."""
    disability = person.disability
    if disability is None or not disability.in_roster:
        return None
    number = certificates.certificate(
        person.number, disability.kind, disability.grade, renewal=disability.renewal
    )
    return [
        home.village.town, home.village.everyday, person.name, person.number, number,
        DISABILITY_TYPES[disability.kind], DISABILITY_GRADES[disability.grade],
        f"{disability.issued:%Y%m%d}",
    ]  # fmt: skip


def wan(fen: int) -> str:
    """Return an amount in 万元 without needless zeros."""
    return f"{Decimal(fen) / FEN_PER_WAN:f}"


def village_row(facts: VillageFacts) -> list[str]:
    """Return the row of one village; income in 万元, empty where nobody entered it."""
    village, tally = facts.village, facts.tally
    income = "" if facts.income_fen is None else wan(facts.income_fen)
    counts = (
        facts.households, facts.persons, tally.danger, tally.unsafe, tally.dibao_households,
        tally.dibao_persons, tally.destitute, tally.disabled,
    )  # fmt: skip
    stock = (facts.clinics, facts.doctors, facts.toilets, facts.waste_points, facts.schools)
    return [
        village.county, village.town, village.everyday, village.code, facts.status, facts.exited,
        *map(str, counts), income, facts.hard_road, facts.bus, *map(str, stock),
        str(facts.pensioned),
    ]  # fmt: skip
