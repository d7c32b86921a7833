"""The only writers of the case record. Each checks a rule, acts and leaves its trace in one transaction."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Model, QuerySet
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from agencies.directory.models import Office
from agencies.notices.actions import tell
from agencies.notices.codes import NoticeKind
from agencies.staff.models import Position, Staff
from agencies.staff.rules import Refused
from cases.records import rules
from cases.records.codes import (
    Answer,
    ContactMethod,
    Finding,
    Level,
    Relation,
    Sex,
    Stage,
    StayKind,
    Track,
    Urgency,
)
from cases.records.models import UNKNOWN, Case, Child, Grant, Person, ProgressEntry, StageMove
from cases.records.queries import search_values, stage_moves_of, valid_grants
from face.wareki import format_datetime
from security.encryption.fields import reveal, sealed_text, value_of
from security.encryption.keyring import Scope, current
from security.rooms import rooms
from security.search.index import put_tokens
from security.search.tokens import KINDS
from security.walls import clock

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class ChildFacts:
    """What is typed about a child. ``birth_date`` None means 不詳; names are kept as typed."""

    family_name: str
    given_name: str
    family_kana: str
    given_kana: str
    sex: Sex = Sex.OTHER
    birth_date: date | None = None
    school: str = ""
    address: str = ""
    address_withheld: bool = False
    telephone: str = ""

    def columns(self) -> dict[str, Any]:
        """What is sealed."""
        return vars(self) | {"birth_date": self.birth_date or UNKNOWN}


@dataclass(frozen=True)
class CaseFacts:
    """What a new case starts with."""

    track: Track
    urgency: Urgency
    harm_type: str = ""
    outline: str = ""
    place_of_stay: StayKind = StayKind.UNKNOWN
    place_detail: str = ""


@transaction.atomic
def open_case(child: ChildFacts, facts: CaseFacts, *, in_charge: Position, by: Position) -> Case:
    """Open a case file at once, in stage reception, with keys of its own and grants for the one in charge and the line.

    Raises Refused for a role that takes no contacts, IntegrityError (``case_opened_by_right``) if ``in_charge`` is of another
    office.
    """
    rules.check_may_open(by)
    record = _new_child(child, by.office)
    case = Case(
        id=uuid.uuid4(),
        number=_ask_wall("SELECT wall.next_number()"),
        child=record,
        office=by.office,
        section=in_charge.section,
        track=facts.track,
        urgency=facts.urgency,
        opened_at=clock.now(),
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT wall.open_case(%s, %s)", [case.pk, in_charge.pk])
    current().create(Scope("case", case.pk), by.office_id)
    for name in ("harm_type", "outline", "place_of_stay", "place_detail"):
        setattr(case, name, getattr(facts, name))
    case.save(force_insert=True)
    if in_charge.pk != by.pk:
        tell(
            [in_charge.pk],
            NoticeKind.CASE_ASSIGNED,
            case.number,
            reverse("case", args=[case.pk]),
            cause=str(case.pk),
        )
    return case


def _new_child(facts: ChildFacts, office: Office) -> Child:
    record = Child(id=_ask_wall("SELECT wall.new_child()"), office=office, created_at=clock.now())
    current().create(Scope("child", record.pk), office.pk)
    for name, text in facts.columns().items():
        setattr(record, name, text)
    record.save(force_insert=True)
    _index(record, facts)
    return record


def _index(record: Child, facts: ChildFacts) -> None:
    known = search_values(facts.family_kana, facts.given_kana, facts.birth_date, facts.school)
    # A kind of version 0.1.0 goes too.
    put_tokens(record.office_id, record.pk, known, instead_of=(*KINDS, "kana_birth"))


@transaction.atomic
def update_child(case: Case, facts: ChildFacts, *, by: Position) -> Child:
    """Overwrite the child record. The caller has compared versions (``VersionedForm``)."""
    rules.check_may_edit(case, by)
    record = locked(Child.objects.filter(pk=case.child_id))
    for name, text in facts.columns().items():
        setattr(record, name, text)
    record.version += 1
    record.save(update_fields=[*facts.columns(), "version"])
    _index(record, facts)
    return record


@transaction.atomic
def update_case(
    case: Case,
    *,
    urgency: Urgency,
    texts: Mapping[str, str],
    by: Position,
    track: Track | None = None,
    lowered_because: str = "",
) -> Case:
    """Write urgency, outline, kind of harm and place of stay. The caller has compared versions.

    ``lowered_because``: why the urgency is lower than before; each such reason is kept, with its day and who wrote it.
    ``track``: while the case is in reception it can be turned to abuse here; any other change takes two. Raises Refused.
    """
    rules.check_may_edit(case, by)
    fresh = locked(Case.objects.filter(pk=case.pk))
    rules.check_lowering_has_reason(fresh, urgency, lowered_because)
    sealed = ["harm_type", "outline", "place_of_stay", "place_detail"]
    for name in sealed:
        setattr(fresh, name, texts[name])
    if rules.is_lowered(fresh, urgency):
        fresh.lowerings = _with_lowering(fresh, urgency, lowered_because, by=by)
        sealed.append("lowerings")
    fresh.urgency = urgency
    fresh.version += 1
    fresh.save(update_fields=["urgency", *sealed, "version"])
    if track is not None and track != fresh.track:
        rules.check_may_turn(fresh, track)
        change_track(fresh, track, by=by)
    return fresh


def _with_lowering(case: Case, urgency: Urgency, reason: str, *, by: Position) -> str:
    """What was written of earlier ones, and this one below it; in Japanese, as the rest of the record."""
    with override("ja"):
        head = f"{format_datetime(clock.now(), style='short')} {case.urgency} → {urgency} {by.staff.name}"
    return "\n".join(filter(None, [reveal(case, "lowerings"), head, reason]))


def change_track(case: Case, track: Track, *, by: Position) -> None:
    """Take the case to another track, within a transaction that has locked it; every room that times by it is asked.

    The room of the track calls it with its approval: without one in this transaction the database refuses all but a turn to abuse
    in reception.
    """
    case.track = track
    case.version += 1
    case.save(update_fields=["track", "version"])
    time_sight(case, by=by)


def time_sight(case: Case, *, by: Position) -> None:
    """The child may have to be seen by a limit that does not run: every room that knows of one starts it."""
    for room in rooms():
        if room.to_be_seen is not None:
            room.to_be_seen(case, by=by)


@transaction.atomic
def move_stage(case: Case, stage: Stage, *, by: Position, on: date | None = None) -> StageMove:
    """Take the case to the next stage; the stage compared with is the stored one, not the one the reader saw.

    Called by what decides it, or by the safety check: without either in this transaction the database refuses. ``on``: the day
    from which it holds, today where none is given. Raises Refused.
    """
    rules.check_may_edit(case, by)
    case.stage = locked(Case.objects.filter(pk=case.pk)).stage
    rules.check_may_move(case, stage)
    return _move(case, stage, on, by=by)


@transaction.atomic
def correct_stage(case: Case, stage: Stage, *, on: date, reason: str, by: Position) -> StageMove:
    """A supervisor puts a wrong stage right; the change that was wrong stays, and the correction names it. Raises Refused."""
    case.stage = locked(Case.objects.filter(pk=case.pk)).stage
    rules.check_may_correct_stage(case, by)
    rules.check_correction(case, stage, reason, stage_moves_of(case))
    return _move(case, stage, on, by=by, reason=reason)


@transaction.atomic
def begin_support(case: Case, *, by: Position) -> StageMove:
    """Continuing support of the police begins. The room of it calls this with its approval; without one in this transaction the
    database refuses."""
    rules.check_may_edit(case, by)
    return _move(case, Stage.SUPPORT, None, by=by)


@transaction.atomic
def close_case(case: Case, *, by: Position) -> Case:
    """Close the case. The room of closing calls it with its approval; without one in this transaction the database refuses."""
    rules.check_may_edit(case, by)
    case.version += 1
    case.save(update_fields=["version"])
    case.closed_at = _move(case, Stage.CLOSED, None, by=by).moved_at
    return case


def _move(case: Case, stage: Stage, on: date | None, *, by: Position, reason: str = "") -> StageMove:
    """Write the change: the database takes the case along, and stamps when it was accepted or closed."""
    today = clock.today()
    rules.check_effective(case, on or today, today)
    move = StageMove(case=case, from_stage=case.stage, to_stage=stage, moved_by=by, moved_at=clock.now())
    move.effective_on, move.reason = on or today, reason or None
    move.corrects = stage_moves_of(case).first() if reason else None
    move.save(force_insert=True)
    case.stage = stage
    return move


@transaction.atomic
def save_person(
    case: Case, texts: Mapping[str, Any], *, by: Position, person: Person | None = None
) -> Person:
    """Add a person around the child, or overwrite one; what ``texts`` leaves out is empty, or not filled in (``Person.FACTS``).

    The caller has compared versions. Raises Refused, also for roles and dates that contradict each other.
    """
    if person is None:
        rules.check_may_edit(case, by)
        row = Person(case=case, written_at=clock.now())
    else:
        row = locked(Person.objects.filter(pk=person.pk))
        rules.check_may_change_person(case, row, by)
        row.version += 1
    for name in Person.TEXTS:
        setattr(row, name, texts.get(name, ""))
    for name in Person.FACTS:
        setattr(row, name, texts.get(name) or None)
    rules.check_further_roles(value_of(row.role), value_of(row.roles_more))
    rules.check_authority_dates(value_of(row.authority_from), value_of(row.authority_until))
    rules.check_born(value_of(row.birth_date), clock.today())
    rules.check_life(rules.dates_of(texts), clock.today())
    rules.check_lives_with(value_of(row.lives_from), value_of(row.lives_until), clock.today())
    row.save(update_fields=[*Person.TEXTS, *Person.FACTS, "version"] if person else None)
    return row


@transaction.atomic
def remove_person(case: Case, person: Person, *, by: Position) -> None:
    """Take a person off the page; the row and its history stay."""
    rules.check_may_change_person(case, person, by)
    person.removed_at = clock.now()
    person.save(update_fields=["removed_at"])


@transaction.atomic
def write_progress(
    case: Case,
    *,
    happened_at: datetime,
    method: ContactMethod,
    with_whom: str,
    body: str,
    with_child: Answer | None = None,
    by: Position,
    corrects: ProgressEntry | None = None,
) -> ProgressEntry:
    """Add an entry to the progress record (経過記録). An entry is corrected only by a further, dated one that names it.

    The correction of a correction names the first entry too: its corrections are shown under it in the order of their dates.
    """
    rules.check_may_edit(case, by)
    if corrects is not None and corrects.case_id != case.pk:
        raise ValueError("an entry of another case")
    first = (corrects.corrects_id or corrects.pk) if corrects else None
    entry = ProgressEntry(case=case, written_by=by, written_at=clock.now(), corrects_id=first)
    entry.happened_at, entry.method, entry.with_whom, entry.body = happened_at, method, with_whom, body
    entry.with_child = with_child
    entry.save(force_insert=True)
    return entry


@transaction.atomic
def add_to_team(
    case: Case,
    position: Position,
    *,
    relation: Relation,
    level: Level,
    by: Position,
    since: datetime | None = None,
    until: datetime | None = None,
    reason: str = "",
) -> None:
    """Give a colleague of the responsible office a grant. A new person in charge takes over from the present one.

    ``since`` None: from now on; ``until`` None: until it is ended.
    """
    if relation == Relation.LEAD:
        name_lead(case, position, by=by, keep_former=False)
        return
    rules.check_may_manage(case, by)
    # Two people who add a colleague at the same time would give two rights; when one is ended, the other would be overlooked.
    locked(Case.objects.filter(pk=case.pk))
    now = clock.now()
    rules.check_may_join(case, position, relation, by, now)
    rules.check_term(since, until, now)
    begins_now = since is None or since <= now
    _give(case, position, relation, level, since=since, until=until, reason=reason, told=begins_now)


@transaction.atomic
def name_lead(case: Case, position: Position, *, by: Position, keep_former: bool) -> None:
    """Name another person in charge. The one until now leaves the team, or stays on it as a member (``keep_former``)."""
    rules.check_may_manage(case, by)
    locked(Case.objects.filter(pk=case.pk))
    now = clock.now()
    rules.check_may_join(case, position, Relation.LEAD, by, now)
    valid = valid_grants(case, now)
    before = list(valid.filter(relation=Relation.LEAD).select_related("position"))
    for grant in valid.filter(position=position, relation=Relation.MEMBER):
        _wall("SELECT wall.revoke(%s)", grant.pk)
    _give(case, position, Relation.LEAD, Level.MANAGE)
    current = Position.objects.current(localdate(now))
    for former in before:
        if keep_former and current.filter(pk=former.position_id).exists():
            _give(case, former.position, Relation.MEMBER, Level.EDIT, told=False)
    # The caller's own place is ended last: without it the wall refuses every further change.
    for former in sorted(before, key=lambda grant: grant.position_id == by.pk):
        _wall("SELECT wall.revoke(%s)", former.pk)


def _give(
    case: Case,
    position: Position,
    relation: Relation,
    level: Level,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    reason: str = "",
    told: bool = True,
) -> None:
    grant = Grant(id=uuid.uuid4(), content_object=case)
    grant.reason = reason or None
    sealed = sealed_text(grant.reason)
    facts = (case.pk, position.pk, relation.value, level.value, sealed, until, since)
    _wall("SELECT wall.grant(%s, %s, %s, %s, %s, %s, %s, %s)", grant.pk, *facts)
    if told:
        tell(
            [position.pk],
            NoticeKind.CASE_ASSIGNED,
            case.number,
            reverse("case", args=[case.pk]),
            cause=str(grant.pk),
        )


@transaction.atomic
def take_off_team(grant: Grant, *, by: Position) -> None:
    """End a grant now; the next request of its position is refused."""
    rules.check_may_revoke(grant, by)
    _wall("SELECT wall.revoke(%s)", grant.pk)


@transaction.atomic
def block_person(case: Case, staff: Staff, *, by: Position) -> None:
    """Record a conflict of interest: whatever grants this person holds, they see nothing of the case."""
    rules.check_may_block(case, staff, by, clock.now())
    _wall("SELECT wall.block(%s, %s, %s)", uuid.uuid4(), case.pk, staff.pk)


@transaction.atomic
def lift_block(case: Case, block_id: UUID, *, by: Position) -> None:
    """End a block."""
    rules.check_may_lift(case, by)
    _wall("SELECT wall.unblock(%s)", block_id)


@transaction.atomic
def break_glass(case_id: UUID, reason: str, *, by: Position) -> Grant:
    """Open a case of the caller's office for four hours from the next request on, with a reason. The wall's function tells
    the one in charge and the line.

    IntegrityError (``breaks_glass``) for a case of another office or one that is blocked for this person: the same as for a case
    that does not exist.
    """
    rules.check_may_break_glass(by)
    grant = Grant(
        id=uuid.uuid4(), content_object_id=case_id, position=by, user_id=by.staff_id, relation=Relation.GLASS
    )
    grant.ends_at = _ask_wall("SELECT wall.break_glass(%s, %s)", grant.pk, case_id)
    grant.reason = reason
    _wall("SELECT wall.explain_glass(%s, %s)", grant.pk, sealed_text(grant.reason))
    return grant


@transaction.atomic
def review_glass(grant: Grant, finding: Finding, note: str = "", *, by: Position) -> None:
    """A supervisor records what came of a broken glass; it leaves the list. The wall's function tells of an improper look."""
    rules.check_may_review_glass(grant, by)
    rules.check_finding_has_note(finding, note)
    grant.finding_note = note or None
    _wall("SELECT wall.review_glass(%s, %s, %s)", grant.pk, finding, sealed_text(grant.finding_note))


def locked(rows: QuerySet[Row]) -> Row:
    """The one row of a query, locked for writing. Refused where the wall no longer lets it be written."""
    row = rows.select_for_update().first()
    if row is None:
        raise Refused("no_grant", _("Only the team of this case can do this."))
    return row


def _wall(statement: str, *parameters: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)


def _ask_wall(statement: str, *parameters: Any) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchone()[0]
