"""A sealed model that has no table, and keyrings whose keys no database holds."""

import os
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection, models
from django.test.utils import isolate_apps

from security.encryption import keyring
from security.encryption.envelope import Key
from security.encryption.fields import EncryptedTextField, SealedModel
from security.encryption.keyring import Keyring, Scope


def sealed_model(table: str = "notes") -> type[SealedModel]:
    """A model class with encrypted columns, outside the registry of real models."""

    class Note(SealedModel):
        text = EncryptedTextField(null=True)
        other = EncryptedTextField(null=True, max_length=20)
        case_id = models.UUIDField(null=True)  # after the encrypted fields on purpose: any order works

        class Meta:
            app_label = "security"
            db_table = table

        def key_scope(self) -> Scope:
            return Scope("case", self.case_id)  # type: ignore[arg-type]  # unknown yet: what a test tries

    return Note


@pytest.fixture
def note_model() -> Iterator[Any]:
    with isolate_apps():
        yield sealed_model()


@pytest.fixture
def ring() -> Iterator[Keyring]:
    """An open keyring; :func:`hold` puts keys on it."""
    with keyring.open_keyring() as opened:
        yield opened


@pytest.fixture
def hold(ring: Keyring) -> Callable[..., Scope]:
    """Puts a fresh key for a scope (or for a new case) on the ring, as if the database had shown it."""

    def hold(scope: Scope | None = None) -> Scope:
        scope = scope or Scope("case", uuid.uuid4())
        ring._keys[scope] = Key(uuid.uuid4(), os.urandom(32))
        return scope

    return hold


@pytest.fixture
def scope(hold: Callable[..., Scope]) -> Scope:
    return hold()


@pytest.fixture
def stored() -> Callable[[Any], dict[str, Any]]:
    """The column values an object would be saved with."""

    def stored(obj: Any) -> dict[str, Any]:
        fields = obj._meta.concrete_fields
        return {
            field.attname: field.get_db_prep_save(field.pre_save(obj, True), connection) for field in fields
        }

    return stored


@pytest.fixture
def load() -> Callable[[Any, dict[str, Any]], Any]:
    """The object a SELECT of these column values gives."""

    def load(model: Any, row: dict[str, Any]) -> Any:
        values = [
            field.from_db_value(row[field.attname], None, None)
            if isinstance(field, EncryptedTextField)
            else row[field.attname]
            for field in model._meta.concrete_fields
            if field.attname in row
        ]
        return model.from_db("default", list(row), values)

    return load


@pytest.fixture
def failures() -> Iterator[list[keyring.Failure]]:
    """The decryption failures reported to listeners while the test runs."""
    seen: list[keyring.Failure] = []
    keyring.on_failure(seen.append)
    yield seen
    keyring._listeners.remove(seen.append)
