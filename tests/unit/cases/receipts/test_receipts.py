"""A receipt: the limit that follows from its kind, its facts, and how it ends where no case is accepted."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from agencies.directory.models import Office
from agencies.notices.codes import NoticeKind
from agencies.notices.models import Notice
from agencies.staff.acting import acting_as
from agencies.staff.models import Position
from agencies.staff.rules import Refused
from cases.clocks.codes import ClockKind
from cases.clocks.models import Clock
from cases.closing.actions import draft_closing
from cases.closing.codes import ClosingReason
from cases.decisions.codes import Verdict
from cases.intake import actions as intake
from cases.intake.codes import ReceiptKind, UrgencyItem
from cases.intake.rules import limit_of
from cases.receipts import actions, rules
from cases.receipts.actions import OUTCOME, OutcomeFacts
from cases.receipts.codes import Abuse, IncidentBand, Outcome
from cases.receipts.models import ReceiptFacts, ReceiptOutcome
from cases.receipts.queries import receipts_of
from cases.records.actions import update_case
from cases.records.codes import Stage, Track, Urgency
from cases.records.models import Case
from cases.track.actions import CHANGE, draft_change
from security.encryption.fields import reveal, value_of
from tests.accepting import accept
from tests.cast import CHILD, FACTS, Cast, as_owner, waiting_for
from tests.client import signed_in
from tests.unit.cases.closing.test_closing import CLOSE
from tests.unit.cases.intake.test_actions import check, received

ADVISED = OutcomeFacts(
    Outcome.ADVISED, "匿名の相談。こどもの特定に至らない（架空）", advice="本人に#8891を案内した"
)
NO_FACTS: dict[str, Any] = dict.fromkeys(ReceiptFacts.FACTS)
BASICS = dict.fromkeys(("harm_type", "outline", "place_detail"), "") | {"place_of_stay": "home"}


TO_MUNICIPALITY = OutcomeFacts(Outcome.TO_MUNICIPALITY, "市町村が支援中（架空）", handed_to="架空市 子育て課")


def a_receipt(cast: Cast, kind: ReceiptKind, track: Track = Track.ABUSE, *, hours_ago: int = 1) -> Case:
    moment = timezone.now() - timedelta(hours=hours_ago)
    facts = replace(FACTS, track=track, urgency=Urgency.C)
    with acting_as(cast.caseworker):
        told = replace(received(moment), kind=kind, grounds=())
        return intake.register_call(CHILD, facts, told, in_charge=cast.caseworker, by=cast.caseworker).case


def running(case: Case, by: Position) -> set[str]:
    with acting_as(by):
        return set(Clock.objects.running().filter(case=case).values_list("kind", flat=True))


def drafted(cast: Cast, case: Case, facts: OutcomeFacts = ADVISED, number: int = 0) -> ReceiptOutcome:
    with acting_as(cast.caseworker):
        fresh = Case.objects.get(pk=case.pk)
        return actions.draft_outcome(fresh, receipts_of(fresh)[number], facts, by=cast.caseworker)


def approve(cast: Cast, row: ReceiptOutcome, by: str = "supervisor") -> None:
    with acting_as(cast.positions[by]):
        fresh = ReceiptOutcome.objects.select_related("case__office", "case__child").get(pk=row.pk)
        OUTCOME.decide(fresh, Verdict.APPROVE, by=cast.positions[by])


@pytest.mark.parametrize("kind", ReceiptKind)
@pytest.mark.parametrize("track", Track)
def test_the_laws_limit_is_that_of_a_notification_of_abuse(kind: ReceiptKind, track: Track) -> None:
    """児童虐待防止法8条."""
    is_laws = kind is ReceiptKind.NOTIFICATION and track is Track.ABUSE
    expected = ClockKind.SAFETY if is_laws else ClockKind.CONTACT
    is_abuse = Case(track=track).is_abuse
    assert limit_of(kind, is_abuse=is_abuse, office=Office()) is expected
    none = limit_of(kind, is_abuse=is_abuse, office=Office(contact_hours=0))
    assert none is (ClockKind.SAFETY if is_laws else None)


def test_a_consultation_cites_no_law(cast: Cast) -> None:
    case = a_receipt(cast, ReceiptKind.CONSULTATION, Track.THIRD_PARTY)
    with acting_as(cast.caseworker):
        limit = Clock.objects.get(case=case)
        assert limit.kind == ClockKind.CONTACT
        assert "虐待防止法" not in limit.basis
        assert limit.due_at - limit.started_at == timedelta(hours=48)


def test_an_office_sets_its_own_hours_for_it(cast: Cast) -> None:
    for hours, kinds in ((24, {"contact"}), (0, set())):
        with as_owner():
            Office.objects.using("owner").filter(pk=cast.caseworker.office_id).update(contact_hours=hours)
        cast.caseworker.office.contact_hours = hours
        case = a_receipt(cast, ReceiptKind.TRANSFERRED)
        assert running(case, cast.caseworker) == kinds


def test_the_child_seen_meets_every_limit_of_sight(cast: Cast) -> None:
    case = a_receipt(cast, ReceiptKind.CONSULTATION)
    with acting_as(cast.caseworker):
        told = replace(received(), kind=ReceiptKind.NOTIFICATION)
        intake.add_notification(Case.objects.get(pk=case.pk), told, by=cast.caseworker)
    assert running(case, cast.caseworker) == {"contact", "safety"}
    check(case, cast.caseworker, timezone.now())
    assert running(case, cast.caseworker) == set()


def test_an_honest_call_ends_with_advice_and_the_supervisors_word(cast: Cast) -> None:
    case = a_receipt(cast, ReceiptKind.CONSULTATION, Track.THIRD_PARTY)
    row = drafted(cast, case)
    with acting_as(cast.supervisor):
        assert waiting_for(OUTCOME, cast.supervisor) == [row]
        assert Notice.objects.filter(kind=NoticeKind.DECISION_WAITING, position=cast.supervisor).count() == 1
    approve(cast, row)
    with acting_as(cast.caseworker):
        fresh = Case.objects.get(pk=case.pk)
        assert (fresh.stage, fresh.closed_at is not None) == (Stage.CLOSED, True)
        assert Clock.objects.get(case=case).ended_at is not None
        assert value_of(receipts_of(fresh)[0].outcomes[0].outcome) is Outcome.ADVISED


def test_the_director_is_told_of_none_that_a_supervisor_decides_and_decides_it_all_the_same(
    cast: Cast,
) -> None:
    row = drafted(cast, a_receipt(cast, ReceiptKind.INFORMATION))
    with acting_as(cast.director):
        assert not Notice.objects.filter(kind=NoticeKind.DECISION_WAITING, position=cast.director).exists()
        assert waiting_for(OUTCOME, cast.director) == [row]
    approve(cast, row, by="director")


@pytest.mark.parametrize("who", ["caseworker", "colleague", "supervisor2", "duty", "stranger_director"])
def test_nobody_else_decides_it(cast: Cast, who: str) -> None:
    row = drafted(cast, a_receipt(cast, ReceiptKind.CONSULTATION))
    with pytest.raises((Refused, ReceiptOutcome.DoesNotExist)):
        approve(cast, row, by=who)


def test_a_caseworker_signs_no_outcome_with_raw_sql(cast: Cast) -> None:
    row = drafted(cast, a_receipt(cast, ReceiptKind.CONSULTATION))
    with (
        acting_as(cast.caseworker),
        pytest.raises(IntegrityError, match="may not decide"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "UPDATE cases_receiptoutcome SET decided_at = now(), approved = true WHERE id = %s", [row.pk]
        )


def test_a_notification_of_abuse_never_ends_with_advice(cast: Cast) -> None:
    """児童虐待防止法8条."""
    case = a_receipt(cast, ReceiptKind.NOTIFICATION)
    with pytest.raises(Refused, match="abuse"):
        drafted(cast, case)
    check(case, cast.caseworker, timezone.now())
    drafted(cast, case, TO_MUNICIPALITY)


@pytest.mark.parametrize("outcome", [Outcome.TO_MUNICIPALITY, Outcome.DUPLICATE])
def test_no_limit_ends_by_an_outcome_that_says_nothing_of_the_childs_safety(
    cast: Cast, outcome: Outcome
) -> None:
    """児童虐待防止法8条: a second notification does not vanish against another case before the child is seen."""
    case = a_receipt(cast, ReceiptKind.NOTIFICATION)
    facts = replace(TO_MUNICIPALITY, outcome=outcome, other_number="TM-0000")
    with pytest.raises(Refused, match="outcome"):
        drafted(cast, case, facts)
    assert running(case, cast.caseworker) == {ClockKind.SAFETY}
    check(case, cast.caseworker, timezone.now())
    approve(cast, drafted(cast, case, facts))
    with acting_as(cast.caseworker):
        assert Case.objects.get(pk=case.pk).closed_at is not None


def test_a_limit_that_came_after_the_draft_is_seen_at_its_decision(cast: Cast) -> None:
    """児童虐待防止法8条."""
    case = a_receipt(cast, ReceiptKind.NOTIFICATION, Track.THIRD_PARTY)
    row = drafted(cast, case, TO_MUNICIPALITY)
    with acting_as(cast.caseworker):
        fresh = Case.objects.get(pk=case.pk)
        update_case(fresh, urgency=Urgency.B, texts=BASICS, track=Track.ABUSE, by=cast.caseworker)
    with pytest.raises(Refused, match="outcome"):
        approve(cast, row)
    assert ClockKind.SAFETY in running(case, cast.caseworker)


def test_a_track_that_changes_before_the_decision_is_seen(cast: Cast) -> None:
    case = a_receipt(cast, ReceiptKind.NOTIFICATION, Track.THIRD_PARTY)
    row = drafted(cast, case)
    with acting_as(cast.caseworker):
        fresh = Case.objects.get(pk=case.pk)
        update_case(fresh, urgency=Urgency.B, texts=BASICS, track=Track.ABUSE, by=cast.caseworker)
    with pytest.raises(Refused, match="abuse"):
        approve(cast, row)


def test_a_changed_track_starts_the_laws_limit_from_the_receipt_and_ends_none(cast: Cast) -> None:
    """児童虐待防止法8条: turned to abuse by one person in reception, and back by two."""
    case = a_receipt(cast, ReceiptKind.NOTIFICATION, Track.THIRD_PARTY, hours_ago=3)
    for track in (Track.ABUSE, Track.THIRD_PARTY):
        with acting_as(cast.caseworker):
            fresh = Case.objects.get(pk=case.pk)
            if track is Track.ABUSE:
                update_case(fresh, urgency=Urgency.B, texts=BASICS, track=track, by=cast.caseworker)
            else:
                row = draft_change(fresh, "理由（架空）", by=cast.caseworker)
        if track is Track.THIRD_PARTY:
            with acting_as(cast.supervisor):
                CHANGE.decide(row, Verdict.APPROVE, by=cast.supervisor)
        with acting_as(cast.caseworker):
            fresh = Case.objects.get(pk=case.pk)
            limit = Clock.objects.running().get(case=case, kind=ClockKind.SAFETY)
            assert (fresh.track, limit.started_at) == (track, receipts_of(fresh)[0].notification.received_at)


def test_a_child_seen_since_needs_no_new_limit(cast: Cast) -> None:
    case = a_receipt(cast, ReceiptKind.NOTIFICATION, Track.THIRD_PARTY)
    check(case, cast.caseworker, timezone.now())
    with acting_as(cast.caseworker):
        fresh = Case.objects.get(pk=case.pk)
        update_case(fresh, urgency=Urgency.B, texts=BASICS, track=Track.ABUSE, by=cast.caseworker)
    assert running(case, cast.caseworker) == set()


def test_a_corrected_kind_corrects_the_limit_and_ends_none(cast: Cast) -> None:
    case = a_receipt(cast, ReceiptKind.CONSULTATION, hours_ago=2)
    for kind in (ReceiptKind.NOTIFICATION, ReceiptKind.CONSULTATION):
        with acting_as(cast.caseworker):
            receipt = receipts_of(Case.objects.get(pk=case.pk))[0]
            actions.record_facts(receipt, kind, NO_FACTS, by=cast.caseworker)
            fresh = receipts_of(Case.objects.get(pk=case.pk))[0]
            assert fresh.kind is kind
            limit = Clock.objects.running().get(case=case, kind=ClockKind.SAFETY)
            assert limit.started_at == receipt.notification.received_at


def test_facts_are_sealed_corrected_by_a_further_row_and_checked(cast: Cast) -> None:
    case = a_receipt(cast, ReceiptKind.NOTIFICATION)
    with acting_as(cast.caseworker):
        receipt = receipts_of(Case.objects.get(pk=case.pk))[0]
        facts = NO_FACTS | {"abuse": Abuse.SEXUAL, "incident_band": IncidentBand.HOURS, "others": "妹（6歳）"}
        first = actions.record_facts(receipt, receipt.kind, facts, by=cast.caseworker)
        actions.record_facts(receipt, receipt.kind, facts | {"others": "妹（7歳）"}, by=cast.caseworker)
        now = receipts_of(Case.objects.get(pk=case.pk))[0].facts
        assert now is not None
        assert (reveal(now, "others"), value_of(now.abuse)) == ("妹（7歳）", Abuse.SEXUAL)
        assert ReceiptFacts.objects.count() == 2
        for name, wrong in (("leaves_at", -timedelta(hours=5)), ("incident_at", timedelta(hours=5))):
            moment = receipt.notification.received_at + wrong
            with pytest.raises(Refused, match=name):
                actions.record_facts(receipt, receipt.kind, facts | {name: moment}, by=cast.caseworker)
        with (
            pytest.raises(Exception, match="permission denied"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute("UPDATE cases_receiptfacts SET others = NULL WHERE id = %s", [first.pk])


def test_what_is_neither_ticked_nor_ruled_out_is_to_be_found_out(cast: Cast) -> None:
    case = a_receipt(cast, ReceiptKind.NOTIFICATION)
    with acting_as(cast.caseworker):
        words = {name: text for name, text in received().told.items() if name != "grounds"}
        told = replace(received(), told=words, grounds=(UrgencyItem.SEXUAL,))
        intake.add_notification(Case.objects.get(pk=case.pk), told, by=cast.caseworker)
        receipt = receipts_of(Case.objects.get(pk=case.pk))[1]
        assert receipt.to_find_out == [UrgencyItem.ASKS, UrgencyItem.URGENT, UrgencyItem.GRAVE]
        actions.record_facts(
            receipt, receipt.kind, NO_FACTS | {"ruled_out": [UrgencyItem.GRAVE]}, by=cast.caseworker
        )
        now = receipts_of(Case.objects.get(pk=case.pk))[1]
        assert now.to_find_out == [UrgencyItem.ASKS, UrgencyItem.URGENT]


def test_a_yes_that_is_found_out_raises_the_urgency_and_a_no_lowers_nothing(cast: Cast) -> None:
    case = a_receipt(cast, ReceiptKind.NOTIFICATION)
    with acting_as(cast.caseworker):
        path = reverse("receipt_facts", args=[case.pk, receipts_of(case)[0].notification.pk])
    client = signed_in(cast.caseworker)
    typed = {"kind": "tsukoku", "item_asks": "no", "item_grave": "yes", "item_home": "unknown"}
    assert client.post(path, typed).status_code == 302
    form = client.get(path).context["form"]
    assert (form["item_asks"].value(), form["item_grave"].value()) == ("no", "yes")
    with acting_as(cast.caseworker):
        receipt = receipts_of(Case.objects.get(pk=case.pk))[0]
        assert (receipt.applies, receipt.denied) == ({UrgencyItem.GRAVE}, {UrgencyItem.ASKS})
        assert (receipt.to_find_out, receipt.notification.case.urgency) == ([], Urgency.AA)
    assert client.post(path, typed | {"item_grave": "no"}).status_code == 302
    with acting_as(cast.caseworker):
        receipt = receipts_of(Case.objects.get(pk=case.pk))[0]
        assert receipt.denied == {UrgencyItem.ASKS, UrgencyItem.GRAVE}
        assert UrgencyItem.SEXUAL in receipt.to_find_out
        assert receipt.notification.case.urgency == Urgency.AA
    # How pressing it is is asked of whoever asks for protection.
    page = client.post(path, typed | {"item_urgent": "yes"})
    assert set(page.context["form"].errors) == {"item_urgent"}
    facts = NO_FACTS | {"applies": [UrgencyItem.URGENT], "ruled_out": [UrgencyItem.ASKS]}
    with acting_as(cast.caseworker), pytest.raises(Refused, match="item_urgent"):
        actions.record_facts(receipt, receipt.kind, facts, by=cast.caseworker)


def test_one_of_two_receipts_ends_and_the_case_stays(cast: Cast) -> None:
    case = a_receipt(cast, ReceiptKind.CONSULTATION)
    with acting_as(cast.caseworker):
        told = replace(received(), kind=ReceiptKind.INFORMATION)
        intake.add_notification(Case.objects.get(pk=case.pk), told, by=cast.caseworker)
    approve(cast, drafted(cast, case))
    with acting_as(cast.caseworker):
        assert Case.objects.get(pk=case.pk).stage == Stage.RECEPTION
    assert running(case, cast.caseworker) == {"contact"}
    approve(cast, drafted(cast, case, OutcomeFacts(Outcome.INFORMATION, "情報のみ（架空）"), number=1))
    with acting_as(cast.caseworker):
        assert Case.objects.get(pk=case.pk).stage == Stage.CLOSED


def test_acceptance_is_an_outcome_too(cast: Cast) -> None:
    case = a_receipt(cast, ReceiptKind.CONSULTATION)
    row = drafted(cast, case)
    accept(cast, case, cast.supervisor, cast.caseworker)
    with pytest.raises(Refused, match="settled"):
        approve(cast, row)
    with acting_as(cast.caseworker):
        fresh = Case.objects.get(pk=case.pk)
        assert rules.open_receipts(fresh, timezone.now()) == []
        with pytest.raises(Refused, match="no_receipt"):
            rules.check_may_draft_outcome(fresh, cast.caseworker, timezone.now())
        assert rules.what_waits(fresh, timezone.now())


def test_nothing_ends_a_case_while_something_of_it_is_open(cast: Cast) -> None:
    case = a_receipt(cast, ReceiptKind.CONSULTATION)
    row = drafted(cast, case)
    with acting_as(cast.caseworker):
        fresh = Case.objects.get(pk=case.pk)
        check(fresh, cast.caseworker, timezone.now())
        kind = ClosingReason.NO_ACTION
        draft_closing(fresh, kind=kind, reason="架空", child_told="", by=cast.caseworker)
    approve(cast, row)  # a draft of the closing is no obstacle: the case is closed by what is decided first


def test_the_database_closes_no_case_of_an_open_receipt(cast: Cast) -> None:
    case = a_receipt(cast, ReceiptKind.CONSULTATION)
    for number in range(2):
        with (
            acting_as(cast.caseworker),
            pytest.raises(IntegrityError, match="case_closed_by_decision"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"{CLOSE} WHERE id = %s", [case.pk])
        if not number:  # approved, but of another receipt, and not in this transaction
            with acting_as(cast.caseworker):
                told = replace(received(), kind=ReceiptKind.INFORMATION)
                intake.add_notification(Case.objects.get(pk=case.pk), told, by=cast.caseworker)
            approve(cast, drafted(cast, case))


def test_a_receipt_of_another_case_is_refused_by_the_database(cast: Cast) -> None:
    one, other = a_receipt(cast, ReceiptKind.CONSULTATION), a_receipt(cast, ReceiptKind.CONSULTATION)
    with acting_as(cast.caseworker):
        receipt = receipts_of(Case.objects.get(pk=other.pk))[0]
        with pytest.raises(IntegrityError, match="receipt_of_case"):
            actions.draft_outcome(Case.objects.get(pk=one.pk), receipt, ADVISED, by=cast.caseworker)


def test_the_pages(cast: Cast) -> None:
    case = a_receipt(cast, ReceiptKind.CONSULTATION, Track.THIRD_PARTY)
    with acting_as(cast.caseworker):
        key = receipts_of(Case.objects.get(pk=case.pk))[0].notification.pk
    client = signed_in(cast.caseworker)
    facts_path = reverse("receipt_facts", args=[case.pk, key])
    done = client.post(facts_path, {"kind": "sodan", "harm": "jidori", "incident_band": "h72"}, follow=True)
    assert "自画撮り被害" in done.content.decode()
    path = f"{reverse('receipt_outcome', args=[case.pk])}?of={key}"
    missing = client.post(path, {"outcome": "advise_end", "reason": "架空の理由"})
    assert "助言" in missing.content.decode()
    assert "架空の理由" in missing.content.decode()
    assert (
        "この番号の別のケースは見つかりません"
        in client.post(
            path, {"outcome": "duplicate", "reason": "架空", "other_number": case.number}
        ).content.decode()
    )
    typed = {"outcome": "advise_end", "reason": "架空の理由", "advice": "架空の助言"}
    done = client.post(path, typed, follow=True)
    assert "スーパーバイザー" in done.content.decode() or cast.supervisor.staff.name in done.content.decode()
    with acting_as(cast.supervisor):
        row = ReceiptOutcome.objects.get()
    page = signed_in(cast.supervisor).get(OUTCOME.url(row)).content.decode()
    assert "架空の助言" in page
    signed_in(cast.supervisor).post(OUTCOME.url(row), {"verdict": "approve", "version": "1"})
    closed = client.get(reverse("case_manage", args=[case.pk])).content.decode()
    assert "受付結果の決裁により終結しました" in closed
