"""The one place where a builder of pages tells the walker what an address of a page may name.

A page whose address has a part, such as `households/<int:household>/`, is walked with the part of
an own place, of a foreign one, and of one that does not exist. Its name is looked up here:

    @gives("household")                  # the part's name, or "route-name.part" where one differs
    def household(place): return place.household.pk

    @gives("clause", everywhere=True)    # the same for everybody; foreign does not exist
    def clause(place): return "2.4.3"

A page without parts needs nothing. A page that changes something may add what its form sends:

    @sends("batch-apply")
    def apply(place): return {"confirm": "4"}

Forms that the walker finds on pages are sent without being listed here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.walk.world import PARAMETER, Place
from wengu.decisions.models import Run

MISSING = {
    "int": 987_654_321,
    "uuid": "00000000-0000-4000-8000-000000000000",
    "str": "missing-thing",
    "slug": "missing-thing",
    "path": "missing/thing",
}


@dataclass(frozen=True)
class Given:
    """What stands for one part of an address."""

    value: Callable[[Place], Any]
    everywhere: bool = False
    missing: Any = None


PARTS: dict[str, Given] = {}
SENT: dict[str, Callable[[Place], dict[str, Any]]] = {}

# Pages that nobody of the suite opens with 200, each with its reason.
NEVER_OPEN: dict[str, str] = {
    "account_signup": "there is no sign-up",
    "mfa_authenticate": "the second step of a sign-in that the walker has behind it",
    "mfa_reauthenticate": "needs a code, and the walker's people have no authenticator",
    "mfa_view_recovery_codes": "the walker's people have no recovery codes",
    "mfa_download_recovery_codes": "the walker's people have no recovery codes",
    "set_language": "answers with a redirect only",
}

# Pages that differ from one moment to the next for everybody, each with its reason.
VOLATILE: dict[str, str] = {
    "mfa_activate_totp": "a new secret each time",
    "events": "every reading is itself an event",
    "desk@audit_administrator": "counts the events, of which every reading is one",
}


def gives(name: str, *, everywhere: bool = False, missing: Any = None) -> Callable:
    """State what stands for a part of addresses."""

    def keep(function: Callable[[Place], Any]) -> Callable[[Place], Any]:
        PARTS[name] = Given(function, everywhere, missing)
        return function

    return keep


def sends(route: str) -> Callable:
    """State what the form of a page sends."""

    def keep(function: Callable[[Place], dict[str, Any]]) -> Callable:
        SENT[route] = function
        return function

    return keep


# What an address of a place names there.
for _name, _value in {
    "household": lambda place: place.household.pk,
    "number": lambda place: place.household.number,
    "person": lambda place: place.person.pk,
    "batch": lambda place: place.waiting.pk,
    "doubt": lambda place: place.doubt.pk,
    "job": lambda place: place.job.pk,
    "username": lambda place: place.officer.username,
    "user": lambda place: place.officer.pk,
}.items():
    gives(_name)(_value)
for _name in ("village", "region"):
    gives(_name, missing="320723999999")(lambda place: str(place.village))
# What is the same for everybody.
for _name, _value in {
    "clause.number": "2.4.3",
    "decision-record.number": "0003",
    "rule": "near-poverty",
    "what": "phone",
    "parameter.name": PARAMETER,
    "parameter-propose.name": PARAMETER,
    "parts-page.name": "list",
}.items():
    gives(_name, everywhere=True)(lambda place, value=_value: value)


@gives("run.number", everywhere=True)
def run(place):
    return Run.objects.get().pk


@gives("parameter-adopt.number")
@gives("parameter-withdraw.number")
def proposal(place):
    return place.proposal.pk
