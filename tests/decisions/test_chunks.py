"""A city too large for one evaluation is decided range by range of villages, and nobody is lost."""

from collections import Counter
from pathlib import Path

import duckdb
import pytest

from tests.decisions import factories as make
from tests.decisions import packs
from wengu.decisions import engine, facts
from wengu.decisions.actions import decide
from wengu.decisions.models import Decision
from wengu.registry.models import Membership

pytestmark = [pytest.mark.django_db, pytest.mark.db]
DAY = make.DAY
SIZES = (4, 7, 3, 9, 2)


def a_city() -> dict[str, int]:
    """Fill villages with so many persons each, and return the number by village."""
    make.Chance(7).registry(3)
    Membership.objects.update(superseded_seq=make.change().pk)
    for code, size in zip(make.VILLAGES, SIZES, strict=True):
        for number in range(size):
            home = make.household(village=code)
            one = make.person(household=home)
            make.state(home, registered=True)
            make.income(home, 5000_00 + number * 500_00)
            make.state(one, serious_illness=number % 2 == 0)
    return dict(zip(make.VILLAGES, SIZES, strict=True))


def chunks(folder: Path, subject: str, of: str) -> list[Counter[str]]:
    """Return how many subjects of each village every file of an evaluation holds."""
    folder.mkdir()
    policy = packs.policy()
    snapshot = facts.snapshot(on=DAY, seq=facts.latest_seq(), folder=folder, pack=policy.pack)
    found = engine.evaluate(snapshot=snapshot, policy=policy, folder=folder)
    counted = []
    with duckdb.connect() as base:
        for file in found.files[subject]:
            rows = base.execute(
                f"SELECT f.village FROM '{file}' AS d JOIN '{snapshot.files[of]}' AS f USING (id)"
            ).fetchall()
            counted.append(Counter(village for (village,) in rows))
    return counted


@pytest.mark.parametrize("most", [1, 4, 7, 10, 11, 13, 24, 25])
def test_every_village_is_decided_once_in_chunks_no_larger_than_asked(
    most: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes = dict(sorted(a_city().items()))
    whole = decide(on=DAY, by="测试", policy=packs.policy())
    monkeypatch.setattr(engine, "PERSONS_PER_CHUNK", most)
    found = chunks(tmp_path / "homes", "household", "household")
    assert sum(found, Counter()) == sizes
    for one in found:
        assert one.total() <= most or len(one) == 1
    # Two neighbours that would fit together are not parted.
    assert len(found) == len(packed(list(sizes.values()), most))
    assert sum(chunks(tmp_path / "villages", "village", "village"), Counter()) == dict.fromkeys(
        sizes, 1
    )
    assert decide(on=DAY, by="测试", policy=packs.policy()).digest == whole.digest
    assert Decision.objects.filter(ended=None, kind="h", rule="poor").count() == sum(SIZES)


def packed(sizes: list[int], most: int) -> list[list[int]]:
    found: list[list[int]] = []
    for size in sizes:
        if found and sum(found[-1]) + size <= most:
            found[-1].append(size)
        else:
            found.append([size])
    return found
