"""方言: how one engine spells the few things that SQL engines spell differently.

Everything else that the compiler emits is the subset on which engines agree: BIGINT + - *,
comparisons, IN, CASE, COALESCE, SUM, BIT_OR and &, inner and left joins, GROUP BY.
"""


class Dialect:
    """方言: the plain spelling, which needs nothing that few engines know."""

    name = "standard"
    integer_type = "BIGINT"
    small_type = "SMALLINT"
    mask_type = "INTEGER"
    true, false = "TRUE", "FALSE"
    unknown_flag = "CAST(NULL AS BOOLEAN)"
    quote_mark = '"'

    def name_of(self, identifier: str) -> str:
        """Return a quoted identifier; they are all plain ASCII by the proofs of the vocabulary."""
        return f"{self.quote_mark}{identifier}{self.quote_mark}"

    def integer(self, value: int | None) -> str:
        """Return a 64-bit literal: a bare one would be 32-bit and overflow in products."""
        return f"CAST({'NULL' if value is None else value} AS {self.integer_type})"

    def text(self, value: str) -> str:
        """Return a text literal."""
        return "'" + value.replace("'", "''") + "'"

    def one_of(self, expression: str, values: list[str]) -> str:
        """Return whether a text is one of some; unknown where it is."""
        return f"({expression} IN ({', '.join(self.text(value) for value in values)}))"

    def flag(self, value: bool | None) -> str:  # noqa: FBT001 - a value, not an option
        """Return a truth value."""
        if value is None:
            return self.unknown_flag
        return self.true if value else self.false

    def total(self, expression: str) -> str:
        """Return a sum as a 64-bit integer: some engines widen it."""
        return f"CAST(SUM({expression}) AS {self.integer_type})"

    def bits(self, expression: str) -> str:
        """Return the bits that are set in any row of a group."""
        return f"BIT_OR({expression})"


class DuckDB(Dialect):
    """DuckDB."""

    name = "duckdb"

    def one_of(self, expression: str, values: list[str]) -> str:
        """Return it as a function: asked once of each text in a dictionary, not of each row."""
        return f"list_contains([{', '.join(self.text(value) for value in values)}], {expression})"


DIALECTS: dict[str, Dialect] = {one.name: one for one in (Dialect(), DuckDB())}
