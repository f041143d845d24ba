from django.apps import AppConfig


class DecisionsConfig(AppConfig):
    """认定"""

    name = "wengu.decisions"
    verbose_name = "认定"
