"""What was done: one event per action, written in the action's own transaction, then sealed."""

from django.db import models

from wengu.audit.clock import now
from wengu.audit.fields import MacField


class Event(models.Model):
    """审计事件: one act of one person or process. It holds no foreign key, so nothing blocks it."""

    at = models.DateTimeField("时间", default=now, editable=False, db_index=True)
    actor = models.CharField("经办人", max_length=150)
    action = models.CharField("动作", max_length=100)
    subject = models.CharField("对象", max_length=200, blank=True)
    purpose = models.CharField("用途", max_length=200, blank=True)
    request = models.CharField("请求编号", max_length=40, blank=True)
    detail = models.JSONField("细节", default=dict)
    mac = MacField("校验码")

    class Meta:
        verbose_name = "审计事件"
        indexes = [models.Index(fields=["actor", "at"], name="event_by_actor")]


class Seal(models.Model):
    """封存块: a block of at most 1,000 events, chained to the block before it by a keyed hash.

    `ranges` are the numbers of its events, each range without a gap: an event that was committed
    late stands in a later block than its neighbours.
    """

    number = models.PositiveBigIntegerField("序号", primary_key=True)
    previous = models.CharField("上一块的散列", max_length=64)
    first = models.BigIntegerField("第一条")
    last = models.BigIntegerField("最后一条")
    count = models.PositiveIntegerField("条数")
    ranges = models.JSONField("事件编号")
    marks = models.TextField("各条的短散列")
    hash = models.CharField("散列", max_length=64)
    at = models.DateTimeField("封存时间")

    class Meta:
        verbose_name = "封存块"


class Verification(models.Model):
    """核验: one recomputation of the whole chain, and what it found."""

    at = models.DateTimeField("时间", default=now, editable=False)
    by = models.CharField("核验人", max_length=150)
    blocks = models.PositiveBigIntegerField("块数")
    events = models.PositiveBigIntegerField("条数")
    waiting = models.PositiveBigIntegerField("待封存")
    problems = models.JSONField("问题", default=list)

    class Meta:
        verbose_name = "核验"
