"""The clerk's story in a real browser: sign in, upload, mend, confirm, bring in, take back."""

import io
import re
import time

import pytest
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from axe_playwright_python.sync_playwright import Axe
from django.core.cache import cache
from openpyxl import load_workbook
from playwright.sync_api import expect

from tests.accounts.factories import PASSWORD, user
from tests.registry.sheets import home, table, xlsx
from tests.web.browser import OVERFLOW, SHOTS, SMALL_TARGETS
from wengu import mechanism
from wengu.governance.models import BusinessDate
from wengu.intake.models import Batch, BatchState
from wengu.jobs.actions import work_once
from wengu.regions import actions as divisions
from wengu.regions import queries as regions
from wengu.registry.models import Household
from wengu.web.batches import day_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SECRET = "JBSWY3DPEHPK3PXP"


@pytest.fixture
def page(browse):
    """A clerk's browser."""
    divisions.load(by="测试")
    regions.forget()
    cache.clear()
    BusinessDate.objects.create(pk=1, on=day_of("2020-07-01"))
    TOTP.activate(user(username="jin"), SECRET)
    return browse("/accounts/login/?next=/batches/")


def sheet():
    """Sixty households; one telephone to confirm and one month to mend."""
    rows = [row for serial in range(1, 61) for row in home(serial)]
    rows[0]["联系电话"] = rows[1]["联系电话"] = "051812345678"
    rows[2]["务工时间"] = "15"
    return {"name": "花名册.xlsx", "mimeType": "application/octet-stream",
            "buffer": xlsx(table(rows))}  # fmt: skip


def sign_in(page):
    page.get_by_label("用户名").fill("jin")
    page.get_by_label("密码").fill("wrong")
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("alert")).to_contain_text("还可再试")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    code = format_hotp_value(hotp_value(SECRET, int(time.time()) // 30))
    page.get_by_label("动态口令").fill(code)
    page.get_by_role("button", name="核对口令并进入").click()
    expect(page.locator("h1")).to_have_text("导入与疑点")


def sound(page, name):
    """The page is accessible, fits at each width, and is kept as a picture."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    for width in (390, 1366):
        page.set_viewport_size({"width": width, "height": 800})
        page.screenshot(path=SHOTS / f"import-{name}-{width}.png", full_page=True)
        assert page.evaluate(OVERFLOW) <= 0, name
        found = Axe().run(page).response["violations"]
        assert not [(v["id"], v["nodes"][0]["html"][:120]) for v in found], (name, width)
        if width < 400:
            assert not page.evaluate(SMALL_TARGETS), name


def upload(page, file):
    page.get_by_role("link", name="导入工作簿").click()
    page.get_by_label(re.compile("工作簿")).set_input_files(file)
    page.get_by_role("button", name="上传并检查").click()
    expect(page.locator("main")).to_contain_text("检查表格")


def test_a_clerk_takes_a_sheet_in_mends_it_and_takes_it_back(page):
    sign_in(page)
    sound(page, "empty")
    upload(page, sheet())
    sound(page, "progress")
    assert work_once(mechanism.HANDLERS)
    expect(page.get_by_role("heading", name="照您的表看")).to_be_visible()  # renewed by itself
    sound(page, "review")

    page.get_by_role("link", name="务工时间不是 0 至 12 的整数").click()
    page.get_by_role("link", name="改这一格").click()
    sound(page, "doubt")
    page.get_by_label(re.compile("改成")).fill("8")
    page.get_by_role("button", name="改好，再核对这一行").click()
    expect(page.get_by_role("status")).to_contain_text("第 6 行已改，这一行现在：新增")

    page.get_by_role("link", name="联系电话不是手机号").click()
    page.get_by_text("这 1 行都核对无误，一起放行").click()
    page.get_by_label("理由").fill("固定电话")
    sound(page, "release")
    page.get_by_role("button", name="确认放行 1 行").click()
    expect(page.get_by_role("status")).to_contain_text("已放行 1 处")

    page.get_by_role("button", name=re.compile("入库 .* 行")).click()
    expect(page.locator("main")).to_contain_text("入库")
    work_once(mechanism.HANDLERS)
    expect(page.locator("main")).to_contain_text("已入库")
    expect(page.get_by_text("撤销整批")).to_be_visible()
    batch = Batch.objects.get()
    applied = batch.counts["applied"]
    assert applied > 100
    assert Household.objects.count() * 2 == applied
    sound(page, "applied")

    page.get_by_text("撤销整批").click()
    act = page.get_by_role("button", name=f"撤销 {applied} 行")
    expect(act).to_be_disabled()
    page.get_by_label(re.compile("请输入")).fill(str(applied))
    sound(page, "undo")
    act.click()
    work_once(mechanism.HANDLERS)
    expect(page.locator("main")).to_contain_text("这一批已整批撤销")
    batch.refresh_from_db()
    assert batch.state == BatchState.REVERSED


def test_the_doubt_workbook_comes_back_mended(page):
    sign_in(page)
    upload(page, sheet())
    work_once(mechanism.HANDLERS)
    with page.expect_download() as taken:
        page.get_by_role("link", name="下载疑点工作簿").click()
    book = load_workbook(io.BytesIO(taken.value.path().read_bytes()))
    rows = book.worksheets[0]
    header = [cell.value for cell in rows[3]]
    months = header.index("务工时间") + 1
    marked = [row for row in range(4, rows.max_row + 1) if rows.cell(row, months).value == "15"]
    assert rows.cell(marked[0], months).comment.text.startswith("务工时间不是 0 至 12 的整数")
    rows.cell(marked[0], months).value = "8"
    out = io.BytesIO()
    book.save(out)
    page.goto(page.url.split("/batches/")[0] + "/batches/")
    upload(page, {"name": "改好.xlsx", "mimeType": "application/octet-stream",
                  "buffer": out.getvalue()})  # fmt: skip
    work_once(mechanism.HANDLERS)
    expect(page.get_by_role("heading", name="照您的表看")).to_be_visible()
    batch = Batch.objects.order_by("-pk").first()
    assert (batch.counts["new"], batch.counts["must_fix"]) == (2, 0)
