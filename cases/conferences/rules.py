"""Who plans a conference, puts a case before it and writes its minutes; and what the law forbids it to decide."""

from collections.abc import Collection, Mapping
from datetime import date, datetime, time, timedelta

from django.utils.functional import Promise
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from agencies.staff.models import Position
from agencies.staff.roles import Permission
from agencies.staff.rules import Refused
from cases.clocks.rules import JAPAN
from cases.conferences.codes import (
    AGAINST,
    CHILD_HEARD_BEFORE,
    COUNCIL_HEARD,
    OF_KIND,
    OPENING,
    TO_SUPPORT,
    ChildHeard,
    CouncilWay,
    ItemState,
    Measure,
    Opposed,
    SightWay,
    SittingKind,
    SittingPlace,
    Stand,
)
from cases.conferences.models import Acceptance, ConferenceItem, Minuted, Sitting
from cases.conferences.queries import (
    Around,
    Council,
    CustodianView,
    Item,
    Outsider,
    acceptance_rows,
    council_of,
    items_of,
    to_minute,
)
from cases.decisions.codes import State
from cases.decisions.rules import check_may_draft, check_move
from cases.records.codes import Answer, Stage
from cases.records.models import Case
from cases.records.rules import STAGES, check_may_edit
from face.wareki import format_datetime
from security.encryption.fields import value_of

OPEN = frozenset({Stand.NOT_REACHED, Stand.NOT_ASKED})
"""Of whom it is not known where they stand."""

WRITE_UP_AT = time(9)


def check_people(chair: Position, secretary: Position) -> None:
    """The chair supervises or decides, the secretary drafts decisions, and they are two people."""
    if not (chair.may(Permission.MANAGE_TEAM) or chair.may(Permission.DECIDE)):
        raise Refused("chair", _("A supervisor or the director chairs a conference."))
    if not secretary.may(Permission.DRAFT_DECISIONS):
        raise Refused("secretary", _("The role of the secretary does not include drafting decisions."))
    if chair.staff_id == secretary.staff_id:
        raise Refused("two_people", _("The chair does not write the minutes: choose another secretary."))


def check_kind(kind: SittingKind, place: SittingPlace) -> None:
    """By telephone, among few, is held an emergency intake conference alone."""
    if place is SittingPlace.TELEPHONE and kind is not SittingKind.EMERGENCY:
        raise Refused("place", _("Only an emergency intake conference is held by telephone."))


def intake_by(opened_at: datetime, days: int) -> datetime:
    """Until when the intake conference decides on a case that was received: the end of the last of so many days, which the office
    sets. A regular one sits every week (児童相談所運営指針)."""
    end = opened_at.astimezone(JAPAN).date() + timedelta(days=days + 1)
    return datetime.combine(end, time.min, JAPAN) - timedelta(microseconds=1)


def write_up_by(held_from: datetime) -> datetime:
    """The next morning, 09:00 in Japan, by which an emergency intake conference is written up, as oral custody decisions are."""
    began = held_from.astimezone(JAPAN)
    morning = datetime.combine(began.date(), WRITE_UP_AT, JAPAN)
    return morning if began < morning else morning + timedelta(days=1)


def check_may_record(sitting: Sitting, by: Position) -> None:
    """Its chair or its secretary records once that it was held."""
    if by.pk not in (sitting.chair_id, sitting.secretary_id):
        raise Refused("not_secretary", _("The chair or the secretary of the conference records this."))
    if sitting.held_to is not None:
        raise Refused("held", _("This has been recorded already."))
    if sitting.cancelled_at is not None:
        raise Refused("cancelled", _("This conference was cancelled."))


def check_may_change(sitting: Sitting, by: Position) -> None:
    """Its chair or its secretary moves or cancels it while it is planned. One that was held was held."""
    if sitting.held_to is not None:
        raise Refused("held", _("This conference has been held: it is not moved and not cancelled."))
    if sitting.cancelled_at is not None:
        raise Refused("cancelled", _("This conference was cancelled."))
    if by.pk not in (sitting.chair_id, sitting.secretary_id):
        raise Refused("not_secretary", _("The chair or the secretary of the conference does this."))


