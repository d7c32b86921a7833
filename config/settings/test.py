"""The tests: a PostgreSQL of their own for each run, made and removed by ``config.embedded.testing``."""

import os
from pathlib import Path

from config.embedded.postgres import PORT, Server
from config.embedded.roles import DATABASE
from config.embedded.testing import PASSWORDS, home, server_home
from config.settings.base import *  # noqa: F403 - the usual way to build one settings module on another
from config.settings.databases import databases, place_from_url

TOMOSHIBI_DEMO = None
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
SECRET_KEY = "for tests only: nothing real is ever signed with it"  # noqa: S105 - it is public
TOMOSHIBI_KEY_PROVIDER = "security.encryption.providers.InMemoryProvider"

_home = home()
VAR = _home / "var"
if "DATABASE_URL" in os.environ:
    _place = place_from_url(os.environ["DATABASE_URL"])
else:
    _place = {"HOST": str(Server(server_home(), "").sockets), "PORT": str(PORT), "NAME": DATABASE}
DATABASES = databases(_place, PASSWORDS, pools=False)
# owner makes the test database and migrates it; the others are logins to the same one (ADR 5).
DATABASES["owner"]["TEST"] = {"NAME": f"test_{DATABASE}", "DEPENDENCIES": []}
for _alias in ("default", "audit", "gate"):
    DATABASES[_alias]["TEST"] = {"MIRROR": "owner"}

PARKED_DIR = VAR / "parked"
TOMOSHIBI_KEY_FILE = str(VAR / "keys" / "root.json")
CELERY_BROKER_URL = "memory://"
CELERY_BROKER_TRANSPORT_OPTIONS = {}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
# The live server of the browser tests is plain http.
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME, PARKED_COOKIE, LISTS_COOKIE, LANGUAGE_COOKIE_NAME = (
    "session",
    "csrf",
    "who",
    "lists",
    "language",
)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = False
WHITENOISE_USE_FINDERS = True
# Looked up when asked for: every test client loads the middleware again, and listing all files took a third of a page's time.
WHITENOISE_AUTOREFRESH = True
STATIC_ROOT, STYLES_DIR = Path(VAR / "static"), Path(VAR / "styles")
# Argon2 as in earnest would take a tenth of a second for every person a test makes.
PASSWORD_HASHERS = [
    "config.settings.testing_hasher.CheapArgon2",
    "django.contrib.auth.hashers.Argon2PasswordHasher",
]
