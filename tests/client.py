"""A browser without a browser: Django's test client, signed in as somebody of the cast."""

import io
from typing import Any

import pypdf
from django.conf import settings
from django.test import Client
from django.urls import reverse

from agencies.staff.models import Position, Staff
from desk.story.visitor import Page, Visitor
from security.signin import parked
from security.signin.sessions import SessionStore
from security.walls.identity import mint_identity
from tests.cast import PASSWORD

TOKEN = "c" * 32
"""The CSRF secret of a test's pages."""


def signed_in(position: Position, **options: object) -> Client:
    """A client whose session acts in ``position``, minted over the gate like at a real sign-in."""
    return _with_session(position.staff, position, **options)


def signed_in_without_position(staff: Staff, **options: object) -> Client:
    """A client of somebody who has signed in and not chosen a position yet."""
    return _with_session(staff, None, **options)


def _with_session(staff: Staff, position: Position | None, **options: object) -> Client:
    client = Client(**options)  # type: ignore[arg-type]  # the options of Django's client
    session = SessionStore()
    session.create()
    key = session.session_key or ""
    mint_identity(key, staff.pk, position.pk if position else None, "test client")
    client.cookies[settings.SESSION_COOKIE_NAME] = key
    client.cookies[settings.PARKED_COOKIE] = parked.cookie_value(staff.pk, [parked.page_mark(TOKEN)])
    return client


def with_password(visitor: Visitor, username: str) -> Page:
    """Sign somebody of the cast in over HTTP; the page that comes then."""
    page = visitor.get(reverse("sign_in"))
    return visitor.send(page, page.form(having="password"), {"username": username, "password": PASSWORD})


def text_of(answer: Any) -> str:
    """What a reader of the answer reads: the page as it is; of a sheet the words on it, without the spaces of the layout."""
    if answer.headers.get("Content-Type") != "application/pdf":
        return str(answer.content, "utf-8")
    pages = pypdf.PdfReader(io.BytesIO(answer.content)).pages if answer.content else []
    return "\n".join("".join(page.extract_text().split()) for page in pages)
