from django.apps import AppConfig


class WebConfig(AppConfig):
    """网页"""

    name = "wengu.web"
    verbose_name = "网页"
