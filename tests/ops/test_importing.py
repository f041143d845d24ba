"""wengu import and evaluate: what they are given is looked at before anything is begun."""

import datetime
import json
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from tests.registry.sheets import ROSTER_2019, home, table, xlsx
from wengu.audit import clock
from wengu.decisions.models import Run
from wengu.intake.models import Batch
from wengu.ops import cli
from wengu.regions import actions, queries

pytestmark = pytest.mark.django_db
TO_COME = (clock.today() + datetime.timedelta(days=2)).isoformat()


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    actions.load(by="测试")
    queries.forget()
    path = tmp_path / "花名册.xlsx"
    path.write_bytes(xlsx(table(home(1))))
    (tmp_path / "old.xlsx").write_bytes(b"mine")
    return path


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"--region": "abc"}, "abc"),
        ({"--region": "999999"}, "999999"),
        ({"--period": "99999"}, "2013 to 2020"),
        ({"--period": "2025"}, "2013 to 2020"),
        ({"--dated": TO_COME}, "still to come"),
        ({"--doubts": "{folder}/none/o.xlsx"}, "no folder"),
        ({"--doubts": "{folder}/花名册.xlsx"}, "is the file that is read"),
        ({"--doubts": "{folder}/old.xlsx"}, "--overwrite"),
    ],
)
def test_bad_arguments_are_a_line_and_no_batch_is_left(
    sheet: Path, more: dict[str, str], words: str
) -> None:
    given = {"--region": "320723", "--dated": "2020-07-01", "--period": "2019"} | more
    arguments = [one.format(folder=sheet.parent) for pair in given.items() for one in pair]
    shell = CliRunner().invoke(cli.app, ["import", str(sheet), *arguments])
    assert shell.exit_code == 2, shell.output
    assert isinstance(shell.exception, SystemExit)
    assert words in shell.stderr
    assert shell.stdout == ""
    assert not Batch.objects.exists()
    assert (sheet.parent / "old.xlsx").read_bytes() == b"mine"


def imported(sheet: Path, *more: str, region: str = "320723") -> Result:
    arguments = ["--region", region, "--dated", "2020-07-01", "--period", "2019"]
    shell = CliRunner().invoke(cli.app, ["import", str(sheet), *arguments, *more])
    assert shell.exit_code == 0, shell.output
    return shell


def test_a_region_is_kept_as_its_whole_code_however_it_is_typed(sheet: Path) -> None:
    for region in ("320723", "320723000000"):
        assert imported(sheet, region=region).stderr == ""
    assert list(Batch.objects.values_list("region", flat=True)) == ["320723000000"]


def test_columns_that_are_not_read_are_named(sheet: Path) -> None:
    headers = [*ROSTER_2019[:-2], "2018年人均纯收入", "联系电话"]
    sheet.write_bytes(xlsx(table(home(1), headers)))
    shell = imported(sheet)
    assert "工作表“Sheet1”有 1 列没有读：Z 2018年人均纯收入" in shell.stderr
    assert "与“人均纯收入”相近" in shell.stderr
    named = json.loads(imported(sheet, "--json").stdout)["unread_columns"]
    assert named == [
        {"sheet": "Sheet1", "letter": "Z", "header": "2018年人均纯收入", "like": "人均纯收入"}
    ]


HOME = "320723000001"


def test_nobody_decides_on_a_day_to_come(sheet: Path) -> None:
    imported(sheet)
    shell = CliRunner().invoke(cli.app, ["evaluate", "--on", TO_COME])
    assert shell.exit_code == 2
    assert "still to come" in shell.stderr
    assert shell.stdout == ""
    assert not Run.objects.exists()


def test_what_follows_on_a_day_to_come_is_said_to_be_by_what_is_known_now(sheet: Path) -> None:
    imported(sheet)
    shell = CliRunner().invoke(cli.app, ["explain", HOME, "--on", TO_COME, "--json"])
    assert shell.exit_code == 0
    assert f"{TO_COME} is still to come" in shell.stderr
    assert json.loads(shell.stdout.splitlines()[0])["rule"]


@pytest.mark.parametrize("more", [(), ("--json",), ("--english",)])
def test_a_household_that_nobody_belongs_to_is_said(more: tuple[str, ...], sheet: Path) -> None:
    imported(sheet)
    shell = CliRunner().invoke(cli.app, ["explain", HOME, "--on", "2020-06-30", *more])
    assert shell.exit_code == 1
    assert f"nobody belongs to household {HOME} on 2020-06-30" in shell.stderr
    assert shell.stdout == ""
    shell = CliRunner().invoke(cli.app, ["explain", HOME, "--on", "2020-07-01", *more])
    assert (shell.exit_code, shell.stderr) == (0, "")
    assert shell.stdout
