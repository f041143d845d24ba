from django.apps import AppConfig


class VaultConfig(AppConfig):
    """密钥"""

    name = "wengu.vault"
    verbose_name = "密钥"
