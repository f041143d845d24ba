"""表种目录: every sheet that the registry takes in."""

from collections.abc import Mapping, Sequence

from wengu.intake.spec import Spec
from wengu.registry.imports import roster_statements, villages
from wengu.registry.imports.departments import DibaoSheet, DisabilitySheet, HospitalSheet
from wengu.registry.imports.roster import Roster
from wengu.registry.imports.villages import VillageSheet

SPECS: Sequence[Spec] = (Roster(), VillageSheet(), DibaoSheet(), HospitalSheet(), DisabilitySheet())
_BY_NAME = {spec.name: spec for spec in SPECS}
_COLUMNS: dict[str, Mapping[str, str]] = {
    "roster": roster_statements.COLUMN_OF_FACT,
    "village": villages.COLUMN_OF_FACT,
    "dibao": {
        "monthly_fen": "amount",
        "whole_household": "category",
        "destitute": "category",
        "id_raw": "id_number",
    },
    "hospital": {
        "total_fen": "total",
        "basic_fen": "basic",
        "serious_fen": "serious",
        "self_pay_fen": "self_pay",
    },
    "disability": {"disability": "type"},
}


def find(name: str) -> Spec:
    """Return the sheet of that name; refuse an unknown one."""
    try:
        return _BY_NAME[name]
    except KeyError:
        names = "、".join(_BY_NAME)
        raise ValueError(f"没有表种 {name}：可用的是 {names}") from None


def column_of(spec: str, fact: str) -> str:
    """Return the column of a sheet from which a fact is read."""
    return _COLUMNS.get(spec, {}).get(fact, fact)


def in_fen(spec: str, column: str) -> bool:
    """Say whether a column's facts are kept as integer fen."""
    facts = _COLUMNS.get(spec, {})
    return any(named == column and fact.endswith("_fen") for fact, named in facts.items())
