"""What is sealed apart (notes of sessions, findings) is on no sheet, in no notice, and found by no search."""

import json
from typing import Any

from django.urls import reverse

from agencies.notices.models import Notice
from agencies.staff.acting import acting_as
from agencies.staff.models import Position
from agencies.staff.roles import Role
from cases.diagnoses.codes import DiagnosisKind
from cases.diagnoses.content import pieces_of
from cases.prints.queries import offers
from cases.records import actions as records
from cases.records.codes import Answer
from cases.records.models import Case
from tests.cast import Cast, as_owner
from tests.client import signed_in, text_of
from tests.unit.cases.conferences.test_conferences import investigated
from tests.unit.cases.counseling.plans import a_plan
from tests.unit.cases.diagnoses.team import asked, newcomer, on_team, write
from tests.unit.cases.diagnoses.test_judgement import with_judgement
from tests.unit.cases.sessions.held import NOTE, planned, record

APART = tuple(
    f"{piece.name}（架空）"
    for kind in (DiagnosisKind.PSYCHOLOGICAL, DiagnosisKind.MEDICAL)
    for piece in pieces_of(kind)
    if piece.apart
)
SOUGHT = (NOTE, "箱庭", *APART, "DSRS-C")


def everything(cast: Cast) -> tuple[Case, Position, Position]:
    """A case with each of them, a sign of danger in a session, and a comprehensive diagnosis; its psychologist and its doctor."""
    case = investigated(cast)
    who = on_team(cast, case, newcomer(cast, "shinri", Role.PSYCHOLOGIST))
    doctor = on_team(cast, case, newcomer(cast, "ishi", Role.DOCTOR))
    write(asked(cast, DiagnosisKind.PSYCHOLOGICAL, who, case), who)
    write(asked(cast, DiagnosisKind.MEDICAL, doctor, case), doctor)
    row = planned(a_plan(cast, case, provider=who), who)
    record(row, who, apart=NOTE, danger=Answer.YES, danger_words="新しいあざ（架空）")
    with_judgement(cast, case)
    with acting_as(cast.duty):
        records.break_glass(case.pk, "夜間（架空）", by=cast.duty)
    return case, who, doctor


def everybody(cast: Cast, *more: Position) -> tuple[Position, ...]:
    return (
        cast.caseworker,
        cast.supervisor,
        cast.director,
        cast.duty,
        cast.privacy,
        cast.admin,
        cast.police,
        *more,
    )


def words_of_sheets(case: Case, by: Position) -> dict[str, str]:
    """Every sheet that can be printed of the case, with all that is kept of it."""
    with acting_as(by):
        fresh = Case.objects.select_related("child", "office", "section").get(pk=case.pk)
        return {
            f"{offer.paper.code}:{subject.key}": json.dumps(
                offer.paper.sheet(fresh, by, subject.key).as_data(), ensure_ascii=False
            )
            for offer in offers(fresh, by)
            for subject in offer.subjects
        }


def test_no_sheet_has_a_word_of_it(cast: Cast) -> None:
    case, who, doctor = everything(cast)
    for by in (who, doctor, cast.caseworker, cast.supervisor, cast.director):
        sheets = words_of_sheets(case, by)
        assert {"judgement_form", "counseling_plan_form"} <= {name.split(":")[0] for name in sheets}
        told = {name: word for name, words in sheets.items() for word in SOUGHT if word in words}
        assert told == {}, by.role


def test_no_notice_has_a_word_of_it(cast: Cast) -> None:
    _case, who, doctor = everything(cast)
    with as_owner():
        rows: list[Any] = list(Notice.objects.using("owner").values("kind", "reference", "path", "cause"))
    assert "session_danger" in {row["kind"] for row in rows}
    assert not [row for row in rows for word in SOUGHT if word in str(row)]
    for by in everybody(cast, who, doctor):
        client = signed_in(by)
        for name in ("inbox", "home"):
            page = text_of(client.get(reverse(name)))
            assert not [word for word in SOUGHT if word in page], (by.role, name)


def test_no_search_finds_it(cast: Cast) -> None:
    """By any of these words nothing is found; by the child's name the case is, so the search itself works."""
    case, who, doctor = everything(cast)
    url = reverse("find")
    for by in everybody(cast, who, doctor):
        client = signed_in(by)
        for word in (NOTE, "箱庭", "夜", *APART[:2]):
            page = text_of(client.post(url, {"typed": word}))
            assert case.number not in page, (by.role, word)
    for by in (who, cast.caseworker):
        assert case.number in text_of(signed_in(by).post(url, {"typed": case.number}))
