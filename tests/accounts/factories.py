"""People of the suite, in the posts of a real city, signed in as the product signs them in."""

import datetime
import itertools

from allauth.account.internal.flows.login import record_authentication
from django.http import HttpRequest
from django.test import Client

from wengu.accounts.models import Department, Post, Role, User

PASSWORD = "Correct-horse-42"
SINCE = datetime.date(2019, 1, 1)
ON = datetime.date(2020, 7, 1)
_numbers = itertools.count()


def user(role=Role.COUNTY_CIVIL_AFFAIRS, region="320723000000", *, username="", **post) -> User:
    """A user who has held a post since 2019."""
    made = User(username=username or f"user{next(_numbers)}", name="甲")
    made.set_password(PASSWORD)
    made.save()
    if role == Role.DEPARTMENT:
        post.setdefault("department", Department.EDUCATION)
    Post.objects.create(user=made, role=role, region_id=region, **{"since": SINCE, **post})
    return made


def sign_in(client: Client, who: User) -> Client:
    """Sign a client in as after password and second factor."""
    client.force_login(who)
    request = HttpRequest()
    request.session = client.session
    record_authentication(request, who, method="mfa", type="totp")
    request.session.save()
    return client


def signed_in(who: User) -> Client:
    """Return a client that is signed in; a server error comes back as a response."""
    return sign_in(Client(raise_request_exception=False), who)
