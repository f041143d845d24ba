"""Files, kept once by the hash of their content."""

from django.db import models


class Document(models.Model):
    """附件: one stored file. The bytes lie encrypted under their SHA-256 in settings.DOCUMENTS."""

    sha256 = models.CharField("摘要", max_length=64, unique=True)
    name = models.CharField("文件名", max_length=200)
    size = models.BigIntegerField("字节数")
    by = models.CharField("经办人", max_length=150)
    created = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        verbose_name = "附件"
