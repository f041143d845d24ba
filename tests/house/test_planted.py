"""Each rule of the house bites: a violation planted in a copy of the tree is caught.

One at a time, each by the tool that guards it: import-linter, ruff, or the readings of checks.py.
"""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.house import checks

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
MODEL = '''

class Planted(models.Model):
    """种: a planted model."""

    {field}

    class Meta:
        verbose_name = "种"
'''


@dataclass(frozen=True)
class Planted:
    """A violation: text added to a file (which is made where there is none), and who catches it."""

    name: str
    file: str
    text: str
    caught_by: str
    says: str = ""


IMPORTS = [
    Planted("upward import", "registry/planted.py", "import wengu.decisions.models\n", "stands on"),
    Planted(
        "upward import of the ground", "vault/planted.py", "import wengu.web.urls\n", "stands on"
    ),
    Planted(
        "pages and commands know each other",
        "ops/planted.py",
        "import wengu.web.urls\n",
        "stands on",
    ),
    Planted(
        "import hidden in a function",
        "audit/planted.py",
        "def f():\n    import wengu.jobs.models\n",
        "stands on",
    ),
    Planted(
        "import for types only",
        "regions/planted.py",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import wengu.accounts.models\n",
        "stands on",
    ),
    Planted("a package without a place", "misplaced/__init__.py", "", "stands on"),
    Planted("Django in the policy", "policy/planted.py", "import django.db\n", "pure"),
    Planted(
        "Django in the rules, through another",
        "rules/planted.py",
        "import wengu.vault.fields\n",
        "pure",
    ),
    Planted(
        "models import actions",
        "governance/models.py",
        "\nimport wengu.governance.actions\n",
        "reads models",
    ),
    Planted(
        "queries import actions", "jobs/queries.py", "\nimport wengu.jobs.actions\n", "reads models"
    ),
]

RUFF = [
    Planted(
        "the clock",
        "registry/planted.py",
        "from django.utils import timezone\n\nNOW = timezone.now()\n",
        "ruff",
        "TID251",
    ),
    Planted(
        "today",
        "decisions/planted.py",
        "import datetime\n\nON = datetime.date.today()\n",
        "ruff",
        "TID251",
    ),
    Planted(
        "a model by its name",
        "jobs/planted.py",
        'from django.apps import apps\n\nCASE = apps.get_model("casework", "Case")\n',
        "ruff",
        "TID251",
    ),
    Planted(
        "signals",
        "audit/planted.py",
        "from django.db.models.signals import post_save\n",
        "ruff",
        "TID251",
    ),
    Planted(
        "generic foreign key",
        "jobs/planted.py",
        "from django.contrib.contenttypes.fields import GenericForeignKey\n",
        "ruff",
        "TID251",
    ),
    Planted("relative import", "audit/planted.py", "from . import models\n", "ruff", "TID252"),
    Planted(
        "import inside a function",
        "audit/planted.py",
        "def f() -> None:\n    import os\n\n    os.getpid()\n",
        "ruff",
        "PLC0415",
    ),
    Planted("untyped function", "audit/planted.py", "def f(a):\n    return a\n", "ruff", "ANN"),
    Planted(
        "complexity",
        "audit/planted.py",
        "def f(a: int) -> int:\n"
        + "".join(f"    if a == {n}:\n        a += {n}\n" for n in range(9))
        + "    return a\n",
        "ruff",
        "C901",
    ),
    Planted(
        "SQL put together from text",
        "registry/planted.py",
        "def f(name: str) -> str:\n    return f\"SELECT * FROM t WHERE name = '{name}'\"\n",
        "ruff",
        "S608",
    ),
]

