"""政策: the document by sentence, a clause beside its rules, coverage, parameters by two."""

import datetime
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.accounts.factories import signed_in
from tests.web import small_city
from tests.web.small_city import CITY, COUNTY
from wengu import policy as document
from wengu.accounts.models import User
from wengu.decisions import policies
from wengu.governance.models import ParameterRow
from wengu.policy import coverage
from wengu.policy import records as texts
from wengu.policy.parameters import definitions
from wengu.policy.rules import pack
from wengu.web import case_tables, records

pytestmark = pytest.mark.django_db
STANDARD = "/policy/parameters/dibao_standard/"
VALUE = {
    "region": COUNTY, "since": "2020-10-01", "value": "640.00", "source": "灌民发〔2020〕1号",
}  # fmt: skip


@pytest.fixture(scope="module")
def city(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), small_city.standing() as made:
        yield made


def get(who, path, **query):
    return signed_in(who).get(path, query)


def html(who, path, **query):
    return get(who, path, **query).content.decode()


def test_the_document_shows_every_sentence_with_a_way_to_its_page(city):
    page = html(city.cast["village"], "/policy/")
    for clause in document.clauses():
        heading = clause.text.rstrip("。") in {
            section.heading for part in document.sections() for section in part.walk()
        }
        assert heading or f'href="/policy/{clause.number}/"' in page


def test_every_sentence_and_section_has_a_page(city):
    client = signed_in(city.cast["county"])
    numbers = [clause.number for clause in document.clauses()]
    numbers += [section.number for part in document.sections() for section in part.sections]
    for number in numbers:
        response = client.get(f"/policy/{number}/")
        assert response.status_code == 200, number
        assert response.context["clause"].number == number
    for number in ("9.9.9", "2", "2.4.99", "2.4.3.1", "x"):
        assert client.get(f"/policy/{number}/").status_code == 404, number


@pytest.mark.parametrize("rule", [rule.name for rule in pack.rules])
def test_the_words_that_a_rule_reads_are_underlined(city, rule):
    found = pack.rule(rule)
    page = get(city.cast["county"], f"/policy/{found.clause}/").context["clause"]
    current = next(sentence for sentence in page.sentences if sentence.current)
    assert "".join(part.text for part in current.words) == document.clause(found.clause).text
    underlined = "".join(part.text for part in current.words if part.deciding)
    assert found.quote in underlined
    if len([one for one in pack.rules if one.clause == found.clause]) == 1:
        assert underlined == found.quote
    assert len(page.readings) >= len(document.readings(rule)) > 0


def test_whom_a_clause_holds_for_in_scope(city):
    def held(who):
        table = get(city.cast[who], "/policy/2.1.5/").context["clause"].holders
        return [getattr(cell, "text", cell) for cell in table.rows[0].cells]

    assert held("county")[:2] == ["低收入边缘户（户）", "1"]
    assert held("city")[:2] == ["低收入边缘户（户）", "2"]
    assert held("foreign")[:2] == ["低收入边缘户（户）", "1"]
    # The administrators read the policy and no figure.
    assert get(city.cast["system"], "/policy/2.1.5/").context["clause"].holders is None


@pytest.mark.parametrize("who", ["city", "county", "town", "leader"])
def test_every_figure_of_a_clause_is_the_length_of_its_list(city, who):
    client = signed_in(city.cast[who])
    for number in ("2.1", "2.4.3"):
        table = client.get(f"/policy/{number}/").context["clause"].holders
        for row in table.rows:
            for cell in row.cells[1:]:
                if getattr(cell, "url", ""):
                    listing = client.get(cell.url).context["listing"]
                    assert listing.total == int(cell.text), cell.url


def test_cases_are_readable_and_keep_every_line(city):
    for rule in pack.rules:
        table = case_tables.section(rule).table
        lines = [line.split("#")[0].strip() for line in rule.cases.splitlines()]
        rows = [line for line in lines if "|" in line][1:]
        assert len(table.rows) == len(rows)
        names = " ".join(column.label for column in table.columns)
        assert not re.search(r"[a-z]+_[a-z]+", names), (rule.name, names)
        assert {"true", "false", "unknown"} <= {
            mark.verdict
            for row in table.rows
            for cell in row.cells
            for mark in (cell if isinstance(cell, tuple) else (cell,))
            if hasattr(mark, "verdict")
        } | {"unknown" for row in table.rows if None in row.cells}


