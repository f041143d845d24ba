"""用户页: the security administrator's: who has an account, which posts they hold and held."""

import datetime
from collections.abc import Callable
from functools import partial
from typing import Final, cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from wengu.accounts import actions, queries
from wengu.accounts.actions import Assignment, NotYours
from wengu.accounts.models import Post, Role, User
from wengu.accounts.permissions import Permission
from wengu.audit import clock
from wengu.regions import queries as regions
from wengu.web import labels, post_form, wording
from wengu.web.access import Request, policy
from wengu.web.frame import link, render
from wengu.web.paging import Asked
from wengu.web.shapes import (
    Action,
    Choice,
    Column,
    Confirmation,
    Definition,
    Field,
    Link,
    Nothing,
    Row,
    Search,
    Status,
    Table,
)

_KEPT: Final = ("q", "role", "state", "size")
_STATES: Final = {"active": True, "closed": False}


@policy(permission=Permission.USERS_READ)
@require_GET
def users(request: HttpRequest) -> HttpResponse:
    """List the users whose latest post lies in the viewer's region; found by name, role, state."""
    asked = cast("Request", request)
    given = asked.GET
    found = queries.users(
        viewer=asked.scope,
        text=given.get("q", "").strip(),
        role=given.get("role", ""),
        active=_STATES.get(given.get("state", "")),
    )
    pages = Asked(given, reverse("users"))
    total = found.count()
    first = (pages.page(total) - 1) * pages.size
    shown = list(found[first : first + pages.size])
    columns = (
        Column(_("用户名")), Column(_("姓名")), Column(_("角色")), Column(_("区划")),
        Column(_("工作单位")), Column(_("自")), Column(_("状态")),
    )  # fmt: skip
    rows = tuple(_row(user, asked) for user in shown)
    can = asked.scope.allows(Permission.USERS_WRITE)
    page = {
        "title": _("用户与岗位"),
        "meta": (_("共 %(n)s 个账号") % {"n": wording.count(total)},),
        "actions": (Action(_("新增用户"), reverse("user-new"), kind="primary"),) if can else (),
        "search": _search(asked),
        "table": Table(_("用户"), columns, rows, records=True) if rows else None,
        "pager": pages.pager(
            total, len(shown), partial(_address, {name: given.get(name, "") for name in _KEPT})
        ),
        "unit": _("个账号"),
        "nothing": Nothing(
            _("没有符合条件的账号。"), "", (Link(_("重置全部条件"), reverse("users")),)
        ),
    }
    return render(asked, "administration/found.html", page, here="users")


def _address(kept: dict[str, str], **changes: object) -> str:
    return link("users", **(kept | changes))


def _search(request: Request) -> Search:
    given = request.GET

    def choices(name: str, words: dict[str, str]) -> tuple[Choice, ...]:
        every = Choice("", _("全部"))
        return (every, *(Choice(k, w, chosen=given.get(name) == k) for k, w in words.items()))

    roles = {role.value: labels.word(labels.ROLES, role) for role in Role}
    return Search(
        url=reverse("users"),
        fields=(
            Field("q", _("姓名、账号"), value=given.get("q", "")),
            Field("role", _("角色"), "select", choices=choices("role", roles)),
            Field("state", _("状态"), "select",
                  choices=choices("state", {"active": _("在用"), "closed": _("已停用")})),
        ),
    )  # fmt: skip


def _latest(user: User) -> Post | None:
    return max(user.posts.all(), key=lambda post: (post.since, post.pk), default=None)


def _row(user: User, request: Request) -> Row:
    post = _latest(user)
    ended = post is not None and post.until is not None and post.until <= request.on
    state = Status("green", _("在用"))
    if ended:
        state = Status("amber", _("没有岗位"))
    if not user.is_active:
        state = Status("open", _("已停用"))
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
        assignment = post_form.read(asked, errors)
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
        *post_form.fields(asked, errors),
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


