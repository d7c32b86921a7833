"""What every page about a case begins with, and how its forms are saved."""

from collections.abc import Callable, Collection, Iterable
from typing import Any, TypeVar
from uuid import UUID

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from agencies.staff.access import StaffRequest
from agencies.staff.pages import form_answer
from agencies.staff.roles import Permission
from cases.records.codes import Level
from cases.records.models import Case, Grant
from cases.records.queries import BehindGlass, alike_behind_glass, behind_glass, case_for
from face.forms import SAVE_AND_NEXT
from security.audit.access_event import current_or_none
from security.audit.verbs import Verb
from security.encryption.fields import SealedModel
from security.encryption.keyring import current
from security.rooms import named, read_first
from security.signin import parked

Result = TypeVar("Result")


def case_or_404(request: StaffRequest, case_id: UUID, *panels: str, level: Level = Level.VIEW) -> Case:
    """The case, if the acting position holds ``level`` on it; its ``panels`` are noted as shown. Foreign and missing are
    one 404."""
    case = _find(request, case_id, level)
    if case is None:
        raise Http404
    request.event.note_shown(case.pk, *panels, verb=Verb.CASE_VIEW, under=[case.child.key_scope()])
    return case


def case_to_change(request: StaffRequest, case_id: UUID, *panels: str, level: Level = Level.EDIT) -> Case:
    """The case for a form page. The form is shown to a position that holds ``level``.

    What is sent is taken while its author sees the case: the action refuses, and the form says so beside what was typed. Where
    the access to the case itself has ended, the typed text is kept for its author and the answer is the 404 of every
    foreign case.
    """
    if request.method != "POST":
        return case_or_404(request, case_id, *panels, level=level)
    if _find(request, case_id, Level.VIEW) is None and _held_once(request, case_id):
        parked.park(request)
    return case_or_404(request, case_id, *panels)


def _find(request: StaffRequest, case_id: UUID, level: Level) -> Case | None:
    return case_for(request.by, case_id, level).select_related("child", "office", "section").first()


def _held_once(request: StaffRequest, case_id: UUID) -> bool:
    return Grant.objects.filter(position=request.by, content_object_id=case_id).exists()


def section_url(case: Case, section: str) -> str:
    """The address of a card of the case, on the page that its room declares; a browser goes there without our script too."""
    return reverse(named("cards", section).page, args=[case.pk], fragment=section)


def back_to_team(request: StaffRequest, case: Case) -> HttpResponse:
    """To the team of the case, or to the list for a person who has just given their own access away."""
    seen = case_for(request.by, case.pk, Level.VIEW).exists()
    return redirect(section_url(case, "team")) if seen else redirect("case_list")


def case_form(
    request: StaffRequest,
    case: Case,
    form: forms.Form,
    act: Callable[[], Result],
    *,
    section: str,
    done: str | Callable[[Result], str],
    several: bool = False,
    template: str = "cases/records/form_page.html",
    **more: Any,
) -> HttpResponse:
    """The answer of a form page about a case (``form_answer``); once saved, back to the card ``section`` of the case, which
    says so, unless ``to`` leads elsewhere. With ``several``, a second button saves and opens the empty form again.

    Its ``heading`` is the title too and names no person; ``label`` is on the button, which ``reason`` greys.
    """
    back = section_url(case, section)
    if several and SAVE_AND_NEXT in request.POST:
        more["to"], section = (request.path,), ""
    context = {"to": (back,), "back_url": back, "at": section, "case": case, "several": several, **more}
    return form_answer(request, form, act, done=done, template=template, **context)


def others_behind_glass(request: StaffRequest, seen: Collection[UUID], **terms: Any) -> list[BehindGlass]:
    """The office's other cases with these terms, each recorded as shown; nothing for roles that break no glass."""
    if not request.by.may(Permission.BREAK_GLASS):
        return []
    return _recorded(request, seen, behind_glass(request.by, **terms))


def alike_others_behind_glass(
    request: StaffRequest, seen: Collection[UUID], children: Collection[UUID]
) -> list[BehindGlass]:
    """The same of the office's other cases of these children, who may be the one asked for: a birth date is not known."""
    if not children or not request.by.may(Permission.BREAK_GLASS):
        return []
    return _recorded(request, seen, alike_behind_glass(request.by, children))


def _recorded(
    request: StaffRequest, seen: Collection[UUID], found: Iterable[BehindGlass]
) -> list[BehindGlass]:
    hidden = [row for row in found if row.case_id not in seen]
    for row in hidden:
        request.event.note_shown(row.case_id, "behind_glass", verb=Verb.CASE_SEARCH)
    return hidden


def open_first(case: Case) -> None:
    """What the rooms need first on a page of a case, read together, and then all keys of what is of this case at once.

    A look that names the case covers those keys: what they open need not be traced back to it.
    """
    own = {row.key_scope() for row in read_first(case) if _is_sealed_of(row, case)}
    current().prefetch(own)
    look = current_or_none()
    if look is not None and case.pk in look.cases:
        look.covered |= own


def _is_sealed_of(row: Any, case: Case) -> bool:
    return isinstance(row, SealedModel) and row.__dict__.get("case_id") == case.pk
