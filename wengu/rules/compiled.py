"""编译执行: the rules of a day as Python functions, for one subject at a time, in microseconds.

The program text is written from proved trees only: names are checked identifiers, texts go through
repr(), so nothing of a rule file or of a page reaches `exec` as code. Each fact and aggregate is a
function that keeps its answer on the row; each rule is a function that returns a Result.
"""

import datetime
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from wengu.kernel.dates import to_day
from wengu.rules import nodes
from wengu.rules.interpret import cut_day
from wengu.rules.leaves import missable
from wengu.rules.nodes import Node
from wengu.rules.parameters import Parameters
from wengu.rules.pyexpressions import Expressions, Spot
from wengu.rules.pymasks import Masks
from wengu.rules.rows import Frame, HouseholdResults, Result, Values, frame
from wengu.rules.rule import Rule
from wengu.rules.vocabulary import Vocabulary

Decide = Callable[[Frame, tuple[Any, ...]], Result]


class Program:
    """程序: writes the functions, and keeps what of them differs by county in `P`."""

    def __init__(
        self, voc: Vocabulary, rules: list[Rule], on: datetime.date, parameters: Parameters
    ) -> None:
        self.voc = voc
        self.on = on
        self.parameters = parameters
        self.names: dict[str, Any] = {"Result": Result}
        self._lines: list[str] = []
        self._calls: dict[Node, str] = {}
        self._slots: dict[Node, int] = {}
        self._readers: list[Callable[[str | None], Any]] = []
        self.expressions = Expressions(voc, self)
        for number, rule in enumerate(rules):
            self._write_rule(f"rule{number}", rule)
        self.source = "\n".join(self._lines)
        exec(compile(self.source, "<rules>", "exec"), self.names)  # noqa: S102 - own text, see above
        self.rules: dict[str, list[tuple[str, Decide]]] = {}
        for number, rule in enumerate(rules):
            decide = (rule.name, self.names[f"rule{number}"])
            self.rules.setdefault(rule.subject, []).append(decide)

    def county(self, code: str | None) -> tuple[Any, ...]:
        """Return what differs by county, for one of them; None = for all that set nothing."""
        return tuple(read(code) for read in self._readers)

    def today(self) -> int:
        """Return the day of evaluation."""
        return to_day(self.on)

    def is_set(self, name: str) -> bool:
        """Is the parameter known in every county."""
        return self.parameters.at(name, self.on) is not None

    def parameter(self, node: nodes.Parameter) -> str:
        """Return the expression of a parameter."""
        return self._by_county(node, lambda code: self.parameters.at(node.name, self.on, code))

    def cut(self, node: nodes.Cut) -> str:
        """Return the expression of a computed day."""
        if isinstance(node.length, nodes.Literal):
            return str(cut_day(node.kind, self.on, int(node.length.value)))
        name = node.length.name

        def read(code: str | None) -> int | None:
            length = self.parameters.at(name, self.on, code)
            return None if length is None else cut_day(node.kind, self.on, int(str(length)))

        return self._by_county(node, read)

    def _by_county(self, node: Node, read: Callable[[str | None], Any]) -> str:
        city = read(None)
        if all(read(code) == city for code in self.parameters.counties()):
            return repr(city) if not isinstance(city, frozenset) else self._constant(city)
        if node not in self._slots:
            self._slots[node] = len(self._readers)
            self._readers.append(read)
        return f"P[{self._slots[node]}]"

    def _constant(self, value: frozenset[str]) -> str:
        name = f"C{len(self.names)}"
        self.names[name] = value
        return name

    def call(self, node: nodes.Fact | nodes.Aggregate, frame: str) -> str:
        """Return the call of the function of a fact or aggregate, written on first use."""
        if node not in self._calls:
            number = len(self._calls)
            self._calls[node] = f"fact{number}"
            self._write_kept(number, node)
        return f"{self._calls[node]}({frame}, P)"

    def _write_kept(self, number: int, node: nodes.Fact | nodes.Aggregate) -> None:
        owner = node.table if isinstance(node, nodes.Fact) else self.voc.above(node.table)[1]
        if isinstance(node, nodes.Fact):
            body = [f"r = {self.expressions.of(self.voc.opened(node), ('f', owner))}"]
        else:
            body = list(self._loop(node))
        self._write(
            f"fact{number}",
            [
                "m = f.memo",
                f"if {number} in m:",
                f"    return m[{number}]",
                *body,
                f"m[{number}] = r",
                "return r",
            ],
        )

    def _loop(self, node: nodes.Aggregate) -> Iterator[str]:
        spot: Spot = ("g", node.table)
        settles = node.operator == "any"
        yield f"r = {not settles if node.operator in ('any', 'every') else 0}"
        yield f"for g in f.below.get({node.table!r}, ()):"
        if node.operator in ("any", "every"):
            items = [node.body or nodes.TRUE]
            if node.where is not None:
                items.insert(0, node.where if settles else nodes.Not(node.where))
            text = self.expressions.junction(items, spot, settles=not settles)
            yield f"    c = {text}"
            yield f"    if c is {settles}:"
            yield f"        r = {settles}"
            yield "        break"
            yield "    if c is None:"
            yield "        r = None"
        else:
            yield from self._counted(node, spot)

    def _counted(self, node: nodes.Aggregate, spot: Spot) -> Iterator[str]:
        if node.where is not None:
            yield f"    c = {self.expressions.of(node.where, spot)}"
            yield "    if c is None:"
            yield "        r = None"
            yield "        break"
            yield "    if not c:"
            yield "        continue"
        body = "1" if node.body is None else self.expressions.of(node.body, spot)
        yield f"    c = {body}"
        yield "    if c is None:"
        yield "        r = None"
        yield "        break"
        yield "    r += c"

    def _write_rule(self, name: str, rule: Rule) -> None:
        lines: list[str] = []
        spot: Spot = ("f", rule.subject)
        for number, branch in enumerate(rule.branches):
            key = f"{name}_{number}"
            self.names[key] = Result(number)
            if branch.condition is None:
                lines.append(f"return {key}")
                break
            lines.append(f"c = {self.expressions.of(branch.condition, spot)}")
            if not self.expressions.is_sure(branch.condition):
                bits = {leaf: 1 << i for i, leaf in enumerate(missable(branch.condition, self.voc))}
                masks = Masks(self.expressions, bits)
                self._write(f"{key}_mask", masks.lines(branch.condition, spot))
                lines.append("if c is None:")
                lines.append(f"    return Result({-number - 1}, {key}_mask(f, P))")
            lines.append("if c:")
            lines.append(f"    return {key}")
        self._write(name, lines)

    def _write(self, name: str, lines: Iterable[str]) -> None:
        self._lines.append(f"def {name}(f, P):")
        self._lines.extend(f"    {line}" for line in lines)


