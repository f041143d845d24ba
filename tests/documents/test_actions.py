"""Files: kept once, encrypted, and never silently changed."""

from pathlib import Path
from typing import Any

import pytest

from wengu.documents import actions, queries
from wengu.documents.models import Document
from wengu.vault.cipher import Tampered

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.DOCUMENTS = tmp_path
    return tmp_path


def test_the_same_content_is_kept_once_and_comes_back_whole() -> None:
    content = "伊山镇花名册".encode() * 1000
    first = actions.store(content=content, name="C:/花名册.xlsx", by="clerk")
    again = actions.store(content=content, name="另一名.xlsx", by="clerk")
    assert first.pk == again.pk
    assert queries.content(first) == content


def test_the_bytes_on_the_disk_do_not_show_the_content(folder: Path) -> None:
    document = actions.store(content="李丁四".encode() * 50, name="a.csv", by="clerk")
    assert "李丁四".encode() not in queries.stored(document.sha256).read_bytes()
    assert [path for path in folder.iterdir() if path.is_file()] == []


def test_a_changed_file_is_refused() -> None:
    document = actions.store(content=b"x" * 100, name="a.csv", by="clerk")
    path = queries.stored(document.sha256)
    path.write_bytes(path.read_bytes()[:-1] + b"\0")
    with pytest.raises(Tampered):
        queries.content(document)


def test_a_lost_file_is_said_to_be_lost() -> None:
    document = Document(sha256="0" * 64, name="a", size=1, by="clerk")
    with pytest.raises(queries.Lost):
        queries.content(document)
