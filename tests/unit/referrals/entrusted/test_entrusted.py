"""A plan is entrusted, answered, kept and sent back on; what each side is told, owes and reads."""

from datetime import timedelta
from typing import Any

import pytest

from agencies.notices.models import Notice
from agencies.staff.acting import acting_as
from agencies.staff.models import Position
from agencies.staff.rules import Refused
from cases.counseling.actions import draft_plan
from cases.counseling.codes import LegalForm
from cases.counseling.queries import attendance_of
from cases.duties.models import Duty
from cases.records.models import Block
from cases.sessions.codes import Attendance
from referrals.disclosures.codes import Item
from referrals.entrusted import actions
from referrals.entrusted.codes import Basis, EntrustState, ReturnKind, ReturnState
from referrals.entrusted.models import Entrusted, EntrustedItem, EntrustedSession
from referrals.entrusted.queries import is_open_to_me, parts_of
from security.encryption.fields import reveal, value_of
from security.encryption.keyring import current
from security.walls import clock
from tests.cast import Cast, a_case, agreed, as_owner
from tests.unit.cases.counseling.plans import a_plan, decide, facts_of
from tests.unit.referrals.entrusted import steps

S, R = EntrustState, ReturnState


def state(cast: Cast, row: Entrusted) -> str:
    return steps.at_center(cast, row).state


def kinds(by: Position) -> list[str]:
    with acting_as(by):
        return sorted(Notice.objects.filter(kind__startswith="entrusted_").values_list("kind", flat=True))


def duties(cast: Cast, kind: str, *, is_open: bool = True) -> list[Duty]:
    with acting_as(cast.caseworker):
        return list(Duty.objects.filter(kind=kind, done_at__isnull=is_open))


def told(by: Position, row: Entrusted) -> dict[str, str]:
    with acting_as(by):
        return {item.value: reveal(part, "content") or "" for item, part in parts_of(row)}


def refuses(code: str, act: Any) -> None:
    with pytest.raises(Refused) as told:
        act()
    assert told.value.code == code, told.value.reason


def test_the_named_position_reads_what_was_told_and_nobody_else_there(cast: Cast) -> None:
    row = steps.sent(cast)
    assert told(cast.therapist, row) == steps.TEXTS
    assert told(cast.caseworker, row) == steps.TEXTS
    for name in ("institution", "therapist2", "clinician", "stranger", "police", "school"):
        with acting_as(cast.positions[name]):
            assert not Entrusted.objects.exists(), name
            assert not EntrustedItem.objects.exists(), name
            assert not current().can_open(row.shared_scope()), name
    assert kinds(cast.therapist) == ["entrusted_sent"]


def test_what_the_child_said_stays_at_the_center(cast: Cast) -> None:
    row = steps.sent(cast, not_told=[Item.PLAN_REVIEW], texts={"plan_kind": "架空", "plan_goal": "架空"})
    with acting_as(cast.caseworker):
        assert "せんせいになら" in (reveal(Entrusted.objects.get(pk=row.pk), "child_words") or "")
    with acting_as(cast.therapist):
        mine = Entrusted.objects.get(pk=row.pk)
        assert not current().can_open(mine.key_scope())


@pytest.mark.parametrize(
    ("code", "more"),
    [
        ("text_plan_goal", {"texts": {"plan_kind": "架空"}}),
        ("text_plan_review", {"not_told": [Item.PLAN_REVIEW]}),
        ("text_incident_outline", {"texts": steps.TEXTS | {"incident_outline": "架空"}}),
        ("basis", {"basis": Basis.MEASURE}),
        ("answer_by", {"answer_by": clock.today()}),
        ("answer_by", {"answer_by": clock.today() + timedelta(days=61)}),
        ("provider", {"to": "institution"}),
        ("provider", {"to": "therapist2"}),
    ],
)
def test_what_cannot_be_sent_is_refused_at_its_field(cast: Cast, code: str, more: dict[str, Any]) -> None:
    plan = steps.planned(cast)
    refuses(code, lambda: steps.sent(cast, plan, **more))
    with acting_as(cast.caseworker):
        assert not Entrusted.objects.exists()


def test_an_agreement_narrows_what_is_told(cast: Cast) -> None:
    agreed(cast, recipient=cast.offices["home"], items=["plan_kind", "plan_goal"])
    refuses("text_identity_min", lambda: steps.sent(cast))
    steps.sent(cast, steps.planned(cast), texts={"plan_kind": "架空", "plan_goal": "架空"})


