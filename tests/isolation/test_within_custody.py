"""What is decided within one custody, in every order of the steps: its end, a move, its continuing, consent and the warrant, a
correction of its beginning, and the confirmation of what was said by word of mouth."""

import re
import uuid
from datetime import timedelta
from itertools import combinations

import pytest
from django.db import connections
from django.db.models import Model
from django.utils import timezone

from agencies.staff.acting import acting_as
from cases.clocks.models import Clock
from cases.consents.codes import Said
from cases.custody import actions
from cases.custody.models import ConsentAnswer, CustodyDecision
from cases.records.actions import add_to_team
from cases.records.codes import Level, Relation
from cases.records.models import Case
from cases.warrants.models import WarrantDraft, WarrantRequest
from config.embedded.postgres import Server
from config.embedded.testing import PASSWORDS, server_home
from tests.cast import Cast, a_case
from tests.conftest import superuser
from tests.isolation.test_every_order import PATIENCE, orders_of, session_of
from tests.isolation.tester import HERE, Run, run, spec_of
from tests.requesting import approved
from tests.unit.cases.continuing.test_continuing import begun
from tests.unit.cases.continuing.test_continuing import draft as to_continue
from tests.unit.cases.corrections.test_custody import drafted as to_correct
from tests.unit.cases.custody.test_actions import a_draft, end_facts, said
from tests.unit.cases.custody.test_consent import answered
from tests.unit.cases.stays.test_places import draft as to_move

WITHIN = ("custody_over", "move", "prolong", "consent", "hand_in", "correct")
ORAL = ("confirm", "send_back", "custody_over")
AGAINST = {
    ("custody_over", "move"),
    ("consent", "hand_in"),
}
"""Of these two the second is refused, whichever it is: the child is moved after the end, or the limit is kept and not needed."""


def said_anew(model: type[Model], names: str, values: str) -> dict[str, str]:
    """The columns of a table, and for each what a copy of a row says that is recorded now."""
    new = {"id": "gen_random_uuid()", "recorded_at": "now()", "recorded_by_id": "wall.my_position()"}
    columns = [str(field.column) for field in model._meta.concrete_fields]
    return {names: ", ".join(columns), values: ", ".join(new.get(column, column) for column in columns)}


def without_the_case(spec: str) -> str:
    """The same sessions, none of which holds the case: only the walls keep them apart."""
    left, held = re.subn(r"  SELECT FROM cases_case .* FOR UPDATE;\n", "", spec)
    assert held == spec.count("\nsession ")
    return left