def check_may_move(sitting: Sitting, by: Position) -> None:
    """As :func:`check_may_change`. An emergency intake conference does not wait: it is held, or cancelled."""
    check_may_change(sitting, by)
    if sitting.known_kind is SittingKind.EMERGENCY:
        raise Refused("urgent", _("An emergency intake conference does not wait: hold it, or cancel it."))


def check_new_time(sitting: Sitting, new_from: datetime, now: datetime) -> None:
    """To a time to come, and another than it had."""
    if new_from <= now:
        raise Refused("past", _("A conference is moved to a time that lies ahead."))
    if new_from == sitting.held_from:
        raise Refused("same", _("It is planned for this time already."))


def check_held(sitting: Sitting, held_to: datetime, present: Collection[Position], now: datetime) -> None:
    """It ended after it began, and not in the future; whoever sat was of its office, chair and secretary among them."""
    check_ended(sitting, held_to, now)
    if not {sitting.chair_id, sitting.secretary_id} <= {one.pk for one in present}:
        raise Refused("present", _("Chair and secretary are among those present."))


def check_by_telephone(present: Collection[Position], by_telephone: Collection[Position]) -> None:
    """Who was there by telephone or online was there."""
    if not {one.pk for one in by_telephone} <= {one.pk for one in present}:
        raise Refused("by_telephone", _("Only who was present was present by telephone or online."))


def check_ended(sitting: Sitting, held_to: datetime, now: datetime) -> None:
    """It ended after it began, and not in the future."""
    if held_to > now:
        raise Refused("held_to", _("“Ended at” lies in the future."))
    if held_to < sitting.held_from:
        raise Refused(
            "held_to",
            _("“Ended at” lies before “Begins at”, %(moment)s.")
            % {"moment": format_datetime(sitting.held_from)},
        )


def check_may_put(case: Case, by: Position) -> None:
    """Those who work on the case."""
    check_may_edit(case, by)


def check_on_agenda(case: Case, sitting: Sitting) -> None:
    """Before a conference that is planned, once: an intake conference while the case is in reception, and no other then."""
    if sitting.held_to is not None:
        raise Refused("held", _("This conference has been held already. Choose another one."))
    if sitting.cancelled_at is not None:
        raise Refused("cancelled", _("This conference was cancelled. Choose another one."))
    if sitting.known_kind is SittingKind.PROGRESS:
        raise Refused(
            "progress", _("A progress conference goes through the progress list: every open case is on it.")
        )
    if case.stage == Stage.RECEPTION and not sitting.is_intake:
        raise Refused("reception", _("The case is in reception: the intake conference comes first."))
    if case.stage != Stage.RECEPTION and sitting.is_intake:
        raise Refused("accepted", _("The case has been accepted already."))
    if any(one.entry.sitting_id == sitting.pk for one in items_of(case)):
        raise Refused("there", _("The case is on the agenda of this conference already."))


def check_may_minute(case: Case, by: Position, now: datetime) -> None:
    """The secretary of a conference that was held on this case, while its minutes are to be written."""
    check_may_draft(case, by, [], now)
    if not to_minute(case, by):
        raise Refused(
            "no_item",
            _(
                "No minutes are to be written by you: the secretary writes them, once the conference was held."
            ),
        )


def check_may_accept(case: Case, by: Position, now: datetime) -> None:
    """Those who work on a case in reception and draft decisions write what the intake conference decided."""
    if case.stage not in (Stage.RECEPTION, Stage.CLOSED):
        raise Refused("stage", _("The case has been accepted already."))
    check_may_draft(case, by, acceptance_rows(case), now)


def check_still_received(row: Acceptance, by: Position, now: datetime) -> None:
    """A case is accepted once, out of reception, and given to nobody who has left since the conference."""
    check_signed(row, by)
    if row.case.stage != Stage.RECEPTION:
        raise Refused("stage", _("The case has been accepted already."))
    if not row.in_charge.is_current_on(localdate(now)):
        raise Refused(
            "in_charge",
            _(
                "The person named as in charge does not hold that position now. Return the draft, so that somebody else is named."
            ),
        )


