"""规则错误: what the loader refuses, each with the way to mend it."""

import sys
from pathlib import Path
from typing import Self

_HERE = str(Path(__file__).parent)

# Each has its problem, its mend, and the problem in English.
PROBLEMS: dict[str, tuple[str, str, str]] = {
    "unknown-name": (
        "{table} 没有列或事实 {name}",
        "可用的名称：{known}；新列先写进词汇表",
        "{table} has no column or fact {name}",
    ),
    "unknown-parameter": (
        "没有参数 {name}",
        "先用 ParameterDefinition 定义它；已定义：{known}",
        "there is no parameter {name}",
    ),
    "unknown-table": ("没有表 {name}", "可用的表：{known}", "there is no table {name}"),
    "different-units": (
        "单位不同：{left} 与 {right} 不能用 {operator}",
        "先换成同一单位（金额×人数仍是金额；比率用交叉相乘：a * BP 与 b * 比率）",
        "{left} and {right} cannot meet in {operator}",
    ),
    "open-comparison": (
        "{name} 可能未知，不能直接用 {operator}",
        "写 need({name})（缺了就是未知）、{name}.or_(值) 或 {name}.is_known()",
        "{name} may be unknown and meets {operator} unresolved",
    ),
    "needless-need": (
        "{name} 不会未知，或已经用过 need()",
        "去掉这个 need()",
        "need() on {name}, which cannot be unknown or is needed already",
    ),
    "needless-or": (
        "{name} 不会未知",
        "去掉这个 or_()",
        "or_() on {name}, which cannot be unknown",
    ),
    "bare-number": (
        "数字 {value} 没有单位，不能与 {unit} 相遇",
        "把它定义为参数；只有 0 不需要单位",
        "the bare number {value} meets {unit}",
    ),
    "not-a-number": (
        "{name} 是 {unit}，不能用 {operator}",
        "只有金额、比率、人数、月数、天数可以计算",
        "{name} is a {unit} and cannot take {operator}",
    ),
    "not-a-condition": (
        "{name} 不是条件",
        "写成比较（如 x > 0），或使用是非列",
        "{name} is not a condition",
    ),
    "unknown-choice": (
        "{name} 的取值没有 {value}",
        "可用的取值：{known}",
        "{name} has no value {value}",
    ),
    "day-of-no-calendar": (
        "{value} 不是日期",
        "写成 day('2020-07-01')",
        "{value} is not a calendar day",
    ),
    "overflow": (
        "{name} 可能达到 {reach}，超过 63 位",
        "把相关列的 range 或表的 at_most 收窄到真实范围",
        "{name} may reach {reach}, beyond 63 bits",
    ),
    "python-logic": (
        "条件不能用 Python 的 {operator}",
        "用 &、|、~，并给每个比较加括号；不要写 a < b < c",
        "Python's {operator} cannot be used on a condition",
    ),
    "division": (
        "规则里没有 {operator}",
        "用交叉相乘代替：a / b > c 写成 a > b * c",
        "{operator} is not offered",
    ),
    "crossed-rows": (
        "{table} 的两行混在一个表达式里",
        "聚合里的条件只能用它自己的那一行和上级表",
        "two rows of {table} meet in one expression",
    ),
    "out-of-reach": (
        "{name} 属于 {table}，在 {level} 的规则里够不着",
        "用聚合（.any/.every/.count/.sum）或改规则的 subject",
        "{name} of {table} is out of reach of a rule about {level}",
    ),
    "age-alone": (
        "年龄只能与岁数比较",
        "写 age(p.birth) >= P.岁数参数 或 age(p.birth) >= 16",
        "an age can only be compared with a number of years",
    ),
    "no-otherwise": (
        "decide() 的最后一支不是 otherwise()",
        "在最后加 otherwise(名称, 结论, 说明)",
        "the last branch of decide() is not an otherwise()",
    ),
    "otherwise-early": (
        "otherwise() 之后还有分支 {name}",
        "otherwise() 必须是最后一支，且只有一支",
        "branch {name} follows the otherwise()",
    ),
    "duplicate-branch": (
        "分支 {name} 出现两次",
        "每一支用自己的名称",
        "branch {name} appears twice",
    ),
    "default-late": (
        "默认分支 {name} 不是第一支",
        "default=True 只能用在第一支，用来限定人群",
        "the default branch {name} is not the first",
    ),
    "duplicate-rule": (
        "规则 {name} 在同一时期定义了两次",
        "改名，或让两个版本的 effective 首尾相接",
        "rule {name} is defined twice for one period",
    ),
    "duplicate-name": (
        "{table} 已有 {name}",
        "换一个名称",
        "{table} has a {name} already",
    ),
    "bad-name": (
        "名称 {name} 不合规",
        "用小写英文字母、数字和 {joint}，以字母开头，至多 48 个字符",
        "{name} is not a usable name",
    ),
    "not-a-decision": (
        "规则没有返回 decide(...)",
        "return decide(when(...), ..., otherwise(...))",
        "the rule does not return a decide(...)",
    ),
    "not-an-expression": (
        "{value} 不是规则语言的表达式",
        "只用列、事实、参数、整数和本语言的函数",
        "{value} is not an expression of the rule language",
    ),
    "too-many-needs": (
        "分支 {name} 需要 {count} 个事实，最多 31 个",
        "把条件拆成两支，或合成具名事实",
        "branch {name} needs {count} facts; 31 is the most",
    ),
    "constant-condition": (
        "分支 {name} 的条件不看任何事实",
        "去掉这一支，或写出它要看的事实",
        "the condition of branch {name} looks at no fact",
    ),
    "bad-period": (
        "effective {value} 不对",
        "写成 ('2020-05-01', None)，起日早于止日",
        "effective {value} is not a period",
    ),
    "bad-tree": (
        "规则树不合规：{value}",
        "只改值、参数、运算符和日期，不改结构",
        "not a rule tree: {value}",
    ),
    "text-lost": (
        "规则文本 {name} 没有保存，或已不是原来的样子",
        "从备份恢复规则文本后再读这次运行",
        "the rule text {name} is not kept, or is not what it was",
    ),
    "bad-parameter": (
        "参数 {name} 的值 {value} 不合规：{why}",
        "按定义的种类与范围填写",
        "parameter {name} cannot be {value}: {why}",
    ),
    "overlapping-parameter": (
        "参数 {name} 在 {place} 自 {value} 起有两个值",
        "每个地区每个日期只留一个值",
        "parameter {name} has two values in {place} from {value}",
    ),
    "bad-case": (
        "案例表第 {row} 行：{why}",
        "表头是列名，成员用 members.列名，参数用 P.名称",
        "row {row} of the cases: {why}",
    ),
    "bad-row": (
        "{table} 的行 {id}：{why}",
        "修正快照；规则只接受词汇表里的列和范围",
        "row {id} of {table}: {why}",
    ),
}


