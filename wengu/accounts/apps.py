from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """用户"""

    name = "wengu.accounts"
    verbose_name = "用户"
