"""Import pages: who may what, what each act does, what a page may show and cost."""

import datetime
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from typer.testing import CliRunner

from tests.accounts.factories import signed_in, user
from tests.registry.sheets import ROSTER_2019, home, receive, table, take_in, xlsx
from wengu import mechanism
from wengu.accounts.models import Role
from wengu.audit.models import Event
from wengu.intake.models import Batch, BatchState, Doubt, Row
from wengu.jobs.actions import work_once
from wengu.jobs.models import Job, JobState
from wengu.ops import cli
from wengu.regions import actions as divisions
from wengu.regions import queries as regions
from wengu.registry.models import Household

pytestmark = [pytest.mark.db, pytest.mark.django_db]

TOWN, OTHER_TOWN, OTHER_COUNTY = "320723001000", "320723100000", "320722000000"
ON = datetime.date(2020, 7, 1)
READERS = {Role.INSPECTOR}
WORKERS = {
    Role.TOWN_CLERK, Role.COUNTY_CIVIL_AFFAIRS, Role.COUNTY_REVITALISATION,
    Role.CITY_CIVIL_AFFAIRS, Role.CITY_REVITALISATION,
}  # fmt: skip


@pytest.fixture(autouse=True)
def _divisions(db, monkeypatch):
    divisions.load(by="测试")
    regions.forget()
    monkeypatch.setattr("wengu.governance.queries.today", lambda: ON)


@pytest.fixture
def clerk():
    return signed_in(user(username="jin"))


def doubtful(**more):
    """Two households, one with a telephone that is none and a month that must be mended."""
    rows = home(1, 3) + home(2) + home(3)
    rows[0]["联系电话"] = rows[1]["联系电话"] = rows[2]["联系电话"] = "051812345678"
    rows[3]["务工时间"] = "15"
    return receive(xlsx(table(rows)), **more)


def where(batch, name=""):
    return f"/batches/{batch.pk}/{name}"


def said(response):
    return [str(message) for message in response.context["messages"]]


@pytest.mark.parametrize("role", sorted(Role))
def test_each_post_finds_the_pages_it_may_use(role):
    batch = doubtful()
    place = {Role.VILLAGE_CADRE: "320723001200", Role.TOWN_CLERK: "320723000000"}
    client = signed_in(user(role, place.get(role, "320723000000")))
    read = 200 if role in READERS | WORKERS else 403
    work = 200 if role in WORKERS else 403
    assert client.get("/batches/").status_code == read
    assert client.get(where(batch)).status_code == read
    assert client.get("/batches/new/").status_code == work
    assert client.get(where(batch, "doubts/")).status_code == work
    doubt = Doubt.objects.first()
    assert client.get(where(batch, f"doubts/{doubt.pk}/")).status_code == work
    sent = client.post(where(batch, "apply/")).status_code
    assert sent == (302 if role in WORKERS else 403)


def test_an_inspector_sees_no_button_and_no_remedy():
    batch = doubtful()
    page = signed_in(user(Role.INSPECTOR)).get(where(batch)).content.decode()
    assert "先入库" not in page
    assert "改这一格" not in page
    assert "下载疑点工作簿" not in page
    assert "务工时间不是 0 至 12 的整数" in page


@pytest.mark.parametrize("region", [OTHER_TOWN, OTHER_COUNTY])
def test_a_foreign_batch_is_a_missing_batch(region):
    batch = doubtful(region=TOWN)
    role = Role.TOWN_CLERK if region == OTHER_TOWN else Role.COUNTY_CIVIL_AFFAIRS
    client = signed_in(user(role, region))
    doubt = Doubt.objects.first()
    for address in ("", "doubts/", f"doubts/{doubt.pk}/"):
        foreign = client.get(where(batch, address))
        assert foreign.status_code == 404
        missing = client.get(f"/batches/{batch.pk + 999}/{address}")
        assert (missing.status_code, missing.context["frame"] if missing.context else None) == (
            404, foreign.context["frame"] if foreign.context else None,
        )  # fmt: skip
    for act in ("apply/", "reverse/", "release/"):
        assert client.post(where(batch, act), {"code": "phone_length"}).status_code == 404
    assert batch.document.name not in client.get("/batches/").content.decode()
    assert not Job.objects.exists()


