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
from wengu.registry import actions
from wengu.registry.models import Household, SourceKind

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


def correct(what: Any, **given: Any) -> None:
    stated = {"on": DAY, "source": SourceKind.CORRECTION, "reason": "误登", "by": "测试"}
    if isinstance(what, str):
        actions.record_village(village=what, facts=given, **stated)
    elif isinstance(what, Household):
        actions.record_household(household=what, facts=given, **stated)
    else:
        actions.record_person(person=what, facts=given, **stated)


def test_a_correction_that_leaves_a_fact_empty_withdraws_it(tmp_path: Path) -> None:
    village = make.VILLAGES[0]
    home = make.household(village=village)
    someone = make.person(household=home)

    def known() -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
        found = facts.dossier(household=home.pk, on=DAY, seq=facts.latest_seq())
        assert found is not None
        files = rows_of(take(tmp_path / str(facts.latest_seq())))
        for table, row in (
            ("household", found.household),
            ("person", found.persons[0]),
            ("village", found.village),
        ):
            kept = files[table][row["id"]]
            assert kept == {name: row[name] for name in kept}
        return found.household, found.persons[0], found.village

    make.state(home, house_dangerous=True, safe_water=True, house_grade="C级")
    make.state(home, house_dangerous=True, source="2visit")
    make.state(make.region(village), road=True)
    make.state(someone, disabled=True, disability="41")
    for kind in ("dibao", "disability"):
        make.listed(someone, kind, whole=True, disability="12")
        make.listing(kind)
    house, person, place = known()
    assert (house["house_dangerous"], house["dibao"], place["road"]) == (True, True, True)
    assert (person["disabled"], person["disability"]) == (True, "12")
    correct(home, house_dangerous=None, dibao=None)
    correct(someone, disabled=None)
    correct(village, road=None)
    house, person, place = known()
    assert (house["house_dangerous"], house["dibao"], place["road"]) == (None, None, None)
    assert (person["disabled"], person["disability"]) == (None, None)
    assert (house["safe_water"], house["house_grade"]) == (True, "C级")
    # It stays withdrawn beside other corrections, and whatever a sheet says next.
    correct(home, safe_water=False)
    correct(home, house_grade="")
    make.state(home, house_dangerous=True, safe_water=True, house_grade="C级")
    correct(someone, disability=None, disabled=True)
    house, person, _place = known()
    assert (house["house_dangerous"], house["safe_water"], house["house_grade"]) == (
        None, False, None
    )  # fmt: skip
    assert (person["disabled"], person["disability"]) == (True, None)
    correct(home, house_dangerous=False)
    assert known()[0]["house_dangerous"] is False


def test_a_correction_of_one_fact_says_nothing_of_the_others() -> None:
    home = make.household()
    make.person(household=home)
    make.state(home, house_dangerous=True, safe_water=True)
    assert actions.record_household(
        household=home, facts={"safe_water": None}, on=DAY, source=SourceKind.VISIT,
        reason="未见", by="测试",
    ) == 0  # fmt: skip
    correct(home, house_grade="A级")
    found = facts.dossier(household=home.pk, on=DAY, seq=facts.latest_seq())
    assert found is not None
    assert (found.household["house_dangerous"], found.household["safe_water"]) == (True, True)


def test_who_states_a_degree_alone_is_heard_and_who_states_none_leaves_the_lists(
    tmp_path: Path,
) -> None:
    home = make.household()
    named, other = make.person(household=home), make.person(household=home, relation="之子")
    unnamed = make.person(household=home, relation="之女")
    for one in (named, other):
        make.listed(one, "disability", disability="12")
    make.listing("disability")
    correct(named, disability="44")
    correct(other, disabled=True)
    correct(unnamed, disability="21")
    found = facts.dossier(household=home.pk, on=DAY, seq=facts.latest_seq())
    assert found is not None
    kept = rows_of(take(tmp_path / "snapshot"))["person"]
    degrees = {row["id"]: (row["disabled"], row["disability"]) for row in found.persons}
    assert degrees == {
        named.pk: (True, "44"), other.pk: (True, "12"), unnamed.pk: (True, "21"),
    }  # fmt: skip
    assert degrees == {key: (row["disabled"], row["disability"]) for key, row in kept.items()}
