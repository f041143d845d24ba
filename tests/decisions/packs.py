"""Small packs of the tests' own: nothing here knows the real rules."""

from functools import cache

from wengu.decisions.columns import BILL_FACTS, HOUSEHOLD_FACTS, PERSON_FACTS, VILLAGE_FACTS
from wengu.rules import Choice, Count, Day, Flag, Kind, Pack, Table

KINDS: dict[str, type[Kind]] = {"flag": Flag, "day": Day, "int": Count, "text": Choice}


def _table(name: str, columns: dict[str, str], parent: Table | None = None, many: str = "") -> Table:
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