def test_a_town_clerk_sees_the_own_town_only():
    own, county = doubtful(region=TOWN, name="本镇.xlsx"), doubtful(name="全县.xlsx")
    client = signed_in(user(Role.TOWN_CLERK, TOWN))
    page = client.get("/batches/").content.decode()
    assert "本镇.xlsx" in page
    assert "全县.xlsx" not in page
    assert client.get(where(own)).status_code == 200
    assert client.get(where(county)).status_code == 404


def upload(client, content, name="花名册.xlsx", **more):
    form = {"region": "320723000000", "dated": "2020-07-01", "period": "2019", **more}
    return client.post("/batches/new/", form | {"file": SimpleUploadedFile(name, content)})


def test_upload_checks_and_writes_nothing(clerk):
    response = upload(clerk, xlsx(table(home(1))))
    batch = Batch.objects.get()
    assert response.url == where(batch)
    assert (batch.by, batch.state, batch.region) == ("jin", BatchState.RECEIVED, "320723000000")
    assert "检查表格" in clerk.get(f"/jobs/{batch.job_id}/part/").content.decode()
    assert work_once(mechanism.HANDLERS)
    batch.refresh_from_db()
    assert (batch.state, batch.counts["new"]) == (BatchState.CHECKED, 2)
    assert not Household.objects.exists()
    assert "入库 2 行" in clerk.get(where(batch)).content.decode()


def test_a_finished_check_refreshes_the_page_that_watched_it(clerk):
    upload(clerk, xlsx(table(home(1))))
    job = Job.objects.get()
    assert "HX-Refresh" not in clerk.get(f"/jobs/{job.pk}/part/?watched=1").headers
    work_once(mechanism.HANDLERS)
    assert clerk.get(f"/jobs/{job.pk}/part/?watched=1").headers["HX-Refresh"] == "true"
    assert "HX-Refresh" not in clerk.get(f"/jobs/{job.pk}/part/").headers


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("region", OTHER_COUNTY, "请选您范围内的区划"),
        ("region", "999999999999", "请选您范围内的区划"),
        ("region", "", "请选您范围内的区划"),
        ("dated", "2020-07-02", "请填今天或以前的日期"),
        ("dated", "昨天", "请填今天或以前的日期"),
        ("period", "19", "请填年度"),
        ("period", "2021", "请填年度"),
        ("period", "²", "请填年度"),
    ],
)
def test_a_form_that_is_wrong_says_what_and_keeps_the_rest(clerk, field, value, words):
    response = upload(clerk, b"x", **{field: value})
    assert response.status_code == 422
    page = response.content.decode()
    assert words in page
    assert 'value="2019"' in page or field == "period"
    assert not Batch.objects.exists()


def test_a_form_without_a_file_asks_for_it(clerk):
    response = clerk.post("/batches/new/", {"region": "320723000000", "dated": "2020-07-01"})
    assert "请选一个 .xlsx 或 .csv 文件" in response.content.decode()


def test_a_file_too_large_is_refused_before_it_is_kept(clerk, monkeypatch):
    monkeypatch.setattr("wengu.web.batches.MOST_BYTES", 10)
    response = upload(clerk, b"x" * 11)
    assert response.status_code == 422
    assert "文件超过 20 MB" in response.content.decode()
    assert not Batch.objects.exists()


def test_a_sheet_refused_as_a_whole_says_how_to_mend_it(clerk):
    upload(clerk, b"%PDF-1.4", name="a.pdf")
    work_once(mechanism.HANDLERS)
    page = clerk.get(where(Batch.objects.get())).content.decode()
    assert "整表没有收：" in page
    assert "只收 .xlsx 和 .csv" in page
    assert "改好再上传" in page


