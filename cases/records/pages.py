"""What every page about a case begins with, and how its forms are saved."""

from collections.abc import Callable, Collection
from typing import Any
from uuid import UUID

from django import forms
from django.db import DatabaseError, IntegrityError, transaction
from django.http import Http404
from django.utils.translation import gettext as _

from agencies.staff.access import StaffRequest
from agencies.staff.roles import Permission
from agencies.staff.rules import Refused
from cases.records.codes import Level
from cases.records.models import Case, Grant
from cases.records.queries import BehindGlass, behind_glass, case_for
from security.audit.verbs import Verb
from security.signin import parked

WALL_CLOSED = "42501"
"""SQLSTATE insufficient_privilege: a policy no longer lets the row be written."""


def case_or_404(request: StaffRequest, case_id: UUID, *panels: str, level: Level = Level.VIEW) -> Case:
    """The case, if the acting position holds ``level`` on it; its ``panels`` are noted as shown. Foreign and missing are
    one 404."""
    case = _find(request, case_id, level)
    if case is None:
        raise Http404
    request.event.note_shown(case.pk, *panels, verb=Verb.CASE_VIEW, under=[case.child.key_scope()])
    return case


def case_to_change(request: StaffRequest, case_id: UUID, *panels: str, level: Level = Level.EDIT) -> Case:
    """The case for a form page. The form is shown to whoever holds ``level``.

    What is sent is taken from whoever still sees the case: the action refuses, and the form says so beside what was typed. Where
    the access to the case itself ended meanwhile, the typed text is kept for its author and the answer is the 404 of every
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


def saved(form: forms.Form, act: Callable[..., Any], *arguments: Any, **named: Any) -> bool:
    """Run an action of the record. A refusal, by a rule or by a wall, becomes an error of ``form``; nothing typed is lost."""
    reason = refusal_of(act, *arguments, **named)
    if reason:
        form.add_error(None, reason)
    return not reason


def refusal_of(act: Callable[..., Any], *arguments: Any, **named: Any) -> str:
    """Run an action and give the sentence with which it was refused, or ''. Other faults of the database go on."""
    try:
        with transaction.atomic():
            act(*arguments, **named)
    except Refused as refusal:
        return str(refusal.reason)
    except IntegrityError:
        return _("Somebody else changed this meanwhile, or it is not yours to change. Nothing was saved.")
    except DatabaseError as error:
        if getattr(error.__cause__, "sqlstate", "") != WALL_CLOSED:
            raise
        return _("Your access to this case has changed meanwhile. Nothing was saved.")
    return ""


def others_behind_glass(request: StaffRequest, seen: Collection[UUID], **terms: Any) -> list[BehindGlass]:
    """The office's other cases with these terms, each recorded as shown; nothing for roles that break no glass."""
    if not request.by.may(Permission.BREAK_GLASS):
        return []
    hidden = [row for row in behind_glass(request.by, **terms) if row.case_id not in seen]
    for row in hidden:
        request.event.note_shown(row.case_id, "behind_glass", verb=Verb.CASE_SEARCH)
    return hidden
