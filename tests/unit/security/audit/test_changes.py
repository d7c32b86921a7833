"""What auditlog keeps of a change: ciphertext, no names, and nothing of what did not change."""

import ast
from dataclasses import replace
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connections

from agencies.staff.acting import acting_as
from cases.records.actions import save_person, update_child
from cases.records.models import Case, Child
from cases.records.queries import cases_for
from config.embedded.place import BASE_DIR
from security.audit.models import Event
from security.encryption.envelope import looks_sealed
from security.encryption.fields import EncryptedTextField
from tests.cast import CHILD, Cast, a_case, as_owner

TEXTS = dict.fromkeys(("role", "kana", "relation", "telephone", "note"), "")


@pytest.fixture
def case(cast: Cast) -> Case:
    return a_case(cast)


def _changes(model: str, verb: str) -> list[Event]:
    with as_owner():
        return list(Event.objects.using("owner").filter(content_type__model=model, verb=verb))


def test_names_never_stand_in_clear(cast: Cast, case: Case) -> None:
    with acting_as(cast.caseworker):
        fresh = cases_for(cast.caseworker).get(pk=case.pk)
        update_child(fresh, replace(CHILD, family_name="改姓太"), by=cast.caseworker)
        save_person(fresh, TEXTS | {"name": "叔父 某"}, by=cast.caseworker)
    with as_owner(), connections["owner"].cursor() as cursor:
        cursor.execute("SELECT e::text FROM security_event e")
        everything = "\n".join(row for (row,) in cursor.fetchall())
    for name in (
        "改姓太",
        "叔父",
        CHILD.family_name,
        CHILD.given_name,
        CHILD.family_kana,
        CHILD.address,
        "架空の事案",
    ):
        assert name not in everything
    with as_owner():
        assert set(Event.objects.using("owner").values_list("object_repr", "serialized_data")) == {("", None)}


def test_an_edit_keeps_both_ciphertexts_of_what_changed(cast: Cast, case: Case) -> None:
    with acting_as(cast.caseworker):
        update_child(
            cases_for(cast.caseworker).get(pk=case.pk),
            replace(CHILD, family_name="改姓太"),
            by=cast.caseworker,
        )
    (event,) = _changes("child", "ROW_UPDATE")
    assert set(event.changes) == {"family_name", "version"}
    before, after = event.changes["family_name"]
    assert before != after
    assert looks_sealed(before)
    assert looks_sealed(after)
    assert (event.scope_kind, event.scope_id, event.actor_id) == (
        "child",
        case.child_id,
        cast.caseworker.staff_id,
    )


def test_a_save_without_a_change_leaves_nothing(cast: Cast, case: Case) -> None:
    with acting_as(cast.caseworker):
        for row in (Child.objects.get(pk=case.child_id), Case.objects.get(pk=case.pk)):
            row.save()
    assert _changes("child", "ROW_UPDATE") == _changes("case", "ROW_UPDATE") == []


def test_a_change_that_is_rolled_back_leaves_nothing(cast: Cast, case: Case) -> None:
    from django.db import transaction

    with acting_as(cast.caseworker):
        save_person(cases_for(cast.caseworker).get(pk=case.pk), TEXTS | {"name": "某"}, by=cast.caseworker)
        transaction.set_rollback(True)
    assert _changes("person", "ROW_CREATE") == []


def test_every_model_of_the_house_is_recorded_or_says_why_not() -> None:
    from auditlog.registry import auditlog

    for label in ("agencies", "cases", "referrals"):
        for model in apps.get_app_config(label).get_models():
            assert auditlog.contains(model) or getattr(model, "UNRECORDED", ""), model
    assert settings.AUDITLOG_LOGENTRY_MODEL == "security.Event"


# --- Writes that auditlog does not see -----------------------------------------------------------------------------------

PAST_THE_RECORD = {"update", "bulk_create", "bulk_update", "delete", "raw", "_raw_delete"}
WINGS = ("security", "agencies", "cases", "referrals", "desk")
# file: why what it writes in bulk needs no record of a change, or has one of its own
ALLOWED = {
    "agencies/notices/actions.py": "notices say that something happened; what happened is recorded itself",
    "security/outbox/actions.py": "ids of things to send",
    "security/outbox/relay.py": "ids of things to send",
    "security/signin/sessions.py": "rows of sessions; signing in and out is recorded itself",
    "security/signin/tasks.py": "rows of sessions that have ended",
    "security/search/index.py": "search tokens, made anew from a record whose change is recorded",
}


def _receivers(tree: ast.AST) -> list[tuple[int, str, str]]:
    """Calls like ``rows.filter(…).update(…)``: line, method, and the text the call stands on."""
    called = [
        node.func
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    ]
    return [
        (name.lineno, name.attr, ast.unparse(name.value)) for name in called if name.attr in PAST_THE_RECORD
    ]


def _is_query(text: str) -> bool:
    return any(
        word in text
        for word in (".objects", "filter(", "exclude(", "_set", ".all()", "select_for_update", "cases_for(")
    )


def _offences(root: Path) -> list[str]:
    found = []
    for wing in WINGS:
        for path in sorted((root / wing).rglob("*.py")):
            name = str(path.relative_to(root))
            if name in ALLOWED or "/migrations/" in name:
                continue
            for line, method, receiver in _receivers(ast.parse(path.read_text())):
                if _is_query(receiver) or method.startswith("bulk_"):
                    found.append(
                        f"{name}:{line} .{method}( leaves no record of the change: load the rows and save() each"
                    )
    return found


def test_nothing_is_written_past_the_record() -> None:
    assert _offences(BASE_DIR) == []


def test_the_list_of_exceptions_is_not_longer_than_it_must_be() -> None:
    for name in ALLOWED:
        assert _receivers(ast.parse((BASE_DIR / name).read_text())), f"{name} needs no exception any more"


@pytest.mark.parametrize(
    "line",
    [
        "Case.objects.filter(pk=1).update(stage='closed')",
        "Person.objects.bulk_create([Person()])",
        "cases_for(by).update(urgency='A')",
        "case.people.all().delete()",
    ],
)
def test_the_lint_finds_what_it_looks_for(tmp_path: Path, line: str) -> None:
    (tmp_path / "cases").mkdir()
    (tmp_path / "cases" / "views.py").write_text(line)
    assert len(_offences(tmp_path)) == 1


def test_every_encrypted_field_of_a_recorded_model_is_kept_as_ciphertext(cast: Cast, case: Case) -> None:
    for event in _changes("child", "ROW_CREATE") + _changes("case", "ROW_CREATE"):
        assert event.content_type
        model = event.content_type.model_class()
        assert model
        sealed = [
            field.name for field in model._meta.concrete_fields if isinstance(field, EncryptedTextField)
        ]
        assert sealed
        assert all(looks_sealed(event.changes[name][1]) for name in sealed)
