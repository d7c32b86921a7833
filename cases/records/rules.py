"""What may be done on a case record, and why not."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from agencies.staff.models import Post
from agencies.staff.roles import Permission
from agencies.staff.rules import Refused, check_role_may
from cases.records.codes import Level, Stage
from cases.records.models import Case, Grant
from cases.records.queries import holds

STAGES: dict[str, tuple[str, ...]] = {
    Stage.RECEPTION: (Stage.ACCEPTED, Stage.CLOSED),
    Stage.ACCEPTED: (Stage.SAFETY, Stage.INVESTIGATION, Stage.CLOSED),
    Stage.SAFETY: (Stage.INVESTIGATION, Stage.CLOSED),
    Stage.INVESTIGATION: (Stage.SUPPORT, Stage.CLOSED),
    Stage.SUPPORT: (Stage.CLOSED,),
    Stage.CLOSED: (),
}
"""The transitions of a case (児童相談所運営指針の流れ, DOMAIN.md §1; the finer steps come with their rooms)."""


def check_may_view(case_id: UUID, by: Post) -> None:
    """Refuse whoever holds no grant now."""
    if not holds(by, case_id, Level.VIEW):
        raise Refused("no_grant", _("You are not on the team of this case."))


def check_may_edit(case: Case, by: Post) -> None:
    """Refuse whoever may not write on this case now, and any writing on a closed case."""
    if case.stage == Stage.CLOSED:
        raise Refused("closed", _("The case is closed."))
    check_role_may(by, Permission.WORK_ON_CASES)
    if not holds(by, case.pk, Level.EDIT):
        raise Refused("no_grant", _("Only the team of this case can do this."))


def check_may_manage(case: Case, by: Post) -> None:
    """Refuse whoever is neither in charge of the case nor in its line."""
    if not holds(by, case.pk, Level.MANAGE):
        raise Refused("not_manager", _("Only the person in charge and the supervisors can do this."))


def check_may_move(case: Case, stage: str) -> None:
    """Refuse a stage that does not follow from the present one."""
    if stage not in STAGES[case.stage]:
        raise Refused("stage", _("This step does not follow from the present stage."))


def check_may_revoke(grant: Grant, by: Post) -> None:
    """A case never stays without a person in charge: another is named first."""
    check_may_manage(grant.content_object, by)
    if grant.relation == "lead":
        raise Refused("last_lead", _("Name another person in charge first."))


def check_may_break_glass(by: Post) -> None:
    """Refuse roles that do not answer for the office's children at night."""
    check_role_may(by, Permission.BREAK_GLASS)


def check_may_review_glass(grant: Grant, by: Post) -> None:
    """Nobody reviews their own look."""
    check_role_may(by, Permission.REVIEW_LINE)
    check_may_manage(grant.content_object, by)
    if grant.user_id == by.staff_id:
        raise Refused("own_look", _("Nobody reviews their own look."))
