"""The basic facts of a case, and its stage."""

from functools import partial
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _

from agencies.staff.access import StaffRequest, action, form_page
from agencies.staff.pages import buttons_answer, posted
from agencies.staff.roles import Permission
from cases.records.actions import move_stage, update_case
from cases.records.codes import Stage
from cases.records.forms import BasicsForm
from cases.records.models import Case
from cases.records.pages import case_form, case_to_change, section_url
from cases.records.rules import ELSEWHERE
from security.encryption.fields import reveal_all, words_of

TEXTS = ("harm_type", "outline", "place_of_stay", "place_detail")


@form_page(Permission.WORK_ON_CASES)
def basics_edit(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Change track, urgency, outline and place of stay."""
    case = case_to_change(request, case_id, "basics")
    form = _form_of(request, _for_writing(case) if request.method == "POST" else case)
    return case_form(
        request,
        case,
        form,
        lambda: update_case(
            case,
            texts=form.texts(),
            by=request.by,
            urgency=form.cleaned_data["urgency"],
            track=form.cleaned_data["track"],
        ),
        section="basics",
        done=_("The basic facts have been saved."),
        heading=_("Edit the basic facts"),
    )


@action(Permission.WORK_ON_CASES)
def stage_move(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Take the case to the next stage. Accepting and closing have pages of their own."""
    case = case_to_change(request, case_id, "basics")
    told = _("The stage is now: %(stage)s.")
    buttons = {
        stage.value: (told % {"stage": stage.label}, partial(move_stage, case, stage, by=request.by))
        for stage in Stage
        if stage not in ELSEWHERE
    }
    return buttons_answer(request, "stage", buttons, to=(section_url(case, "basics"),), at="basics")


def _for_writing(case: Case) -> Case:
    return Case.objects.select_for_update().filter(pk=case.pk).first() or case


def _form_of(request: StaffRequest, case: Case) -> BasicsForm:
    texts = reveal_all(case, TEXTS)
    stored = texts | {
        "track": case.get_track_display(),
        "urgency": case.get_urgency_display(),
        "place_of_stay": words_of(case.place_of_stay),
    }
    return BasicsForm(
        posted(request),
        initial=texts | {"track": case.track, "urgency": case.urgency},
        stored=stored,
        current_version=case.version,
    )
