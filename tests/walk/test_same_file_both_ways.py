"""One reader serves both doors: a workbook imported and run, and the same workbook decided."""

import datetime
from pathlib import Path

import openpyxl
import pytest

from tests.registry.sheets import home, table, xlsx
from wengu.decisions import actions as decisions
from wengu.decisions import facts, policies
from wengu.decisions.files import Unsuitable, decide_file
from wengu.decisions.models import Decision
from wengu.decisions.policies import Policy
from wengu.decisions.workbook import write_workbook
from wengu.documents import actions as documents
from wengu.intake import actions as intake
from wengu.intake import reading
from wengu.ops.modelcity.city import Options, generate
from wengu.policy.parameters import demonstration, official
from wengu.policy.rules import pack
from wengu.regions import actions as regions
from wengu.regions import queries
from wengu.registry.imports.doors import DOORS
from wengu.registry.imports.specs import SPECS
from wengu.registry.models import Household, Person

ON = datetime.date(2020, 7, 1)
COUNTY = "320723000000"
VALUES = official() + demonstration()


@pytest.fixture
def divisions(db):
    regions.load(by="测试")
    queries.forget()


def a_roster(folder: Path, **options) -> Path:
    truth = generate(
        folder=folder, households=250, seed=11, on=ON, options=Options(dirt=0.02, **options)
    )
    files = [folder / name for name in truth.files]
    rosters = [path for path in files if reading.read(
        path.read_bytes(), name=path.name, specs=SPECS
    ).spec.name == "roster"]  # fmt: skip
    return max(rosters, key=lambda path: path.stat().st_size)


def taken_in(path: Path, *, confirmed: bool) -> None:
    document = documents.store(content=path.read_bytes(), name=path.name, by="测试")
    batch = intake.receive(document=document, region=COUNTY, dated=ON, period=2019, by="测试")
    batch = intake.check(batch=batch, doors=DOORS, by="测试")
    door = next(door for door in DOORS if door.spec.name == batch.spec)
    if confirmed:
        intake.waive_all(batch=batch, reason="已核对", door=door, by="测试")
    intake.apply(batch=batch, door=door, by="测试")


@pytest.mark.parametrize("confirmed", [False, True])
@pytest.mark.parametrize("layout", ["2019", "2021", "2022"])
def test_the_same_workbook_gives_the_same_verdicts_through_both_doors(
    divisions, tmp_path, layout, confirmed
):
    decided = same_verdicts(a_roster(tmp_path, layout=layout), confirmed=confirmed)
    assert len(set(decided)) > 100


def same_verdicts(path: Path, *, confirmed: bool) -> list[str]:
    """Hold both doors equal; return the households and persons that were decided on."""
    decided = decide_file(
        path=path, on=ON, region=COUNTY, period=2019, parameters=VALUES, confirmed=confirmed
    )
    taken_in(path, confirmed=confirmed)
    policy = Policy(pack, VALUES, "3207")
    decisions.decide(on=ON, by="测试", policy=policy)
    numbers = dict(Household.objects.values_list("pk", "number"))
    people = dict(Person.objects.values_list("pk", "number"))
    kept = {}
    for row in Decision.objects.filter(ended=None).exclude(kind="v"):
        name = numbers[row.subject] if row.kind == "h" else people[row.subject]
        kept[row.kind, name, row.rule] = row.verdict
    said = {}
    for one in decided.told():
        if not one.default:
            label = decided.label(one.subject, one.id)
            said[one.subject[0], label, one.rule] = one.verdict
    assert decided.held or confirmed
    assert set(said.values()) == {True, False, None}
    assert said == kept
    waiting = {group.key for group in decided.held}
    assert waiting.isdisjoint(numbers.values())
    assert {group.key for group in decided.groups} - waiting == set(numbers.values())
    return [name for _, name, _ in said]


def test_a_household_of_which_a_cell_is_doubtful_waits_through_both_doors(divisions, tmp_path):
    homes = [home(n, 3) for n in range(1, 8)]
    clean, negative, phone, short, alone, gone, month = homes
    for row in negative:
        row["人均纯收入"] = "-8000"
    for row in phone:
        row["联系电话"] = "051812345678"
    del short[2]
    # Merged cells: the number stands on the head's row only.
    for row in alone[1:]:
        row["户编号"] = ""
    gone[1]["证件号码"] = gone[1]["证件号码"][:-1] + "?"
    month[2]["务工时间"] = "15"
    path = tmp_path / "花名册.xlsx"
    path.write_bytes(xlsx(table([row for one in homes for row in one])))
    decided = set(same_verdicts(path, confirmed=False))
    assert decided == {clean[0]["户编号"], *(row["人编号"] for row in clean)}


