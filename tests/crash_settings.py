"""Settings of a process that is meant to die: a home and a database of its own."""

import os
from pathlib import Path

from wengu.settings import *  # noqa: F403, TID251 (these settings stand on the product's own)
from wengu.vault.keys import make_key_file

KEY_FILE = Path(os.environ["WENGU_HOME"]) / "keys"
if not KEY_FILE.exists():
    make_key_file(KEY_FILE, demo=False)
