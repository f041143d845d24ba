"""Giving and taking accounts and posts. Nobody grants beyond the region that is theirs to grant."""

import datetime
import secrets
from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext as _

from wengu.accounts import queries
from wengu.accounts.models import Post, Role, User
from wengu.accounts.permissions import Permission
from wengu.accounts.scope import Scope
from wengu.audit.actions import action
from wengu.kernel.regioncode import RegionCode
from wengu.regions import queries as regions

_PASSWORD_BYTES = 12


class NotYours(PermissionError):
    """越权: the one who grants may not grant this, here."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """任职: the role, the region and the office of a post, from a day on."""

    role: Role
    region: RegionCode
    office: str
    since: datetime.date
    department: str = ""


@action(shows=("username",))
def enrol(
    *, granter: Scope, username: str, name: str, password: str, assignment: Assignment, by: str
) -> User:
    """Create a user with a first password, to be changed at the first sign-in, and a post."""
    _check(granter, assignment)
    user = User(username=username, name=name, must_change_password=True)
    user.full_clean(exclude=["password"])
    validate_password(password, user)
    user.set_password(password)
    user.save()
    _place(user, assignment)
    return user


@action
def assign(*, granter: Scope, user: User, assignment: Assignment, by: str) -> Post:
    """Give a user a post; the one held until now ends on the day the new one begins."""
    _check(granter, assignment)
    _check_theirs(granter, user)
    return _place(user, assignment)


@action
def end(*, granter: Scope, user: User, on: datetime.date, by: str) -> None:
    """End the post that a user holds: from this day on it opens nothing; the account stays."""
    _check_theirs(granter, user)
    _end_posts(user, on)


@action
def close(*, granter: Scope, user: User, on: datetime.date, by: str) -> None:
    """Close an account: its posts end, its sessions are over, its name stays in the record."""
    _check_theirs(granter, user)
    _end_posts(user, on)
    user.is_active = False
    user.save(update_fields=["is_active"])


@action
def reset(*, granter: Scope, user: User, by: str) -> str:
    """Set a new first password and forget the second factor; return the password, shown once."""
    _check_theirs(granter, user)
    return _anew(user)


@action
def reopen(*, granter: Scope, user: User, by: str) -> str:
    """Open a closed account again, without a post; return its new first password, shown once."""
    _check_theirs(granter, user)
    user.is_active = True
    user.save(update_fields=["is_active"])
    return _anew(user)


def _anew(user: User) -> str:
    password = secrets.token_urlsafe(_PASSWORD_BYTES)
    user.set_password(password)
    user.must_change_password = True
    user.save(update_fields=["password", "must_change_password"])
    Authenticator.objects.filter(user=user).delete()
    return password


@action
def look(*, user: User, text_size: str, density: str, by: str) -> None:
    """Remember how pages look to somebody, on whatever computer they sign in next."""
    user.text_size, user.density = text_size, density
    user.save(update_fields=["text_size", "density"])


def _check(granter: Scope, assignment: Assignment) -> None:
    if not granter.allows(Permission.USERS_WRITE):
        raise NotYours(_("只有安全管理员可以分配岗位"))
    if not regions.exists(assignment.region):
        raise regions.UnknownRegion(
            _("区划代码 %(code)s 不存在：请先在行政区划中登记") % {"code": assignment.region}
        )
    if not granter.covers(assignment.region):
        raise NotYours(_("不能在本人管辖的区划之外分配岗位"))


def _check_theirs(granter: Scope, user: User) -> None:
    if not granter.allows(Permission.USERS_WRITE):
        raise NotYours(_("只有安全管理员可以管理账号"))
    if user.username == granter.user:
        raise NotYours(_("不能管理自己的账号：请另一位安全管理员办理"))
    if queries.user(viewer=granter, username=user.username) is None:
        raise NotYours(_("该账号不在本人管辖的区划内"))


def _place(user: User, assignment: Assignment) -> Post:
    _end_posts(user, assignment.since)
    post = Post(
        user=user,
        role=assignment.role,
        region_id=assignment.region,
        office=assignment.office,
        department=assignment.department,
        since=assignment.since,
    )
    post.full_clean()
    post.save()
    return post


def _end_posts(user: User, on: datetime.date) -> None:
    """End the open post; one that begins on or after this day was never held, and goes."""
    open_posts = Post.objects.filter(user=user, until__isnull=True)
    open_posts.filter(since__gte=on).delete()
    open_posts.update(until=on)