def test_only_a_plan_that_another_office_gives_is_entrusted_and_once(cast: Cast) -> None:
    own = a_plan(cast, a_case(cast))
    refuses("plan", lambda: steps.sent(cast, own))
    refuses("office", lambda: steps.sent(cast, steps.planned(cast, of="school")))
    plan = steps.planned(cast)
    row = steps.sent(cast, plan)
    refuses("open", lambda: steps.sent(cast, plan))
    steps.withdrawn(cast, row)
    assert steps.sent(cast, plan).pk != row.pk
    assert plan.legal_form == LegalForm.NONE


def test_the_answer_is_owed_by_the_one_in_charge_until_it_came(cast: Cast) -> None:
    row = steps.sent(cast)
    (duty,) = duties(cast, "entrusted_answer")
    assert (duty.owner_id, duty.cause, duty.due_at) == (cast.caseworker.pk, row.pk, row.answer_by)
    with acting_as(cast.therapist):
        assert not Duty.objects.exists()
        actions.ask_back(row, "夜の様子を教えてください（架空）", by=cast.therapist)
    assert not duties(cast, "entrusted_answer")
    assert kinds(cast.caseworker) == ["entrusted_question"]
    with acting_as(cast.caseworker):
        actions.answer(steps.at_center(cast, row), "十時に眠ります（架空）", by=cast.caseworker)
    assert state(cast, row) == S.SENT
    assert len(duties(cast, "entrusted_answer")) == 1
    assert kinds(cast.therapist) == ["entrusted_sent", "entrusted_word"]
    steps.accepted(cast, row)
    assert not duties(cast, "entrusted_answer")
    assert state(cast, row) == S.ACCEPTED
    assert kinds(cast.caseworker) == ["entrusted_accepted", "entrusted_question"]


def test_a_declined_plan_is_closed_to_the_office_that_says_why(cast: Cast) -> None:
    row = steps.sent(cast)
    with acting_as(cast.therapist):
        actions.decline(row, "空きがありません（架空）", by=cast.therapist)
        assert not is_open_to_me(row)
        assert not EntrustedItem.objects.exists()
    assert state(cast, row) == S.DECLINED
    assert not duties(cast, "entrusted_answer")
    assert kinds(cast.caseworker) == ["entrusted_declined"]


def test_withdrawal_ends_what_the_other_office_reads_and_leaves_its_own_sessions(cast: Cast) -> None:
    row = steps.accepted(cast)
    steps.recorded(cast, row)
    steps.withdrawn(cast, row)
    with acting_as(cast.therapist):
        assert not is_open_to_me(row)
        assert not EntrustedItem.objects.exists()
        assert not current().can_open(row.shared_scope())
        assert reveal(EntrustedSession.objects.get(), "note") == steps.NOTE
        refuses("gone", lambda: actions.plan_session(row, clock.now(), by=cast.therapist))
    assert kinds(cast.therapist) == ["entrusted_over", "entrusted_sent"]


def test_the_sessions_of_the_other_office_are_no_center_s(cast: Cast) -> None:
    row = steps.accepted(cast)
    steps.recorded(cast, row)
    for name in ("caseworker", "supervisor", "director", "privacy", "institution", "therapist2"):
        with acting_as(cast.positions[name]):
            assert not EntrustedSession.objects.exists(), name
            assert not current().can_open(row.notes_scope()), name


def test_a_session_goes_back_as_attendance_and_two_lines(cast: Cast) -> None:
    row = steps.accepted(cast)
    steps.recorded(cast, row)
    assert state(cast, row) == S.RUNNING
    (back,) = steps.returns(row, cast.caseworker)
    with acting_as(cast.caseworker):
        assert value_of(back.attendance) is Attendance.HELD
        assert reveal(back, "summary") == "落ち着いて遊んだ（架空）"
        assert attendance_of(steps.fresh_plan(row.plan)) == {"held": 1, "missed": 0}
    assert [duty.cause for duty in duties(cast, "entrusted_read")] == [back.pk]
    steps.took(cast, back)
    assert not duties(cast, "entrusted_read")
    refuses("state", lambda: steps.took(cast, back))


def test_a_missed_session_counts_as_missed(cast: Cast) -> None:
    row = steps.accepted(cast)
    steps.recorded(cast, row, Attendance.ABSENT_CHILD)
    assert state(cast, row) == S.ACCEPTED
    with acting_as(cast.caseworker):
        assert attendance_of(steps.fresh_plan(row.plan)) == {"held": 0, "missed": 1}


