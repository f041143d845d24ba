"""区划轮廓: county outlines for the map, as the package's own data.

Statistical districts (320771, 320772) have no outline: they stand in the table, not on the map.
"""

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

OWN_FILE = Path(__file__).parent / "data" / "counties.geojson"

Point = tuple[float, float]
Ring = tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Outline:
    """轮廓: code of twelve digits, name, where its label stands, and its rings (lon, lat)."""

    code: str
    name: str
    label: Point
    rings: tuple[Ring, ...]


@lru_cache(maxsize=4)
def counties(file: Path = OWN_FILE) -> tuple[Outline, ...]:
    """Return the outlines in the order of the file."""
    features = json.loads(file.read_text(encoding="utf-8"))["features"]
    return tuple(_outline(feature) for feature in features)


def _outline(feature: dict[str, Any]) -> Outline:
    properties, geometry = feature["properties"], feature["geometry"]
    polygons = geometry["coordinates"]
    if geometry["type"] == "Polygon":
        polygons = [polygons]
    longitude, latitude = properties["cp"]
    return Outline(
        code=str(properties["adcode"]).ljust(12, "0"),
        name=properties["name"],
        label=(longitude, latitude),
        rings=tuple(tuple((x, y) for x, y in ring) for polygon in polygons for ring in polygon),
    )
