"""Who may see what, and who may give what to whom."""

import datetime
import time

import pytest
from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError

from tests.accounts.factories import ON, SINCE, user
from wengu.accounts import actions, demo, queries
from wengu.accounts.actions import Assignment, NotYours
from wengu.accounts.models import Department, Post, Role, User
from wengu.accounts.permissions import (
    COLUMNS,
    DEPARTMENT_FACTS,
    PERMISSIONS,
    Facts,
    Permission,
    facts_of,
)
from wengu.accounts.scope import Scope
from wengu.audit.models import Event
from wengu.kernel.regioncode import RegionCode
from wengu.regions.models import Region
from wengu.registry.models import Bill, Household, HouseholdFacts, Listed, PersonFacts

pytestmark = [pytest.mark.db, pytest.mark.django_db]
COUNTY, OTHER = "320723000000", "320722000000"
TOWN, VILLAGE, FOREIGN = "320723100000", "320723100201", "320722001001"
ADMINISTRATORS = (
    Role.SYSTEM_ADMINISTRATOR,
    Role.SECURITY_ADMINISTRATOR,
    Role.AUDIT_ADMINISTRATOR,
)


@pytest.fixture
def security(city):
    return queries.scope(user(Role.SECURITY_ADMINISTRATOR, COUNTY, username="security"), ON)


def post(role=Role.TOWN_CLERK, region=TOWN, **more):
    return Assignment(role, RegionCode(region), "某单位", ON, **more)


def test_every_role_has_its_permissions_and_every_department_its_facts():
    assert set(PERMISSIONS) == set(Role)
    assert set(DEPARTMENT_FACTS) == set(Department)


def test_no_permission_is_without_a_holder_and_administrators_share_none_that_changes_anything():
    assert frozenset().union(*PERMISSIONS.values()) == set(Permission)
    reading = {Permission.POLICY_READ, Permission.REGIONS_READ}
    for first in ADMINISTRATORS:
        for second in ADMINISTRATORS:
            shared = PERMISSIONS[first] & PERMISSIONS[second]
            assert first == second or shared <= reading


@pytest.mark.parametrize("role", ADMINISTRATORS)
def test_administrators_see_no_household(role):
    assert not any(
        permission.startswith(("households.", "identity.", "decisions.", "batches."))
        for permission in PERMISSIONS[role]
    )
    assert facts_of(role, "") == frozenset()


@pytest.mark.parametrize("role", [Role.INSPECTOR, Role.LEADER, Role.DEPARTMENT])
def test_those_who_only_look_change_nothing(role):
    assert all(permission.endswith(".read") for permission in PERMISSIONS[role])


def test_every_column_of_the_registry_is_in_a_group_of_facts():
    own = {
        "id",
        "since",
        "seq",
        "superseded_seq",
        "source",
        "batch",
        "sheet",
        "row",
        "restores",
        "carried",
    }
    for model in (HouseholdFacts, PersonFacts, Bill, Listed):
        # Whom it is about, and the index of the papers' number, which no page shows.
        about = {"household", "person", "number"}
        columns = {f.name for f in model._meta.get_fields()} - own - about
        assert columns <= set(COLUMNS), columns - set(COLUMNS)


@pytest.mark.parametrize(
    ("department", "seen", "hidden"),
    [
        (Department.EDUCATION, "schooling", "chronic"),
        (Department.MEDICAL_INSURANCE, "total_fen", "disability"),
        (Department.DISABLED_PERSONS, "disability", "chronic"),
        (Department.WATER, "safe_water", "income"),
    ],
)
def test_a_department_sees_the_facts_of_its_duty(city, department, seen, hidden):
    scope = queries.scope(user(Role.DEPARTMENT, COUNTY, department=department), ON)
    assert scope.sees(seen)
    assert not scope.sees(hidden)
    assert not scope.sees("a column nobody listed")


def test_leaders_see_no_illness(city):
    scope = queries.scope(user(Role.LEADER, COUNTY), ON)
    assert scope.sees("income")
    assert not scope.sees("serious_illness")
    assert not scope.sees(Facts.DISABILITY)


def test_a_scope_covers_its_region_and_nothing_else(city):
    scope = queries.scope(user(Role.TOWN_CLERK, TOWN), ON)
    assert scope.covers(VILLAGE)
    assert scope.covers(TOWN)
    assert not scope.covers(COUNTY)
    assert not scope.covers("320723101201")
    assert not scope.covers(FOREIGN)


