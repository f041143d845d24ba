"""Whatever the coverage points at exists: rules, parameters, tests, commands and pages."""

import typer.main
from django.urls import get_resolver

from tests.policy.test_coverage import is_test
from wengu.ops.cli import app
from wengu.policy.checklist import checklist_row
from wengu.policy.coverage import CoveredRow, Place, problems, rows

COMMANDS = typer.main.get_command(app)
PAGES = {name for name in get_resolver().reverse_dict if isinstance(name, str)}


def is_command(ref: str) -> bool:
    """The words of a command; what follows the last known word is its arguments."""
    found = COMMANDS
    for word in ref.split():
        below = getattr(found, "commands", None)
        if below is None:
            return True
        if word not in below:
            return False
        found = below[word]
    return not hasattr(found, "commands")


RESOLVERS = {"test": is_test, "command": is_command, "page": PAGES.__contains__}


def test_every_place_that_the_coverage_names_exists():
    assert problems(rows(), RESOLVERS) == []


def test_a_place_that_is_gone_is_found():
    row = checklist_row("T17")
    where = (Place("command", "policy tell 2.4.3"), Place("page", "no-such-page"))
    found = problems((CoveredRow(row, "planned", where),), RESOLVERS)
    assert len(found) == 2
