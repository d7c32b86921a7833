"""The encrypted field and the Secret: what may be done with them, and every way plaintext might slip out."""

import copy
import logging
import pickle
import traceback
import uuid
from typing import Any

import pytest
from django import forms
from django.core import serializers
from django.core.exceptions import FieldError, ValidationError
from django.db import models
from django.db.migrations.writer import MigrationWriter
from django.template import Context, Engine
from django.test.utils import isolate_apps
from django.views.debug import SafeExceptionReporterFilter
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from security.encryption import keyring
from security.encryption.envelope import DecryptionError
from security.encryption.fields import (
    MASK,
    EncryptedTextField,
    SealedModel,
    reveal,
    reveal_all,
    sealed_text,
)
from security.encryption.keyring import NoKeyring, Scope

NAME = "髙﨑𠮷邉\ufa19葛\U000e0100"
ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=400)


@pytest.fixture
def note(note_model: Any, scope: Scope, stored: Any, load: Any) -> Any:
    return load(note_model, stored(note_model(case_id=scope.owner, text=NAME)))


@pytest.mark.parametrize("text", ["", " ", NAME, "が が", "①㈱", "x" * 5000, "\n\r\t", "'; DROP TABLE"])
def test_bytes_stored_are_bytes_typed(
    note_model: Any, scope: Scope, stored: Any, load: Any, text: str
) -> None:
    row = stored(note_model(text=text, case_id=scope.owner))
    assert text == "" or text not in row["text"]
    assert row["other"] is None
    found = load(note_model, row)
    assert str(reveal(found, "text")).encode() == text.encode()
    assert reveal(found, "other") is None


@given(text=ANY_TEXT.filter(lambda text: text != MASK))
@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text(note_model: Any, scope: Scope, stored: Any, load: Any, text: str) -> None:
    found = load(note_model, stored(note_model(text=text, case_id=scope.owner)))
    assert reveal(found, "text") == text


@pytest.mark.parametrize("text", ["a\0b", "\0", "\ud800", "x" * 21, MASK])
def test_what_is_not_text_is_refused(note_model: Any, note: Any, text: str) -> None:
    with pytest.raises(ValidationError):
        note_model(other=text)
    with pytest.raises(ValidationError) as caught:
        note.other = text
    assert caught.value.__cause__ is None
    assert note.other is None


@pytest.mark.parametrize("value", [1, b"x", models.F("other"), ["x"]])
def test_other_types_are_refused(note: Any, value: object) -> None:
    with pytest.raises(TypeError):
        note.text = value


def leaks(value: Any) -> dict[str, str]:
    """The ways of printing a value that are not refused: what error pages, logs and debuggers use."""
    try:
        raise ValueError([value])
    except ValueError as error:
        frames = traceback.TracebackException.from_exception(error, capture_locals=True)
    record = logging.LogRecord("x", logging.INFO, "x", 1, "%r", (value,), None)
    return {
        "repr": repr([value, {"key": value}]),
        "f-string": f"{value!r}",
        "percent": "%r" % (value,),  # noqa: UP031  (the old way is what is tested)
        "traceback": "".join(frames.format()),
        "log": logging.Formatter().format(record),
    }


def test_a_secret_is_represented_by_three_dots(note: Any) -> None:
    for way, text in leaks(note.text).items():
        assert MASK in text, way
        assert NAME not in text, way
        assert sealed_text(note.text) not in text, way


def test_plaintext_of_an_unsaved_object_does_not_print(note_model: Any) -> None:
    fresh = note_model(text=NAME)
    for way, text in leaks(fresh.__dict__["text"]).items():
        assert NAME not in text, way
    with pytest.raises(TypeError):
        pickle.dumps(fresh)


def test_nothing_is_pickled_and_copies_stay_secret(note: Any) -> None:
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        with pytest.raises(TypeError):
            pickle.dumps(note.text, protocol)
    with pytest.raises(TypeError):
        pickle.dumps(note)
    assert copy.copy(note.text) is note.text
    assert copy.deepcopy([note.text])[0] is note.text


def test_dumpdata_prints_three_dots_and_loaddata_refuses_them(note: Any, note_model: Any) -> None:
    for format_ in ("json", "python", "xml", "jsonl"):
        dumped = str(serializers.serialize(format_, [note]))
        assert MASK in dumped or "\\u2022" in dumped
        assert NAME not in dumped
        assert sealed_text(note.text) not in dumped
    with pytest.raises(ValidationError):
        note_model(text=MASK)


def test_the_error_page_hides_the_plaintext_while_sealing(note: Any) -> None:
    try:
        note.other = "canary\0canary"
    except ValidationError as error:
        frames = list(traceback.walk_tb(error.__traceback__))[1:]
        hide = SafeExceptionReporterFilter().get_traceback_frame_variables
        shown: list[Any] = [pair for frame, _line in frames for pair in hide(None, frame)]
    assert "canary" not in repr(shown)


