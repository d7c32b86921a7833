"""What someone typed survives an expired session or a database fault: parked encrypted for that person, on the server.

A parked form is one file under ``PARKED_DIR``: a fresh key wrapped by the root key for this person, and the form's fields under
it. Who the person is comes from a signed cookie set at sign-in, since neither the session nor the database can be asked when a
form has to be parked. It is offered after sign-in to the same person only, for three days. Of what the page
showed nothing is kept: only what was changed (:mod:`face.shown`). At a shared desk a page of the
last person may still be open when the next one has signed in: the cookie knows the sign-ins of its own person, and a form of any
other page is not kept.
"""

import hashlib
import json
import logging
import os
import uuid
from collections.abc import Container, Sequence
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

from face.forms import BUTTONS, DRAFT_BEFORE_KEY, DRAFT_KEY, KEEP_KEY, ONCE_KEY, SAVE_AND_NEXT
from face.shown import SHOWN, Pairs, changed
from security.encryption.envelope import DecryptionError, decrypt, encrypt
from security.encryption.providers import get_provider

COOKIE_SALT = "tomoshibi.who"
KEEP = timedelta(days=3)
MOST_BYTES = 1_000_000
MOST_FORMS = 20
MOST_SIGN_INS = 8
NAME_LENGTH = 32
MADE_ROOM = "made-room"
DRAFT = ".draft"
"""How the name of a draft's file ends, which has a time of its own (:mod:`security.signin.drafts`)."""
BY_SCRIPT = "X-Draft"
"""The header of a script that keeps a draft; the answer says in it under which mark."""
RESTORE, PARKED = "_restore", "_parked"
# "started" and "version" say what was recorded when the page was made, and a button what was pressed: none of it was typed.
NEVER_KEPT = BUTTONS | {
    "csrfmiddlewaretoken",
    RESTORE,
    PARKED,
    SHOWN,
    ONCE_KEY,
    SAVE_AND_NEXT,
    DRAFT_KEY,
    DRAFT_BEFORE_KEY,
    KEEP_KEY,
    "started",
    "version",
}

log = logging.getLogger("tomoshibi.parked")


@dataclass(frozen=True)
class ParkedForm:
    """A form that was sent and could not be taken: where to, when, and its fields as typed."""

    id: str
    path: str
    parked_at: datetime
    fields: list[tuple[str, str]]


def cookie_value(staff_id: UUID, pages: Sequence[str]) -> str:
    """The signed cookie: the person, and the marks (:func:`page_mark`) of the person's latest sign-ins, newest first."""
    return signing.dumps({"who": str(staff_id), "pages": list(pages)[:MOST_SIGN_INS]}, salt=COOKIE_SALT)


def page_mark(secret: str) -> str:
    """The mark of every page made under a CSRF secret, which is a new one at each sign-in and choice of a position."""
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
    """Keep what was typed into the form of ``request`` for its person. False where the person is not known, the page was another
    person's, there is nothing to keep, or too much at once; and for a script that keeps a draft: its page has the text.

    A form that was parked before and is parked once more takes the older one's place and keeps its first time. Where too many
    lie there, the oldest goes; the list says so (:func:`lost_of`).
    """
    person = _person(request)
    if person is None or request.headers.get(BY_SCRIPT):
        return False
    body = typed_in(request)
    if body is None:
        return False
    before = read(person, request.POST.get(PARKED, ""))
    at = before.parked_at if before and before.path == request.get_full_path() else timezone.now()
    name = uuid.uuid4().hex
    try:
        _write(folder(person) / name, sealed(person, name, request.get_full_path(), at, body), at)
        if before:
            give_way(person, before.id, request.POST)
        make_room(person, _files(folder(person))[MOST_FORMS:])
    except OSError:
        log.error("a form could not be parked: the folder cannot be written")
        return False
    return True


def typed_in(request: HttpRequest) -> Pairs | None:
    """What a person typed into the form of ``request``, without what its page showed; None for nothing, and for too much."""
    sent = [(name, value) for name, values in request.POST.lists() for value in values]
    marks = request.POST.getlist(SHOWN)
    body = [pair for pair in changed(sent, marks) if pair[0] not in NEVER_KEPT]
    others = [pair for pair in changed(sent, marks, proposed=False) if pair[0] not in NEVER_KEPT]
    typed = any(value.strip() and not is_code(value) for _name, value in others)
    return body if typed and sum(len(name) + len(value) for name, value in body) <= MOST_BYTES else None


def sealed(person: UUID, name: str, path: str, at: datetime, body: Pairs) -> str:
    """The content of a file: the form under a fresh key, and that key wrapped for this person and this name of a file."""
    content, key = json.dumps({"path": path, "at": at.isoformat(), "fields": body}).encode(), os.urandom(32)
    return json.dumps(
        {
            "key": get_provider().wrap(key, _context(person, name)).hex(),
            "form": encrypt(AESGCM(key), content, _context(person, name)).hex(),
        }
    )


