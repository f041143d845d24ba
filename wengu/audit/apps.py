from django.apps import AppConfig


class AuditConfig(AppConfig):
    """审计"""

    name = "wengu.audit"
    verbose_name = "审计"
