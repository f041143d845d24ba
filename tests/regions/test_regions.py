"""Divisions over time, on the package's own city and on small made ones."""

import datetime

import pytest

from wengu.audit.models import Event
from wengu.kernel.regioncode import Level, RegionCode
from wengu.regions import actions, outlines, queries
from wengu.regions.listing import BadListing
from wengu.regions.models import Division, Edition, Region, Succession

pytestmark = [pytest.mark.db, pytest.mark.django_db]
THEN, NOW = datetime.date(2020, 7, 1), datetime.date(2023, 7, 1)
HIGH_TECH, HAIZHOU, LIANYUN, DEVELOPMENT = "320772", "320706", "320703", "320771"


@pytest.fixture
def city():
    loaded = actions.load(by="test")
    queries.forget()
    return loaded


def within(code, ranges):
    return any(low <= code < high for low, high in ranges)


def test_both_editions_are_loaded_with_their_source(city):
    assert (city.editions, city.divisions) == (2, 3763)
    assert {e.on.isoformat() for e in Edition.objects.all()} == {"2020-06-30", "2023-06-30"}
    assert all("国家统计局" in source for source in queries.sources(THEN))
    assert (len(queries.at(THEN)), len(queries.at(NOW))) == (1864, 1899)
    assert Event.objects.get().detail["changed"] == 2


def test_loading_twice_changes_nothing(city):
    before = set(Division.objects.values_list("pk", flat=True))
    again = actions.load(by="test")
    assert again.changed == 0
    assert again.successions == city.successions
    assert set(Division.objects.values_list("pk", flat=True)) == before


def test_every_abolished_code_has_a_successor_but_the_five_that_no_rule_decides(city):
    assert city.successions == 62
    villages = ("320707114217", "320724100203", "320724100205", "320724100207", "320724100218")
    assert city.unresolved == villages


@pytest.mark.parametrize(
    ("old", "new", "basis"),
    [
        ("320772000000", "320706000000", "并入行政上级"),
        ("320772001000", "320706020000", "同县同名"),
        ("320722206000", "320722114000", "同县改制"),
    ],
)
def test_succession(city, old, new, basis):
    step = Succession.objects.get(old_id=old)
    assert (step.new_id, step.basis, step.on) == (new, basis, datetime.date(2023, 6, 30))
    assert queries.successor(old, NOW) == new
    assert queries.successor(new, THEN) == (
        old if old[:6] != "320772" or old[6:9] != "000" else new
    )


def test_villages_of_the_abolished_district_lie_in_haizhou_now(city):
    villages = [place.code for place in queries.under(HIGH_TECH, THEN)]
    assert len(villages) > 10
    assert all(within(code, queries.prefixes(HAIZHOU, NOW)) for code in villages)
    assert not any(within(code, queries.prefixes(HAIZHOU, THEN)) for code in villages)
    assert all(within(code, queries.prefixes(HIGH_TECH, THEN)) for code in villages)


def test_codes_that_came_later_lie_where_their_predecessors_did(city):
    later = [place.code for place in queries.under("320706020", NOW)]
    assert later
    moved = [code for code in later if queries.successor(code, THEN) != code]
    assert moved
    assert all(within(code, queries.prefixes(HIGH_TECH, THEN)) for code in moved)
    assert not any(within(code, queries.prefixes(HAIZHOU, THEN)) for code in moved)


@pytest.mark.parametrize("on", [THEN, NOW])
def test_counties_cover_every_code_exactly_once(city, on):
    counties = [place.code for place in queries.under("3207", on, Level.COUNTY)]
    covers = [queries.prefixes(county, on) for county in counties]
    for code in Region.objects.filter(level="village").values_list("code", flat=True):
        assert sum(within(code, ranges) for ranges in covers) == 1, code
        assert within(code, queries.prefixes("3207", on))


@pytest.mark.parametrize("on", [THEN, NOW])
def test_towns_of_a_county_cover_no_code_twice(city, on):
    for county in queries.under("3207", on, Level.COUNTY):
        covers = [queries.prefixes(town.code, on) for town in queries.children(county.code, on)]
        for place in queries.under(county.code, on):
            assert sum(within(place.code, ranges) for ranges in covers) == 1, place


def test_an_unresolved_code_is_still_found_in_its_town(city):
    assert within("320724100203", queries.prefixes("320724100", NOW))
    assert queries.name("320724100203", NOW) == "镇中村委会"
    assert queries.path("320724100203", NOW)[-2].code == "320724100000"


