"""人和户: the true state of the model city, before anybody writes it into a sheet."""

from dataclasses import dataclass, field
from datetime import date

from wengu.kernel.dates import add_months, years_between
from wengu.ops.modelcity.places import Village

SCHOOL_YEAR_MONTH = 9
MONTHS_WATCHED = 14


@dataclass(frozen=True, slots=True)
class Today:
    """业务日: the day that decisions look from, and the day of the statement (填报日) before it."""

    on: date

    @property
    def dated(self) -> date:
        """The day of the statement: the last day of the month before."""
        return date.fromordinal(self.on.replace(day=1).toordinal() - 1)

    @property
    def stamp(self) -> str:
        """The date in file names."""
        return f"{self.dated:%Y%m%d}"

    @property
    def period(self) -> int:
        """The year that the sheet speaks of (年度): the last one that is over."""
        return self.dated.year - 1

    @property
    def school_year(self) -> date:
        """The first day of the school year that runs on the day of the statement."""
        year = self.dated.year - (self.dated.month < SCHOOL_YEAR_MONTH)
        return date(year, SCHOOL_YEAR_MONTH, 1)

    def age(self, person: "Person") -> int:
        """Return the completed years on the day of the statement."""
        return years_between(person.birth, self.dated)

    def school_age(self, person: "Person") -> int:
        """Return the completed years when the school year began; -1 = not yet born."""
        return years_between(person.birth, self.school_year)

    def back(self, months: int, days: int = 0) -> date:
        """Return the day so many months, and then days, before the day of decision."""
        return date.fromordinal(add_months(self.on, -months).toordinal() - days)


@dataclass(slots=True)
class Bill:
    """住院: one stay in hospital. Amounts in fen; None = not entered."""

    admitted: date
    discharged: date
    disease: str
    hospital: str
    total_fen: int
    basic_fen: int | None
    serious_fen: int | None
    self_fen: int | None


@dataclass(slots=True)
class Disability:
    """残疾: kind 1-7, grade 1-4; number = written in the export; roster = 残联 knows it."""

    kind: int
    grade: int
    issued: date
    renewal: int = 0
    in_number: bool = True
    in_roster: bool = True


@dataclass(slots=True)
class Person:
    """人员: one person as he or she is."""

    name: str
    sex: str
    birth: date
    number: str
    relation: str
    nation: str
    education: str = ""
    schooling: str = ""
    health: tuple[str, ...] = ("健康",)
    disability: Disability | None = None
    labour: str = ""
    work_place: str = ""
    months: int | None = None
    insurance: str = "是"
    medical: str = "居民"
    """医保: 居民, 职工, 无, or empty where nobody knows."""
    pension: str = "居民"
    absence: str = ""
    party: str = "群众"
    bills: list[Bill] = field(default_factory=list)

    @property
    def has_papers(self) -> bool:
        """Whether the number is an identity."""
        return not self.number.startswith("999999")


@dataclass(slots=True)
class Support:
    """救助: dibao (农村低保) or destitute support (农村特困供养) of the whole household."""

    kind: str
    grade: str
    each_fen: int
    since: date
    grace_since: date | None = None


@dataclass(slots=True)
class Watch:
    """监测: a monitored household (监测对象). `cleared` None = the risk stands."""

    kind: str
    since: date
    cleared: date | None = None


@dataclass(slots=True)
class Household:
    """户: one household as it is. income_fen None = nobody knows it."""

    number: str
    village: Village
    hamlet: str
    phone: str
    members: list[Person]
    registered: bool = True
    status: str = "已脱贫"
    exit_year: int | None = None
    identified: date = date(2016, 12, 31)
    cause: str = ""
    danger: str = "否"
    house_grade: str = ""
    disaster_on: date | None = None
    water_safe: str = "是"
    water_hard: str = "否"
    income_fen: int | None = None
    support: Support | None = None
    watch: Watch | None = None
    case: str = ""
    plain: bool = True
    """No planted case and no row in a department sheet: errors of identity may be planted here."""

    @property
    def head(self) -> Person:
        """The head (户主)."""
        return self.members[0]

    @property
    def kind(self) -> str:
        """贫困户属性: what the register calls the household."""
        exited = self.status == "已脱贫"
        if self.support is None:
            return "一般脱贫户" if exited else "一般贫困户"
        if self.support.kind == "农村低保":
            return "低保脱贫户" if exited else "低保贫困户"
        return "特困供养脱贫户" if exited else "五保户"

    def person_number(self, place: int) -> str:
        """Return the number (人编号) of the member at this place, counted from 0."""
        return f"{self.number}{place + 1:02d}"
