"""Changes of a case, before and after. What is encrypted is opened for one entitled reader, one entry at a time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext as _

from agencies.staff.models import Position
from cases.custody.models import CustodyDecision
from cases.intake.models import Notifier
from cases.records.models import Block, Child, Grant, Person
from cases.records.panel import shown_roles
from desk.audit import labels
from desk.audit.pages import Subject
from desk.audit.rows import Names, role_label, verb_label
from security.audit.models import Event
from security.encryption.envelope import DecryptionError
from security.encryption.fields import EncryptedTextField, unseal_envelope
from security.encryption.keyring import KeyNotVisible, Scope
from security.encryption.places import former_columns

RIGHTS = (Grant, Block)
"""Who may do what on a case is no content of the case: the privacy officer reads it too."""
APART = frozenset({"findings", "session"})
"""Kinds of keys that not everybody who reads the changes of a case may see (ADR 97, 102)."""
UNSHOWN = frozenset({"id", "version", "case", "child", "content_object", "user"})
"""Columns that say nothing to a reader: ids, and what the page itself names."""


@dataclass(frozen=True)
class Field:
    """One column before and after. ``state`` is shown, sealed (a click away), refused or broken."""

    label: str
    before: str
    after: str
    state: str = "shown"


@dataclass(frozen=True)
class Entry:
    """One change of one row, as the list names it."""

    id: UUID
    at: datetime
    who: str
    role: str
    office: str
    what: str
    thing: str
    url: str
    fields: list[str]


def entries_of(events: Iterable[Event], by: Position, subject: Subject) -> list[Entry]:
    """The changes of a page: what was changed, and which columns, without any value."""
    found = list(events)
    names = Names(found, by)
    types = ContentType.objects.in_bulk({event.content_type_id for event in found if event.content_type_id})
    return [
        _entry(event, labels.model_of(types.get(event.content_type_id)), names, subject) for event in found
    ]


def _entry(event: Event, model: type[models.Model] | None, names: Names, subject: Subject) -> Entry:
    return Entry(
        id=event.uuid,
        at=event.timestamp,
        who=names.person(event.actor_id),
        role=role_label(event.role),
        office=names.office(event.office_id),
        what=verb_label(event.verb),
        url=f"{subject.changes_url}{event.uuid}/",
        thing=labels.thing_label(model) if model is not None else "",
        fields=[labels.field_label(model, name) for name in _columns(event, model)]
        if model is not None
        else [],
    )


def fields_of(event: Event, subject: Subject) -> list[Field]:
    """The change's columns before and after, opened for an entitled reader.

    What the reader has no key for is refused; a value that does not open is named as such, and the look records it.
    """
    model = labels.model_of(event.content_type)
    if model is None:
        return []
    return [_field(event, model, name, subject) for name in _columns(event, model)]


def shown_apart(event: Event) -> list[str]:
    """The panels that have a page of their own elsewhere and whose content this change shows: the look names them too."""
    model, changed = labels.model_of(event.content_type), event.changes or {}
    found = ["notifier"] if model is Notifier else []
    if model in (Child, Person) and "address" in changed:
        found.append("withheld_address")
    if model is CustodyDecision and "place" in changed:
        found.append("withheld_place")
    return found


def _columns(event: Event, model: type[models.Model]) -> list[str]:
    """The names a reader is shown: the model's own columns, in its order."""
    return [
        field.name
        for field in model._meta.concrete_fields
        if field.name not in UNSHOWN and any(value not in labels.NOTHING for value in _values(event, field))
    ]


def _values(event: Event, field: Any) -> tuple[Any, Any]:
    """The column before and after; an old change knows an encrypted one by the name it had then."""
    former = former_columns(field) if isinstance(field, EncryptedTextField) else ()
    changed = event.changes or {}
    return next((changed[name] for name in (field.column, *former) if name in changed), ("", ""))


def _field(event: Event, model: type[models.Model], name: str, subject: Subject) -> Field:
    field: Any = model._meta.get_field(name)
    label = labels.field_label(model, name)
    before, after = _values(event, field)
    if not subject.entitled and (model not in RIGHTS or isinstance(field, EncryptedTextField)):
        return Field(label, "", "", "refused")
    if not isinstance(field, EncryptedTextField):
        return Field(label, labels.value_label(model, name, before), labels.value_label(model, name, after))
    try:
        return Field(label, _open(event, model, field, before), _open(event, model, field, after))
    except DecryptionError as failed:
        is_apart = isinstance(failed, KeyNotVisible) and event.scope_kind in APART
        return Field(label, "", "", "refused" if is_apart else "broken")


def _open(event: Event, model: type[models.Model], field: EncryptedTextField, envelope: Any) -> str:
    if envelope in labels.NOTHING:
        return ""
    scope = Scope(event.scope_kind, event.scope_id or UUID(event.object_pk))
    text = unseal_envelope(model._meta.label, field.name, UUID(event.object_pk), scope, str(envelope))
    words = field.words(text)
    if model is Person and field.name in ("role", "roles_more"):
        words = "\n".join(shown_roles(words.splitlines()))
    return words or _("(empty)")
