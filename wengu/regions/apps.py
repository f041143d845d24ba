from django.apps import AppConfig


class RegionsConfig(AppConfig):
    """行政区划"""

    name = "wengu.regions"
    verbose_name = "行政区划"
