"""The requests of a case with where they are, those that an institution was sent, and what waits for whom."""

from collections.abc import Collection, Mapping
from uuid import UUID

from django.db.models import QuerySet

from agencies.staff.models import Position
from agencies.staff.roles import Permission
from cases.records.models import Case
from face.reading import asked_once
from referrals.places.codes import MOST_ASKED, PlaceState
from referrals.places.models import PlaceAsk, PlaceLink, PlaceSearch, PlaceWord
from security.encryption.keyring import current

LATEST = 40
"""How many requests of a case a page reads, the latest first."""
MOST = 100
"""How many requests the desk of an institution lists."""
LINK = (
    *(
        "case",
        "search",
        "search__sent_at",
        "search__sent_by",
        "ask__institution__name",
        "ask__institution__telephone",
    ),
    *("ask__state", "ask__sent_at", "ask__answer_by", "ask__seen_at", "ask__offer_until", "ask__ended_at"),
)


@asked_once
def link_rows(case: Case) -> QuerySet[PlaceLink]:
    """The requests of a case, the latest first, without their sheets."""
    rows = PlaceLink.objects.filter(case=case).select_related("search", "ask__institution").only(*LINK)
    return rows.order_by("-search__sent_at", "-search_id", "id")[:LATEST]


def links_of(case: Case) -> list[PlaceLink]:
    """The same, read."""
    return list(link_rows(case))


def searches_of(case: Case) -> list[tuple[PlaceSearch, list[PlaceLink]]]:
    """The searches of a case with their requests, the latest first."""
    found: dict[UUID, tuple[PlaceSearch, list[PlaceLink]]] = {}
    for link in links_of(case):
        found.setdefault(link.search_id, (link.search, []))[1].append(link)
    return list(found.values())


def links_of_search(search: UUID) -> list[PlaceLink]:
    """The requests of one search with their sheets, in the order of the institutions' names. Their keys are loaded."""
    rows = PlaceLink.objects.filter(search=search).select_related("case__child", "search", "ask__institution")
    links = list(rows.order_by("ask__institution__name", "id"))
    current().prefetch(link.ask.key_scope() for link in links)
    return links


def words_of_asks(asks: Collection[UUID]) -> Mapping[UUID, list[PlaceWord]]:
    """The questions and answers of these requests, the oldest first."""
    found: dict[UUID, list[PlaceWord]] = {ask: [] for ask in asks}
    for row in PlaceWord.objects.filter(ask__in=asks):
        found[row.ask_id].append(row)
    return found


def asks_at(by: Position) -> QuerySet[PlaceAsk]:
    """The requests that the position's institution was sent."""
    if not by.may(Permission.KEEP_VACANCIES):
        return PlaceAsk.objects.none()
    return PlaceAsk.objects.filter(institution=by.office_id).select_related("center")


def open_asks_at(by: Position) -> list[PlaceAsk]:
    """Those that have not ended, what is to be answered first at the top."""
    return list(asks_at(by).filter(ended_at=None).order_by("answer_by", "id")[:MOST])


def ended_asks_at(by: Position) -> list[PlaceAsk]:
    """Those that have ended lately, the latest first."""
    return list(asks_at(by).filter(ended_at__isnull=False).order_by("-ended_at", "-id")[:MOST])


def links_to_do(by: Position, most: int) -> QuerySet[PlaceLink]:
    """The requests of the searches that this position sent and of which one is open, with those that have ended beside them;
    what is to be answered first at the top. So many searches at most, whole."""
    has_open = PlaceLink.objects.filter(search__sent_by=by, ask__ended_at=None).values("search")
    rows = PlaceLink.objects.filter(search__in=has_open)
    rows = rows.select_related("case", "search", "ask__institution").only(*LINK, "case__number")
    return rows.order_by("ask__answer_by", "search_id", "id")[: most * MOST_ASKED]


def has_open_asks(case: Case) -> bool:
    """Whether a request of the case has not ended."""
    return PlaceLink.objects.filter(case=case, ask__ended_at=None).exists()


def cases_of_asks(asks: Collection[UUID]) -> Mapping[UUID, Collection[UUID]]:
    """Whose case each of these requests is of, as far as the reader may know: an institution knows of none."""
    found: dict[UUID, list[UUID]] = {ask: [] for ask in asks}
    for ask, case in PlaceLink.objects.filter(ask__in=asks).values_list("ask", "case"):
        found[ask].append(case)
    return found


def is_chosen(links: Collection[PlaceLink]) -> bool:
    """Whether an offer of this search is chosen or confirmed."""
    return any(link.ask.state in (PlaceState.CHOSEN, PlaceState.CONFIRMED) for link in links)
