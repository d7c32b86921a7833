"""Drafts: what a person is typing into a long form, kept while they type, encrypted for that person (docs/adr/0062).

A draft is one file beside the parked forms, named by its id and its version. Each page writes on an id of its own and counts its
versions itself, so that an answer that is lost makes no second draft; a page opened with a draft takes its place the first time
it is kept. A version is put in place by a link, which fails where it is there already: no text is ever written over. What the
page showed is not kept, as with parked forms. Text on a row that the page has no more does not go with its version: it stays as
a draft of its own, which ends when that version would have.
"""

import os
import uuid
from collections.abc import Container
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from face.forms import DRAFT_BEFORE_KEY, DRAFT_KEY
from face.shown import Pairs
from security.signin import parked

KEEP = timedelta(days=14)
MOST = 20


@dataclass(frozen=True)
class Kept:
    """Under which ``mark`` (id and version) a draft was kept; ``apart``: another page has kept its text of the same draft."""

    mark: str
    apart: bool = False


def keep(request: HttpRequest, person: UUID) -> Kept | None:
    """Keep what is typed in the form of ``request`` as the next version of its draft. None where nothing is typed, or too much.

    Raises OSError where the folder cannot be written: the page then still has the text.
    """
    body = parked.typed_in(request)
    if body is None:
        return None
    name, before = _parts(request.POST.get(DRAFT_KEY, "")) or (uuid.uuid4().hex, 0)
    newest = max(_versions(person, name), default=0)
    if newest <= before and _put(request, person, name, before + 1, body):
        earlier = request.POST.get(DRAFT_BEFORE_KEY, "")
        apart = _goes_on_elsewhere(person, earlier, is_first=not newest)
        give_way(person, earlier, request.POST)
        return Kept(f"{name}.{before + 1}", apart)
    last = read(person, f"{name}.0")
    if last and last.fields == body:  # sent twice
        return Kept(last.id)
    other = uuid.uuid4().hex
    _put(request, person, other, 1, body)
    return Kept(f"{other}.1", apart=True)


def _goes_on_elsewhere(person: UUID, earlier: str, *, is_first: bool) -> bool:
    """Whether another page writes on the ``earlier`` draft of this one, or, when this one is first kept, has taken its place."""
    name, last = _parts(earlier) or ("", 0)
    versions = _versions(person, name) if name else [last]
    return any(version > last for version in versions) or (is_first and last not in versions)


def other_of_its_page(person: UUID, draft: parked.ParkedForm) -> parked.ParkedForm | None:
    """The newest other draft of the same page, to compare the two; None where there is none."""
    name = draft.id.partition(".")[0]
    found = (other for other in drafts_of(person) if other.path == draft.path)
    return next((other for other in found if other.id.partition(".")[0] != name), None)


def count_of(person: UUID) -> int:
    """How many drafts a person has."""
    limit = (timezone.now() - KEEP).timestamp()
    return sum(parked.time_of(path) >= limit for path in _files(person))


def drafts_of(person: UUID) -> list[parked.ParkedForm]:
    """The drafts of a person, newest first."""
    found = [read(person, path.name.removesuffix(parked.DRAFT)) for path in _files(person)]
    return sorted((draft for draft in found if draft), key=lambda draft: draft.parked_at, reverse=True)


def read(person: UUID, mark: str) -> parked.ParkedForm | None:
    """The newest version of one draft of this person, or None. ``mark`` may come from a URL: anything but an id and a version is
    nothing."""
    parts = _parts(mark)
    return _newest(person, parts[0]) if parts else None


def _newest(person: UUID, name: str, last: int | None = None) -> parked.ParkedForm | None:
    """The newest version of a draft, of those up to ``last``."""
    found = [version for version in _versions(person, name) if last is None or version <= last]
    mark = f"{name}.{max(found, default=0)}"
    draft = parked.unsealed(person, parked.folder(person) / f"{mark}{parked.DRAFT}", mark)
    return draft if draft and draft.parked_at >= timezone.now() - KEEP else None


def drop(person: UUID, mark: str) -> None:
    """Remove a draft up to this version: its form has been saved, or it is thrown away. A newer one of another page stays."""
    name, last = _parts(mark) or ("", 0)
    _remove(person, name, last)


def give_way(person: UUID, mark: str, sent: Container[str]) -> None:
    """Remove a draft up to this version, whose text has been sent again with the fields ``sent``. What it says of rows without a
    field stays, as a draft of its own. Raises OSError where that cannot be written: then all stays."""
    parts = _parts(mark)
    draft = _newest(person, *parts) if parts else None
    left = parked.left_out(draft, sent) if draft else []
    if draft and left:
        _place(person, replace(draft, id=f"{parked.name_after(draft)}.1", fields=left))
    drop(person, mark)


def clean() -> int:
    """Remove the drafts of all people that are past their time; how many."""
    limit = (timezone.now() - KEEP).timestamp()
    old = [
        path for path in Path(settings.PARKED_DIR).glob(f"*/*{parked.DRAFT}") if parked.time_of(path) < limit
    ]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def _put(request: HttpRequest, person: UUID, name: str, version: int, body: Pairs) -> bool:
    """Put a version in place; False where it is there already. The ones before it go, and the oldest drafts beyond the most."""
    draft = parked.ParkedForm(f"{name}.{version}", request.get_full_path(), timezone.now(), body)
    if not _place(person, draft):
        return False
    give_way(person, f"{name}.{version - 1}", request.POST)
    parked.make_room(person, sorted(_files(person), key=parked.time_of, reverse=True)[MOST:])
    return True


def _place(person: UUID, draft: parked.ParkedForm) -> bool:
    """Put the file of a version in place; False where it is there already."""
    partial = parked.folder(person) / f"{uuid.uuid4().hex}.partial"
    parked.write(partial, parked.sealed(person, draft.id, draft.path, draft.parked_at, draft.fields))
    os.utime(partial, (draft.parked_at.timestamp(),) * 2)
    try:
        os.link(partial, partial.with_name(f"{draft.id}{parked.DRAFT}"))
    except FileExistsError:
        return False
    finally:
        partial.unlink(missing_ok=True)
    return True


def _remove(person: UUID, name: str, last: int) -> None:
    for version in _versions(person, name):
        if version <= last:
            (parked.folder(person) / f"{name}.{version}{parked.DRAFT}").unlink(missing_ok=True)


def _files(person: UUID) -> list[Path]:
    return list(parked.folder(person).glob(f"*{parked.DRAFT}"))


def _versions(person: UUID, name: str) -> list[int]:
    return [int(path.name.split(".")[1]) for path in parked.folder(person).glob(f"{name}.*{parked.DRAFT}")]


def _parts(mark: str) -> tuple[str, int] | None:
    """The id and the version of a mark; None for anything else."""
    name, _dot, version = mark.partition(".")
    if not parked.is_name(name) or not (version.isascii() and version.isdecimal()) or len(version) > 8:
        return None
    return name, int(version)
