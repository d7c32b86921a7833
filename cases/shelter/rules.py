"""Who sends a sheet to a facility, who writes of a child there, and what may be written."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from agencies.staff.models import Position
from agencies.staff.roles import Permission
from agencies.staff.rules import Refused, check_role_may
from cases.clocks.rules import JAPAN
from cases.custody.models import CustodyDecision
from cases.custody.rules import check_lasts
from cases.records.codes import Answer
from cases.records.models import Case
from cases.records.rules import check_may_edit
from cases.shelter.codes import LeaveStep
from cases.shelter.models import Admission, ShiftEntry
from cases.shelter.queries import Absence, stays_at
from cases.stays.queries import going_on

AHEAD = timedelta(days=2)
"""How long before the child arrives a sheet may be sent."""


def check_may_send(case: Case, by: Position, now: datetime) -> CustodyDecision:
    """Those who work on the case, while custody goes on. Gives its start."""
    check_may_edit(case, by)
    return going_on(case, now) or check_lasts(case)


def check_admitted(start: CustodyDecision, admitted_at: datetime, now: datetime) -> None:
    """The child is admitted within this custody, and at the latest two days from now."""
    if admitted_at < start.effective_at:
        raise Refused("admitted_at", _("“Admitted at” lies before the start of custody."))
    if start.ended_at is not None and admitted_at >= start.ended_at:
        raise Refused("admitted_at", _("“Admitted at” lies after the end of custody."))
    if admitted_at > now + AHEAD:
        raise Refused("admitted_at", _("“Admitted at” lies more than two days ahead."))


def check_may_correct(row: Admission, by: Position, now: datetime) -> None:
    """What the facility must know is written by those who work on the case, while the child sleeps there."""
    check_may_edit(row.case, by)
    _check_lasts(row, now)


def check_may_end(row: Admission, by: Position, now: datetime) -> None:
    """The facility's reading is ended by those who work on the case, once."""
    check_may_edit(row.case, by)
    _check_lasts(row, now)


def _check_lasts(row: Admission, now: datetime) -> None:
    if not row.lasts_at(now):
        raise Refused("left", _("The child has left this facility."))


def check_may_keep(row: Admission, by: Position, now: datetime) -> None:
    """The staff of the facility write of a child who sleeps there, and finish the log within the hours that the office sets."""
    check_role_may(by, Permission.KEEP_SHELTER)
    if not stays_at(by, now).filter(pk=row.pk).exists():
        raise Refused("left", _("The child has left this facility."))


def check_allergy(allergy: Answer, allergies: str) -> None:
    """An allergy that is known is named, and none is named where there is none."""
    if allergy is Answer.YES and not allergies.strip():
        raise Refused("allergies", _("Write down what the child is allergic to."))
    if allergy is not Answer.YES and allergies.strip():
        raise Refused(
            "allergy", _("“What the child is allergic to” is filled in: choose “yes”, or leave it out.")
        )


def check_body_check(facts: Mapping[str, Any]) -> None:
    """A body check that was done has its person, and says whether that was one of the same sex; one that was not has neither."""
    done = facts["body_check"] is Answer.YES
    if done and not (facts["checked_by"] or "").strip():
        raise Refused("checked_by", _("Write down who did the body check."))
    if done and facts["same_sex"] is None:
        raise Refused("same_sex", _("Choose whether it was a person of the same sex."))
    if not done and (facts["checked_by"] or facts["same_sex"] or facts["injuries"]):
        raise Refused(
            "body_check", _("The fields of the body check are filled in: choose “yes”, or leave them out.")
        )


def check_may_write(row: Admission, by: Position, now: datetime) -> None:
    """What both sides write of a stay: the staff of the facility while they read it, and those who work on the case."""
    if by.may(Permission.KEEP_SHELTER):
        check_may_keep(row, by, now)
    else:
        check_may_edit(row.case, by)


def check_shift(row: Admission, day: date, now: datetime) -> None:
    """A shift lies within the stay and has begun."""
    if day > now.astimezone(JAPAN).date():
        raise Refused("day", _("“Day of the shift” lies in the future."))
    if day < row.admitted_at.astimezone(JAPAN).date():
        raise Refused("day", _("“Day of the shift” lies before the admission."))


def check_corrects_latest(entry: ShiftEntry | None) -> None:
    """What was corrected is corrected in the entry that stands."""
    if entry is not None and ShiftEntry.objects.filter(corrects=entry.pk).exists():
        raise Refused("corrected", _("This row has been corrected already. Correct the one that stands."))


def check_said(tells_of_harm: Answer, remarks: str) -> None:
    """Where the child told of harm, its words are written down as they were said."""
    if tells_of_harm is Answer.YES and not remarks.strip():
        raise Refused("remarks", _("Write down word for word what the child said."))


def check_step(absences: Sequence[Absence], step: LeaveStep, happened_at: datetime, now: datetime) -> None:
    """It begins with the child being away, and ends when the child is found; nothing lies before the one or in the future."""
    going_on = open_absence(absences)
    if (step is LeaveStep.NOTICED) is (going_on is not None):
        raise Refused("step", _("Somebody else has written this meanwhile. Read the page again."))
    if happened_at > now:
        raise Refused("happened_at", _("This moment lies in the future."))
    if going_on is not None and going_on.since is not None and happened_at < going_on.since:
        raise Refused("happened_at", _("“When” lies before the child was noticed to be away."))


def open_absence(absences: Sequence[Absence]) -> Absence | None:
    """The time away that is not over."""
    return next((one for one in absences if not one.is_over), None)


def check_given_back(
    items: Collection[str], kept: Collection[str], given_at: datetime, now: datetime
) -> None:
    """Only what is kept is given back, and it has been."""
    if not items or not set(items) <= set(kept):
        raise Refused("items", _("Choose what was given back."))
    if given_at > now:
        raise Refused("given_at", _("This moment lies in the future."))
