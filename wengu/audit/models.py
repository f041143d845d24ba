"""What was done: one event per action, written in the action's own transaction."""

from django.db import models


class Event(models.Model):
    """审计事件: one act of one person or process. It holds no foreign key, so nothing blocks it."""

    at = models.DateTimeField("时间", auto_now_add=True, db_index=True)
    actor = models.CharField("经办人", max_length=150)
    action = models.CharField("动作", max_length=100)
    subject = models.CharField("对象", max_length=200, blank=True)
    purpose = models.CharField("用途", max_length=200, blank=True)
    request = models.CharField("请求编号", max_length=40, blank=True)
    detail = models.JSONField("细节", default=dict)

    class Meta:
        verbose_name = "审计事件"
        indexes = [models.Index(fields=["actor", "at"], name="event_by_actor")]