def test_the_review_counts_what_its_lists_hold(clerk):
    batch = doubtful()
    review = clerk.get(where(batch)).context["review"]
    figures = {one.label: one for one in review.figures}
    assert figures["共读入"].value == 7
    for figure in review.figures:
        assert clerk.get(figure.url).context["review"].total == figure.value
    for reason in review.reasons:
        assert clerk.get(reason.url).context["review"].total == reason.rows, reason.label
    first, *_, last = review.reasons
    assert (first.rows, last.rows, review.waiting) == (2, 3, 5)
    assert [row.number for sheet in review.sheets for row in sheet.rows] == [4, 7]


def test_the_sheet_is_the_clerks_own(clerk):
    batch = doubtful()
    (sheet,) = clerk.get(where(batch)).context["review"].sheets
    assert (sheet.name, sheet.header_row) == ("", 3)
    assert dict(zip(sheet.letters, sheet.headers, strict=True))["Q"] == "务工时间"
    row = next(row for row in sheet.rows if row.number == 7)
    assert [cell.text for cell in row.cells if cell.doubt == "must"] == ["15"]
    assert [doubt.address for doubt in row.doubts if doubt.must] == ["Q7"]


def test_each_sheet_of_a_workbook_stands_below_its_own_header(clerk):
    first, second = home(1), home(2)
    first[0]["务工时间"] = second[0]["务工时间"] = "15"
    turned = [*reversed(ROSTER_2019[:-1]), "联系电话", "网格员"]
    batch = receive(
        xlsx(table(first), table(second, turned, titles=4), names=("侍庄街道", "小伊镇"))
    )
    answer = clerk.get(where(batch))
    one, two = answer.context["review"].sheets
    assert (one.name, one.header_row, two.name, two.header_row) == ("侍庄街道", 3, "小伊镇", 5)
    for sheet, column in ((one, "Q"), (two, "J")):
        place = sheet.letters.index(column)
        assert sheet.headers[place] == "务工时间"
        (row,) = sheet.rows
        assert (row.cells[place].text, row.cells[place].doubt) == ("15", "must")
        assert row.doubts[0].address == f"{column}{row.number}"
        id_number = row.cells[sheet.headers.index("证件号码")].text
        assert id_number.startswith("320723·")
    page = answer.content.decode()
    assert "小伊镇：第 5 行识别为表头，27 列对上，1 列没有用到（网格员）" in page


def test_numbers_are_masked_on_every_page(clerk):
    rows = home(1)
    rows[0]["联系电话"] = "051812345678"
    number, phone = rows[1]["证件号码"], rows[1]["联系电话"]
    batch = receive(xlsx(table(rows)))
    doubt = Doubt.objects.first()
    for address in ("", "?state=all", f"doubts/{doubt.pk}/"):
        page = clerk.get(where(batch, address)).content.decode()
        assert number not in page
        assert phone not in page
        assert "051812345678" not in page
    assert "320723" in clerk.get(where(batch, "?state=all")).content.decode()


def test_a_page_costs_the_same_for_many_rows(clerk, django_assert_max_num_queries):
    rows = [row for serial in range(1, 60) for row in home(serial)]
    for row in rows:
        row["务工时间"] = "15"
    batch = receive(xlsx(table(rows)))
    with django_assert_max_num_queries(25):
        review = clerk.get(where(batch, "?size=100")).context["review"]
    assert review.shown == 100
    assert clerk.get(where(batch, "?page=2&size=100")).context["review"].shown == 18


def test_changed_rows_show_old_and_new_as_the_sheet_writes_them(
    clerk, django_assert_max_num_queries
):
    rows = [row for serial in range(1, 12) for row in home(serial)]
    take_in(xlsx(table(rows)))
    for row in rows:
        row["人均纯收入"] = "9000"
    batch = receive(xlsx(table(rows)))
    with django_assert_max_num_queries(40):
        review = clerk.get(where(batch, "?state=changed")).context["review"]
    assert review.total == len(rows)
    (sheet,) = review.sheets
    assert [(one.old, one.new) for one in sheet.rows[0].doubts] == [("8,640.50", "9,000.00")]
    assert "人均纯收入" in sheet.headers
    assert "<del>8,640.50</del>" in clerk.get(where(batch, "?state=changed")).content.decode()


