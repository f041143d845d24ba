"""浏览器: one Chromium for all tests that need one."""

import os
from pathlib import Path

CHROMIUM = os.environ.get("WENGU_CHROMIUM", "/usr/bin/chromium")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
# Desk, the same desk at 200 % zoom, phone.
WIDTHS = (1366, 683, 390)
SHOTS = Path(os.environ.get("WENGU_SCREENSHOTS", "test-results/screenshots"))
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
SMALL_TEXT = """
[...document.querySelectorAll('body *')].filter(e => e.checkVisibility()
  && [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())
  && (e.ownerSVGElement
      ? parseFloat(getComputedStyle(e).fontSize) * e.ownerSVGElement.getBoundingClientRect().width
        / e.ownerSVGElement.viewBox.baseVal.width
      : parseFloat(getComputedStyle(e).fontSize)) < 12.99).map(e => e.outerHTML.slice(0, 90))
"""
SMALL_TARGETS = """
[...document.querySelectorAll('main button, main .b, main select, .dock a, main input')]
  .filter(e => e.checkVisibility() && !e.matches('[type=hidden], .plainb')
    && !e.matches('[type=checkbox], [type=radio]'))
  .filter(e => e.getBoundingClientRect().height < 43.9).map(e => e.outerHTML.slice(0, 90))
"""