def check_item(item: Item | None, by: Position, now: datetime, *, intake: bool = False) -> Item:
    """The item whose minutes are written: held, of this secretary, and not decided; of a conference that accepts cases, or of
    another (``intake``). Gives it."""
    open_to = (ItemState.HELD, ItemState.RETURNED)
    if item is None or item.entry.sitting.is_intake is not intake or item.state_at(now) not in open_to:
        raise Refused("no_item", _("The minutes of this item have been written, or it has not been held."))
    if item.entry.sitting.secretary_id != by.pk:
        raise Refused("not_secretary", _("The secretary of the conference writes the minutes."))
    return item


def check_sent_after(row: Minuted, sent_at: datetime) -> None:
    """What is sent before the chair signed, and waited for that, does not know of the signature: it is sent again."""
    if row.chair_signed_at is not None and row.chair_signed_at > sent_at:
        raise Refused(
            "signed_meanwhile",
            _("The chair signed this at the same moment. Read it again, and send it once more."),
        )


def check_may_sign(row: Minuted, by: Position, now: datetime) -> None:
    """The chair of the conference signs once what the secretary wrote, while it waits for the decision."""
    check_may_edit(row.case, by)
    check_move(row, State.APPROVED, now)
    if row.entry.sitting.chair_id != by.pk:
        raise Refused("not_chair", _("The chair of the conference signs this."))
    if not row.chair_signs:
        raise Refused("not_needed", _("This draft needs no signature of the chair."))
    if row.chair_signed_at is not None:
        raise Refused("signed", _("The chair has signed this already."))


def check_signed(row: Minuted, by: Position) -> None:
    """Minutes of a conference are decided after its chair has signed them. A chair who decides signs with that."""
    if row.waits_for_chair and row.entry.sitting.chair.staff_id != by.staff_id:
        raise Refused(
            "chair_first",
            _("The chair has not signed this yet. It is approved after that; it can be returned."),
        )


def check_measures(kind: SittingKind | None, measures: Collection[Measure]) -> None:
    """A conference decides what is its own."""
    if not set(measures) <= OF_KIND.get(kind, frozenset()):
        raise Refused("measures", _("This kind of conference does not decide that."))


def check_consent(
    measures: Collection[Measure], stand: Stand | None, approved_on: date | None, today: date
) -> None:
    """No placement against the will of those with parental authority or guardianship, but by approval of the family court.

    児童福祉法27条4項, 28条1項. Whoever was not asked has not agreed: it is not known to be with their will.
    """
    if approved_on is not None and approved_on > today:
        raise Refused("approved_on", _("This day lies in the future."))
    if Measure.PLACEMENT not in measures or approved_on is not None:
        return
    if stand in AGAINST:
        raise Refused(
            "against",
            _(
                "Against the will of those with parental authority no child is placed without the family court's approval"
                " (Child Welfare Act, Art. 27 (4) and Art. 28 (1)). Decide on the petition, or enter the day of the approval."
            ),
        )
    if stand in (None, Stand.NOT_ASKED):
        raise Refused(
            "not_asked",
            _(
                "Those with parental authority have not been asked: no child is placed against their will"
                " (Child Welfare Act, Art. 27 (4))."
            ),
        )


def check_child_heard(measures: Collection[Measure], heard: ChildHeard | None, why: str) -> None:
    """The child's view is heard before guidance, a placement, its change or its end, and before custody ends; only where that
    cannot wait, promptly afterwards, with the reason (児童福祉法33条の3の3)."""
    if heard is not ChildHeard.BEFORE and not why.strip():
        raise Refused("heard_why", _("Write down why the child was not heard before."))
    if heard in (None, ChildHeard.NOT) and CHILD_HEARD_BEFORE & set(measures):
        raise Refused(
            "not_heard",
            _(
                "This is not decided before the child was heard (Child Welfare Act, Art. 33-3-3). Only where it cannot wait is"
                " the child heard promptly afterwards."
            ),
        )


