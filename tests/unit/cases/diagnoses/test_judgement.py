"""The comprehensive diagnosis rests on what was submitted, is decided by another person, and accepts it."""

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from agencies.staff.acting import acting_as
from agencies.staff.rules import Refused
from cases.conferences.codes import SittingKind
from cases.decisions.codes import State, Verdict
from cases.diagnoses import actions
from cases.diagnoses.actions import JUDGED
from cases.diagnoses.codes import DiagnosisKind, DiagnosisState
from cases.diagnoses.models import Diagnosis, Judgement
from cases.diagnoses.queries import assessed_at, rested_on, to_judge
from cases.records.models import Case
from security.walls import clock
from tests.cast import Cast
from tests.unit.cases.conferences.test_conferences import before, held, planned, put
from tests.unit.cases.diagnoses.team import asked, write
from tests.unit.cases.prints.test_prints import printed, words_on

TEXTS = {
    "needs": "安全の確保（架空）",
    "view": "見解（架空）",
    "support": "在宅での支援（架空）",
    "child_said": "「うちにいたい」",
    "custodians_said": "母：協力する（架空）",
}


def judged(
    cast: Cast, case: Case, rests_on: list[Diagnosis], earlier: Judgement | None = None, **more: str
) -> Judgement:
    """A draft by the caseworker."""
    with acting_as(cast.caseworker):
        fresh = Case.objects.select_related("child", "office").get(pk=case.pk)
        item = assessed_at(fresh)[0]
        return actions.draft_judgement(
            fresh, item, rests_on, TEXTS | more, by=cast.caseworker, earlier=earlier
        )


def assessed(cast: Cast) -> tuple[Case, Diagnosis]:
    """A case that came before an assessment conference, and its social diagnosis, submitted."""
    case = before(cast, SittingKind.ASSESSMENT)
    row = asked(cast, DiagnosisKind.SOCIAL, cast.caseworker, case)
    return case, write(row, cast.caseworker)


def a_judgement(cast: Cast) -> Judgement:
    """A draft that waits."""
    case, row = assessed(cast)
    return judged(cast, case, [row])


def with_judgement(cast: Cast, case: Case) -> Judgement:
    """An approved one of this case, which comes before an assessment conference first."""
    sitting = planned(cast, SittingKind.ASSESSMENT)
    put(cast, case, sitting)
    held(cast, sitting)
    row = write(asked(cast, DiagnosisKind.SOCIAL, cast.caseworker, case), cast.caseworker)
    found: Judgement = decide(cast, judged(cast, case, [row]))
    return found


def decide(cast: Cast, row: Judgement, verdict: Verdict = Verdict.APPROVE) -> Any:
    with acting_as(cast.director):
        return JUDGED.decide(row, verdict, by=cast.director, note="架空")


def state_of(cast: Cast, row: Diagnosis) -> DiagnosisState:
    with acting_as(cast.caseworker):
        return Diagnosis.objects.get(pk=row.pk).state


def test_its_approval_accepts_what_it_rests_on(cast: Cast) -> None:
    case, row = assessed(cast)
    draft = judged(cast, case, [row])
    assert state_of(cast, row) is DiagnosisState.SUBMITTED
    assert decide(cast, draft).state is State.APPROVED
    assert state_of(cast, row) is DiagnosisState.ACCEPTED
    with acting_as(cast.supervisor), pytest.raises(Refused, match="stands"):
        actions.return_diagnosis(row, why="x", due_on=clock.today(), by=cast.supervisor)


def test_one_that_is_accepted_later_supersedes(cast: Cast) -> None:
    case, row = assessed(cast)
    decide(cast, judged(cast, case, [row]))
    again = asked(cast, DiagnosisKind.SOCIAL, cast.caseworker, case, replaces=row)
    again = write(again, cast.caseworker)
    assert state_of(cast, row) is DiagnosisState.ACCEPTED
    decide(cast, judged(cast, case, [again]))
    assert state_of(cast, row) is DiagnosisState.SUPERSEDED
    assert state_of(cast, again) is DiagnosisState.ACCEPTED


def test_one_that_came_back_and_is_accepted_then_supersedes_too(cast: Cast) -> None:
    case, row = assessed(cast)
    decide(cast, judged(cast, case, [row]))
    again = asked(cast, DiagnosisKind.SOCIAL, cast.caseworker, case, replaces=row)
    for _returned in range(2):
        again = write(again, cast.caseworker)
        with acting_as(cast.supervisor):
            again = actions.return_diagnosis(
                again, why="短く（架空）", due_on=clock.today(), by=cast.supervisor
            )
    again = write(again, cast.caseworker)
    assert state_of(cast, row) is DiagnosisState.ACCEPTED
    decide(cast, judged(cast, case, [again]))
    assert state_of(cast, row) is DiagnosisState.SUPERSEDED
    with acting_as(cast.caseworker):
        assert to_judge(case) == [again]


def test_it_is_not_approved_on_what_was_returned(cast: Cast) -> None:
    case, row = assessed(cast)
    draft = judged(cast, case, [row])
    with acting_as(cast.supervisor):
        actions.return_diagnosis(row, why="x", due_on=clock.today(), by=cast.supervisor)
    with pytest.raises(Refused, match="rests_on"):
        decide(cast, draft)
    assert decide(cast, draft, Verdict.RETURN).state is State.RETURNED


def test_it_needs_a_conference_and_a_diagnosis_of_its_own_case(cast: Cast) -> None:
    case = before(cast, SittingKind.ASSESSMENT)
    with acting_as(cast.caseworker), pytest.raises(Refused, match="no_diagnosis"):
        actions.draft_judgement(case, assessed_at(case)[0], [], TEXTS, by=cast.caseworker)
    other, foreign = assessed(cast)
    write(asked(cast, DiagnosisKind.SOCIAL, cast.caseworker, case), cast.caseworker)
    with pytest.raises(Refused, match="rests_on"):
        judged(cast, case, [foreign])
    policy = before(cast)
    write(asked(cast, DiagnosisKind.SOCIAL, cast.caseworker, policy), cast.caseworker)
    with acting_as(cast.caseworker), pytest.raises(Refused, match="not_assessed"):
        actions.draft_judgement(policy, assessed_at(other)[0], [], TEXTS, by=cast.caseworker)
    with pytest.raises(Refused, match="dissent"):
        judged(cast, other, [foreign], dissent="異論（架空）")


def test_nothing_is_accepted_by_a_draft_that_waits(cast: Cast) -> None:
    case, row = assessed(cast)
    judged(cast, case, [row])
    with (
        acting_as(cast.director),
        pytest.raises(DatabaseError, match="a comprehensive diagnosis accepts it"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE cases_diagnosis SET accepted_at = now() WHERE id = %s", [row.pk])


def test_it_is_printed_on_one_page(cast: Cast) -> None:
    case, row = assessed(cast)
    draft = judged(cast, case, [row], dissent="異論（架空）", dissent_who="心理司（架空）")
    with acting_as(cast.caseworker):
        assert rested_on(Judgement.objects.get(pk=draft.pk)) == [row]
    decide(cast, draft)
    pages = printed(cast, case, f"judgement_form:{draft.pk}")
    words = "".join(words_on(pages))
    for text in (*TEXTS.values(), "異論（架空）", "社会診断"):
        assert text in words, text
