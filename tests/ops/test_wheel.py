"""The built wheel holds everything: the document, divisions, templates, rules (decisions 23)."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_wheel_works_from_another_folder(tmp_path: Path) -> None:
    built = subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation",
         "--wheel-dir", str(tmp_path), str(ROOT)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert built.returncode == 0, built.stderr
    (wheel,) = tmp_path.glob("*.whl")
    place = tmp_path / "installed"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(place)
    script = (
        "import wengu, sys; assert wengu.__file__.startswith(sys.argv[1]), wengu.__file__;"
        "from wengu.ops import boot, policy_commands;"
        "from wengu.policy import coverage; print(len(coverage.rows()));"
        "from django.template.loader import get_template; get_template('base.html');"
        "from wengu.regions.outlines import counties; print(len(counties()));"
        "from wengu.policy import records; from wengu.web.records import record;"
        "print(len(records.numbers())); print(len(record('0003').blocks))"
    )
    clean = {name: value for name, value in os.environ.items() if not name.startswith("WENGU_")}
    shell = subprocess.run(
        [sys.executable, "-c", script, str(place)], cwd=tmp_path,
        env=clean | {"PYTHONPATH": str(place), "DJANGO_SETTINGS_MODULE": "wengu.settings",
                     "WENGU_HOME": str(tmp_path / "var")},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert shell.returncode == 0, shell.stderr
    assert shell.stdout.split() == ["263", "6", "12", "7"]