READINGS = [
    Planted(
        "upward foreign key by its name",
        "vault/models.py",
        "from django.db import models\n"
        + MODEL.format(
            field='job = models.ForeignKey("jobs.Job", models.CASCADE, verbose_name="任务")'
        ),
        "foreign_keys_point_down",
        "jobs",
    ),
    Planted(
        "foreign key to a package that is not there",
        "jobs/models.py",
        MODEL.format(field='c = models.ForeignKey("casework.Case", models.CASCADE, "件")'),
        "foreign_keys_point_down",
        "casework",
    ),
    Planted(
        "model without a Chinese name",
        "jobs/models.py",
        '\n\nclass Planted(models.Model):\n    """种: x."""\n',
        "models_speak_chinese",
        "no Chinese verbose_name",
    ),
    Planted(
        "model without a Chinese docstring",
        "jobs/models.py",
        MODEL.format(field="pass").replace("种: a", "A"),
        "models_speak_chinese",
        "docstring",
    ),
    Planted(
        "field without a Chinese name",
        "jobs/models.py",
        MODEL.format(field="size = models.IntegerField()"),
        "models_speak_chinese",
        "Planted.size",
    ),
    Planted(
        "money in decimals",
        "registry/models.py",
        MODEL.format(field='x = models.DecimalField("元", max_digits=9, decimal_places=2)'),
        "money_is_exact",
        "DecimalField",
    ),
    Planted(
        "money in floats",
        "registry/models.py",
        MODEL.format(field='x = models.FloatField("元")'),
        "money_is_exact",
        "FloatField",
    ),
    Planted(
        "unsigned action",
        "jobs/actions.py",
        '\n\n@action\ndef planted(*, job: Job) -> None:\n    """种。"""\n',
        "actions_are_signed",
        "not signed",
    ),
    Planted(
        "action with positional arguments",
        "jobs/actions.py",
        '\n\n@action\ndef planted(job: Job, *, by: str) -> None:\n    """种。"""\n',
        "actions_are_signed",
        "not keyword-only",
    ),
    Planted(
        "write that is no action",
        "jobs/actions.py",
        '\n\ndef planted(*, by: str) -> None:\n    """种。"""\n    Job.objects.update(done=1)\n',
        "actions_are_signed",
        "is no @action",
    ),
    Planted(
        "action without a docstring",
        "jobs/actions.py",
        "\n\n@action\ndef planted(*, by: str) -> None:\n    pass\n",
        "actions_are_signed",
        "no docstring",
    ),
    Planted(
        "query of people without a viewer",
        "intake/queries.py",
        '\n\ndef planted() -> QuerySet[Batch]:\n    """种。"""\n    return Batch.objects.all()\n',
        "queries_take_the_viewer",
        "planted",
    ),
    Planted(
        "query that writes",
        "jobs/queries.py",
        '\n\ndef planted() -> None:\n    """种。"""\n    Job.objects.create()\n',
        "queries_do_not_write",
        "create",
    ),
    Planted(
        "page that writes past the actions",
        "web/planted.py",
        "from wengu.jobs.models import Job\n\nJob.objects.filter(pk=1).update(done=1)\n",
        "pages_ask_through_queries",
        "update",
    ),
    Planted(
        "page past the queries",
        "web/planted.py",
        "from wengu.registry.models import Household\n\nALL = Household.objects.all()\n",
        "pages_ask_through_queries",
        "Household.objects",
    ),
    Planted(
        "raw SQL",
        "registry/planted.py",
        'from wengu.registry.models import Person\n\nX = Person.objects.raw("SELECT 1")\n',
        "sql_is_not_assembled",
        "raw",
    ),
    Planted(
        "unescaped markup",
        "web/planted.py",
        "from django.utils.safestring import mark_safe\n\nX = mark_safe('x')\n",
        "markup_is_escaped",
        "planted",
    ),
    Planted("a file named for nothing", "registry/utils.py", "", "files_have_names", "utils.py"),
    Planted("a long module", "registry/planted.py", "\n" * 401, "modules_are_small", "401 lines"),
    Planted(
        "a long function",
        "registry/planted.py",
        "def f():\n" + "    f()\n" * 40,
        "modules_are_small",
        "41 lines",
    ),
    Planted(
        "a long template",
        "web/templates/planted.html",
        "\n" * 151,
        "templates_are_small",
        "151 lines",
    ),
    Planted(
        "a template nobody renders",
        "web/templates/planted.html",
        "",
        "templates_are_used",
        "planted.html",
    ),
    Planted(
        "a setting without words",
        "ops/planted.py",
        'NAME = "WENGU_PLANTED"\n',
        "settings_are_documented",
        "WENGU_PLANTED",
    ),
    Planted(
        "a term without a line in the glossary",
        "jobs/models.py",
        MODEL.format(field="pass").replace("种", "谷种"),
        "terms_are_in_the_glossary",
        "谷种",
    ),
    Planted(
        "an exemption without a reason",
        "registry/planted.py",
        "x = eval('1')  # noqa: S307\n",
        "exemptions_have_reasons",
        "S307",
    ),
]


@pytest.fixture(scope="module")
def copy(tmp_path_factory) -> Path:
    """A copy of what the tools read."""
    root = tmp_path_factory.mktemp("house")
    ignored = shutil.ignore_patterns("__pycache__", "static", "locale", "data", "text")
    shutil.copytree(ROOT / "wengu", root / "wengu", ignore=ignored)
    shutil.copytree(ROOT / "docs", root / "docs")
    shutil.copy(ROOT / "pyproject.toml", root)
    return root


@contextmanager
def planting(root: Path, planted: Planted) -> Iterator[Path]:
    """Add the text for a moment."""
    file = root / "wengu" / planted.file
    before = file.read_text(encoding="utf-8") if file.exists() else None
    file.parent.mkdir(exist_ok=True)
    file.write_text((before or "") + planted.text, encoding="utf-8")
    try:
        yield file
    finally:
        if before is not None:
            file.write_text(before, encoding="utf-8")
        elif file.name == "__init__.py":
            shutil.rmtree(file.parent)
        else:
            file.unlink()


def run(*command: str | Path, cwd: Path) -> str:
    """Run a tool in the copy and return what it prints."""
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def broken_contracts(root: Path) -> set[str]:
    lines = run(BIN / "lint-imports", "--no-cache", cwd=root).splitlines()
    return {line.removesuffix(" BROKEN") for line in lines if line.endswith(" BROKEN")}


def test_the_copy_is_clean_for_import_linter(copy):
    assert broken_contracts(copy) == set()


@pytest.mark.parametrize("planted", IMPORTS, ids=lambda planted: planted.name)
def test_import_linter_catches(copy, planted):
    with planting(copy, planted):
        broken = broken_contracts(copy)
    assert any(planted.caught_by in name for name in broken), broken


@pytest.mark.parametrize("planted", RUFF, ids=lambda planted: planted.name)
def test_ruff_catches(copy, planted):
    with planting(copy, planted) as file:
        said = run(BIN / "ruff", "check", "--output-format=concise", file, cwd=copy)
    assert planted.says in said, said


@pytest.mark.parametrize("planted", READINGS, ids=lambda planted: planted.name)
def test_the_readings_catch(copy, planted):
    check = getattr(checks, planted.caught_by)
    before = check(copy)
    with planting(copy, planted):
        found = set(check(copy)) - set(before)
    assert any(planted.says in sentence for sentence in found), found


def test_every_reading_has_a_violation_that_it_catches():
    assert {check.__name__ for check in checks.CHECKS} == {p.caught_by for p in READINGS}