def test_parameters_say_source_and_doubt_and_what_nobody_set(city, settings):
    page = html(city.cast["county"], "/policy/parameters/")
    for one in definitions():
        assert one.term in page
    assert "未核实" in page
    settings.DEMO = False
    production = get(city.cast["county"], "/policy/parameters/")
    figures = {figure.label: figure.value for figure in production.context["figures"]}
    assert figures["没有人定过"] > 0
    assert "没有人定过这个值" in production.content.decode()
    assert "没有人定过这个值" in html(city.cast["county"], STANDARD)


def test_a_value_is_proposed_by_one_and_adopted_by_another(city):
    User.objects.filter(username="county2").update(name="乙")
    first, second = signed_in(city.cast["county"]), signed_in(city.cast["county2"])
    assert first.post(f"{STANDARD}propose/", VALUE).status_code == 302
    row = ParameterRow.objects.get()
    assert row.value == 64000
    assert "640.00" in first.get(STANDARD).content.decode()
    assert "核定这个值" not in first.get(STANDARD).content.decode()
    assert first.post(f"/policy/parameters/rows/{row.pk}/adopt/").status_code == 403
    assert "核定这个值" in second.get(STANDARD).content.decode()
    assert second.post(f"/policy/parameters/rows/{row.pk}/adopt/").status_code == 302
    adopted = policies.current().row("dibao_standard", COUNTY[:6], datetime.date(2020, 10, 1))
    assert adopted.value == 64000
    assert "甲、乙" in second.get(STANDARD).content.decode()


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"value": "six"}, "value"), ({"value": "-1"}, "value"), ({"value": ""}, "value"),
        ({"since": "2020-13-01"}, "since"), ({"since": ""}, "since"), ({"source": " "}, "source"),
        ({"source": "字" * 201}, "source"), ({"region": "320706000000"}, "region"),
        ({"region": CITY}, "region"),
    ],
)  # fmt: skip
def test_what_is_wrong_stands_beside_its_field_and_nothing_is_lost(city, changed, field):
    response = signed_in(city.cast["county"]).post(f"{STANDARD}propose/", VALUE | changed)
    assert response.status_code == 422
    wrong = {one.name: one for one in response.context["fields"] if one.error}
    assert set(wrong) == {field}
    kept = {one.name: one.value for one in response.context["fields"]}
    assert kept["source"] == (VALUE | changed)["source"].strip()
    assert not ParameterRow.objects.exists()


@pytest.mark.parametrize(("value", "said"), [
    ("610.555", "“610.555”小数太多，最多 2 位小数。"), ("six", "“six”不是数字。"),
    ("99999999", "“99999999”超出范围。"),
])  # fmt: skip
def test_a_refused_amount_says_what_is_wrong_and_how_to_mend_it(city, value, said):
    response = signed_in(city.cast["county"]).post(f"{STANDARD}propose/", VALUE | {"value": value})
    error = next(one.error for one in response.context["fields"] if one.name == "value")
    assert error.startswith(said)
    assert error.removeprefix(said).startswith("请写 ")


@pytest.mark.parametrize("value", ["１,０００", "1,000", "１，０００．００"])
def test_an_amount_in_full_width_or_grouped_by_thousands_is_understood(city, value):
    posted = signed_in(city.cast["county"]).post(f"{STANDARD}propose/", VALUE | {"value": value})
    assert posted.status_code == 302
    assert ParameterRow.objects.get().value == 1_000_00


def test_the_same_place_and_day_twice_is_refused_with_words(city):
    client = signed_in(city.cast["county"])
    client.post(f"{STANDARD}propose/", VALUE)
    response = client.post(f"{STANDARD}propose/", VALUE)
    assert response.status_code == 422
    assert next(one for one in response.context["fields"] if one.name == "since").error
    row = ParameterRow.objects.get()
    assert client.post(f"/policy/parameters/rows/{row.pk}/withdraw/").status_code == 302
    assert client.post(f"{STANDARD}propose/", VALUE).status_code == 302


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("village", 403), ("town", 403), ("county", 302), ("leader", 403), ("inspector", 403),
        ("system", 403), ("audit", 403),
    ],
)  # fmt: skip
def test_who_may_propose(city, who, status):
    client = signed_in(city.cast[who])
    page = client.get(STANDARD)
    assert page.status_code == 200
    assert bool(page.context["fields"]) == (status == 302)
    assert client.post(f"{STANDARD}propose/", VALUE).status_code == status
    assert ParameterRow.objects.exists() == (status == 302)


