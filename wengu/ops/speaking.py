"""语言: a command that was asked for English answers in it."""

import contextlib
from collections.abc import Iterator

from django.utils import translation

from wengu.ops.preparing import compile_messages


@contextlib.contextmanager
def speaking(*, english: bool) -> Iterator[None]:
    """Answer in English or in Chinese; where nothing was set up yet, the English is made ready."""
    if english:
        # A package that may not be written to was set up by who installed it.
        with contextlib.suppress(OSError):
            compile_messages()
    with translation.override("en" if english else "zh-hans"):
        yield