def test_the_template_filter_reveals_and_escapes(note: Any, ring: keyring.Keyring, scope: Scope) -> None:
    note.other = "<b>&"
    engine = Engine(libraries={"secrets": "security.templatetags.secrets"})
    template = engine.from_string(
        "{% load secrets %}{{ n.text|reveal }} {{ n.other|reveal }} {{ none|reveal }}{{ n.gone|reveal }}"
    )
    assert template.render(Context({"n": note, "none": None})) == f"{NAME} &lt;b&gt;&amp; "
    assert ring.revealed == {scope: {"notes.text", "notes.other"}}
    with pytest.raises(TypeError):
        engine.from_string("{% load secrets %}{{ n.case_id|reveal }}").render(Context({"n": note}))


def test_revealed_is_noted_and_comparing_is_not(note: Any, ring: keyring.Keyring, scope: Scope) -> None:
    note.text = NAME
    note.text = "new"
    assert ring.revealed == {}
    assert reveal_all(note, ["text", "other"]) == {"text": "new", "other": ""}
    assert ring.revealed == {scope: {"notes.text"}}
    with pytest.raises(TypeError):
        reveal(note, "case_id")


def test_the_envelope_stays_until_the_text_changes(note: Any, stored: Any) -> None:
    before = stored(note)["text"]
    note.text = NAME
    assert stored(note)["text"] == before
    note.text = note.text
    assert stored(note)["text"] == before
    note.text = NAME + "!"
    after = stored(note)["text"]
    assert after != before
    note.text = None
    assert stored(note)["text"] is None
    note.text = ""
    assert stored(note)["text"]


def test_an_unsaved_object_seals_once_when_read(note_model: Any, scope: Scope, stored: Any) -> None:
    fresh = note_model(text=NAME, case_id=scope.owner)
    assert reveal(fresh, "text") == NAME
    assert stored(fresh)["text"] == sealed_text(fresh.text)


@pytest.mark.parametrize("same", ["row", "column", "case"])
def test_a_secret_of_another_place_is_refused(
    note_model: Any, hold: Any, stored: Any, load: Any, same: str
) -> None:
    scope = hold()
    one = load(note_model, stored(note_model(case_id=scope.owner, text="one", other="one")))
    two = load(note_model, stored(note_model(case_id=scope.owner, text="two")))
    three = load(note_model, stored(note_model(id=one.id, case_id=hold().owner, text="three")))
    foreign = {"row": two.text, "column": one.other, "case": three.text}[same]
    with pytest.raises(TypeError):
        one.text = foreign
    fresh = note_model(case_id=scope.owner, text=foreign)
    with pytest.raises(TypeError):
        stored(fresh)


def test_an_object_that_moves_is_not_saved(note: Any, hold: Any, stored: Any) -> None:
    stored(note)
    note.id = uuid.uuid4()
    with pytest.raises(TypeError):
        stored(note)


def test_a_secret_without_a_row_opens_nothing(note: Any, note_model: Any, stored: Any) -> None:
    from_values = note._meta.get_field("text").from_db_value(stored(note)["text"], None, None)
    with pytest.raises(TypeError):
        from_values.reveal()
    with pytest.raises(TypeError):
        note.text = from_values
    with pytest.raises(TypeError):
        stored(note_model(id=note.id, case_id=note.case_id, text=from_values))


def test_an_owner_must_be_known(note_model: Any, stored: Any, ring: keyring.Keyring) -> None:
    with pytest.raises(TypeError):
        stored(note_model(text="x"))
    assert stored(note_model())["text"] is None


def test_no_keyring_no_reading_no_writing(note_model: Any, stored: Any, load: Any) -> None:
    fresh = note_model(case_id=uuid.uuid4(), text="x")
    with pytest.raises(NoKeyring):
        stored(fresh)
    with pytest.raises(NoKeyring):
        keyring.current()


@pytest.mark.parametrize("written", ["田中", "Tanaka", "", MASK, "AQE" * 40])
def test_plaintext_in_the_column_is_never_data(
    note_model: Any, note: Any, stored: Any, load: Any, failures: list[Any], written: str
) -> None:
    found = load(note_model, {**stored(note), "text": written})
    assert sealed_text(found.text) == (written if written.startswith("AQE") else "")
    with pytest.raises(DecryptionError):
        reveal(found, "text")
    with pytest.raises(DecryptionError):
        found.text = "new"
    if not written.startswith("AQE"):
        with pytest.raises(DecryptionError):
            stored(found)
    assert [failure.place for failure in failures] == ["notes.text"] * 2
    assert failures[0].row == note.id