@pytest.mark.parametrize("query", ["?state=x", "?code=x", "?code=../"])
def test_an_unknown_list_is_missing(clerk, query):
    assert clerk.get(where(doubtful(), query)).status_code == 404


def test_an_empty_list_says_so(clerk):
    page = clerk.get(where(doubtful(), "?state=changed")).content.decode()
    assert "这里没有行。" in page
    assert "看全部 7 行" in page


def doubt_of(batch, code):
    return Doubt.objects.filter(batch=batch, code=code).first()


def test_a_mended_cell_frees_the_row_and_says_so(clerk):
    batch = doubtful()
    doubt = doubt_of(batch, "months_range")
    response = clerk.post(
        where(batch, f"doubts/{doubt.pk}/"), {"column": "Q", "value": "8"}, follow=True
    )
    assert said(response) == ["第 7 行已改，这一行现在：新增。"]
    assert Row.objects.get(batch=batch, number=7).state == "new"
    assert Event.objects.filter(action="intake.mend", actor="jin").exists()


def test_a_cell_that_is_still_wrong_is_said_to_wait(clerk):
    batch = doubtful()
    doubt = doubt_of(batch, "months_range")
    response = clerk.post(
        where(batch, f"doubts/{doubt.pk}/"), {"column": "Q", "value": "99"}, follow=True
    )
    assert said(response) == ["第 7 行已改，这一行现在：必须改。"]


def test_a_question_has_no_stop_behind_it(clerk):
    take_in(xlsx(table(home(1, 2))))
    batch = receive(xlsx(table(home(1, 1))), name="少一人.xlsx")
    page = clerk.get(where(batch)).content.decode()
    assert "是减少还是漏填？请核实" in page
    doubt = Doubt.objects.get(batch=batch, code="member_left")
    page = clerk.get(where(batch, f"doubts/{doubt.pk}/")).content.decode()
    assert "是减少还是漏填？</b>请核实" in page
    clerk.cookies["django_language"] = "en"
    assert "?. " not in clerk.get(where(batch)).content.decode()


def test_only_the_doubtful_cell_may_be_mended(clerk):
    batch = doubtful()
    doubt = doubt_of(batch, "months_range")
    response = clerk.post(where(batch, f"doubts/{doubt.pk}/"), {"column": "H", "value": "1"})
    assert response.status_code == 422
    assert "请选要改的一格" in response.content.decode()


def test_a_doubt_is_confirmed_with_a_reason_only(clerk):
    batch = doubtful()
    doubt = doubt_of(batch, "phone_length")
    address = where(batch, f"doubts/{doubt.pk}/")
    for reason in (" ", "长" * 201):
        assert clerk.post(address, {"act": "waive", "reason": reason}).status_code == 422
    assert clerk.post(address, {"act": "waive", "reason": "固定电话"}).status_code == 302
    doubt.refresh_from_db()
    assert (doubt.waived_by, doubt.waived_reason) == ("jin", "固定电话")


def test_what_must_be_mended_cannot_be_confirmed(clerk):
    batch = doubtful()
    doubt = doubt_of(batch, "months_range")
    page = clerk.get(where(batch, f"doubts/{doubt.pk}/")).content.decode()
    assert "确认放行" not in page
    response = clerk.post(where(batch, f"doubts/{doubt.pk}/"), {"act": "waive", "reason": "好"})
    assert response.status_code == 422
    answer = clerk.post(where(batch, "release/"), {"code": "months_range", "reason": "好"})
    assert answer.status_code == 404


