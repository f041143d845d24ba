"""The commands, as a shell runs them."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from wengu.ops import policy_commands
from wengu.ops.modelcity import Options, generate
from wengu.policy import checklist

WENGU = [sys.executable, "-m", "wengu.ops.cli"]


def run(*arguments: str, home: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("WENGU_", "DJANGO_"))
    }
    return subprocess.run(
        [*WENGU, *arguments],
        cwd=home,
        env=clean | {"WENGU_HOME": str(home / "var")} | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )


@pytest.fixture(scope="module")
def roster(tmp_path_factory: Any) -> Path:
    folder = tmp_path_factory.mktemp("city")
    truth = generate(folder=folder, households=600, options=Options(dirt=0.0))
    rosters = [folder / name for name in truth.files if "建档立卡" in name]
    return max(rosters, key=lambda file: file.stat().st_size)


def decided(roster: Path, home: Path, *more: str) -> list[dict[str, Any]]:
    shell = run(
        "decide", str(roster), "--on", "2020-07-01", "--region", "320723", "--period", "2019",
        "--json", *more, home=home,
    )  # fmt: skip
    assert shell.returncode == 0, shell.stderr
    return [json.loads(line) for line in shell.stdout.splitlines()]


def test_decide_needs_no_database_and_no_set_up(roster: Path, tmp_path: Path) -> None:
    lines = decided(roster, tmp_path, "--demo")
    assert set(lines[0]) >= {
        "subject",
        "id",
        "clause",
        "rule",
        "verdict",
        "branch",
        "because",
        "missing",
    }
    assert len({(line["subject"], line["id"], line["rule"]) for line in lines}) == len(lines)
    assert {line["verdict"] for line in lines} == {"true", "false", "unknown"}
    assert list(tmp_path.iterdir()) == []


def test_a_parameter_nobody_has_set_leaves_the_verdict_unknown(
    roster: Path, tmp_path: Path
) -> None:
    def verdicts(*more: str) -> set[str]:
        lines = decided(roster, tmp_path, *more)
        return {line["verdict"] for line in lines if line["rule"] == "near-poverty"}

    assert "true" in verdicts("--demo")
    assert verdicts() <= {"unknown", "false"}


def test_decide_writes_a_workbook(roster: Path, tmp_path: Path) -> None:
    out = tmp_path / "decided.xlsx"
    decided(roster, tmp_path, "--demo", "--out", str(out))
    assert out.read_bytes()[:2] == b"PK"


def test_decide_speaks_english_where_it_is_asked_to(roster: Path, tmp_path: Path) -> None:
    sources = {
        reason["source"]
        for line in decided(roster, tmp_path, "--demo", "--english")
        for reason in line["because"]
        if reason["source"]
    }
    assert any(source.startswith("Roster") for source in sources)
    shell = run(
        "decide", str(roster), "--on", "2020-07-01", "--region", "320723", "--period", "2019",
        "--demo", "--english", "--out", str(tmp_path / "out.xlsx"), home=tmp_path,
    )  # fmt: skip
    assert shell.returncode == 0, shell.stderr
    book = load_workbook(tmp_path / "out.xlsx", read_only=True)
    rows = list(book["Decisions in detail"].iter_rows(values_only=True))
    assert len(rows) > 10
    told = [cell for row in rows for cell in (row[0], *row[2:]) if cell]
    assert not [cell for cell in told if re.search("[\u4e00-\u9fff]", str(cell))]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("decide", "{roster}", "--on", "2020-13-01"), "2020-07-01"),
        (("decide", "{roster}", "--set", "no_such=1", "--demo"), "no_such"),
        (("decide", "{roster}", "--set", "dibao_standard"), "="),
        (("policy", "show", "9.9.9"), "9.9.9"),
        (("demo", "--size", "village"), "county"),
        (("serve",), "WENGU_SECRET"),
    ],
)
def test_a_wrong_call_says_how_to_mend_it(
    arguments: tuple[str, ...], words: str, roster: Path, tmp_path: Path
) -> None:
    shell = run(*(part.format(roster=roster) for part in arguments), home=tmp_path)
    assert shell.returncode != 0
    assert words in shell.stderr
    assert "Traceback" not in shell.stderr


def test_what_an_action_refuses_is_one_line(tmp_path: Path) -> None:
    assert run("setup", home=tmp_path, WENGU_DEMO="1").returncode == 0
    for arguments, demo, words in (
        (("demo", "advance", "0"), "1", "1 至 366 天"),
        (("demo", "advance"), "yes", "WENGU_DEMO must be 0 or 1"),
    ):
        shell = run(*arguments, home=tmp_path, WENGU_DEMO=demo)
        assert shell.returncode in {1, 2}
        assert shell.stdout == ""
        assert words in shell.stderr
        assert len(shell.stderr.splitlines()) == 1, shell.stderr


def test_demo_keys_outside_a_demo_are_refused_in_a_line_with_the_remedy(tmp_path: Path) -> None:
    setup = run("setup", home=tmp_path, WENGU_DEMO="1")
    assert "wengu regions load" in setup.stdout
    assert run("regions", "load", home=tmp_path, WENGU_DEMO="1").returncode == 0
    assert run("setup", home=tmp_path, WENGU_DEMO="1").stdout == ""
    file = tmp_path / "list.csv"
    file.write_text("姓名,证件号码\n")
    for arguments in (
        ("audit", "verify"),
        ("import", str(file), "--region", "320723", "--dated", "2020-07-01"),
    ):
        shell = run(*arguments, home=tmp_path)
        assert shell.returncode == 2, shell.stderr
        assert "WENGU_DEMO=1" in shell.stderr
        assert len(shell.stderr.splitlines()) == 1, shell.stderr


def test_coverage_lists_every_row_of_the_checklist(tmp_path: Path) -> None:
    shell = run("policy", "coverage", "--json", home=tmp_path)
    rows = json.loads(shell.stdout)["rows"]
    assert [row["id"] for row in rows] == [row.id for row in checklist()]
    assert {row["status"] for row in rows} <= {"live", "partial", "planned"}
    assert all(row["where"] for row in rows if row["status"] == "live")


def test_parameters_say_what_is_unset_and_what_is_not_verified(tmp_path: Path) -> None:
    def listed(*more: str) -> dict[str, dict[str, Any]]:
        shell = run("policy", "parameters", "--region", "320723", "--json", *more, home=tmp_path)
        return {one["name"]: one for one in json.loads(shell.stdout)["parameters"]}

    assert listed()["dibao_standard"]["value"] is None
    shown = listed("--demo")["dibao_standard"]
    assert (shown["value"], shown["unverified"], shown["simulated"]) == ("610", True, True)


def test_rows_of_a_file_replace_those_of_the_same_day() -> None:
    rows = policy_commands.chosen_rows(demo=True, parameters=None)
    assert policy_commands.merged(rows, rows) == rows
