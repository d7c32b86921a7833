"""The only writers of offices, people, positions, agreements and delegations. Each checks a rule and acts in one transaction."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from functools import partial
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from agencies.administration import rules
from agencies.administration.queries import held_by, held_by_account, not_over
from agencies.agreements.models import SharingAgreement
from agencies.directory.models import Office, OfficeKind, Section
from agencies.notices.actions import tell
from agencies.notices.codes import NoticeKind
from agencies.staff.actions import end_sessions_of, set_password, temporary_password
from agencies.staff.models import Delegation, Position, Staff
from agencies.staff.roles import Act, Role
from agencies.staff.rules import Refused
from security.walls import clock

AGREED = ("reference", "items", "listed", "grounds", "starts_on", "ends_on")
UNIQUE_VIOLATION = "23505"


@contextmanager
def _free() -> Iterator[None]:
    """Refused where another administrator took a code or name after the form had found it free: the unique key decides."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if getattr(error.__cause__, "sqlstate", "") != UNIQUE_VIOLATION:
            raise
        raise Refused("taken", _("Somebody else has just taken this code or name. Choose another.")) from None


@transaction.atomic
def save_office(facts: Mapping[str, Any], *, by: Position, office: Office | None = None) -> Office:
    """Add an office, or change one. Code, kind and part of the police stay: what the office may see depends on them. Rules not
    named stay too."""
    rules.check_may_administer(by)
    desk = facts.get("police_desk") or ""
    if office is None:
        rules.check_police_desk(OfficeKind(facts["kind"]), desk)
    row = office or Office(code=facts["code"], kind=facts["kind"], police_desk=desk)
    for name in ("name", "telephone", "address", "active"):
        setattr(row, name, facts[name])
    for name in set(Office.RULES) & set(facts):
        setattr(row, name, facts[name])
    with _free():
        row.save(update_fields=["name", "telephone", "address", "active", *Office.RULES] if office else None)
    return row


@transaction.atomic
def save_section(office: Office, name: str, *, by: Position, section: Section | None = None) -> Section:
    """Add a section to an office, or give one another name."""
    rules.check_may_administer(by)
    row = section or Section(office=office)
    row.name = name
    with _free():
        row.save(update_fields=["name"] if section else None)
    return row


@transaction.atomic
def add_person(facts: Mapping[str, Any], *, by: Position) -> tuple[Staff, str]:
    """Add an account; returns it with a temporary password, which is stored after the commit and shown once."""
    rules.check_may_administer(by)
    person = Staff(username=facts["username"], name=facts["name"], kana=facts["kana"], email=facts["email"])
    with _free():
        person.save(force_insert=True)
    return person, _give_password(person)


@transaction.atomic
def change_person(person: Staff, facts: Mapping[str, Any], *, by: Position) -> None:
    """Change name, reading and mail address. The user name stays: the access log names wrong tries by it."""
    rules.check_may_change(person, by)
    for name in ("name", "kana", "email"):
        setattr(person, name, facts[name])
    person.save(update_fields=["name", "kana", "email"])


@transaction.atomic
def take_into_use(person: Staff, *, by: Position) -> None:
    """Take an account into use again."""
    rules.check_may_change(person, by)
    person.is_active = True
    person.save(update_fields=["is_active"])


@transaction.atomic
def take_out_of_use(person: Staff, *, by: Position, left_behind: str = "") -> None:
    """Take an account out of use. The person's next request is no longer signed in. ``left_behind``: why, where work of its
    positions has no owner then; the database tells the supervisors of that work."""
    rules.check_may_change(person, by)
    rules.check_leaves_nothing(held_by_account(person), left_behind)
    person.is_active = False
    person.save(update_fields=["is_active"])
    yesterday = clock.today() - timedelta(days=1)
    for position in not_over(person):
        if held_by(position, yesterday):
            position.left_behind = left_behind
            position.save(update_fields=["left_behind"])
    transaction.on_commit(partial(end_sessions_of, person.pk))


@transaction.atomic
def renew_password(person: Staff, *, by: Position) -> str:
    """A new temporary password, to be changed at the next sign-in; every session of the person ends."""
    rules.check_may_change(person, by)
    person.credential_stamp = uuid.uuid4()
    person.save(update_fields=["credential_stamp"])
    return _give_password(person)


@transaction.atomic
def add_position(
    person: Staff,
    office: Office,
    role: Role,
    *,
    section: Section | None,
    starts_on: date,
    ends_on: date | None,
    by: Position,
) -> Position:
    """Give a person a position. One that decides, supervises or audits waits for confirmation; the database sends notices."""
    rules.check_may_change(person, by)
    rules.check_role_fits(role, office, section)
    # Sent twice at the same time it would be two positions, each waiting for a confirmation of its own.
    list(Staff.objects.select_for_update(no_key=True).filter(pk=person.pk).values("pk"))
    rules.check_not_held(person, office, role, starts_on, ends_on)
    position = Position(
        staff=person, office=office, section=section, role=role, starts_on=starts_on, ends_on=ends_on
    )
    if ends_on is not None:
        rules.check_last_day(position, ends_on)
    position.save(force_insert=True)
    position.refresh_from_db(fields=["added_by", "added_at"])
    return position


@transaction.atomic
def confirm_position(position: Position, *, by: Position) -> None:
    """Let a position take effect. What belongs to it (a supervisor's line) follows in the database."""
    _decide_position(position, by, confirmed_at=clock.now())