def test_a_scope_filters_rows_by_code_ranges(city):
    for number, village in enumerate((VILLAGE, FOREIGN)):
        Household.objects.create(number=str(number), village_id=village, seq=1)
    scope = queries.scope(user(region=COUNTY), ON)
    assert [row.village_id for row in scope.filter(Household.objects.all())] == [VILLAGE]
    assert "LIKE" not in str(scope.filter(Household.objects.all()).query)


@pytest.mark.parametrize("change", ["no post", "ended", "not begun", "inactive"])
def test_nothing_is_the_default(city, change):
    who = user(region=COUNTY)
    posts = Post.objects.filter(user=who)
    if change == "no post":
        posts.delete()
    elif change == "ended":
        posts.update(until=ON)
    elif change == "not begun":
        posts.update(since=ON + datetime.timedelta(days=1))
    else:
        who.is_active = False
    Household.objects.create(number="1", village_id=VILLAGE, seq=1)
    scope = queries.scope(who, ON)
    assert not any(scope.allows(permission) for permission in Permission)
    assert not scope.covers(VILLAGE)
    assert not scope.filter(Household.objects.all()).exists()
    assert not scope.sees("registered")


def test_a_post_ends_before_its_last_day(city):
    who = user(region=COUNTY)
    Post.objects.filter(user=who).update(until=ON + datetime.timedelta(days=1))
    assert queries.scope(who, ON).covers(VILLAGE)


def test_an_abolished_district_is_covered_by_the_county_that_took_over(city):
    later = datetime.date(2024, 1, 1)
    scope = queries.scope(user(region="320706000000"), later)
    assert scope.covers("320772001000")
    assert not queries.scope(user(region="320706000000"), ON).covers("320772001000")


def test_a_command_at_the_server_covers_everything_but_needs_a_second_person():
    scope = queries.operator_scope(name="root", on=ON)
    assert scope.covers("110000000000")
    assert not scope.allows(Permission.PARAMETERS_APPROVE)


def test_enrolling_gives_an_account_a_post_and_a_password_to_change(security):
    made = actions.enrol(
        granter=security, username="zhou", name="周某", password="Correct-horse-42",
        assignment=post(), by="security",
    )  # fmt: skip
    assert made.must_change_password
    assert made.check_password("Correct-horse-42")
    assert queries.scope(made, ON).covers(VILLAGE)
    event = Event.objects.get(action="accounts.enrol")
    assert event.detail["username"] == "zhou"
    assert "周某" not in str(event.detail)
    assert "horse" not in str(event.detail)


@pytest.mark.parametrize("password", ["short", "password1234"])
def test_a_weak_password_is_refused(security, password):
    with pytest.raises(ValidationError):
        actions.enrol(
            granter=security, username="zhou", name="周某", password=password,
            assignment=post(), by="security",
        )  # fmt: skip
    assert not User.objects.filter(username="zhou").exists()


@pytest.mark.parametrize("region", [OTHER, "320700000000", FOREIGN])
def test_nobody_grants_beyond_the_own_region(security, region):
    with pytest.raises(NotYours, match="区划之外"):
        actions.assign(
            granter=security, user=user(region=COUNTY), assignment=post(region=region), by="s"
        )


def test_an_unknown_region_is_named(security):
    with pytest.raises(LookupError, match="不存在"):
        actions.assign(
            granter=security, user=user(region=COUNTY), assignment=post(region="320723999"), by="s"
        )


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.SECURITY_ADMINISTRATOR}))
def test_only_the_security_administrator_grants(city, role):
    granter = queries.scope(user(role, COUNTY), ON)
    who = user(region=COUNTY)
    for act in (
        lambda: actions.assign(granter=granter, user=who, assignment=post(), by="s"),
        lambda: actions.close(granter=granter, user=who, on=ON, by="s"),
        lambda: actions.reset(granter=granter, user=who, by="s"),
    ):
        with pytest.raises(NotYours):
            act()


def test_nobody_manages_themselves_or_a_foreigner(security):
    own = User.objects.get(username="security")
    foreign = user(region=OTHER)
    for who in (own, foreign):
        with pytest.raises(NotYours):
            actions.assign(granter=security, user=who, assignment=post(), by="security")
        with pytest.raises(NotYours):
            actions.reset(granter=security, user=who, by="security")
    assert foreign not in queries.users(viewer=security)
    assert queries.user(viewer=security, username=foreign.username) is None


