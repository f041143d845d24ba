"""What the command line says in a line of words: everything an action may refuse with."""

from typing import Final

from django.core.exceptions import PermissionDenied

from wengu.jobs.failures import NotNow
from wengu.rules import RuleError

REFUSED: Final = (NotNow, PermissionDenied, RuleError)
