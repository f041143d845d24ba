"""样张: made-up pages and parts (模拟数据) that show the grammar and on which it is tested.

Each JSON file is one shape of `shapes`, `reasons` or `screens`: {"is": class, field: value, …}.
"""

import json
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from wengu.web import drawing, reasons, screens, shapes


@dataclass(frozen=True, slots=True)
class Swatch:
    """色样 with its contrast."""

    style: str
    label: str
    ratio: str


def _classes() -> dict[str, Any]:
    modules = (shapes, reasons, screens)
    found = {name: thing for module in modules for name, thing in vars(module).items()}
    return {**found, "Swatch": Swatch}


@cache
def outlines() -> tuple[int, dict[str, reasons.Outline]]:
    """Return the height of the county map and its outlines by code."""
    source = files("wengu.regions").joinpath("data/counties.geojson").read_text("utf-8")
    return drawing.outlines(json.loads(source), drawing.MAP_WIDTH)


def _tuples(value: Any) -> Any:
    return tuple(map(_tuples, value)) if isinstance(value, list) else value


def _shape(written: dict[str, Any]) -> Any:
    """Return the shape that an object of the file stands for."""
    fields = {name: _tuples(value) for name, value in written.items()}
    kind = fields.pop("is", None)
    if kind is None:
        return fields
    if kind == "date":
        return date.fromisoformat(fields["day"])
    if kind == "outline":
        return outlines()[1][fields["code"]]
    return _classes()[kind](**fields)


@cache
def sample(name: str) -> Any:
    """Return the sample page or parts called `name`."""
    source = files("wengu.web").joinpath(f"samples/{name}.json").read_text("utf-8")
    return _tuples(json.loads(source, object_hook=_shape))
