"""A file on its way in: each of its rows waits here until it is applied, refused or mended."""

from django.db import models
from django.db.models import Q

from wengu.documents.models import Document
from wengu.jobs.models import Job
from wengu.vault.fields import EncryptedBytesField


class BatchState(models.TextChoices):
    """批次状态"""

    RECEIVED = "received", "已收到"
    CHECKED = "checked", "待审查"
    APPLYING = "applying", "正在入库"
    APPLIED = "applied", "已入库"
    REVERSING = "reversing", "正在撤销"
    REVERSED = "reversed", "已撤销"
    REFUSED = "refused", "整表退回"


class RowState(models.TextChoices):
    """行状态: what the row would change, or why it waits."""

    NEW = "new", "新增"
    CHANGED = "changed", "有变化"
    UNCHANGED = "unchanged", "与台账相同"
    MUST_FIX = "must_fix", "必须改"
    PLEASE_CHECK = "please_check", "请核对"


class Batch(models.Model):
    """导入批次: one received file, read by one spec."""

    document = models.ForeignKey(Document, models.PROTECT, verbose_name="文件")
    spec = models.CharField("表种", max_length=40)
    layout = models.CharField("版式", max_length=40, blank=True)
    region = models.CharField("区划代码", max_length=12)
    # The day on which the sheet's statements are true, and the period of amounts without a year.
    dated = models.DateField("事实日期")
    period = models.PositiveSmallIntegerField("所属年度", null=True)
    state = models.CharField("状态", max_length=10, choices=BatchState, default=BatchState.RECEIVED)
    # Sheets read: [{name, header_row, columns: [{letter, header, field}], rows, skipped: […]}]
    sheets = models.JSONField("工作表", default=list)
    counts = models.JSONField("行数", default=dict)
    # Why it was refused, or what a reversal left: {code, detail}; `queries.outcome` says it.
    outcome = models.JSONField("说明", default=dict)
    # Rows up to here are applied (or reversed): a killed worker goes on behind this point.
    checkpoint = models.PositiveIntegerField("断点", default=0)
    job = models.ForeignKey(Job, models.SET_NULL, verbose_name="任务", null=True)
    by = models.CharField("经办人", max_length=150)
    created = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        verbose_name = "导入批次"


class Row(models.Model):
    """行: one row of a sheet as the clerk wrote it (cells are encrypted), and what became of it."""

    batch = models.ForeignKey(Batch, models.CASCADE, verbose_name="批次", related_name="rows")
    sheet = models.PositiveSmallIntegerField("工作表", default=0)
    number = models.PositiveIntegerField("行号")
    # Rows of one household go in together or wait together.
    group = models.CharField("组", max_length=40, blank=True)
    state = models.CharField("状态", max_length=12, choices=RowState, blank=True)
    applied = models.BooleanField("已入库", default=False)
    uid = models.UUIDField("编号")
    # On the first row of a group: keyed prints of the numbers that other groups may share.
    ties = models.BinaryField("束", null=True)
    cells = EncryptedBytesField("单元格")

    class Meta:
        verbose_name = "行"
        constraints = [
            models.UniqueConstraint(fields=["batch", "sheet", "number"], name="one_row_per_number"),
        ]
        indexes = [
            models.Index(fields=["batch", "state"], name="rows_by_state"),
            models.Index(fields=["group", "batch"], name="rows_by_group"),
            # Used by apply: the next rows to go in, in the order of the sheet.
            models.Index(
                fields=["batch", "sheet", "number"],
                condition=Q(applied=False),
                name="rows_to_apply",
            ),
        ]


class Doubt(models.Model):
    """疑点: one doubtful cell (or group of cells) of a row; it names the place, never the value."""

    class Severity(models.TextChoices):
        MUST_FIX = "must_fix", "必须改"
        PLEASE_CHECK = "please_check", "请核对"

    batch = models.ForeignKey(Batch, models.CASCADE, verbose_name="批次", related_name="doubts")
    sheet = models.PositiveSmallIntegerField("工作表", default=0)
    number = models.PositiveIntegerField("行号")
    columns = models.JSONField("列", default=list)  # letters, e.g. ["L", "M"]; empty: the whole row
    code = models.CharField("原因", max_length=40)
    severity = models.CharField("轻重", max_length=12, choices=Severity)
    # What the sentence of the reason needs (numbers, other rows); no personal data.
    detail = models.JSONField("细节", default=dict)
    # A keyed print of the cells: a confirmed doubt is known again on the next sheet.
    cells_print = models.BinaryField("单元格指纹", max_length=16, null=True, db_index=True)
    waived_by = models.CharField("豁免人", max_length=150, blank=True)
    waived_reason = models.CharField("豁免理由", max_length=200, blank=True)

    class Meta:
        verbose_name = "疑点"
        indexes = [
            models.Index(fields=["batch", "code"], name="doubts_by_code"),
            models.Index(fields=["batch", "sheet", "number"], name="doubts_by_row"),
        ]