def check_hears_afterwards(heard: ChildHeard | None, owner: object) -> None:
    """Who is to be heard promptly afterwards (児童福祉法33条の3の3) has somebody who hears it, and nobody else has."""
    if (heard is ChildHeard.URGENT) is not bool(owner):
        raise Refused(
            "hear_owner",
            _("Choose who hears the child afterwards.")
            if not owner
            else _("Only a child who is heard afterwards has somebody who is to hear it."),
        )


def is_for_council(
    measures: Collection[Measure],
    opposed: Collection[Opposed],
    stand: Stand | None,
    approved_on: date | None,
) -> bool:
    """Whether the council is heard: on a measure that goes against what the child or a custodian wants (児童福祉法27条6項,
    児童福祉法施行令32条1項). A placement with the approval of the family court is left out there. Who objects with parental
    authority counts, too, where nobody wrote that a custodian's opinion differs."""
    asked = COUNCIL_HEARD & set(measures)
    if approved_on is not None:
        asked -= {Measure.PLACEMENT}
    return bool(asked) and (bool(opposed) or stand in AGAINST)


def check_council(is_needed: bool, council: Council | None) -> None:
    """The council is heard before such a measure; where that cannot wait it is told promptly afterwards, with the reason
    (児童福祉法27条6項, 児童福祉法施行令32条). What goes against its opinion needs the reason: our own judgement."""
    if council is None:
        if is_needed:
            raise Refused(
                "council_way",
                _(
                    "Against what the child or a custodian wants this is not decided before the child welfare council was heard"
                    " (Child Welfare Act, Art. 27 (6)). Decide that it is heard; only where that cannot wait is it told"
                    " promptly afterwards."
                ),
            )
    elif council.way is CouncilWay.URGENT:
        _check_urgent(council)
    else:
        _check_heard_council(council)


def _check_urgent(council: Council) -> None:
    if council.record is not None or council.followed is not None:
        raise Refused("council_way", _("A council that was not heard has no opinion that could be followed."))
    if not council.why.strip():
        raise Refused("council_why", _("Write down why the council could not be heard before."))


def _check_heard_council(council: Council) -> None:
    if council.record is None:
        raise Refused("council", _("Choose the opinion of the council, as it was recorded."))
    if council.followed not in (Answer.YES, Answer.NO):
        raise Refused("council_followed", _("Choose whether the opinion of the council is followed."))
    if council.followed is Answer.NO and not council.why.strip():
        raise Refused("council_why", _("Write down why the opinion of the council is not followed."))


def check_outsiders(outsiders: Collection[Outsider], of_council: bool) -> None:
    """Those of other offices are written down by office and position. A conference of the council (児童福祉法25条の2) has some:
    only its members are bound by 25条の5."""
    if any(not one.office.strip() or not one.position.strip() for one in outsiders):
        raise Refused("outsider", _("Write down both the office and the position."))
    if of_council and not outsiders:
        raise Refused(
            "council", _("A conference of the council has members of other offices: write them down.")
        )


def check_view_how(how: str) -> None:
    """The child's view says how it was obtained."""
    if not how.strip():
        raise Refused("view_how", _("Write down how the child's view was obtained."))


def check_who_goes(sight: Collection[SightWay], who: str) -> None:
    """Where the conference says how the child is to be seen, it says who goes."""
    if sight and not who.strip():
        raise Refused("who_goes", _("Write down who goes to see the child."))


def check_said(texts: Mapping[str, str]) -> None:
    """An intake conference had facts and an opinion before it, the child's view or why there is none, and gives its reasons.
    Raises Refused naming the field."""
    for name in Acceptance.NEEDED:
        if not texts.get(name, "").strip():
            raise Refused(name, _("Write this down too, or why it is not known yet."))


