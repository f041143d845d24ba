"""System pages: each administrator does its own part, in its own region, with a receipt."""

import datetime
from dataclasses import replace

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP

from tests.accounts.factories import signed_in, user
from wengu.accounts.models import Post, Role, User
from wengu.audit import clock
from wengu.audit import queries as audit
from wengu.audit.actions import keep_verification
from wengu.audit.models import Event
from wengu.audit.sealing import Sealer
from wengu.audit.verification import Problem, verify
from wengu.governance.models import BusinessDate
from wengu.jobs.models import Job
from wengu.regions import actions as divisions
from wengu.regions import queries as regions

pytestmark = [pytest.mark.db, pytest.mark.django_db]
CITY, COUNTY, OTHER_COUNTY, TOWN = (
    "320700000000", "320723000000", "320722000000", "320723001000",
)  # fmt: skip
ON = datetime.date(2020, 7, 1)
PAGES = {
    "/users/": {Role.SECURITY_ADMINISTRATOR},
    "/users/new/": {Role.SECURITY_ADMINISTRATOR},
    "/settings/": {Role.SYSTEM_ADMINISTRATOR},
    "/events/": {Role.AUDIT_ADMINISTRATOR},
}


@pytest.fixture(autouse=True)
def _divisions(db):
    divisions.load(by="测试")
    regions.forget()
    BusinessDate.objects.create(pk=1, on=ON)


@pytest.fixture
def keeper():
    """The security administrator of the county."""
    return signed_in(user(Role.SECURITY_ADMINISTRATOR, COUNTY, username="an"))


def said(response):
    return [str(message) for message in response.context["messages"]]


def form(**more):
    return {
        "username": "zhang-lin", "name": "张林", "password": "Correct-horse-42",
        "role": "town_clerk", "department": "", "region": "320723001", "office": "镇民政办",
        "since": "2020-07-01", **more,
    }  # fmt: skip


@pytest.mark.parametrize("role", sorted(Role))
@pytest.mark.parametrize("page", sorted(PAGES))
def test_each_page_opens_for_its_own_post(page, role):
    client = signed_in(user(role, CITY))
    assert client.get(page).status_code == (200 if role in PAGES[page] else 403)


def test_a_user_is_made_with_a_post_and_a_password_to_be_changed(keeper):
    answer = keeper.post("/users/new/", form(), follow=True)
    made = User.objects.get(username="zhang-lin")
    assert made.must_change_password
    assert (made.posts.get().role, made.posts.get().region_id) == ("town_clerk", TOWN)
    assert said(answer)[0].startswith("已新增 张林；")
    assert Event.objects.filter(action="accounts.enrol", actor="an").exists()


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("region", "320722", "不能在本人管辖的区划之外分配岗位"),
        ("region", "3207", "不能在本人管辖的区划之外分配岗位"),
        ("region", "320799", "不存在"),
        ("region", "abc", ""),
        ("role", "king", "请选角色"),
        ("role", "department", "部门经办要选部门"),
        ("department", "education", "只有部门经办才选部门"),
        ("since", "明天", "请填日期"),
        ("office", " ", "请填单位名称"),
        ("password", "short", ""),
        ("username", "an", ""),
    ],
)
def test_a_wrong_form_makes_nobody_and_keeps_what_was_typed(keeper, field, value, words):
    answer = keeper.post("/users/new/", form(**{field: value}))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert words in page
    assert 'class="err"' in page
    assert 'value="张林"' in page
    assert "Correct-horse-42" not in page
    assert not User.objects.filter(username="zhang-lin").exists()


def test_users_elsewhere_are_missing(keeper):
    user(region=OTHER_COUNTY, username="lin")
    assert "lin" not in [r.cells[0].text for r in keeper.get("/users/").context["table"].rows]
    assert keeper.get("/users/lin/").status_code == 404
    for act in ("assign", "end", "close", "reopen", "reset"):
        assert keeper.post(f"/users/lin/{act}/", form()).status_code == 404
    assert User.objects.get(username="lin").is_active


def test_a_new_post_ends_the_old_one(keeper):
    zhou = user(Role.TOWN_CLERK, TOWN, username="zhou")
    answer = keeper.post(
        "/users/zhou/assign/", form(role="county_civil_affairs", region="320723"), follow=True
    )
    assert said(answer) == ["已换岗：原岗位到 2020-07-01 为止。"]
    old, new = Post.objects.filter(user=zhou).order_by("since")
    assert (old.until, new.role, new.region_id) == (ON, "county_civil_affairs", COUNTY)


