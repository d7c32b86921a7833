"""What may be done on a case record, and why not."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from agencies.directory.models import OfficeKind
from agencies.staff.models import Position, Staff
from agencies.staff.roles import LINE_ROLES, Permission, Role
from agencies.staff.rules import Refused, check_role_may, check_works
from cases.records.codes import (
    CARING,
    NEVER_SHOWN,
    Finding,
    Level,
    Marriage,
    PersonRole,
    Relation,
    Stage,
    Track,
    Urgency,
)
from cases.records.models import Block, Case, Grant, OfCase, Person, StageMove
from cases.records.queries import holds, standing_grants
from security.encryption.fields import values_of

STAGES: dict[str, tuple[Stage, ...]] = {
    Stage.RECEPTION: (Stage.ACCEPTED, Stage.CLOSED),
    Stage.ACCEPTED: (Stage.SAFETY, Stage.INVESTIGATION, Stage.SUPPORT, Stage.CLOSED),
    Stage.SAFETY: (Stage.INVESTIGATION, Stage.SUPPORT, Stage.CLOSED),
    Stage.INVESTIGATION: (Stage.SUPPORT, Stage.CLOSED),
    Stage.SUPPORT: (Stage.INVESTIGATION, Stage.CLOSED),
    Stage.CLOSED: (),
}
"""The transitions of a case (児童相談所運営指針の流れ). None is made by hand: each comes with the decision on a conference, with
the safety check, which is a fact, or with the closing."""

CORRECTABLE = frozenset({Stage.SAFETY, Stage.INVESTIGATION})
"""From and to which stages a supervisor corrects: those to which a safety check takes a case. A decision accepts, begins support
and closes, and another decision alone changes what it did."""

GLASS_LIMIT = "glass_limit"
"""The rule under which one glass too many is refused and recorded."""


def is_in_line(by: Position) -> bool:
    """Whether the position supervises: at the police, the support of victims."""
    return Role(by.role) in LINE_ROLES


def worked_on_by(case: Case) -> Permission:
    """What it takes to be on the team of this case."""
    return Permission.KEEP_SUPPORT if case.office.kind == OfficeKind.POLICE else Permission.WORK_ON_CASES


def check_may_open(by: Position) -> None:
    """Roles of a child guidance center that receive contacts; at the police, those that support victims."""
    if not by.may(Permission.KEEP_SUPPORT):
        check_role_may(by, Permission.TAKE_CONTACTS)


def check_may_edit(case: Case, by: Position) -> None:
    """Refuse a person who may not write on this case now, and any writing on a closed case."""
    if case.stage == Stage.CLOSED:
        raise Refused("closed", _("The case is closed."))
    check_works(by)
    if not holds(by, case.pk, Level.EDIT):
        raise Refused("no_grant", _("Only the team of this case can do this."))


def check_not_there(row: OfCase, others: Iterable[OfCase], facts: Collection[str]) -> None:
    """What is sent twice is written once: no other row says the same in each of ``facts``."""
    said = values_of(row, facts)
    if any(values_of(one, facts) == said for one in others):
        raise Refused("there", _("This has been recorded already."))


def check_may_manage(case: Case, by: Position) -> None:
    """Refuse a person who is neither in charge of the case nor in its line."""
    if not holds(by, case.pk, Level.MANAGE):
        raise Refused("not_manager", _("Only the person in charge and the supervisors can do this."))


def check_may_turn(case: Case, track: Track) -> None:
    """One person turns a case in reception to abuse, which is the stricter law; any other change of the track takes two."""
    if case.stage != Stage.RECEPTION or track is not Track.ABUSE:
        raise Refused("two_people", _("Changing the track takes a draft and a decision by two people."))


def is_lowered(case: Case, urgency: Urgency) -> bool:
    """Whether this band is a lower one than the case has now."""
    bands = list(Urgency)
    return bands.index(urgency) > bands.index(Urgency(case.urgency))


def check_lowering_has_reason(case: Case, urgency: Urgency, reason: str) -> None:
    """The urgency is raised freely, and lowered only with a reason; a reason that would be kept nowhere is not taken."""
    if is_lowered(case, urgency) and not reason.strip():
        raise Refused("lowered", _("Lowering the urgency needs a reason."))
    if reason.strip() and not is_lowered(case, urgency):
        raise Refused("not_lowered", _("The urgency is not lowered here. Write that in the outline."))


def check_may_move(case: Case, stage: Stage) -> None:
    """Refuse a stage that does not follow from the present one, and closing, which one person cannot do alone."""
    if stage == Stage.CLOSED:
        raise Refused("two_people", _("Closing a case takes a draft and a decision by two people."))
    if stage not in STAGES.get(case.stage, ()):
        raise Refused("stage", _("This step does not follow from the present stage."))


def check_may_correct_stage(case: Case, by: Position) -> None:
    """A stage that a safety check gave wrongly is put right by a supervisor or the director in the line of the case."""
    check_may_edit(case, by)
    check_may_manage(case, by)
    if not by.may(Permission.MANAGE_TEAM):
        raise Refused("line", _("Only supervisors and the director correct the stage."))
    if case.stage not in CORRECTABLE:
        raise Refused(
            "stage",
            _("This stage was not given by a safety check: the decision on a conference alone changes it."),
        )


def check_correction(case: Case, stage: Stage, reason: str, moves: Iterable[StageMove]) -> None:
    """A correction leads to another stage, and says why; to the investigation where the case was there before (``moves``)."""
    was_there = any(Stage.INVESTIGATION in (one.from_stage, one.to_stage) for one in moves)
    if stage not in CORRECTABLE or stage == case.stage or (stage is Stage.INVESTIGATION and not was_there):
        raise Refused("stage", _("The stage cannot be corrected to this one."))
    if not reason.strip():
        raise Refused("reason", _("A correction of the stage needs a reason."))


def check_effective(case: Case, on: date, today: date) -> None:
    """A stage holds from a day between the opening of the case and today on."""
    if not localdate(case.opened_at) <= on <= today:
        raise Refused("effective", _("The day lies between the opening of the case and today."))


def check_may_change_person(case: Case, person: Person, by: Position) -> None:
    """Refuse a person who was taken off the page, and one of another case."""
    check_may_edit(case, by)
    if person.case_id != case.pk or person.removed_at is not None:
        raise Refused("removed", _("This person was removed from the page meanwhile."))


def check_further_roles(main: PersonRole | None, more: Collection[PersonRole] | None) -> None:
    """The main role is not one of the further ones."""
    if main is NEVER_SHOWN:
        raise Refused(
            "role_main",
            _("This role is never shown. Choose another main role, and tick it among the further ones."),
        )
    if main is not None and main in (more or ()):
        raise Refused("role_twice", _("The main role is ticked among the further ones too. Clear it there."))


def check_authority_dates(begins: date | None, ends: date | None) -> None:
    """Parental authority does not end before it begins."""
    if begins is not None and ends is not None and ends < begins:
        raise Refused("authority", _("Parental authority ends before it begins. Check both dates."))


def check_born(born: date | str | None, today: date) -> None:
    """Nobody around a child is born in the future; a birth date that is not known is a text."""
    if isinstance(born, date) and born > today:
        raise Refused("born", _("The birth date is in the future."))


@dataclass(frozen=True)
class PersonDates:
    """The dates of a person around the child, as typed; ``is_dead`` also where the day of the death is not known."""

    born: date | None
    died: date | None
    is_dead: bool
    roles: frozenset[PersonRole]
    marriage: Marriage | None = None
    authority_from: date | None = None
    authority_until: date | None = None
    lives_from: date | None = None
    lives_until: date | None = None


BEFORE_BIRTH = _("This begins before the birth. Check both dates.")
AFTER_DEATH = _("This begins after the death. Check both dates.")
IN_ORDER = (
    ("born", "died", _("The death lies before the birth. Check both dates.")),
    ("born", "authority_from", BEFORE_BIRTH),
    ("born", "lives_from", BEFORE_BIRTH),
    ("authority_from", "died", AFTER_DEATH),
    ("lives_from", "died", AFTER_DEATH),
    ("authority_until", "died", _("Parental authority ends with the death. Check both dates.")),
    ("lives_until", "died", _("Living together ends with the death. Check both dates.")),
)
"""Dates of a life of which the first is not after the second, and what is said where it is."""


def check_life(person: PersonDates, today: date) -> None:
    """The dates of a life have one order, and what ends with a death has ended: no two married parents are both dead. The refusal
    names the fields."""
    if person.died is not None and person.died > today:
        raise Refused("died", _("The date of death is in the future."))
    for first, second, reason in IN_ORDER:
        earlier, later = getattr(person, first), getattr(person, second)
        if earlier is not None and later is not None and earlier > later:
            raise Refused(f"{first} {second}", reason)
    if person.is_dead and person.roles & CARING:
        raise Refused(
            "died roles", _("Who has died neither cares for the child nor lives with it. Clear that role.")
        )
    if person.is_dead and person.marriage is Marriage.MARRIED:
        raise Refused("died marriage", _("A marriage ends with a death: correct one of the two."))


def check_lives_with(begins: date | None, ends: date | None, today: date) -> None:
    """Living with the child has begun, and ends after that."""
    if begins is not None and begins > today:
        raise Refused("lives_from", _("“Lives with the child from” lies in the future."))
    if begins is not None and ends is not None and ends < begins:
        raise Refused(
            "lives_from lives_until",
            _("“Lives with the child from” lies after “Lives with the child until”. Correct one of the two."),
        )


def dates_of(texts: Mapping[str, Any]) -> PersonDates:
    """The same of what is to be saved."""

    def day(name: str) -> date | None:
        value = texts.get(name)
        return value if isinstance(value, date) else None

    roles = frozenset([*([texts["role"]] if texts.get("role") else []), *(texts.get("roles_more") or ())])
    return PersonDates(
        born=day("birth_date"),
        died=day("died_on"),
        is_dead=bool(texts.get("died_on")),
        roles=frozenset(PersonRole(one) for one in roles if one in PersonRole.values),
        marriage=texts.get("marriage") or None,
        authority_from=day("authority_from"),
        authority_until=day("authority_until"),
        lives_from=day("lives_from"),
        lives_until=day("lives_until"),
    )


def check_may_join(case: Case, position: Position, relation: Relation, by: Position, now: datetime) -> None:
    """Refuse a position that cannot be on the team: another office's, of another role, blocked, or there already."""
    check_may_manage(case, by)
    needed = worked_on_by(case)
    if relation == Relation.LEAD and needed is Permission.WORK_ON_CASES:
        needed = Permission.DRAFT_DECISIONS
    if position.office_id != case.office_id or not position.may(needed):
        raise Refused("unfit", _("This person cannot be on the team of this case in that position."))
    if is_blocked(case, position.staff):
        raise Refused("blocked", _("This colleague is barred from the case. Lift the bar first."))
    standing = standing_grants(case, now)
    if relation == Relation.LEAD and standing.filter(relation=Relation.LEAD, starts_at__gt=now).exists():
        raise Refused("planned", _("Handing this case over is planned already. Cancel that first."))
    held = standing.filter(position=position)
    if held.filter(relation=relation).exists() or (
        relation == Relation.MEMBER and held.exclude(relation=Relation.GLASS).exists()
    ):
        raise Refused("there_already", _("This person is on the team already."))


