"""What no honest browser sends, and what neither PostgreSQL nor a log can keep: refused before anything reads it."""

from collections.abc import Callable

from django.core.exceptions import BadRequest
from django.http import HttpRequest
from django.http.response import HttpResponseBase


class ReadableMiddleware:
    """400 for a NUL in the address or in a header, and for a length that is no number.

    It runs inside the look, so that the refusal is recorded. gunicorn refuses most of this by itself; another server may not.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not (length.isascii() and length.isdigit()) or any(
            isinstance(value, str) and "\0" in value for value in request.META.values()
        ):
            raise BadRequest("unreadable header")
        return self.get_response(request)
