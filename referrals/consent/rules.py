"""When the child's word opens the door, and when it does not."""

from calendar import monthrange
from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from agencies.agreements.models import SharingAgreement
from agencies.directory.models import Office, OfficeKind
from agencies.staff.models import Post
from agencies.staff.roles import Act, Permission
from agencies.staff.rules import Refused, check_may_decide, check_role_may
from cases.records.codes import Level
from cases.records.models import Case
from cases.records.queries import holds
from cases.records.reading import asked_once
from cases.records.rules import check_may_edit
from referrals.consent.codes import STANDING, Duty, Ground, Purpose, Result
from referrals.consent.models import ExceptionDuty, ExceptionRequest, Intention
from security.walls import clock


def check_may_record(case: Case, by: Post) -> None:
    """Whoever works on the case records what the child said."""
    check_may_edit(case, by)


def check_may_withdraw(case: Case, by: Post) -> None:
    """Everybody who writes on the case takes a withdrawal, on a closed case too. Nothing else is asked (promise 2)."""
    if not holds(by, case.pk, Level.EDIT):
        raise Refused("no_grant", _("Only the team of this case can do this."))


def check_recipient(recipient: Office) -> None:
    """A report to the police goes to a police juvenile support center in use, and nowhere else."""
    if recipient.kind != OfficeKind.POLICE or not recipient.active:
        raise Refused("recipient", _("A report to the police goes to a police juvenile support center."))


def months_later(moment: datetime, months: int) -> datetime:
    """The same day and hour ``months`` later; the last day of a shorter month."""
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    return moment.replace(year=year, month=month + 1, day=min(moment.day, monthrange(year, month + 1)[1]))


def check_term(office: Office, valid_until: datetime) -> None:
    """A confirmation ends after today, and not later than the office's rule allows."""
    now = clock.now()
    if valid_until <= now:
        raise Refused("term", _("The confirmation has to be valid for some time from now."))
    if valid_until > months_later(now, office.intention_months_most):
        raise Refused(
            "term", _("A confirmation does not hold that long at this office. Choose an earlier day.")
        )


def check_answer(result: str, items: Iterable[str]) -> None:
    """A wish names what may be told; any other answer opens nothing."""
    if result == Result.WISHES and not set(items):
        raise Refused("items", _("Choose what the child agrees to have told."))


def check_ground(ground: str, sender: Office, recipient: Office) -> None:
    """The two standing grounds always; any other only where an agreement of the two offices names it."""
    if ground not in grounds_between(sender, recipient):
        raise Refused("ground", _("No agreement with this office names this ground."))


def grounds_between(sender: Office, recipient: Office) -> list[Ground]:
    """The grounds that can be named towards ``recipient``."""
    agreements = SharingAgreement.objects.in_force().filter(sender=sender, recipient=recipient)
    switched_on = {ground for agreement in agreements for ground in agreement.grounds}
    return [ground for ground in Ground if ground in STANDING or ground.value in switched_on]


def is_formed(case: Case, purpose: str = Purpose.POLICE_REPORT) -> bool:
    """Whether the child has answered: wishing, declining and being undecided are all answers. The newest record counts."""
    newest = Intention.objects.filter(case=case, purpose=purpose).order_by("-recorded_at").first()
    return newest is not None and newest.result != Result.UNABLE


def check_cannot_form(case: Case, ground: str, condition: str) -> None:
    """「迷っている」 and 「希望しない」 are never 「確認困難」 (promise 1); and the age or condition is written down."""
    if ground != Ground.CANNOT_FORM:
        return
    if is_formed(case):
        raise Refused(
            "formed",
            _(
                "The child has given an answer. Declining and being undecided are answers: this ground does not apply."
            ),
        )
    if not condition.strip():
        raise Refused(
            "condition", _("Write down the age or condition because of which the intention cannot be formed.")
        )


def check_may_request_exception(case: Case, by: Post) -> None:
    """Whoever works on the case may ask; another person decides."""
    check_may_edit(case, by)
    check_role_may(by, Permission.DRAFT_DECISIONS)


