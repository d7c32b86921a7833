"""Who receives a juvenile victim, who is one, and when the child guidance center is notified."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agencies.staff.models import Position
from agencies.staff.roles import Permission
from agencies.staff.rules import Refused, check_role_may
from cases.decisions.codes import State
from cases.decisions.rules import check_may_draft
from cases.records.codes import PersonRole
from cases.records.models import Case, Person
from cases.records.rules import check_may_edit, check_may_manage
from cases.support.codes import NOTIFIED, Aid, End, Recognised
from cases.support.models import Designation, Release, Supporter, SupportReception
from cases.support.queries import (
    designation_rows,
    is_support,
    notice_rows,
    reception_of,
    release_rows,
    running,
)
from face.wareki import age_on
from security.encryption.fields import value_of

JUVENILE, CHILD = 20, 18
"""The ages from which somebody is no juvenile (少年法2条1項) and no child (児童福祉法4条1項) any more."""


def check_may_receive(by: Position) -> None:
    """Whoever supports victims at a juvenile support center: a support case is the police's own, and no other office's."""
    check_role_may(by, Permission.KEEP_SUPPORT)


def check_is_juvenile(born: date | None, today: date) -> None:
    """A juvenile victim is under 20 (少年法2条1項, 少年警察活動規則36条). One whose birth date is not known is received."""
    if born is not None and age_on(born, today) >= JUVENILE:
        raise Refused(
            "birth_date",
            _(
                "This person is 20 or older. Support of juvenile victims is for those under 20: pass it on to the victim"
                " support of adults."
            ),
        )


def may_be_child(born: date | None, today: date) -> bool:
    """Whether somebody is under 18, or may be."""
    return born is None or age_on(born, today) < CHILD


def check_duty_asked(born: date | None, aid: Aid | None, today: date) -> None:
    """Of whoever is under 18 it is said whether the child guidance center is notified (児童福祉法25条, 児童虐待防止法6条1項)."""
    if may_be_child(born, today) and aid is None:
        raise Refused(
            "aid",
            _("The juvenile is under 18, or may be: say whether the child guidance center is notified."),
        )
    if not may_be_child(born, today) and aid in NOTIFIED:
        raise Refused("aid", _("The juvenile is 18 or older and no child in law. Choose “neither”."))


def check_parts(facts: Mapping[str, Any]) -> None:
    """Each way in asks for its own; the juvenile's words are kept with what had been asked. Raises Refused naming the field."""
    needed = {
        Recognised.CONSULTATION: ("means", "consultant", "worry"),
        Recognised.STREET: ("place", "behaviour", "parents_told"),
    }.get(facts["recognised"], ())
    for name in needed:
        if not facts[name]:
            raise Refused(name, _("This belongs to the way in which it was recognised. Fill it in."))
    if facts["words"] and not facts["question"]:
        raise Refused("question", _("Write this with the juvenile's words. If nothing was asked, say so."))


def check_has_come(moment: datetime, now: datetime) -> None:
    """What is written has happened."""
    if moment > now:
        raise Refused("happened_at", _("This moment lies in the future."))


def check_may_notify(case: Case, by: Position, today: date) -> None:
    """Whoever manages the support case notifies the child guidance center of a child, and asks nobody for consent
    (児童福祉法25条, 児童虐待防止法6条1項)."""
    check_may_edit(case, by)
    check_may_manage(case, by)
    check_role_may(by, Permission.FILE_NOTIFICATION)
    if not is_support(case) or reception_of(case) is None:
        raise Refused("no_support", _("This is no support case of the police."))
    born = value_of(case.child.birth_date)
    if not may_be_child(born if isinstance(born, date) else None, today):
        raise Refused("grown", _("The juvenile is 18 or older: the child guidance center is not notified."))


def is_owed(row: SupportReception) -> bool:
    """Whether the reception says that the child is to be notified."""
    return value_of(row.aid) in NOTIFIED


def check_may_designate(case: Case, by: Position, now: datetime) -> None:
    """The team of a support case drafts it, one draft at a time, while nobody is supported under an earlier one."""
    check_may_draft(case, by, designation_rows(case), now)
    if not is_support(case):
        raise Refused("no_support", _("This is no support case of the police."))
    if running(case) is not None:
        raise Refused("designated", _("Continuing support is designated already."))


def is_suspect(person: Person) -> bool:
    """Whether somebody around the juvenile is suspected."""
    return PersonRole.SUSPECT in {value_of(person.role), *(value_of(person.roles_more) or ())}


