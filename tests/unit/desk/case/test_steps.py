"""What comes next on a case: each step appears by the rules of its room, grey where its button is, and is gone after the act."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from agencies.staff.acting import acting_as
from cases.custody import actions as custody
from cases.custody.codes import Heard
from cases.custody.hearing import record_opinion
from cases.decisions.codes import Verdict
from cases.duties.queries import duties_after
from cases.intake import actions as intake
from cases.intake.codes import Outcome
from cases.intake.queries import notifications_of
from cases.records.actions import add_to_team
from cases.records.codes import Level, Relation
from cases.records.models import Case
from cases.visits import actions as visits
from cases.visits.codes import Seen
from cases.warrants.actions import REQUEST, hand_in
from desk.case.bar import first_of
from desk.case.folder import steps_of
from face.lines import Step
from tests import requesting
from tests.accepting import accept
from tests.cast import Cast, a_case
from tests.client import signed_in
from tests.unit.cases.custody.test_actions import SAID, a_draft, decide
from tests.unit.cases.intake.test_actions import a_call
from tests.unit.cases.visits.test_visits import planned
from tests.unit.referrals import steps as way

CHECK = {"place": "学校", "seen_by": "灯", "condition": "元気", "late_reason": ""}


def next_of(cast: Cast, case: Case, by: str = "caseworker") -> list[Step]:
    """The steps of the case as they are now."""
    with acting_as(cast.positions[by]):
        row = Case.objects.select_related("child", "office").get(pk=case.pk)
        return first_of(row, [step for _page, step in steps_of(row, cast.positions[by])])


def urls(cast: Cast, case: Case, by: str = "caseworker") -> list[str]:
    return [step.url for step in next_of(cast, case, by)]


def path(name: str, case: Case, *more: object) -> str:
    return reverse(name, args=[case.pk, *more])


def accepted(cast: Cast, case: Case) -> Case:
    accept(cast, case, cast.caseworker, cast.caseworker)
    return case


def test_a_call_is_followed_by_sight_conference_and_question(cast: Cast) -> None:
    case = a_call(cast).case
    sight, conference, ask = (
        path("safety_check", case),
        path("accept_case", case),
        path("intention_new", case),
    )
    with acting_as(cast.caseworker):
        facts = path("receipt_facts", case, notifications_of(case)[0].pk)
    assert urls(cast, case) == [sight, conference, facts]  # what has a time limit comes first
    accepted(cast, case)
    assert urls(cast, case) == [sight, facts, ask]
    with acting_as(cast.caseworker):
        intake.record_safety_check(
            case, outcome=Outcome.SEEN, seen_at=timezone.now(), texts=CHECK, by=cast.caseworker
        )
    assert urls(cast, case) == [ask]
    way.confirmed(cast, case, result="declines")
    assert urls(cast, case) == []  # a child who said no is not asked again


def test_who_only_reads_is_told_why_the_buttons_are_grey(cast: Cast) -> None:
    case = a_call(cast).case
    with acting_as(cast.caseworker):
        add_to_team(case, cast.colleague, relation=Relation.MEMBER, level=Level.VIEW, by=cast.caseworker)
    assert not any(step.reason for step in next_of(cast, case))
    assert all(step.reason for step in next_of(cast, case, "colleague"))


def test_custody_that_was_said_is_confirmed_the_child_heard_and_the_warrant_requested(cast: Cast) -> None:
    case = accepted(cast, a_case(cast))
    opinion = custody.Opinion(Heard.AFTER, why="就寝中")
    row = a_draft(cast, case, is_oral=True, said_by="所長", said_at=SAID, opinion=opinion)
    hear, warrant = path("custody_opinion", case, row.pk), path("warrant_draft", case)
    assert urls(cast, case) == [custody.START.url(row), hear, warrant]
    decide(cast, row)
    assert urls(cast, case)[:2] == [hear, warrant]
    with acting_as(cast.caseworker):
        record_opinion(row, "「こわかった」", by=cast.caseworker)
    draft = requesting.drafted(cast, case)
    assert urls(cast, case)[0] == REQUEST.url(draft)
    with acting_as(cast.director):
        REQUEST.decide(draft, Verdict.APPROVE, by=cast.director)
    assert urls(cast, case)[0] == path("warrant_hand_in", case, draft.pk)
    with acting_as(cast.caseworker):
        hand_in(draft, requesting.handed_in(), by=cast.caseworker)
    assert urls(cast, case) == [path("shelter_new", case), path("intention_new", case)]


def test_a_report_is_sent_and_an_exception_used(cast: Cast) -> None:
    case = accepted(cast, a_case(cast))
    exception = way.excepted(cast, case)
    with acting_as(cast.caseworker):
        duties = [path("duty", case, duty.pk) for duty in duties_after(case.pk, exception.pk)]
    assert [url.partition("?")[0] for url in urls(cast, case)] == [path("report_new", case), *duties]
    case = accepted(cast, a_case(cast))
    way.confirmed(cast, case)
    report = way.decided(cast, way.drafted(cast, case))
    assert urls(cast, case) == [path("decision", case, "police_report", report.pk)]
    way.sent(cast, report)
    assert urls(cast, case) == []


def test_a_returned_draft_is_a_step_of_its_drafter_until_the_next_draft(cast: Cast) -> None:
    case = a_case(cast)
    row = decide(cast, a_draft(cast, case), verdict=Verdict.RETURN, note="理由を補う")
    assert custody.START.url(row) in urls(cast, case)
    assert custody.START.url(row) not in urls(cast, case, "supervisor")
    a_draft(cast, case)
    assert custody.START.url(row) not in urls(cast, case)


def test_a_visit_whose_time_has_come_is_recorded(cast: Cast) -> None:
    case = a_case(cast)
    row = planned(cast, case)
    assert urls(cast, case)[0] == path("visit", case, row.pk)
    with acting_as(cast.caseworker):
        visits.record_visit(
            row, held_at=timezone.now(), seen=Seen.NOT_SEEN, result="不在", by=cast.caseworker
        )
    assert path("visit", case, row.pk) not in urls(cast, case)


def test_the_page_shows_three_of_them_at_its_head(cast: Cast) -> None:
    case = a_call(cast).case
    for _number in range(3):
        planned(cast, case)
    steps = next_of(cast, case)
    assert len(steps) == 3
    assert steps[0].due is not None
    assert steps[0].due < timezone.now() + timedelta(hours=1)
    text = signed_in(cast.caseworker).get(path("case", case)).content.decode()
    head = text[text.index('id="steps-heading"') : text.index("</details>")]
    assert [step.url in head for step in steps] == [True, True, True]
    assert head.count("<li") == 3