def unsealed(person: UUID, path: Path, name: str) -> ParkedForm | None:
    """The form in a file of this person; None where it is gone, damaged, another person's, or under another name."""
    try:
        found = json.loads(path.read_text())
        key = get_provider().unwrap(bytes.fromhex(found["key"]), _context(person, name))
        form = json.loads(decrypt(AESGCM(key), bytes.fromhex(found["form"]), _context(person, name)))
    except (OSError, ValueError, KeyError, DecryptionError):
        return None
    at = datetime.fromisoformat(form["at"])
    return ParkedForm(name, form["path"], at, [(n, v) for n, v in form["fields"]])


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
    return len(_files(folder(staff_id)))


def lost_of(staff_id: UUID) -> bool:
    """Whether an older form had to make room for a newer one within the last days."""
    return _is_fresh(folder(staff_id) / MADE_ROOM)


def forms_of(staff_id: UUID) -> list[ParkedForm]:
    """The forms parked for a person, newest first. Those past their time are not there; unreadable ones are passed over."""
    found = [read(staff_id, path.name) for path in _files(folder(staff_id))]
    return sorted((form for form in found if form), key=lambda form: form.parked_at, reverse=True)


def read(staff_id: UUID, name: str) -> ParkedForm | None:
    """One parked form of this person, or None, also after its three days. ``name`` may come from a URL: anything but 32 hex
    digits is nothing."""
    if not is_name(name):
        return None
    form = unsealed(staff_id, folder(staff_id) / name, name)
    return form if form and form.parked_at >= timezone.now() - KEEP else None


def clean() -> int:
    """Remove the files of all people that are past their time; how many. The worker needs no key for it."""
    old = [
        path for path in Path(settings.PARKED_DIR).glob("*/*") if path.suffix != DRAFT and not _is_fresh(path)
    ]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def left_out(form: ParkedForm, sent: Container[str]) -> Pairs:
    """What a kept form says in words of rows of which the form that was ``sent`` has no field any more: the note on a case that
    is no choice for a hand-over now."""
    return [
        (name, value)
        for name, value in form.fields
        if names_a_row(name) and name not in sent and value.strip() and not is_code(value)
    ]


def give_way(staff_id: UUID, name: str, sent: Container[str]) -> None:
    """Remove a parked form whose text has been sent again with the fields ``sent``. What it says of rows without a field stays,
    as a form of its own that ends when this one would have. Raises OSError where it cannot be written: then all stays."""
    form = read(staff_id, name)
    left = left_out(form, sent) if form else []
    if form and left:
        other = name_after(form)
        content = sealed(staff_id, other, form.path, form.parked_at, left)
        _write(folder(staff_id) / other, content, form.parked_at)
    drop(staff_id, name)


def name_after(form: ParkedForm) -> str:
    """The name of what stays of a kept form, the same for two requests at once."""
    return hashlib.sha256(form.id.encode()).hexdigest()[:NAME_LENGTH]


def drop(staff_id: UUID, name: str) -> None:
    """Remove a parked form, if it is this person's."""
    if read(staff_id, name) is not None:
        (folder(staff_id) / name).unlink(missing_ok=True)


def _person(request: HttpRequest) -> UUID | None:
    """The person whose page sent this form. A form without any token comes from no page, and so from no other person's."""
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
    """The CSRF secret behind the token of a page; pages mask it differently each time."""
    try:
        return str(_unmask_cipher_token(token)) if len(token) == CSRF_TOKEN_LENGTH else token
    except ValueError:  # characters that no token has
        return ""


def is_code(value: str) -> bool:
    """Whether only the machine reads it: an id, or a box that is ticked."""
    try:
        return bool(UUID(value))
    except ValueError:
        return value in ("on", "1", "true")


def names_a_row(name: str) -> bool:
    """Whether a field is of one row among several, as the note on one of the cases that are handed over: "note_<id>"."""
    try:
        UUID(name.rpartition("_")[2])
    except ValueError:
        return False
    return True


def is_name(name: str) -> bool:
    """Whether a file of ours can have this name. It may come from a URL."""
    return len(name) == NAME_LENGTH and set(name) <= set("0123456789abcdef")


def folder(staff_id: UUID) -> Path:
    """The folder of a person's kept text."""
    return Path(settings.PARKED_DIR) / staff_id.hex


def _context(staff_id: UUID, name: str) -> bytes:
    return b"parked" + staff_id.bytes + name.encode()


def _files(folder: Path) -> list[Path]:
    """The parked forms of a folder that are not past their time, newest first."""
    found = [path for path in folder.glob("*") if len(path.name) == NAME_LENGTH and _is_fresh(path)]
    return sorted(found, key=time_of, reverse=True)


def time_of(path: Path) -> float:
    """When the form was parked first: the time of its file. 0 where it has just been removed."""
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def _is_fresh(path: Path) -> bool:
    return time_of(path) >= (timezone.now() - KEEP).timestamp()


def make_room(staff_id: UUID, beyond: Sequence[Path]) -> None:
    """Remove the oldest, those ``beyond`` the most that are kept; the list says so for some days."""
    for path in beyond:
        path.unlink(missing_ok=True)
        (folder(staff_id) / MADE_ROOM).touch(mode=0o600)


def _write(path: Path, content: str, at: datetime) -> None:
    partial = path.with_suffix(".partial")
    write(partial, content)
    os.utime(partial, (at.timestamp(), at.timestamp()))
    partial.rename(path)


def write(partial: Path, content: str) -> None:
    """Write a new file, readable for this user alone, and wait until the disk has it."""
    partial.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
