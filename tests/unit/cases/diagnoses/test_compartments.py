"""Psychological findings are read by psychologists of this case's team alone, medical ones by doctor, lead and supervisor."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from agencies.staff.acting import acting_as
from agencies.staff.models import Position
from agencies.staff.roles import Role
from cases.diagnoses.codes import DiagnosisKind
from cases.diagnoses.models import Diagnosis, Findings
from cases.diagnoses.queries import findings_of, results_of
from cases.records import actions as records
from cases.records.codes import Level
from cases.records.models import Case
from security.encryption.fields import value_of
from security.encryption.keyring import KeyNotVisible, current
from tests.cast import Cast, a_case
from tests.client import signed_in, text_of
from tests.unit.cases.diagnoses.team import SCORES, asked, newcomer, on_team, psychological, write

SEALED_APART = (
    "development（架空）",
    "emotion（架空）",
    "suggestibility（架空）",
    "psychological_findings（架空）",
)


def reads(who: Position, row: Diagnosis) -> bool:
    """Whether the position sees the row of the findings and its key, by SQL without any condition and by the door of the room."""
    with acting_as(who):
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM cases_findings")
            seen = cursor.fetchone()[0]
            cursor.execute("SELECT count(*) FROM keys.data_key WHERE kind = 'findings'")
            assert cursor.fetchone()[0] == seen
        try:
            current().key(row.findings_scope())
        except KeyNotVisible:
            assert findings_of(row) is None
            assert not seen
            return False
        assert findings_of(row) is not None
        return bool(seen)


def glass(case: Case, who: Position) -> Position:
    with acting_as(who):
        records.break_glass(case.pk, "夜間（架空）", by=who)
    return who


def test_psychological_findings_are_read_by_psychologists_of_the_team_alone(cast: Cast) -> None:
    case, row, writer = psychological(cast)
    reader = on_team(cast, case, newcomer(cast, "shinri2", Role.PSYCHOLOGIST), Level.VIEW)
    member = on_team(cast, case, cast.colleague)
    doctor = on_team(cast, case, newcomer(cast, "ishi", Role.DOCTOR))
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
        *(member, doctor, glass(case, cast.duty), newcomer(cast, "shinri3", Role.PSYCHOLOGIST)),
        newcomer(cast, "shinri4", Role.PSYCHOLOGIST, "minami"),
    ]
    assert [who.staff.username for who in others if reads(who, row)] == []
    assert reads(writer, row)
    assert reads(reader, row)
    with acting_as(reader):
        findings = Findings.objects.get()
        assert results_of(findings) == SCORES
        assert set((value_of(findings.found) or {}).values()) == set(SEALED_APART)


def test_the_right_ends_with_the_place_on_the_team(cast: Cast) -> None:
    case, row, writer = psychological(cast)
    with acting_as(cast.caseworker):
        records.block_person(case, writer.staff, by=cast.caseworker)
    assert not reads(writer, row)


def test_medical_findings_are_read_by_doctor_lead_and_supervisor(cast: Cast) -> None:
    case = a_case(cast)
    doctor = on_team(cast, case, newcomer(cast, "ishi", Role.DOCTOR))
    member = on_team(cast, case, cast.colleague)
    other = newcomer(cast, "ishi2", Role.DOCTOR)
    psychologist = on_team(cast, case, newcomer(cast, "shinri", Role.PSYCHOLOGIST))
    row = write(asked(cast, DiagnosisKind.MEDICAL, doctor, case), doctor)
    for who in (doctor, cast.caseworker, cast.supervisor):
        assert reads(who, row), who.role
    for who in (cast.director, member, other, psychologist, glass(case, cast.duty), cast.privacy):
        assert not reads(who, row), who.role


def test_the_page_shows_them_to_nobody_else(cast: Cast) -> None:
    case, row, writer = psychological(cast)
    url = reverse("diagnosis", args=[case.pk, row.pk])
    shown = text_of(signed_in(writer).get(url))
    assert all(text in shown for text in (*SEALED_APART, "team_summary（架空）", "DSRS-C", "<svg"))
    for who in (cast.caseworker, cast.supervisor, cast.director):
        page = text_of(signed_in(who).get(url))
        assert "team_summary（架空）" in page
        assert "sealed apart" in page or "別に封" in page
        for text in (*SEALED_APART, "DSRS-C", "<svg"):
            assert text not in page
    assert signed_in(cast.stranger).get(url).status_code == 404


def test_no_other_profession_writes_them_by_sql(cast: Cast) -> None:
    """Not the person in charge either: neither a key, nor a row, nor a column."""
    case, row, writer = psychological(cast, submit=False)
    for statement, values in (
        (
            "INSERT INTO keys.data_key (id, kind, owner_id, office_id, root_version, wrapped, commitment, created_at)"
            " VALUES (gen_random_uuid(), 'findings', %s, %s, 1, ''::bytea, ''::bytea, now())",
            [row.pk, cast.caseworker.office_id],
        ),
        (
            "INSERT INTO cases_findings (id, case_id, diagnosis_id, found) VALUES (gen_random_uuid(), %s, %s, 'x')",
            [case.pk, row.pk],
        ),
        ("UPDATE cases_diagnosis SET texts = 'x', version = version + 1 WHERE id = %s", [row.pk]),
        ("UPDATE cases_diagnosis SET kind = 'medical' WHERE id = %s", [row.pk]),
    ):
        with (
            acting_as(cast.caseworker),
            pytest.raises(DatabaseError),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement, values)
    with acting_as(cast.caseworker), connection.cursor() as cursor:
        cursor.execute("UPDATE cases_findings SET found = 'x'")
        assert cursor.rowcount == 0
    assert reads(writer, row)


def test_findings_are_frozen_with_their_diagnosis(cast: Cast) -> None:
    _case, _row, writer = psychological(cast)
    with (
        acting_as(writer),
        pytest.raises(DatabaseError, match="findings are written by their profession"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE cases_findings SET tests = found")


def test_a_manager_who_reads_the_changes_is_refused_the_findings(cast: Cast) -> None:
    """What is sealed apart is not called broken, and no attempt on it is recorded as a fault."""
    case, _row, _writer = psychological(cast)
    client = signed_in(cast.supervisor)
    listed = client.get(reverse("case_changes", args=[case.pk]))
    links = {
        part.split('"')[0]
        for part in text_of(listed).split('href="')
        if f"/{case.pk}/changes/" in part.split('"')[0]
    }
    assert links
    for link in links:
        page = text_of(client.get(link))
        assert not any(text in page for text in (*SEALED_APART, "DSRS-C"))
