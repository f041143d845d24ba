"""政策: what is in force on a day: the rules, the parameter values and the targets."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from wengu.policy.clauses import Clause, clause
from wengu.policy.parameters import Definition, Value, definitions, files, values
from wengu.policy.rules import pack
from wengu.policy.targets import Target, targets
from wengu.rules import Pack, Parameters, Rule

CITY = "3207"
"""连云港市: the city whose document this is; another city passes its own code."""


@dataclass(frozen=True)
class PolicyInForce:
    """在施政策: rules, parameter rows and targets on a day, for one city."""

    on: datetime.date
    values: tuple[Value, ...]
    city: str

    @property
    def pack(self) -> Pack:
        """Return the rule pack."""
        return pack

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """Return the rules in force on the day, in the order of their clauses."""
        live = [rule for rule in pack.rules if rule.in_force(self.on)]
        return tuple(sorted(live, key=lambda rule: [int(n) for n in rule.clause.split(".")]))

    @property
    def targets(self) -> tuple[Target, ...]:
        """Return the targets of the document."""
        return targets()

    @cached_property
    def parameters(self) -> Parameters:
        """Return the rows of rule parameters, as the rule language reads them."""
        known = pack.vocabulary.parameters
        rows = [row for row in self.values if row.name in known]
        found = Parameters(files.rule_values(rows, city=self.city))
        found.check(known)
        return found

    def value(self, name: str, region: str = "") -> Value | None:
        """Return the row of a parameter in force in a region; None: unset, so unknown."""
        return values.in_force(self.values, name, region or self.city, self.on)

    def unset(self, region: str = "") -> tuple[Definition, ...]:
        """Return the parameters that have no value in a region on the day."""
        return tuple(each for each in definitions() if self.value(each.name, region) is None)

    def clause_of(self, rule: Rule) -> Clause:
        """Return the clause that a rule reads."""
        return clause(rule.clause)

    def hash(self) -> str:
        """Return the hash of the rules and of every parameter row: equal means equal results."""
        return pack.hash(self.parameters)


def in_force(
    on: datetime.date, *, rows: Iterable[Value] | None = None, city: str = CITY
) -> PolicyInForce:
    """Return the policy on a day; without rows, what the document and named sources give."""
    chosen = files.official() if rows is None else tuple(rows)
    values.refuse_twins(chosen)
    return PolicyInForce(on, chosen, city)
