from django.apps import AppConfig


class GovernanceConfig(AppConfig):
    """政策管理"""

    name = "wengu.governance"
    verbose_name = "政策管理"
