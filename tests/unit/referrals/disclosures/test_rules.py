"""Every refusal as a rule: the sentence that stands beside the grey button, before any wall has to refuse."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest

from agencies.directory.models import Office
from agencies.notices.models import Notice
from agencies.staff.acting import acting_as
from agencies.staff.rules import Refused
from cases.decisions.codes import Verdict
from cases.duties.actions import fulfil_duty
from cases.duties.queries import duties_open_for, open_duties_of
from cases.records.actions import add_to_team
from cases.records.codes import Level, Relation
from referrals.consent import actions as consent
from referrals.consent import rules as consent_rules
from referrals.consent.codes import DutyCode, Ground
from referrals.consent.models import Intention
from referrals.disclosures import actions
from referrals.disclosures.codes import POLICE_REPORT
from referrals.disclosures.models import Disclosure
from referrals.police import actions as police
from referrals.police.queries import contacts_unseen_for, letter_at_desk
from security.walls import clock
from tests.cast import Cast, a_case, agreed, as_owner, delegated, waiting_for
from tests.client import signed_in
from tests.unit.referrals import steps


@contextmanager
def refuses(code: str) -> Iterator[None]:
    """The block is refused with this code and a sentence."""
    with pytest.raises(Refused) as caught:
        yield
    assert caught.value.code == code
    assert str(caught.value.reason)


def test_no_draft_without_a_basis(cast: Cast) -> None:
    case = a_case(cast)
    with refuses("gate"):
        steps.drafted(cast, case)
    for result in ("declines", "undecided", "unable"):
        steps.confirmed(cast, case, result=result)
        with refuses("gate"):
            steps.drafted(cast, case)
    intention = steps.confirmed(cast, case)
    with refuses("gate"):
        steps.drafted(cast, case, recipient=cast.offices["support2"])
    steps.withdrawn(cast, intention)
    with refuses("gate"):
        steps.drafted(cast, case)


def test_check_items(cast: Cast) -> None:
    case = a_case(cast)
    steps.confirmed(cast, case)
    with refuses("items"):
        steps.drafted(cast, case, items=["considerations"])
    with refuses("items"):
        steps.drafted(cast, case, items=[])
    with refuses("empty"):
        steps.drafted(cast, case, texts={"identity_min": " \n"})
    agreed(cast, items=["safety_state"])
    with refuses("items"):
        steps.drafted(cast, case, items=["identity_min"])
    assert steps.drafted(cast, case, items=["safety_state"]).items == ["safety_state"]


def test_check_may_decide(cast: Cast) -> None:
    case = a_case(cast)
    intention = steps.confirmed(cast, case)
    report = steps.drafted(cast, case)
    with refuses("not_decider"):
        steps.decided(cast, report, by="supervisor")
    with refuses("not_decider"):
        steps.decided(cast, report, by="caseworker")
    with refuses("note"), acting_as(cast.director):
        actions.REPORT.decide(report, Verdict.RETURN, version=report.version, by=cast.director)
    with refuses("not_approved"):
        steps.sent(cast, report)
    steps.decided(cast, report)
    with refuses("decided"):
        steps.decided(cast, report)
    steps.sent(cast, report)
    with refuses("sent"):
        steps.sent(cast, report)
    steps.closed(cast, report)
    returned = steps.decided(cast, steps.drafted(cast, case), approved=False)
    assert (returned.ending, returned.is_open_at(clock.now())) == ("returned", False)
    with refuses("closed"):
        steps.sent(cast, returned)
    third = steps.decided(cast, steps.drafted(cast, case))
    steps.withdrawn(cast, intention)
    with refuses("closed"):
        steps.sent(cast, third)


def test_own_draft_in_another_position(cast: Cast) -> None:
    case = a_case(cast, lead="two_positions")
    steps.confirmed(cast, case, by="two_positions")
    report = steps.drafted(cast, case, by="two_positions")
    with refuses("own_draft"):
        steps.decided(cast, report, by="two_positions/director")
    steps.decided(cast, report)


def test_a_delegate_decides(cast: Cast) -> None:
    case = a_case(cast)
    steps.confirmed(cast, case)
    report = steps.drafted(cast, case)
    delegated(cast, cast.supervisor, POLICE_REPORT)
    assert steps.decided(cast, report, by="supervisor").approved


def test_a_delegate_on_the_team_is_told_and_finds_it_at_home(cast: Cast) -> None:
    case = a_case(cast)
    with acting_as(cast.caseworker):
        add_to_team(case, cast.colleague, relation=Relation.MEMBER, level=Level.EDIT, by=cast.caseworker)
    delegated(cast, cast.colleague, POLICE_REPORT)
    steps.confirmed(cast, case)
    report = steps.drafted(cast, case)
    with acting_as(cast.colleague):
        assert Notice.objects.filter(kind="decision_waiting").count() == 1
    assert f"/police_report/{report.pk}/" in signed_in(cast.colleague).get("/").content.decode()
    assert "/police_report/" not in signed_in(cast.other_section).get("/").content.decode()
    assert steps.decided(cast, report, by="colleague").approved


def test_the_decider_decides_what_was_read(cast: Cast) -> None:
    case = a_case(cast)
    steps.confirmed(cast, case)
    report = steps.drafted(cast, case)
    texts = {item: "書き直し" for item in steps.ITEMS}
    more: dict[str, Any] = {"urgency": "B", "due_at": clock.now() + timedelta(days=1)}
    with refuses("not_drafter"), acting_as(cast.supervisor):
        actions.edit_draft(report, texts=texts, by=cast.supervisor, **more)
    with acting_as(cast.caseworker):
        edited = actions.edit_draft(report, texts=texts, by=cast.caseworker, **more)
    with refuses("stale"):
        steps.decided(cast, report)
    steps.decided(cast, edited)
    with refuses("decided"), acting_as(cast.caseworker):
        actions.edit_draft(report, texts=texts, by=cast.caseworker, **more)


def test_check_may_close(cast: Cast) -> None:
    report = steps.readable(cast)
    with refuses("no_grant"), acting_as(cast.stranger):
        row = Disclosure(id=report.pk, case_id=report.case_id)
        from referrals.disclosures.rules import check_may_close

        check_may_close(row, cast.stranger)
    with acting_as(cast.caseworker):
        actions.close_report(report, by=cast.caseworker)
    assert steps.seen_by(cast.police, report) == []
    with refuses("closed"), acting_as(cast.caseworker):
        actions.close_report(report, by=cast.caseworker)


def test_references_lead_to_no_case(cast: Cast) -> None:
    case = a_case(cast)
    steps.confirmed(cast, case)
    references = {steps.closed(cast, steps.drafted(cast, case)).reference for _ in range(3)}
    assert len(references) == 3
    assert not any(
        part in reference for reference in references for part in case.number.split("-") if len(part) > 3
    )


def test_check_answer(cast: Cast) -> None:
    case = a_case(cast)
    with refuses("recipient"):
        steps.confirmed(cast, case, recipient=cast.offices["school"])
    with refuses("items"):
        steps.confirmed(cast, case, items=())
    for wrong in (clock.now() - timedelta(days=1), clock.now() + timedelta(days=200)):
        with refuses("term"):
            steps.confirmed(cast, case, valid_until=wrong)
    with as_owner():
        Office.objects.using("owner").filter(code="kita").update(intention_months=1, intention_months_most=1)
    with acting_as(cast.caseworker):
        case.office.refresh_from_db()
    with refuses("term"):
        steps.confirmed(cast, case, valid_until=clock.now() + timedelta(days=60))
    with refuses("no_grant"):
        steps.confirmed(cast, case, by="stranger")


@pytest.mark.parametrize("result", ["declines", "undecided", "wishes"])
def test_an_answer_is_never_cannot_form(cast: Cast, result: str) -> None:
    case = a_case(cast)
    intention = steps.confirmed(cast, case, result=result)
    with refuses("formed"):
        steps.excepted(cast, case, ground=Ground.CANNOT_FORM, condition="2歳")
    steps.withdrawn(cast, intention)
    with refuses("formed"):
        steps.excepted(cast, case, ground=Ground.CANNOT_FORM, condition="2歳")


def test_check_exception(cast: Cast) -> None:
    case = a_case(cast)
    for blank in ("", " 　\n"):
        with refuses("condition"):
            steps.excepted(cast, case, ground=Ground.CANNOT_FORM, condition=blank)
        with refuses("reason"):
            steps.excepted(cast, case, reason=blank)
    for ground in (Ground.ALL_CASES, Ground.ACCUSATION):
        with refuses("ground"):
            steps.excepted(cast, case, ground=ground)
    request = steps.excepted(cast, case, approve=False)
    with refuses("gate"):
        steps.drafted(cast, case)
    for who in ("caseworker", "supervisor"):
        with refuses("not_decider"), acting_as(cast.positions[who]):
            consent.EXCEPTION.decide(request, Verdict.APPROVE, by=cast.positions[who])
    with acting_as(cast.director):
        assert [row.pk for row in waiting_for(consent.EXCEPTION, cast.director)] == [request.pk]
        consent.EXCEPTION.decide(request, Verdict.APPROVE, by=cast.director)
        assert waiting_for(consent.EXCEPTION, cast.director) == []
    with refuses("decided"), acting_as(cast.director):
        consent.EXCEPTION.decide(request, Verdict.REFUSE, note="理由", by=cast.director)
    station = cast.offices["station"]
    agreed(cast, recipient=station, items=list(steps.ITEMS), grounds=["accusation"])
    assert steps.excepted(cast, case, ground=Ground.ACCUSATION, office="station").ground == "accusation"


def test_check_may_fulfil(cast: Cast) -> None:
    case = a_case(cast)
    steps.excepted(cast, case)
    with acting_as(cast.caseworker):
        mine = {duty.kind: duty for duty in duties_open_for(cast.caseworker)}
        assert set(mine) == set(DutyCode)
        with refuses("barred"):
            fulfil_duty(mine[DutyCode.REVIEW], note="見た", by=cast.caseworker)
        fulfil_duty(mine[DutyCode.EXPLAIN], note="説明した", by=cast.caseworker)
    with acting_as(cast.supervisor):
        (review,) = duties_open_for(cast.supervisor)
        assert review.owner_id == cast.supervisor.pk
        fulfil_duty(review, note="妥当", by=cast.supervisor)
        with refuses("done"):
            fulfil_duty(review, note="もう一度", by=cast.supervisor)
        assert not open_duties_of(case)


def test_taking_and_assigning(cast: Cast) -> None:
    case = a_case(cast)
    intention = steps.confirmed(cast, case)
    report = steps.sent(cast, steps.decided(cast, steps.drafted(cast, case)))
    with acting_as(cast.police):
        letter = letter_at_desk(cast.police, report.pk)
        assert letter is not None
        assert letter.state == "new"
        with refuses("role"):
            police.assign(letter, cast.police2, by=cast.police)
        police.take(letter, by=cast.police)
    with acting_as(cast.police2), refuses("taken"):
        police.take(letter_at_desk(cast.police2, report.pk), by=cast.police2)  # type: ignore[arg-type]
    with acting_as(cast.policechief):
        letter = letter_at_desk(cast.policechief, report.pk)
        assert letter is not None
        for wrong in (cast.foreign_police, cast.caseworker):
            with refuses("officer"):
                police.assign(letter, wrong, by=cast.policechief)
        with refuses("assigned"):
            police.assign(letter, cast.police, by=cast.policechief)
    with acting_as(cast.foreign_police):
        assert letter_at_desk(cast.foreign_police, report.pk) is None
    steps.withdrawn(cast, intention)
    with acting_as(cast.policechief):
        letter = letter_at_desk(cast.policechief, report.pk)
        assert letter is not None
        assert letter.state == "closed"
        with refuses("closed"):
            police.assign(letter, cast.police2, by=cast.policechief)


def test_contacts_are_never_refused(cast: Cast) -> None:
    case = a_case(cast)
    with as_owner():
        type(case).objects.using("owner").filter(pk=case.pk).update(stage="closed")
    texts = {
        "happened_at": clock.now().isoformat(),
        "who": "当直",
        "basis": "emergency",
        "said": "所在を伝えた",
    }
    with acting_as(cast.caseworker):
        contact = police.record_contact(case, texts, by=cast.caseworker)
        with refuses("role"):
            police.see_contact(contact, by=cast.caseworker)
    with acting_as(cast.supervisor):
        assert [row.pk for row in contacts_unseen_for(cast.supervisor)] == [contact.pk]
        police.see_contact(contact, by=cast.supervisor)
        assert not contacts_unseen_for(cast.supervisor).exists()
        with refuses("seen"):
            police.see_contact(contact, by=cast.supervisor)


def test_check_officer(cast: Cast) -> None:
    case = a_case(cast)
    steps.confirmed(cast, case)
    report = steps.drafted(cast, case)
    with acting_as(cast.director):
        assert [row.pk for row in waiting_for(actions.REPORT, cast.director)] == [report.pk]
    for name in ("caseworker", "supervisor", "stranger_director"):
        with acting_as(cast.positions[name]):
            assert not waiting_for(actions.REPORT, cast.positions[name])


def test_grounds_offered(cast: Cast) -> None:
    with acting_as(cast.caseworker):
        found = consent_rules.grounds_between(cast.offices["kita"], cast.offices["support"], clock.now())
        assert found == ["danger", "cannot_form"]
        assert not Intention.objects.exists()