def test_names_paths_and_children_are_of_the_day(city):
    assert queries.name("320723102246", THEN) == "同阳村委会"
    assert queries.name("320723102246", NOW) == "同杨村委会"
    assert [p.name for p in queries.path("320723102246", NOW)][:2] == ["连云港市", "灌云县"]
    assert HIGH_TECH in {p.code[:6] for p in queries.children("3207", THEN)}
    assert HIGH_TECH not in {p.code[:6] for p in queries.children("3207", NOW)}
    assert queries.name(HIGH_TECH, NOW) == "连云港高新技术产业开发区"


def test_a_day_before_the_first_edition_reads_the_first(city):
    assert len(queries.at(datetime.date(2016, 1, 1))) == 1864


@pytest.mark.parametrize(("zone", "county"), [(DEVELOPMENT, LIANYUN), (HIGH_TECH, HAIZHOU)])
def test_zones_have_two_parents(city, zone, county):
    place = queries.find(zone, THEN)
    assert place.parent == RegionCode("3207")
    assert place.administrative_parent == RegionCode(county)


def test_an_unknown_code_is_named(city):
    assert not queries.exists("320799000000")
    with pytest.raises(queries.UnknownRegion, match="320799000000 不存在：请先"):
        queries.name("320799", THEN)


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("山左口村委会", "山左口村"),
        ("赵村村委会", "赵村"),
        ("朝东社区居委会", "朝东社区"),
        ("白虎山街道", "白虎山街道"),
    ],
)
def test_short_names(name, short):
    assert queries.Place(RegionCode("320706020201"), name, None, None).short_name == short


HEAD = "snapshot,code12,name,level,parent12\n"
CITY = "2020-06-30,320800000000,某市,市,\n2020-06-30,320801000000,某区,县,320800000000\n"


def write(tmp_path, text, encoding="utf-8"):
    file = tmp_path / "list.csv"
    file.write_bytes(text.encode(encoding))
    return file


def test_another_city_stands_beside_the_first(city, tmp_path):
    file = write(tmp_path, HEAD + CITY.replace("2020-06-30", "2021-01-01"), "utf-8-sig")
    actions.load(file=file, source="某市统计局", by="test")
    queries.forget()
    assert queries.name("3208", THEN) == "某市"
    assert queries.name("3207", THEN) == "连云港市"
    assert queries.prefixes("3208", THEN) == (("3208", "3209"),)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("code12,name\n", "缺少列 snapshot、level、parent12"),
        (HEAD, "没有任何条目"),
        (HEAD + CITY + "2020-06-30,32080,甲,村,320800000000\n", "第 4 行：.*应为"),
        (HEAD + CITY + "2020/06/30,320801001000,甲,乡,320801000000\n", "应写作 2023-06-30"),
        (HEAD + CITY + "2020-06-30,320801001000,甲,镇,320801000000\n", "级次 '镇' 应为"),
        (HEAD + CITY + "2020-06-30,320801001000,甲,村,320801000000\n", "不是村级代码"),
        (HEAD + CITY + "2020-06-30,320801001000,甲,乡,320800000000\n", "上级应为 320801000000"),
        (
            HEAD + CITY + "2020-06-30,320802001000,甲,乡,320802000000\n",
            "上级 320802000000 不在表内",
        ),
        (HEAD + CITY + "2020-06-30,320801000000,甲,县,320800000000\n", "重复"),
        (HEAD + CITY + "2020-06-30,320801001000,,乡,320801000000\n", "名称为空"),
        (HEAD + "2020-06-30,320801000000,某区,县,320800000000\n", "缺少市级条目"),
    ],
)
def test_a_wrong_list_is_refused_with_its_lines(tmp_path, text, message):
    with pytest.raises(BadListing, match=message):
        actions.load(file=write(tmp_path, text), source="s", by="test")
    assert not Region.objects.exists()


def test_a_list_in_another_encoding_or_nowhere_is_named(tmp_path):
    with pytest.raises(BadListing, match="UTF-8"):
        actions.load(file=write(tmp_path, HEAD + CITY, "gbk"), source="s", by="test")
    with pytest.raises(BadListing, match="找不到"):
        actions.load(file=tmp_path / "none.csv", source="s", by="test")


def test_outlines_are_the_six_counties_with_land():
    shapes = outlines.counties()
    assert [s.code[:6] for s in shapes] == [
        "320703", "320706", "320707", "320722", "320723", "320724",
    ]  # fmt: skip
    points = [point for shape in shapes for ring in shape.rings for point in ring]
    assert all(118 < longitude < 121 and 33 < latitude < 36 for longitude, latitude in points)
    assert all(len(ring) > 3 for shape in shapes for ring in shape.rings)


def test_a_page_asks_the_database_once(city, django_assert_num_queries):
    queries.name("3207", THEN)
    with django_assert_num_queries(0):
        queries.prefixes(HAIZHOU, NOW)
        queries.children("3207", NOW)
