"""判定: the rules of a pack on one day, one subject at a time."""

import datetime
from collections.abc import Iterable, Iterator
from typing import Any

from wengu.rules.interpret import Interpreter, Remembering
from wengu.rules.leaves import Leaf
from wengu.rules.parameters import Parameters
from wengu.rules.rows import Frame, HouseholdResults, Result, Values, frame
from wengu.rules.rule import Rule
from wengu.rules.vocabulary import Vocabulary


class Reference:
    """参照判定器: decides with the interpreter; what every other engine must equal."""

    def __init__(
        self, voc: Vocabulary, rules: list[Rule], on: datetime.date, parameters: Parameters
    ) -> None:
        self.voc = voc
        self.rules = rules
        self.on = on
        self.interpreter = Interpreter(voc, on, parameters)

    def remembering(self) -> "Reference":
        """Return the same, asking each fact of a row once: for rows that do not change."""
        found = Reference(self.voc, self.rules, self.on, self.interpreter.parameters)
        found.interpreter = Remembering(self.voc, self.on, self.interpreter.parameters)
        return found

    def at(self, on: datetime.date) -> "Reference":
        """Return the same rules and parameters on another day."""
        return Reference(self.voc, self.rules, on, self.interpreter.parameters)

    def decide(self, rule: Rule, subject: Frame) -> Result:
        """Return the first branch whose condition is true, or where it became unknown."""
        for number, branch in enumerate(rule.branches):
            if branch.condition is None:
                return Result(number)
            holds = self.interpreter.value(branch.condition, subject)
            if holds is None:
                mask = self.interpreter.mask(branch.condition, subject)
                return Result(-number - 1, mask)
            if holds:
                return Result(number)
        raise AssertionError(rule.name)  # the loader saw an otherwise()

    def missing(self, rule: Rule, result: Result, subject: Frame) -> Iterator[tuple[Leaf, Frame]]:
        """Yield what an undecided result lacks, each with the row that lacks it."""
        condition = rule.branches[-result.branch - 1].condition if result.branch < 0 else None
        if condition is not None:
            yield from self.interpreter.missing(condition, subject)

    def results(self, subject: Frame) -> dict[str, Result]:
        """Return the result of every rule in force about this row."""
        rules = [rule for rule in self.rules if rule.subject == subject.table]
        return {rule.name: self.decide(rule, subject) for rule in rules}

    def household(
        self, household: Values, persons: Iterable[Values] = (), bills: Iterable[Values] = ()
    ) -> HouseholdResults:
        """Return the results of a household and of its persons."""
        children = {"person": persons, "bill": bills}
        root = frame(self.voc, "household", household, children)
        members: dict[Any, dict[str, Result]] = {
            member.id: self.results(member) for member in root.below.get("person", [])
        }
        return HouseholdResults(self.results(root), members)

    def village(self, village: Values) -> dict[str, Result]:
        """Return the results of a village."""
        return self.results(Frame("village", village))
