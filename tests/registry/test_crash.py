"""A process killed anywhere leaves all of a piece or none, and the next one goes on."""

import os
import subprocess
import sys

import pytest

from tests.postgres import own_database

pytestmark = pytest.mark.db


def test_killed_at_every_statement_nothing_is_half_in(tmp_path):
    environment = os.environ | {"WENGU_HOME": str(tmp_path)}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    if url := environment.get("WENGU_DATABASE"):
        environment["WENGU_DATABASE"] = own_database(url, "crash")
    done = subprocess.run(
        [sys.executable, "-m", "tests.registry.crash"],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    assert int(done.stdout.split()[-1]) > 60
