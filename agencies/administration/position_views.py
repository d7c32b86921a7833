"""Where a director or the privacy officer confirms positions that decide, supervise or audit, and sees renewed passwords."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from agencies.administration import actions, rules
from agencies.administration.forms import ConfirmForm
from agencies.administration.queries import passwords_renewed_near, positions_shown_to, positions_waiting_for
from agencies.staff.access import StaffRequest, form_page, page
from agencies.staff.pages import form_answer, posted
from agencies.staff.roles import Permission
from agencies.staff.rules import reason_against
from agencies.training.queries import lacks_supervising
from security.walls import clock


@page(Permission.CONFIRM_POSITIONS)
def positions(request: StaffRequest) -> HttpResponse:
    """The positions that wait for this person, and whose password an administrator renewed lately."""
    context = {"waiting": positions_waiting_for(request.by), "renewed": passwords_renewed_near(request.by)}
    return render(request, "agencies/administration/positions.html", context)


@form_page(Permission.CONFIRM_POSITIONS)
def position(request: StaffRequest, waiting_id: UUID) -> HttpResponse:
    """One position to confirm, and the form that confirms or refuses it."""
    position = get_object_or_404(positions_shown_to(request.by), pk=waiting_id)
    form = ConfirmForm(posted(request))

    def act() -> str:
        if form.cleaned_data["verdict"] == "confirm":
            actions.confirm_position(position, by=request.by)
            return _("The position was confirmed. It takes effect from its first day.")
        actions.refuse_position(position, reason=form.cleaned_data["reason"], by=request.by)
        return _("The position was refused.")

    return form_answer(
        request,
        form,
        act,
        done=str,
        to=("positions",),
        template="agencies/administration/position.html",
        position=position,
        # Of another office the register is not read, and nothing is said.
        untrained=position.office_id == request.by.office_id and lacks_supervising(position, clock.today()),
        reason=reason_against(rules.check_may_confirm, position, request.by),
    )