def check_guardian(case: Case, facts: Mapping[str, Any], today: date) -> None:
    """The guardian of whoever is under 18 agrees too, and a suspect never does; where nobody can be asked, it is said why."""
    guardian, said, why = facts["guardian"], facts["guardian_said"], facts["no_guardian_why"]
    if guardian is not None and (guardian.case_id != case.pk or guardian.removed_at is not None):
        raise Refused("guardian", _("Choose one of the people around the juvenile."))
    if guardian is not None and is_suspect(guardian):
        raise Refused(
            "guardian",
            _("A suspect is not asked to agree. Choose another guardian, or say why none is asked."),
        )
    if guardian is not None and not said:
        raise Refused("guardian_said", _("Write what the guardian said."))
    if guardian is None and said:
        raise Refused("guardian", _("Say which guardian said it."))
    if guardian is None and not why and may_be_child(value_of(case.child.birth_date), today):
        raise Refused(
            "no_guardian_why",
            _("The juvenile is under 18, or may be: name the guardian who agrees, or say why none is asked."),
        )


def check_next(next_on: date, today: date) -> None:
    """The next date is still to come."""
    if next_on < today:
        raise Refused("next_on", _("“Next date” lies in the past."))


def check_still_fits(row: Designation, _by: Position, now: datetime) -> None:
    """When it is approved, the guardian who agreed is not suspected, and nobody is supported under an earlier one."""
    if row.guardian is not None and is_suspect(row.guardian):
        raise Refused("guardian", _("The guardian who agreed is suspected now. Return the draft."))
    if running(row.case) is not None:
        raise Refused("designated", _("Continuing support is designated already."))


def check_may_review(case: Case, by: Position) -> None:
    """Whoever manages the case reviews the plan while the juvenile is supported."""
    check_may_edit(case, by)
    check_may_manage(case, by)
    if running(case) is None:
        raise Refused("not_running", _("No continuing support is designated, or it was released."))


def check_may_name(case: Case, by: Position) -> None:
    """The team of a support case writes who accompanies the juvenile, and what that person told, while it is supported."""
    check_may_edit(case, by)
    if running(case) is None:
        raise Refused("not_running", _("No continuing support is designated, or it was released."))


def check_commissioned(until: date, today: date) -> None:
    """A commission is not over when it is entered."""
    if until < today:
        raise Refused("commissioned_until", _("“Commissioned until” lies before today."))


def check_met(supporter: Supporter, met_on: date, today: date) -> None:
    """A supporter met the juvenile on a day that has come, and within the commission."""
    if met_on > today:
        raise Refused("met_on", _("This day lies in the future."))
    until = value_of(supporter.commissioned_until)
    if isinstance(until, date) and met_on > until:
        raise Refused("met_on", _("On this day the supporter was not commissioned any more."))


def check_may_release(case: Case, by: Position, now: datetime) -> None:
    """The team drafts the release while the juvenile is supported, one draft at a time."""
    check_may_draft(case, by, release_rows(case), now)
    if running(case) is None:
        raise Refused("not_running", _("No continuing support is designated, or it was released."))


def check_release(case: Case, facts: Mapping[str, Any], now: datetime) -> None:
    """The release was talked over with the juvenile and the guardian since the designation. Raises Refused naming the field."""
    designed = running(case)
    if facts["talked_at"] > now:
        raise Refused("talked_at", _("“When it was talked over” lies in the future."))
    if designed is not None and designed.decided_at is not None and facts["talked_at"] < designed.decided_at:
        raise Refused("talked_at", _("“When it was talked over” lies before the designation was decided."))
    if facts["ending"] is End.TO_CENTER and not list(notice_rows(case)):
        raise Refused("ending", _("Notify the child guidance center first."))


def check_still_runs(row: Release, _by: Position, now: datetime) -> None:
    """When it is approved, the juvenile is still supported."""
    if running(row.case) is None:
        raise Refused("not_running", _("No continuing support is designated, or it was released."))


def what_waits(case: Case, now: datetime) -> str | Promise:
    """What prevents closing a support case, in a sentence; '' where nothing does."""
    if any(row.state_at(now) is State.WAITING for row in (*designation_rows(case), *release_rows(case))):
        return _("A draft on continuing support waits for its decision.")
    return _("Continuing support has not been released.") if running(case) is not None else ""
