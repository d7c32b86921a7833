"""The application as a server calls it: one WSGI request made by hand, so that anything at all can be sent."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from typing import Any
from urllib.parse import unquote_to_bytes, urlencode

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.db import connections

from agencies.staff.models import Position
from tests.cast import as_owner
from tests.client import TOKEN, signed_in

FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Answer:
    """What came back, whole."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", errors="replace")

    @property
    def everything(self) -> str:
        """Headers and body: where nothing secret may stand."""
        return f"{self.headers}\n{self.text}"

    def header(self, name: str) -> str:
        return dict(self.headers).get(name, "")


def cookies_of(position: Position | None) -> dict[str, str]:
    """The cookies of somebody signed in, and of a form that this site made; nobody's without a position."""
    cookies = {"csrf": TOKEN}
    if position is not None:
        cookies |= {name: morsel.value for name, morsel in signed_in(position).cookies.items()}
    return cookies


def ask(
    path: str,
    cookies: Mapping[str, str] | None = None,
    *,
    method: str = "GET",
    fields: Mapping[str, object] | None = None,
    body: bytes = b"",
    content_type: str = FORM,
    query: str = "",
    environ: Mapping[str, str] | None = None,
) -> Answer:
    """Send one request to the application. ``path`` is percent-encoded; ``fields`` make a form body with its CSRF token."""
    if fields is not None:
        body = urlencode({"csrfmiddlewaretoken": TOKEN, **fields}, doseq=True).encode()
    plain = {
        "REQUEST_METHOD": method,
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
        "QUERY_STRING": query,
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "testserver",
        "HTTP_COOKIE": "; ".join(f"{name}={value}" for name, value in (cookies or {}).items()),
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(body),
        "wsgi.errors": BytesIO(),
    }
    if body:
        plain |= {"CONTENT_TYPE": content_type, "CONTENT_LENGTH": str(len(body))}
    written: list[bytes] = []  # by an application of the old manner; Django hands out its answer instead
    told: list[tuple[int, tuple[tuple[str, str], ...]]] = []

    def start(
        status: str, headers: list[tuple[str, str]], _failed: object = None, /
    ) -> Callable[[bytes], object]:
        told.append((int(status.split(" ", 1)[0]), tuple(headers)))
        return written.append

    response = _handler(tuple(settings.MIDDLEWARE))({**plain, **(environ or {})}, start)
    try:
        content = b"".join(response)
    finally:
        response.close()
    return Answer(*told[0], b"".join(written) + content)


@cache
def _handler(middleware: tuple[str, ...]) -> WSGIHandler:
    """The application, loaded once for all requests with this middleware."""
    return WSGIHandler()


def access_log(condition: str = "true", *parameters: Any) -> list[dict[str, object]]:
    """The rows of the access log under a condition of SQL, oldest first; read past the walls."""
    with as_owner(), connections["owner"].cursor() as cursor:
        cursor.execute(f"SELECT * FROM security_event WHERE {condition} ORDER BY id", parameters or None)
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


@contextmanager
def one_denial() -> Iterator[None]:
    """What happens inside leaves exactly one refusal in the access log."""
    before = len(access_log("decision = 'denied'"))
    yield
    assert len(access_log("decision = 'denied'")) == before + 1
