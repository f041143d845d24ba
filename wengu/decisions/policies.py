"""政策: the rule text and the parameter values that a run decides by, as they stood."""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from django.conf import settings

from wengu.decisions.extracts import Ages
from wengu.decisions.models import RuleText
from wengu.governance import queries as governance
from wengu.policy.parameters import Value, demonstration, in_force, official, rule_values
from wengu.policy.policy import CITY
from wengu.policy.rules import pack as own_pack
from wengu.regions.models import Level, Region
from wengu.rules import Pack, Parameters, RuleError

_CITY_DIGITS = 4
VALIDITY = ("list_months", "income_months")
"""The parameters of how long lists and incomes hold."""


@dataclass(frozen=True)
class Policy:
    """政策: a pack of rules and every parameter row, with region and source."""

    pack: Pack
    values: tuple[Value, ...] = ()
    city: str = ""

    @cached_property
    def parameters(self) -> Parameters:
        """The rows that the rules of the pack ask for."""
        known = self.pack.vocabulary.parameters
        rows = rule_values((row for row in self.values if row.name in known), city=self.city)
        return Parameters(rows)

    @cached_property
    def hash(self) -> str:
        """The digest of rule text and parameter rows together."""
        return self.pack.hash(self.parameters)

    @property
    def version(self) -> str:
        """The name and version of the pack."""
        return f"{self.pack.name} {self.pack.version}"

    def row(self, name: str, county: str, on: datetime.date) -> Value | None:
        """Return the parameter row in force in a county on a day; None = nobody has set it."""
        return in_force(self.values, name, county or self.city, on)

    def ages(self, on: datetime.date) -> Ages:
        """Return for how long lists and incomes hold, by the parameters of a day."""
        lists, incomes = (self.row(name, "", on) for name in VALIDITY)
        return Ages(
            int(str(lists.value)) if lists else None, int(str(incomes.value)) if incomes else None
        )

    def kept(self) -> dict[str, Any]:
        """Return what a run keeps of the policy: the pack's digest and the parameter rows."""
        return {
            "pack": self.pack.hash(),
            "city": self.city,
            "rows": [
                [
                    row.name,
                    row.region,
                    row.since.isoformat(),
                    sorted(row.value) if isinstance(row.value, frozenset) else row.value,
                    row.source,
                    row.unverified,
                    row.simulated,
                ]
                for row in sorted(self.values, key=lambda row: (row.name, row.region, row.since))
            ],
        }


def keep(policy: Policy) -> None:
    """Keep the rule text that a run decides by; once for every text."""
    RuleText.objects.get_or_create(
        digest=policy.pack.hash(),
        defaults={"name": policy.version, "content": policy.pack.content()},
    )


def restored(kept: Mapping[str, Any]) -> Policy:
    """Return the policy of an old run: its own parameter rows and its own rule text.

    Raises RuleError where the text is not kept, or is not what it was.
    """
    rows = tuple(
        Value(name, region, datetime.date.fromisoformat(since), _stored(value), *rest)
        for name, region, since, value, *rest in kept["rows"]
    )
    return Policy(_pack(kept["pack"]), rows, kept["city"])


@lru_cache(maxsize=16)
def _pack(digest: str) -> Pack:
    """Return the pack of a digest; equal digests are equal texts, so it never changes."""
    if digest == own_pack.hash():
        return own_pack
    text = RuleText.objects.filter(digest=digest).first()
    found = Pack.of(text.content) if text else None
    if found is None or found.hash() != digest:
        raise RuleError("text-lost", name=digest[:12])
    return found


def current(*, parameters: Iterable[Value] | None = None) -> Policy:
    """Return the policy as this city runs it: the pack, and the adopted parameter rows.

    An adopted row replaces the pack's own row of the same name, region and day.
    """
    rows = official() + (demonstration() if settings.DEMO else ())
    merged = {(row.name, row.region, row.since): row for row in rows}
    for row in adopted() if parameters is None else parameters:
        merged[row.name, row.region, row.since] = row
    return Policy(own_pack, tuple(merged.values()), city())


def adopted() -> list[Value]:
    """Return the rows that two persons of this city adopted."""
    return [
        Value(
            row.name,
            _prefix(row.region),
            row.since,
            _stored(row.value),
            row.source,
            unverified=not row.verified,
        )
        for row in governance.parameter_rows()
    ]


def city() -> str:
    """Return the prefix of the city whose regions are loaded; none is: the document's own city."""
    first = Region.objects.filter(level=Level.CITY).order_by("code").first()
    return first.code[:_CITY_DIGITS] if first else CITY


def _prefix(region: str) -> str:
    """Return the digits that name a region: 320723000000 is 320723."""
    digits = region[:6]
    while digits.endswith("00"):
        digits = digits[:-2]
    return digits


def _stored(value: Any) -> Any:
    return frozenset(value) if isinstance(value, list) else value