def _posts(found: User, on: datetime.date) -> Table:
    """Return the posts that a user has held, the newest first."""
    columns = (
        Column(_("角色")), Column(_("区划")), Column(_("工作单位")), Column(_("自")),
        Column(_("至")),
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
    return _shown(asked, _found(asked, username), {})


def _shown(request: Request, found: User, errors: dict[str, str]) -> HttpResponse:
    mine = request.scope.allows(Permission.USERS_WRITE) and found.username != request.scope.user
    page = {
        "title": _("%(name)s（%(note)s）") % {"name": found.name, "note": found.username},
        "found": found,
        "mine": mine and found.is_active,
        "facts": (
            Definition(_("状态"), _("在用") if found.is_active else _("已停用")),
            Definition(_("上次登录"), _when(found)),
        ),
        "table": _posts(found, request.on),
        "fields": post_form.fields(request, errors),
        "crumbs": (Link(_("用户与岗位"), reverse("users")), Link(found.name)),
        "confirmations": _confirmations(found, request.on) if mine else (),
    }
    return render(
        request, "administration/user.html", page, here="users", status=422 if errors else 200
    )


def _confirmations(found: User, on: datetime.date) -> tuple[Confirmation, ...]:
    """Return what may be done with an account as it stands."""
    if not found.is_active:
        return (_reopening(found),)
    post = _latest(found)
    held = post is not None and (post.until is None or post.until > on)
    return (*((_ending(found),) if held else ()), _resetting(found), _closing(found))


def _confirmation(
    found: User, name: str, summary: str, question: str, consequence: str, action: str
) -> Confirmation:
    url = reverse(name, args=[found.username])
    question = question % {"name": found.name}
    return Confirmation(summary, question, consequence, action, _("不办"), url)


def _ending(found: User) -> Confirmation:
    return _confirmation(
        found, "user-end", _("结束岗位"), _("结束 %(name)s 的岗位？"),
        _("岗位到今天为止，从今天起什么都看不到；账号还在，可以再给岗位。"), _("结束岗位"),
    )  # fmt: skip


def _closing(found: User) -> Confirmation:
    return _confirmation(
        found, "user-close", _("停用账号"), _("停用 %(name)s 的账号？"),
        _("立即退出，岗位到今天为止；姓名留在已有的记录里。停用后不能登录，可以再恢复。"),
        _("停用账号，立即退出"),
    )  # fmt: skip


def _resetting(found: User) -> Confirmation:
    return _confirmation(
        found, "user-reset", _("重置密码和动态口令"), _("重置 %(name)s 的密码和动态口令？"),
        _("旧密码和旧验证器立即作废；新的初始密码只显示一次，请当面交给本人。"),
        _("重置，显示新密码"),
    )  # fmt: skip


def _reopening(found: User) -> Confirmation:
    return _confirmation(
        found, "user-reopen", _("恢复账号"), _("恢复 %(name)s 的账号？"),
        _("新的初始密码只显示一次，请当面交给本人；恢复后没有岗位，要另外给。"),
        _("恢复账号，显示新密码"),
    )  # fmt: skip


def _when(user: User) -> str:
    return f"{clock.local(user.last_login):%Y-%m-%d %H:%M}" if user.last_login else _("从未")


@policy(permission=Permission.USERS_WRITE)
@require_POST
def assign(request: HttpRequest, username: str) -> HttpResponse:
    """Give a user another post; the one held until now ends."""
    asked = cast("Request", request)
    found = _found(asked, username)
    errors: dict[str, str] = {}
    assignment = post_form.read(asked, errors)
    if assignment is not None:
        try:
            actions.assign(
                granter=asked.scope, user=found, assignment=assignment, by=asked.scope.user
            )
        except (NotYours, ValidationError, regions.UnknownRegion) as problem:
            errors["region"] = str(problem)
    if errors:
        return _shown(asked, found, errors)
    messages.success(asked, _("已换岗：原岗位到 %(day)s 为止。") % {"day": asked.POST["since"]})
    return HttpResponseRedirect(reverse("user", args=[username]))


@policy(permission=Permission.USERS_WRITE)
@require_POST
def end(request: HttpRequest, username: str) -> HttpResponse:
    """End the post that a user holds; the account stays."""
    asked = cast("Request", request)
    return _done(
        asked, username, actions.end, _("岗位已结束。"), back=reverse("user", args=[username])
    )


@policy(permission=Permission.USERS_WRITE)
@require_POST
def close(request: HttpRequest, username: str) -> HttpResponse:
    """Close an account at once; its name stays in the record."""
    asked = cast("Request", request)
    words = _("账号已停用，正在用的页面立即退出。")
    return _done(asked, username, actions.close, words, back=reverse("users"))


def _done(
    request: Request, username: str, act: Callable[..., object], words: str, *, back: str
) -> HttpResponse:
    """Do with an account what counts from today on, and say so or why not."""
    found = _found(request, username)
    try:
        act(granter=request.scope, user=found, on=request.on, by=request.scope.user)
    except NotYours as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, words)
    return HttpResponseRedirect(back)


@policy(permission=Permission.USERS_WRITE)
@require_POST
def reset(request: HttpRequest, username: str) -> HttpResponse:
    """Give a new first password, shown once; the second factor is set up anew."""
    return _with_password(cast("Request", request), username, reopening=False)


@policy(permission=Permission.USERS_WRITE)
@require_POST
def reopen(request: HttpRequest, username: str) -> HttpResponse:
    """Open a closed account again, with a new first password, shown once."""
    return _with_password(cast("Request", request), username, reopening=True)


def _with_password(request: Request, username: str, *, reopening: bool) -> HttpResponse:
    found = _found(request, username)
    act = actions.reopen if reopening else actions.reset
    try:
        password = act(granter=request.scope, user=found, by=request.scope.user)
    except NotYours as problem:
        messages.error(request, str(problem))
    else:
        words = _("新的初始密码（只显示这一次）：%(password)s") % {"password": password}
        messages.success(request, words)
    return HttpResponseRedirect(reverse("user", args=[username]))


urlpatterns = [
    path("users/", users, name="users"),
    path("users/new/", new_user, name="user-new"),
    path("users/<str:username>/", user, name="user"),
    path("users/<str:username>/assign/", assign, name="user-assign"),
    path("users/<str:username>/end/", end, name="user-end"),
    path("users/<str:username>/close/", close, name="user-close"),
    path("users/<str:username>/reopen/", reopen, name="user-reopen"),
    path("users/<str:username>/reset/", reset, name="user-reset"),
]