def test_a_whole_reason_is_confirmed_with_one_reason(clerk):
    batch = doubtful()
    listed = clerk.get(where(batch, "?code=phone_length")).context["review"]
    assert (listed.total, listed.release.action) == (1, "确认放行 1 行")
    answer = clerk.post(
        where(batch, "release/"), {"code": "phone_length", "reason": "固定电话"}, follow=True
    )
    assert said(answer) == ["已放行 1 处“联系电话不是手机号”。"]
    assert not Doubt.objects.filter(code="phone_length", waived_by="").exists()
    assert set(Row.objects.filter(number__lte=6).values_list("state", flat=True)) == {"new"}
    assert Row.objects.get(number=7).state == "must_fix", "the other reason still holds"


def test_no_reason_is_confirmed_without_words(clerk):
    batch = doubtful()
    answer = clerk.post(where(batch, "release/"), {"code": "phone_length"}, follow=True)
    assert said(answer)[0].startswith("没有放行：")
    assert Doubt.objects.filter(code="phone_length", waived_by="").count() == 1


def test_reasons_that_must_be_mended_offer_no_release(clerk):
    listed = clerk.get(where(doubtful(), "?code=months_range")).context["review"]
    assert listed.release is None


def test_good_rows_go_in_and_doubtful_ones_wait(clerk):
    batch = doubtful()
    clerk.post(where(batch, "apply/"))
    clerk.post(where(batch, "apply/"))
    assert Job.objects.filter(kind=mechanism.APPLY).count() == 1, "asked twice, done once"
    work_once(mechanism.HANDLERS)
    batch.refresh_from_db()
    assert (batch.state, batch.counts["applied"]) == (BatchState.APPLIED, 2)
    page = clerk.get(where(batch)).content.decode()
    assert "已入库 2 行，5 行留在这里等您改" in page


def test_a_small_batch_is_taken_back_at_once(clerk):
    batch = take_in(xlsx(table(home(1))))
    clerk.post(where(batch, "reverse/"))
    work_once(mechanism.HANDLERS)
    batch.refresh_from_db()
    assert batch.state == BatchState.REVERSED
    page = clerk.get(where(batch)).content.decode()
    assert "这一批已整批撤销，只供查看" in page
    assert "先入库" not in page
    answer = clerk.post(where(batch, "apply/"), follow=True)
    assert said(answer) == ["没有入库：这一批现在是“已撤销”"]


def test_a_batch_taken_back_in_part_can_be_taken_back_again(clerk):
    first, second = (
        take_in(xlsx(table(home(1) + home(2)))), take_in(xlsx(table(home(1, 脱贫属性="返贫")))),
    )  # fmt: skip
    for batch, kept in ((first, True), (second, False), (first, False)):
        clerk.post(where(batch, "reverse/"))
        work_once(mechanism.HANDLERS)
        batch.refresh_from_db()
        assert (batch.state, bool(batch.outcome)) == (BatchState.REVERSED, kept)
        page = clerk.get(where(batch)).content.decode()
        assert ("没有撤销：320723000001" in page) == kept
        assert ("这一批还可以再撤销一次" in page) == kept
        assert (where(batch, "reverse/") in page) == kept
    assert not Household.objects.filter(size__gt=0).exists()


def test_a_large_batch_asks_for_its_number(clerk):
    rows = [row for serial in range(1, 60) for row in home(serial)]
    batch = take_in(xlsx(table(rows)))
    applied = batch.counts["applied"]
    assert applied > 100
    answer = clerk.post(where(batch, "reverse/"), {"count": str(applied - 1)}, follow=True)
    assert said(answer) == [f"没有撤销：请照数输入 {applied}"]
    assert not Job.objects.exists()
    clerk.post(where(batch, "reverse/"), {"count": f" {applied}，"})
    assert Job.objects.get().kind == mechanism.REVERSE


def test_a_batch_that_was_never_in_is_not_taken_back(clerk):
    upload(clerk, xlsx(table(home(1))))
    answer = clerk.post(where(Batch.objects.get(), "reverse/"), follow=True)
    assert said(answer) == ["没有撤销：这一批现在是“已收到”"]


