"""Any steps of both sides in any order, from pages that may be old, against a plain model of the two-party machine."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agencies.staff.acting import acting_as
from agencies.staff.rules import Refused
from cases.records.models import Case
from referrals.places import actions
from referrals.places.codes import Decline, PlaceState, Term
from referrals.places.models import PlaceAsk, PlaceLink, PlaceWord
from referrals.places.queries import links_of_search
from tests.cast import Cast, a_case, as_owner
from tests.unit.referrals.places.steps import asked, at

S = PlaceState
GONE = (S.DECLINED, S.CONFIRMED, S.WITHDRAWN)
STEPS = ("open", "ask", "offer", "decline", "confirm", "answer", "choose", "withdraw", "release", "run_out")
TWO = 2
"""How many institutions are asked in each example."""


@dataclass
class Model:
    """What the machine says, in the fewest words: the state of each request, and which offers have run out."""

    states: list[PlaceState] = field(default_factory=lambda: [S.SENT] * TWO)
    over: list[bool] = field(default_factory=lambda: [False] * TWO)
    words: list[int] = field(default_factory=lambda: [0] * TWO)

    def take(self, step: str, which: int) -> bool:
        """Whether the step is taken."""
        before = self.states[which]
        if step == "open":
            self.states[which] = S.SEEN if before is S.SENT else before
            return True
        if step == "run_out":
            self.over[which] = self.over[which] or before is S.OFFERED
            return True
        if step == "release":
            released = [one for one, state in enumerate(self.states) if state not in (*GONE, S.CHOSEN)]
            for one in released:
                self.states[one] = S.WITHDRAWN
            return bool(released)
        after = self._after(step, which, before)
        if after is None:
            return False
        self.states[which] = after
        self.words[which] += step in ("ask", "answer")
        self.over[which] = self.over[which] and step != "offer"
        return True

    def _after(self, step: str, which: int, before: PlaceState) -> PlaceState | None:
        one_chosen = any(
            state in (S.CHOSEN, S.CONFIRMED) for other, state in enumerate(self.states) if other != which
        )
        allowed = {
            "ask": (S.ASKED_BACK, before is S.SEEN),
            "offer": (S.OFFERED, before in (S.SEEN, S.ASKED_BACK, S.OFFERED)),
            "decline": (S.DECLINED, before in (S.SEEN, S.ASKED_BACK, S.OFFERED, S.CHOSEN)),
            "confirm": (S.CONFIRMED, before is S.CHOSEN),
            "answer": (S.SEEN, before is S.ASKED_BACK),
            "choose": (S.CHOSEN, before is S.OFFERED and not self.over[which] and not one_chosen),
            "withdraw": (S.WITHDRAWN, before not in GONE),
        }
        after, may = allowed[step]
        return after if may else None


def _act(cast: Cast, step: str, link: PlaceLink) -> Callable[[], object]:
    here, lead, ask = cast.positions[at(cast, link)], cast.caseworker, link.ask
    acts: dict[str, Callable[[], object]] = {
        "open": lambda: actions.open_ask(ask, by=here),
        "ask": lambda: actions.ask_back(ask, "服薬はありますか", by=here),
        "offer": lambda: actions.offer(ask, Term.DAY, by=here),
        "decline": lambda: actions.decline(ask, Decline.NO_BED, by=here),
        "confirm": lambda: actions.confirm(ask, by=here),
        "answer": lambda: actions.answer(link, "朝と夜です", by=lead),
        "choose": lambda: actions.choose(link, by=lead),
        "withdraw": lambda: actions.withdraw(link, by=lead),
        "release": lambda: actions.release_others(link.search, by=lead),
    }
    return acts[step]


def _taken(cast: Cast, step: str, link: PlaceLink) -> bool:
    if step == "run_out":
        with as_owner():
            rows = PlaceAsk.objects.using("owner").filter(pk=link.ask_id, state=S.OFFERED)
            rows.update(offer_until=timezone.now() - timedelta(seconds=1))
        return True
    of_institution = step in ("open", "ask", "offer", "decline", "confirm")
    try:
        with acting_as(cast.positions[at(cast, link)] if of_institution else cast.caseworker):
            _act(cast, step, link)()
    except Refused as refused:
        told = str(refused.reason)
    else:
        return True
    assert told
    return False


def _pages(cast: Cast, search: PlaceLink) -> list[PlaceLink]:
    with acting_as(cast.caseworker):
        found = {link.ask.institution.code: link for link in links_of_search(search.search_id)}
    return [found["home"], found["home2"]]


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    turns=st.lists(
        st.tuples(st.sampled_from(STEPS), st.integers(0, TWO - 1), st.booleans()), min_size=3, max_size=14
    )
)
def test_any_steps_from_any_page_end_as_the_model_says(
    cast: Cast, turns: list[tuple[str, int, bool]]
) -> None:
    """``fresh``: the page is read anew before the step; else the step comes from the first page that was ever read."""
    case: Case = a_case(cast)
    model, links = Model(), asked(cast, case)
    for step, which, fresh in turns:
        page = _pages(cast, links[0]) if fresh else links
        assert _taken(cast, step, page[which]) is model.take(step, which), (step, model)
    with acting_as(cast.caseworker):
        for which, link in enumerate(links):
            ask = PlaceAsk.objects.get(pk=link.ask_id)
            assert PlaceState(ask.state) is model.states[which]
            assert (ask.ended_at is not None) is (model.states[which] in GONE)
            assert (ask.decline is not None) is (model.states[which] is S.DECLINED)
            assert PlaceWord.objects.filter(ask=ask).count() == model.words[which]
            assert ask.has_run_out(timezone.now()) is (model.over[which] and model.states[which] is S.OFFERED)
