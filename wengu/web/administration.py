"""系统页: users and posts, divisions, settings and the demo's day, each for its own."""

import datetime
from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from wengu import mechanism
from wengu.accounts import actions, queries
from wengu.accounts.actions import Assignment, NotYours
from wengu.accounts.models import Department, Post, Role, User
from wengu.accounts.permissions import Permission
from wengu.audit import clock
from wengu.governance import actions as governance
from wengu.kernel.regioncode import RegionCode
from wengu.regions import queries as regions
from wengu.web import labels, wording
from wengu.web.access import Request, policy
from wengu.web.batches import day_of
from wengu.web.frame import crumbs, link, render
from wengu.web.shapes import (
    Action,
    Choice,
    Column,
    Confirmation,
    Definition,
    Field,
    Link,
    Row,
    Status,
    Table,
)


@policy(permission=Permission.USERS_READ)
@require_GET
def users(request: HttpRequest) -> HttpResponse:
    """List the users whose latest post lies in the viewer's region."""
    asked = cast("Request", request)
    columns = (
        Column(_("用户名")), Column(_("姓名")), Column(_("角色")), Column(_("区划")),
        Column(_("单位")), Column(_("自")), Column(_("状态")),
    )  # fmt: skip
    found = queries.users(viewer=asked.scope)
    rows = tuple(_user_row(user, asked) for user in found)
    can = asked.scope.allows(Permission.USERS_WRITE)
    page = {
        "title": _("用户与岗位"),
        "table": Table(_("用户"), columns, rows, records=True),
        "actions": (Action(_("新增用户"), reverse("user-new"), kind="primary"),) if can else (),
    }
    return render(asked, "administration/list.html", page, here="users")


def _latest(user: User) -> Post | None:
    return max(user.posts.all(), key=lambda post: (post.since, post.pk), default=None)


def _user_row(user: User, request: Request) -> Row:
    post = _latest(user)
    state = Status("green", _("在用")) if user.is_active else Status("open", _("已停用"))
    return Row(
        (
            Link(user.username, reverse("user", args=[user.username])),
            user.name,
            labels.word(labels.ROLES, post.role) if post else _("没有岗位"),
            regions.name(post.region_id, request.on) if post else "",
            post.office if post else "",
            post.since if post else "",
            state,
        )
    )


def _found(request: Request, username: str) -> User:
    user = queries.user(viewer=request.scope, username=username)
    if user is None:
        raise Http404
    return user


@policy(permission=Permission.USERS_WRITE)
@require_http_methods(["GET", "POST"])
def new_user(request: HttpRequest) -> HttpResponse:
    """Create a user with a first password and a post in one's own region."""
    asked = cast("Request", request)
    errors: dict[str, str] = {}
    if asked.method == "POST":
        assignment = _assignment(asked, errors)
        if assignment is not None:
            made = _enrol(asked, assignment, errors)
            if made is not None:
                words = _(
                    "已新增 %(name)s；请把初始密码当面交给本人，首次登录要改密码、绑定验证器。"
                )
                messages.success(asked, words % {"name": made.name})
                return HttpResponseRedirect(reverse("user", args=[made.username]))
    given = asked.POST
    fields = (
        Field("username", _("用户名"), value=given.get("username", ""), required=True,
              error=errors.get("username", ""), hint=_("字母、数字，登录用")),
        Field("name", _("姓名"), value=given.get("name", ""), required=True,
              error=errors.get("name", "")),
        Field("password", _("初始密码"), "password", required=True, fill="new-password",
              error=errors.get("password", ""), hint=_("至少 12 位，首次登录必须更改")),
        *_post_fields(asked, errors),
    )  # fmt: skip
    page = {
        "title": _("新增用户"),
        "crumbs": (Link(_("用户与岗位"), reverse("users")), Link(_("新增用户"))),
        "fields": fields,
        "submit": _("新增用户"),
    }
    return render(
        asked, "administration/form.html", page, here="users", status=422 if errors else 200
    )


def _enrol(request: Request, assignment: Assignment, errors: dict[str, str]) -> User | None:
    given = request.POST
    try:
        return actions.enrol(
            granter=request.scope,
            username=given.get("username", "").strip(),
            name=given.get("name", "").strip(),
            password=given.get("password", ""),
            assignment=assignment,
            by=request.scope.user,
        )
    except ValidationError as problem:
        if hasattr(problem, "message_dict"):
            errors.update({key: "".join(value) for key, value in problem.message_dict.items()})
        else:
            errors["password"] = "".join(problem.messages)
    except (NotYours, regions.UnknownRegion) as problem:
        errors["region"] = str(problem)
    return None


