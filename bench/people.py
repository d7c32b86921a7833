"""Caseworkers with the same cases, made through the actions: encrypted for one, for the other then written over in clear."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django.apps import apps
from django.conf import settings
from django.db import connections, models
from django.test import Client

from agencies.staff.acting import acting_as
from agencies.staff.models import Position
from cases.records.actions import CaseFacts, ChildFacts, open_case, save_person, write_progress
from cases.records.codes import ContactMethod, Sex, StayKind, Track, Urgency
from cases.records.models import Case
from security.encryption.fields import EncryptedTextField, SealedModel, reveal
from security.signin.sessions import SessionStore
from security.walls import clock
from security.walls.identity import mint_identity
from security.walls.seeder import seeding

OUTLINE = "学校の養護教諭から、児童が家に帰りたくないと話しているとの連絡。児童の言葉をそのまま記録した。" * 2
BODY = (
    "家庭訪問。児童と玄関先で十分ほど話し、表情と身なりを確かめた。次の面接は来週の水曜日の午後とした。" * 3
)
GRANDMOTHER = {
    "role": "relative",
    "name": "架空 花子",
    "kana": "カクウ ハナコ",
    "relation": "祖母",
    "telephone": "",
    "note": "",
}


@dataclass(frozen=True)
class Reader:
    """Somebody signed in, and one of their cases."""

    position: Position
    case: UUID
    client: Client


def make_reader(name: str, cases: int, rows: int, *, plain: bool) -> Reader:
    """A caseworker with ``cases`` cases, the latest of which has ``rows`` entries in its progress record."""
    position = _make_position(name)
    with acting_as(position):
        made = [_open(number, position) for number in range(cases)]
        for number in range(rows):
            write_progress(
                made[-1],
                happened_at=clock.now(),
                method=ContactMethod.VISIT,
                with_whom=f"児童、母方祖母 {number}",
                body=BODY,
                by=position,
            )
        save_person(made[-1], GRANDMOTHER, by=position)
    if plain:
        _write_in_clear(position, made)
    return Reader(position, made[-1].pk, signed_in(position))


def _open(number: int, position: Position) -> Case:
    child = ChildFacts(
        family_name="髙橋",
        given_name=f"𠮷乃{number}",
        family_kana="タカハシ",
        given_kana="ヨシノ",
        sex=Sex.FEMALE,
        birth_date=date(2013, 5, 1 + number % 28),
        school="若葉中学校 1年",
        address="架空市北町1-1",
        telephone="03-0000-1111",
    )
    facts = CaseFacts(
        track=Track.ABUSE,
        urgency=Urgency.A,
        harm_type="性的虐待",
        outline=OUTLINE,
        place_of_stay=StayKind.HOME,
    )
    return open_case(child, facts, in_charge=position, by=position)


def reader_of(position_id: UUID, case: UUID) -> Reader:
    """Whoever holds this position, signed in."""
    position = position_of(position_id)
    return Reader(position, case, signed_in(position))


def position_of(position_id: UUID) -> Position:
    """A position with its person and its office."""
    return Position.objects.using("gate").select_related("staff", "office", "section").get(pk=position_id)


def _make_position(name: str) -> Position:
    staff, position = uuid4(), uuid4()
    with seeding(), connections["owner"].cursor() as cursor:
        cursor.execute(
            """INSERT INTO agencies_staff (id, username, name, kana, email, is_active, is_superuser, credential_stamp)
               VALUES (%s, %s, %s, '', '', true, false, %s)""",
            [staff, name, name, staff],
        )
        cursor.execute(
            """INSERT INTO agencies_position (id, staff_id, office_id, role, starts_on, refusal)
               SELECT %s, %s, id, 'caseworker', '2020-04-01', '' FROM agencies_office WHERE code = 'b1'""",
            [position, staff],
        )
    return position_of(position)


def signed_in(position: Position) -> Client:
    """Django's test client: it calls the whole of the application in this process, and keeps the connections, as a pool does."""
    client = Client(raise_request_exception=False)
    session = SessionStore()
    session.create()
    key = str(session.session_key)
    mint_identity(key, position.staff_id, position.pk, "bench")
    client.cookies[settings.SESSION_COOKIE_NAME] = key
    return client


def sealed_fields(model: type[models.Model]) -> list[EncryptedTextField]:
    """The encrypted columns of a model."""
    return [field for field in model._meta.concrete_fields if isinstance(field, EncryptedTextField)]


def _write_in_clear(position: Position, cases: list[Case]) -> None:
    """Put the plaintext into every encrypted column of these cases and their children."""
    texts: list[tuple[type[models.Model], UUID, dict[str, str | None]]] = []
    with acting_as(position):
        for model in apps.get_models():
            if issubclass(model, SealedModel) and sealed_fields(model):
                for row in _rows_of(model, cases):
                    shown = {str(field.column): reveal(row, field.attname) for field in sealed_fields(model)}
                    texts.append((model, row.pk, shown))
    with seeding(), connections["owner"].cursor() as cursor:
        for model, pk, shown in texts:
            columns = ", ".join(f'"{column}" = %s' for column in shown)
            cursor.execute(
                f"UPDATE {model._meta.db_table} SET {columns} WHERE id = %s", [*shown.values(), pk]
            )


def _rows_of(model: Any, cases: list[Case]) -> list[Any]:
    names = {field.name for field in model._meta.concrete_fields}
    ids = [case.pk for case in cases]
    if model is Case:
        return list(Case.objects.filter(pk__in=ids))
    if model._meta.model_name == "child":
        return list(model.objects.filter(pk__in=[case.child_id for case in cases]))
    return list(model.objects.filter(case_id__in=ids)) if "case" in names else []
