"""What someone typed survives an expired session or a database fault: parked encrypted for that person, on the server.

A parked form is one file under ``PARKED_DIR``: a fresh key wrapped by the root key for this person, and the form's fields under
it. Who the person is comes from a signed cookie set at sign-in, since neither the session nor the database can be asked when a
form has to be parked. It is offered after sign-in to the same person, and to nobody else. At a shared desk a page of the
last person may still be open when the next one has signed in: the cookie knows the sign-ins of its own person, and a form of any
other page is not kept.
"""

import hashlib
import json
import logging
import os
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core import signing
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.csrf import CSRF_TOKEN_LENGTH, _unmask_cipher_token  # type: ignore[attr-defined]  # stubs lack it
from django.urls import Resolver404, resolve
from django.utils import timezone

from security.encryption.envelope import DecryptionError, decrypt, encrypt
from security.encryption.providers import get_provider

COOKIE_SALT = "tomoshibi.who"
KEEP = timedelta(days=3)
MOST_BYTES = 1_000_000
MOST_FORMS = 50
MOST_SIGN_INS = 8
NAME_LENGTH = 32
RESTORE, PARKED = "_restore", "_parked"
NEVER_KEPT = frozenset({"csrfmiddlewaretoken", RESTORE, PARKED})

log = logging.getLogger("tomoshibi.parked")


@dataclass(frozen=True)
class ParkedForm:
    """A form somebody sent that could not be taken: where to, when, and its fields as typed."""

    id: str
    path: str
    parked_at: datetime
    fields: list[tuple[str, str]]

    @property
    def texts(self) -> list[str]:
        """What was typed, without what only the machine reads (ids, empty fields, versions and boxes)."""
        return [
            value
            for name, value in self.fields
            if value.strip() and name != "version" and not _is_code(value)
        ]

    @property
    def longest(self) -> str:
        """The longest text, by which a person knows the form again."""
        return max(self.texts, key=len, default="")


def cookie_value(staff_id: UUID, pages: Sequence[str]) -> str:
    """The signed cookie: the person, and the marks (:func:`page_mark`) of the person's latest sign-ins, newest first."""
    return signing.dumps({"who": str(staff_id), "pages": list(pages)[:MOST_SIGN_INS]}, salt=COOKIE_SALT)


def page_mark(secret: str) -> str:
    """The mark of every page made under a CSRF secret, which is a new one at each sign-in and choice of a post."""
    return hashlib.sha256(b"page" + secret.encode()).hexdigest()[:16]


def remember_person(request: HttpRequest, response: HttpResponseBase, staff_id: UUID) -> None:
    """Set the cookie that names the person for whom a form would be parked, where it does not say so already."""
    person, pages = _cookie(request)
    if person != staff_id:
        pages = []
    secret = request.META.get("CSRF_COOKIE")
    mark = [page_mark(secret)] if secret else []
    if person == staff_id and set(mark) <= set(pages):
        return
    response.set_cookie(
        settings.PARKED_COOKIE,
        cookie_value(staff_id, [*mark, *(page for page in pages if page not in mark)]),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
        max_age=KEEP,
    )


def forget_person(response: HttpResponseBase) -> None:
    """Drop the cookie (sign-out)."""
    response.delete_cookie(settings.PARKED_COOKIE, samesite="Strict")


def park(request: HttpRequest) -> bool:
    """Keep the form of ``request`` for its person. False where nobody is known, the page was another person's, there is nothing
    to keep, or too much already.

    A form that was parked before and is parked once more takes the older one's place.
    """
    person = _person(request)
    if person is None or count_of(person) >= MOST_FORMS:
        return False
    body = [
        (name, value) for name, values in request.POST.lists() if name not in NEVER_KEPT for value in values
    ]
    typed = any(value.strip() and not _is_code(value) for _name, value in body)
    if not typed or sum(len(name) + len(value) for name, value in body) > MOST_BYTES:
        return False
    content = json.dumps(
        {"path": request.get_full_path(), "at": timezone.now().isoformat(), "fields": body}
    ).encode()
    key, name = os.urandom(32), uuid.uuid4().hex
    sealed = {
        "key": get_provider().wrap(key, _context(person, name)).hex(),
        "form": encrypt(AESGCM(key), content, _context(person, name)).hex(),
    }
    try:
        _write(_folder(person) / name, json.dumps(sealed))
    except OSError:
        log.error("a form could not be parked: the folder cannot be written")
        return False
    drop(person, request.POST.get(PARKED, ""))
    return True


