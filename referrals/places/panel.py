"""The search for a place on the page of custody and placement, in the stream, among what comes next, and on both home pages."""

from collections.abc import Collection, Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from agencies.staff.models import Position
from agencies.staff.rules import reason_against
from cases.records.models import Case
from cases.records.panel import Moment, Panel, Part, Span
from face.lines import Line, Step
from face.reading import asked_once
from referrals.places import rules
from referrals.places.codes import PlaceState
from referrals.places.models import PlaceAsk, PlaceLink, PlaceSearch
from referrals.places.queries import is_chosen, link_rows, links_to_do, open_asks_at, searches_of
from security.walls import clock

S = PlaceState


def panel(case: Case, by: Position) -> Panel:
    """Each search with where its requests are; no sheet."""
    now = clock.now()
    context = {
        "searches": [
            (search, [(link, link.ask.has_run_out(now), link.ask.is_late(now)) for link in links])
            for search, links in searches_of(case)
        ],
        "why_not": reason_against(rules.check_may_ask, case, by),
    }
    return Panel("places", "referrals/places/panel.html", context)


def first(case: Case) -> list[QuerySet[Any]]:
    """What the steps need on every page of a case."""
    return [link_rows(case)]


def steps(case: Case, by: Position) -> list[Step]:
    """What the center has to do now: one step a search."""
    found = []
    for search, links in searches_of(case):
        told = _next(links)
        if told is not None:
            text, ask, pressing = told
            url = _url(case.pk, search.pk)
            due = ask.offer_until if ask.state == S.OFFERED else None
            reason = reason_against(rules.check_of_case, case, by)
            found.append(Step(text, url, due, pressing=pressing, reason=reason))
    return found


def _next(links: Collection[PlaceLink]) -> tuple[str, PlaceAsk, bool] | None:
    """The one thing of a search that presses most, the request it is about, and whether it presses."""
    now, asks = clock.now(), [link.ask for link in links]
    for ask in asks:
        if ask.state == S.ASKED_BACK:
            return _("Answer the question of an institution"), ask, True
    holding = [ask for ask in asks if ask.state == S.OFFERED and not ask.has_run_out(now)]
    if holding and not is_chosen(links):
        return _("Choose among the places offered"), min(holding, key=_until), True
    for ask in asks:
        if ask.is_late(now) and not is_chosen(links):
            return _("Telephone the institution: it has not answered in time"), ask, True
    if is_chosen(links) and rules.releasable(links):
        return _("Release the institutions that were not chosen"), rules.releasable(links)[0].ask, False
    return None


def _until(ask: PlaceAsk) -> Any:
    return ask.offer_until


def _url(case_id: Any, search_id: Any) -> str:
    return reverse("place_search", args=[case_id, search_id])


def moments_in(case: Case, by: Position, span: Span) -> list[Part]:
    """That a place was asked for. How institutions answered is read on the page of the search."""
    rows = PlaceSearch.objects.filter(case=case).select_related("sent_by__staff")
    rows = rows.only("sent_at", "sent_by__staff__name")
    return [Part(span.of(rows, "sent_at", "sent_by"), _sent)]


def _sent(row: PlaceSearch) -> Moment:
    return Moment(row.sent_at, _("A place was asked for without a name"), by=row.sent_by.staff, row=row.pk)


@asked_once
def first_to_do(by: Position, most: int) -> Sequence[QuerySet[Any]]:
    """The requests of which ``to_do`` tells."""
    return [links_to_do(by, most)]


def to_do(by: Position, most: int) -> list[Line]:
    """The searches that this position sent and that wait for it, one line each."""
    (rows,) = first_to_do(by, most)
    searches: dict[Any, list[PlaceLink]] = {}
    for link in rows:
        searches.setdefault(link.search_id, []).append(link)
    lines = []
    for search, links in searches.items():
        told = _next(links)
        if told is not None:
            text, ask, pressing = told
            due = ask.offer_until if ask.state == S.OFFERED else ask.answer_by
            case = links[0].case
            lines.append(
                Line(
                    _url(case.pk, search),
                    text,
                    ask.institution.name,
                    due=due,
                    pressing=pressing,
                    case_id=case.pk,
                    number=case.number,
                )
            )
    return lines[:most]


def waiting(by: Position, most: int) -> list[Line]:
    """For an institution: the requests that wait for its answer or confirmation, what is due first at the top."""
    now, lines = clock.now(), []
    words = {
        S.SENT.value: _("A place is asked for: answer"),
        S.SEEN.value: _("A place is asked for: answer"),
        S.ASKED_BACK.value: _("Your question waits for the center"),
        S.OFFERED.value: _("Offered: waits for the center"),
        S.CHOSEN.value: _("You were chosen: confirm"),
    }
    for ask in open_asks_at(by)[:most]:
        ran_out = ask.has_run_out(now)
        lines.append(
            Line(
                reverse("place_asked", args=[ask.pk]),
                _("Your offer has run out") if ran_out else words.get(ask.state, ""),
                ask.center.name,
                at=ask.sent_at,
                due=ask.offer_until if ask.state == S.OFFERED else ask.answer_by,
                pressing=ask.is_late(now) or ran_out or ask.state == S.CHOSEN,
                fresh=ask.state == S.SENT,
            )
        )
    return sorted(lines, key=lambda line: not line.pressing)