@transaction.atomic
def refuse_position(position: Position, *, reason: str, by: Position) -> None:
    """Refuse a position: it does not take effect. ``reason`` is read by the person who added it, and names no child."""
    _decide_position(position, by, refused_at=clock.now(), refusal=reason)


def _decide_position(position: Position, by: Position, **columns: Any) -> None:
    # The lock is taken only where the policy lets this identity decide; the second request finds the position decided below.
    list(Position.objects.select_for_update().filter(pk=position.pk).values("pk"))
    fresh = Position.objects.select_related("staff", "office", "added_by__staff").get(pk=position.pk)
    rules.check_may_confirm(fresh, by)
    fresh.decided_by = by
    for name, value in columns.items():
        setattr(fresh, name, value)
    fresh.save(update_fields=["decided_by", *columns])


@transaction.atomic
def end_position(position: Position, last_day: date, *, by: Position, left_behind: str = "") -> None:
    """Name the last day of a position. Its grants end with it. ``left_behind``: why, where work of it has no owner then; the
    database tells the supervisors of that work."""
    rules.check_may_end(position, by, clock.today())
    rules.check_last_day(position, last_day)
    rules.check_not_prolonged(position, last_day)
    rules.check_leaves_nothing(held_by(position, last_day), left_behind)
    position.ends_on, position.left_behind = last_day, left_behind
    position.save(update_fields=["ends_on", "left_behind"])


@transaction.atomic
def draft_agreement(facts: Mapping[str, Any], *, by: Position) -> SharingAgreement:
    """Draft an agreement of two offices; the director of the responsible one is told and decides. It is never changed."""
    rules.check_may_administer(by)
    row = SharingAgreement(
        **{name: facts[name] for name in ("sender", "recipient", *AGREED) if name in facts}
    )
    now = clock.now()
    rules.check_agreement(
        row.sender,
        row.recipient,
        row.items,
        row.grounds,
        row.starts_on,
        today=localdate(now),
        listed=row.listed,
    )
    row.draft_as(by, now)
    row.save(force_insert=True)
    _tell_directors(row.responsible, reverse("agreement", args=[row.pk]), row.pk, by)
    return row


@transaction.atomic
def decide_agreement(agreement: SharingAgreement, *, approved: bool, by: Position) -> None:
    """Approve an agreement, which holds from its first day, or do not; the person who drafted it is told."""
    rules.check_may_decide_agreement(agreement, by)
    _decide(agreement, by, approved=approved, path=reverse("agreement", args=[agreement.pk]))


@transaction.atomic
def end_agreement(agreement: SharingAgreement, last_day: date, *, by: Position) -> None:
    """Bring the last day of an agreement forward."""
    today = clock.today()
    rules.check_may_end_agreement(agreement, by, today)
    rules.check_agreement_ends(agreement, last_day, today)
    agreement.ends_on = last_day
    agreement.save(update_fields=["ends_on"])


@transaction.atomic
def draft_delegation(
    to_position: Position, acts: Sequence[Act], *, starts_on: date, ends_on: date, by: Position
) -> Delegation:
    """Draft that another position decides acts of the office until a day (専決・代決); the directors are told and one decides."""
    now = clock.now()
    rules.check_delegation(to_position, acts, starts_on, ends_on, by, today=localdate(now))
    row = Delegation(
        office=by.office,
        to_position=to_position,
        acts=[act.value for act in acts],
        starts_on=starts_on,
        ends_on=ends_on,
    )
    row.draft_as(by, now)
    row.save(force_insert=True)
    _tell_directors(by.office, "/delegations/", row.pk, by)
    return row


@transaction.atomic
def decide_delegation(delegation: Delegation, *, approved: bool, by: Position) -> None:
    """Give the delegation, or do not. The drafter is told, and, if it is given, the person who then holds it."""
    rules.check_may_decide_delegation(delegation, by)
    _decide(delegation, by, approved=approved, path="/delegations/")
    if approved:
        tell([delegation.to_position_id], NoticeKind.DELEGATED, "", "/", cause=str(delegation.pk))


@transaction.atomic
def end_delegation(delegation: Delegation, *, by: Position) -> None:
    """Take a delegation back now, or the caller's own draft of one."""
    rules.check_may_end_delegation(delegation, by)
    delegation.ended_at = clock.now()
    delegation.save(update_fields=["ended_at"])


def _decide(row: SharingAgreement | Delegation, by: Position, *, approved: bool, path: str) -> None:
    row.decide_as(by, clock.now(), approved=approved)
    row.save(update_fields=["decided_by", "decided_person", "decided_at", "approved"])
    kind = NoticeKind.DECISION_APPROVED if approved else NoticeKind.DECISION_REFUSED
    tell([row.drafted_by_id], kind, "", path, cause=str(row.pk))


def _tell_directors(office: Office, path: str, pk: uuid.UUID, by: Position) -> None:
    current = Position.objects.current(clock.today())
    directors = current.filter(office=office, role=Role.DIRECTOR).exclude(staff=by.staff_id)
    tell(directors.values_list("pk", flat=True), NoticeKind.DECISION_WAITING, "", path, cause=str(pk))


def _give_password(person: Staff) -> str:
    # Only the sign-in gate writes passwords, and it sees the person once this transaction is committed.
    password = temporary_password()
    transaction.on_commit(partial(set_password, person.pk, password, change_first=True))
    return password