class Evaluator:
    """判定器: decides one subject at a time on one day."""

    def __init__(
        self, voc: Vocabulary, rules: list[Rule], on: datetime.date, parameters: Parameters
    ) -> None:
        self.voc = voc
        self.on = on
        self._program = Program(voc, rules, on, parameters)
        self._counties = {code: self._program.county(code) for code in parameters.counties()}
        self._city = self._program.county(None)

    @property
    def source(self) -> str:
        """The program, for those who want to read it."""
        return self._program.source

    def results(self, subject: Frame) -> dict[str, Result]:
        """Return the results of one row made by `wengu.rules.rows.frame` for this evaluator."""
        P = self._counties.get(subject.county, self._city)
        return {
            name: decide(subject, P) for name, decide in self._program.rules.get(subject.table, ())
        }

    def household(
        self, household: Values, persons: Iterable[Values] = (), bills: Iterable[Values] = ()
    ) -> HouseholdResults:
        """Return the results of a household and of its persons."""
        root = frame(self.voc, "household", household, {"person": persons, "bill": bills})
        members: dict[Any, dict[str, Result]] = {
            member.id: self.results(member) for member in root.below.get("person", ())
        }
        return HouseholdResults(self.results(root), members)

    def village(self, village: Values) -> dict[str, Result]:
        """Return the results of a village."""
        return self.results(Frame("village", village))
