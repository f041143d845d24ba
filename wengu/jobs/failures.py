"""失败: why a job did not end well, kept without anything that an exception may carry of a row."""

import traceback
from pathlib import Path
from typing import Any, Final

from django.db import DatabaseError
from django.utils.translation import gettext as _

import wengu
from wengu.jobs.models import Job

_PACKAGE: Final = Path(wengu.__file__).parent
_FRAMES: Final = 6
INTERRUPTED: Final = "Interrupted"


class NotNow(ValueError):
    """不能办: why a piece of work is not done. Its words and their detail name no person."""

    def __init__(self, words: str, **detail: int | str) -> None:
        super().__init__(words % detail)
        self.words = words
        self.detail = detail


def of(error: Exception) -> dict[str, Any]:
    """Return what a job keeps of an error: its class, where it broke, and words only if safe."""
    found: dict[str, Any] = {"kind": _kind(error), "where": _where(error)}
    if isinstance(error, NotNow):
        found |= {"words": error.words, "detail": error.detail}
    return found


def _kind(error: Exception) -> str:
    """Return the class, or the one that the pages have words for."""
    known = next((each for each in (DatabaseError, OSError) if isinstance(error, each)), None)
    return (known or type(error)).__name__


def _where(error: Exception) -> list[str]:
    """Return the last places of our own code that the error came through, never its values."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if Path(frame.filename).is_relative_to(_PACKAGE)]
    return [
        f"{Path(frame.filename).relative_to(_PACKAGE.parent)}:{frame.lineno} {frame.name}"
        for frame in ours[-_FRAMES:]
    ]


def words(job: Job) -> str:
    """Return why a job failed and what to do, in the reader's language; "" for one that did not."""
    found = job.failure
    if not found:
        return ""
    if "words" in found:
        return str(_(found["words"]) % found["detail"])
    kind = found["kind"]
    if kind == INTERRUPTED:
        return _("试了几次，办事的进程每次都中断：请系统管理员看内存和磁盘，再点“接着办”。")
    if kind == DatabaseError.__name__:
        return _("数据库没有写成：过一会儿点“接着办”；还不行，请系统管理员看数据库。")
    if kind == OSError.__name__:
        return _("文件或磁盘读写出错：请系统管理员看磁盘空间，再点“接着办”。")
    return _("程序出错：可以点“接着办”再试；还不行，把任务编号 %(n)s 告诉系统管理员。") % {
        "n": job.pk
    }


def trace(job: Job) -> str:
    """Return the class of the error and where it broke, for who maintains the system."""
    found = job.failure
    return "\n".join([found["kind"], *found.get("where", [])]) if found else ""
