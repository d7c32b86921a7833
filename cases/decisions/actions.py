"""The decision machine (起案 → 決裁): one way to draft, change, take back and decide, for every grave act on a case.

A room declares each of its decisions once (:class:`Decision`, in its ``room``); the home pages, the decision page, the closing of
a case and the documents read the declarations. What is special to a room are four functions: what must still hold when it is
approved, what is written with the signature, what takes effect, and what ends when it is not approved.
"""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db import models, transaction
from django.urls import reverse

from agencies.notices.actions import tell
from agencies.notices.codes import NoticeKind
from agencies.staff.models import Position
from agencies.staff.roles import Act
from cases.decisions import rules
from cases.decisions.codes import LEADS_TO, State, Verdict
from cases.decisions.forms import DecideForm
from cases.decisions.models import CaseAct
from cases.records.actions import locked
from cases.records.models import Case
from cases.records.queries import deciders_of
from face.consequences import Consequences
from security.rooms import rooms
from security.walls import clock

A = TypeVar("A", bound=CaseAct)


TOLD = {
    Verdict.APPROVE: NoticeKind.DECISION_APPROVED,
    Verdict.RETURN: NoticeKind.DECISION_RETURNED,
    Verdict.REFUSE: NoticeKind.DECISION_REFUSED,
}
"""What the drafter is told: which of the three it was, and nothing else of it."""
WAITING = models.Q(decided_at=None, taken_back_at=None)
"""The drafts that wait for a decision."""


def nothing(*_arguments: Any, **_named: Any) -> None:
    """For a decision that needs none of the hooks below."""


def no_columns(_row: Any) -> tuple[str, ...]:
    """For a decision that writes nothing more with its signature."""
    return ()


