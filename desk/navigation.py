"""The main menu: one list, and who sees which line of it."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.functional import Promise, SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from agencies.staff.models import Position
from agencies.staff.roles import CASEWORK, Permission

P = Permission


@dataclass(frozen=True)
class Entry:
    """A line of the menu: its label, the name of its address, and the permissions of which one is enough (none: all people).

    ``rarely`` is the permission of those who do it so seldom that their long menu does without; the page is theirs as well.
    """

    label: str | Promise
    name: str
    needs: tuple[Permission, ...] = ()
    rarely: Permission | None = None

    def stands_for(self, position: Position) -> bool:
        """Whether the menu of this position has the line."""
        if self.rarely is not None and position.may(self.rarely):
            return False
        return not self.needs or any(position.may(need) for need in self.needs)


MENU = (
    Entry(_("Home"), "home"),
    Entry(_("Waiting for your decision"), "decision_queue", (P.DECIDE,)),
    Entry(_("Cases"), "case_list", CASEWORK),
    Entry(_("Conferences"), "sitting_list", (P.WORK_ON_CASES,)),
    Entry(_("My sessions"), "my_sessions", (P.WORK_ON_CASES,), rarely=P.REVIEW_LINE),
    Entry(_("Vacancies"), "vacancy_board", (P.WORK_ON_CASES,), rarely=P.REVIEW_LINE),
    Entry(_("Progress list"), "review_list", (P.REVIEW_LINE,)),
    Entry(_("List of receipts"), "reading_list", (P.REVIEW_LINE,)),
    Entry(_("Hand-over"), "handovers", CASEWORK),
    Entry(_("Receive a juvenile victim"), "support_new", (P.KEEP_SUPPORT,)),
    Entry(_("Register a contact"), "register_call", (P.TAKE_CONTACTS,)),
    Entry(_("Notifications from other offices"), "incoming_filings", (P.TAKE_CONTACTS,)),
    Entry(_("Hand-over sheet of the night"), "night_sheet", (P.TAKE_CONTACTS, P.REVIEW_LINE)),
    Entry(_("Letters and calls of children"), "child_letters", (P.KEEP_LETTERS,)),
    Entry(_("Requests for a place"), "places_asked", (P.KEEP_VACANCIES,)),
    Entry(_("Own vacancies"), "vacancies_own", (P.KEEP_VACANCIES,)),
    Entry(_("Plans entrusted to you"), "entrusted_list", (P.GIVE_ENTRUSTED,)),
    Entry(_("Plans entrusted to this office"), "entrusted_here", (P.NAME_GIVERS,)),
    Entry(_("My notifications"), "filings", (P.FILE_NOTIFICATION,)),
    Entry(_("Envelopes"), "envelopes", (P.RECEIVE_DISCLOSURES,)),
    Entry(_("Access log"), "access_log", (P.REVIEW_LINE, P.READ_ACCESS_LOG)),
    Entry(_("Positions to confirm"), "positions", (P.CONFIRM_POSITIONS,)),
    Entry(_("Delegations"), "delegations", (P.MANAGE_TEAM,)),
    Entry(_("Staff"), "staff_list", (P.ADMINISTER,)),
    Entry(_("Register of training"), "training_list", (P.ADMINISTER,)),
    Entry(_("Training"), "training_section", (P.REVIEW_LINE,)),
    Entry(_("Offices"), "office_list", (P.ADMINISTER,)),
    Entry(_("Agreements"), "agreement_list", (P.ADMINISTER, P.DECIDE)),
)


def menu_of(position: Position | None) -> list[dict[str, object]]:
    """The lines this position sees; nothing before a position is chosen."""
    if position is None:
        return []
    return [
        {"label": entry.label, "url": reverse(entry.name)} for entry in MENU if entry.stands_for(position)
    ]


class MenuMiddleware:
    """Gives every page its menu, and whether it has the box in which a case is looked for; worked out only where a template
    draws them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.nav = SimpleLazyObject(lambda: menu_of(request.by))  # type: ignore[attr-defined]  # see face.context
        request.may_find = SimpleLazyObject(  # type: ignore[attr-defined]  # see face.context
            lambda: request.by is not None and request.by.may(P.WORK_ON_CASES)  # type: ignore[attr-defined]
        )
        return self.get_response(request)