class RuleError(Exception):
    """规则错误: why a pack cannot be loaded, where, and how to mend it."""

    def __init__(self, code: str, **details: object) -> None:
        super().__init__(code)
        self.code = code
        self.details = details
        self.clause = ""
        self.rule = ""
        self.file, self.line = _author()

    def located(self, *, clause: str = "", rule: str = "") -> Self:
        """Add the clause and the rule in which the mistake was found, unless already known."""
        self.clause = self.clause or clause
        self.rule = self.rule or rule
        return self

    @property
    def problem(self) -> str:
        """The problem in Chinese."""
        return PROBLEMS[self.code][0].format_map(self.details)

    @property
    def mend(self) -> str:
        """How to mend it, in Chinese."""
        return PROBLEMS[self.code][1].format_map(self.details)

    @property
    def problem_en(self) -> str:
        """The problem in English."""
        return PROBLEMS[self.code][2].format_map(self.details)

    def __str__(self) -> str:
        place = f"条款 {self.clause} " if self.clause else ""
        place += f"规则 {self.rule} " if self.rule else ""
        where = f"（{self.file}:{self.line}）" if self.line else ""
        return f"{place}{where}{self.problem}。修改：{self.mend}。[{self.problem_en}]"


def _author() -> tuple[str, int]:
    """Return the file and line of the nearest caller outside this package."""
    frame = sys._getframe(2)
    while frame is not None:
        path = frame.f_code.co_filename
        if not path.startswith((_HERE, "<")):
            return Path(path).name, frame.f_lineno
        frame = frame.f_back  # type: ignore[assignment]  # ends at None
    return "", 0
