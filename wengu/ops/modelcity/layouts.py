"""版式: the columns of the national export of 2019, 2021 and 2022, and how a person fills them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from wengu.kernel.money import to_yuan
from wengu.ops.modelcity import numbers
from wengu.ops.modelcity.people import Household, Person


class Line(NamedTuple):
    """行: one person in his or her household."""

    home: Household
    person: Person
    place: int


Fill = Callable[[Line], str]


@dataclass(frozen=True)
class Layout:
    """版式: its title and its columns: field, header text, what fills the cell."""

    year: str
    title: str
    columns: tuple[tuple[str, str, Fill], ...]
    places: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        where = {name: place for place, (name, _, _) in enumerate(self.columns)}
        object.__setattr__(self, "places", where)

    @property
    def header(self) -> tuple[str, ...]:
        """The header texts, left to right."""
        return tuple(header for _, header, _ in self.columns)

    def rows(self, home: Household) -> list[list[str]]:
        """Return the cells of all members, head first."""
        fills = [fill for _, _, fill in self.columns]
        lines = [Line(home, person, place) for place, person in enumerate(home.members)]
        return [[fill(line) for fill in fills] for line in lines]


def certificate(person: Person) -> str:
    """Return the content of 证件号码: a disability number where the export has it."""
    disability = person.disability
    if disability is None or not disability.in_number:
        return person.number
    return numbers.certificate(
        person.number, disability.kind, disability.grade, renewal=disability.renewal
    )


def yuan(fen: int | None) -> str:
    """Return yuan as the export writes them: no separators, no needless zeros; None = empty."""
    if fen is None:
        return ""
    text = str(to_yuan(fen))
    return text.removesuffix(".00")


def _months(person: Person) -> str:
    return "" if person.months is None else str(person.months)


def _income(line: Line) -> str:
    return yuan(line.home.income_fen)


def _health(line: Line) -> str:
    return ",".join(line.person.health)


def _exit_year(line: Line) -> str:
    return str(line.home.exit_year or "")


def yes(*, flag: bool) -> str:
    return "是" if flag else "否"


def _always(text: str) -> Fill:
    return lambda line: text


def _county(line: Line) -> str:
    return line.home.village.county


def _town(line: Line) -> str:
    return line.home.village.town


def _village(line: Line) -> str:
    return line.home.village.everyday


def _hamlet(line: Line) -> str:
    return line.home.hamlet


def _household(line: Line) -> str:
    return line.home.number


def _person(line: Line) -> str:
    return line.home.person_number(line.place)


def _own_phone(line: Line) -> str:
    return line.home.phone if line.place == 0 else ""


_WHERE = (
    ("village", "行政村", _village),
    ("hamlet", "自然村", _hamlet),
    ("household", "户编号", _household),
    ("person", "人编号", _person),
    ("name", "姓名", lambda line: line.person.name),
    ("number", "证件号码", lambda line: certificate(line.person)),
    ("members", "人数", lambda line: str(len(line.home.members))),
    ("relation", "与户主关系", lambda line: line.person.relation),
    ("nation", "民族", lambda line: line.person.nation),
    ("education", "文化程度", lambda line: line.person.education),
    ("schooling", "在校生状况", lambda line: line.person.schooling),
    ("health", "健康状况", _health),
    ("labour", "劳动技能", lambda line: line.person.labour),
)

EXPORT_2019 = Layout(
    "2019",
    "建档立卡信息",
    (
        ("county", "行政县", _county),
        ("town", "乡镇", _town),
        *_WHERE,
        ("work_place", "务工状况", lambda line: line.person.work_place),
        ("months", "务工时间", lambda line: _months(line.person)),
        ("insurance", "参加大病医疗", lambda line: line.person.insurance),
        ("status", "脱贫属性", lambda line: line.home.status),
        ("exit_year", "脱贫年度", _exit_year),
        ("kind", "贫困户属性", lambda line: line.home.kind),
        ("cause", "主要致贫原因", lambda line: line.home.cause),
        ("danger", "危房户", lambda line: line.home.danger),
        ("water_safe", "饮水安全", lambda line: line.home.water_safe),
        ("water_hard", "饮水困难", lambda line: line.home.water_hard),
        ("income", "人均纯收入", _income),
        ("phone", "联系电话", lambda line: line.home.phone),
    ),
)


def _insured(name: str, scheme: str) -> Fill:
    def fill(line: Line) -> str:
        value = getattr(line.person, name)
        return yes(flag=value == scheme) if value else ""

    return fill


INSURANCES: dict[str, Fill] = {
    "resident_medical": _insured("medical", "居民"),
    "employee_medical": _insured("medical", "职工"),
    "resident_pension": _insured("pension", "居民"),
    "employee_pension": _insured("pension", "职工"),
}
"""参保: resident and employee schemes; both 否 = not insured, both empty = nobody knows."""


def _disaster(line: Line) -> str:
    return f"{line.home.disaster_on:%Y%m%d}" if line.home.disaster_on else ""


def _watch_kind(line: Line) -> str:
    return line.home.watch.kind if line.home.watch else ""


def _risk_over(line: Line) -> str:
    return yes(flag=line.home.watch.cleared is not None) if line.home.watch else ""


def _risk_since(line: Line) -> str:
    return f"{line.home.watch.since:%Y年%m月}" if line.home.watch else ""


def _risk_until(line: Line) -> str:
    watch = line.home.watch
    return f"{watch.cleared:%Y年%m月}" if watch and watch.cleared else ""


def _person_since(line: Line) -> str:
    return f"{max(line.home.identified, line.person.birth):%Y%m%d}"


EXPORT_2022 = Layout(
    "2022",
    "脱贫户信息",
    (
        ("serial", "序号", _always("")),
        ("county", "县(市、区、旗)", _county),
        ("town", "乡(镇)", _town),
        *_WHERE,
        ("months", "务工时间（月）", lambda line: _months(line.person)),
        ("insurance", "是否参加大病保险", lambda line: line.person.insurance),
        ("cause", "致贫原因1", lambda line: line.home.cause),
        ("danger", "危房户", lambda line: line.home.danger),
        ("water_safe", "是否解决安全饮用水", lambda line: line.home.water_safe),
        ("income", "人均纯收入", _income),
        ("phone", "户联系电话", lambda line: line.home.phone),
        ("own_phone", "人联系电话", _own_phone),
        ("first_since", "首次识别时间", lambda line: f"{line.home.identified:%Y%m}"),
        ("person_since", "人员识别时间", _person_since),
        ("register", "户类型", lambda line: "脱贫户" if line.home.registered else "一般农户"),
        ("watch_kind", "易返贫致贫户(监测对象)类型", _watch_kind),
        ("risk_over", "风险是否消除", _risk_over),
        ("risk_since", "风险识别时间", _risk_since),
        ("risk_until", "风险消除时间", _risk_until),
    ),
)

# What counties add when they define their own export (自定义): the system offers these columns.
_ADDED = (
    ("absence", "失学或辍学原因", lambda line: line.person.absence),
    ("resident_medical", "是否参加城乡居民基本医疗保险", INSURANCES["resident_medical"]),
    ("employee_medical", "是否参加城镇职工基本医疗保险", INSURANCES["employee_medical"]),
    ("resident_pension", "是否参加城乡居民基本养老保险", INSURANCES["resident_pension"]),
    ("employee_pension", "是否参加城镇职工基本养老保险", INSURANCES["employee_pension"]),
    ("house_grade", "危房等级", lambda line: line.home.house_grade),
    ("disaster_on", "受灾日期", _disaster),
)
_WATCHED = (("watch_kind", "监测对象类别", _watch_kind),)

CUSTOM_2019 = Layout("2019+", EXPORT_2019.title, (*EXPORT_2019.columns, *_ADDED, *_WATCHED))
CUSTOM_2022 = Layout("2022+", EXPORT_2022.title, (*EXPORT_2022.columns, *_ADDED))
"""自定义版式: the national columns first and unchanged, then the facts that rules need besides."""
