"""The note of a psychologist is read by psychologists of this case's team alone, wherever it is looked for."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from agencies.staff.acting import acting_as
from agencies.staff.models import Position
from agencies.staff.roles import Role
from agencies.staff.rules import Refused
from cases.records import actions as records
from cases.records.codes import Level
from cases.records.models import Case
from cases.sessions import actions
from cases.sessions.models import Session, SessionNote
from cases.sessions.queries import notes_of
from security.encryption.fields import reveal
from security.encryption.keyring import KeyNotVisible, current
from tests.cast import Cast
from tests.client import signed_in, text_of
from tests.unit.cases.diagnoses.team import newcomer, on_team
from tests.unit.cases.sessions.held import KEY, NOTE, course, planned, record


def noted(cast: Cast) -> tuple[Case, Session, Position]:
    case, plan, who = course(cast)
    return case, record(planned(plan, who), who, apart=NOTE), who


def noted_row(row: Session) -> Session:
    return Session.objects.select_related("provider").get(pk=row.pk)


def reads(who: Position, row: Session) -> bool:
    """Whether the position sees the row of the note and its key, by SQL without any condition and by the door of the room."""
    with acting_as(who):
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM cases_sessionnote")
            seen = cursor.fetchone()[0]
            cursor.execute("SELECT count(*) FROM keys.data_key WHERE kind = 'session'")
            assert cursor.fetchone()[0] == seen
        try:
            current().key(row.notes_scope())
        except KeyNotVisible:
            assert notes_of(row) == []
            assert not seen
            return False
        assert [reveal(one, "words") for one in notes_of(row)] == [NOTE]
        return bool(seen)


def test_psychologists_of_the_team_alone(cast: Cast) -> None:
    case, row, writer = noted(cast)
    reader = on_team(cast, case, newcomer(cast, "shinri2", Role.PSYCHOLOGIST), Level.VIEW)
    doctor = on_team(cast, case, newcomer(cast, "ishi", Role.DOCTOR))
    with acting_as(cast.duty):
        records.break_glass(case.pk, "夜間（架空）", by=cast.duty)
    others = [
        *(
            cast.caseworker,
            cast.supervisor,
            cast.director,
            cast.privacy,
            cast.admin,
            cast.police,
            cast.school,
        ),
        *(on_team(cast, case, cast.colleague), doctor, cast.duty),
        newcomer(cast, "shinri3", Role.PSYCHOLOGIST),
        newcomer(cast, "shinri4", Role.PSYCHOLOGIST, "minami"),
    ]
    assert [who.staff.username for who in others if reads(who, row)] == []
    assert reads(writer, row)
    assert reads(reader, row)


def test_the_right_ends_with_the_place_on_the_team(cast: Cast) -> None:
    case, row, writer = noted(cast)
    with acting_as(cast.caseworker):
        records.block_person(case, writer.staff, by=cast.caseworker)
    assert not reads(writer, row)


def test_no_page_of_the_case_shows_it(cast: Cast) -> None:
    """Session, case, progress, changes, prints, disclosures, the day: not to those who hold the case; not at all on paper."""
    case, row, writer = noted(cast)
    url = reverse("session", args=[case.pk, row.pk])
    assert NOTE in text_of(signed_in(writer).get(url))
    for who in (cast.caseworker, cast.supervisor, cast.director):
        client = signed_in(who)
        page = text_of(client.get(url))
        assert "落ち着いて" in page
        assert "sealed apart" in page or "別に封" in page
        seen = [url, *(reverse(name, args=[case.pk]) for name in ("case", "progress_list", "prints"))]
        for address in seen:
            assert NOTE not in text_of(client.get(address))
    for name in ("case", "progress_list", "prints"):
        assert NOTE not in text_of(signed_in(writer).get(reverse(name, args=[case.pk])))
    assert signed_in(cast.stranger).get(url).status_code == 404


def test_a_manager_who_reads_the_changes_is_refused_the_note(cast: Cast) -> None:
    case, _row, _writer = noted(cast)
    client = signed_in(cast.supervisor)
    listed = text_of(client.get(reverse("case_changes", args=[case.pk])))
    links = {
        part.split('"')[0] for part in listed.split('href="') if f"/{case.pk}/changes/" in part.split('"')[0]
    }
    assert links
    for link in links:
        page = text_of(client.get(link))
        assert NOTE not in page


def test_only_psychologists_write_it(cast: Cast) -> None:
    case, row, writer = noted(cast)
    with acting_as(cast.caseworker), pytest.raises(Refused) as found:
        actions.add_note(noted_row(row), "見せて（架空）", by=cast.caseworker)
    assert found.value.code == "apart"
    for statement, values in (
        (KEY, [row.course_id]),
        (
            "INSERT INTO cases_sessionnote (id, case_id, course_id, session_id, written_by_id, written_at, words)"
            " VALUES (gen_random_uuid(), %s, %s, %s, %s, now(), 'x')",
            [case.pk, row.course_id, row.pk, cast.caseworker.pk],
        ),
        ("UPDATE cases_sessionnote SET words = 'x'", []),
        ("DELETE FROM cases_sessionnote", []),
    ):
        for who in (cast.caseworker, cast.director):
            with (
                acting_as(who),
                pytest.raises(DatabaseError),
                transaction.atomic(),
                connection.cursor() as cursor,
            ):
                cursor.execute(statement, values)
    with (
        acting_as(writer),
        pytest.raises(DatabaseError),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE cases_sessionnote SET words = 'x'")


def test_a_note_is_added_and_none_changes(cast: Cast) -> None:
    case, row, writer = noted(cast)
    client = signed_in(writer)
    url = reverse("session", args=[case.pk, row.pk])
    assert client.post(url, {"apart": "追記（架空）"}).status_code == 302
    page = text_of(client.get(url))
    assert NOTE in page
    assert "追記（架空）" in page
    with acting_as(writer):
        assert SessionNote.objects.count() == 2
    before = signed_in(cast.caseworker).post(url, {"apart": "読みたい（架空）"})
    assert NOTE not in text_of(before)
    with acting_as(writer):
        assert SessionNote.objects.count() == 2


def test_a_colleague_records_without_a_field_for_the_note(cast: Cast) -> None:
    case, plan, who = course(cast)
    row = planned(plan, who)
    url = reverse("session", args=[case.pk, row.pk])
    assert 'name="apart"' in text_of(signed_in(who).get(url))
    assert 'name="apart"' not in text_of(signed_in(cast.caseworker).get(url))
