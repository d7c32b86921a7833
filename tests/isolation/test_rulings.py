"""Rulings of a court, in every order of the steps: on the request for a warrant (rejected, reversal asked for, reversed) and on
continuing custody. Each against the end of custody, consent withdrawn and a correction of its start (児童福祉法33条)."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import combinations

import pytest
from django.utils import timezone

from agencies.staff.acting import acting_as
from cases.clocks.models import Clock
from cases.clocks.rules import JAPAN, end_of
from cases.consents.codes import Said
from cases.continuing.codes import CourtStep
from cases.continuing.models import TermCourt
from cases.records.actions import add_to_team
from cases.records.codes import Level, Relation
from cases.warrants.actions import hand_in
from cases.warrants.codes import WarrantState
from tests.cast import Cast
from tests.conftest import superuser
from tests.isolation.test_within_custody import Within, said_anew, without_the_case
from tests.isolation.tester import Run, run, spec_of
from tests.requesting import approved, handed_in, stepped
from tests.unit.cases.continuing.test_continuing import begun, steps_court
from tests.unit.cases.continuing.test_continuing import draft as to_continue
from tests.unit.cases.corrections.test_custody import drafted as to_correct
from tests.unit.cases.custody.test_consent import answered

BESIDE = ("custody_over", "withdraw_consent", "correct")
"""What comes at the same time as a ruling."""
TOO_LONG = "lock timeout"
RULINGS = {"reject": "requested", "ask_review": "rejected", "quash": "reviewed", "court": "requested"}
"""Each ruling, and the state of the file in which it comes."""


class Ruled(Within):
    """Custody of three days to which all have consented, with its end, its continuing and a correction drafted (``consented``);
    then the request for a warrant is handed in, rejected, and its reversal asked for, each kept as a state."""

    def walk(self) -> "Ruled":
        """Keep every state."""
        cast = self.cast
        start = begun(cast, days=3)
        with acting_as(cast.caseworker):
            add_to_team(
                start.case, cast.colleague, relation=Relation.MEMBER, level=Level.EDIT, by=cast.caseworker
            )
        request = approved(cast, start.case)
        asked = steps_court(cast, start, CourtStep.ASKED)
        continuing = to_continue(cast, start)
        correction = to_correct(cast, start, start.effective_at + timedelta(hours=1))
        ending = self._an_end(start)
        answered(cast, start, Said.CONSENTS)
        self.until = end_of(continuing.starts_at.astimezone(JAPAN).date() + timedelta(days=10))
        self.names |= {
            "case": str(start.case_id),
            "one": str(start.pk),
            "ending": str(ending.pk),
            "continuing": str(continuing.pk),
            "correction": str(correction.pk),
            "asked": str(asked.pk),
            "approved_until": self.until.isoformat(),
        }
        with acting_as(cast.caseworker):
            self.names["term"] = str(Clock.objects.running().get(case=start.case_id, kind="custody_end").pk)
        self.names |= self._answer() | said_anew(TermCourt, "court_columns", "granted")
        self._keep("consented")
        answered(cast, start, Said.OBJECTS)
        with acting_as(cast.caseworker):
            handed = hand_in(request, handed_in(requested_at=timezone.now()), by=cast.caseworker)
        self.names["handed_request"] = str(handed.pk)
        self._keep("requested")
        for name, to in (("rejected", WarrantState.REJECTED), ("review_asked", WarrantState.REVIEW_ASKED)):
            self.names[name] = str(stepped(cast, handed, to).pk)
            self._keep({"rejected": "rejected", "review_asked": "reviewed"}[name])
        return self

    def in_state(self, state: str) -> "Ruled":
        """Begin every order with this kept state."""
        self.state = state
        return self


@pytest.fixture
def ruled(cast: Cast, database: str) -> Ruled:
    return Ruled(cast, database).walk()


def pairs() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each ruling with one thing that comes at the same time, and each two of those."""
    for ruling, state in RULINGS.items():
        yield from ((state, (ruling, other)) for other in BESIDE)
    yield "requested", ("court", "prolong")
    yield from (("consented", two) for two in combinations(BESIDE, 2))