def test_every_swap_of_stored_values_is_noticed(
    note_model: Any, hold: Any, stored: Any, load: Any, failures: list[Any]
) -> None:
    """Without SQL: each value in each other place, over rows, columns, tables and cases."""
    with isolate_apps():

        class Letter(SealedModel):
            text = EncryptedTextField(null=True)
            other = EncryptedTextField(null=True)
            case_id = models.UUIDField()

            class Meta:
                app_label = "security"
                db_table = "letters"

            def key_scope(self) -> Scope:
                return Scope("case", self.case_id)

    same_row = uuid.uuid4()
    rows = []
    for model in (note_model, Letter):
        for case in (hold(), hold()):
            for row in (same_row, uuid.uuid4()):
                rows.append(
                    (model, stored(model(id=row, case_id=case.owner, text=f"{model} {case}", other="o")))
                )
    places = [(model, row, column) for model, row in rows for column in ("text", "other")]
    swaps = 0
    for source in places:
        for model, row, column in places:
            found = load(model, {**row, column: source[1][source[2]]})
            if source[1] is row and source[2] == column:
                assert reveal(found, column)
                continue
            with pytest.raises(DecryptionError):
                reveal(found, column)
            swaps += 1
    assert swaps == len(failures) == 16 * 15


def test_failures_are_told_before_the_error(
    note: Any, scope: Scope, ring: keyring.Keyring, failures: list[Any]
) -> None:
    ring._keys.clear()
    ring.prefetch = lambda scopes: None  # type: ignore[method-assign]  # a database that shows no key
    with pytest.raises(keyring.KeyNotVisible) as caught:
        reveal(note, "text")
    assert failures == [keyring.Failure("notes.text", note.id, scope, "KeyNotVisible")]
    assert NAME not in repr(failures) + str(caught.value)


def test_only_isnull_can_be_asked(note_model: Any) -> None:
    for lookup in (
        "exact",
        "iexact",
        "contains",
        "in",
        "gt",
        "startswith",
        "regex",
        "isnull__exact",
        "lower",
    ):
        with pytest.raises(FieldError):
            note_model.objects.filter(**{f"text__{lookup}": "x"})
    with pytest.raises(FieldError):
        note_model.objects.filter(text="x")
    assert "IS NULL" in str(note_model.objects.filter(text__isnull=True).query)


def test_only_saving_writes(note: Any) -> None:
    field = note._meta.get_field("text")
    for value in ("x", note.text, sealed_text(note.text), MASK):
        with pytest.raises(TypeError):
            field.get_prep_value(value)
    assert field.get_prep_value(None) is None


def test_a_form_that_did_not_reveal_saves_nothing(note: Any, note_model: Any, stored: Any) -> None:
    form_class = forms.modelform_factory(note_model, fields=["text"])
    with pytest.raises(TypeError):
        str(form_class(instance=note))
    before = stored(note)["text"]
    form = form_class({"text": MASK}, instance=note)
    assert not form.is_valid()
    assert stored(note)["text"] == before
    form = form_class({"text": NAME}, instance=note, initial=reveal_all(note, ["text"]))
    assert form.is_valid(), form.errors
    assert stored(note)["text"] == before


def test_full_clean_and_blank(note: Any, note_model: Any, scope: Scope) -> None:
    note.other = "x" * 20
    note.full_clean(validate_unique=False)
    fresh = note_model(case_id=scope.owner, text="x")
    fresh.full_clean(exclude=["other"], validate_unique=False)
    assert reveal(fresh, "text") == "x"
    assert note_model._meta.get_field("text").clean("typed", None) == "typed"
    assert note_model.text.field is note_model._meta.get_field("text")


def test_checks_and_migrations() -> None:
    field = EncryptedTextField(null=True, max_length=5)
    written, _imports = MigrationWriter.serialize(field)
    assert written == "security.encryption.fields.EncryptedTextField(max_length=5, null=True)"
    with isolate_apps():

        class Wrong(SealedModel):
            indexed = EncryptedTextField(db_index=True)
            unique = EncryptedTextField(unique=True)
            chosen = EncryptedTextField(choices=[("a", "A")])
            given = EncryptedTextField(db_default="a")
            fine = EncryptedTextField()

            class Meta:
                app_label = "security"

        wrong = {error.obj.name for error in Wrong.check() if error.id == "security.E001"}
    assert wrong == {"indexed", "unique", "chosen", "given"}


def test_an_abstract_parents_field_is_bound_to_the_childs_table(hold: Any, stored: Any) -> None:
    with isolate_apps():

        class Base(SealedModel):
            text = EncryptedTextField()

            class Meta:
                app_label = "security"
                abstract = True

            def key_scope(self) -> Scope:
                return Scope("case", self.id)

        class Child(Base):
            class Meta:
                app_label = "security"

    row = uuid.uuid4()
    child = Child(text="x", id=row)
    hold(Scope("case", row))
    assert child.text.field.place_name == "security_child.text"
    assert b"security_child" in child.text.field.place
    assert child.text.row is not None
    assert child.text.row[:2] == (row, Scope("case", row))


def test_key_scope_is_for_the_model_to_say() -> None:
    with pytest.raises(NotImplementedError):
        SealedModel.key_scope(None)  # type: ignore[arg-type]  # the base has no instances


def test_the_keys_go_with_the_ring(note: Any, ring: keyring.Keyring) -> None:
    assert repr(ring) == "<Keyring of 1 keys>"
    with keyring.open_keyring() as inner:
        assert keyring.current() is inner
    assert keyring.current() is ring
    ring.forget()
    assert repr(ring) == "<Keyring of 0 keys>"
