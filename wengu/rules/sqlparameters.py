"""参数列: the parameters of one day as SQL: literals, or a column where counties differ."""

import datetime
from collections.abc import Callable

from wengu.kernel.dates import to_day
from wengu.rules import kinds, nodes
from wengu.rules.dialect import Dialect
from wengu.rules.interpret import cut_day
from wengu.rules.parameters import Parameters, Value
from wengu.rules.vocabulary import Vocabulary

Read = Callable[[str | None], Value | None]


class ParameterColumns:
    """参数列: what each parameter is on the day, in the city and in each county that differs."""

    def __init__(
        self, voc: Vocabulary, on: datetime.date, parameters: Parameters, dialect: Dialect
    ) -> None:
        self.voc = voc
        self.on = on
        self.parameters = parameters
        self.dialect = dialect
        self._columns: dict[str, list[str]] = {}

    @property
    def today(self) -> int:
        """The day of evaluation."""
        return to_day(self.on)

    @property
    def counties(self) -> list[str]:
        """The counties of the parameter step; none = no parameter differs, so no step."""
        return self.parameters.counties() if self._columns else []

    def codes(self, name: str) -> frozenset[str] | None:
        """Return a set of codes; None = not set."""
        found = self.parameters.at(name, self.on)
        return found if isinstance(found, frozenset) else None

    def is_set(self, name: str) -> bool:
        """Is it set for the whole city, and so for every county."""
        return self._at(name, None) is not None

    def differs(self, name: str) -> bool:
        """Does a county have a value of its own."""
        city = self._at(name, None)
        return any(self._at(name, county) != city for county in self.parameters.counties())

    def value(self, name: str) -> tuple[str, str]:
        """Return the SQL of a parameter, and its column where counties differ, else empty."""
        dims = self.voc.parameter(name).dims
        spells = {kinds.FLAG: self._flag, kinds.TEXT: self._text, kinds.CODES: self._codes}
        spell = spells.get(dims, self._integer)
        return self._column(f"p_{name}", lambda county: self._at(name, county), spell)

    def cut(self, node: nodes.Cut) -> tuple[str, str]:
        """Return the SQL of a computed day, and its column where counties differ, else empty."""
        if isinstance(node.length, nodes.Literal):
            return self._integer(cut_day(node.kind, self.on, int(node.length.value))), ""
        name = node.length.name

        def read(county: str | None) -> Value | None:
            length = self._at(name, county)
            return None if length is None else cut_day(node.kind, self.on, int(str(length)))

        return self._column(f"c_{node.kind}_{name}", read, self._integer)

    def query(self) -> str:
        """Return the parameter step."""
        rows = []
        for number, county in enumerate(self.counties):
            items = [f"{self.dialect.text(county)} AS county"]
            for name, values in self._columns.items():
                items.append(f"{values[number]} AS {name}")
            rows.append("SELECT " + ", ".join(items))
        return "\nUNION ALL ".join(rows)

    def _at(self, name: str, county: str | None) -> Value | None:
        return self.parameters.at(name, self.on, county)

    def _integer(self, value: Value | None) -> str:
        return self.dialect.integer(None if value is None else int(str(value)))

    def _flag(self, value: Value | None) -> str:
        return self.dialect.flag(None if value is None else bool(value))

    def _text(self, value: Value | None) -> str:
        return "CAST(NULL AS VARCHAR)" if value is None else self.dialect.text(str(value))

    def _codes(self, value: Value | None) -> str:
        """Return whether the set is there: nothing else is asked of a set as a whole."""
        return self.dialect.flag(None if value is None else True)

    def _column(
        self, name: str, read: Read, spell: Callable[[Value | None], str]
    ) -> tuple[str, str]:
        city = spell(read(None))
        values = [spell(read(county)) for county in self.parameters.counties()]
        if all(value == city for value in values):
            return city, ""
        self._columns[name] = values
        return f"COALESCE(parameter.{name}, {city})", name
