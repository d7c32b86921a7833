"""The WSGI application. Before it serves anything it asks whether settings, database and key file belong together."""

import os
import sys
from collections.abc import Callable, Iterable
from typing import Any, NoReturn

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application
from django.db import Error, connections

from config.budget import check_budget
from config.embedded.roles import check_role_settings
from config.marks import check_mark
from config.postgresql.base import close_pools
from security.encryption.providers import KeyFileError
from security.encryption.startup import check_key_matches
from security.search.startup import warn_of_growth
from security.walls.builtins import check_builtins_closed
from security.walls.catalogue import check_walls
from security.walls.versions import check_version

# What gunicorn takes as "this worker can never start": it ends instead of trying forever.
NEVER = 3

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class CheckedOnce:
    """Asks at start; with the database away, again at each request until it answers.

    A worker that starts while the database is away must not end the whole server: pages answer 503 by themselves meanwhile.
    """

    def __init__(self, inner: Wsgi) -> None:
        self.inner = inner
        self.asked = False
        self._ask()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if not self.asked:
            self._ask()
        return self.inner(environ, start_response)

    def _ask(self) -> None:
        try:
            if settings.TOMOSHIBI_PROCESS != "web":
                raise ImproperlyConfigured(
                    "The web server runs without TOMOSHIBI_PROCESS in its environment."
                )
            check_mark()
            check_version()
            check_walls()
            check_budget()
            check_builtins_closed()
            check_role_settings()
            check_key_matches()
            warn_of_growth()
            self.asked = True
        except Error:
            self.asked = False
        except (ImproperlyConfigured, KeyFileError) as error:
            _end(error)
        finally:
            connections.close_all()
            close_pools()


def _end(error: Exception) -> NoReturn:
    print(f"tomoshibi: {error}", file=sys.stderr, flush=True)  # noqa: T201 - for who starts it; logs are not read yet
    sys.exit(NEVER)


def _application() -> Wsgi:
    try:
        return CheckedOnce(get_wsgi_application())
    except ImproperlyConfigured as error:  # the settings themselves
        _end(error)


application = _application()