def _post_fields(request: Request, errors: dict[str, str]) -> tuple[Field, ...]:
    given = request.POST
    roles = tuple(
        Choice(role.value, labels.word(labels.ROLES, role), chosen=given.get("role") == role.value)
        for role in Role
    )
    departments = (
        Choice("", _("不属部门")),
        *(
            Choice(
                one.value,
                labels.word(labels.DEPARTMENTS, one),
                chosen=given.get("department") == one.value,
            )
            for one in Department
        ),
    )
    return (
        Field("role", _("角色"), "select", choices=roles, error=errors.get("role", "")),
        Field("department", _("部门"), "select", choices=departments,
              error=errors.get("department", ""), hint=_("部门经办才选")),
        Field("region", _("区划代码"), value=given.get("region", str(request.scope.region or "")),
              error=errors.get("region", ""), hint=_("县 6 位、镇 9 位、村 12 位")),
        Field("office", _("单位"), value=given.get("office", ""), required=True,
              error=errors.get("office", "")),
        Field("since", _("任职自"), "date", given.get("since", request.on.isoformat()),
              error=errors.get("since", "")),
    )  # fmt: skip


def _assignment(request: Request, errors: dict[str, str]) -> Assignment | None:
    given = request.POST
    if given.get("role") not in Role.values:
        errors["role"] = _("请选角色")
    try:
        region = RegionCode(given.get("region", "").strip())
    except ValueError:
        errors["region"] = _("区划代码是 4、6、9 或 12 位数字")
    since = day_of(given.get("since", ""))
    if since is None:
        errors["since"] = _("请填日期，如 2020-07-01")
    if not given.get("office", "").strip():
        errors["office"] = _("请填单位名称")
    if given.get("role") == Role.DEPARTMENT and given.get("department") not in Department.values:
        errors["department"] = _("部门经办要选部门")
    if given.get("role") != Role.DEPARTMENT and given.get("department"):
        errors["department"] = _("只有部门经办才选部门")
    if errors or since is None:
        return None
    return Assignment(
        role=Role(given["role"]),
        region=region,
        office=given["office"].strip(),
        since=since,
        department=given.get("department", ""),
    )


def _posts(found: User, on: datetime.date) -> Table:
    """Return the posts that a user has held, the newest first."""
    columns = (
        Column(_("角色")), Column(_("区划")), Column(_("单位")), Column(_("自")), Column(_("至")),
    )  # fmt: skip
    rows = tuple(
        Row((
            labels.word(labels.ROLES, post.role), regions.name(post.region_id, on),
            post.office, post.since, post.until or _("在任"),
        ))
        for post in sorted(found.posts.all(), key=lambda post: post.since, reverse=True)
    )  # fmt: skip
    return Table(_("岗位"), columns, rows, records=True)


@policy(permission=Permission.USERS_READ)
@require_GET
def user(request: HttpRequest, username: str) -> HttpResponse:
    """Show one user: the posts held, and what the security administrator may do."""
    asked = cast("Request", request)
    found = _found(asked, username)
    mine = asked.scope.allows(Permission.USERS_WRITE) and found.username != asked.scope.user
    page = {
        "title": f"{found.name}（{found.username}）",
        "found": found,
        "mine": mine and found.is_active,
        "facts": (
            Definition(_("状态"), _("在用") if found.is_active else _("已停用")),
            Definition(_("上次登录"), _when(found)),
        ),
        "table": _posts(found, asked.on),
        "fields": _post_fields(asked, {}),
        "crumbs": (Link(_("用户与岗位"), reverse("users")), Link(found.name)),
        "closing": Confirmation(
            summary=_("停用账号"),
            question=_("停用 %(name)s 的账号？") % {"name": found.name},
            consequence=_("立即退出，岗位到今天为止；姓名留在已有的记录里。停用后不能再登录。"),
            action=_("停用账号，立即退出"),
            cancel=_("不停用"),
            url=reverse("user-close", args=[found.username]),
        ),
        "resetting": Confirmation(
            summary=_("重置密码和动态口令"),
            question=_("重置 %(name)s 的密码和动态口令？") % {"name": found.name},
            consequence=_("旧密码和旧验证器立即作废；新的初始密码只显示一次，请当面交给本人。"),
            action=_("重置，显示新密码"),
            cancel=_("不重置"),
            url=reverse("user-reset", args=[found.username]),
        ),
    }
    return render(asked, "administration/user.html", page, here="users")


def _when(user: User) -> str:
    return f"{clock.local(user.last_login):%Y-%m-%d %H:%M}" if user.last_login else _("从未")


@policy(permission=Permission.USERS_WRITE)
@require_POST
def assign(request: HttpRequest, username: str) -> HttpResponse:
    """Give a user another post; the one held until now ends."""
    asked = cast("Request", request)
    found = _found(asked, username)
    errors: dict[str, str] = {}
    assignment = _assignment(asked, errors)
    if assignment is not None:
        try:
            actions.assign(
                granter=asked.scope, user=found, assignment=assignment, by=asked.scope.user
            )
        except (NotYours, ValidationError, regions.UnknownRegion) as problem:
            errors["region"] = str(problem)
    for words in errors.values():
        messages.error(asked, words)
    if not errors:
        messages.success(asked, _("已换岗：原岗位到 %(day)s 为止。") % {"day": asked.POST["since"]})
    return HttpResponseRedirect(reverse("user", args=[username]))