def check_term(since: datetime | None, until: datetime | None, now: datetime) -> None:
    """Access ends after it begins."""
    if until is not None and until <= (since or now):
        raise Refused("term", _("The last day is before the first day."))


def check_may_revoke(grant: Grant, by: Position) -> None:
    """Refuse a person who does not manage the case, and the end of a grant that has to stay."""
    check_may_manage(grant.content_object, by)
    check_can_end(grant, by)


def check_can_end(grant: Grant, by: Position) -> None:
    """A case never stays without a person in charge, and those who are supervised do not remove their line.

    The caller has checked that ``by`` manages the case.
    """
    if grant.ended_at is not None:
        raise Refused("ended", _("This access has ended already."))
    if grant.relation == Relation.LEAD:
        raise Refused("last_lead", _("Name another person in charge first."))
    if grant.relation == Relation.LINE and not is_in_line(by):
        raise Refused("line", _("Only supervisors and the director change the supervisor line."))
    if grant.relation == Relation.LINE and grant.user_id == by.staff_id:
        raise Refused("own_line", _("Another person of the supervisor line ends your place in it."))


def is_blocked(case: Case, staff: Staff) -> bool:
    """Whether a conflict of interest of this person is recorded."""
    return Block.objects.filter(case=case, staff=staff, ended_at=None).exists()


