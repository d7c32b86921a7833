"""The demo: this machine alone, fictional people, everything under ``var/``."""

import os

from django.core.exceptions import ImproperlyConfigured

from config import secret_file
from config.embedded.accounts import EmbeddedError, reachable_home
from config.embedded.place import VAR
from config.embedded.postgres import PORT, Server
from config.embedded.roles import DATABASE
from config.settings.base import *  # noqa: F403 - the usual way to build one settings module on another
from config.settings.base import MIDDLEWARE, TOMOSHIBI_PROCESS
from config.settings.databases import EVERYTHING, LOGINS, databases, place_from_url

TOMOSHIBI_DEMO = True
MIDDLEWARE = ["config.loopback.LoopbackOnlyMiddleware", *MIDDLEWARE]
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]

try:
    _secrets = secret_file.read(VAR / "secrets.json")
    if "runtime" not in _secrets or "SECRET_KEY" not in _secrets:
        raise ImproperlyConfigured(
            "There is no demo yet: run 'make demo' once (or 'python -m config.embedded start')."
        )
    if "DATABASE_URL" in os.environ:
        _place = place_from_url(os.environ["DATABASE_URL"])
    else:
        _sockets = Server(reachable_home(VAR / "postgres"), "").sockets
        _place = {"HOST": str(_sockets), "PORT": str(PORT), "NAME": DATABASE}
except (secret_file.SecretFileError, EmbeddedError, ValueError) as error:
    raise ImproperlyConfigured(str(error)) from None

SECRET_KEY = _secrets["SECRET_KEY"]
DATABASES = databases(_place, _secrets, LOGINS["worker"] if TOMOSHIBI_PROCESS == "worker" else EVERYTHING)

# A browser keeps __Host- and Secure cookies only over https, and the demo is plain http on loopback.
SESSION_COOKIE_NAME = "session"
SESSION_COOKIE_SECURE = False
CSRF_COOKIE_NAME = "csrf"
CSRF_COOKIE_SECURE = False
PARKED_COOKIE = "who"
LISTS_COOKIE = "lists"
LANGUAGE_COOKIE_NAME = "language"
LANGUAGE_COOKIE_SECURE = False

# Served from the source folders: the demo needs no collectstatic.
WHITENOISE_USE_FINDERS = True
EMAIL_BACKEND = "security.outbox.mailfolder.MailFolder"
EMAIL_FILE_PATH = VAR / "mail"
