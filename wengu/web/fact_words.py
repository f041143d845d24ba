"""事实的说法: what each column of the registry is called on a page, and how its values are read."""

import datetime
from collections.abc import Callable, Mapping
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wengu.kernel.dates import from_day, is_day
from wengu.web import wording
from wengu.web.shapes import Cell, Money

HOUSEHOLD: Final[Mapping[str, Promise]] = {
    "registered": gettext_lazy("建档立卡"), "standard": gettext_lazy("识别标准"),
    "kind": gettext_lazy("户类型"), "exit_status": gettext_lazy("脱贫属性"),
    "exit_year": gettext_lazy("脱贫年度"), "monitored": gettext_lazy("监测对象类别"),
    "risk_cleared": gettext_lazy("风险已消除"), "dibao": gettext_lazy("低保户"),
    "urban_dibao": gettext_lazy("城市低保户"),
    "destitute": gettext_lazy("特困供养户"), "main_cause": gettext_lazy("主要致贫原因"),
    "house_dangerous": gettext_lazy("危房户"), "house_grade": gettext_lazy("住房等级"),
    "safe_water": gettext_lazy("饮水安全"), "water_difficulty": gettext_lazy("饮水困难"),
    "disaster_on": gettext_lazy("受灾日期"), "income_fen": gettext_lazy("家庭年纯收入"),
    "grace_since": gettext_lazy("渐退期开始"),
}  # fmt: skip
# Where the income was declared per head.
PER_HEAD: Final[Mapping[str, Promise]] = {"income_fen": gettext_lazy("家庭人均年纯收入")}
PERSON: Final[Mapping[str, Promise]] = {
    "nation": gettext_lazy("民族"), "education": gettext_lazy("文化程度"),
    "schooling": gettext_lazy("在校生状况"), "absence_reason": gettext_lazy("未上学原因"),
    "chronic": gettext_lazy("长期慢性病"), "serious_illness": gettext_lazy("患有大病"),
    "disabled": gettext_lazy("残疾"), "disability": gettext_lazy("残疾类别等级"),
    "labour": gettext_lazy("劳动技能"), "work_place": gettext_lazy("务工区域"),
    "work_months": gettext_lazy("务工月数"),
    "medical_insurance": gettext_lazy("基本医疗保险"),
    "serious_illness_insurance": gettext_lazy("大病保险"),
    "pension_insurance": gettext_lazy("基本养老保险"), "dibao": gettext_lazy("享受低保"),
    "destitute": gettext_lazy("特困供养"),
}  # fmt: skip
VILLAGE: Final[Mapping[str, Promise]] = {
    "status": gettext_lazy("经济薄弱村"),
    "collective_income_fen": gettext_lazy("集体经营性收入"),
    "income_year": gettext_lazy("收入年度"), "households": gettext_lazy("总户数"),
    "persons": gettext_lazy("总人口数"), "dangerous_houses": gettext_lazy("危房户数"),
    "unsafe_water": gettext_lazy("未实现饮水安全户数"),
    "road": gettext_lazy("到乡镇通硬化路"), "bus": gettext_lazy("通客运班车"),
    "clinic": gettext_lazy("卫生室个数"), "doctor": gettext_lazy("执业医师"),
    "toilet": gettext_lazy("公共厕所个数"), "waste_point": gettext_lazy("垃圾集中堆放点"),
}  # fmt: skip
INCOME: Final[Mapping[str, Promise]] = {
    "wages": gettext_lazy("工资性收入"), "business": gettext_lazy("生产经营性收入"),
    "property": gettext_lazy("财产性收入"), "transfers": gettext_lazy("转移性收入"),
    "business_costs": gettext_lazy("生产经营性支出"),
    "declared_net_per_head": gettext_lazy("人均纯收入（申报）"),
}  # fmt: skip
BENEFITS: Final[Mapping[str, Promise]] = {
    "dibao": gettext_lazy("低保"), "gradual_exit": gettext_lazy("渐退期"),
    "destitute": gettext_lazy("特困供养"),
}  # fmt: skip
TABLES: Final = {"household": HOUSEHOLD, "person": PERSON, "village": VILLAGE}
SOURCES: Final[Mapping[str, Promise]] = {
    "1correction": gettext_lazy("更正"), "2visit": gettext_lazy("走访"),
    "3department": gettext_lazy("部门名册"), "4roster": gettext_lazy("花名册"),
}  # fmt: skip
_KINDS: Final = ("", "视力", "听力", "言语", "肢体", "智力", "精神", "多重")
_KINDS_EN: Final = ("", "sight", "hearing", "speech", "limbs", "mind", "mental", "multiple")
_GRADES: Final = ("", "一级", "二级", "三级", "四级")


def labels(table: str, *, per_head: bool) -> Mapping[str, Promise]:
    """Return what the columns of a table are called; `per_head`: the income is per head."""
    return {**TABLES[table], **PER_HEAD} if per_head and table == "household" else TABLES[table]


def disability(code: str) -> str:
    """Return 肢体二级 or limbs 2 of 42; any other text is said as it is."""
    if len(code) != len("42") or not code.isdigit():
        return wording.said(code)
    kind, grade = int(code[0]), int(code[1])
    if not (0 < kind < len(_KINDS) and 0 < grade < len(_GRADES)):
        return code
    return f"{_KINDS_EN[kind]} {grade}" if wording.english() else f"{_KINDS[kind]}{_GRADES[grade]}"


def value(column: str, found: Any) -> Cell:
    """Return a fact as a page shows it; None is 待核."""
    if found is None or found == "":
        return None
    if isinstance(found, bool):
        return _("是") if found else _("否")
    special = next((read for name, read in _READ.items() if column.endswith(name)), None)
    if special is not None:
        return special(found)
    return found if isinstance(found, int | datetime.date) else wording.said(str(found))


def day(found: Any) -> Cell:
    """Return a date of a date or of a day integer; None is 待核."""
    if isinstance(found, int):
        return from_day(found) if is_day(found) else None
    return found if isinstance(found, datetime.date) else None


def _money(found: Any) -> Cell:
    return Money(int(found), _("元"))


# By the end of a column's name.
_READ: Final[Mapping[str, Callable[[Any], Cell]]] = {
    "_fen": _money, "disaster_on": day, "grace_since": day, "birth": day,
    "_year": str, "disability": disability,
}  # fmt: skip
