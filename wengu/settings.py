"""Settings, all from the environment; a wrong value stops the start and says how to mend it.

WENGU_HOME      folder of everything this installation keeps (default ./var)
WENGU_DATABASE  empty: SQLite at WENGU_HOME/wengu.sqlite3; or postgresql://user:password@host:port/name
WENGU_DEMO      1: a model city with a business date of its own, known logins and a demo key
WENGU_SECRET    secret of sessions and signatures (in demo: made at set-up in WENGU_HOME/secret)
WENGU_KEYS      file of the data keys (in demo: made at set-up in WENGU_HOME/keys)
WENGU_HOSTS     host names served, separated by commas
WENGU_HTTPS     1: served over HTTPS; cookies and browsers are told so
WENGU_MAP_APPROVAL_NO  approval number (审图号) of the map; without one the map stays internal
WENGU_IDLE      minutes without a request after which a session ends (default 15)
WENGU_START     secret of one start, set by `wengu serve` for its own processes
WENGU_DEBUG     1: tracebacks on error pages; refused outside a developer's machine
"""

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

PACKAGE = Path(__file__).parent


def flag(name: str) -> bool:
    """Read a switch: 1 or 0; anything else is refused."""
    value = os.environ.get(name, "0")
    if value not in {"0", "1"}:
        raise ImproperlyConfigured(f"{name} must be 0 or 1, not {value!r}")
    return value == "1"


def database(url: str, home: Path) -> dict[str, Any]:
    """Describe the database named by `url`; an empty one is SQLite in `home`."""
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(home / "wengu.sqlite3"),
            "OPTIONS": {
                "timeout": 30,
                "transaction_mode": "IMMEDIATE",
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                "PRAGMA cache_size=-64000; PRAGMA temp_store=MEMORY; PRAGMA mmap_size=1073741824;",
            },
        }
    parts = urlsplit(url)
    if parts.scheme not in {"postgresql", "postgres"}:
        raise ImproperlyConfigured(
            "WENGU_DATABASE must be empty (SQLite) or postgresql://user:password@host:port/name"
        )
    query = dict(pair.split("=", 1) for pair in parts.query.split("&") if pair)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(query.get("host", parts.hostname or "")),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


HOME = Path(os.environ.get("WENGU_HOME", "var")).resolve()
DEMO = flag("WENGU_DEMO")
DEBUG = flag("WENGU_DEBUG")


def secret() -> str:
    """Return the secret: from the environment, else made once in the demo's home, else refused."""
    value = os.environ.get("WENGU_SECRET", "")
    if value:
        return value
    if not DEMO:
        # Commands without a database (decide, policy) need none; `wengu serve` refuses to start.
        return secrets.token_urlsafe(48)
    file = HOME / "secret"
    if not file.exists():
        HOME.mkdir(parents=True, exist_ok=True)
        file.write_text(secrets.token_urlsafe(48))
        file.chmod(0o600)
    return file.read_text()


SECRET_KEY = secret()
# Who knows the secret of this start, and asks by this header, is told that it is this start.
START = os.environ.get("WENGU_START", "")
START_HEADER = "X-Wengu-Start"
SECRET_IS_SET = DEMO or bool(os.environ.get("WENGU_SECRET"))
KEY_FILE = Path(os.environ.get("WENGU_KEYS", HOME / "keys"))
ALLOWED_HOSTS = os.environ.get("WENGU_HOSTS", "127.0.0.1,localhost,[::1],testserver").split(",")

INSTALLED_APPS = [
    # First, so that its templates stand before those of allauth.
    "wengu.web",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "csp",
    "django_htmx",
    "ninja",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "wengu.vault",
    "wengu.audit",
    "wengu.regions",
    "wengu.accounts",
    "wengu.jobs",
    "wengu.documents",
    "wengu.governance",
    "wengu.intake",
    "wengu.registry",
    "wengu.decisions",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "wengu.web.access.AccessMiddleware",
]

ROOT_URLCONF = "wengu.web.urls"
WSGI_APPLICATION = "wengu.web.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "wengu.web.context.page",
            ],
        },
    },
]

DATABASES = {"default": database(os.environ.get("WENGU_DATABASE", ""), HOME)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    # Throttles of sign-in must count over all processes, so the cache lives in the database.
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"},
}

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [str(PACKAGE / "web" / "locale")]
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
DOCUMENTS = HOME / "documents"
WORKING_FILES = HOME / "work"
# A map is public only with its approval number (审图号); without one it is internal.
MAP_APPROVAL_NO = os.environ.get("WENGU_MAP_APPROVAL_NO", "")
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "wengu.web.signin.Adapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
# Nobody stays signed in on a shared office computer: no "remember me".
ACCOUNT_SESSION_REMEMBER = False
MFA_ADAPTER = "wengu.web.signin.SecondFactor"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_FORMS = {
    "authenticate": "wengu.web.signin.CodeForm",
    "reauthenticate": "wengu.web.signin.CodeAgainForm",
    "activate_totp": "wengu.web.signin.FirstCodeForm",
}
MFA_TOTP_ISSUER = "稳固"

# How often one person may see a whole number, telephone or address on one day.
REVEALS_PER_DAY = 30
IDLE_MINUTES = int(os.environ.get("WENGU_IDLE", "15"))
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 8 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "wengu.web.errors.csrf_failure"
HTTPS = flag("WENGU_HTTPS")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    },
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"wengu": {"level": "INFO"}},
}
