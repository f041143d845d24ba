"""抄本: what `Household` and `Person` show of the statements in force; nothing else writes it.

Lists, search and access read these copies: always what is stated now. A run reads the statements.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, TypeVar

from django.db import connection

from wengu.registry.current import OPEN, index_phones, slices
from wengu.registry.models import (
    Household,
    HouseholdPlace,
    Income,
    IncomeItem,
    Membership,
    Person,
    PersonIdentity,
    Statement,
)
from wengu.registry.pinyin import spell

HEAD = "户主"
_CONTENTS = ("head_name", "head_initials", "head_sort", "size", "income_per_head_fen")
_UPDATE_CONTENTS = (
    "UPDATE registry_household SET head_name = %s, head_initials = %s, head_sort = %s, size = %s, "
    "income_per_head_fen = %s WHERE id = %s"
)
S = TypeVar("S", bound=Statement)


def of_place(place: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a household shows of where it is; its telephone is encrypted in each place."""
    return {name: place[name] for name in ("village_id", "group_name")}


def of_identity(identity: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a person shows of an identity; the number is encrypted in each place."""
    shown = {name: identity[name] for name in ("name", "birth", "sex", "id_kind", "number")}
    initials, sort = spell(shown["name"])
    return shown | {"initials": initials, "sort": sort}


def of_contents(head: str, size: int, income_per_head_fen: int | None) -> dict[str, Any]:
    """Return what a household shows of its members and its income."""
    return dict(zip(_CONTENTS, (head, *spell(head), size, income_per_head_fen), strict=True))


def refresh_people(people: Collection[int]) -> None:
    """Copy the identities in force; who has none any more keeps the last."""
    for some in slices(sorted(people)):
        stated = _in_force(PersonIdentity, "person", some)
        for person in Person.objects.filter(pk__in=stated):
            identity = stated[person.pk]
            shown = of_identity(vars(identity)) | {"id_number": identity.id_number}
            _copy(person, shown)


def refresh_places(homes: Collection[int]) -> None:
    """Copy the places in force; a household that has none any more keeps the last."""
    for some in slices(sorted(homes)):
        stated = _in_force(HouseholdPlace, "household", some)
        for home in Household.objects.filter(pk__in=stated).defer("address"):
            place = stated[home.pk]
            shown = of_place(vars(place)) | {"phone": place.phone}
            if home.phone != place.phone:
                shown["phone_index"] = index_phones([place.phone])[0]
            _copy(home, shown)


def _copy(row: Household | Person, shown: Mapping[str, Any]) -> None:
    changed = [name for name, value in shown.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, shown[name])
    if changed:
        row.save(update_fields=changed)


def _in_force(model: type[S], subject: str, ids: Sequence[int]) -> dict[int, S]:
    """Return of each subject the statement that outranks: by source, then the newest."""
    # mypy cannot see that every concrete statement has the default manager.
    rows = model._default_manager.filter(superseded_seq__isnull=True, **{f"{subject}__in": ids})
    # The last one stays.
    ordered = rows.order_by("-source", "since", "seq", "pk")
    return {getattr(row, f"{subject}_id"): row for row in ordered}


def refresh_contents(homes: Collection[int]) -> None:
    """Recount members, head and income of households from their statements in force."""
    for some in slices(sorted(homes)):
        heads, sizes = _members(some)
        incomes = latest_incomes(some)
        changed = []
        for home in Household.objects.filter(pk__in=some).defer("phone", "address"):
            key = home.pk
            shown = of_contents(heads.get(key, ""), sizes.get(key, 0), incomes.get(key))
            if any(getattr(home, name) != value for name, value in shown.items()):
                changed.append((*shown.values(), key))
        _update_contents(changed)


def _update_contents(rows: Sequence[tuple[Any, ...]]) -> None:
    """Write one short statement a household: the ORM's CASE of many is slow."""
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(_UPDATE_CONTENTS, rows)


def _members(homes: Sequence[int]) -> tuple[dict[int, str], dict[int, int]]:
    """Return the head's name and the number of members of each household."""
    heads: dict[int, str] = {}
    sizes: dict[int, int] = {}
    rows = Membership.objects.filter(OPEN, household__in=homes).order_by(
        "since", "sheet", "row", "pk"
    )
    for home, relation, name in rows.values_list("household_id", "relation", "person__name"):
        sizes[home] = sizes.get(home, 0) + 1
        if relation == HEAD:
            heads.setdefault(home, name)
    return heads, sizes


def latest_incomes(homes: Sequence[int]) -> dict[int, int]:
    """Return the declared net income per head of the latest period, where anybody says."""
    rows = Income.objects.filter(
        household__in=homes,
        item=IncomeItem.DECLARED_NET_PER_HEAD,
        superseded_seq__isnull=True,
    )
    # The last one stays: the latest period, in it the source that outranks, then the newest.
    ordered = rows.order_by("period_until", "-source", "since", "seq")
    return dict(ordered.values_list("household_id", "amount_fen"))
