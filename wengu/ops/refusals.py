"""What the command line says in a line of words: everything an action may refuse with."""

from typing import Final

from django.core.exceptions import PermissionDenied
from django.utils import translation

from wengu.jobs.failures import NotNow
from wengu.rules import RuleError

REFUSED: Final = (NotNow, PermissionDenied, RuleError)


def said(error: Exception) -> str:
    """Return why an action refused: in English where it is known, with the Chinese beside it."""
    chinese = str(error)
    if not isinstance(error, NotNow):
        return chinese
    with translation.override("en"):
        english = translation.gettext(error.words) % error.detail
    return chinese if english == chinese else f"{english}（{chinese}）"
