"""The same facts twice: a file for everybody, and the rows of one household."""

import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.decisions import factories as make
from tests.decisions.packs import everything
from wengu.decisions import facts
from wengu.decisions.snapshots import Snapshot
from wengu.registry.models import Household

pytestmark = [pytest.mark.django_db, pytest.mark.db]
DAY = make.DAY


def rows_of(made: Snapshot) -> dict[str, dict[Any, dict[str, Any]]]:
    with duckdb.connect() as base:
        found = {}
        for table, file in made.files.items():
            cursor = base.execute(f"SELECT * FROM '{file}'")
            names = [one[0] for one in cursor.description]
            found[table] = {
                row["id"]: row
                for row in (dict(zip(names, values, strict=True)) for values in cursor.fetchall())
            }
    return found


def take(folder: Path, *, on: datetime.date = DAY, seq: int | None = None) -> Snapshot:
    seq = facts.latest_seq() if seq is None else seq
    return facts.snapshot(on=on, seq=seq, folder=folder, pack=everything())


@pytest.mark.parametrize("seed", range(12))
def test_the_dossier_of_every_household_equals_its_rows_in_the_snapshot(
    seed: int, tmp_path: Path
) -> None:
    chance = make.Chance(seed)
    chance.registry(25)
    chance.mended()
    last = facts.latest_seq()
    for seq in (last, last - last // 4, last // 2):
        on = DAY + datetime.timedelta(days=(seq % 3) * 30 - 30)
        files = rows_of(take(tmp_path / str(seq), on=on, seq=seq))
        ids = list(Household.objects.values_list("pk", flat=True))
        found = facts.dossiers(households=ids, on=on, seq=seq)
        assert found.keys() == files["household"].keys()
        for one in found.values():
            for table, rows in facts.tables(one).items():
                for row in rows:
                    if table != "village" or row["id"] in files["village"]:
                        kept = files[table][row["id"]]
                        assert kept == {name: row[name] for name in kept}
        assert sum(len(one.persons) for one in found.values()) == len(files["person"])
        assert sum(len(one.bills) for one in found.values()) == len(files["bill"])
