"""Long work that a person started and may watch, leave and stop."""

from django.db import models
from django.db.models import Q


class JobState(models.TextChoices):
    """任务状态"""

    WAITING = "waiting", "排队"
    RUNNING = "running", "进行中"
    DONE = "done", "已完成"
    FAILED = "failed", "出错"
    CANCELLED = "cancelled", "已停止"


class Job(models.Model):
    """任务: one piece of long work, done by a worker that holds its lease."""

    kind = models.CharField("种类", max_length=40)
    arguments = models.JSONField("参数", default=dict)
    # Repeating a request with the same key joins the first job instead of starting a second.
    key = models.CharField("请求键", max_length=100, unique=True)
    state = models.CharField("状态", max_length=10, choices=JobState, default=JobState.WAITING)
    done = models.BigIntegerField("已完成", default=0)
    total = models.BigIntegerField("总数", null=True)
    message = models.CharField("进展", max_length=200, blank=True)
    result = models.JSONField("结果", default=dict)
    # Class, place and safe words of what went wrong; never a value of a row.
    failure = models.JSONField("错误", default=dict)
    attempts = models.PositiveSmallIntegerField("次数", default=0)
    stop_requested = models.BooleanField("请求停止", default=False)
    lease_until = models.DateTimeField("租约至", null=True)
    fence = models.PositiveIntegerField("栅栏号", default=0)
    by = models.CharField("发起人", max_length=150)
    created = models.DateTimeField("创建", auto_now_add=True)
    started = models.DateTimeField("开始", null=True)
    finished = models.DateTimeField("结束", null=True)

    class Meta:
        verbose_name = "任务"
        indexes = [
            models.Index(
                fields=["created"], condition=Q(state__in=["waiting", "running"]), name="open_jobs"
            ),
            models.Index(fields=["by", "-created"], name="jobs_of_a_user"),
        ]
