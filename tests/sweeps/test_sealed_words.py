"""Whoever reviews a change reads words: in every encrypted column of codes, dates and flags, never what is stored."""

import os
from collections import Counter
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.contrib.contenttypes.models import ContentType
from django.utils import translation

from desk.audit.changes import fields_of
from desk.audit.pages import Subject
from security.audit.models import Event
from security.encryption import keyring
from security.encryption.envelope import Key
from security.encryption.fields import EncryptedTextField, sealed_text
from security.encryption.keyring import Scope
from security.encryption.secret import Typed, row_under
from security.encryption.typed import (
    EncryptedCodeField,
    EncryptedCodesField,
    EncryptedDateField,
    EncryptedFlagField,
    EncryptedMomentField,
    EncryptedReasonsField,
)
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
    }
    return kinds.get(type(field), ['{"identity_min": "架空"}'])


def _shown(field: Any, text: str, scope: Scope) -> str:
    """The value after a change, on the page of that change."""
    row = uuid4()
    envelope = sealed_text(field.seal(row_under(row, scope), Typed(text.encode())))
    event = Event(
        content_type=ContentType.objects.get_for_model(field.model),
        object_pk=str(row),
        scope_kind=scope.kind,
        scope_id=scope.owner,
        changes={field.column: [None, envelope]},
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


def test_every_kind_was_looked_at() -> None:
    """Columns that a room adds count up; that each free text is one is for the canaries to show (``test_canary.CODED``)."""
    kinds = Counter(type(field) for field in COLUMNS.values())
    assert kinds == {
        EncryptedCodeField: 24,
        EncryptedMomentField: 6,
        EncryptedCodesField: 3,
        EncryptedDateField: 3,
        EncryptedFlagField: 2,
        EncryptedReasonsField: 1,
    }
