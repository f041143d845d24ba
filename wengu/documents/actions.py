"""Keeping a file: once, encrypted, under the hash of its content."""

import hashlib
import os
import tempfile
from pathlib import Path

from django.conf import settings

from wengu.audit.actions import action
from wengu.documents.models import Document
from wengu.documents.queries import place, stored
from wengu.vault.cipher import encrypt

NAME_LENGTH = 200


@action
def store(*, content: bytes, name: str, by: str) -> Document:
    """Keep a file and return its document; the same content is the same document."""
    digest = hashlib.sha256(content).hexdigest()
    path = stored(digest)
    if not path.exists():
        _write(path, encrypt(content, place(digest)))
    document, _ = Document.objects.get_or_create(
        sha256=digest,
        defaults={"name": Path(name).name[:NAME_LENGTH], "size": len(content), "by": by},
    )
    return document


def _write(path: Path, sealed: bytes) -> None:
    """Write all or nothing: a file under its final name is always whole and on the disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=settings.DOCUMENTS, delete=False) as draft:
        draft.write(sealed)
        draft.flush()
        os.fsync(draft.fileno())
    Path(draft.name).replace(path)