@dataclass(frozen=True, kw_only=True)
class Decision(Generic[A]):
    """One kind of grave act on a case.

    ``act`` is the power it takes and its name in addresses. ``of_kind`` narrows ``model`` to its rows, ``waiting`` to those
    that wait; ``related`` are the rows that their page and list need besides. ``content`` are the columns the drafter writes,
    ``form_url`` names the address of the form that does it. ``template`` shows what is decided and ``beside`` further cards
    of its page, both with ``context``; ``panels`` are what the access log calls that. ``consequences`` are said where it is
    approved. ``deciders`` are told of a draft, where not everybody who decides on the case may know of it.
    """

    act: Act
    model: type[A]
    check_may_draft: Callable[[Case, Position, datetime], None]
    content: tuple[str, ...]
    form_url: str
    template: str
    beside: str = ""
    context: Callable[[A, Position], Mapping[str, Any]]
    panels: Callable[[A], tuple[str, ...]]
    consequences: Consequences
    effect: Callable[[A, Position], None]
    of_kind: Mapping[str, Any] = field(default_factory=dict)
    waiting: models.Q = WAITING
    related: tuple[str, ...] = ()
    check_change: Callable[[A, Position], None] = nothing
    still_holds: Callable[[A, Position, datetime], None] = nothing
    with_signature: Callable[[A], tuple[str, ...]] = no_columns
    not_approved: Callable[..., None] = nothing
    lock: Callable[[models.QuerySet[A]], A] = locked
    short: Callable[[], AbstractContextManager[None]] = transaction.atomic
    form: Callable[[A], type[DecideForm]] = lambda _row: DecideForm
    presses: bool = False
    deciders: Callable[[A, Position], list[UUID]] | None = None

    def url(self, row: A) -> str:
        """Where it is read and decided."""
        return reverse("decision", args=[row.case_id, self.act.value, row.pk])

    def check_may_change(self, row: A, by: Position, now: datetime) -> None:
        """Raises Refused where the draft may not be changed or taken back."""
        rules.check_may_change(row, by, now)
        self.check_change(row, by)

    def check_may_decide(self, row: A, by: Position, now: datetime) -> None:
        """Raises Refused where this position does not decide it (now)."""
        rules.check_may_decide_act(row, self.act, by, now)

    def check_may_approve(self, row: A, by: Position, now: datetime) -> None:
        """Raises Refused where it cannot be approved, although it can perhaps be returned."""
        self.check_may_decide(row, by, now)
        self.still_holds(row, by, now)

    def begin(self, case: Case, by: Position, now: datetime, earlier: A | None = None) -> A:
        """The row that a form then writes, within a transaction: a new one, or the drafter's own draft that still waits.

        ``earlier``: that draft as it was read, to be changed, or a returned one, to be drafted again. Raises Refused.
        """
        if earlier is not None and earlier.state_at(now) is State.WAITING:
            row = self.lock(self.model._default_manager.filter(pk=earlier.pk, case=case))
            self.check_may_change(row, by, now)
            rules.check_version(row, earlier.version)
            return row
        self.check_may_draft(case, by, now)
        if earlier is not None:
            rules.check_replaces(earlier, case.pk, now)
        row = self.model(case=case, replaces=earlier, **self.of_kind)
        row.draft_as(by, now)
        return row

    def submit(self, row: A, by: Position, write_parts: Callable[[A], None] = nothing) -> A:
        """Save what :meth:`begin` gave and the form wrote, with its parts in other tables; the deciders of the case are told."""
        if row._state.adding:
            row.save(force_insert=True)
        else:
            row.save(update_fields=self.content)
        write_parts(row)
        row.refresh_from_db(fields=["version"])
        told = self.deciders(row, by) if self.deciders else deciders_of(row.case, self.act, besides=by)
        cause = f"{row.pk}:{row.version}"
        tell(told, NoticeKind.DECISION_WAITING, row.case.number, self.url(row), cause=cause)
        return row

    def take_back(self, row: A, *, by: Position) -> A:
        """The drafter takes the draft back; nothing is decided any more. Raises Refused."""
        with self.short():
            fresh, now = self.lock(self.model._default_manager.filter(pk=row.pk)), clock.now()
            self.check_may_change(fresh, by, now)
            fresh.taken_back_at = now
            fresh.save(update_fields=["taken_back_at"])
            self.not_approved(fresh, by)
        return fresh

    def decide(
        self,
        row: A,
        verdict: Verdict,
        *,
        by: Position,
        note: str = "",
        version: int | None = None,
        **more: Any,
    ) -> A:
        """Approve a draft, which takes effect at once, or return or refuse it with a note. The drafter is told.

        ``version`` is the draft that the decider has read; ``more`` goes to the room's ``not_approved``. Raises Refused.
        """
        with self.short():
            fresh, now = self.lock(self.model._default_manager.filter(pk=row.pk)), clock.now()
            self.check_may_decide(fresh, by, now)
            rules.check_version(fresh, version)
            rules.check_move(fresh, LEADS_TO[verdict], now)
            approved = verdict is Verdict.APPROVE
            if approved:
                self.still_holds(fresh, by, now)
            else:
                rules.check_has_reason(note)
            fresh.decide_as(by, now, approved=approved)
            fresh.refused, fresh.note = verdict is Verdict.REFUSE, note or None
            fresh.save(update_fields=[*fresh.SIGNED, *(self.with_signature(fresh) if approved else ())])
            if approved:
                self.effect(fresh, by)
            else:
                self.not_approved(fresh, by, **more)
            cause = f"{fresh.pk}:{verdict}"
            tell(
                [fresh.drafted_by_id],
                TOLD[verdict],
                fresh.case.number,
                self.url(fresh),
                cause=cause,
            )
        return fresh


def declared() -> list[Decision[Any]]:
    """Every kind of decision, in the order of the rooms."""
    return [decision for room in rooms() for decision in room.decisions]


def named(act: str) -> Decision[Any]:
    """The decision of this name; raises KeyError for a name that no room declares."""
    return {decision.act.value: decision for decision in declared()}[act]
