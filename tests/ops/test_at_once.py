"""Two commands on one home at once: real processes."""

import contextlib
import fcntl
import os
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.ops.test_commands import WENGU, run
from wengu.decisions.actions import OVERTAKEN, Overtaken
from wengu.ops import cli

WAITING = "another build of"


def start(*arguments: str, home: Path) -> subprocess.Popen[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("DJANGO_")}
    return subprocess.Popen(
        [*WENGU, *arguments],
        env=clean | {"WENGU_DEMO": "1", "WENGU_HOME": str(home / "var")},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_two_builds_of_one_home_at_once_both_end_well(tmp_path: Path) -> None:
    builds = [start("setup", home=tmp_path) for _ in range(2)]
    said = [build.communicate(timeout=240)[1] for build in builds]
    assert [build.returncode for build in builds] == [0, 0], said
    assert sum(WAITING in words for words in said) == 1, said
    with contextlib.closing(sqlite3.connect(tmp_path / "var" / "wengu.sqlite3")) as database:
        assert database.execute("SELECT count(*) FROM regions_region").fetchone() == (0,)
    assert run("runs", "list", home=tmp_path, WENGU_DEMO="1").returncode == 0


def test_a_build_waits_for_the_home_and_a_killed_one_holds_nothing(tmp_path: Path) -> None:
    lock = tmp_path / "var" / "build.lock"
    lock.parent.mkdir()
    holding = (
        "import fcntl, sys; file = open(sys.argv[1], 'a'); fcntl.flock(file, fcntl.LOCK_EX); "
        "print(1, flush=True); input()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", holding, str(lock)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "1\n"
        with start("demo", "--households", "0", home=tmp_path) as build:
            assert build.stderr is not None
            assert WAITING in build.stderr.readline()
            time.sleep(0.5)
            assert build.poll() is None
            assert not (tmp_path / "var" / "wengu.sqlite3").exists()
            build.kill()
        holder.kill()
    with lock.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_a_run_that_was_overtaken_says_so_in_a_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def overtaken() -> None:
        raise Overtaken(OVERTAKEN, n=7)

    monkeypatch.setattr(cli, "app", overtaken)
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 1
    said = capsys.readouterr().err
    assert len(said.splitlines()) == 1
    assert "Run 7 was replaced by another: run again（运行 7 已被另一次运行取代" in said
