"""列: which columns of a statement are facts, and how their values are kept.

`flag` is true/false, `day` an integer yyyymmdd, `int` an integer, `text` the Chinese value itself.
"""

from typing import TypeVar

from django.db import models

from wengu.registry.models import (
    Bill,
    HouseholdFacts,
    PersonFacts,
    SourceKind,
    Statement,
    VillageFacts,
)

_KINDS = {
    models.BooleanField: "flag",
    models.DateField: "day",
    models.IntegerField: "int",
    models.CharField: "text",
}
_STATEMENT = {field.name for field in Statement._meta.get_fields()}

M = TypeVar("M", bound=models.Model)


def _own(model: type[M], *apart: str) -> dict[str, str]:
    """Return the columns that a statement adds to every statement's, with their kinds."""
    return {
        field.name: next(kind for of, kind in _KINDS.items() if isinstance(field, of))
        for field in model._meta.fields
        if field.name not in {*_STATEMENT, *apart}
        and not field.primary_key
        and not field.is_relation
    }


HOUSEHOLD_FACTS = _own(HouseholdFacts)
PERSON_FACTS = _own(PersonFacts)
VILLAGE_FACTS = _own(VillageFacts)
BILL_FACTS = _own(Bill, "number", "hospital", "listed_on")
BILL_AMOUNTS = tuple(name for name in BILL_FACTS if name.endswith("_fen"))

RANKS = {source.value: int(source.value[0]) for source in SourceKind}
"""The precedence of sources: the smallest wins."""
CORRECTION = RANKS[SourceKind.CORRECTION]
DEPARTMENT = RANKS[SourceKind.DEPARTMENT]

NEVER_UNKNOWN = frozenset({("bill", "total_fen")})
"""Numbers that every row has."""
