"""Who asks an institution for its plan, who writes one, what it says before it is sent, and who answers it.

Every institution makes such a plan for each child (児童福祉施設の設備及び運営に関する基準24条の2・29条の2・45条の2・84条の2). No
law sets until when, or how often it is looked at: those are numbers of the center's office.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from agencies.directory.models import Office
from agencies.staff.models import Position
from agencies.staff.roles import Permission
from agencies.staff.rules import Refused, check_role_may
from cases.guidelines.codes import SHORT_MONTHS, Horizon
from cases.guidelines.rules import months_after
from cases.placement.models import PlacementDecision
from cases.placement.queries import standing
from cases.prints.queries import naming_withheld
from cases.records.models import Case
from cases.records.rules import check_may_edit, check_may_manage
from cases.reliance.codes import GOALS
from cases.reliance.models import PlanFacts, RelianceDraft, RelianceFile, ReliancePlan
from cases.reliance.queries import Aim, Version, files_at, institutions, open_file
from security.encryption.fields import reveal


def check_may_ask(case: Case, by: Position) -> PlacementDecision:
    """Those who work on the case, while a placement lasts and no institution writes the plan yet. Gives the decision that says
    where the child is placed."""
    check_may_edit(case, by)
    where = standing(case).where
    if where is None:
        raise Refused("not_placed", _("No placement is decided that lasts."))
    if open_file(case) is not None:
        raise Refused(
            "asked", _("An institution was asked already. End that first, if the child has left it.")
        )
    return where


def check_institution(where: PlacementDecision, institution: Office) -> None:
    """It is the one that the decision names, where it names one of those that work with this system: who the child is is told to
    no other. Raises Refused naming the field."""
    place = reveal(where, "place") or ""
    named = {one.pk for one in institutions() if one.name in place}
    if named and institution.pk not in named:
        raise Refused(
            "institution",
            _(
                "The decision on the placement names another institution. Choose that one, or decide the change first."
            ),
        )


def check_may_tell(file: RelianceFile, by: Position) -> None:
    """What the institution must know is written by those who work on the case, while it writes plans."""
    check_may_edit(file.case, by)
    check_goes_on(file)


def check_may_end(file: RelianceFile, by: Position) -> None:
    """Those who work on the case end it, once."""
    check_may_edit(file.case, by)
    check_goes_on(file)


def check_goes_on(file: RelianceFile) -> None:
    """The institution writes plans until the child has left it."""
    if file.ended_at is not None:
        raise Refused("ended", _("The child is not placed at this institution any more."))


def check_may_write(file: RelianceFile, by: Position, versions: Sequence[Version], now: datetime) -> None:
    """The staff of the institution, while the child is placed there and no version waits for the center."""
    check_role_may(by, Permission.WRITE_RELIANCE)
    if not files_at(by, now).filter(pk=file.pk, ended_at=None).exists():
        raise Refused("ended", _("The child is not placed at this institution any more."))
    if any(one.waits for one in versions):
        raise Refused("waits", _("A plan waits for the center. Wait for its answer, or telephone."))


def check_told_nothing_withheld(case: Case, texts: Mapping[str, str]) -> None:
    """What is withheld is told to no other office (ADR 93). Raises Refused naming the first field that does."""
    found = naming_withheld(case, texts)
    if found:
        raise Refused(
            found[0],
            _("A withheld address or place is named here. Leave it out: the institution reads this."),
        )


def check_review_day(review_on: date, today: date, months: int) -> None:
    """It is reviewed within the months of the center's office."""
    if not today < review_on <= months_after(today, months):
        raise Refused(
            "review_on", _("“To be reviewed on” lies before today, or later than the center allows.")
        )


def check_aim(aim: Aim, today: date) -> None:
    """A goal lies ahead, and a short one not over three months."""
    if aim.until < today:
        raise Refused("until", _("This day has passed."))
    if aim.horizon is Horizon.SHORT and aim.until > months_after(today, SHORT_MONTHS):
        raise Refused("until", _("A short-term goal is to be reached within three months."))


def check_aims(aims: Sequence[Aim]) -> None:
    """At least one short and one long goal, eight at most."""
    kinds = {aim.horizon for aim in aims}
    if kinds != set(Horizon) or len(aims) > GOALS:
        raise Refused("goals", _("Write down at least one short-term and one long-term goal, eight at most."))


def check_told_on(told_on: date | None, today: date) -> None:
    """The child was told on a day that has come."""
    if told_on is not None and told_on > today:
        raise Refused("told_on", _("“Explained to the child on” lies in the future."))


def check_not_changed(draft: RelianceDraft | None, saves: int) -> None:
    """Of two who write the draft at once, the second reads first what the other saved."""
    if (draft.saves if draft else 0) != saves:
        raise Refused("stale", _("Somebody else has written this meanwhile. Read the page again."))


def check_whole(draft: RelianceDraft | None, now: datetime, months: int) -> RelianceDraft:
    """What is sent was explained to the child, who answered it, and was seen by the head of the institution; it is reviewed
    within the ``months`` that the center's office has now, which may be fewer than when it was written. Gives it."""
    if draft is None:
        raise Refused("draft", _("Write the plan first."))
    if draft.review_on <= localdate(now):
        raise Refused("review_on", _("The day of the review has passed. Set a later one."))
    check_review_day(draft.review_on, localdate(now), months)
    if any(getattr(draft, name) is None for name in PlanFacts.TOLD):
        raise Refused(
            "told",
            _("Explain the plan to the child first, and write down what it answered and who saw the plan."),
        )
    return draft


def check_may_answer(plan: ReliancePlan, file: RelianceFile, by: Position) -> None:
    """The person in charge or the supervisor line, once, while the child is placed there."""
    check_may_manage(plan.case, by)
    if plan.accepted is not None:
        raise Refused("answered", _("This plan has been answered already."))
    check_goes_on(file)


def check_reason(accepted: bool, reason: str) -> None:
    """Who asks back says what."""
    if not accepted and not reason.strip():
        raise Refused("reason", _("Write down what the institution is asked."))
