"""Who asks for a place, who answers, and which step follows. Nothing that says who the child is goes to an institution."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agencies.directory.models import Office
from agencies.staff.models import Position
from agencies.staff.roles import Permission
from agencies.staff.rules import Refused, check_role_may
from cases.records.codes import Level
from cases.records.models import Case
from cases.records.queries import holds
from cases.records.rules import check_may_edit
from referrals.disclosures.rules import check_says_nobody
from referrals.places.codes import (
    BY_CENTER,
    BY_INSTITUTION,
    ENDED,
    LONGEST_OFFER_DAYS,
    MOST_ASKED,
    PlaceState,
    Pressing,
)
from referrals.places.models import PlaceAsk, PlaceLink
from referrals.places.queries import has_open_asks

S = PlaceState
GONE = _("This request is not open to your office any more.")


def check_may_ask(case: Case, by: Position) -> None:
    """The team of the case, as long as it is open."""
    check_may_edit(case, by)


def check_whom(institutions: Collection[Office]) -> None:
    """One institution at least, and no more than are telephoned by one person."""
    if not institutions:
        raise Refused("institutions", _("Choose the institutions that are asked."))
    if len(institutions) > MOST_ASKED:
        raise Refused("institutions", _("At most %(most)d institutions at a time.") % {"most": MOST_ASKED})


def check_sheet(case: Case, facts: Mapping[str, Any], now_on: Any) -> None:
    """The sheet is anonymous, and a place is wanted from a day on that is not over. Raises Refused naming the field."""
    if facts["wanted_from"] < now_on:
        raise Refused("wanted_from", _("This day is over."))
    check_anonymous(case, facts.get("not_near") or "", "not_near")


def check_anonymous(case: Case, text: str, field: str) -> None:
    """No name of the home, no birth date, no address and no number of the case stands in a text for an institution."""
    check_says_nobody(case, text, field)


def answer_by(center: Office, pressing: Pressing, now: datetime) -> datetime:
    """Until when institutions answer: hours in an emergency, else days, as the center set.

    No law sets them: our own judgement."""
    if pressing is Pressing.EMERGENCY:
        return now + timedelta(hours=center.place_hours)
    return now + timedelta(days=center.place_days)


def check_of_case(case: Case, by: Position) -> None:
    """Those who write on the case act on its requests, on a closed case too: withdrawing always works."""
    if not holds(by, case.pk, Level.EDIT):
        raise Refused("no_grant", _("Only the team of this case can do this."))


def check_at_institution(ask: PlaceAsk, by: Position) -> None:
    """The staff of the institution that was asked."""
    check_role_may(by, Permission.KEEP_VACANCIES)
    if ask.institution_id != by.office_id:
        raise Refused("office", _("Another institution was asked this."))


def check_follows(ask: PlaceAsk, to: PlaceState, *, center: bool) -> None:
    """The step follows from where the request is now. What has ended says how."""
    steps = BY_CENTER if center else BY_INSTITUTION
    now_in = ask.state_label
    if isinstance(now_in, PlaceState) and to in steps.get(now_in, ()):
        return
    said: dict[str, Any] = {
        S.WITHDRAWN: _("The center has withdrawn this request meanwhile. Nothing was sent."),
        S.DECLINED: _("The institution has declined meanwhile."),
        S.CONFIRMED: _("The institution has confirmed the place meanwhile."),
        S.CHOSEN: _("This offer has been chosen meanwhile."),
        S.OFFERED: _("The institution has offered a place meanwhile. Read the offer again."),
        S.ASKED_BACK: _("A question waits for its answer first."),
        S.SEEN: _("The question has been answered already. Open the request again."),
        S.SENT: _("The institution has to open the request first."),
    }
    raise Refused("state", said.get(ask.state, _("Open the request again.")))


def check_offer(until: datetime, now: datetime) -> None:
    """An offer holds for a time to come, and for a week at most."""
    if not now < until <= now + timedelta(days=LONGEST_OFFER_DAYS, minutes=10):
        raise Refused("until", _("An offer holds from now on, and for seven days at most."))


def check_may_choose(ask: PlaceAsk, others: Collection[PlaceAsk], now: datetime) -> None:
    """An offer that holds, of a search in which no other one is chosen."""
    check_follows(ask, S.CHOSEN, center=True)
    if ask.has_run_out(now):
        raise Refused("run_out", _("This offer has run out. Telephone the institution: it can offer again."))
    if any(_is_in(other, S.CONFIRMED) for other in others if other.pk != ask.pk):
        raise Refused(
            "one_chosen", _("Another institution has confirmed its place already. Ask for a place anew.")
        )
    if any(_is_in(other, S.CHOSEN) for other in others if other.pk != ask.pk):
        raise Refused("one_chosen", _("Another offer has been chosen already. Withdraw that one first."))


def _is_in(ask: PlaceAsk, *states: PlaceState) -> bool:
    return ask.state in states


def check_some_open(asks: Collection[PlaceAsk]) -> None:
    """There is a request to withdraw."""
    if not asks:
        raise Refused("none_open", _("No request is open any more."))


def releasable(links: Collection[PlaceLink]) -> list[PlaceLink]:
    """The requests of a search that are withdrawn in one step: all open ones, but not the one that is chosen."""
    return [one for one in links if not _is_in(one.ask, *ENDED, S.CHOSEN)]


def what_is_open(case: Case, _now: datetime) -> str | Promise:
    """The sentence against closing a case while institutions still keep beds for it, or ""."""
    if has_open_asks(case):
        return _("Institutions still have a request for a place. Withdraw it first.")
    return ""
