"""wengu decide: what it leaves out is said, what it is given is looked at first."""

import datetime
import itertools
import json
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from typer.testing import CliRunner

from tests.ops.test_commands import WENGU
from tests.registry.sheets import ON, ROSTER_2019, home, table, xlsx
from wengu.audit import clock
from wengu.decisions.explanations import Explanation
from wengu.decisions.files import decide_file
from wengu.decisions.workbook import write_workbook
from wengu.ops import cli
from wengu.ops.decide import _NAMED

BASE = ("--on", "2020-07-01", "--region", "320723", "--period", "2019", "--demo")
LACKING = [header for header in ROSTER_2019 if header != "证件号码"]


def roster(*, homes: int = 3, wrong: int = 0) -> list[dict[str, str]]:
    rows = [home(n) for n in range(1, homes + wrong + 1)]
    for one in rows[homes:]:
        one[1]["务工时间"] = "15"
    return [row for one in rows for row in one]


def written(
    folder: Path, rows: list[dict[str, str]], *more: list[list[str]], names: Any = ()
) -> Path:
    path = folder / "花名册.xlsx"
    path.write_bytes(xlsx(table(rows), *more, names=names))
    return path


def decide(path: Path, *more: str, base: tuple[str, ...] = BASE) -> Any:
    """Run the command in this process: it needs nothing but its arguments."""
    return CliRunner().invoke(cli.app, ["decide", str(path), *base, *more])


def homes_of(shell: Any) -> set[str]:
    lines = [json.loads(line) for line in shell.stdout.splitlines()]
    return {line["id"] for line in lines if line["subject"] == "household"}


def test_what_is_not_decided_is_counted_and_named_beside_pure_lines(tmp_path: Path) -> None:
    parts = (table(roster(homes=4))[5:], table(roster(), LACKING))
    path = written(tmp_path, roster(homes=2, wrong=1), *parts, names=("一", "续", "缺列"))
    shell = decide(path, "--json")
    assert shell.exit_code == 0
    assert homes_of(shell) == {"320723000001", "320723000002"}
    said = shell.stderr.splitlines()
    assert said[0] == "有疑点、没有认定 1 户（2 行），没有读 2 张工作表"
    assert said[1] == "  工作表“续”没有读：前 10 行没有认出表头"
    assert said[2] == "  工作表“缺列”没有读：缺少列 证件号码"
    assert said[3].startswith("  320723000003：一 Q9 ")
    english = decide(path, "--english").stderr
    assert "not decided: households 1 (rows 2)" in english
    assert "工作表" not in english


def test_columns_that_are_not_read_are_named(tmp_path: Path) -> None:
    headers = [one.replace("人均纯收入", "人均纯收入（万元）") for one in ROSTER_2019]
    path = written(tmp_path, [])
    path.write_bytes(xlsx(table(roster(), [*headers, "网格员"]), names=("一",)))
    shell = decide(path, "--json")
    assert shell.exit_code == 0
    assert shell.stderr.splitlines() == [
        "工作表“一”有 2 列没有读：Z 人均纯收入（万元）、AB 网格员",
        "  Z 列“人均纯收入（万元）”没有读：与“人均纯收入”相近，但写法、单位或年度不同",
    ]
    said = decide(path, "--english").stderr
    assert "Sheet “一” has columns that were not read (2)" in said
    assert "Column Z “人均纯收入（万元）” was not read" in said


def test_many_are_counted_not_named(tmp_path: Path) -> None:
    shell = decide(written(tmp_path, roster(homes=1, wrong=_NAMED + 3)))
    said = shell.stderr.splitlines()
    assert said[0].startswith(f"有疑点、没有认定 {_NAMED + 3} 户")
    assert len([line for line in said if line.startswith("  320723")]) == _NAMED
    assert "  另有 3 个没有列出" in said
    assert "符合" in shell.stdout


@pytest.mark.parametrize("more", [("--json",), ()])
def test_nothing_decided_is_a_failure(tmp_path: Path, more: tuple[str, ...]) -> None:
    shell = decide(written(tmp_path, roster(homes=0, wrong=1)), *more)
    assert shell.exit_code == 1
    assert "一条也没有认定" in shell.stderr
    elsewhere = decide(
        written(tmp_path, roster()), *more, base=("--region", "320706", "--period", "2019")
    )
    assert elsewhere.exit_code == 1
    assert "没有认定 3 户" in elsewhere.stderr