def test_the_doubts_go_home_and_come_back_mended(clerk):
    batch = doubtful()
    answer = clerk.get(where(batch, "doubts/"))
    assert answer["Content-Disposition"] == f'attachment; filename="doubts-{batch.pk}.xlsx"'
    assert Event.objects.filter(action="intake.doubts", actor="jin").exists()
    assert answer.content[:2] == b"PK"


def test_reading_a_review_is_recorded(clerk):
    batch = doubtful()
    clerk.get(where(batch))
    event = Event.objects.filter(action="intake.review").get()
    assert (event.actor, event.subject) == ("jin", f"intake.batch:{batch.pk}")


def test_unused_columns_are_named(clerk):
    headers = [*ROSTER_2019, "备注甲"]
    batch = receive(xlsx(table(home(1), headers)))
    page = clerk.get(where(batch)).content.decode()
    assert "1 列没有用到（备注甲）" in page


def test_a_column_that_resembles_a_lacking_one_is_said_in_the_notice(clerk):
    headers = [*ROSTER_2019, *(f"另{n}" for n in range(9))]
    headers[headers.index("人均纯收入")] = "人均纯收入（万元）"
    batch = receive(xlsx(table(home(1), headers)))
    answer = clerk.get(where(batch))
    notice = answer.context["review"].notice
    assert notice.kind == "warn"
    assert notice.text.startswith(
        "Z 列“人均纯收入（万元）”没有读：与“人均纯收入”相近，但写法、单位或年度不同。"
    )
    others = "、".join(f"另{n}" for n in range(9))
    assert f"10 列没有用到（人均纯收入（万元）、{others}）" in answer.content.decode()


def test_the_list_has_pages(clerk):
    first = doubtful(name="最早.xlsx")
    for day in range(1, 22):
        Batch.objects.create(
            document=first.document, region=first.region, dated=ON, by="jin", spec="roster",
            state=BatchState.CHECKED, period=1900 + day,
        )  # fmt: skip
    page = clerk.get("/batches/")
    assert len(page.context["table"].rows) == 20
    assert len(clerk.get("/batches/?page=2").context["table"].rows) == 2


def test_the_english_review_has_no_chinese_reasons(clerk):
    clerk.cookies["django_language"] = "en"
    review = clerk.get(where(doubtful())).context["review"]
    assert review.reasons[1].label == "The months of work are no whole number from 0 to 12"
    assert review.title.startswith("Review of the import")


def test_a_job_that_failed_leads_back_to_its_batch(clerk):
    upload(clerk, xlsx(table(home(1))))
    job = Job.objects.get()
    Job.objects.filter(pk=job.pk).update(state=JobState.FAILED, failure={"kind": "OSError"})
    page = clerk.get(f"/jobs/{job.pk}/part/").content.decode()
    assert "请系统管理员看磁盘空间" in page
    assert f'href="/batches/{job.arguments["batch"]}/"' in page


def test_a_sheet_that_was_not_read_is_said_on_the_review_and_by_the_command(clerk, tmp_path):
    rows = home(1)
    path = tmp_path / "花名册.xlsx"
    path.write_bytes(xlsx(table(rows), table(home(2))[3:], names=("一", "续")))
    batch = receive(path.read_bytes())
    page = clerk.get(where(batch)).content.decode()
    assert "工作表“续”没有读：前 10 行没有认出表头。" in page
    arguments = ["import", str(path), "--region", "320723", "--dated", "2020-07-01"]
    shell = CliRunner().invoke(cli.app, [*arguments, "--period", "2019", "--check-only", "--json"])
    assert shell.exit_code == 0, shell.output
    assert json.loads(shell.stdout)["skipped_sheets"] == [
        {"name": "续", "why": "no_header", "said": "前 10 行没有认出表头"}
    ]
    assert "没有读 1 张工作表" in shell.stderr
