"""Small packs of the tests' own: nothing here knows the real rules."""

import dataclasses
import datetime
from functools import cache
from typing import Any

from wengu.decisions.columns import BILL_FACTS, HOUSEHOLD_FACTS, PERSON_FACTS, VILLAGE_FACTS
from wengu.decisions.policies import Policy
from wengu.policy.parameters import Value
from wengu.rules import (
    Choice,
    Count,
    Day,
    Fen,
    Flag,
    Kind,
    Months,
    Pack,
    ParameterDefinition,
    Table,
    decide,
    need,
    otherwise,
    when,
    within_months,
)

EVER = ("2019-01-01", None)

KINDS: dict[str, type[Kind]] = {"flag": Flag, "day": Day, "int": Count, "text": Choice}


def _table(
    name: str, columns: dict[str, str], parent: Table | None = None, many: str = ""
) -> Table:
    made = {
        column: KINDS[kind](
            null=True, term=column, range=(-(10**12), 10**12) if kind == "int" else None
        )
        for column, kind in columns.items()
    }
    return Table(name, made, parent=parent, many=many)


@cache
def everything() -> Pack:
    """Return a pack without rules whose vocabulary is every column that facts can give."""
    home = _table(
        "household",
        HOUSEHOLD_FACTS
        | {"income_fen": "int", "income_heads": "int"}
        | {"bills_listed_on": "day", "grace_since": "day"},
    )
    person = _table(
        "person",
        PERSON_FACTS | {"birth": "day", "sex": "text", "relation": "text", "id_kind": "text"},
        home,
        "members",
    )
    bill = _table("bill", BILL_FACTS, person)
    return Pack("all", "1", tables=[home, person, bill, _table("village", VILLAGE_FACTS)])


def _parameters() -> list[ParameterDefinition]:
    return [
        ParameterDefinition("line", Fen, term="标准", county=True, range=(0, 10**8)),
        ParameterDefinition("months", Months, term="月数"),
    ]


def small() -> Pack:
    """Return a pack with a rule of each kind: by money, by a person, by the clock, of a village."""
    tables = everything().vocabulary.tables
    home = dataclasses.replace(
        tables["household"],
        columns=tables["household"].columns
        | {
            "income_fen": Fen(null=True, term="收入", holder="县", range=(-(10**10), 10**10)),
            "income_heads": Count(null=True, term="人数", holder="县", range=(1, 50)),
        },
    )
    person = dataclasses.replace(tables["person"], parent=home)
    bill = dataclasses.replace(tables["bill"], parent=person)
    pack = Pack(
        "small", "1", tables=[home, person, bill, tables["village"]], parameters=_parameters()
    )

    @pack.clause(
        "1.1", rule="poor", subject="household", term="低收入", quote="收入低于标准", effective=EVER
    )
    def poor(h: Any, P: Any) -> Any:
        return decide(
            when(~need(h.registered), "outside", False, "未登记", default=True),
            when(need(h.income_fen) < P.line * need(h.income_heads), "poor", True, "低收入"),
            otherwise("above", False, "不低"),
        )

    @pack.clause("1.2", rule="ill", subject="person", term="有病", quote="患有大病", effective=EVER)
    def ill(p: Any, P: Any) -> Any:
        return decide(
            when(~need(p.serious_illness), "well", False, "无病", default=True),
            otherwise("ill", True, "患病"),
        )

    @pack.clause(
        "1.3", rule="grace", subject="household", term="渐退", quote="渐退期", effective=EVER
    )
    def grace(h: Any, P: Any) -> Any:
        running = within_months(need(h.grace_since), P.months)
        return decide(
            when(~h.grace_since.is_known(), "none", False, "未渐退", default=True),
            when(running, "running", True, "渐退中"),
            otherwise("over", False, "期满"),
        )

    @pack.clause(
        "1.4", rule="road", subject="village", term="通路", quote="通硬化路", effective=EVER
    )
    def road(v: Any, P: Any) -> Any:
        return decide(when(need(v.road), "road", True, "通"), otherwise("no-road", False, "不通"))

    return pack


def values(line: int = 6000_00, months: int = 12) -> tuple[Value, ...]:
    return (
        Value("line", "3207", datetime.date(2019, 1, 1), line, "市文件", unverified=True),
        Value("line", "320706", datetime.date(2019, 1, 1), line + 500_00, "县文件"),
        Value("months", "", datetime.date(2019, 1, 1), months, "文件"),
    )


def policy(**changed: int) -> Policy:
    return Policy(small(), values(**changed), "3207")
