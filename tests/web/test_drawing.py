import itertools
from dataclasses import replace
from datetime import date

import pytest

from wengu.web import drawing
from wengu.web.reasons import Ruler, Step, StepChart, Threshold
from wengu.web.samples import outlines, sample

RULER = sample("household").explanations[0].rulers[0]


def overlapping(labels):
    return [
        (a.text, b.text) for a, b in itertools.combinations(labels, 2) if drawing._overlaps(a, b)
    ]


@pytest.mark.parametrize("width", [drawing.WIDE, drawing.NARROW])
@pytest.mark.parametrize(
    "point", [0, 1, 600_000, 600_001, 900_000, 1_199_999, 1_800_000, 9_999_999]
)
def test_labels_of_a_ruler_never_touch(width, point):
    drawn = drawing.ruler(replace(RULER, point=point), width)
    assert not overlapping(drawn.labels)
    for label in drawn.labels:
        left, right = drawing._span(label)
        assert left >= 0
        assert right <= width


def test_point_of_a_ruler_stands_where_its_value_is():
    drawn = drawing.ruler(replace(RULER, point=900_000), drawing.WIDE)
    assert drawn.point == (drawn.left + drawn.right) // 2
    assert drawn.zone[0] < drawn.point < drawn.zone[1]


def test_unknown_point_is_not_drawn_at_zero():
    assert drawing.ruler(replace(RULER, point=None), drawing.WIDE).point is None


def test_crowded_thresholds_get_equal_zones():
    near = (Threshold(10_000, "100.00", included=True), Threshold(10_100, "101.00", included=True))
    ruler = Ruler(0, 1_000_000, "0", "10,000.00", near, ("a", "b", "c"), 1, 10_050, "here")
    drawn = drawing.ruler(ruler, drawing.WIDE)
    assert not overlapping(drawn.labels)
    assert drawn.zone[0] < drawn.point < drawn.zone[1]


def test_planned_step_is_dashed_and_begins_where_the_last_one_stood():
    drawn = drawing.steps(sample("clause").chart, drawing.CHART_WIDE)
    assert drawn.solid.count("H") == 3
    assert drawn.dashed.startswith("M")
    assert drawn.dashed.count("V") == 1


def test_a_step_adopted_for_later_is_dashed_like_a_planned_one():
    begun = (Step(date(2018, 1, 1), 100, "100"), Step(date(2019, 1, 1), 200, "200"))
    later = (Step(date(2021, 1, 1), 300, "300"), Step(date(2022, 1, 1), 400, "400", planned=True))
    chart = StepChart("低保标准", (*begun, *later), date(2020, 7, 1), money=False)
    drawn = drawing.steps(chart, drawing.CHART_WIDE)
    assert (drawn.solid.count("H"), drawn.dashed.count("H")) == (2, 2)
    assert drawn.dashed.startswith("M")
    texts = [one.text for one in drawn.labels]
    assert [one for one in texts if "未生效" in one] == ["300 已核定，未生效", "400 拟定，未生效"]


@pytest.mark.parametrize("values", [(100,), (0, 5), (42_000, 54_000), (1, 1_000_000), (24, 24)])
def test_step_chart_of_any_values_stays_inside(values):
    steps = tuple(Step(date(2018 + i, 1, 1), v, str(v)) for i, v in enumerate(values))
    for width in (drawing.CHART_WIDE, drawing.CHART_NARROW):
        drawn = drawing.steps(StepChart("x", steps, date(2021, 1, 1), money=False), width)
        assert all(0 < y < drawn.base for y in drawn.grid)
        assert 1 <= len(drawn.grid) <= 5


def test_map_keeps_its_shape_and_every_county():
    height, found = outlines()
    assert set(found) == {"320703", "320706", "320707", "320722", "320723", "320724"}
    # 连云港 is about as high as it is wide.
    assert 0.7 < height / drawing.MAP_WIDTH < 1.3
    for outline in found.values():
        assert outline.path.startswith("M")
        assert outline.path.endswith("z")
        assert 0 < outline.x < drawing.MAP_WIDTH
        assert 0 < outline.y < height


@pytest.mark.parametrize(
    ("value", "style"), [(None, "mu"), (799, "m1"), (800, "m2"), (1500, "m4"), (9999, "m4")]
)
def test_shade_begins_at_its_cut(value, style):
    assert drawing.shade(value, (800, 1200, 1500)) == style
