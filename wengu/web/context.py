"""版心: what every template knows, whoever asks."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from wengu.web import contents, looks
from wengu.web.screens import Frame


def page(request: HttpRequest) -> dict[str, Any]:
    """Return the frame without navigation and the document's headings; a view may replace both."""
    return {
        "frame": Frame(
            simulated=settings.DEMO,
            text_size=looks.chosen(request, "text"),
            density=looks.chosen(request, "density"),
        ),
        "document": contents.title_page,
    }
