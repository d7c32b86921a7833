"""Whoever reviews a change reads words: in every column of codes, dates and flags, encrypted or not, never what is stored."""

import os
from collections import Counter
from collections.abc import Collection
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import translation

from cases.counseling.codes import OWN
from cases.prints.queries import papers
from desk.audit.changes import fields_of
from desk.audit.labels import value_label
from desk.audit.pages import Subject
from referrals.disclosures.codes import Item
from security.audit.models import Event
from security.encryption import keyring, places
from security.encryption.envelope import Key
from security.encryption.fields import EncryptedTextField, sealed_text
from security.encryption.keyring import Scope
from security.encryption.places import lines_of
from security.encryption.secret import Typed, row_under
from security.encryption.typed import (
    EncryptedCodeField,
    EncryptedCodesField,
    EncryptedCountsField,
    EncryptedDateField,
    EncryptedFlagField,
    EncryptedMomentField,
    EncryptedReasonsField,
)
from security.walls.apply import declared_tables
from tests.sweeps.canaries import sealed_fields

COLUMNS = {name: field for name, field in sealed_fields().items() if type(field) is not EncryptedTextField}
MOMENT = "2026-06-01T09:05:00+09:00"


def _stored(field: Any) -> list[str]:
    """Texts as the column may hold them."""
    if isinstance(field, EncryptedCodeField):
        return list(field.codes.values)
    if isinstance(field, EncryptedCodesField):
        return [f'["{code}"]' for code in field.codes.values]
    kinds = {
        EncryptedDateField: ["2013-06-15"],
        EncryptedMomentField: [MOMENT],
        EncryptedFlagField: ["yes", ""],
        EncryptedCountsField: ['{"visits": 2}', '{"of an older version": 2}'],
    }
    return kinds.get(type(field), ['{"identity_min": "架空"}'])


def _shown(field: Any, text: str, scope: Scope) -> str:
    """The value after a change, on the page of that change, where its column had the name of the field's place."""
    row, column = uuid4(), field.place_name.split(".")[1]
    envelope = sealed_text(field.seal(row_under(row, scope), Typed(text.encode())))
    event = Event(
        content_type=ContentType.objects.get_for_model(field.model),
        object_pk=str(row),
        scope_kind=scope.kind,
        scope_id=scope.owner,
        changes={column: [None, envelope]},
    )
    (found,) = fields_of(event, Subject(scope.owner, "", None, entitled=True))
    assert (found.state, found.before) == ("shown", "")
    return found.after


@pytest.mark.parametrize("name", COLUMNS)
def test_the_page_of_a_change_shows_words(database: str, name: str) -> None:
    field, scope = COLUMNS[name], Scope("case", uuid4())
    with keyring.open_keyring() as ring, translation.override("ja"):
        ring.keep(scope, Key(UUID(int=1), os.urandom(32)))
        for text in _stored(field):
            shown = _shown(field, text, scope)
            assert shown
            assert text not in shown or not text


def test_a_change_is_read_under_the_name_that_its_column_had(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    role, scope = sealed_fields()["cases.Person.role"], Scope("case", uuid4())
    lock = "cases_person.part > cases.Person.role cases.Person.part\ncases_person.role = cases.Person.role"
    monkeypatch.setattr(places, "locked", lambda: lines_of(lock))
    with keyring.open_keyring() as ring, translation.override("ja"):
        ring.keep(scope, Key(UUID(int=1), os.urandom(32)))
        assert _shown(role.at("cases_person.part"), "custodian", scope) == _shown(role, "custodian", scope)


def test_every_kind_was_looked_at() -> None:
    """That each other column is free text is for the canaries to show (``test_canary.CODED``)."""
    kinds = Counter(type(field) for field in COLUMNS.values())
    assert kinds >= Counter(
        {
            EncryptedCodeField: 24,
            EncryptedMomentField: 6,
            EncryptedCodesField: 3,
            EncryptedDateField: 3,
            EncryptedFlagField: 2,
            EncryptedReasonsField: 1,
            EncryptedCountsField: 1,
        }
    )


# --- Clear columns ----------------------------------------------------------------------------------------------------------

PLAIN = frozenset({"number", "reference", "contact", "wording_version", "subject"})
"""Clear texts that are no codes."""


def clear_texts() -> list[tuple[type[models.Model], Any]]:
    """The clear columns of texts in every recorded table of a case."""
    tables = [apps.get_model(table.model) for table in declared_tables() if table.is_recorded]
    return [
        (model, field)
        for model in tables
        if model._meta.app_label in ("cases", "referrals")
        for field in model._meta.concrete_fields
        if isinstance(getattr(field, "base_field", field), models.CharField) and field.name not in PLAIN
    ]


def _codes_of(field: Any) -> Collection[str]:
    """What the column may hold."""
    named = {"paper": papers(), "goal_codes": (OWN, "goal_1")}
    return named.get(field.name) or dict(getattr(field, "base_field", field).flatchoices or Item.choices)


def test_a_clear_code_is_shown_in_words() -> None:
    found = clear_texts()
    for model, field in found:
        with translation.override("ja"):
            for code in _codes_of(field):
                value = [code] if hasattr(field, "base_field") else code
                shown = value_label(model, field.name, value)
                assert shown
                assert not shown.isascii(), f"{model._meta.label}.{field.name}: {shown}"
    assert len(found) > 20