def test_a_new_post_ends_the_old_one_and_the_user_leaves_the_old_region(security):
    who = user(Role.TOWN_CLERK, TOWN)
    actions.assign(
        granter=security, user=who, assignment=post(Role.COUNTY_CIVIL_AFFAIRS, COUNTY), by="s"
    )
    assert [(p.until, p.role) for p in who.posts.order_by("since")] == [
        (ON, "town_clerk"),
        (None, "county_civil_affairs"),
    ]
    Post.objects.filter(user=who, until__isnull=True).update(region_id=OTHER)
    assert who not in queries.users(viewer=security)


def test_a_department_post_names_its_department(security):
    with pytest.raises(ValidationError):
        actions.assign(
            granter=security, user=user(region=TOWN), assignment=post(Role.DEPARTMENT), by="s"
        )


def test_closing_ends_everything(security):
    who = user(region=TOWN)
    actions.close(granter=security, user=who, on=ON, by="security")
    who.refresh_from_db()
    assert not who.is_active
    assert not queries.scope(who, ON).permissions


def test_a_reset_gives_a_new_password_and_forgets_the_second_factor(security, settings):
    settings.DEMO = True
    settings.KEY_FILE = settings.HOME / "keys"
    who = user(region=TOWN)
    demo.TOTP.activate(who, demo.secret_of("x"))
    password = actions.reset(granter=security, user=who, by="security")
    who.refresh_from_db()
    assert who.check_password(password)
    assert who.must_change_password
    assert not Authenticator.objects.exists()
    assert password not in str(Event.objects.get(action="accounts.reset").detail)


def test_demo_accounts_refuse_to_exist_outside_a_demo(city):
    for act in (
        lambda: demo.enrol_demo(village=RegionCode(VILLAGE), since=SINCE, by="t"),
        lambda: demo.code_of("county"),
        lambda: demo.secret_of("county"),
    ):
        with pytest.raises(demo.NotADemo):
            act()
    assert not User.objects.exists()


def test_demo_accounts_stand_around_a_village(city, settings):
    settings.DEMO = True
    settings.KEY_FILE = settings.HOME / "keys"
    village = RegionCode(VILLAGE)
    made = demo.enrol_demo(village=village, since=SINCE, by="t")
    assert made == len(demo.LOGINS)
    assert demo.enrol_demo(village=village, since=SINCE, by="t") == 0
    covered = {u.username for u in User.objects.all() if queries.scope(u, ON).covers(VILLAGE)}
    assert covered == {login.username for login in demo.LOGINS} - {"elsewhere"}
    assert {login.role for login in demo.LOGINS} == set(Role)
    code = demo.code_of("county")
    assert len(code) == 6
    assert demo.TOTP(Authenticator.objects.get(user__username="county")).validate_code(code)
    with pytest.raises(LookupError, match="nobody"):
        demo.code_of("nobody")


def test_the_second_factor_is_encrypted_at_rest(city, settings):
    settings.DEMO = True
    settings.KEY_FILE = settings.HOME / "keys"
    demo.enrol_demo(village=RegionCode(VILLAGE), since=SINCE, by="t")
    stored = Authenticator.objects.get(user__username="county").data["secret"]
    assert demo.secret_of("county") not in stored


def test_a_403_page_can_name_who_gives_out_posts(city):
    user(Role.SECURITY_ADMINISTRATOR, "320700000000")
    assert queries.security_administrators(RegionCode(COUNTY), ON) == ["甲"]
    assert queries.security_administrators(RegionCode("320800"), ON) == []


def test_a_scope_is_built_with_one_query(city, django_assert_num_queries):
    who = user(region=COUNTY)
    queries.scope(who, ON)
    with django_assert_num_queries(1):
        queries.scope(who, ON)


def test_ten_thousand_questions_to_a_scope_take_under_a_second():
    scope = Scope(user="u", on=ON, ranges=(("320723", "320724"),))
    start = time.perf_counter()
    assert all(scope.covers(VILLAGE) for _ in range(10_000))
    assert time.perf_counter() - start < 1


def test_regions_have_households_only_where_they_exist(city):
    assert Region.objects.filter(code=VILLAGE).exists()
    assert Region.objects.filter(code=FOREIGN).exists()
