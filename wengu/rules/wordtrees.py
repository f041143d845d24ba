"""词汇树: tables and parameter definitions as JSON data, and back."""

from collections.abc import Iterable, Mapping
from typing import Any

from wengu.rules import kinds
from wengu.rules.kinds import Kind, ParameterDefinition, Table, parameter_kind

KINDS: dict[str, type[Kind]] = {
    kind.__name__.lower(): kind
    for kind in (
        kinds.Fen, kinds.Bp, kinds.Count, kinds.Months, kinds.Days, kinds.Years,
        kinds.Flag, kinds.Day, kinds.Choice, kinds.Codes,
    )
}  # fmt: skip


def table_tree(table: Table) -> dict[str, Any]:
    """Return a table as JSON data."""
    return {
        "name": table.name,
        "parent": table.parent.name if table.parent else None,
        "many": table.many,
        "term": table.term,
        "term_en": table.term_en,
        "at_most": table.at_most,
        "columns": [{"name": name, **_kind_tree(kind)} for name, kind in table.columns.items()],
    }


def tables_of(trees: Iterable[Mapping[str, Any]]) -> list[Table]:
    """Return the tables of their trees, each of which stands after the one it belongs to."""
    made: dict[str | None, Table | None] = {None: None}
    for tree in trees:
        made[tree["name"]] = _table_of(tree, made[tree["parent"]])
    return [table for table in made.values() if table is not None]


def _table_of(tree: Mapping[str, Any], parent: Table | None) -> Table:
    columns = {column["name"]: _kind_of(column) for column in tree["columns"]}
    return Table(
        tree["name"], columns, parent=parent, many=tree["many"],
        term=tree["term"], term_en=tree["term_en"], at_most=tree["at_most"],
    )  # fmt: skip


def parameter_tree(definition: ParameterDefinition) -> dict[str, Any]:
    """Return a parameter's definition as JSON data."""
    return {
        "name": definition.name,
        "kind": _kind_tree(parameter_kind(definition.kind)),
        "term": definition.term,
        "term_en": definition.term_en,
        "unit": definition.unit,
        "county": definition.county,
        "range": list(definition.bounds),
    }


def parameter_of(tree: Mapping[str, Any]) -> ParameterDefinition:
    """Return the definition of its tree."""
    low, high = tree["range"]
    return ParameterDefinition(
        tree["name"], _kind_of(tree["kind"]), term=tree["term"], term_en=tree["term_en"],
        unit=tree["unit"], county=tree["county"], range=(low, high),
    )  # fmt: skip


def _kind_tree(kind: Kind) -> dict[str, Any]:
    return {
        "kind": type(kind).__name__.lower(),
        "null": kind.null,
        "term": kind.term,
        "term_en": kind.term_en,
        "holder": kind.holder,
        "range": list(kind.bounds),
        "values": list(kind.values),
    }


def _kind_of(tree: Mapping[str, Any]) -> Kind:
    low, high = tree["range"]
    return KINDS[tree["kind"]](
        null=tree["null"], term=tree["term"], term_en=tree["term_en"], holder=tree["holder"],
        range=(low, high), values=tuple(tree["values"]),
    )  # fmt: skip
