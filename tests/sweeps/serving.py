"""The application over real HTTP: one thread for each request, and connections from small pools, as in earnest."""

import http.client
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from urllib.parse import urlencode

from django.core.handlers.wsgi import WSGIHandler
from django.core.servers.basehttp import ThreadedWSGIServer
from django.db import connections
from django.db.backends.postgresql.base import DatabaseWrapper
from django.test.testcases import QuietWSGIRequestHandler

from config.settings.databases import pool_of
from tests.client import TOKEN
from tests.sweeps.wire import Answer

POOLED = ("default", "audit", "gate")
PATIENT = 60


class _Server(ThreadedWSGIServer):
    """Django's own threaded server with room for as many callers as a test has."""

    request_queue_size = 200
    daemon_threads = True
    block_on_close = True


@contextmanager
def pools_of(size: int, wait: float = PATIENT) -> Iterator[None]:
    """Let every alias take its connections from a pool of ``size``, waiting up to ``wait`` seconds for one."""
    connections.close_all()
    for alias in POOLED:
        options = connections.databases[alias]["OPTIONS"]
        options["pool"] = pool_of(size, wait)
    try:
        yield
    finally:
        connections.close_all()
        for alias in POOLED:
            wrapper = connections[alias]
            assert isinstance(wrapper, DatabaseWrapper)
            wrapper.close_pool()
            del connections.databases[alias]["OPTIONS"]["pool"]


@contextmanager
def serving() -> Iterator[int]:
    """Serve on a free port of loopback; the port."""
    server = _Server(("127.0.0.1", 0), QuietWSGIRequestHandler)
    server.set_app(WSGIHandler())
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join(PATIENT)
        server.server_close()


def fetch(
    port: int,
    path: str,
    cookies: Mapping[str, str],
    *,
    method: str = "GET",
    fields: Mapping[str, object] | None = None,
) -> Answer:
    """One request on a connection of its own."""
    headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
    body = None
    if fields is not None:
        body = urlencode({"csrfmiddlewaretoken": TOKEN, **fields}, doseq=True)
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    caller = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENT)
    try:
        caller.request(method, path, body, headers)
        answer = caller.getresponse()
        return Answer(answer.status, tuple(answer.getheaders()), answer.read())
    finally:
        caller.close()
