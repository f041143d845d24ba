from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """附件"""

    name = "wengu.documents"
    verbose_name = "附件"
