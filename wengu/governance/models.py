"""The policy as this city runs it: its parameter rows, and the day of a demo."""

from django.db import models
from django.db.models import F, Q

from wengu.documents.models import Document


class BusinessDate(models.Model):
    """业务日期: the demo's own day, one row at most; production follows the calendar."""

    on = models.DateField("日期")

    class Meta:
        verbose_name = "业务日期"
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="one_business_date")]


class ParameterRow(models.Model):
    """参数值: a value adopted by this city from a day; it overrides the pack's own."""

    name = models.CharField("参数", max_length=60)
    region = models.CharField("区划代码", max_length=12)
    since = models.DateField("自")
    value = models.JSONField("值")
    source = models.CharField("来源", max_length=200)
    verified = models.BooleanField("已核实", default=False)
    document = models.ForeignKey(
        Document, models.PROTECT, verbose_name="文件", null=True, blank=True
    )
    proposed_by = models.CharField("拟定人", max_length=150)
    approved_by = models.CharField("核定人", max_length=150, blank=True)
    withdrawn = models.BooleanField("已撤回", default=False)
    created = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        verbose_name = "参数值"
        constraints = [
            models.CheckConstraint(
                condition=~Q(proposed_by=F("approved_by")), name="two_persons_adopt_a_parameter"
            ),
            models.UniqueConstraint(
                fields=["name", "region", "since"],
                condition=Q(withdrawn=False),
                name="one_parameter_row_per_region_and_day",
            ),
        ]
