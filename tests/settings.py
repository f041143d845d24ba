"""Settings of the suite: the product's own, with a home that is thrown away."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

TEMPORARY = tempfile.mkdtemp(prefix="wengu-tests-")
atexit.register(shutil.rmtree, TEMPORARY, ignore_errors=True)
os.environ["WENGU_HOME"] = TEMPORARY
os.environ.pop("WENGU_DEMO", None)
os.environ.pop("WENGU_KEYS", None)

from wengu.settings import *  # noqa: E402, F403 (the environment comes first)
from wengu.settings import DATABASES  # noqa: E402 (the environment comes first)
from wengu.vault.keys import make_key_file  # noqa: E402

(Path(TEMPORARY) / "static").mkdir()
make_key_file(Path(TEMPORARY) / "keys", demo=True)
make_key_file(Path(TEMPORARY) / "keys.production", demo=False)
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # In a file, as the product keeps it: tables in memory know no waiting for one another.
    DATABASES["default"]["TEST"] = {"NAME": str(Path(TEMPORARY) / "tests.sqlite3")}
    options = DATABASES["default"]["OPTIONS"]
    options["init_command"] = options["init_command"].replace("synchronous=FULL", "synchronous=OFF")
# Most tests run as production does, with keys of their own; tests of the demo switch DEMO on.
KEY_FILE = Path(TEMPORARY) / "keys.production"
# Hashing a password well takes 50 ms; tests of sign-in ask for the real hasher.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