def check_exception(
    case: Case, ground: str, recipient: Office, *, reason: str, condition: str, items: Iterable[str]
) -> None:
    """A typed ground that is switched on, a written reason, and named items."""
    check_recipient(recipient)
    check_ground(ground, case.office, recipient)
    check_cannot_form(case, ground, condition)
    if not reason.strip():
        raise Refused("reason", _("Write down the reason."))
    if not set(items):
        raise Refused("items", _("Choose the items."))


def check_undecided(exception: ExceptionRequest) -> None:
    """A decision is made once."""
    if exception.is_decided:
        raise Refused("decided", _("It has been decided already."))


def check_may_decide_exception(exception: ExceptionRequest, by: Post) -> None:
    """The director or a delegate, and another person than the one who asked."""
    check_undecided(exception)
    check_may_decide(by, Act.EXCEPTION, exception.drafted_person_id)


def check_may_fulfil(duty: ExceptionDuty, by: Post) -> None:
    """The owner of a duty or the supervisor line; the review is never made by the person who asked for the exception."""
    if duty.done_at is not None:
        raise Refused("done", _("This has been done already."))
    if by.pk != duty.owner_id and not holds(by, duty.case_id, Level.MANAGE):
        raise Refused("owner", _("Its owner or a supervisor does this."))
    if duty.duty == Duty.REVIEW and duty.exception.drafted_person_id == by.staff_id:
        raise Refused("own_request", _("Whoever asked for the exception does not review it."))


def usable_exceptions(case: Case, purpose: str = Purpose.POLICE_REPORT) -> list[ExceptionRequest]:
    """Exceptions on which a report could rest now: approved, unspent, unexpired, and still without an answer of the child
    where the ground is that there can be none."""
    asked = ExceptionRequest.objects.filter(
        case=case, purpose=purpose, approved=True, spent_at=None, expires_at__gt=clock.now()
    ).select_related("recipient")
    formed = is_formed(case, purpose)
    return [exception for exception in asked if not (formed and exception.ground == Ground.CANNOT_FORM)]


@asked_once
def bases_of(case: Case, purpose: str = Purpose.POLICE_REPORT) -> list[Intention | ExceptionRequest]:
    """Everything a disclosure can rest on now: the child's active confirmations first, then exceptions for other recipients."""
    active = Intention.objects.active().filter(case=case, purpose=purpose).select_related("recipient")
    found: list[Intention | ExceptionRequest] = list(active)
    named = {basis.recipient_id for basis in found}
    return found + [
        exception for exception in usable_exceptions(case, purpose) if exception.recipient_id not in named
    ]


def basis_for(
    case: Case, recipient: Office, purpose: str = Purpose.POLICE_REPORT
) -> Intention | ExceptionRequest | None:
    """The basis a disclosure to ``recipient`` can rest on now: the child's active confirmation, else an approved exception."""
    return next((basis for basis in bases_of(case, purpose) if basis.recipient_id == recipient.pk), None)


def check_basis(case: Case, recipient: Office | None = None, purpose: str = Purpose.POLICE_REPORT) -> None:
    """Promise 1: nothing goes to the police before the child's intention is confirmed, or an exception is approved."""
    bases = bases_of(case, purpose)
    if not [basis for basis in bases if recipient is None or basis.recipient_id == recipient.pk]:
        raise Refused(
            "gate", _("The child's intention about the police has not been confirmed, or it no longer holds.")
        )


def allowed_items(basis: Intention | ExceptionRequest, ceiling: Iterable[str]) -> set[str]:
    """The items of the basis, under the ceiling and under every agreement in force with the recipient."""
    items = set(basis.items) & {str(item) for item in ceiling}
    agreements = SharingAgreement.objects.in_force().filter(
        sender=basis.case.office_id, recipient=basis.recipient_id
    )
    for agreement in agreements:
        items &= set(agreement.items)
    return items
