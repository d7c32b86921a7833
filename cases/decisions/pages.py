"""What the pages share that show a draft or write one: the pane on which it is decided, the queue beside it, and the
draft to be changed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _

from agencies.staff.access import StaffRequest
from agencies.staff.models import Position
from agencies.staff.roles import Role
from agencies.staff.rules import reason_against
from cases.decisions.actions import Decision
from cases.decisions.codes import State
from cases.decisions.forms import DecideForm
from cases.decisions.models import CaseAct
from cases.decisions.queries import MOST_LISTED, Waiting, queue_of
from cases.records.models import Case
from cases.records.panel import full_name
from cases.records.queries import able_to_decide
from face.templatetags.face import ja
from security.audit.verbs import Verb
from security.encryption.fields import value_of
from security.walls import clock


@dataclass(frozen=True)
class Entry:
    """A line of the queue: whose draft it is, and why it is urgent."""

    waiting: Waiting
    child: str
    born: date | None
    is_shown: bool


def waits_for(kind: Decision[Any], by: Position) -> Callable[[CaseAct], str]:
    """What the drafter of an act is told: who can decide it, or that nobody can yet."""

    def told(row: CaseAct) -> str:
        names = [_named(position) for position in able_to_decide(row.case, kind.act, besides=by)]
        if not names:
            return _("Drafted. Nobody can decide it yet: tell your supervisor.")
        if len(names) == 1:
            return format_html(_("Drafted. It waits for the decision of {name}."), name=names[0])
        several = format_html_join(_(", "), "{}", ((name,) for name in names))
        return format_html(_("Drafted. It waits for the decision of one of these: {names}."), names=several)

    return told


def _named(position: Position) -> str:
    """A person who decides; the director by the family name."""
    if position.role != Role.DIRECTOR:
        return format_html("{}", ja(position.staff.name))
    return format_html(_("the director, {family}"), family=ja(position.staff.name.partition("　")[0]))


def pane(
    request: StaffRequest, kind: Decision[Any], row: CaseAct, form: DecideForm | None = None
) -> dict[str, Any]:
    """The context of ``cases/decisions/pane.html``: what is decided, and the form that does it. The look is recorded."""
    case, by, now = row.case, request.by, clock.now()
    request.keeps_drafts = (
        True  # the queue has no form of its own: this one is sent to the draft's page, which keeps drafts
    )
    request.event.note_shown(case.pk, *kind.panels(row), verb=Verb.CASE_VIEW, under=[case.child.key_scope()])
    waits = row.state_at(now) is State.WAITING
    return {
        **kind.context(row, by),
        "kind": kind,
        "case": case,
        "row": row,
        "form": form or kind.form(row)(initial={"version": row.version}),
        "born": value_of(case.child.birth_date),
        "waits": waits,
        "decide_url": kind.url(row),
        "form_url": f"{reverse(kind.form_url, args=[case.pk])}?from={row.pk}&version={row.version}",
        "take_back_url": reverse("decision_take_back", args=[case.pk, kind.act.value, row.pk]),
        "is_drafter": row.drafted_person_id == by.staff_id,
        "not_decide": reason_against(kind.check_may_decide, row, by, now),
        "not_approve": reason_against(kind.check_may_approve, row, by, now) if waits else "",
        "not_change": reason_against(kind.check_may_change, row, by, now) if waits else "",
        "not_anew": reason_against(kind.check_may_draft, case, by, now),
        "can_be_redrafted": row.state is State.RETURNED and not hasattr(row, "replaced_by"),
    }


def queue_beside(request: StaffRequest, queue: list[Waiting], shown: UUID | None) -> dict[str, Any]:
    """The context of ``cases/decisions/queue_list.html``, of which ``shown`` is in the pane. Every case named is recorded."""
    for waiting in queue[:MOST_LISTED]:
        request.event.note_shown(waiting.row.case_id, "queue", verb=Verb.CASE_LIST)
    entries = [
        Entry(
            waiting,
            full_name(waiting.row.case.child),
            value_of(waiting.row.case.child.birth_date),
            waiting.row.pk == shown,
        )
        for waiting in queue[:MOST_LISTED]
    ]
    return {"queue": entries, "waiting_count": len(queue), "more_waiting": len(queue) - len(entries)}


def queue_and_first(request: StaffRequest) -> dict[str, Any]:
    """The queue with its first draft in the pane: a page of its own, and the home of those who decide."""
    queue = queue_of(request.by)
    if not queue:
        return queue_beside(request, queue, None)
    first = queue[0]
    beside = queue_beside(request, queue, first.row.pk)
    return {**pane(request, first.kind, first.row), **beside, "decide_url": first.url}


def earlier_draft(request: StaffRequest, kind: Decision[Any], case: Case) -> Any:
    """The draft that ``?from=`` names: the reader's own that waits, to be changed, or a returned one, to be drafted
    again; else None."""
    try:
        wanted = UUID(request.GET.get("from", ""))
    except ValueError:
        return None
    row = kind.model._default_manager.filter(case=case, pk=wanted, **kind.of_kind).first()
    if row is None or row.state not in (State.WAITING, State.RETURNED):
        return None
    is_own = row.drafted_person_id == request.by.staff_id
    return as_opened(request, row) if is_own or row.state is State.RETURNED else None


def as_opened(request: StaffRequest, row: Any) -> Any:
    """The draft with the version that its form was opened with, as the address says: a newer one is not overwritten."""
    if request.GET.get("version", str(row.version)) != str(row.version):
        row.version = 0
    return row


def why_not_draft(request: StaffRequest, kind: Decision[Any], case: Case, earlier: Any) -> Any:
    """The sentence beside the grey button of the form that drafts, changes or drafts again; '' where nothing is against it."""
    now = clock.now()
    if earlier is not None and earlier.state_at(now) is State.WAITING:
        return reason_against(kind.check_may_change, earlier, request.by, now)
    return reason_against(kind.check_may_draft, case, request.by, now)