def park_refused(request: HttpRequest) -> bool:
    """Keep the form of a request that failed before or beside its view, unless its view says that nothing of it is kept."""
    try:
        view = resolve(request.path_info).func
    except Resolver404:
        return False
    access = getattr(view, "access", None)
    return access is not None and access.parks and park(request)


def count_of(staff_id: UUID) -> int:
    """How many forms wait for a person."""
    try:
        return sum(1 for found in _folder(staff_id).iterdir() if len(found.name) == NAME_LENGTH)
    except OSError:
        return 0


def forms_of(staff_id: UUID) -> list[ParkedForm]:
    """The forms parked for a person, newest first. Files past their time are removed; unreadable ones are passed over."""
    found = []
    for path in _folder(staff_id).glob("*"):
        if (
            datetime.fromtimestamp(path.stat().st_mtime, tz=timezone.get_current_timezone())
            < timezone.now() - KEEP
        ):
            path.unlink(missing_ok=True)
        elif form := read(staff_id, path.name):
            found.append(form)
    return sorted(found, key=lambda form: form.parked_at, reverse=True)


def read(staff_id: UUID, name: str) -> ParkedForm | None:
    """One parked form of this person, or None. ``name`` may come from a URL: anything but 32 hex digits is nothing."""
    if len(name) != NAME_LENGTH or not all(letter in "0123456789abcdef" for letter in name):
        return None
    try:
        sealed = json.loads((_folder(staff_id) / name).read_text())
        key = get_provider().unwrap(bytes.fromhex(sealed["key"]), _context(staff_id, name))
        form = json.loads(decrypt(AESGCM(key), bytes.fromhex(sealed["form"]), _context(staff_id, name)))
    except (OSError, ValueError, KeyError, DecryptionError):
        return None
    return ParkedForm(
        name, form["path"], datetime.fromisoformat(form["at"]), [(n, v) for n, v in form["fields"]]
    )


def drop(staff_id: UUID, name: str) -> None:
    """Remove a parked form, if it is this person's."""
    if read(staff_id, name) is not None:
        (_folder(staff_id) / name).unlink(missing_ok=True)


def _person(request: HttpRequest) -> UUID | None:
    """The person whose page sent this form. A form without any token comes from no page, and so from nobody else's."""
    person, pages = _cookie(request)
    token = request.POST.get("csrfmiddlewaretoken") or request.headers.get("X-CSRFToken", "")
    return person if not token or page_mark(_secret_of(token)) in pages else None


def _cookie(request: HttpRequest) -> tuple[UUID | None, list[str]]:
    try:
        found = signing.loads(request.COOKIES.get(settings.PARKED_COOKIE, ""), salt=COOKIE_SALT, max_age=KEEP)
        return UUID(found["who"]), found["pages"]
    except (signing.BadSignature, ValueError, TypeError, KeyError):
        return None, []


def _secret_of(token: str) -> str:
    """The CSRF secret behind the token of a page; pages mask it anew each time."""
    try:
        return str(_unmask_cipher_token(token)) if len(token) == CSRF_TOKEN_LENGTH else token
    except ValueError:  # characters that no token has
        return ""


def _is_code(value: str) -> bool:
    try:
        return bool(UUID(value))
    except ValueError:
        return value in ("on", "1", "true")


def _folder(staff_id: UUID) -> Path:
    return Path(settings.PARKED_DIR) / staff_id.hex


def _context(staff_id: UUID, name: str) -> bytes:
    return b"parked" + staff_id.bytes + name.encode()


def _write(path: Path, content: str) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    partial.rename(path)
