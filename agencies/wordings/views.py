"""Pages of the texts a child is asked with: those of the office, a draft, its decision."""

from functools import partial
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from agencies.staff.access import StaffRequest, action, form_page, page
from agencies.staff.pages import buttons_answer, form_answer, posted
from agencies.staff.roles import Permission
from agencies.staff.rules import reason_against
from agencies.wordings import actions, rules
from agencies.wordings.codes import ASKED, About, Band
from agencies.wordings.forms import WordingForm
from agencies.wordings.models import Wording
from agencies.wordings.queries import text_for, wordings_of
from security.walls import clock


@page(Permission.WORK_ON_CASES)
def wording_list(request: StaffRequest) -> HttpResponse:
    """The texts of each age that are read out now, and every one the office drafted."""
    today = clock.today()
    texts = [
        (about, [(band, text_for(request.by.office, band, today, about)) for band in ASKED])
        for about in About
    ]
    context = {
        "texts": texts,
        "rows": wordings_of(request.by.office),
        "not_draft": reason_against(rules.check_may_draft_wording, request.by),
    }
    return render(request, "agencies/wordings/list.html", context)


@form_page(Permission.WORK_ON_CASES)
def wording_add(request: StaffRequest, band: str, about: About = About.POLICE) -> HttpResponse:
    """The draft of a text for one age."""
    if band not in ASKED:
        raise Http404
    chosen = Band(band)
    now = text_for(request.by.office, chosen, clock.today(), about)
    form = WordingForm(posted(request), about=about, initial={"text": now.words})
    return form_answer(
        request,
        form,
        lambda: actions.draft_wording(chosen, by=request.by, about=about, **form.cleaned_data),
        done=_("The text waits for the director's decision."),
        to=("wording_list",),
        template="agencies/wordings/add.html",
        band=chosen,
        about=about,
        reason=reason_against(rules.check_may_draft_wording, request.by),
        back_url=reverse("wording_list"),
    )


@page(Permission.WORK_ON_CASES)
def wording(request: StaffRequest, wording_id: UUID) -> HttpResponse:
    """One text of the office, and the director's buttons."""
    row = _found(request, wording_id)
    context = {"row": row, "not_decide": reason_against(rules.check_may_decide_wording, row, request.by)}
    return render(request, "agencies/wordings/wording.html", context)


@action(Permission.DECIDE)
def wording_decide(request: StaffRequest, wording_id: UUID) -> HttpResponse:
    """Approve a text, or do not."""
    row = _found(request, wording_id)
    decide = partial(actions.decide_wording, row, by=request.by)
    buttons = {
        "approve": (_("The text was approved."), partial(decide, approved=True)),
        "refuse": (_("The text was not approved."), partial(decide, approved=False)),
    }
    return buttons_answer(request, "verdict", buttons, to=("wording", row.pk))


def _found(request: StaffRequest, wording_id: UUID) -> Wording:
    return get_object_or_404(wordings_of(request.by.office), pk=wording_id)
