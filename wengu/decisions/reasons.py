"""理由: the conditions of a decision as they are read: facts, figures, sources, days."""

import datetime
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

# A yes or no is compared like any other fact.
_PLAIN: Mapping[str, tuple[str, Any]] = {"is": ("=", True), "is not": ("=", False)}

SIGNS = {">=": "≥", "<=": "≤", ">": "＞", "<": "＜", "=": "＝", "!=": "≠"}


class Stated(NamedTuple):
    """所据: a recorded fact that a condition looks at, with who says it and since when."""

    fact: str
    subject: Any
    value: Any
    unit: str
    source: str
    date: datetime.date

    def as_json(self) -> dict[str, Any]:
        """Return the fact as scripts read it."""
        return self._asdict() | {"date": self.date.isoformat()}


FactsOf = Callable[["Reason"], dict[str, Any]]


class Reason(NamedTuple):
    """理由: one condition as it was reached, said so that it is true (or unknown: not `known`)."""

    fact: str
    term: str
    value: Any
    value_text: str
    unit: str
    operator: str
    threshold: Any
    threshold_text: str
    known: bool
    facts: tuple[Stated, ...]
    subject: Any
    inner: tuple["Reason", ...] = ()

    @property
    def source(self) -> str:
        """Who says the facts, each source once."""
        if len(self.facts) <= 1:
            return self.facts[0].source if self.facts else ""
        return _("；").join(dict.fromkeys(one.source for one in self.facts))

    @property
    def date(self) -> datetime.date | None:
        """The day since which all the facts are true: that of the newest."""
        if len(self.facts) == 1:
            return self.facts[0].date
        return max((one.date for one in self.facts), default=None)

    @property
    def text(self) -> str:
        """The comparison as it is read aloud; of a yes or no the answer alone."""
        if self.threshold is None:
            return f"{self.term}{_('：')}{self.value_text}" if self.value_text else self.term
        sign = SIGNS.get(self.operator)
        if sign:
            return f"{self.term} {self.value_text} {sign} {self.threshold_text}"
        among = _("不属于%(list)s") if self.operator.startswith("not") else _("属于%(list)s")
        words = among % {"list": self.threshold_text}
        return f"{self.term}{_('：')}{self.value_text}{_('，')}{words}"

    def atoms(self) -> list["Reason"]:
        """Return the comparisons of recorded facts that the reason comes down to."""
        found: list[Reason] = []
        self._gather(found)
        return found

    def _gather(self, found: list["Reason"]) -> None:
        if not self.inner:
            found.append(self)
        for one in self.inner:
            one._gather(found)

    def as_json(self, facts: FactsOf | None = None) -> dict[str, Any]:
        """Return the reason as scripts read it; `facts` says what of its facts is written."""
        operator, threshold = _PLAIN.get(self.operator, (self.operator, self.threshold))
        return {
            "fact": self.fact,
            "value": list(self.value) if isinstance(self.value, tuple) else self.value,
            "unit": self.unit,
            "operator": operator,
            "threshold": list(threshold) if isinstance(threshold, tuple) else threshold,
            "source": self.source,
            "date": self.date.isoformat() if self.date else None,
            **(facts(self) if facts else self.all_facts()),
        }

    def all_facts(self) -> dict[str, Any]:
        """Return each fact with its own source and day."""
        return {"facts": [one.as_json() for one in self.facts]}