@policy(permission=Permission.USERS_WRITE)
@require_POST
def close(request: HttpRequest, username: str) -> HttpResponse:
    """Close an account at once; its name stays in the record."""
    asked = cast("Request", request)
    found = _found(asked, username)
    try:
        actions.close(granter=asked.scope, user=found, on=asked.on, by=asked.scope.user)
    except NotYours as problem:
        messages.error(asked, str(problem))
    else:
        messages.success(asked, _("账号已停用，正在用的页面立即退出。"))
    return HttpResponseRedirect(reverse("users"))


@policy(permission=Permission.USERS_WRITE)
@require_POST
def reset(request: HttpRequest, username: str) -> HttpResponse:
    """Give a new first password, shown once; the second factor is set up anew."""
    asked = cast("Request", request)
    found = _found(asked, username)
    try:
        password = actions.reset(granter=asked.scope, user=found, by=asked.scope.user)
    except NotYours as problem:
        messages.error(asked, str(problem))
    else:
        words = _("新的初始密码（只显示这一次）：%(password)s") % {"password": password}
        messages.success(asked, words)
    return HttpResponseRedirect(reverse("user", args=[username]))


@policy(permission=Permission.REGIONS_READ)
@require_GET
def divisions(request: HttpRequest) -> HttpResponse:
    """Show the divisions below one, with codes, parents and the edition in force."""
    asked = cast("Request", request)
    code = asked.GET.get("region") or str(asked.scope.region or "")
    if not code or not regions.exists(code) or not asked.scope.covers(code):
        raise Http404
    columns = (Column(_("代码")), Column(_("名称")), Column(_("下级"), numeric=True))
    rows = tuple(
        Row((
            str(one.code),
            Link(one.name, link("regions", region=one.code)),
            str(len(regions.children(one.code, asked.on))),
        ))
        for one in regions.children(code, asked.on)
    )  # fmt: skip
    page = {
        "title": _("行政区划：%(name)s") % {"name": regions.name(code, asked.on)},
        "crumbs": crumbs(asked.scope, code, url=lambda one: link("regions", region=one)),
        "meta": (*regions.sources(asked.on), _("下级 %(n)s 个") % {"n": len(rows)}),
        "table": Table(_("下级区划"), columns, rows, records=True),
    }
    return render(asked, "administration/list.html", page, here="regions")


@policy(permission=Permission.SETTINGS_READ)
@require_GET
def show_settings(request: HttpRequest) -> HttpResponse:
    """Show how this installation runs, and in a demo move its day."""
    asked = cast("Request", request)
    database = settings.DATABASES["default"]["ENGINE"].rsplit(".", 1)[-1]
    page: dict[str, Any] = {
        "title": _("设置与业务日期"),
        "facts": (
            Definition(_("业务日期"), asked.on),
            Definition(_("环境"), _("演示环境（模拟数据）") if settings.DEMO else _("正式环境")),
            Definition(_("数据库"), database),
            Definition(_("地图审图号"), settings.MAP_APPROVAL_NO or _("未设置，地图仅限内部使用")),
        ),
        "can_advance": settings.DEMO and asked.scope.allows(Permission.DAY_ADVANCE),
    }
    return render(asked, "administration/settings.html", page, here="settings")


@policy(permission=Permission.DAY_ADVANCE)
@require_POST
def advance(request: HttpRequest) -> HttpResponse:
    """Move the demo's day forward and queue that day's run."""
    asked = cast("Request", request)
    text = asked.POST.get("days", "")
    try:
        row = governance.advance(days=int(text) if text.isdecimal() else 0, by=asked.scope.user)
    except ValidationError as problem:
        messages.error(asked, "".join(problem.messages))
        return HttpResponseRedirect(reverse("settings"))
    job = mechanism.begin_day(on=row.on, by=asked.scope.user)
    messages.success(asked, _("业务日期已到 %(day)s。") % {"day": wording.day(row.on)})
    return HttpResponseRedirect(reverse("job", args=[job.pk]) if job else reverse("settings"))


urlpatterns = [
    path("users/", users, name="users"),
    path("users/new/", new_user, name="user-new"),
    path("users/<str:username>/", user, name="user"),
    path("users/<str:username>/assign/", assign, name="user-assign"),
    path("users/<str:username>/close/", close, name="user-close"),
    path("users/<str:username>/reset/", reset, name="user-reset"),
    path("regions/", divisions, name="regions"),
    path("settings/", show_settings, name="settings"),
    path("settings/advance/", advance, name="advance"),
]
