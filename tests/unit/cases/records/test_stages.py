"""The stage of a case: every change is a row, and a supervisor corrects a wrong one."""

import uuid
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, connections, transaction
from django.urls import reverse
from django.utils import translation

from agencies.staff.acting import acting_as
from agencies.staff.rules import Refused
from cases.closing.actions import CLOSING, draft_closing
from cases.closing.codes import ClosingReason
from cases.conferences.codes import Measure
from cases.decisions.codes import Verdict
from cases.intake import actions as intake
from cases.intake.codes import Outcome
from cases.records import actions
from cases.records.codes import ContactMethod, Level, Relation, Stage
from cases.records.models import Case, StageMove
from cases.records.papers import PROGRESS
from cases.records.queries import stage_moves_of
from security.encryption.fields import reveal, sealed_text
from security.walls import clock
from tests.accepting import accept, resolve
from tests.cast import Cast, a_case, as_owner
from tests.client import signed_in
from tests.rights import every_column
from tests.unit.referrals.actors import Steps, interleavings, run

ORDERS = sorted(interleavings(2, 2))
WRONG = "別のケースの進行を誤って変更した（架空）"
SEEN = dict.fromkeys(("place", "seen_by", "condition"), "学校（架空）") | {"late_reason": ""}


@pytest.fixture
def case(cast: Cast) -> Case:
    """One that was accepted."""
    found = a_case(cast)
    accept(cast, found, cast.caseworker, cast.caseworker)
    return found


def moves_of(cast: Cast, case: Case) -> list[tuple[str, str]]:
    """From where to where, the latest first."""
    with acting_as(cast.supervisor):
        return [(move.from_stage, move.to_stage) for move in stage_moves_of(case)]


OUTCOMES = {Stage.SAFETY: Outcome.NOT_SEEN, Stage.INVESTIGATION: Outcome.SEEN}


def moved(cast: Cast, case: Case, stage: Stage, who: str = "caseworker") -> StageMove:
    """By the safety check that leads there."""
    with acting_as(cast.positions[who]):
        fresh = Case.objects.get(pk=case.pk)
        intake.record_safety_check(
            fresh, outcome=OUTCOMES[stage], seen_at=clock.now(), texts=SEEN, by=cast.positions[who]
        )
        return stage_moves_of(case)[0]


def corrected(cast: Cast, case: Case, stage: Stage, who: str = "supervisor", **more: Any) -> StageMove:
    """What a supervisor writes."""
    facts = {"on": clock.today(), "reason": WRONG, **more}
    with acting_as(cast.positions[who]):
        return actions.correct_stage(Case.objects.get(pk=case.pk), stage, by=cast.positions[who], **facts)


def corrected_by(cast: Cast, case: Case, who: str) -> None:
    """The same, of whoever acts already."""
    fresh = Case.objects.get(pk=case.pk)
    actions.correct_stage(fresh, Stage.SAFETY, on=clock.today(), reason=WRONG, by=cast.positions[who])


def stage_of(cast: Cast, case: Case) -> str:
    with acting_as(cast.supervisor):
        return Case.objects.get(pk=case.pk).stage


# --- Every way in which a stage changes --------------------------------------------------------------------------------


def test_each_change_is_a_row_with_person_time_and_day(cast: Cast, case: Case) -> None:
    with acting_as(cast.caseworker):
        fresh = Case.objects.get(pk=case.pk)
        intake.record_safety_check(
            fresh, outcome=Outcome.NOT_SEEN, seen_at=clock.now(), texts=SEEN, by=cast.caseworker
        )
        intake.record_safety_check(
            fresh, outcome=Outcome.SEEN, seen_at=clock.now(), texts=SEEN, by=cast.caseworker
        )
    assert moves_of(cast, case) == [
        ("safety", "investigation"),
        ("accepted", "safety"),
        ("reception", "accepted"),
    ]
    with acting_as(cast.caseworker):
        last = stage_moves_of(case)[0]
        assert (last.moved_by, last.effective_on, last.reason) == (cast.caseworker, clock.today(), None)
        assert Case.objects.get(pk=case.pk).accepted_at is not None


@pytest.mark.parametrize("who", ["caseworker", "supervisor", "director"])
def test_no_hand_moves_a_stage(cast: Cast, case: Case, who: str) -> None:
    """Neither on a page nor by the action without what decides it."""
    by = cast.positions[who]
    page = signed_in(by).get(reverse("case_manage", args=[case.pk])).content.decode()
    assert "会議の決定、安全確認、終結によって変わります。" in page
    assert signed_in(by).get(f"/cases/{case.pk}/stage/").status_code == 404
    for stage in (Stage.SAFETY, Stage.INVESTIGATION, Stage.SUPPORT):
        with acting_as(by), pytest.raises(IntegrityError, match="decision"), transaction.atomic():
            actions.move_stage(Case.objects.get(pk=case.pk), stage, by=by)
    assert stage_of(cast, case) == "accepted"


