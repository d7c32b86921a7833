"""Typed encrypted columns: the same text as ever is stored, the typed value comes back, and a reader sees words."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import models
from django.test.utils import isolate_apps
from django.utils import translation

from cases.custody.codes import Ground, Place
from cases.records.codes import StayKind
from security.encryption import typed
from security.encryption.fields import SealedModel, reveal, value_of, values_of, words_of
from security.encryption.keyring import Scope
from security.encryption.typed import AsKept, as_kept

ABUSE = "1. Child abuse, its suspicion or likelihood"
ASKS = "4. The child asks for protection, or says or wishes what comes to the same"
MOMENT = datetime(2026, 6, 1, 0, 5, tzinfo=UTC)


@pytest.fixture
def row(scope: Scope) -> Iterator[Any]:
    """An unsaved row with a column of each kind."""
    with isolate_apps():

        class Sheet(SealedModel):
            case_id = models.UUIDField()
            code = typed.EncryptedCodeField(StayKind, null=True)
            codes = typed.EncryptedCodesField(Ground, null=True)
            day = typed.EncryptedDateField(null=True, unknown="不詳")
            moment = typed.EncryptedMomentField(null=True)
            flag = typed.EncryptedFlagField(null=True)
            reasons = typed.EncryptedReasonsField(str.upper, null=True)

            class Meta:
                app_label = "security"

            def key_scope(self) -> Scope:
                return Scope("case", self.case_id)

        with translation.override("en"):
            yield Sheet(case_id=scope.owner)


KINDS: list[tuple[str, Any, str, Any, str]] = [
    ("code", StayKind.HOME, "home", StayKind.HOME, "home"),
    ("code", "custody_facility", "custody_facility", StayKind.CUSTODY_FACILITY, "temporary custody facility"),
    ("codes", [Ground.ABUSE, "4"], '["1", "4"]', [Ground.ABUSE, Ground.ASKS], f"{ABUSE}\n{ASKS}"),
    ("codes", (), "[]", [], ""),
    ("day", date(2013, 6, 15), "2013-06-15", date(2013, 6, 15), "15 June 2013"),
    ("day", "不詳", "不詳", None, "不詳"),
    ("moment", MOMENT, "2026-06-01T00:05:00+00:00", MOMENT, "Monday, 1 June 2026, 09:05"),
    ("flag", True, "yes", True, "yes"),
    ("flag", False, "", False, "no"),
    ("reasons", {"identity": "危険"}, '{"identity": "危険"}', {"identity": "危険"}, "IDENTITY: 危険"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "written", "stored", "meant", "words"), KINDS)
def test_each_kind(row: Any, name: str, written: Any, stored: str, meant: Any, words: str) -> None:
    setattr(row, name, written)
    assert reveal(row, name) == stored
    assert values_of(row, [name]) == {name: meant}
    assert words_of(getattr(row, name)) == words
    setattr(row, name, stored)
    assert reveal(row, name) == stored


@pytest.mark.parametrize("name", ["code", "codes", "day", "moment", "flag", "reasons"])
def test_nothing_written(row: Any, name: str) -> None:
    assert (value_of(getattr(row, name)), words_of(getattr(row, name))) == (None, "")
    setattr(row, name, "")
    assert not value_of(getattr(row, name))
    assert words_of(getattr(row, name)) in ("", "no")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("code", value) for value in ("hotel", Place.POLICE, 3, ["home"])),
        *(("codes", value) for value in (["8"], "1", [3], '["8"]', 3)),
        *(("day", value) for value in ("15.6.2013", MOMENT, "unknown", 3)),
        *(("moment", value) for value in (MOMENT.replace(tzinfo=None), "2026-06-01T00:05:00", date(2026, 6, 1))),
        *(("flag", value) for value in ("no", 1, "true")),
        *(("reasons", value) for value in ("[]", ["x"], "x")),
    ],
)  # fmt: skip
def test_what_means_nothing_is_not_written(row: Any, name: str, value: Any) -> None:
    with pytest.raises((ValidationError, TypeError, ValueError)):
        setattr(row, name, value)


UNKNOWN = [
    ("code", "hotel", None, "hotel"),
    ("codes", '["1", "99"]', [Ground.ABUSE], f"{ABUSE}\n99"),
    ("codes", "1", None, "1"),
    ("codes", '{"1": 2}', None, '{"1": 2}'),
    ("day", "Heisei 25", None, "Heisei 25"),
    ("moment", "2026-06-01T00:05:00", None, "2026-06-01T00:05:00"),
    ("flag", "oui", True, "oui"),
    ("reasons", "[]", None, "[]"),
]


@pytest.mark.parametrize(("name", "kept", "meant", "words"), UNKNOWN)
def test_what_an_older_version_wrote_is_shown_as_it_is(
    row: Any, name: str, kept: str, meant: Any, words: str
) -> None:
    setattr(row, name, AsKept(kept))
    with translation.override("en"):
        assert (value_of(getattr(row, name)), words_of(getattr(row, name))) == (meant, words)
    assert as_kept(row, [name]) == {name: kept}
    setattr(row, name, as_kept(row, [name])[name])
    assert reveal(row, name) == kept


def test_a_migration_knows_text_alone(row: Any) -> None:
    for field in row._meta.fields[2:]:
        _name, path, args, kwargs = field.deconstruct()
        assert (path, args, kwargs) == ("security.encryption.fields.EncryptedTextField", [], {"null": True})
        assert type(field.clone()).__name__ == "EncryptedTextField"
