"""The only writers of requests for a place. Each side takes its own steps; the database tells the other one."""

import uuid
from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any

from django.db import transaction

from agencies.directory.models import Office
from agencies.staff.models import Position
from agencies.staff.rules import Refused
from cases.records.actions import locked
from cases.records.models import Case
from referrals.places import rules
from referrals.places.codes import ENDED, Decline, PlaceState, Term
from referrals.places.models import PlaceAsk, PlaceLink, PlaceSearch, PlaceWord
from referrals.places.queries import links_of_search
from security.encryption.keyring import current
from security.walls import clock

S = PlaceState
SAME_OFFER = timedelta(minutes=10)
"""Until two moments so near is one offer, whose button was pressed twice."""


@transaction.atomic
def ask_for_place(
    case: Case, facts: Mapping[str, Any], institutions: Collection[Office], *, by: Position
) -> PlaceSearch:
    """Send one anonymous sheet to each of these institutions. Raises Refused."""
    now = clock.now()
    locked(Case.objects.filter(pk=case.pk))
    rules.check_may_ask(case, by)
    rules.check_whom(institutions)
    rules.check_sheet(case, facts, clock.today())
    search = PlaceSearch(case=case, sent_by=by, sent_at=now)
    search.save(force_insert=True)
    until = rules.answer_by(by.office, facts["how_soon"], now)
    for office in institutions:
        ask = PlaceAsk(
            id=uuid.uuid4(), center=by.office, institution=office, sent_at=now, answer_by=until, state=S.SENT
        )
        # The link comes first: by it the wall knows that the request and its key are the writer's.
        PlaceLink(case=case, search=search, ask_id=ask.pk).save(force_insert=True)
        current().create(ask.key_scope(), by.office_id)
        for name in PlaceAsk.SHEET:
            setattr(ask, name, facts[name] or None if name == "not_near" else facts[name])
        ask.save(force_insert=True)
    return search


def _fresh(ask: PlaceAsk) -> PlaceAsk:
    """The request, held: of two who act at once the second sees what the first did."""
    row = PlaceAsk.objects.select_for_update().filter(pk=ask.pk).first()
    if row is None:
        raise Refused("gone", rules.GONE)
    return row


def _move(ask: PlaceAsk, to: PlaceState, **more: Any) -> None:
    ask.state = to
    if to in ENDED:
        ask.ended_at = clock.now()
    for name, value in more.items():
        setattr(ask, name, value)
    ask.save(update_fields=["state", "ended_at", *more])


@transaction.atomic
def open_ask(ask: PlaceAsk, *, by: Position) -> None:
    """The institution has opened the request, for the first time. Raises Refused."""
    fresh = _fresh(ask)
    rules.check_at_institution(fresh, by)
    if fresh.state == S.SENT:
        _move(fresh, S.SEEN, seen_at=clock.now())


@transaction.atomic
def ask_back(ask: PlaceAsk, text: str, *, by: Position) -> None:
    """The institution asks something. Raises Refused."""
    fresh = _fresh(ask)
    rules.check_at_institution(fresh, by)
    rules.check_follows(fresh, S.ASKED_BACK, center=False)
    _write(fresh, text, from_center=False)
    _move(fresh, S.ASKED_BACK)


@transaction.atomic
def offer(ask: PlaceAsk, term: Term, *, by: Position) -> None:
    """The institution offers a place, for so long from now on. Raises Refused."""
    fresh, now = _fresh(ask), clock.now()
    rules.check_at_institution(fresh, by)
    rules.check_follows(fresh, S.OFFERED, center=False)
    until = now + timedelta(days=int(term))
    rules.check_offer(until, now)
    if fresh.state == S.OFFERED and fresh.offer_until and abs(until - fresh.offer_until) < SAME_OFFER:
        return  # the same button, pressed twice
    _move(fresh, S.OFFERED, offer_until=until)


@transaction.atomic
def decline(ask: PlaceAsk, why: Decline, *, by: Position) -> None:
    """The institution cannot take the child. Raises Refused."""
    fresh = _fresh(ask)
    rules.check_at_institution(fresh, by)
    rules.check_follows(fresh, S.DECLINED, center=False)
    _move(fresh, S.DECLINED, decline=why)


@transaction.atomic
def confirm(ask: PlaceAsk, *, by: Position) -> None:
    """The institution takes the child that it was chosen for. Raises Refused."""
    fresh = _fresh(ask)
    rules.check_at_institution(fresh, by)
    rules.check_follows(fresh, S.CONFIRMED, center=False)
    _move(fresh, S.CONFIRMED)


@transaction.atomic
def answer(link: PlaceLink, text: str, *, by: Position) -> None:
    """The center answers the institution's question. Raises Refused."""
    fresh = _fresh(link.ask)
    rules.check_of_case(link.case, by)
    rules.check_follows(fresh, S.SEEN, center=True)
    rules.check_anonymous(link.case, text, "text")
    _write(fresh, text, from_center=True)
    _move(fresh, S.SEEN)


@transaction.atomic
def choose(link: PlaceLink, *, by: Position) -> None:
    """The center chooses an offer. Nothing of the child goes with it: it is told who the child is outside the board.

    Raises Refused."""
    # Held first: of two who choose different offers of one search the second sees the first one's choice.
    locked(Case.objects.filter(pk=link.case_id))
    fresh, now = _fresh(link.ask), clock.now()
    rules.check_may_ask(link.case, by)
    rules.check_may_choose(fresh, [one.ask for one in links_of_search(link.search_id)], now)
    _move(fresh, S.CHOSEN)


@transaction.atomic
def withdraw(link: PlaceLink, *, by: Position) -> None:
    """The center withdraws one request. Raises Refused."""
    fresh = _fresh(link.ask)
    rules.check_of_case(link.case, by)
    rules.check_follows(fresh, S.WITHDRAWN, center=True)
    _move(fresh, S.WITHDRAWN)


@transaction.atomic
def release_others(search: PlaceSearch, *, by: Position) -> None:
    """The center withdraws every open request of a search but the chosen one. Raises Refused."""
    rules.check_of_case(search.case, by)
    links = rules.releasable(links_of_search(search.pk))
    rules.check_some_open([one.ask for one in links])
    for link in links:
        fresh = _fresh(link.ask)
        if fresh.state not in (*ENDED, S.CHOSEN):
            _move(fresh, S.WITHDRAWN)


def _write(ask: PlaceAsk, text: str, *, from_center: bool) -> None:
    row = PlaceWord(ask=ask, from_center=from_center, written_at=clock.now())
    row.text = text
    row.save(force_insert=True)
