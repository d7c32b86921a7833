"""The register of training: its list, a new row, and withdrawing one."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from agencies.staff.access import StaffRequest, action, form_page, page
from agencies.staff.pages import button_answer, form_answer, posted
from agencies.staff.roles import Permission
from agencies.training import actions
from agencies.training.codes import Standing
from agencies.training.forms import TrainingForm
from agencies.training.models import Training
from agencies.training.queries import trainings


@page(Permission.ADMINISTER)
def training_list(request: StaffRequest) -> HttpResponse:
    """Who is trained to interview a child, what runs out within 60 days first."""
    rows = list(trainings())
    ending = [row for row in rows if row.standing is Standing.ENDING]
    others = [row for row in rows if row.standing is not Standing.ENDING]
    context = {"rows": [*sorted(ending, key=lambda row: row.valid_until), *others], "ending": len(ending)}
    return render(request, "agencies/training/list.html", context)


@form_page(Permission.ADMINISTER)
def training_add(request: StaffRequest) -> HttpResponse:
    """Enter a certificate."""
    request.menu_at = reverse("training_list")
    form = TrainingForm(posted(request), by=request.by)
    return form_answer(
        request,
        form,
        lambda: actions.keep_training(**form.cleaned_data, by=request.by),
        done=_("The certificate has been entered."),
        to=("training_list",),
        template="agencies/administration/form_page.html",
        list_name=_("Training in interviews"),
        list_url=reverse("training_list"),
        heading=_("Enter a certificate"),
        intro=_("A row never changes: after a peer review enter the certificate again, with its day."),
    )


@action(Permission.ADMINISTER)
def training_withdraw(request: StaffRequest, training_id: UUID) -> HttpResponse:
    """Withdraw a row that was wrong."""
    row = get_object_or_404(Training, pk=training_id)
    return button_answer(
        request,
        lambda: actions.withdraw_training(row, by=request.by),
        done=_("The row has been withdrawn."),
        to=("training_list",),
    )