def test_the_lines_are_one_for_each_subject_and_clause(tmp_path):
    path = a_roster(tmp_path)
    decided = decide_file(path=path, on=ON, region=COUNTY, period=2019, parameters=VALUES)
    lines = list(decided.lines())
    assert lines
    for line in lines:
        assert {
            "subject", "id", "clause", "rule", "verdict", "branch", "because", "missing",
        } <= line.keys()  # fmt: skip
        assert line["verdict"] in {"true", "false", "unknown"}
    keys = [(line["subject"], line["id"], line["rule"]) for line in lines]
    assert len(keys) == len(set(keys))
    sources = {reason["source"] for line in lines for reason in line["because"]}
    assert any(source.startswith("花名册第 ") and source.endswith(" 行") for source in sources)


def test_without_a_period_the_income_is_unknown_and_without_parameters_so_is_the_verdict(tmp_path):
    path = a_roster(tmp_path)
    decided = decide_file(path=path, on=ON, region=COUNTY, parameters=VALUES)
    missing = {fact for line in decided.lines() for fact in line["missing"]}
    assert "household.income_fen" in missing
    decided = decide_file(path=path, on=ON, region=COUNTY, period=2019)
    missing = {fact for line in decided.lines() for fact in line["missing"]}
    assert "parameter low_income_line" in missing


def test_the_workbook_keeps_the_clerk_s_columns_and_runs_nothing(tmp_path):
    path = a_roster(tmp_path)
    decided = decide_file(path=path, on=ON, region=COUNTY, period=2019, parameters=VALUES)
    out = tmp_path / "认定.xlsx"
    write_workbook(decided=decided, path=out, parameters=VALUES)
    book = openpyxl.load_workbook(out)
    own = book.worksheets[0]
    head = next(iter(decided.reading.heads.values()))
    titles = [cell.value for cell in own[1]]
    assert titles == [*head.headers, "认定", "待核", "理由", "疑点"]
    assert own.max_row == 1 + sum(row.sheet == head.sheet for row in decided.reading.rows)
    first = decided.reading.rows[0]
    assert [cell.value or "" for cell in own[2]][: len(head.headers)] == list(first.cells)
    columns = {title: number for number, title in enumerate(titles)}
    cells = list(own.iter_rows(min_row=2, values_only=True))
    assert any(row[columns["认定"]] for row in cells)
    assert any(row[columns["疑点"]] for row in cells)
    assert all(
        cell.data_type in {"s", "n"} and not isinstance(cell.value, int | float)
        for sheet in book.worksheets
        for line in sheet.iter_rows()
        for cell in line
    )
    assert book.sheetnames[1:] == ["认定明细", "参数"]


def test_a_cell_that_looks_like_a_formula_stays_text(tmp_path):
    path = tmp_path / "花名册.csv"
    source = a_roster(tmp_path, form="csv-utf8").read_text("utf-8-sig").splitlines()
    header = next(i for i, line in enumerate(source) if "户编号" in line)
    names = source[header].split(",")
    cells = source[header + 1].split(",")
    cells[names.index("自然村")] = "=HYPERLINK(1)"
    source[header + 1] = ",".join(cells)
    path.write_text("\n".join(source), "utf-8-sig")
    decided = decide_file(path=path, on=ON, region=COUNTY, period=2019, parameters=VALUES)
    out = tmp_path / "out.xlsx"
    write_workbook(decided=decided, path=out)
    values = [cell for row in openpyxl.load_workbook(out).worksheets[0].iter_rows() for cell in row]
    suspect = [cell for cell in values if cell.value and "HYPERLINK" in str(cell.value)]
    assert [cell.data_type for cell in suspect] == ["s"]


def test_a_department_s_list_alone_cannot_be_decided_on(tmp_path):
    truth = generate(folder=tmp_path, households=60, seed=3, on=ON)
    path = next(tmp_path / name for name in truth.files if "低保" in name)
    with pytest.raises(Unsuitable, match="请给出花名册或村表"):
        decide_file(path=path, on=ON, region=COUNTY, period=2019, parameters=VALUES)


def test_a_day_before_the_sheet_knows_nothing(divisions):
    found, _ = facts.from_statements(
        statements=[], dated=ON, on=ON - datetime.timedelta(days=1), period=2019
    )
    assert found == {}
    assert policies.city() == "3207"