class Within:
    """One case in custody: all that can be decided of it waits (``waiting``). Or one that began by word of mouth (``oral``)."""

    def __init__(self, cast: Cast, database: str) -> None:
        self.database = database
        self.conninfo = Server(server_home(), "").conninfo(
            dbname=database, user="runtime", password=PASSWORDS["runtime"]
        )
        self.cast = cast
        self.names = {"patience": PATIENCE, "asked": str(uuid.UUID(int=0)), "approved_until": "infinity"}
        for name in ("caseworker", "colleague", "director", "police"):
            self.names[name] = session_of(cast.positions[name])
        with superuser(database) as attacker:
            attacker.execute((HERE / "world.sql").read_text(encoding="utf-8"))

    def wait(self) -> "Within":
        """Custody in force, with a draft of each thing that can be decided of it."""
        cast = self.cast
        start = begun(cast)
        with acting_as(cast.caseworker):
            add_to_team(
                start.case, cast.colleague, relation=Relation.MEMBER, level=Level.EDIT, by=cast.caseworker
            )
        answered(cast, start, Said.OBJECTS)
        request = approved(cast, start.case)
        move = to_move(cast, start.case, moved_at=timezone.now() - timedelta(minutes=1))
        continuing = to_continue(cast, start)
        correction = to_correct(cast, start, start.effective_at + timedelta(hours=1))
        ending = self._an_end(start)
        with acting_as(cast.caseworker):
            limits = {row.kind: str(row.pk) for row in Clock.objects.running().filter(case=start.case_id)}
        self.names |= {
            "case": str(start.case_id),
            "one": str(start.pk),
            "ending": str(ending.pk),
            "move": str(move.pk),
            "continuing": str(continuing.pk),
            "correction": str(correction.pk),
            "request": str(request.pk),
            "limit": limits["warrant"],
            "term": limits["custody_end"],
        }
        self.names |= self._answer() | self._handed(request)
        return self._keep("waiting")

    def say(self) -> "Within":
        """Custody that began by word of mouth, and its end."""
        start = a_draft(self.cast, a_case(self.cast), **said())
        self.names |= {"one": str(start.pk), "ending": str(self._an_end(start).pk)}
        return self._keep("oral")

    def _an_end(self, start: CustodyDecision) -> CustodyDecision:
        """It lies before the move that waits."""
        with acting_as(self.cast.caseworker):
            case = Case.objects.select_related("office", "child").get(pk=start.case_id)
            facts = end_facts(effective_at=timezone.now() - timedelta(minutes=2))
            return actions.draft_end(case, facts, by=self.cast.caseworker)

    def _answer(self) -> dict[str, str]:
        """What the recording of an answer writes: a copy of the one that there is, said anew."""
        with acting_as(self.cast.caseworker):
            answer = ConsentAnswer.objects.get()
        return {"answer": str(answer.pk), **said_anew(ConsentAnswer, "answer_columns", "answered")}

    def _handed(self, request: WarrantDraft) -> dict[str, str]:
        """The row of what was handed in."""
        sealed = f"(SELECT reason FROM cases_warrantdraft WHERE id = '{request.pk}')"
        written = {
            "id": "gen_random_uuid()",
            "case_id": f"'{request.case_id}'",
            "decision_id": f"'{request.start_id}'",
            "draft_id": f"'{request.pk}'",
            "requested_at": "now()",
            "recorded_at": "now()",
            "recorded_by_id": "wall.my_position()",
        }
        handed = [str(field.column) for field in WarrantRequest._meta.concrete_fields]
        return {
            "handed_columns": ", ".join(handed),
            "handed": ", ".join(written.get(column, sealed) for column in handed),
        }

    def _keep(self, state: str) -> "Within":
        with superuser(self.database) as attacker:
            attacker.execute(f"SELECT test.keep('{state}')")
        connections.close_all()
        self.state = state
        return self

    def every_order(self, sessions: tuple[str, ...], *, walls_alone: bool = False) -> list[Run]:
        """Take the steps in every order. ``walls_alone``: no session holds the case, as if an action had forgotten to."""
        spec = spec_of(sessions, self.state, self.names)
        runs = run(self.conninfo, without_the_case(spec) if walls_alone else spec)
        assert len(runs) == orders_of(sessions)
        for one in runs:
            assert one.violations == [], (sessions, one)
            # Whoever comes alone, or first and whole, is refused nothing.
            assert f"{one.order[0].removesuffix('_acts')}_acts" not in one.errors, one
        return runs


@pytest.fixture
def within(cast: Cast, database: str) -> Within:
    return Within(cast, database)


def test_two_things_decided_within_one_custody(within: Within) -> None:
    """Whatever the order: no limit is left behind, none is met and ended, and no child is moved after the end."""
    within.wait()
    orders = 0
    for sessions in combinations(WITHIN, 2):
        runs = within.every_order(sessions)
        orders += len(runs)
        if sessions in AGAINST:
            assert all(len(one.errors) == 1 for one in runs), (sessions, runs)
        done = [len(one.errors) for one in runs]
        assert max(done) <= 1, (sessions, runs)
    assert orders == 15 * 6


@pytest.mark.parametrize("third", ["move", "prolong", "correct"])
def test_the_end_consent_and_a_third(within: Within, third: str) -> None:
    within.wait().every_order(("custody_over", "consent", third))


def test_a_confirmation_and_an_end_of_what_was_said_by_word_of_mouth(within: Within) -> None:
    """Confirmed or not, it can be ended until it was returned; and only one of the two answers to the draft counts."""
    within.say()
    for sessions in combinations(ORAL, 2):
        for one in within.every_order(sessions):
            if sessions == ("confirm", "send_back"):
                assert len(one.errors) == 1, one
            if sessions == ORAL[1:] and one.is_before("send_back_ends", "custody_over_acts"):
                assert "custody_over_acts" in one.errors, one


def test_what_is_looked_at_finds_the_walls_that_are_taken_away(within: Within) -> None:
    within.wait()
    with superuser(within.database) as attacker:
        attacker.execute("ALTER TABLE cases_placechange DISABLE TRIGGER c_within_custody")
        attacker.execute("ALTER TABLE cases_clock DISABLE TRIGGER stays")
    found = set()
    for sessions in sorted(AGAINST):
        for one in run(within.conninfo, spec_of(sessions, within.state, within.names)):
            found |= set(one.violations)
    assert "! a child is moved outside its custody" in found
    assert found & {"! a limit was met and has ended", "! a request is handed in that met no limit"}
