"""Reading a kept file back."""

import hashlib
from pathlib import Path

from django.conf import settings

from wengu.documents.models import Document
from wengu.vault.cipher import decrypt


class Lost(Exception):
    """附件缺失: the stored bytes are gone or no longer match their hash."""


def stored(digest: str) -> Path:
    """Return where the bytes of a hash lie."""
    return Path(settings.DOCUMENTS) / digest[:2] / digest


def place(digest: str) -> bytes:
    """Return what the encrypted bytes are bound to."""
    return f"documents.content|{digest}".encode()


def content(document: Document) -> bytes:
    """Return the file as it was received. Raises Lost where it is gone or changed."""
    path = stored(document.sha256)
    if not path.exists():
        raise Lost(f"附件 {document.pk} 的文件不在了：请从备份恢复 {document.sha256[:12]}")
    plain = decrypt(path.read_bytes(), place(document.sha256))
    if hashlib.sha256(plain).hexdigest() != document.sha256:
        raise Lost(f"附件 {document.pk} 与摘要不符：请从备份恢复 {document.sha256[:12]}")
    return plain