def test_a_check_of_before_moves_nothing_later(cast: Cast, case: Case) -> None:
    """The fact and the change are one transaction."""
    moved(cast, case, Stage.SAFETY)
    with (
        acting_as(cast.caseworker),
        pytest.raises(IntegrityError, match="decision or a safety check"),
        transaction.atomic(),
    ):
        actions.move_stage(Case.objects.get(pk=case.pk), Stage.INVESTIGATION, by=cast.caseworker)


# --- Corrections -------------------------------------------------------------------------------------------------------


def test_a_supervisor_corrects_with_a_reason_and_the_wrong_change_stays(cast: Cast, case: Case) -> None:
    wrong = moved(cast, case, Stage.INVESTIGATION)
    client, path = signed_in(cast.supervisor), reverse("stage_correct", args=[case.pk])
    typed = {"stage": "safety", "effective_on": str(clock.today()), "reason": " "}
    assert "進行状況の訂正には理由が必要です。" in client.post(path, typed).content.decode()
    assert client.post(path, typed | {"reason": WRONG}).status_code == 302
    assert stage_of(cast, case) == "safety"
    with acting_as(cast.supervisor):
        move = stage_moves_of(case)[0]
        assert (move.corrects_id, move.moved_by, reveal(move, "reason")) == (wrong.pk, cast.supervisor, WRONG)
    assert ("accepted", "investigation") in moves_of(cast, case)
    assert corrected(cast, case, Stage.INVESTIGATION, "director").corrects_id == move.pk


def test_it_is_on_the_pages_of_the_case_and_on_paper(cast: Cast, case: Case) -> None:
    moved(cast, case, Stage.INVESTIGATION)
    corrected(cast, case, Stage.SAFETY)
    client = signed_in(cast.caseworker)
    with acting_as(cast.caseworker):
        actions.write_progress(
            case,
            happened_at=clock.now(),
            method=ContactMethod.VISIT,
            with_whom="母",
            body="話",
            by=cast.caseworker,
        )
        with translation.override("ja"):
            sheet = str(PROGRESS.sheet(Case.objects.get(pk=case.pk), cast.caseworker, "1"))
    with translation.override("ja"):
        was, now = str(Stage.INVESTIGATION.label), str(Stage.SAFETY.label)
    for text in (
        client.get(reverse("progress_list", args=[case.pk])).content.decode(),
        client.get(reverse("progress_list", args=[case.pk]), {"kind": "progress"}).content.decode(),
        sheet,
    ):
        assert f"進行状況を「{was}」から「{now}」に訂正" in text
        assert WRONG in text
    page = client.get(reverse("case_manage", args=[case.pk])).content.decode()
    assert WRONG in page
    assert reverse("stage_correct", args=[case.pk]) not in page
    assert (
        reverse("stage_correct", args=[case.pk])
        in signed_in(cast.supervisor).get(reverse("case_manage", args=[case.pk])).content.decode()
    )


