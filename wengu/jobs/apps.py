from django.apps import AppConfig


class JobsConfig(AppConfig):
    """任务"""

    name = "wengu.jobs"
    verbose_name = "任务"