def check_may_block(case: Case, staff: Staff, by: Position, now: datetime) -> None:
    """The person in charge is replaced before being blocked; a supervisor is blocked by another supervisor or the director."""
    check_may_manage(case, by)
    grants = standing_grants(case, now).filter(user=staff).values_list("relation", "starts_at")
    relations = {relation for relation, _starts_at in grants}
    if any(relation == Relation.LEAD and starts_at > now for relation, starts_at in grants):
        raise Refused("receiver", _("Handing the case over to this colleague is planned. Cancel that first."))
    if Relation.LEAD in relations:
        raise Refused("last_lead", _("Name another person in charge first."))
    if Relation.LINE in relations and (not is_in_line(by) or staff.pk == by.staff_id):
        raise Refused(
            "line", _("Only another supervisor or the director can bar a colleague of the supervisor line.")
        )
    if is_blocked(case, staff):
        raise Refused("blocked", _("This colleague is barred already."))


def check_may_lift(case: Case, by: Position) -> None:
    """A block lasts until a person of the supervisor line lifts it."""
    check_may_manage(case, by)
    if not is_in_line(by):
        raise Refused("line", _("Only supervisors and the director can lift a bar."))


def glasses_left() -> int:
    """How many glasses the acting person may still break within these 24 hours."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT wall.glasses_left()")
        return cursor.fetchone()[0] or 0


def check_may_break_glass(by: Position) -> None:
    """Refuse roles that do not answer for the office's children at night, and more glasses than the office allows in a day."""
    check_role_may(by, Permission.BREAK_GLASS)
    if glasses_left() < 1:
        raise Refused(
            GLASS_LIMIT,
            _(
                "You have opened as many cases with broken glass within 24 hours as your office allows."
                " Ask the person in charge or a supervisor by telephone."
            ),
        )


def check_may_review_glass(grant: Grant, by: Position) -> None:
    """A look is reviewed once, and never by the person who looked."""
    check_role_may(by, Permission.REVIEW_LINE)
    check_may_manage(grant.content_object, by)
    if grant.user_id == by.staff_id:
        raise Refused("own_look", _("Nobody reviews their own view."))
    if grant.reviewed_at is not None:
        raise Refused("reviewed", _("This broken glass has been reviewed already."))


def check_finding_has_note(finding: Finding, note: str) -> None:
    """Only what was proper needs no comment."""
    if finding is not Finding.PROPER and not note.strip():
        raise Refused("note", _("Write what is to be explained, or what was not proper."))
