"""事实: what the rules read, resolved out of dated statements for a day and a sequence.

Three ways to the same rows: `snapshot` for everybody (columnar files), `dossiers` for some
households (plain rows, with who said what), `from_statements` without any database.
"""

import datetime
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from wengu.decisions import snapshots
from wengu.decisions.counties import AsWritten, Counties
from wengu.decisions.dossiers import Dossier, Resolver, Rows
from wengu.decisions.extracts import ALWAYS, EXTRACTS, ORIGIN, Ages, read
from wengu.decisions.memory import Labels, Memory
from wengu.decisions.resolution import VILLAGE_TAILS
from wengu.decisions.resolving import Row
from wengu.decisions.snapshots import Snapshot
from wengu.kernel.dates import to_day
from wengu.regions import queries as regions
from wengu.registry.models import Change, ListingKind
from wengu.rules import Pack

TABLES = tuple(snapshots.KEYS)
# Mostly the first household that was ever said to lie in a village does lie there.
_HOMES_ASKED = 20


def latest_seq() -> int:
    """Return the sequence of what is known now; 0 = nothing is."""
    last = Change.objects.order_by("-pk").values_list("pk", flat=True).first()
    return last or 0


def columns(pack: Pack) -> dict[str, tuple[str, ...]]:
    """Return the columns of each file: those of the pack's vocabulary, in its order."""
    known = pack.vocabulary.tables
    return {table: tuple(known[table].columns) if table in known else () for table in TABLES}


def snapshot(
    *,
    on: datetime.date,
    seq: int,
    folder: Path,
    pack: Pack,
    region: str = "",
    ages: Ages = ALWAYS,
) -> Snapshot:
    """Write the facts of everybody in the region as of (on, seq) into files in `folder`."""
    return snapshots.write(
        on=on, seq=seq, folder=folder, columns=columns(pack), region=region, ages=ages
    )


def dossier(*, household: int, on: datetime.date, seq: int, ages: Ages = ALWAYS) -> Dossier | None:
    """Return the facts of one household; None = it has no member on that day."""
    return dossiers(households=[household], on=on, seq=seq, ages=ages).get(household)


def dossiers(
    *, households: Sequence[int], on: datetime.date, seq: int, ages: Ages = ALWAYS
) -> dict[int, Dossier]:
    """Return the facts of some households, each fact with who said it, by household id."""
    rows = _extracted(households, on, seq)
    found: dict[int, Dossier] = _resolver(rows, on, ages).dossiers()
    return found


def dossiers_of(
    *, persons: Sequence[int], on: datetime.date, seq: int, ages: Ages = ALWAYS
) -> dict[int, Dossier]:
    """Return the households that some persons live in, by household id."""
    belong = _rows("membership", on, seq, persons, owner="person_id")
    homes = sorted({row["household"] for row in belong})
    found = dossiers(households=homes, on=on, seq=seq, ages=ages)
    asked = set(persons)
    return {
        home: one for home, one in found.items() if any(row["id"] in asked for row in one.persons)
    }


def _resolver(rows: Rows, on: datetime.date, ages: Ages) -> Resolver:
    return Resolver(rows, day=to_day(on), counties=Counties(on), oldest=ages.oldest(on))


def village(*, code: str, on: datetime.date, seq: int, ages: Ages = ALWAYS) -> Dossier:
    """Return the facts of one village; its household is empty."""
    return _village(code, list(_rows("village_facts", on, seq, [code])), on, ages)


def village_decided(
    *, code: str, on: datetime.date, seq: int, ages: Ages = ALWAYS
) -> Dossier | None:
    """Return the facts of a village that a run decides on; None = nobody lives there, none is said.

    Who lives there, where nothing else is said, says that the village is there.
    """
    said = list(_rows("village_facts", on, seq, [code]))
    found = _village(code, said, on, ages)
    if said:
        return found
    resident = _resident(code, on, seq)
    if resident is None:
        return None
    place = resident.told["household", resident.household["id"], "village"]
    found.told["village", found.village["id"], "village"] = place
    return found