def test_on_paper_a_change_stands_in_the_block_of_its_time(
    cast: Cast, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cases.records.papers.BLOCK", 2)
    with acting_as(cast.caseworker):
        for number in range(3):
            actions.write_progress(
                case,
                happened_at=clock.now(),
                method=ContactMethod.VISIT,
                with_whom="母",
                body=f"話{number}",
                by=cast.caseworker,
            )
    moved(cast, case, Stage.INVESTIGATION)
    with acting_as(cast.caseworker), translation.override("ja"):
        fresh = Case.objects.get(pk=case.pk)
        first, second = (str(PROGRESS.sheet(fresh, cast.caseworker, key)) for key in ("1", "3"))
    assert ("「受付」から「受理」" in first, "「受理」から" in second) == (True, True)
    assert ("「受理」から" in first, "「受付」から" in second) == (False, False)


@pytest.mark.parametrize("who", ["caseworker", "colleague"])
def test_others_do_not_correct(cast: Cast, case: Case, who: str) -> None:
    with acting_as(cast.supervisor):
        actions.add_to_team(
            case, cast.colleague, relation=Relation.MEMBER, level=Level.MANAGE, by=cast.supervisor
        )
    with pytest.raises(Refused, match="line"):
        corrected(cast, case, Stage.SUPPORT, who)
    assert signed_in(cast.positions[who]).get(reverse("stage_correct", args=[case.pk])).status_code == 404


@pytest.mark.parametrize("stage", [*Stage])
def test_no_correction_stands_for_a_conference_or_a_decision(cast: Cast, case: Case, stage: Stage) -> None:
    """Nor leads on to the investigation a case that never was there."""
    moved(cast, case, Stage.SAFETY)
    with pytest.raises(Refused, match="stage"):
        corrected(cast, case, stage)


def test_what_a_correction_needs(cast: Cast, case: Case) -> None:
    with pytest.raises(Refused, match="stage"):
        corrected(cast, case, Stage.SAFETY)  # a decision accepted it
    moved(cast, case, Stage.INVESTIGATION)
    for wrong in (date(2000, 1, 1), clock.today() + timedelta(days=1)):
        with pytest.raises(Refused, match="effective"):
            corrected(cast, case, Stage.SAFETY, on=wrong)
    with pytest.raises(Refused, match="reason"):
        corrected(cast, case, Stage.SAFETY, reason="　\n")
    with pytest.raises(Refused, match="stage"):
        corrected(cast, a_case(cast), Stage.SAFETY)  # it was not accepted yet


def test_a_case_that_is_back_in_reception_is_accepted_again(cast: Cast, case: Case) -> None:
    """As corrections of before version 0.2.0 left some."""
    with acting_as(cast.caseworker):
        first = Case.objects.get(pk=case.pk).accepted_at
    with as_owner():
        Case.objects.using("owner").filter(pk=case.pk).update(stage="reception")
    accept(cast, case, cast.caseworker, cast.caseworker)
    with acting_as(cast.caseworker):
        assert Case.objects.get(pk=case.pk).accepted_at == first


def test_a_case_of_an_older_version_is_corrected_without_a_change_to_name(cast: Cast) -> None:
    case = a_case(cast)
    with as_owner():
        Case.objects.using("owner").filter(pk=case.pk).update(stage="investigation")
    page = signed_in(cast.supervisor).get(reverse("case_manage", args=[case.pk])).content.decode()
    assert "これより前の進行状況の変更は表示されません。" in page
    assert corrected(cast, case, Stage.SAFETY).corrects_id is None
    assert moves_of(cast, case) == [("investigation", "safety")]


@pytest.mark.parametrize("stage", ["accepted", "safety", "investigation", "support"])
def test_no_case_of_an_older_version_is_stuck(cast: Cast, stage: str) -> None:
    """Whatever moved it there: a conference takes it on, and closes it."""
    case = a_case(cast)
    with as_owner():
        Case.objects.using("owner").filter(pk=case.pk).update(stage=stage, accepted_at=clock.now())
    resolve(cast, case, Measure.GUIDANCE)
    assert stage_of(cast, case) == "support"
    resolve(cast, case, Measure.CLOSING)
    facts: dict[str, Any] = {"kind": ClosingReason.FINISHED, "reason": "終結（架空）", "child_told": ""}
    with acting_as(cast.caseworker):
        row = draft_closing(Case.objects.get(pk=case.pk), **facts, by=cast.caseworker)
    with acting_as(cast.director):
        CLOSING.decide(row, Verdict.APPROVE, by=cast.director)
    assert stage_of(cast, case) == "closed"


# --- The database by itself --------------------------------------------------------------------------------------------

INSERT = """
INSERT INTO cases_stagemove (id, case_id, from_stage, to_stage, moved_by_id, moved_at, effective_on, corrects_id, reason)
VALUES (gen_random_uuid(), %(case)s, %(was)s, %(stage)s, wall.my_position(), now(), %(on)s, %(corrects)s, %(reason)s)
"""


def attempt(cast: Cast, case: Case, who: str, **facts: Any) -> None:
    """Raw SQL of this person."""
    typed: dict[str, Any] = {"case": case.pk, "was": "accepted", "stage": "safety", "on": clock.today()}
    with acting_as(cast.positions[who]), transaction.atomic():
        if facts.get("reason"):
            move = StageMove(case=case)
            move.reason = facts["reason"]
            facts["reason"] = sealed_text(move.reason)
            facts.setdefault("corrects", stage_moves_of(case)[0].pk)
        connection.cursor().execute(INSERT, {"corrects": None, "reason": None, **typed, **facts})


@pytest.mark.parametrize(
    ("who", "facts", "refused"),
    [
        ("caseworker", {}, "decision or a safety check"),
        ("caseworker", {"stage": "investigation"}, "decision or a safety check"),
        ("caseworker", {"stage": "support"}, "decision of a conference"),
        ("caseworker", {"stage": "reception"}, "does not follow"),
        ("supervisor", {"reason": WRONG}, "a supervisor corrects"),
        ("supervisor", {"stage": "reception", "reason": WRONG}, "a supervisor corrects"),
        ("caseworker", {"stage": "closed"}, "by a decision"),
        ("caseworker", {"was": "safety", "stage": "investigation"}, "in another stage"),
        ("caseworker", {"on": date(2000, 1, 1)}, "from a day"),
        ("caseworker", {"on": date(2100, 1, 1)}, "from a day"),
        ("caseworker", {"stage": "support", "reason": WRONG}, "a supervisor corrects"),
        ("supervisor", {"stage": "accepted", "reason": WRONG}, "a supervisor corrects"),
        ("supervisor", {"stage": "closed", "reason": WRONG}, "a supervisor corrects"),
        ("supervisor", {"stage": "support", "reason": WRONG, "corrects": None}, "a supervisor corrects"),
    ],
)
def test_raw_sql_moves_nothing_else(
    cast: Cast, case: Case, who: str, facts: dict[str, Any], refused: str
) -> None:
    with pytest.raises(IntegrityError, match=refused):
        attempt(cast, case, who, **facts)
    assert stage_of(cast, case) == "accepted"


def test_a_reason_in_clear_is_refused(cast: Cast, case: Case) -> None:
    facts: dict[str, Any] = {"case": case.pk, "was": "accepted", "stage": "support", "on": clock.today()}
    with acting_as(cast.supervisor), connection.cursor() as cursor:
        facts |= {"corrects": stage_moves_of(case)[0].pk, "reason": "clear"}
        with pytest.raises(IntegrityError, match="corrects"), transaction.atomic():
            cursor.execute(INSERT, facts)


@pytest.mark.parametrize("who", ["colleague", "stranger", "stranger_director"])
def test_nobody_moves_a_foreign_case_or_learns_its_stage(cast: Cast, case: Case, who: str) -> None:
    for was in ("accepted", "support"):
        with pytest.raises(Exception, match="row-level security"):
            attempt(cast, case, who, was=was)


def test_no_stage_changes_without_its_row(cast: Cast, case: Case) -> None:
    change = "UPDATE cases_case SET stage = 'safety'"
    with (
        acting_as(cast.caseworker),
        pytest.raises(Exception, match="permission denied"),
        transaction.atomic(),
    ):
        connection.cursor().execute(change)
    with every_column("cases_case"), acting_as(cast.caseworker):
        for stage in ("safety", "reception"):
            with pytest.raises(IntegrityError, match="row of its own"), transaction.atomic():
                connection.cursor().execute("UPDATE cases_case SET stage = %s", [stage])
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute("SET LOCAL ROLE wall")  # the owner by hand, without the word of the seeder
        with pytest.raises(IntegrityError, match="row of its own"), transaction.atomic(using="owner"):
            cursor.execute(change)


def test_a_new_case_is_in_reception(cast: Cast, case: Case) -> None:
    copied = """
    INSERT INTO cases_case (id, number, child_id, office_id, section_id, track, stage, urgency, version, opened_at)
    SELECT %s, wall.next_number(), child_id, office_id, section_id, track, stage, urgency, 1, now() FROM cases_case
    """
    new = uuid.uuid4()
    with acting_as(cast.caseworker), connection.cursor() as cursor:
        cursor.execute("SELECT wall.open_case(%s, %s)", [new, cast.caseworker.pk])
        with pytest.raises(IntegrityError, match="row of its own"), transaction.atomic():
            cursor.execute(copied, [new])
        transaction.set_rollback(True)


def test_of_two_changes_at_once_one_is_refused(cast: Cast) -> None:
    def moving(case: Case, who: str) -> Callable[[], Steps]:
        def script() -> Steps:
            with acting_as(cast.positions[who]):
                corrected_by(cast, case, who)
                yield

        return script

    for order in ORDERS:
        case = a_case(cast)
        accept(cast, case, cast.caseworker, cast.caseworker)
        moved(cast, case, Stage.INVESTIGATION)
        first, second = run(order, moving(case, "director"), moving(case, "supervisor"))
        assert sorted([first is None, second is None]) == [False, True], order
        assert isinstance(first or second, Refused | IntegrityError), order
        assert len(moves_of(cast, case)) == 3


def test_no_safety_check_takes_away_what_a_conference_gave(cast: Cast, case: Case) -> None:
    """Support was begun by a decision. The child is seen then, too, and a row beside that sight ends no support."""
    resolve(cast, case, Measure.GUIDANCE)
    assert case.stage == Stage.SUPPORT
    typed: dict[str, Any] = {"case": case.pk, "was": "support", "stage": "investigation", "on": clock.today()}
    with acting_as(cast.caseworker), transaction.atomic():
        fresh = Case.objects.get(pk=case.pk)
        intake.record_safety_check(
            fresh, outcome=Outcome.SEEN, seen_at=clock.now(), texts=SEEN, by=cast.caseworker
        )
        cursor = connection.cursor()
        with pytest.raises(IntegrityError, match="decision or a safety check"), transaction.atomic():
            cursor.execute(INSERT, {**typed, "corrects": None, "reason": None})
    assert stage_of(cast, case) == "support"
