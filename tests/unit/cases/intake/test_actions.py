"""Registering a call, accepting, and the safety check: what follows, and each refusal."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import product

import pytest
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from agencies.directory.models import Office
from agencies.notices.codes import NoticeKind
from agencies.notices.models import Notice
from agencies.staff.acting import acting_as
from agencies.staff.models import Position
from agencies.staff.rules import Refused
from cases.clocks.models import Clock
from cases.conferences.codes import ItemState
from cases.conferences.queries import items_of
from cases.intake import actions, panel
from cases.intake.actions import Received
from cases.intake.codes import (
    LEAST_URGENCY,
    OFFICE_BAND,
    Channel,
    Outcome,
    Source,
    UrgencyItem,
)
from cases.intake.models import Notification, Notifier, SafetyCheck, Told
from cases.intake.queries import possible_duplicates
from cases.intake.rules import least_urgency, still_open
from cases.records.codes import Relation, Stage, Urgency
from cases.records.models import Case, Grant
from referrals.consent.queries import text_now
from referrals.disclosures.codes import Item
from security.encryption.fields import reveal
from security.encryption.keyring import KeyNotVisible
from tests.accepting import accept, drafted
from tests.cast import CHILD, FACTS, Cast

WORDS = "「パパがさわる」「いやだって言った」"
NOTIFIER = {
    "name": "養護教諭 田中",
    "relation": "若葉中学校",
    "telephone": "03-1111-2222",
    "keep_from": "保護者",
}


def received(
    at: datetime | None = None, notifier: Mapping[str, str] | None = NOTIFIER, **told: str
) -> Received:
    texts = dict.fromkeys(Told.TOLD, "") | {"words": WORDS, "situation": "架空の事案"} | told
    moment = at or timezone.now() - timedelta(minutes=20)
    return Received(moment, Channel.TELEPHONE, Source.SCHOOL, texts, (UrgencyItem.SEXUAL,), notifier)


def a_call(
    cast: Cast, *, by: str = "caseworker", lead: str = "caseworker", at: datetime | None = None
) -> Notification:
    position = cast.positions[by]
    with acting_as(position):
        facts = replace(FACTS, urgency=Urgency.C)
        return actions.register_call(CHILD, facts, received(at), in_charge=cast.positions[lead], by=position)


def check(
    case: Case, position: Position, seen_at: datetime, *, outcome: Outcome = Outcome.SEEN, why: str = ""
) -> SafetyCheck:
    texts = {"place": "学校の保健室", "seen_by": "職員2名", "condition": "落ち着いている", "late_reason": why}
    with acting_as(position):
        case.refresh_from_db(fields=["stage"])
        return actions.record_safety_check(case, outcome=outcome, seen_at=seen_at, texts=texts, by=position)


def test_a_call_opens_a_case_at_once(cast: Cast) -> None:
    notification = a_call(cast)
    with acting_as(cast.caseworker):
        row = Notification.objects.get()
        assert (row.case.stage, row.received_by) == (Stage.RECEPTION, cast.caseworker)
        assert reveal(row, "words") == WORDS
        limit = Clock.objects.get()
        assert (limit.case_id, limit.started_at) == (row.case_id, row.received_at)
        assert limit.due_at - limit.started_at == timedelta(hours=48)
        assert row == notification


@pytest.mark.parametrize(
    ("items", "chosen", "band"),
    [
        ((), Urgency.C, Urgency.C),
        ((UrgencyItem.SEXUAL,), Urgency.C, Urgency.A),
        ((UrgencyItem.SEXUAL,), Urgency.AA, Urgency.AA),
        ((UrgencyItem.GRAVE, UrgencyItem.HOME), Urgency.B, Urgency.AA),
        ((UrgencyItem.URGENT,), Urgency.A, Urgency.AA),
        ((UrgencyItem.HOME,), Urgency.B, Urgency.B),
        # The sheet is a flow: that protection is asked for leads to AA only where what is told is pressing.
        ((UrgencyItem.ASKS,), Urgency.C, Urgency.C),
        ((UrgencyItem.ASKS, UrgencyItem.URGENT), Urgency.C, Urgency.AA),
    ],
)
def test_urgency_is_lifted_and_never_lowered(
    items: tuple[UrgencyItem, ...], chosen: Urgency, band: Urgency
) -> None:
    assert least_urgency(items, chosen, office=Office()) == band


ASKS, URGENT, GRAVE, SEXUAL, REPEATED, EFFECTS, CUSTODIAN, HOME = UrgencyItem
LATER = [REPEATED, EFFECTS, CUSTODIAN, HOME]


@pytest.mark.parametrize(
    ("yes", "no", "band", "to_find_out"),
    [
        ([], [], Urgency.C, list(UrgencyItem)),
        ([ASKS], [], Urgency.C, [URGENT, GRAVE, SEXUAL, *LATER]),
        ([ASKS, URGENT], [], Urgency.AA, []),
        ([ASKS], [URGENT], Urgency.C, [GRAVE, SEXUAL, *LATER]),
        # Where nobody asks for protection, how pressing it is is not asked, and counts for nothing.
        ([], [ASKS], Urgency.C, [GRAVE, SEXUAL, *LATER]),
        ([URGENT], [ASKS], Urgency.C, [GRAVE, SEXUAL, *LATER]),
        # Where that is not known it counts for now, and is found out first.
        ([URGENT], [], Urgency.AA, [ASKS, GRAVE, SEXUAL, *LATER]),
        ([GRAVE], [ASKS], Urgency.AA, []),
        ([SEXUAL], [ASKS, GRAVE], Urgency.A, []),
        ([SEXUAL], [ASKS], Urgency.A, [GRAVE]),
        ([REPEATED], [ASKS, GRAVE, SEXUAL], Urgency.B, []),
        ([HOME], [ASKS, GRAVE, SEXUAL, REPEATED], Urgency.C, [EFFECTS, CUSTODIAN]),
        ([], list(UrgencyItem), Urgency.C, []),
    ],
)
def test_the_urgency_sheet_is_a_flow(
    yes: list[UrgencyItem], no: list[UrgencyItem], band: Urgency, to_find_out: list[UrgencyItem]
) -> None:
    office = Office()
    assert least_urgency(yes, office=office, denied=no) == band
    assert still_open(yes, no, office=office) == to_find_out


def test_no_open_question_could_raise_the_band_of_a_settled_sheet() -> None:
    """Over every set of answers, at offices of different bands: what is not to be found out any more could not raise the
    band, and a yes never lowers it."""
    bands = list(Urgency)
    for harm, home in ("BC", ("AA", "A"), "AB", "CC"):
        office = Office(harm_band=harm, home_band=home)
        for said in product(("", "yes", "no"), repeat=len(UrgencyItem)):
            yes = [item for item, word in zip(UrgencyItem, said, strict=True) if word == "yes"]
            no = [item for item, word in zip(UrgencyItem, said, strict=True) if word == "no"]
            if URGENT in yes and ASKS in no:
                continue
            band, left = least_urgency(yes, office=office, denied=no), still_open(yes, no, office=office)
            for item in (one for one in UrgencyItem if one not in yes and one not in no):
                more = least_urgency([*yes, item], office=office, denied=no)
                assert bands.index(more) <= bands.index(band)
                assert item in left or more == band


def test_pressing_needs_somebody_who_asks_for_protection(cast: Cast) -> None:
    both = replace(received(), grounds=(URGENT,), denied=(ASKS,))
    with acting_as(cast.caseworker), pytest.raises(Refused, match="item_urgent"):
        actions.register_call(CHILD, FACTS, both, in_charge=cast.caseworker, by=cast.caseworker)


def test_the_lower_bands_are_the_offices() -> None:
    strict = Office(harm_band="A", home_band="B")
    assert least_urgency([UrgencyItem.REPEATED], Urgency.C, office=strict) == Urgency.A
    assert least_urgency([UrgencyItem.HOME], Urgency.C, office=strict) == Urgency.B
    assert least_urgency([UrgencyItem.SEXUAL], Urgency.C, office=Office(harm_band="C")) == Urgency.A
    assert set(LEAST_URGENCY) | set(OFFICE_BAND) | {UrgencyItem.ASKS} == set(UrgencyItem)


def test_a_sexual_item_lifts_the_case(cast: Cast) -> None:
    assert a_call(cast).case.urgency == Urgency.A


def test_the_duty_officer_opens_it_for_a_colleague_in_charge(cast: Cast) -> None:
    case = a_call(cast, by="duty", lead="caseworker").case
    with acting_as(cast.caseworker):
        assert Grant.objects.get(content_object=case, relation=Relation.LEAD).position == cast.caseworker
        assert Notice.objects.filter(kind=NoticeKind.CASE_ASSIGNED, position=cast.caseworker).count() == 1


@pytest.mark.parametrize("name", ["director", "police", "school", "privacy"])
def test_only_roles_that_take_contacts(cast: Cast, name: str) -> None:
    with pytest.raises(Refused, match="role"):
        a_call(cast, by=name, lead="caseworker")


def test_not_before_it_happened(cast: Cast) -> None:
    with pytest.raises(Refused, match="future"):
        a_call(cast, at=timezone.now() + timedelta(hours=1))


@pytest.mark.parametrize("name", ["caseworker", "supervisor", "director"])
def test_the_notifier_is_read_by_those_who_manage_the_case(cast: Cast, name: str) -> None:
    a_call(cast)
    with acting_as(cast.positions[name]):
        assert reveal(Notifier.objects.get(), "name") == NOTIFIER["name"]


@pytest.mark.parametrize("level", ["view", "edit"])
def test_the_notifier_is_locked_for_members(cast: Cast, level: str) -> None:
    case = a_call(cast).case
    with acting_as(cast.caseworker):
        loaded = Notifier.objects.get()
        connection.cursor().execute(
            "SELECT wall.grant(gen_random_uuid(), %s, %s, 'member', %s, NULL, NULL, NULL)",
            [case.pk, cast.colleague.pk, level],
        )
    with acting_as(cast.colleague):
        assert Notification.objects.exists()
        assert not Notifier.objects.exists()
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM keys.data_key WHERE kind = 'compartment'")
            assert cursor.fetchone() == (0,)
        with pytest.raises(KeyNotVisible):  # not even with the ciphertext at hand
            reveal(loaded, "name")


def test_a_notification_cannot_be_received_in_a_colleagues_name(cast: Cast) -> None:
    case = a_call(cast).case
    with acting_as(cast.caseworker):
        row = Notification(
            case=case, received_at=timezone.now(), received_by=cast.supervisor, channel="", source=""
        )
        for name in Told.TOLD:
            setattr(row, name, "")
        row.save(force_insert=True)
        assert Notification.objects.get(pk=row.pk).received_by == cast.caseworker


def test_a_further_notification_keeps_the_earlier_limit_and_lifts_the_urgency(cast: Cast) -> None:
    case = a_call(cast).case
    with acting_as(cast.supervisor):
        case = Case.objects.select_related("office").get(pk=case.pk)
        grave = replace(received(), grounds=(UrgencyItem.GRAVE,))
        actions.add_notification(case, grave, by=cast.supervisor)
        assert Case.objects.get(pk=case.pk).urgency == Urgency.AA
        assert (Notification.objects.count(), Clock.objects.count()) == (2, 1)


def test_the_same_child_is_hinted_at(cast: Cast) -> None:
    first = a_call(cast).case
    second = a_call(cast).case
    with acting_as(cast.caseworker):
        assert possible_duplicates(cast.caseworker, CHILD, besides=[second.pk]) == [first]
        unknown = replace(CHILD, birth_date=None, school="")
        assert possible_duplicates(cast.caseworker, unknown, besides=[]) == []


def test_accepted_by_the_line_with_another_person_in_charge(cast: Cast) -> None:
    case = a_call(cast).case
    accept(cast, case, cast.supervisor, cast.colleague)
    with acting_as(cast.colleague):
        fresh = Case.objects.get(pk=case.pk)
        assert fresh.stage == Stage.ACCEPTED
        assert fresh.accepted_at is not None
        assert [item.state for item in items_of(fresh)] == [ItemState.DECIDED]
    with acting_as(cast.caseworker):
        assert not Case.objects.filter(pk=case.pk).exists()


def test_accepted_once(cast: Cast) -> None:
    case = a_call(cast).case
    accept(cast, case, cast.caseworker, cast.caseworker)
    with pytest.raises(Refused, match="stage"):
        accept(cast, case, cast.caseworker, cast.caseworker)


@pytest.mark.parametrize("name", ["colleague", "supervisor2", "duty", "stranger"])
def test_not_accepted_by_others(cast: Cast, name: str) -> None:
    case = a_call(cast).case
    with pytest.raises((Refused, Case.DoesNotExist)):
        drafted(cast, case, cast.positions[name], cast.colleague)


def test_sight_of_the_child_meets_the_limit_and_opens_the_investigation(cast: Cast) -> None:
    case = a_call(cast).case
    accept(cast, case, cast.caseworker, cast.caseworker)
    check(case, cast.caseworker, timezone.now())
    with acting_as(cast.caseworker):
        assert Case.objects.get(pk=case.pk).stage == Stage.INVESTIGATION
        assert Clock.objects.get().met_by == cast.caseworker


def test_a_child_not_seen_leaves_the_limit_running(cast: Cast) -> None:
    case = a_call(cast).case
    accept(cast, case, cast.caseworker, cast.caseworker)
    check(case, cast.caseworker, timezone.now(), outcome=Outcome.NOT_SEEN)
    with acting_as(cast.caseworker):
        assert Case.objects.get(pk=case.pk).stage == Stage.SAFETY
        assert Clock.objects.running().exists()
    check(case, cast.caseworker, timezone.now())
    with acting_as(cast.caseworker):
        assert Case.objects.get(pk=case.pk).stage == Stage.INVESTIGATION


def test_seen_before_the_conference_met(cast: Cast) -> None:
    case = a_call(cast).case
    check(case, cast.caseworker, timezone.now())
    accept(cast, case, cast.supervisor, cast.caseworker)
    with acting_as(cast.caseworker):
        assert Case.objects.get(pk=case.pk).stage == Stage.INVESTIGATION


def test_a_late_check_says_why(cast: Cast) -> None:
    """The child is seen at once (児童虐待防止法8条)."""
    case = a_call(cast, at=timezone.now() - timedelta(hours=60)).case
    with pytest.raises(Refused, match="late_reason"):
        check(case, cast.caseworker, timezone.now())
    check(case, cast.caseworker, timezone.now(), why="不在が続いたため")
    with acting_as(cast.caseworker):
        assert Clock.objects.filter(met_at__gt=F("due_at")).exists()
        assert reveal(SafetyCheck.objects.get(), "late_reason") == "不在が続いたため"


def test_a_check_recorded_by_mistake_is_taken_back_and_the_limit_runs_again(cast: Cast) -> None:
    case = a_call(cast).case
    wrong = check(case, cast.caseworker, timezone.now())
    with acting_as(cast.caseworker):
        due = Clock.objects.get().due_at
        assert not Clock.objects.running().exists()
        actions.retract_safety_check(wrong, "別のケースに書くはずだった", by=cast.caseworker)
        assert Clock.objects.running().get().due_at == due
        with pytest.raises(Refused):
            actions.retract_safety_check(wrong, "二度目", by=cast.caseworker)
        assert reveal(wrong, "condition")  # it stays readable
        assert text_now(case, Item.SAFETY_STATE) == ""  # and no report tells it
    with acting_as(cast.colleague), pytest.raises(Refused):
        actions.retract_safety_check(wrong, "架空", by=cast.colleague)


def test_another_check_that_saw_the_child_keeps_the_limit_met(cast: Cast) -> None:
    case = a_call(cast).case
    first, _second = (
        check(case, cast.caseworker, timezone.now()),
        check(case, cast.caseworker, timezone.now()),
    )
    with acting_as(cast.caseworker):
        actions.retract_safety_check(first, "日時の誤り", by=cast.caseworker)
        assert not Clock.objects.running().exists()


def test_the_panel_and_the_timeline_show_no_notifier(cast: Cast) -> None:
    case = a_call(cast).case
    with acting_as(cast.caseworker), transaction.atomic():
        shown = panel.panel(case, cast.caseworker)
        assert shown.context["notifications"][0][1]
        told = [f"{moment.text} {moment.by}" for moment in panel.moments(case, cast.caseworker)]
        assert not any(NOTIFIER["name"] in text for text in told)