def test_the_workbook_keeps_what_waits_and_the_sheets_that_were_not_read(tmp_path: Path) -> None:
    notes = [["联系人", "电话"], ["张", "051"]]
    path = written(tmp_path, roster(homes=1, wrong=1), notes, names=("一", "通讯录"))
    out = tmp_path / "认定.xlsx"
    assert decide(path, "--out", str(out)).exit_code == 0
    book = openpyxl.load_workbook(out)
    assert book.sheetnames == ["一", "通讯录", "认定明细", "参数"]
    assert [[cell.value for cell in row] for row in book["通讯录"]] == notes
    rows = list(book["一"].iter_rows(min_row=2, values_only=True))
    assert [row[4] for row in rows] == ["320723000001"] * 2 + ["320723000002"] * 2
    holds, waits, why, doubts = zip(*(row[-4:] for row in rows), strict=True)
    assert holds[0]
    assert waits[2:] == ("没有认定：有疑点",) * 2
    assert holds[2:] == why[2:] == (None, None)
    assert doubts[2] == "同户有疑点，一起等"
    assert doubts[3].startswith("必须改：")
    assert not [name for name in tmp_path.iterdir() if name.name.startswith(".")]


def test_what_is_only_to_be_checked_may_be_taken_as_checked(tmp_path: Path) -> None:
    rows = roster(homes=2)
    rows[2]["联系电话"] = rows[3]["联系电话"] = "051812345678"
    path = written(tmp_path, rows)
    assert homes_of(decide(path, "--json")) == {"320723000001"}
    both = decide(path, "--json", "--confirmed")
    assert homes_of(both) == {"320723000001", "320723000002"}
    assert both.stderr == ""


TO_COME = (clock.today() + datetime.timedelta(days=2)).isoformat()


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (("--region", "999999"), "999999"),
        (("--region", "abc"), "abc"),
        (("--region", "32072"), "32072"),
        (("--on", TO_COME), "still to come"),
        (("--period", "-5"), "2013 to 2020"),
        (("--period", "2021"), "2013 to 2020"),
        (("--set", "severe_disabilities=99,zz"), "99"),
        (("--out", "{folder}/none/o.xlsx"), "no folder"),
        (("--out", "{folder}/花名册.xlsx"), "is the file that is read"),
        (("--out", "{folder}/old.xlsx"), "--overwrite"),
        (("--out", "{folder}/o.csv"), ".xlsx"),
    ],
)
def test_bad_arguments_are_a_line_and_nothing_is_written(
    tmp_path: Path, more: tuple[str, ...], words: str
) -> None:
    path = written(tmp_path, roster())
    (tmp_path / "old.xlsx").write_bytes(b"mine")
    before = {one: one.read_bytes() for one in tmp_path.iterdir()}
    shell = decide(path, *(part.format(folder=tmp_path) for part in more))
    assert shell.exit_code == 2
    assert shell.stdout == ""
    assert words in shell.stderr.replace("\n", "")
    assert "Traceback" not in shell.stderr
    assert {one: one.read_bytes() for one in tmp_path.iterdir()} == before


def test_a_folder_is_no_sheet(tmp_path: Path) -> None:
    shell = decide(tmp_path)
    assert shell.exit_code == 2
    assert "Traceback" not in shell.stderr


def test_a_workbook_is_written_over_only_where_that_was_said(tmp_path: Path) -> None:
    path, out = written(tmp_path, roster()), tmp_path / "old.xlsx"
    out.write_bytes(b"mine")
    assert decide(path, "--out", str(out), "--overwrite").exit_code == 0
    assert out.read_bytes().startswith(b"PK")


def test_a_region_nobody_knows_has_no_parameters() -> None:
    shell = CliRunner().invoke(cli.app, ["policy", "parameters", "--region", "999999", "--json"])
    assert shell.exit_code == 2
    assert shell.stdout == ""
    assert "999999" in shell.stderr


def test_a_workbook_that_is_not_written_to_its_end_replaces_nothing(tmp_path: Path) -> None:
    path, out = written(tmp_path, roster()), tmp_path / "o.xlsx"
    out.write_bytes(b"mine")
    decided = decide_file(path=path, on=ON, region="320723000000", period=2019)

    def stopped() -> Iterator[Explanation]:
        yield from itertools.islice(decided.told(), 5)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_workbook(decided=decided, path=out, told=stopped())
    assert out.read_bytes() == b"mine"
    assert {one.name for one in tmp_path.iterdir()} == {"o.xlsx", "花名册.xlsx"}


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_decide_that_is_ended_clears_its_traces_away(tmp_path: Path, how: signal.Signals) -> None:
    path, out, scratch = written(tmp_path, roster(homes=400)), tmp_path / "o.xlsx", tmp_path / "t"
    scratch.mkdir()
    with subprocess.Popen(
        [*WENGU, "decide", str(path), *BASE, "--out", str(out), "--json"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env=os.environ | {"TMPDIR": str(scratch)},
    ) as process:  # fmt: skip
        assert process.stdout is not None
        process.stdout.readline()
        assert list(scratch.iterdir())
        process.send_signal(how)
        _, said = process.communicate(timeout=60)
    assert process.returncode == 128 + how
    assert said == ""
    assert not out.exists()
    assert list(scratch.iterdir()) == []
    assert {one.name for one in tmp_path.iterdir()} == {"t", "花名册.xlsx"}