def check_views(
    around: Collection[Around], views: Collection[CustodianView], others: str, stands: bool = True
) -> None:
    """Each person ``around`` has a view, or it is said why there is none; who has parental authority has a stand, where
    ``stands`` are asked. Where nobody is recorded, what is known stands in ``others``. Raises Refused naming the field."""
    said = {one.person: one for one in views}
    if said.keys() - {one.person.pk for one in around}:
        raise Refused("people", _("The people around the child have changed meanwhile. Open the form again."))
    for asked in around:
        pk = asked.person.pk
        one = said.get(pk)
        if one is None or not one.words.strip():
            raise Refused(
                f"says_{pk.hex}", _("Write down what this person says to it, or why that is not known.")
            )
        if stands and asked.holds_authority and one.stand is None:
            raise Refused(
                f"stands_{pk.hex}", _("Choose where this person, who has parental authority, stands.")
            )
    if not around and not others.strip():
        raise Refused("custodians_view", _("Write down the view of each custodian, or why it is not known."))


def check_stand(views: Collection[CustodianView], stand: Stand | None) -> None:
    """What those with parental authority say together is the strictest of what each of them says (児童福祉法27条4項)."""
    said = {one.stand for one in views if one.stand is not None}
    if said & AGAINST and stand not in AGAINST:
        raise Refused(
            "stand",
            _("One of those with parental authority objects or took the consent back: that is what counts."),
        )
    if said & OPEN and stand in (Stand.CONSENTS, Stand.NOBODY):
        raise Refused(
            "stand", _("Not everybody with parental authority consents: one was not asked, or not reached.")
        )
    if said and stand is Stand.NOBODY:
        raise Refused("stand", _("Somebody has parental authority: see what is written of each person."))


def check_minority(minority: str, who: str) -> None:
    """A minority view has its author."""
    if bool(minority.strip()) is not bool(who.strip()):
        raise Refused("minority", _("Write down both the minority view and whose it is."))


def stage_after(case: Case, measures: Collection[Measure]) -> Stage | None:
    """Where the decision takes the case: to support, where support begins with it; where more inquiry is needed, to the
    investigation, also back from support."""
    for decided, stage in ((TO_SUPPORT, Stage.SUPPORT), ({Measure.MORE_NEEDED}, Stage.INVESTIGATION)):
        if decided & set(measures) and stage in STAGES[case.stage]:
            return stage
    return None


def check_says_clearly(row: ConferenceItem, measures: Collection[Measure]) -> None:
    """What minutes say in clear, for the database, is what their sealed measures decide: the director reads the measures, and the
    clear columns move the case. Those of before version 0.2.0 say nothing of what they open. Raises Refused."""
    leads = {Stage.SUPPORT} if TO_SUPPORT & set(measures) else set()
    leads |= {Stage.INVESTIGATION} if Measure.MORE_NEEDED in measures else set()
    if (row.to_stage is not None and row.to_stage not in leads) or (
        row.opens is not None and set(row.opens) != OPENING & set(measures)
    ):
        raise Refused("measures", _("What leads on from these minutes is not what they decide. Return them."))


def check_still_lawful(row: ConferenceItem, by: Position, now: datetime) -> None:
    """What is approved is lawful when it is approved, and the case is where the minutes found it."""
    check_signed(row, by)
    measures = value_of(row.measures) or []
    check_says_clearly(row, measures)
    check_consent(measures, value_of(row.stand), value_of(row.approved_on), now.astimezone(JAPAN).date())
    check_child_heard(measures, value_of(row.heard), "written" if row.heard_why is not None else "")
    check_measures(row.entry.sitting.known_kind, measures)
    is_needed = is_for_council(
        measures, value_of(row.opposed) or [], value_of(row.stand), value_of(row.approved_on)
    )
    check_council(is_needed, council_of(row))
    if row.to_stage is not None and row.to_stage not in (row.case.stage, *STAGES[row.case.stage]):
        raise Refused(
            "stage", _("The case is in another stage than when the minutes were written. Return them.")
        )


def what_waits(case: Case, now: datetime) -> str | Promise:
    """What of conferences prevents closing a case, in a sentence; '' where nothing does."""
    if any(one.minutes and one.minutes.state_at(now) is State.WAITING for one in items_of(case)):
        return _("The decision on a conference waits.")
    return ""
