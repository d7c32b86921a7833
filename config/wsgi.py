"""The WSGI application. It asks the database for the demo's mark before it serves anything."""

import os
from collections.abc import Callable, Iterable
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")

from django.core.wsgi import get_wsgi_application
from django.db import Error, connections

from config.marks import check_mark

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class MarkedOnce:
    """Asks for the mark at start; with the database away, again at each request until it answers.

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
            check_mark()
            self.asked = True
        except Error:
            self.asked = False
        finally:
            connections.close_all()


application = MarkedOnce(get_wsgi_application())
