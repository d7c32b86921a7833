"""Planning a conference, putting a case before it, writing the minutes of each case, accepting one, and what approval does."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeVar
from uuid import UUID

from django.db import transaction
from django.db.models import DateTimeField, Func, QuerySet
from django.utils.timezone import localdate
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from agencies.staff.models import Position
from agencies.staff.roles import Permission
from agencies.staff.rules import check_role_may, reason_against
from cases.clocks.codes import SIGHT
from cases.clocks.models import Clock
from cases.clocks.rules import JAPAN, end_of
from cases.conferences import codes, rules
from cases.conferences.chair import ask_chair, deciders, tell_team
from cases.conferences.codes import (
    ChangeWhy,
    ChildHeard,
    Measure,
    Opposed,
    SightWay,
    SittingKind,
    SittingPlace,
    Stand,
)
from cases.conferences.council import leave_council
from cases.conferences.hearing import leave_hearing
from cases.conferences.models import Acceptance, AgendaEntry, ConferenceItem, Sitting, SittingChange
from cases.conferences.panel import TASK, WRITE_UP, shown, shown_of_acceptance
from cases.conferences.queries import Council, CustodianView, Item, Outsider, Task, around, tasks_of
from cases.decisions.actions import Decision
from cases.duties.actions import fulfil_duty, leave_duty
from cases.duties.queries import open_duties_of
from cases.duties.rules import check_may_fulfil
from cases.intake.queries import last_seen
from cases.records.actions import add_to_team, locked, move_stage
from cases.records.codes import Level, Relation, Stage
from cases.records.models import Case
from cases.records.queries import valid_leads
from face.consequences import Consequences
from security.walls import clock

A = TypeVar("A", ConferenceItem, Acceptance)


@dataclass(frozen=True, kw_only=True)
class Minutes:
    """What is written of one case: ``texts`` by the names of ``ConferenceItem.TEXTS``."""

    texts: Mapping[str, str]
    views: Collection[CustodianView] = ()
    heard: ChildHeard
    stand: Stand
    measures: Collection[Measure]
    next_on: date
    approved_on: date | None = None
    tasks: Collection[Task] = field(default_factory=list)
    outsiders: Collection[Outsider] = field(default_factory=list)
    of_council: bool = False
    hear_owner: UUID | None = None
    opposed: Collection[Opposed] = ()
    council: Council | None = None


@dataclass(frozen=True, kw_only=True)
class Met:
    """An intake conference on one case that is recorded at once, after it was held: ``by`` is its secretary."""

    kind: SittingKind
    place: SittingPlace
    held_at: datetime
    chair: Position
    present: Collection[Position] = ()
    by_telephone: Collection[Position] = ()


@dataclass(frozen=True, kw_only=True)
class Accepted:
    """What an intake conference decided of a case, and what was said there: ``texts`` by the names of ``Acceptance.TEXTS``."""

    decision: str
    in_charge: Position
    texts: Mapping[str, str]
    next_on: date
    views: Collection[CustodianView] = ()
    tasks: Collection[Task] = ()
    sight: Collection[SightWay] = ()
    who_goes: str = ""
    to_investigate: str = ""
    attendees: str = ""


@transaction.atomic
def plan_sitting(
    *,
    kind: SittingKind,
    place: SittingPlace,
    held_from: datetime,
    chair: Position,
    secretary: Position,
    by: Position,
    invited: Collection[Position] = (),
) -> Sitting:
    """Plan a conference of the office of ``by``. Raises Refused."""
    check_role_may(by, Permission.WORK_ON_CASES)
    rules.check_kind(kind, place)
    rules.check_people(chair, secretary)
    sitting = Sitting(
        office=by.office,
        kind=kind,
        place=place,
        held_from=held_from,
        chair=chair,
        secretary=secretary,
        invited=sorted(one.pk for one in invited),
        made_by=by,
        made_at=clock.now(),
    )
    sitting.save(force_insert=True)
    return sitting


@transaction.atomic
def record_held(
    sitting: Sitting,
    held_to: datetime,
    present: Collection[Position],
    *,
    by: Position,
    by_telephone: Collection[Position] = (),
) -> Sitting:
    """Write until when a conference was held, who sat, and who of them by telephone or online. Raises Refused."""
    rules.check_may_record(sitting, by)
    fresh = locked(Sitting.objects.filter(pk=sitting.pk))
    rules.check_may_record(fresh, by)
    rules.check_held(fresh, held_to, present, clock.now())
    rules.check_by_telephone(present, by_telephone)
    fresh.held_to, fresh.present = held_to, sorted(one.pk for one in present)
    fresh.by_telephone = sorted(one.pk for one in by_telephone)
    fresh.save(update_fields=["held_to", "present", "by_telephone"])
    return fresh


@transaction.atomic
def change_sitting(
    sitting: Sitting, why: ChangeWhy, *, by: Position, new_from: datetime | None = None
) -> SittingChange:
    """Move a planned conference to ``new_from``, with its agenda; or cancel it: its items are on no agenda then.

    The row does it, by its trigger, and tells chair, secretary, those invited, and those who put a case before it. Raises
    Refused.
    """
    rule = rules.check_may_change if new_from is None else rules.check_may_move
    rule(sitting, by)
    fresh = locked(Sitting.objects.filter(pk=sitting.pk))
    rule(fresh, by)
    if new_from is not None:
        rules.check_new_time(fresh, new_from, clock.now())
    change = SittingChange(office_id=fresh.office_id, sitting=fresh, why=why, was_from=fresh.held_from)
    change.new_from, change.made_by, change.made_at = new_from, by, clock.now()
    change.save(force_insert=True)
    return change


@transaction.atomic
def put_before(case: Case, sitting: Sitting, matter: str, *, papers: str = "", by: Position) -> AgendaEntry:
    """Put a case on the agenda of a planned conference, with the ``papers`` shown there. An emergency one is to be written up by
    09:00, which is a duty of its secretary. Raises Refused."""
    entry = _put(case, sitting, matter, by, papers)
    if entry.sitting.known_kind is SittingKind.EMERGENCY:
        due_at = rules.write_up_by(entry.sitting.held_from)
        leave_duty(case, WRITE_UP, cause=entry.pk, owner=entry.sitting.secretary_id, due_at=due_at)
    return entry


def _put(case: Case, sitting: Sitting, matter: str, by: Position, papers: str = "") -> AgendaEntry:
    fresh = locked(Case.objects.filter(pk=case.pk))
    rules.check_may_put(fresh, by)
    stored = Sitting.objects.get(pk=sitting.pk)
    rules.check_on_agenda(fresh, stored)
    entry = AgendaEntry(case=case, sitting=stored, put_by=by, put_at=clock.now())
    entry.matter, entry.papers = matter, papers or None
    entry.save(force_insert=True)
    return entry


@transaction.atomic
def draft_minutes(
    case: Case,
    item: Item | None,
    minutes: Minutes,
    *,
    by: Position,
    earlier: ConferenceItem | None = None,
) -> ConferenceItem:
    """Write the minutes of one case. The director or a delegate decides. Raises Refused.

    ``earlier``: the secretary's own draft to be changed, or a returned one to be drafted again.
    """
    now = clock.now()
    row = ITEM.begin(case, by, now, earlier)
    if row._state.adding:
        row.entry = rules.check_item(item, by, now).entry
    _check(row, minutes, now.astimezone(JAPAN).date())
    for name in ConferenceItem.TEXTS:
        setattr(row, name, minutes.texts.get(name) or None)
    row.heard, row.stand, row.measures = minutes.heard, minutes.stand, list(minutes.measures)
    row.approved_on, row.next_on = minutes.approved_on, minutes.next_on
    row.to_stage = rules.stage_after(case, minutes.measures)
    row.opens = sorted(codes.OPENING & set(minutes.measures))
    row.hear_owner_id = minutes.hear_owner
    row.opposed, council = list(minutes.opposed) or None, minutes.council
    row.council_way, row.council = (council.way, council.record) if council else (None, None)
    row.council_followed, row.council_why = (
        (council.followed, council.why or None) if council else (None, None)
    )
    row.tasks, row.custodians = _kept(minutes.tasks), _kept_views(minutes.views)
    row.outsiders, row.of_council = _kept_outsiders(minutes.outsiders), minutes.of_council or None
    drafted = ITEM.submit(row, by)
    ask_chair(ITEM, drafted)
    return drafted


def _check(row: ConferenceItem, minutes: Minutes, today: date) -> None:
    rules.check_measures(row.entry.sitting.known_kind, minutes.measures)
    rules.check_view_how(minutes.texts.get("view_how", ""))
    rules.check_views(around(row.case, today), minutes.views, minutes.texts.get("custodians_view", ""))
    rules.check_stand(minutes.views, minutes.stand)
    rules.check_consent(minutes.measures, minutes.stand, minutes.approved_on, today)
    rules.check_child_heard(minutes.measures, minutes.heard, minutes.texts.get("heard_why", ""))
    rules.check_hears_afterwards(minutes.heard, minutes.hear_owner)
    is_needed = rules.is_for_council(minutes.measures, minutes.opposed, minutes.stand, minutes.approved_on)
    rules.check_council(is_needed, minutes.council)
    rules.check_outsiders(minutes.outsiders, minutes.of_council)
    rules.check_minority(minutes.texts.get("minority", ""), minutes.texts.get("minority_who", ""))


def _kept(tasks: Collection[Task]) -> str | None:
    rows = [{"what": task.what, "owner": str(task.owner), "until": task.until.isoformat()} for task in tasks]
    return json.dumps(rows, ensure_ascii=False) if rows else None


def _kept_views(views: Collection[CustodianView]) -> str | None:
    rows = [
        {"person": str(one.person), "words": one.words, "stand": one.stand or "", "suspected": one.suspected}
        for one in views
    ]
    return json.dumps(rows, ensure_ascii=False) if rows else None


def _kept_outsiders(outsiders: Collection[Outsider]) -> str | None:
    rows = [{"office": one.office, "position": one.position} for one in outsiders]
    return json.dumps(rows, ensure_ascii=False) if rows else None


def _locked(rows: QuerySet[A]) -> A:
    """The case is locked before it is looked at: its stage is the stored one. Raises Refused where the chair signed while this
    waited: what is sent then was sent before, and would bear the earlier moment."""
    row = locked(rows.annotate(sent_at=Func(function="wall.clock", output_field=DateTimeField())))
    rules.check_sent_after(row, row.sent_at)  # type: ignore[attr-defined]  # annotated above
    row.case = locked(Case.objects.filter(pk=row.case_id))
    return row


def _take_effect(row: ConferenceItem, by: Position) -> None:
    """The case goes on; what is owed to the child and to the council becomes duties, and each task until the end of its day."""
    if row.to_stage is not None and row.case.stage != row.to_stage:
        move_stage(row.case, Stage(row.to_stage), by=by)
    leave_hearing(row)
    leave_council(row)
    _leave_tasks(row)
    tell_team(ITEM, row, by)


def _leave_tasks(row: ConferenceItem | Acceptance) -> None:
    for task in tasks_of(row):
        leave_duty(row.case, TASK, cause=row.pk, owner=task.owner, due_at=end_of(task.until))


ITEM: Decision[ConferenceItem] = Decision(
    act=codes.CONFERENCE,
    model=ConferenceItem,
    check_may_draft=rules.check_may_minute,
    content=("to_stage", "opens", "next_on", "council", "hear_owner", *ConferenceItem.WRITTEN),
    form_url="conference_minutes",
    template="cases/conferences/facts.html",
    beside="cases/conferences/chair.html",
    context=shown,
    panels=lambda _row: ("conferences",),
    related=(
        "entry__sitting__chair__staff",
        "entry__sitting__secretary__staff",
        "council",
        "hear_owner__staff",
    ),
    consequences=Consequences(
        _(
            "What is decided holds at once: where support begins with it, or more inquiry is needed, the case goes there."
            " A placement and the closing still take a draft and a decision of their own, which rest on it."
        ),
        _(
            "The tasks become duties of those named, who are told. The secretary, the person in charge and the team are told."
            " No other office learns of it."
        ),
        _(
            "The decision stays. It, and the stage to which it takes the case, is changed by another conference alone."
        ),
    ),
    lock=_locked,
    still_holds=rules.check_still_lawful,
    effect=_take_effect,
    deciders=lambda row, by: deciders(ITEM, row, by),
)


@transaction.atomic
def draft_acceptance(
    case: Case,
    held: Met | Item | None,
    said: Accepted,
    *,
    by: Position,
    earlier: Acceptance | None = None,
) -> Acceptance:
    """Write what an intake conference decided of a case: one that is recorded with it, or an item of one that was held and of
    which ``by`` is the secretary. The director or a delegate decides. Raises Refused.

    ``earlier``: the secretary's own draft to be changed, or a returned one to be drafted again.
    """
    now = clock.now()
    row = ACCEPTANCE.begin(case, by, now, earlier)
    if row._state.adding:
        row.entry = (
            _met(case, held, said, by, now)
            if isinstance(held, Met)
            else rules.check_item(held, by, now, intake=True).entry
        )
    rules.check_who_goes(said.sight, said.who_goes)
    rules.check_said(said.texts)
    known = around(row.case, now.astimezone(JAPAN).date())
    rules.check_views(known, said.views, said.texts.get("custodians_view", ""), stands=False)
    rules.check_minority(said.texts.get("minority", ""), said.texts.get("minority_who", ""))
    for name in Acceptance.TEXTS:
        setattr(row, name, said.texts.get(name) or None)
    row.tasks, row.custodians, row.next_on = _kept(said.tasks), _kept_views(said.views), said.next_on
    row.in_charge, row.decision = said.in_charge, said.decision
    row.who_goes, row.to_investigate = said.who_goes or None, said.to_investigate or None
    row.sight, row.attendees = list(said.sight) or None, said.attendees or None
    drafted = ACCEPTANCE.submit(row, by)
    ask_chair(ACCEPTANCE, drafted)
    _written_up(case, by)
    return drafted


def _met(case: Case, met: Met, said: Accepted, by: Position, now: datetime) -> AgendaEntry:
    sitting = plan_sitting(
        kind=met.kind, place=met.place, held_from=met.held_at, chair=met.chair, secretary=by, by=by
    )
    entry = _put(case, sitting, said.decision, by)
    everybody = {one.pk: one for one in (*met.present, met.chair, by)}
    entry.sitting = record_held(
        sitting, met.held_at, everybody.values(), by=by, by_telephone=met.by_telephone
    )
    return entry


def _written_up(case: Case, by: Position) -> None:
    """The duty to write an emergency conference up is done with the draft."""
    with override("ja"):
        note = gettext("The decision of the conference has been written.")
    for duty in open_duties_of(case):
        if duty.kind == WRITE_UP.code and not reason_against(check_may_fulfil, duty, by):
            fulfil_duty(duty, note=note, by=by)


def _accept(row: Acceptance, by: Position) -> None:
    """The case is accepted, from the day of the conference on, and the person it named is in charge from now on. It goes on to
    the investigation, which the conference decided on, unless the child has still to be seen: then with the safety check."""
    case, began = row.case, row.entry.sitting.held_from
    move_stage(case, Stage.ACCEPTED, by=by, on=localdate(max(began, case.opened_at)))
    if not _is_to_be_seen(row):
        move_stage(case, Stage.INVESTIGATION, by=by)
    if not valid_leads(clock.now()).filter(content_object=case, position=row.in_charge_id).exists():
        add_to_team(case, row.in_charge, relation=Relation.LEAD, level=Level.MANAGE, by=by)
    _leave_tasks(row)
    tell_team(ACCEPTANCE, row, by)


def _is_to_be_seen(row: Acceptance) -> bool:
    """Whether a limit runs until which the child is seen, or the conference said how it is to be seen, and it was not yet."""
    limits = Clock.objects.filter(case=row.case, kind__in=SIGHT)
    was_seen = limits.exclude(met_at=None).exists() or row.case_id in last_seen([row.case_id])
    return not was_seen and (limits.running().exists() or row.sight is not None)


ACCEPTANCE: Decision[Acceptance] = Decision(
    act=codes.INTAKE_ITEM,
    model=Acceptance,
    check_may_draft=rules.check_may_accept,
    content=("in_charge", "next_on", *Acceptance.WRITTEN),
    form_url="accept_case",
    template="cases/conferences/accepted.html",
    beside="cases/conferences/chair.html",
    context=shown_of_acceptance,
    panels=lambda _row: ("conferences",),
    related=("entry__sitting__chair__staff", "entry__sitting__secretary__staff", "in_charge__staff"),
    consequences=Consequences(
        _(
            "The case is accepted at once, and the person named is in charge of it. Where no child has still to be seen, it goes"
            " on to the investigation."
        ),
        _(
            "The tasks become duties of those named, who are told. The secretary, the person in charge and the team are told."
            " No other office learns of it."
        ),
        _("The decision stays. A case that was accepted ends by a closing, which takes two people."),
    ),
    lock=_locked,
    still_holds=rules.check_still_received,
    effect=_accept,
    deciders=lambda row, by: deciders(ACCEPTANCE, row, by),
)
