"""A case is accepted by the decision on an intake conference and by nothing else; what is urgent waits for no conference."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, ProgrammingError, transaction
from django.urls import reverse
from django.utils import timezone

from agencies.staff.acting import acting_as
from agencies.staff.models import Position
from agencies.staff.rules import Refused
from cases.clocks.models import Clock
from cases.clocks.rules import JAPAN
from cases.conferences import actions, rules
from cases.conferences.actions import ACCEPTANCE
from cases.conferences.codes import ItemState, SittingKind, SittingPlace
from cases.conferences.models import Acceptance, AgendaEntry, Sitting
from cases.conferences.panel import to_accept, to_do
from cases.conferences.queries import Task, cases_to_accept, items_of
from cases.custody.models import CustodyDecision
from cases.decisions.codes import Verdict
from cases.duties.models import Duty
from cases.intake.codes import Conference
from cases.intake.models import IntakeConference
from cases.records.actions import move_stage
from cases.records.codes import Stage
from cases.records.models import Case, StageMove
from face.wareki import format_date
from security.encryption.fields import reveal
from security.walls import clock
from security.walls.seeder import seeding
from tests.accepting import SAID as WORDS
from tests.accepting import accept, accepted, drafted, met
from tests.cast import Cast, a_case, as_owner
from tests.client import signed_in, text_of
from tests.unit.cases.custody.test_actions import a_draft
from tests.unit.cases.custody.test_actions import decide as decide_custody
from tests.unit.cases.intake.test_actions import a_call, check
from tests.unit.cases.intake.test_pages import accept_data

SAID = "受理する（架空）"


def stage(cast: Cast, case: Case) -> str:
    with acting_as(cast.supervisor):
        return Case.objects.get(pk=case.pk).stage


def planned(cast: Cast, kind: SittingKind, place: SittingPlace = SittingPlace.OFFICE) -> Sitting:
    with acting_as(cast.caseworker):
        return actions.plan_sitting(
            kind=kind,
            place=place,
            held_from=clock.now() - timedelta(hours=1),
            chair=cast.supervisor,
            secretary=cast.caseworker,
            by=cast.caseworker,
        )


def test_the_decision_accepts_and_the_draft_does_not(cast: Cast) -> None:
    case = a_call(cast).case
    row = drafted(cast, case, cast.caseworker, cast.caseworker)
    assert stage(cast, case) == Stage.RECEPTION, "a draft accepts nothing"
    with acting_as(cast.director):
        ACCEPTANCE.decide(row, Verdict.APPROVE, by=cast.director)
    assert stage(cast, case) == Stage.ACCEPTED
    with acting_as(cast.supervisor):
        (by,) = StageMove.objects.filter(case=case).values_list("moved_by", flat=True)
    assert by == cast.director.pk


def test_who_is_to_be_in_charge_is_changed_while_the_draft_waits(cast: Cast) -> None:
    case = a_call(cast).case
    row = drafted(cast, case, cast.caseworker, cast.caseworker)
    with acting_as(cast.caseworker):
        earlier = Acceptance.objects.select_related("case__office", "in_charge").get(pk=row.pk)
        facts = accepted(earlier.case, cast.colleague, decision=SAID)
        changed = actions.draft_acceptance(earlier.case, None, facts, by=cast.caseworker, earlier=earlier)
        assert (changed.pk, Acceptance.objects.get().in_charge_id) == (row.pk, cast.colleague.pk)
    refused = pytest.raises(IntegrityError, match="only its drafter changes a draft")
    with acting_as(cast.supervisor), refused, transaction.atomic():
        Acceptance.objects.filter(pk=row.pk).update(in_charge=cast.caseworker)


def test_a_case_is_given_to_nobody_who_has_left_since_the_conference(cast: Cast) -> None:
    case = a_call(cast).case
    row = drafted(cast, case, cast.caseworker, cast.colleague)
    with as_owner(), seeding():
        Position.objects.using("owner").filter(pk=cast.colleague.pk).update(
            ends_on=clock.today() - timedelta(days=1)
        )
    with acting_as(cast.director):
        with pytest.raises(Refused, match="in_charge"):
            ACCEPTANCE.decide(row, Verdict.APPROVE, by=cast.director)
        ACCEPTANCE.decide(row, Verdict.RETURN, by=cast.director, note="担当者の変更（架空）")
    assert stage(cast, case) == Stage.RECEPTION


def test_the_minutes_hold_what_those_of_every_conference_do(cast: Cast) -> None:
    """Facts, opinion, the child's view, each custodian's, reasons, and what is to be done by whom."""
    case, task = a_call(cast).case, Task("学校への連絡（架空）", cast.colleague.pk, clock.today())
    with acting_as(cast.caseworker):
        fresh = Case.objects.select_related("child", "office").get(pk=case.pk)
        for name in Acceptance.NEEDED:
            said = accepted(fresh, cast.caseworker, texts={**WORDS, name: " "})
            with pytest.raises(Refused, match=name), transaction.atomic():
                actions.draft_acceptance(fresh, met(cast.director), said, by=cast.caseworker)
        said = accepted(fresh, cast.caseworker, tasks=[task])
        row = actions.draft_acceptance(fresh, met(cast.director), said, by=cast.caseworker)
        assert not Duty.objects.filter(kind="conference_task").exists()
    with acting_as(cast.director):
        ACCEPTANCE.decide(row, Verdict.APPROVE, by=cast.director)
    with acting_as(cast.caseworker):
        duty = Duty.objects.get(kind="conference_task")
        assert (duty.owner_id, duty.cause) == (cast.colleague.pk, row.pk)
        page = text_of(signed_in(cast.caseworker).get(ACCEPTANCE.url(row)))
        assert all(word in page for word in filter(None, (*WORDS.values(), task.what)))


def test_the_page_asks_for_them_beside_their_fields(cast: Cast) -> None:
    case = a_call(cast).case
    path, data = reverse("accept_case", args=[case.pk]), accept_data(cast)
    left_out = {name: "" for name in (*Acceptance.NEEDED, "next_on")}
    page = signed_in(cast.caseworker).post(path, data | left_out)
    assert set(page.context["form"].errors) == set(left_out)


def test_a_case_whose_child_has_not_to_be_seen_goes_on_at_once(cast: Cast) -> None:
    """The conference decided on the inquiry; where it says how the child is seen, the safety check comes first."""
    seen, unseen = a_case(cast), a_case(cast)
    accept(cast, seen, cast.caseworker, cast.caseworker, sight=())
    accept(cast, unseen, cast.caseworker, cast.caseworker)
    assert (stage(cast, seen), stage(cast, unseen)) == (Stage.INVESTIGATION, Stage.ACCEPTED)


@pytest.mark.parametrize("verdict", [Verdict.RETURN, Verdict.REFUSE])
def test_what_is_not_approved_accepts_nothing(cast: Cast, verdict: Verdict) -> None:
    case = a_call(cast).case
    row = drafted(cast, case, cast.caseworker, cast.caseworker)
    with acting_as(cast.director):
        ACCEPTANCE.decide(row, verdict, by=cast.director, note="理由（架空）")
    assert stage(cast, case) == Stage.RECEPTION
    with acting_as(cast.caseworker):
        found = items_of(Case.objects.get(pk=case.pk))[0].state
    assert found is (ItemState.RETURNED if verdict is Verdict.RETURN else ItemState.REFUSED)


@pytest.mark.parametrize("who", ["caseworker", "supervisor", "director"])
def test_a_case_is_accepted_in_no_other_way(cast: Cast, who: str) -> None:
    """Neither by the action of another room nor by an approval of before that has been used."""
    case = a_call(cast).case
    by = cast.positions[who]
    with (
        acting_as(by),
        pytest.raises(IntegrityError, match="accepted by an intake conference"),
        transaction.atomic(),
    ):
        move_stage(Case.objects.get(pk=case.pk), Stage.ACCEPTED, by=by)
    drafted(cast, case, cast.caseworker, cast.caseworker)
    with (
        acting_as(by),
        pytest.raises(IntegrityError, match="accepted by an intake conference"),
        transaction.atomic(),
    ):
        move_stage(Case.objects.get(pk=case.pk), Stage.ACCEPTED, by=by)
    assert stage(cast, case) == Stage.RECEPTION


@pytest.mark.parametrize("who", ["caseworker", "supervisor", "duty"])
def test_the_director_decides(cast: Cast, who: str) -> None:
    row = drafted(cast, a_call(cast).case, cast.caseworker, cast.caseworker)
    with acting_as(cast.positions[who]), pytest.raises(Refused):
        ACCEPTANCE.decide(row, Verdict.APPROVE, by=cast.positions[who])


def test_accepted_once_and_drafted_once(cast: Cast) -> None:
    case = a_call(cast).case
    row = drafted(cast, case, cast.caseworker, cast.caseworker)
    with pytest.raises(Refused, match="drafted"):
        drafted(cast, case, cast.supervisor, cast.caseworker)
    with acting_as(cast.director):
        ACCEPTANCE.decide(row, Verdict.APPROVE, by=cast.director)
    with pytest.raises(Refused, match="stage"):
        drafted(cast, case, cast.caseworker, cast.caseworker)


def test_sight_and_custody_do_not_wait_for_it(cast: Cast) -> None:
    """The 48 hours (児童虐待防止法8条) and custody (児童福祉法33条) run and are met while nobody has accepted the case."""
    case = a_call(cast).case
    drafted(cast, case, cast.caseworker, cast.caseworker)
    check(case, cast.caseworker, timezone.now())
    decide_custody(cast, a_draft(cast, case))
    with acting_as(cast.caseworker):
        assert not Clock.objects.running().filter(case=case, kind="safety").exists()
        assert CustodyDecision.objects.filter(case=case, approved=True).exists()
    assert stage(cast, case) == Stage.RECEPTION


def test_by_telephone_is_held_an_emergency_alone(cast: Cast) -> None:
    planned(cast, SittingKind.EMERGENCY, SittingPlace.TELEPHONE)
    with pytest.raises(Refused, match="place"):
        planned(cast, SittingKind.INTAKE, SittingPlace.TELEPHONE)
    case = a_call(cast).case
    client = signed_in(cast.caseworker)
    path = reverse("accept_case", args=[case.pk])
    data = accept_data(cast) | {"kind": "intake", "place": "telephone"}
    assert "電話" in text_of(client.post(path, data))
    assert client.post(path, data | {"kind": "emergency_intake"}).status_code == 302
    with acting_as(cast.caseworker):
        assert Acceptance.objects.get().entry.sitting.place == SittingPlace.TELEPHONE


@pytest.mark.parametrize(
    ("began", "until"),
    [
        (datetime(2026, 11, 30, 23, 50, tzinfo=JAPAN), datetime(2026, 12, 1, 9, tzinfo=JAPAN)),
        (datetime(2026, 12, 1, 0, 10, tzinfo=JAPAN), datetime(2026, 12, 1, 9, tzinfo=JAPAN)),
        (datetime(2026, 12, 31, 9, 0, tzinfo=JAPAN), datetime(2027, 1, 1, 9, tzinfo=JAPAN)),
    ],
)
def test_it_is_written_up_by_nine(began: datetime, until: datetime) -> None:
    assert rules.write_up_by(began) == until


def test_an_emergency_that_is_not_written_up_is_a_duty_of_its_secretary(cast: Cast) -> None:
    case, sitting = a_call(cast).case, planned(cast, SittingKind.EMERGENCY, SittingPlace.TELEPHONE)
    with acting_as(cast.caseworker):
        actions.put_before(case, sitting, "緊急受理（架空）", by=cast.caseworker)
        duty = Duty.objects.get(case=case)
        assert (duty.owner_id, duty.kind) == (cast.caseworker.pk, "write_up_intake")
        assert duty.due_at == rules.write_up_by(sitting.held_from)
        actions.record_held(sitting, clock.now(), [cast.caseworker, cast.supervisor], by=cast.caseworker)
    client = signed_in(cast.caseworker)
    path = reverse("accept_case", args=[case.pk])
    assert 'name="chair"' not in client.get(path).content.decode(), "the conference is kept already"
    data = accept_data(cast) | {"decision": SAID}
    assert client.post(path, data).status_code == 302
    with acting_as(cast.caseworker):
        assert Duty.objects.get(pk=duty.pk).done_at is not None
        row = Acceptance.objects.get()
        assert (row.entry.sitting_id, reveal(row, "decision")) == (sitting.pk, SAID)


def test_what_is_written_at_once_leaves_no_duty(cast: Cast) -> None:
    case = a_call(cast).case
    accept(cast, case, cast.caseworker, cast.caseworker)
    with acting_as(cast.caseworker):
        assert not Duty.objects.filter(case=case).exists()


def test_the_weekly_conference_has_received_cases_and_no_others(cast: Cast) -> None:
    intake, policy = planned(cast, SittingKind.INTAKE), planned(cast, SittingKind.POLICY)
    case = a_call(cast).case
    with acting_as(cast.caseworker):
        with pytest.raises(Refused, match="reception"):
            actions.put_before(case, policy, "方針（架空）", by=cast.caseworker)
        actions.put_before(case, intake, "受理（架空）", by=cast.caseworker)
        assert not Duty.objects.filter(case=case).exists(), "only an emergency is written up by 09:00"
    other = a_call(cast).case
    accept(cast, other, cast.caseworker, cast.caseworker)
    with acting_as(cast.caseworker), pytest.raises(Refused, match="accepted"):
        actions.put_before(other, intake, "受理（架空）", by=cast.caseworker)


def test_minutes_of_the_one_kind_are_not_of_the_other(cast: Cast) -> None:
    """By SQL, too: a policy conference accepts nothing."""
    case, policy = a_call(cast).case, planned(cast, SittingKind.POLICY)
    with acting_as(cast.caseworker):
        said = accepted(Case.objects.get(pk=case.pk), cast.caseworker, decision=SAID)
        now = clock.now()
        row = AgendaEntry(case=case, sitting=policy, put_by=cast.caseworker, put_at=now)
        row.matter = "方針（架空）"
        row.save(force_insert=True)
        actions.record_held(policy, now, [cast.caseworker, cast.supervisor], by=cast.caseworker)
        item = items_of(Case.objects.get(pk=case.pk))[0]
        with pytest.raises(Refused, match="no_item"):
            actions.draft_acceptance(case, item, said, by=cast.caseworker)
        forged = Acceptance(case=case, entry=row, in_charge=cast.caseworker)
        forged.decision = SAID
        forged.draft_as(cast.caseworker, now)
        with pytest.raises(IntegrityError, match="the secretary writes the minutes"), transaction.atomic():
            forged.save(force_insert=True)


def test_home_asks_for_it_until_it_is_drafted(cast: Cast) -> None:
    case = a_call(cast).case
    with acting_as(cast.caseworker):
        assert list(cases_to_accept(cast.caseworker)) == [case]
    row = drafted(cast, case, cast.caseworker, cast.caseworker)
    with acting_as(cast.caseworker):
        assert list(cases_to_accept(cast.caseworker)) == []
        ACCEPTANCE.take_back(row, by=cast.caseworker)
        assert list(cases_to_accept(cast.caseworker)) == [case]


def test_old_rows_are_read_and_no_new_ones_are_written(cast: Cast) -> None:
    case = a_call(cast).case
    accept(cast, case, cast.caseworker, cast.caseworker)
    now = clock.now()
    row = IntakeConference(
        case=case, held_at=now, recorded_by=cast.caseworker, recorded_at=now, in_charge=cast.caseworker
    )
    row.kind, row.attendees, row.decision = Conference.REGULAR, "所長（架空）", "以前の受理会議（架空）"
    with acting_as(cast.caseworker):
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            row.save(force_insert=True)
        with as_owner():
            row.save(force_insert=True, using="owner")
    page = text_of(signed_in(cast.caseworker).get(reverse("case_reception", args=[case.pk])))
    assert "以前の受理会議（架空）" in page


def test_the_regular_conference_sits_within_the_days_of_the_office(cast: Cast) -> None:
    """Seven days, or fewer as the office has it; after them the case presses, whatever its urgency."""
    late_evening = datetime(2026, 6, 1, 14, 59, tzinfo=UTC)  # 23:59 in Japan
    assert rules.intake_by(late_evening, 7).isoformat() == "2026-06-08T23:59:59.999999+09:00"
    assert rules.intake_by(late_evening, 2).isoformat() == "2026-06-03T23:59:59.999999+09:00"
    case = a_call(cast).case
    with acting_as(cast.caseworker):
        (line,) = [one for one in to_do(cast.caseworker, 5) if one.case_id == case.pk]
    until = timezone.localdate(rules.intake_by(case.opened_at, 7))
    assert format_date(until, style="short") in str(line.detail)
    for days, presses in ((6, False), (9, True)):
        waits = Case(pk=case.pk, urgency="B", opened_at=clock.now() - timedelta(days=days))
        assert to_accept([waits], 7)[0].pressing is presses
