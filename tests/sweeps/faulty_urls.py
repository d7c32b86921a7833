"""The addresses of the product, and beside them views that fail in every way a view can fail, with a canary at hand."""

from collections.abc import Callable
from urllib.parse import quote
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.template import Context, Template
from django.urls import path

from agencies.staff.access import StaffRequest, form_page, page
from config import urls as product
from security.encryption.envelope import DecryptionError
from tests.sweeps.canaries import canary

handler400, handler403, handler404, handler500 = (
    product.handler400,
    product.handler403,
    product.handler404,
    product.handler500,
)
CANARY = "canary-in-a-fault"
View = Callable[[HttpRequest], HttpResponseBase]

FAULTS = {
    # The table has no row-level security, so PostgreSQL quotes the whole row in its DETAIL.
    "integrity": "SELECT wall.put_session('x', %s, NULL, true)",
    "data": "SELECT %s::integer",
    "missing": 'SELECT "{canary}" FROM nowhere WHERE %s::text IS NOT NULL',
}


@form_page()
def fault(request: StaffRequest, kind: str) -> HttpResponse:
    """Fail as ``kind`` says, while a local variable, a row or a message holds the canary."""
    secret = CANARY
    if kind in FAULTS:
        with connection.cursor() as cursor:
            cursor.execute(FAULTS[kind].replace("{canary}", secret), [secret])
    if kind == "chained":
        try:
            raise KeyError(secret)
        except KeyError as error:
            raise RuntimeError(secret) from error
    if kind == "template":
        return HttpResponse(
            Template("{% load l10n %}{{ a|add:b.c }}{{ fail }}").render(Context({"fail": _Fails(secret)}))
        )
    if kind == "validation":
        raise ValidationError(secret)
    if kind == "decryption":
        raise DecryptionError(secret)
    raise ZeroDivisionError(secret)


class _Fails:
    def __init__(self, secret: str) -> None:
        self.secret = secret

    def __str__(self) -> str:
        raise ValueError(self.secret)


@page()
def who(request: StaffRequest) -> HttpResponse:
    """Who acts here, in the eyes of Python and of the database; ``?fail=1`` fails after looking."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT wall.my_position()")
        (position,) = cursor.fetchone()
        cursor.execute("SELECT id FROM cases_case ORDER BY id")
        cases: list[UUID] = [row[0] for row in cursor.fetchall()]
    for case in cases:
        request.event.note_shown(case)
    if request.GET.get("fail"):
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 / 0")
    return JsonResponse(
        {"by": str(request.by.pk), "position": str(position), "cases": [str(case) for case in cases]}
    )


def leaks_a_header(get_response: View) -> View:
    """Middleware of a build that names what it shows in a header."""

    def call(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        response["X-Shown"] = quote(canary("leak"))
        return response

    return call


def leaks_a_title(get_response: View) -> View:
    """Middleware of a build that names the child in the title."""

    def call(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        assert isinstance(response, HttpResponse)
        response.content = response.content.replace(b"<title>", b"<title>" + canary("leak").encode())
        return response

    return call


KINDS = (*FAULTS, "chained", "template", "validation", "decryption", "plain")
urlpatterns = [
    *product.urlpatterns,
    path("fault/<slug:kind>/", fault, name="fault"),
    path("who/", who, name="who"),
]


def breaks_afterwards(get_response: View) -> View:
    """A middleware that fails once the page is made and its look is written, before the transaction is committed."""

    def broken(request: HttpRequest) -> HttpResponseBase:
        get_response(request)
        raise ZeroDivisionError(CANARY)

    return broken
