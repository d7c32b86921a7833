"""Pages about the child's word: record it, take it back, read what was said before."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from agencies.directory.models import Office, OfficeKind
from agencies.staff.access import StaffRequest, action, form_page, page
from agencies.staff.models import Position
from agencies.staff.pages import posted
from agencies.staff.roles import Permission
from agencies.staff.rules import reason_against
from agencies.wordings.codes import ASKED, Band
from agencies.wordings.queries import text_for
from cases.cautions.pages import shown_not_to_tell
from cases.records.codes import Level
from cases.records.forms import offer_colleagues
from cases.records.models import Case
from cases.records.pages import case_form, case_or_404, case_to_change, section_url
from cases.records.queries import colleagues
from referrals.consent import actions, rules
from referrals.consent.asking import check_band, proposed_band
from referrals.consent.codes import WHERE_THERE_IS, Result
from referrals.consent.endings import closed_by_ending
from referrals.consent.forms import IntentionForm
from referrals.consent.pages import intention_or_404
from referrals.consent.queries import askable_items, intentions_of, labels_of
from referrals.consent.texts import BEFORE, PICTURES, questions_of
from security.walls import clock


@form_page(Permission.WORK_ON_CASES)
def intention_new(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Ask in plain words, and write down the answer."""
    case = case_to_change(request, case_id, "intention")
    proposed = proposed_band(case, clock.today())
    band = _band_asked_for(request) or proposed or Band.FROM_10
    text = text_for(case.office, band, clock.today())
    form = IntentionForm(
        posted(request),
        case=case,
        items=askable_items(OfficeKind.POLICE, case),
        band=band,
        text=text,
        asked_before=intentions_of(case).exists(),
    )
    offer_colleagues(form, "asked_by", colleagues(case, Permission.WORK_ON_CASES), request.by)
    return case_form(
        request,
        case,
        form,
        lambda: actions.record_intention(case, by=request.by, **form.facts()),
        section="intention",
        done=_("The child's answer has been recorded."),
        template="referrals/consent/intention_new.html",
        heading=_("Confirm the child's intention"),
        label=_("Record the child's answer"),
        note=_(
            "A new answer ends the earlier one for the same office. Anything but “wishes it” closes what was reported to"
            " that office."
        ),
        to=lambda _made: _after_answer(request, case, form.cleaned_data["recipient"]),
        not_to_tell=shown_not_to_tell(request, case),
        wording=text.words,
        version=text.version,
        picture=PICTURES.get(band),
        band=band,
        proposed=proposed,
        bands=list(Band),
        reason=_why_not_asked(case, band, request.by),
    )


def _why_not_asked(case: Case, band: Band, by: Position) -> str | Promise:
    """Why nothing can be recorded: this person does not write on the case, or a child so young is not asked."""
    return reason_against(rules.check_may_record, case, by) or (
        reason_against(check_band, case, band, "", clock.today()) if band is Band.UNDER_5 else ""
    )


def _band_asked_for(request: StaffRequest) -> Band | None:
    """The text chosen instead of the one for the child's age."""
    asked = request.GET.get("band", "")
    return Band(asked) if asked in Band.values else None


@page(Permission.WORK_ON_CASES)
def question_sheet(request: StaffRequest, band: str) -> HttpResponse:
    """The text of one age and its questions alone, large and with readings, to be read together or printed. It is of no case."""
    if band not in ASKED:
        raise Http404
    chosen = Band(band)
    context = {
        "band": chosen,
        "wording": text_for(request.by.office, chosen, clock.today()).words,
        "questions": [one for one in questions_of(chosen) if not WHERE_THERE_IS & set(one.items)],
        "picture": PICTURES.get(chosen),
    }
    return render(request, "referrals/consent/sheet.html", context)


def _after_answer(request: StaffRequest, case: Case, recipient: Office) -> HttpResponse:
    """Where a report had been sent on the answer before, the page that says so: a newer answer closes it like a withdrawal."""
    answers = intentions_of(case).filter(recipient=recipient)
    newest = answers.in_force().get()
    ended = answers.filter(superseded_at=newest.recorded_at).first()
    if ended is None or not closed_by_ending(ended):
        return redirect(section_url(case, "intention"))
    if newest.result == Result.WISHES:
        text = _("What was reported on the answer before is closed. Report anew on this one.")
        messages.warning(request, text, extra_tags="intention")
        return redirect(section_url(case, "intention"))
    return redirect("intention_withdrawn", case.pk, ended.pk)


@page(Permission.WORK_ON_CASES)
def intention_history(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Every answer, with the words, the newest first."""
    case = case_or_404(request, case_id, "intention")
    rows = [(row, labels_of(row.items), labels_of(row.refused_items)) for row in intentions_of(case)]
    not_withdraw = reason_against(rules.check_may_withdraw, case, request.by)
    used = {row.wording_version for row, _items, _refused in rows}
    wordings = [(version, path) for version, path in BEFORE.items() if version in used]
    context = {"case": case, "rows": rows, "wordings": wordings, "not_withdraw": not_withdraw}
    return render(request, "referrals/consent/history.html", context)


@action(Permission.WORK_ON_CASES, parks=False)
def intention_withdraw(request: StaffRequest, case_id: UUID, intention_id: UUID) -> HttpResponse:
    """One click: the confirmation ends, with everything that rests on it. Nothing is asked first, and no failing store of
    access log undoes it."""
    request.event.survives_audit_failure = True
    case = case_or_404(request, case_id, "intention", level=Level.EDIT)
    intention = intention_or_404(case, intention_id)
    actions.withdraw(intention, by=request.by)
    return redirect("intention_withdrawn", case.pk, intention.pk)
