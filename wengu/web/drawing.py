"""图: rulers, step charts and maps as plain numbers; the templates only write them down.

Everything is drawn at its real width (1 unit = 1/16 rem) so that no text falls under 13 px: a
drawing for desks and a narrower one for phones, never one that is scaled.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from math import cos, radians
from typing import Any

from django.utils.translation import gettext

from wengu.web import wording
from wengu.web.reasons import Outline, Ruler, StepChart

WIDE, NARROW = 736, 340
CHART_WIDE, CHART_NARROW = 544, 340
MAP_WIDTH = 360
_FONT = 13
_HAN_FROM = 0x2E80
_NARROW_CHARS = {",": 0.28, ".": 0.28, " ": 0.25, "-": 0.35}
_GAP = 6
_MARGIN = 20
_MOST_STEPS = 3


@dataclass(frozen=True, slots=True)
class Label:
    """字 at a place; `anchor` is start, middle or end."""

    x: int
    y: int
    text: str
    anchor: str = "middle"
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Drawing:
    """图 with its size; in rem, so that it grows with 字号."""

    width: int
    height: int

    @property
    def width_rem(self) -> str:
        return rem(self.width)

    @property
    def height_rem(self) -> str:
        return rem(self.height)


def rem(units: int) -> str:
    """Return the length of `units`: 656 → 41rem."""
    return f"{units / 16:g}rem"


@dataclass(frozen=True, slots=True)
class RulerDrawing(Drawing):
    """尺 drawn: axis, ticks, the zone in force, the point and all labels."""

    left: int
    right: int
    ticks: tuple[int, ...]
    zone: tuple[int, int] | None
    point: int | None
    labels: tuple[Label, ...]


def text_width(text: str) -> int:
    """Return the width of `text` at 13 px, near enough to keep labels apart."""
    return round(_FONT * sum(_char_width(char) for char in text))


def _char_width(char: str) -> float:
    return 1 if ord(char) >= _HAN_FROM else _NARROW_CHARS.get(char, 0.56)


def _span(label: Label) -> tuple[int, int]:
    width = text_width(label.text)
    left = {"start": label.x, "middle": label.x - width // 2, "end": label.x - width}[label.anchor]
    return left, left + width


def _overlaps(one: Label, other: Label) -> bool:
    if one.y != other.y:
        return False
    (a, b), (c, d) = _span(one), _span(other)
    return a < d + _GAP and c < b + _GAP


def _positions(ruler: Ruler, left: int, right: int) -> tuple[list[int], list[int]]:
    """Return the values and places of both ends and all thresholds, left to right.

    True to scale where the labels have room, else every zone is equally wide.
    """
    values = [ruler.low, *(t.at for t in ruler.thresholds), ruler.high]
    length = max(values[-1] - values[0], 1)
    places = [left + (right - left) * (v - values[0]) // length for v in values]
    need = max(text_width(t.text) for t in ruler.thresholds) + 5 * _FONT
    if min(b - a for a, b in pairwise(places)) < need:
        count = len(values) - 1
        places = [left + (right - left) * i // count for i in range(count + 1)]
    return values, places


def _place(value: int, values: Sequence[int], places: Sequence[int]) -> int:
    """Return where `value` stands; beyond an end it stands at that end."""
    for i in range(len(values) - 1):
        if value < values[i + 1] or i == len(values) - 2:
            length = max(values[i + 1] - values[i], 1)
            inside = min(max(value - values[i], 0), length)
            return places[i] + (places[i + 1] - places[i]) * inside // length
    return places[0]


def _threshold_labels(ruler: Ruler, places: Sequence[int], *, short: bool) -> list[Label]:
    words = {True: gettext("（含）"), False: gettext("（不含）")}
    return [
        Label(x, 76, t.text + ("" if short else words[t.included]))
        for t, x in zip(ruler.thresholds, places[1:-1], strict=True)
    ]


def ruler(shape: Ruler, width: int) -> RulerDrawing:
    """Draw a ruler of `width`; on the narrow one the ends and 含/不含 are left to the table."""
    narrow = width < WIDE
    margin = 4 if narrow else _MARGIN
    values, places = _positions(shape, margin, width - margin)
    labels = [
        Label((a + b) // 2, 18, name)
        for name, a, b in zip(shape.zones, places, places[1:], strict=False)
    ]
    below = _threshold_labels(shape, places, short=narrow)
    if not narrow:
        below += [
            Label(places[0], 76, shape.low_text, "start"),
            Label(places[-1], 76, shape.high_text, "end"),
        ]
    point, height = None, 88
    if shape.point is not None:
        point = _place(shape.point, values, places)
        half = text_width(shape.point_text) // 2 + 4
        mine = Label(min(max(point, half), width - half), 76, shape.point_text, strong=True)
        if any(_overlaps(mine, other) for other in below):
            mine, height = Label(mine.x, 98, mine.text, strong=True), 110
        below.append(mine)
    zone = None if shape.zone is None else (places[shape.zone], places[shape.zone + 1])
    return RulerDrawing(
        width, height, places[0], places[-1], tuple(places), zone, point, (*labels, *below)
    )


@dataclass(frozen=True, slots=True)
class ChartDrawing(Drawing):
    """阶梯图 drawn: the line in force, the planned one, grid, today."""

    left: int
    right: int
    base: int
    solid: str
    dashed: str
    grid: tuple[int, ...]
    today: int
    labels: tuple[Label, ...]


def _ticks(low: int, high: int) -> list[int]:
    """Return three to six round values from below `low` to at least `high`."""
    span = max(high - low, high // 10, 1)
    power = 10 ** max(len(str(span)) - 1, 0)
    sizes = [power // 2 or 1, power, 2 * power, 5 * power]
    step = next(size for size in sizes if span <= _MOST_STEPS * size)
    first = max((low - 1) // step * step, 0)
    return list(range(first, high + step, step))


def steps(shape: StepChart, width: int) -> ChartDrawing:
    """Draw a parameter over time: solid up to the step in force, dashed from there."""
    left, right, top, base = 44, width - 4, 24, 132
    ticks = _ticks(min(s.value for s in shape.steps), max(s.value for s in shape.steps))
    first, last = shape.steps[0].since, max(shape.steps[-1].since, shape.today)
    days = max(int((last - first).days * 1.3), 1)

    def across(on: date) -> int:
        return left + (right - left) * (on - first).days // days

    def up(value: int) -> int:
        return base - (base - top) * (value - ticks[0]) // (ticks[-1] - ticks[0])

    solid, dashed = _lines(shape, across, up, right)
    labels = [Label(left - 8, up(t) + 4, _tick_text(t, shape), "end") for t in ticks]
    labels += _value_labels(shape, across, up, right)
    labels += _dates(shape, across, base + 20, right)
    today = across(shape.today)
    words = gettext("今天 %(day)s") % {"day": wording.day(shape.today)}
    labels.append(Label(today - 6, base - 8, words, "end", strong=True))
    grid = tuple(up(t) for t in ticks[1:])
    return ChartDrawing(
        width, base + 28, left, right, base, solid, dashed, grid, today, tuple(labels)
    )


def _tick_text(value: int, shape: StepChart) -> str:
    return wording.count(value // 100 if shape.money else value)


def _lines(shape: StepChart, across: Any, up: Any, right: int) -> tuple[str, str]:
    """Return the paths of the steps that have begun, and of those planned or adopted for later."""
    solid: list[str] = []
    dashed: list[str] = []
    before: int | None = None
    for i, step in enumerate(shape.steps):
        x, y = across(step.since), up(step.value)
        following = shape.steps[i + 1 : i + 2]
        end = across(following[0].since) if following else right
        path = dashed if step.planned or step.since > shape.today else solid
        start = f"M{x} {before}V{y}" if before is not None and not path else f"V{y}"
        path.append((start if before is not None else f"M{x} {y}") + f"H{end}")
        before = y
    return "".join(solid), "".join(dashed)


def _value_labels(shape: StepChart, across: Any, up: Any, right: int) -> list[Label]:
    """Return the value over each step; the one in force today is strong."""
    current = [s for s in shape.steps if s.since <= shape.today and not s.planned][-1:]
    labels = []
    for step in shape.steps:
        now = step in current
        text = step.text
        if now:
            text = gettext("%(value)s 现行") % {"value": text}
        elif step.planned:
            text = gettext("%(value)s 拟定，未生效") % {"value": text}
        elif step.since > shape.today:
            text = gettext("%(value)s 已核定，未生效") % {"value": text}
        x, y = across(step.since) + 6, up(step.value) - 8
        if x + text_width(text) > right:
            labels.append(Label(right, y, text, "end", strong=now))
        else:
            labels.append(Label(x, y, text, "start", strong=now))
    return labels


def _dates(shape: StepChart, across: Any, y: int, right: int) -> list[Label]:
    """Return year and month under each step, leaving out those that would touch the one before."""
    labels: list[Label] = []
    for i, step in enumerate(shape.steps):
        x, anchor = across(step.since), "middle" if i else "start"
        label = Label(x, y, f"{step.since:%Y-%m}", anchor)
        if labels and _overlaps(labels[-1], label):
            continue
        labels.append(label if _span(label)[1] <= right else Label(right, y, label.text, "end"))
    return labels


def outlines(geojson: Mapping[str, Any], width: int) -> tuple[int, dict[str, Outline]]:
    """Return the height of the map and the outline of each area by its code.

    Equirectangular around the middle latitude: true enough for a city, and a line of arithmetic.
    """
    features = geojson["features"]
    points = [point for feature in features for ring in _rings(feature) for point in ring]
    west, east = min(p[0] for p in points), max(p[0] for p in points)
    south, north = min(p[1] for p in points), max(p[1] for p in points)
    squeeze = cos(radians((south + north) / 2))
    scale = (width - 8) / ((east - west) * squeeze)

    def project(point: Sequence[float]) -> tuple[int, int]:
        """Return tenths of a unit."""
        x = 4 + (point[0] - west) * squeeze * scale
        return round(x * 10), round((4 + (north - point[1]) * scale) * 10)

    drawn = {}
    for feature in features:
        x, y = project(feature["properties"]["cp"])
        path = "".join(_path([project(p) for p in ring]) for ring in _rings(feature))
        drawn[str(feature["id"])] = Outline(path, x // 10, y // 10)
    return round(8 + (north - south) * scale), drawn


def _rings(feature: Mapping[str, Any]) -> Iterable[Sequence[Sequence[float]]]:
    geometry = feature["geometry"]
    many = geometry["type"] == "MultiPolygon"
    for polygon in geometry["coordinates"] if many else [geometry["coordinates"]]:
        yield from polygon


def _path(points: Sequence[tuple[int, int]]) -> str:
    """Return a closed path in relative steps; differences of rounded points cannot drift."""
    (x, y), parts = points[0], []
    parts.append(f"M{x / 10:g} {y / 10:g}l")
    for next_x, next_y in points[1:-1]:
        if (next_x, next_y) != (x, y):
            parts.append(f"{(next_x - x) / 10:g} {(next_y - y) / 10:g} ")
        x, y = next_x, next_y
    return "".join(parts).rstrip() + "z"


def shade(value: int | None, cuts: Sequence[int]) -> str:
    """Return the class of a map area: m1 … m4 by the cuts, mu when unknown."""
    if value is None:
        return "mu"
    return f"m{1 + sum(value >= cut for cut in cuts)}"
