"""A file is explained household by household: what is told once is true wherever it is told."""

import datetime

import pytest

from wengu.decisions.explanations import Teller
from wengu.decisions.files import Decided, decide_file
from wengu.ops.modelcity.city import Options, generate
from wengu.policy.parameters import demonstration, official
from wengu.policy.rules import pack

ON = datetime.date(2020, 7, 1)


@pytest.fixture(scope="module")
def decided(tmp_path_factory: pytest.TempPathFactory) -> Decided:
    folder = tmp_path_factory.mktemp("city")
    truth = generate(folder=folder, households=120, seed=5, on=ON, options=Options(dirt=0.0))
    rosters = [folder / name for name in truth.files if "建档立卡" in name]
    path = max(rosters, key=lambda file: file.stat().st_size)
    values = official() + demonstration()
    return decide_file(path=path, on=ON, region="320723000000", period=2020, parameters=values)


def test_what_is_told_once_of_a_row_is_what_is_told_of_it_alone(decided: Decided) -> None:
    told = {(one.subject, one.id, one.rule): one for one in decided.told()}
    asked = 0
    for dossier in decided.dossiers:
        for table, rows in (("household", [dossier.household]), ("person", dossier.persons)):
            for rule in reversed(pack.rules_for(table, ON)):
                for row in rows:
                    # Another teller on another frame: nothing was asked of it before.
                    teller = Teller(decided.teller.policy, ON, changes=False)
                    root = teller.frame(dossier)
                    frames = [root, *root.below["person"]]
                    frame = next(f for f in frames if (f.table, f.id) == (table, row["id"]))
                    plain = teller.reference.decide(rule, frame)
                    verdict = rule.branches[plain.branch].verdict if plain.branch >= 0 else None
                    one = teller.one(rule, frame, dossier)
                    assert told[table, row["id"], rule.name] == one
                    assert one.verdict is verdict
                    asked += 1
    assert asked == len(told) > 300


def test_each_reason_stands_once_however_many_conditions_come_down_to_it(decided: Decided) -> None:
    for one in decided.told():
        atoms = one.atoms()
        assert len(atoms) == len(set(atoms))
        assert set(atoms) == {atom for reason in one.because for atom in reason.atoms()}


def test_a_line_names_the_subjects_of_its_facts_as_the_sheet_does(decided: Decided) -> None:
    names = {*decided.labels.households.values(), *decided.labels.persons.values()}
    several = [
        reason["facts"]
        for line in decided.lines()
        for reason in line["because"]
        if "facts" in reason
    ]
    assert several
    assert all(len(facts) > 1 for facts in several)
    assert {fact["subject"] for facts in several for fact in facts} <= names


def test_progress_is_reported_subject_by_subject(decided: Decided) -> None:
    seen: list[tuple[int, int | None]] = []
    for _one in decided.told(lambda done, total: seen.append((done, total))):
        pass
    number = len(decided.dossiers)
    assert seen == [(done, number) for done in range(number + 1)]