def test_a_sign_of_danger_is_told_to_the_one_in_charge_and_the_line_at_once(cast: Cast) -> None:
    row = steps.accepted(cast)
    steps.recorded(cast, row, danger="家に帰るのが怖いと言う（架空）")
    assert "entrusted_danger" in kinds(cast.caseworker)
    assert kinds(cast.supervisor) == ["entrusted_danger"]
    due = sorted(duties(cast, "entrusted_read"), key=lambda duty: duty.due_at)
    assert due[0].due_at - clock.now() <= timedelta(hours=1) < due[1].due_at - clock.now()


def test_what_is_asked_back_is_owed_and_sent_anew(cast: Cast) -> None:
    row = steps.accepted(cast)
    first = steps.returned(cast, row, ReturnKind.REVIEW)
    (seen,) = steps.returns(row, cast.caseworker)
    steps.asked(cast, seen)
    assert [duty.cause for duty in duties(cast, "entrusted_answer")] == [first.pk]
    assert "entrusted_again" in kinds(cast.therapist)
    (mine,) = steps.returns(row, cast.therapist)
    with acting_as(cast.therapist):
        assert reveal(mine, "question") == "時間を教えてください（架空）"
    steps.returned(cast, row, ReturnKind.REVIEW, corrects=mine)
    new, old = sorted(steps.returns(row, cast.caseworker), key=lambda one: one.corrects_id is None)
    assert (old.state, new.state, new.corrects_id) == (R.CORRECTED, R.SENT, old.pk)
    assert not duties(cast, "entrusted_answer")
    refuses("state", lambda: steps.returned(cast, row, ReturnKind.REVIEW, corrects=mine))


def test_the_accepted_end_report_ends_the_help_there(cast: Cast) -> None:
    row = steps.accepted(cast)
    steps.returned(cast, row, ReturnKind.END)
    (back,) = steps.returns(row, cast.caseworker)
    steps.took(cast, back)
    assert state(cast, row) == S.ENDED
    with acting_as(cast.therapist):
        assert not is_open_to_me(row)


def test_a_review_says_how_far_each_goal_is(cast: Cast) -> None:
    row = steps.accepted(cast)
    bare = actions.ReturnFacts(kind=ReturnKind.REVIEW, happened_at=clock.now(), summary="架空")
    with acting_as(cast.therapist):
        refuses(f"goal_{row.goal_codes[0]}", lambda: actions.send_back(row, bare, by=cast.therapist))


def test_nothing_is_kept_or_sent_before_the_plan_was_accepted(cast: Cast) -> None:
    row = steps.sent(cast)
    refuses("state", lambda: steps.session(cast, row))
    refuses("state", lambda: steps.returned(cast, row, ReturnKind.DANGER))


def test_a_session_ahead_is_only_called_off(cast: Cast) -> None:
    row = steps.accepted(cast)
    one = steps.session(cast, row, clock.now() + timedelta(days=3))
    with acting_as(cast.therapist):
        held = actions.SessionFacts(attendance=Attendance.HELD, summary="架空")
        refuses("attendance", lambda: actions.record_session(one, held, by=cast.therapist))
        off = actions.SessionFacts(attendance=Attendance.CANCEL_FAMILY, summary="架空")
        actions.record_session(one, off, by=cast.therapist)
        refuses("recorded", lambda: actions.record_session(one, off, by=cast.therapist))


def test_an_amended_plan_is_entrusted_anew(cast: Cast) -> None:
    plan = steps.planned(cast)
    row = steps.accepted(cast, steps.sent(cast, plan))
    with acting_as(cast.caseworker):
        current_plan = steps.fresh_plan(plan)
        said = facts_of(current_plan.case, None, other_office=cast.offices["home"], minutes=30)
        draft = draft_plan(
            current_plan.case, said, by=cast.caseworker, amends=current_plan, why="時間を短くする（架空）"
        )
    decide(cast, draft)
    assert state(cast, row) == S.ENDED
    with acting_as(cast.therapist):
        assert not is_open_to_me(row)


def test_the_one_who_is_excluded_from_the_case_reads_nothing(cast: Cast) -> None:
    row = steps.accepted(cast)
    with as_owner():
        Block.objects.using("owner").create(
            case_id=row.case_id,
            staff=cast.therapist.staff,
            blocked_by=cast.supervisor,
            created_at=clock.now(),
        )
    with acting_as(cast.therapist):
        assert not is_open_to_me(row)
        assert not EntrustedItem.objects.exists()