def test_a_post_outside_ones_region_is_not_given(keeper):
    user(Role.TOWN_CLERK, TOWN, username="zhou")
    answer = keeper.post("/users/zhou/assign/", form(region="320722"))
    assert answer.status_code == 422
    wrong = {one.name: one.error for one in answer.context["fields"] if one.error}
    assert wrong == {"region": "不能在本人管辖的区划之外分配岗位"}
    assert 'value="镇民政办"' in answer.content.decode(), "what was typed is kept"
    assert Post.objects.get(user__username="zhou").until is None


def test_a_closed_account_is_out_at_once(keeper):
    zhou = user(Role.TOWN_CLERK, TOWN, username="zhou")
    theirs = signed_in(zhou)
    assert theirs.get("/batches/").status_code == 200
    answer = keeper.post("/users/zhou/close/", follow=True)
    assert said(answer) == ["账号已停用，正在用的页面立即退出。"]
    assert theirs.get("/batches/").status_code == 302
    assert "已停用" in keeper.get("/users/").content.decode()
    assert "换一个岗位" not in keeper.get("/users/zhou/").content.decode()


def test_a_reset_shows_the_password_once_and_forgets_the_second_factor(keeper):
    zhou = user(Role.TOWN_CLERK, TOWN, username="zhou")
    TOTP.activate(zhou, "JBSWY3DPEHPK3PXP")
    answer = keeper.post("/users/zhou/reset/", follow=True)
    (words,) = said(answer)
    zhou.refresh_from_db()
    assert zhou.check_password(words.rsplit("：", 1)[1])
    assert zhou.must_change_password
    assert not Authenticator.objects.filter(user=zhou).exists()
    assert words not in keeper.get("/users/zhou/").content.decode()


def test_a_post_ends_and_the_account_stays(keeper):
    zhou = user(Role.TOWN_CLERK, TOWN, username="zhou")
    theirs = signed_in(zhou)
    assert said(keeper.post("/users/zhou/end/", follow=True)) == ["岗位已结束。"]
    post = Post.objects.get(user=zhou)
    assert post.until == ON
    assert theirs.get("/batches/").status_code == 403
    page = keeper.get("/users/zhou/").content.decode()
    assert "换一个岗位" in page
    assert "结束岗位" not in page
    (row,) = keeper.get("/users/?q=zhou").context["table"].rows
    assert row.cells[-1].text == "没有岗位"
    assert Event.objects.filter(action="accounts.end", actor="an").exists()


def test_a_closed_account_is_opened_again_with_a_password_shown_once(keeper):
    zhou = user(Role.TOWN_CLERK, TOWN, username="zhou")
    TOTP.activate(zhou, "JBSWY3DPEHPK3PXP")
    keeper.post("/users/zhou/close/")
    page = keeper.get("/users/zhou/").content.decode()
    assert "恢复账号" in page
    assert "重置密码" not in page
    (words,) = said(keeper.post("/users/zhou/reopen/", follow=True))
    zhou.refresh_from_db()
    assert zhou.is_active
    assert zhou.must_change_password
    assert zhou.check_password(words.rsplit("：", 1)[1])
    assert not Authenticator.objects.filter(user=zhou).exists()
    assert Post.objects.get(user=zhou).until == ON, "the post is given anew, not with the account"


def test_users_are_found_by_name_role_and_state_page_by_page(keeper):
    for place in range(30):
        user(Role.TOWN_CLERK, TOWN, username=f"zhen{place:02}")
    user(Role.VILLAGE_CADRE, TOWN, username="cun")
    User.objects.filter(username="cun").update(name="村里人")
    user(Role.LEADER, OTHER_COUNTY, username="ling")
    keeper.post("/users/zhen07/close/")

    def found(query):
        page = keeper.get(f"/users/?{query}")
        table = page.context["table"]
        return [row.cells[0].text for row in table.rows] if table else []

    assert found("q=村里") == found("role=village_cadre") == ["cun"]
    assert found("state=closed") == ["zhen07"]
    assert found("q=ZHEN1&size=50") == [f"zhen1{n}" for n in range(10)]
    assert found("q=ling") == []
    page = keeper.get("/users/?q=zhen&page=2")
    assert len(page.context["table"].rows) == 10
    assert page.context["pager"].previous_url == "/users/?q=zhen&page=1"
    assert "没有符合条件的账号。" in keeper.get("/users/?q=nobody").content.decode()


def test_nobody_manages_the_own_account(keeper):
    page = keeper.get("/users/an/").content.decode()
    assert "换一个岗位" not in page
    for act in ("end", "close", "reopen", "reset"):
        answer = keeper.post(f"/users/an/{act}/", follow=True)
        assert said(answer) == ["不能管理自己的账号：请另一位安全管理员办理"]
    assert User.objects.get(username="an").is_active


def test_the_list_of_users_costs_the_same_for_many(keeper, django_assert_max_num_queries):
    for _ in range(30):
        user(Role.TOWN_CLERK, TOWN)
    keeper.get("/users/?size=100")
    with django_assert_max_num_queries(15):
        assert len(keeper.get("/users/?size=100").context["table"].rows) == 31