def _village(code: str, said: list[Row], on: datetime.date, ages: Ages) -> Dossier:
    rows: dict[str, list[Row]] = {name: [] for name in EXTRACTS} | {"village_facts": said}
    found = Dossier({})
    found.village = _resolver(rows, on, ages).village(code, found.told)
    return found


def _resident(code: str, on: datetime.date, seq: int) -> Dossier | None:
    """Return some household that lies in a village; of other places none makes a village."""
    first, last = VILLAGE_TAILS
    if not first <= code[-len(first) :] <= last:
        return None
    placed = _rows("household", on, seq, [code], owner="village_id")
    homes = sorted({row["subject"] for row in placed})
    for start in range(0, len(homes), _HOMES_ASKED):
        some = dossiers(households=homes[start : start + _HOMES_ASKED], on=on, seq=seq)
        for one in some.values():
            if one.household["village"] == code:
                return one
    return None


def _extracted(households: Sequence[int], on: datetime.date, seq: int) -> Rows:
    rows: dict[str, list[Row]] = {}
    for name in ("household", "household_facts", "income"):
        rows[name] = list(_rows(name, on, seq, households))
    rows["membership"] = _memberships(households, on, seq)
    persons = sorted({row["subject"] for row in rows["membership"]})
    for name in ("person", "person_facts", "bill", "listed", "gap"):
        rows[name] = list(_rows(name, on, seq, persons))
    villages = sorted({row["village"] for row in rows["household"]})
    rows["village_facts"] = list(_rows("village_facts", on, seq, villages))
    towns = sorted({regions.town(code, on) for code in villages})
    rows["listing"] = list(_rows("listing", on, seq, towns))
    return rows


def _memberships(households: Sequence[int], on: datetime.date, seq: int) -> list[Row]:
    """Return the memberships of everybody who is said to live in one of the households.

    Somebody who has moved on has a later membership elsewhere: it must be seen to count. Those that
    are over say since when somebody has belonged to the household.
    """
    here = list(_rows("membership", on, seq, households))
    persons = sorted({row["subject"] for row in here})
    return list(_rows("membership", on, seq, persons, owner="person_id"))


def _rows(
    name: str,
    on: datetime.date,
    seq: int,
    owners: Sequence[Any],
    owner: str = "",
) -> Iterable[Row]:
    extract = EXTRACTS[name]
    names = extract.names + tuple(c.name for c in ORIGIN)
    flags = [i for i, column in enumerate(extract.columns) if column.kind == "flag"]
    for chunk in read(name, on=on, seq=seq, owners=owners, owner=owner, origin=True):
        for values in chunk:
            row = dict(zip(names, values, strict=True))
            for i in flags:
                value = values[i]
                row[names[i]] = None if value is None else bool(value)
            yield row


def from_statements(
    *,
    statements: Iterable[Any],
    dated: datetime.date,
    on: datetime.date,
    period: int | None = None,
    listings: Collection[tuple[ListingKind, str]] = (),
    ages: Ages = ALWAYS,
) -> tuple[dict[int, Dossier], Labels]:
    """Return the facts of the households (and villages) of sheets, without any database.

    The statements are true from `dated`; before that day nothing is known. `listings` names the
    departments' lists that are complete, by kind and town. A village has a negative key.
    """
    memory = Memory(dated=dated, period=period)
    memory.take(statements)
    memory.arrive(listings)
    day = to_day(on)
    rows = {
        name: [row for row in found if row["since"] <= day] for name, found in memory.rows.items()
    }
    resolver = Resolver(rows, day=day, counties=AsWritten(), oldest=ages.oldest(on))
    found: dict[int, Dossier] = resolver.dossiers()
    for code in dict.fromkeys(row["subject"] for row in rows["village_facts"]):
        alone = Dossier({})
        alone.village = resolver.village(code, alone.told)
        found[-int(code)] = alone
    return found, memory.labels


def tables(found: Dossier) -> Mapping[str, list[Row]]:
    """Return the rows of a dossier by table."""
    return {
        "household": [found.household] if found.household else [],
        "person": found.persons,
        "bill": found.bills,
        "village": [found.village] if found.village else [],
    }
