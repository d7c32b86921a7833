"""Production. Everything an operator decides comes from the environment; what would be insecure is refused at start.

DATABASE_URL                  postgresql://host:5432/tomoshibi?sslmode=verify-full (no user, no password)
TOMOSHIBI_SECRETS_FILE        the secrets (config/secret_file.py), or TOMOSHIBI_SECRET_KEY, TOMOSHIBI_PASSWORD_RUNTIME … instead
TOMOSHIBI_KEY_FILE            the file of the root keys
TOMOSHIBI_ROLE_PREFIX         what this installation's database roles begin with (tomoshibi_)
TOMOSHIBI_ALLOWED_HOSTS       host names, comma-separated
TOMOSHIBI_BROKER_URL          redis://… or amqp://…
TOMOSHIBI_TRUSTED_PROXIES     how many proxies are in front (0); with one or more, TLS ends there
TOMOSHIBI_MAIL_HOST, TOMOSHIBI_MAIL_FROM
TOMOSHIBI_PROCESS             "worker" for Celery, "owner" for manage.py: other logins to the database, no root keys
TOMOSHIBI_POOLER              "pgbouncer" where DATABASE_URL leads to PgBouncer in transaction mode
Numbers of processes and threads: config/server.py. A first start, step by step: docs/deploy.md.
"""

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from config import secret_file
from config.embedded.place import VAR
from config.insecure import problems
from config.settings.base import *  # noqa: F403 - the usual way to build one settings module on another
from config.settings.base import LOGGING, TOMOSHIBI_PROCESS, TOMOSHIBI_TRUSTED_PROXIES
from config.settings.databases import LOGINS, databases, place_from_url

TOMOSHIBI_DEMO = False
DEBUG = os.environ.get("DJANGO_DEBUG", os.environ.get("DEBUG", "")).lower() in ("1", "true", "yes", "on")
ALLOWED_HOSTS = [
    name.strip() for name in os.environ.get("TOMOSHIBI_ALLOWED_HOSTS", "").split(",") if name.strip()
]

try:
    _secrets = secret_file.read(Path(os.environ.get("TOMOSHIBI_SECRETS_FILE", VAR / "secrets.json")))
    _place = place_from_url(os.environ.get("DATABASE_URL", ""))
except (secret_file.SecretFileError, ValueError) as error:
    raise ImproperlyConfigured(str(error)) from None
SECRET_KEY = _secrets.get("SECRET_KEY", "")
TOMOSHIBI_ROLE_PREFIX = os.environ.get("TOMOSHIBI_ROLE_PREFIX")
TOMOSHIBI_POOLER = os.environ.get("TOMOSHIBI_POOLER", "")
TOMOSHIBI_PASSWORDS = frozenset(_secrets) & frozenset(secret_file.ROLES)
DATABASES = databases(
    _place, _secrets, LOGINS.get(TOMOSHIBI_PROCESS, {}), prepares=TOMOSHIBI_POOLER != "pgbouncer"
)

SECURE_SSL_REDIRECT = True
SECURE_HSTS_SECONDS = 2 * 365 * 24 * 60 * 60
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
if TOMOSHIBI_TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
CELERY_BROKER_URL = os.environ.get("TOMOSHIBI_BROKER_URL", "")
CELERY_BROKER_TRANSPORT_OPTIONS = {}
EMAIL_HOST = os.environ.get("TOMOSHIBI_MAIL_HOST", "localhost")
LOGGING["root"]["level"] = os.environ.get("TOMOSHIBI_LOG_LEVEL", "WARNING")  # type: ignore[index]  # a dict of mixed values

if _problems := problems(globals()):
    raise ImproperlyConfigured(" ".join(_problems))