def test_divisions_are_walked_down_within_the_scope(keeper):
    page = keeper.get("/regions/")
    assert "灌云县" in page.content.decode()
    town = keeper.get(f"/regions/?region={TOWN}").content.decode()
    assert "树云村" in town
    for code in (OTHER_COUNTY, CITY, "999999999999", "x"):
        assert keeper.get(f"/regions/?region={code}").status_code == 404


@pytest.fixture
def system():
    return signed_in(user(Role.SYSTEM_ADMINISTRATOR, CITY, username="shi"))


def test_the_demos_day_moves_forward_and_is_decided(system):
    answer = system.post("/settings/advance/", {"days": "2"}, follow=True)
    assert said(answer) == ["业务日期已到 2020-07-03。"]
    assert Job.objects.get().arguments == {"on": "2020-07-03"}


@pytest.mark.parametrize("days", ["", "0", "-1", "x", "1.5", "²"])
def test_the_day_never_moves_back_nor_by_nonsense(system, days):
    answer = system.post("/settings/advance/", {"days": days}, follow=True)
    assert len(said(answer)) == 1
    assert answer.redirect_chain[-1][0] == "/settings/"
    assert not Job.objects.exists()


def test_outside_a_demo_no_day_is_moved(system, settings):
    settings.DEMO = False
    assert "推进业务日期" not in system.get("/settings/").content.decode()
    system.post("/settings/advance/", {"days": "1"})
    assert not Job.objects.exists()


@pytest.fixture
def auditor(keeper):
    user(Role.TOWN_CLERK, TOWN, username="zhou")
    keeper.post("/users/zhou/close/")
    return signed_in(user(Role.AUDIT_ADMINISTRATOR, CITY, username="ming"))


def test_the_record_names_acts_in_words_and_persons(auditor):
    page = auditor.get("/events/").content.decode()
    assert "停用账号" in page
    assert "accounts.close" not in page.replace('value="accounts.close"', "")
    assert 'href="/events/?actor=an"' in page


def test_the_record_is_narrowed_by_person_act_and_day(auditor):
    def count(query):
        return len(getattr(auditor.get(f"/events/?{query}").context["table"], "rows", ()))

    assert count("act=accounts.close") == 1
    assert count("act=accounts.reset") == 0
    assert count("actor=an") >= 1
    assert count("actor=nobody") == 0
    day = clock.today().isoformat()
    assert count(f"day={day}&actor=an") == count("actor=an")
    assert count("day=2019-01-01") == 0
    assert "没有符合条件的记录。" in auditor.get("/events/?actor=nobody").content.decode()


def test_the_record_has_pages_that_keep_the_filter(auditor):
    Event.objects.bulk_create(Event(actor="an", action="intake.mend") for _ in range(45))
    page = auditor.get("/events/?act=intake.mend&page=2")
    assert len(page.context["table"].rows) == 20
    assert page.context["pager"].next_url == "/events/?act=intake.mend&page=3"


def test_the_record_says_how_far_it_is_sealed_and_what_the_last_verification_found(
    auditor, tmp_path, monkeypatch
):
    def meta():
        page = auditor.get("/events/")
        notice = page.context["notice"]
        return page.context["meta"][1:], notice and f"{notice.kind} {notice.lead}{notice.text}"

    assert meta() == (("尚未封存", "还没有核验过"), None)
    sealer = Sealer(tmp_path / "head.json")
    sealer.seal()
    sealed = audit.last_seal()
    (how_far, verified), notice = meta()
    assert how_far.startswith(f"封存至第 1 块、第 {sealed.last:,} 条，20")
    assert (verified, notice) == ("还没有核验过", None)
    keep_verification(report=verify(head=tmp_path / "head.json"), by="ming")
    (_, verified), notice = meta()
    assert verified.endswith("核验 1 块，完好")
    assert notice is None
    # Nobody seals: said after a minute.
    monkeypatch.setattr(audit, "TOO_LONG", datetime.timedelta(0))
    assert meta()[1].startswith("warn 封存已停。20")
    bad = replace(verify(head=tmp_path / "head.json"), problems=(Problem("changed", 3, 2417),))
    keep_verification(report=bad, by="ming")
    (_, verified), notice = meta()
    assert verified.endswith("核验 1 块，有不符")
    assert notice == "bad 审计记录有被改动的迹象。共 1 处；第一处：第 3 块、第 2417 条、记录被改"
    unguarded = replace(bad, problems=(Problem("guard altered", trigger="audit_seal_kept_delete"),))
    keep_verification(report=unguarded, by="ming")
    notice = meta()[1]
    assert notice.endswith("第一处：触发器 audit_seal_kept_delete、防改动的触发器被改")
