"""The basic facts of a case, and its stage."""

from uuid import UUID

from django.http import HttpResponse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from agencies.staff.access import StaffRequest, form_page
from agencies.staff.pages import posted
from agencies.staff.roles import CASEWORK, Permission
from agencies.staff.rules import reason_against
from cases.records.actions import correct_stage, update_case
from cases.records.basics_forms import BasicsForm, StageCorrectionForm
from cases.records.codes import Level, Stage, Track
from cases.records.models import Case
from cases.records.pages import case_form, case_to_change
from cases.records.rules import CORRECTABLE, check_may_correct_stage, check_may_turn
from face.consequences import Consequences
from security.encryption.fields import reveal_all, words_of

TEXTS = ("harm_type", "outline", "place_of_stay", "place_detail")


@form_page(*CASEWORK)
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
            lowered_because=form.cleaned_data["lowered_because"],
            track=form.cleaned_data.get("track"),
        ),
        section="basics",
        done=_("The case details have been saved."),
        heading=_("Edit the case details"),
        intro=""
        if "track" in form.fields
        else _("The track is changed by two people, under “Administration of the case”."),
    )


@form_page(Permission.MANAGE_TEAM)
def stage_correct(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """A supervisor puts a wrong stage right."""
    case = case_to_change(request, case_id, "stages", level=Level.MANAGE)
    others = [stage for stage in Stage if stage in CORRECTABLE and stage != case.stage]
    form = StageCorrectionForm(posted(request), following=others, opened_on=localdate(case.opened_at))
    return case_form(
        request,
        case,
        form,
        lambda: correct_stage(
            case,
            form.cleaned_data["stage"],
            on=form.cleaned_data["effective_on"],
            reason=form.cleaned_data["reason"],
            by=request.by,
        ),
        section="stages",
        done=_("The stage has been corrected."),
        heading=_("Correct the stage"),
        label=_("Correct the stage"),
        intro=_("The stage is now: %(stage)s.") % {"stage": case.get_stage_display()},
        consequences=Consequences(
            _("The case is in the chosen stage. Decisions, time limits and records stay as they are."),
            _(
                "The team reads the correction and its reason in the progress record. No other office is told."
            ),
            _("The wrong change stays in the progress record, and so does the correction."),
        ),
        reason=reason_against(check_may_correct_stage, case, request.by),
    )


def _for_writing(case: Case) -> Case:
    return Case.objects.select_for_update().filter(pk=case.pk).first() or case


def _form_of(request: StaffRequest, case: Case) -> BasicsForm:
    texts = reveal_all(case, TEXTS)
    track_too = not reason_against(check_may_turn, case, Track.ABUSE) and not case.is_abuse
    stored = texts | {
        "urgency": case.get_urgency_display(),
        "place_of_stay": words_of(case.place_of_stay),
    }
    return BasicsForm(
        posted(request),
        initial=texts | {"track": case.track, "urgency": case.urgency},
        stored={"track": case.get_track_display(), **stored} if track_too else stored,
        current_version=case.version,
        case=case,
        track_too=track_too,
    )
