"""Reading users and posts; building the scope of whoever asks."""

import datetime
from collections.abc import Iterable

from django.db.models import OuterRef, Q, QuerySet, Subquery

from wengu.accounts.models import Post, Role, User
from wengu.accounts.permissions import ALL_FACTS, PERMISSIONS, Permission, facts_of
from wengu.accounts.scope import Scope
from wengu.kernel.regioncode import RegionCode
from wengu.regions import queries as regions

# An operator at the server's own shell may do everything but what needs a second person.
_OPERATOR = frozenset(Permission) - {Permission.PARAMETERS_APPROVE}
_EVERYWHERE = (("0", ":"),)


def post_of(user: User, on: datetime.date) -> Post | None:
    """Return the post that the user holds on a day; None without one."""
    held = Post.objects.filter(user=user, since__lte=on)
    return held.filter(Q(until__isnull=True) | Q(until__gt=on)).order_by("-since").first()


def scope(user: User, on: datetime.date) -> Scope:
    """Return what the user may see and do on a day; nothing without a live account and a post."""
    post = post_of(user, on) if user.is_active else None
    if post is None:
        return Scope(user=user.username, user_id=user.pk, on=on)
    role, region = Role(post.role), RegionCode(post.region_id)
    return Scope(
        user=user.username,
        user_id=user.pk,
        on=on,
        role=role,
        region=region,
        ranges=regions.prefixes(region, on),
        permissions=PERMISSIONS.get(role, frozenset()),
        facts=facts_of(role, post.department),
        office=post.office,
    )


def operator_scope(*, name: str, on: datetime.date) -> Scope:
    """Return the scope of a command at the server's own shell, signed with its operator's name."""
    return Scope(
        user=name,
        on=on,
        ranges=_EVERYWHERE,
        permissions=_OPERATOR,
        facts=ALL_FACTS,
        office="命令行",
    )


def by_name(username: str) -> User | None:
    """Return the account that somebody tries to sign in to; None when there is none."""
    return User.objects.filter(username=username).first()


def names(usernames: Iterable[str]) -> dict[str, str]:
    """Return what those who did something are called; a process has no account and no entry."""
    known = User.objects.filter(username__in=set(usernames))
    return dict(known.values_list("username", "name"))


def users(
    *, viewer: Scope, text: str = "", role: str = "", active: bool | None = None
) -> QuerySet[User]:
    """Return the users whose latest post lies in the viewer's region, of a name, role or state."""
    if not viewer.allows(Permission.USERS_READ):
        return User.objects.none()
    latest = Post.objects.filter(user=OuterRef("pk")).order_by("-since", "-pk")
    rows = User.objects.annotate(latest_region=Subquery(latest.values("region")[:1]))
    if text:
        rows = rows.filter(Q(name__contains=text) | Q(username__icontains=text))
    if role:
        rows = rows.annotate(latest_role=Subquery(latest.values("role")[:1]))
        rows = rows.filter(latest_role=role)
    if active is not None:
        rows = rows.filter(is_active=active)
    return viewer.filter(rows, "latest_region").prefetch_related("posts").order_by("username")


def user(*, viewer: Scope, username: str) -> User | None:
    """Return one of the viewer's users; None when missing or foreign, which is the same."""
    return users(viewer=viewer).filter(username=username).first()


def security_administrators(region: RegionCode | None, on: datetime.date) -> list[str]:
    """Return the names of those who give out posts for this region; whom a 403 page names."""
    rows = Post.objects.filter(
        role=Role.SECURITY_ADMINISTRATOR, since__lte=on, user__is_active=True
    )
    current = rows.filter(Q(until__isnull=True) | Q(until__gt=on)).select_related("user")
    return [
        post.user.name
        for post in current.order_by("-region", "user__username")
        if region is None or RegionCode(post.region_id).covers(region)
    ]
