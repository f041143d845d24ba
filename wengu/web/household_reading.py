"""读一户: what the file of a household is made of, read once and in scope."""

import datetime
from functools import cached_property

from django.http import Http404

from wengu.accounts.permissions import Facts, Permission
from wengu.accounts.scope import Scope
from wengu.decisions import facts, policies, sources
from wengu.decisions import queries as decisions
from wengu.decisions.dossiers import Dossier, Told
from wengu.decisions.models import Decision
from wengu.decisions.resolving import Row
from wengu.registry import queries as registry
from wengu.registry.benefits import Benefit
from wengu.registry.models import Household, Membership
from wengu.web.access import Request
from wengu.web.frame import link
from wengu.web.shapes import Cell, Link, Piece


class Reading:
    """户档所读: one household on a day; 404 outside the scope."""

    def __init__(self, request: Request, number: str, on: datetime.date) -> None:
        self.request, self.scope = request, request.scope
        self.on, self.today = on, request.on
        home = registry.household(viewer=self.scope, number=number)
        if home is None:
            raise Http404
        self.home: Household = home
        self.policy = policies.current()
        self.members: list[Membership] = list(registry.members(household=home, on=on))
        self.dossier: Dossier | None = facts.dossier(
            household=home.pk, on=on, seq=facts.latest_seq(), ages=self.policy.ages(on)
        )
        self.names = {row.person_id: row.person.name for row in self.members}

    @cached_property
    def history(self) -> list[Decision]:
        """Every span of the household and its persons, the newest first."""
        return decisions.history(household=self.home.pk, viewer=self.scope)

    @cached_property
    def spans(self) -> dict[tuple[str, int, str], Decision]:
        """What stands now, by kind, subject and rule."""
        return {(d.kind, d.subject, d.rule): d for d in self.history if d.ended_id is None}

    @cached_property
    def benefits(self) -> list[Benefit]:
        """What the members have had, the newest first."""
        return registry.benefits(household=self.home, on=self.on)

    @cached_property
    def where(self) -> dict[int, Household | None]:
        """Where whoever has left belongs now; None: to a household that the post may not see."""
        gone = Membership.objects.filter(
            registry.known(None), household=self.home, until__isnull=False
        )
        persons = list(gone.values_list("person", flat=True))
        return registry.belonging(persons=persons, on=self.today, viewer=self.scope)

    def person(self, key: int) -> Row:
        """Return the facts of one member; an empty row where none is known."""
        rows = self.dossier.persons if self.dossier else []
        return next((row for row in rows if row["id"] == key), {})

    def may(self, group: Facts | str) -> bool:
        """Say whether the post sees a group of facts, or a column."""
        return self.scope.sees(group)

    def source(self, table: str, key: object, column: str) -> tuple[Cell, Cell]:
        """Return who says a fact and since when; empty cells where nobody does."""
        told = self.dossier.told.get((table, key, column)) if self.dossier else None
        if told is None:
            return "", ""
        return source_cell(self.scope, told, holder(self, table, column)), sources.day(told)


def holder(reading: Reading, table: str, column: str) -> str:
    """Return who keeps a fact among the departments; "" where no rule asks for it."""
    known = reading.policy.pack.vocabulary.tables.get(table)
    kind = known.columns.get(column) if known else None
    return kind.holder if kind else ""


def source_cell(scope: Scope, told: Told, keeper: str) -> Piece:
    """Return the source of a fact, a link to its batch where the post may open it."""
    text = sources.text(told, keeper)
    if told.batch is not None and scope.allows(Permission.BATCHES_READ):
        return Link(text, link("batch", told.batch))
    return text


def source_name(source: str, batch: int | None, scope: Scope) -> Piece:
    """Return the source of a statement by its kind and batch."""
    return source_cell(scope, Told(source, 0, batch), "")