def after_the_end(one: Run, step: str) -> bool:
    """Whether this step is taken after custody was ended."""
    return step in one.order and one.is_before("custody_over_ends", step)


def check(one: Run) -> None:
    """A ruling on the request is recorded whenever it came; nothing is asked of a court for custody that is over. Who waits for
    another writer too long is refused for that, and sends it again."""
    for ruling in ("reject_acts", "quash_acts"):
        assert ruling not in one.errors or TOO_LONG in one.errors[ruling], one
    for step, refusal in (("ask_review_acts", "cannot follow"), ("court_acts", "no such term")):
        if after_the_end(one, step):
            assert refusal in one.errors[step] or TOO_LONG in one.errors[step], one
    is_over = "custody_over_acts" in one.order and "custody_over_acts" not in one.errors
    assert one.facts.get("custody_end_runs", 0) == (not is_over), one


def test_a_ruling_and_what_comes_at_the_same_time(ruled: Ruled) -> None:
    """Whatever the order: no limit runs after custody, none that was met runs on, and each ruling is timed."""
    orders = 0
    refused = set()
    for state, sessions in pairs():
        for one in ruled.in_state(state).every_order(sessions):
            check(one)
            refused |= {step for step, why in one.errors.items() if TOO_LONG not in why}
            orders += 1
    assert orders == 16 * 6
    assert {"ask_review_acts", "court_acts"} <= refused


@pytest.mark.parametrize("ruling", RULINGS)
def test_a_ruling_and_two_things_that_come_at_the_same_time(ruled: Ruled, ruling: str) -> None:
    for beside in combinations(BESIDE, 2):
        for one in ruled.in_state(RULINGS[ruling]).every_order((ruling, *beside)):
            check(one)


def test_the_walls_hold_where_no_session_holds_the_case(ruled: Ruled) -> None:
    """An action that forgot to lock the case is refused, or waits; it leaves nothing behind that is not so."""
    for state, sessions in pairs():
        ruled.in_state(state).every_order(sessions, walls_alone=True)


def test_a_term_is_as_long_as_the_family_court_approved_whoever_comes_first(ruled: Ruled) -> None:
    """児童福祉法33条14項: what the court approved and the term that is decided at the same time end on one day."""
    both = 0
    for one in ruled.in_state("requested").every_order(("court", "prolong")):
        if not one.errors:
            both += 1
            assert one.facts["term_until"] == int(ruled.until.timestamp()), one
    assert both


def test_consent_that_is_withdrawn_is_timed_while_custody_lasts(ruled: Ruled) -> None:
    """児童福祉法33条3項: the limit runs from the beginning, also the corrected one; custody that is over within it needs none."""
    for other in ("custody_over", "correct"):
        for one in ruled.in_state("consented").every_order(("withdraw_consent", other)):
            is_timed = "withdraw_consent_acts" not in one.errors
            is_over = other == "custody_over" and "custody_over_acts" not in one.errors
            assert one.facts.get("warrant_runs", 0) == (is_timed and not is_over), one


def test_what_is_looked_at_finds_the_walls_of_a_ruling_that_are_taken_away(ruled: Ruled) -> None:
    """Without the wall, and with no lock on the case, a limit runs on after the end."""
    with superuser(ruled.database) as attacker:
        attacker.execute("ALTER TABLE cases_clock DISABLE TRIGGER review_from_ruling")
        attacker.execute("ALTER TABLE cases_clock DISABLE TRIGGER term")
    found = set()
    for sessions in (("reject", "custody_over"), ("ask_review", "custody_over")):
        spec = without_the_case(spec_of(sessions, RULINGS[sessions[0]], ruled.names))
        for one in run(ruled.conninfo, spec):
            found |= set(one.violations)
    assert "! the limit of a reversal runs after custody" in found
