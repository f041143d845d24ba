"""登录: accounts are given by the security administrator; nobody signs up."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """登录规则"""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
