"""The application over http, in this process: for the browser tests, and to look at pages with the cast of the tests.

``python -m tests.serve [PORT]`` prepares a database with the cast and two cases, and serves it until Ctrl-C. Every person of
``tests/cast.py`` signs in by user name with the password ``tests.cast.PASSWORD``, or with one click at ``/demo/``.
"""

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def serving(port: int = 0) -> Iterator[str]:
    """Serve on 127.0.0.1 (port 0: a free one) from threads of this process; gives the address."""
    from django.core.handlers.wsgi import WSGIHandler
    from django.core.servers.basehttp import ThreadedWSGIServer
    from django.test.testcases import QuietWSGIRequestHandler

    server = ThreadedWSGIServer(("127.0.0.1", port), QuietWSGIRequestHandler, allow_reuse_address=True)
    server.daemon_threads = True
    server.set_app(WSGIHandler())
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def main(port: int) -> None:
    """Make the database anew and serve it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")
    from config.embedded import testing

    testing.start()
    import django
    from django.conf import settings

    settings.TOMOSHIBI_DEMO = True  # before the addresses are read: /demo/ is among them
    django.setup()
    _prepare()
    with serving(port) as address:
        print(f"ready {address}/demo/", flush=True)  # noqa: T201 - for whoever started it
        threading.Event().wait()


def _prepare() -> None:
    from django.core.management import call_command

    from tests.cast import Cast, a_case, make_cast
    from tests.conftest import superuser, use_database

    with superuser() as connection:
        connection.execute("CREATE DATABASE test_serve OWNER owner")
    use_database("test_serve")
    call_command("migrate", database="owner", verbosity=0)
    make_cast()
    cast = Cast.load()
    a_case(cast)
    a_case(cast, lead="colleague")


if __name__ == "__main__":
    try:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 8100)
    except KeyboardInterrupt:
        sys.exit(0)