def test_a_foreign_proposal_is_missing(city):
    signed_in(city.cast["county"]).post(f"{STANDARD}propose/", VALUE)
    row = ParameterRow.objects.get()
    foreign = signed_in(city.cast["foreign"])
    assert "640.00" not in foreign.get(STANDARD).content.decode()
    for act in ("adopt", "withdraw"):
        assert foreign.post(f"/policy/parameters/rows/{row.pk}/{act}/").status_code == 404
        assert foreign.post(f"/policy/parameters/rows/9999/{act}/").status_code == 404
    assert get(city.cast["county"], "/policy/parameters/no_such/").status_code == 404


def test_a_proposal_waits_in_the_side_nav_of_the_second_person(city):
    def waiting(who):
        nav = get(city.cast[who], "/policy/").context["frame"].nav[0].items
        return next(item.count for item in nav if item.label == "政策条款与参数")

    signed_in(city.cast["county"]).post(f"{STANDARD}propose/", VALUE)
    assert waiting("county2") == 1
    assert waiting("county") is None
    assert waiting("foreign") is None


def test_coverage_shows_every_row_beside_its_clause(city):
    page = get(city.cast["village"], "/policy/coverage/")
    rows = page.context["table"].rows
    assert [row.cells[1] for row in rows] == [row.id for row in coverage.rows()]
    figures = {figure.label: figure.value for figure in page.context["figures"]}
    assert figures["文件的要求"] == len(rows)
    for figure in page.context["figures"][1:]:
        listed = signed_in(city.cast["village"]).get(figure.url).context["table"].rows
        assert len(listed) == figure.value
    narrow = get(city.cast["village"], "/policy/coverage/", section="2.4", status="live")
    assert all(row.cells[0].number.startswith("2.4.") for row in narrow.context["table"].rows)
    assert get(city.cast["village"], "/policy/coverage/", status="x").status_code == 404


def test_a_search_without_result_names_the_conditions(city):
    sections = [s.number for part in document.sections() for s in part.sections]
    live = {row.clause.rpartition(".")[0] for row in coverage.rows() if row.status == "live"}
    empty = next(number for number in sections if number not in live)
    page = get(city.cast["county"], "/policy/coverage/", section=empty, status="live")
    assert {link.text for link in page.context["nothing"].links} == {"去掉“条款”", "去掉“落实”"}


def test_decision_records_can_be_read(city):
    cited = {one.adr for rule in pack.rules for one in document.readings(rule.name)}
    assert cited <= set(texts.numbers())
    for number in texts.numbers():
        found = records.record(number)
        assert found.title
        assert {"h2", "p"} <= {block.kind for block in found.blocks}
        assert get(city.cast["county"], f"/policy/adr/{number}/").status_code == 200
    assert get(city.cast["county"], "/policy/adr/9999/").status_code == 404
    assert get(city.cast["county"], "/policy/adr/..%2F..%2Fsetup/").status_code == 404


def test_the_pages_speak_english(city):
    client = signed_in(city.cast["city"])
    client.cookies["django_language"] = "en"
    page = client.get("/policy/2.4.3/").content.decode()
    assert "2(4)3" in page
    assert document.clause("2.4.3").text_en.split(":")[0] in page
    assert "Gradual exit" in page
    assert "rural dibao standard" in client.get("/policy/parameters/").content.decode()


def test_few_queries(city):
    client = signed_in(city.cast["city"])
    paths = {
        "/policy/": 8, "/policy/2.4.3/": 14, "/policy/2.1/": 14, "/policy/coverage/": 8,
        "/policy/parameters/": 12, STANDARD: 16,
    }  # fmt: skip
    for path, most in paths.items():
        client.get(path)
        with CaptureQueriesContext(connection) as seen:
            client.get(path)
        assert len(seen) <= most, (path, len(seen))
