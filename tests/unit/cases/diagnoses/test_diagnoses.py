"""A diagnosis is asked for, written by its profession, submitted, returned, written again."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from agencies.staff.acting import acting_as
from agencies.staff.roles import Role
from agencies.staff.rules import Refused
from cases.diagnoses import actions
from cases.diagnoses.actions import DIAGNOSIS, Written
from cases.diagnoses.codes import MOVES, DiagnosisKind, DiagnosisState
from cases.diagnoses.content import SECTIONS, pieces_of
from cases.diagnoses.models import Diagnosis
from cases.duties.models import Duty
from cases.interviews.codes import InterviewKind
from cases.interviews.models import Interview
from cases.scores.codes import RANGES, Instrument
from cases.scores.panel import bars_of
from cases.scores.rules import scores_in
from security.encryption.fields import reveal, value_of
from security.walls import clock
from tests.cast import Cast, a_case
from tests.client import signed_in, text_of
from tests.unit.cases.diagnoses.team import SCORES, asked, newcomer, on_team, psychological, texts, write

SOCIAL = DiagnosisKind.SOCIAL


def test_asked_for_written_and_submitted(cast: Cast) -> None:
    row = asked(cast, SOCIAL, cast.caseworker)
    assert row.state is DiagnosisState.PLANNED
    with acting_as(cast.caseworker):
        duty = Duty.objects.get(kind=DIAGNOSIS.code, cause=row.pk)
        assert (duty.owner_id, duty.done_at) == (cast.caseworker.pk, None)
    row = write(row, cast.caseworker, submit=False, texts={"family": "母と二人（架空）"})
    assert row.state is DiagnosisState.IN_PROGRESS
    row = write(row, cast.caseworker)
    with acting_as(cast.caseworker):
        row = Diagnosis.objects.get(pk=row.pk)
        assert (row.state, row.submitted_by) == (DiagnosisState.SUBMITTED, cast.caseworker)
        assert (value_of(row.texts) or {}).keys() == texts(SOCIAL).keys()
        assert Duty.objects.get(pk=duty.pk).done_at is not None
    with pytest.raises(Refused, match="stands"):
        write(row, cast.caseworker)


def test_only_its_profession_writes_it(cast: Cast) -> None:
    case, row, writer = psychological(cast, submit=False)
    colleague = on_team(cast, case, newcomer(cast, "shinri2", Role.PSYCHOLOGIST))
    for who in (cast.caseworker, cast.supervisor, cast.director):
        with pytest.raises(Refused, match="profession"):
            write(row, who)
    with acting_as(cast.caseworker), pytest.raises(Refused, match="writer"):
        actions.ask_for_diagnosis(
            case, kind=SOCIAL, question="x", writer=writer, due_on=clock.today(), by=cast.caseworker
        )
    assert (
        write(row, colleague).state is DiagnosisState.SUBMITTED
    )  # of the same profession, not the one who was asked
    with acting_as(cast.caseworker):
        assert Duty.objects.get(cause=row.pk).done_at is not None


@pytest.mark.parametrize("kind", list(DiagnosisKind))
def test_nothing_is_submitted_in_parts(cast: Cast, kind: DiagnosisKind) -> None:
    case = a_case(cast)
    role = {"psychological": Role.PSYCHOLOGIST, "medical": Role.DOCTOR}.get(kind.value)
    writer = on_team(cast, case, newcomer(cast, "shinri", role)) if role else cast.caseworker
    row = asked(cast, kind, writer, case)
    needed = [piece.name for piece in pieces_of(kind) if piece.needed]
    assert needed
    for name in needed:
        with pytest.raises(Refused, match=name):
            write(row, writer, texts=texts(kind) | {name: " "})
    assert write(row, writer).state is DiagnosisState.SUBMITTED


def test_returned_it_stays_and_is_written_again(cast: Cast) -> None:
    case, row, writer = psychological(cast)
    with acting_as(cast.caseworker):
        again = actions.return_diagnosis(
            row, why="要約を短く（架空）", due_on=clock.today() + timedelta(days=3), by=cast.caseworker
        )
        row = Diagnosis.objects.get(pk=row.pk)
        assert (row.state, reveal(row, "returned_why")) == (DiagnosisState.RETURNED, "要約を短く（架空）")
        assert (again.replaces_id, again.writer_id, again.kind) == (row.pk, writer.pk, row.kind)
        with pytest.raises(Refused, match="stands"):
            actions.return_diagnosis(row, why="x", due_on=clock.today(), by=cast.caseworker)
    page = text_of(signed_in(writer).get(reverse("diagnosis", args=[case.pk, again.pk])))
    assert "psychological_findings（架空）" in page  # what was said before is the beginning
    assert "DSRS-C" in page
    assert write(again, writer).state is DiagnosisState.SUBMITTED


def test_nobody_returns_their_own(cast: Cast) -> None:
    row = write(asked(cast, SOCIAL, cast.caseworker), cast.caseworker)
    facts: dict[str, Any] = {"why": "x", "due_on": clock.today()}
    with acting_as(cast.caseworker), pytest.raises(Refused, match="own"):
        actions.return_diagnosis(row, by=cast.caseworker, **facts)
    with acting_as(cast.supervisor):
        assert actions.return_diagnosis(row, by=cast.supervisor, **facts).replaces_id == row.pk


def test_what_was_read_is_what_is_changed(cast: Cast) -> None:
    row = write(asked(cast, SOCIAL, cast.caseworker), cast.caseworker, submit=False)
    with acting_as(cast.caseworker), pytest.raises(Refused, match="stale"):
        actions.write_diagnosis(row, Written({"family": "x"}), by=cast.caseworker, version=row.version - 1)


def test_what_the_child_said_unasked_is_in_the_register_once(cast: Cast) -> None:
    row = asked(cast, DiagnosisKind.BEHAVIOURAL, cast.caseworker)
    said: dict[str, Any] = {
        "said_words": "もう帰りたくない（架空）",
        "said_at": clock.now() - timedelta(hours=2),
        "said_where": "食堂",
        "said_to": "保育士（架空）",
    }
    with pytest.raises(Refused, match="said_to"):
        write(row, cast.caseworker, said=said | {"said_to": ""})
    with pytest.raises(Refused, match="said_at"):
        write(row, cast.caseworker, said=said | {"said_at": clock.now() + timedelta(hours=2)})
    row = write(row, cast.caseworker, said=said)
    with acting_as(cast.caseworker):
        told = Interview.objects.get()
        assert value_of(told.kind) is InterviewKind.SPONTANEOUS
        assert (reveal(told, "words"), told.questions, told.asked) == (said["said_words"], None, False)
    with acting_as(cast.supervisor):
        again = actions.return_diagnosis(row, why="x", due_on=clock.today(), by=cast.supervisor)
    write(again, cast.caseworker, said=said)
    with acting_as(cast.caseworker):
        assert Interview.objects.count() == 1


def test_scores_are_numbers_within_the_range_of_their_instrument() -> None:
    assert scores_in("合計 12", Instrument.DSRS_C) == (("合計", 12),)
    assert scores_in("不安　６２\nうつ：58\n\n怒り=49", Instrument.TSCC) == (
        ("不安", 62),
        ("うつ", 58),
        ("怒り", 49),
    )
    for wrong in ("合計 37", "合計 -1", "合計", "12", "合計 たかい"):
        with pytest.raises(Refused, match="scores"):
            scores_in(wrong, Instrument.DSRS_C)
    assert all(low < high for low, high in RANGES.values())
    (bar,) = bars_of(SCORES)
    assert (bar.label, bar.score) == ("DSRS-C 合計", 12)
    assert 0 < bar.length < bar.end


def test_a_wrong_score_is_refused_beside_its_field(cast: Cast) -> None:
    case, row, writer = psychological(cast, submit=False)
    with acting_as(writer):
        version = Diagnosis.objects.get(pk=row.pk).version
    sent = {
        "act": "save",
        "version": version,
        "instrument_1": "dsrs_c",
        "on_1": clock.today().isoformat(),
        "rater_1": "x",
        "scores_1": "合計 99",
    }
    page = text_of(signed_in(writer).post(reverse("diagnosis", args=[case.pk, row.pk]), sent))
    assert "0 to 36" in page or "0から36" in page


def test_each_text_has_one_label_and_every_kind_its_parts() -> None:
    labels = [(piece.name, piece.label) for kind in DiagnosisKind for piece in pieces_of(kind)]
    assert len(dict(labels)) == len(labels)
    assert SECTIONS.keys() == set(DiagnosisKind)
    assert MOVES.keys() == set(DiagnosisState)


@pytest.mark.parametrize(
    ("statement", "wall"),
    [
        (
            "UPDATE cases_diagnosis SET texts = said_words, said_words = texts WHERE id = %s",
            "written by its profession",
        ),
        ("UPDATE cases_diagnosis SET submitted_at = NULL WHERE id = %s", "submitted_at cannot be changed"),
        (
            "UPDATE cases_diagnosis SET accepted_at = now() WHERE id = %s",
            "a comprehensive diagnosis accepts it",
        ),
        (
            "UPDATE cases_diagnosis SET returned_at = now(), returned_why = texts WHERE id = %s",
            "returned once, by another person",
        ),
        ("UPDATE cases_diagnosis SET superseded_at = now() WHERE id = %s", "permission denied"),
    ],
)
def test_what_was_submitted_stands_against_sql(cast: Cast, statement: str, wall: str) -> None:
    row = write(asked(cast, SOCIAL, cast.caseworker), cast.caseworker)
    with (
        acting_as(cast.caseworker),
        pytest.raises(DatabaseError, match=wall),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement, [row.pk])


def test_a_duty_to_write_is_not_done_by_a_note(cast: Cast) -> None:
    row = asked(cast, SOCIAL, cast.caseworker)
    with (
        acting_as(cast.caseworker),
        pytest.raises(DatabaseError, match="what is owed is done by recording it"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE cases_duty SET done_at = now() WHERE cause = %s", [row.pk])
