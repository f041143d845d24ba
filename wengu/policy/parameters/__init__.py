"""参数: definitions, dated values with region and source, and how a file states them."""

from wengu.policy.parameters.definitions import (
    definition,
    definitions,
)
from wengu.policy.parameters.files import (
    demonstration,
    export,
    load,
    official,
    parse,
    rule_values,
)
from wengu.policy.parameters.shapes import Definition, UnknownParameterError
from wengu.policy.parameters.values import ParameterError, Value, assign, in_force, read, write

__all__ = [
    "Definition", "ParameterError", "UnknownParameterError", "Value", "assign", "definition",
    "definitions", "demonstration", "export", "in_force", "load", "official", "parse", "read",
    "rule_values", "write",
]  # fmt: skip
