"""Any steps of both offices in any order on one entrusted plan, against a plain model: done or refused as it says, and owed."""

from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from agencies.staff.acting import acting_as
from agencies.staff.rules import Refused
from cases.counseling.codes import GoalState
from cases.duties.models import Duty
from cases.sessions.codes import Attendance
from referrals.entrusted import actions
from referrals.entrusted.codes import EntrustState, ReturnKind, ReturnState
from referrals.entrusted.models import Entrusted, EntrustedReturn, EntrustedSession, EntrustedWord
from security.walls import clock
from tests.cast import Cast
from tests.unit.referrals.entrusted import steps

S, R, K = EntrustState, ReturnState, ReturnKind
OVER = (S.DECLINED, S.ENDED, S.WITHDRAWN)
GIVING = (S.ACCEPTED, S.RUNNING)
GIVES = {
    "held": [K.SESSION],
    "missed": [K.SESSION],
    "danger": [K.SESSION, K.DANGER],
    "review": [K.REVIEW],
    "end": [K.END],
}
"""What each step at the other office sends back."""
ON_RETURN = ("take", "back", "anew")
ALL = ("accept", "ask", "decline", "answer", "withdraw", *GIVES, *ON_RETURN)
# Both ways to the end, and each kind of thing asked back, are walked every time.
TO_THE_END = [
    *[("ask", 0), ("accept", 0), ("held", 0), ("back", 0), ("take", 0), ("anew", 0), ("take", 1), ("review", 0)],
    *[("end", 0), ("back", 3), ("anew", 3), ("held", 0), ("take", 4), ("take", 4), ("held", 0), ("back", 2), ("take", 2)],
]  # fmt: skip
TAKEN_BACK = [
    *[("ask", 0), ("answer", 0), ("accept", 0), ("danger", 0), ("back", 1), ("withdraw", 0), ("anew", 1), ("take", 0)],
]  # fmt: skip


@dataclass
class Model:
    """How far the plan is, what was sent back and what the center said to each, and how many words were exchanged."""

    state: EntrustState = S.SENT
    returns: list[tuple[ReturnKind, ReturnState]] = field(default_factory=list)
    words: int = 0
    sessions: int = 0

    def take(self, step: str, which: int) -> bool:
        """Whether the step is taken."""
        if step in GIVES:
            return self._gives(step)
        if step in ON_RETURN:
            return which < len(self.returns) and self._on(step, which)
        after, may = {
            "accept": (S.ACCEPTED, self.state in (S.SENT, S.ASKED_BACK)),
            "ask": (S.ASKED_BACK, self.state is S.SENT),
            "decline": (S.DECLINED, self.state in (S.SENT, S.ASKED_BACK)),
            "answer": (S.SENT, self.state is S.ASKED_BACK),
            "withdraw": (S.WITHDRAWN, self.state not in OVER),
        }[step]
        if may:
            self.state = after
            self.words += step in ("ask", "decline", "answer")
        return may

    def _gives(self, step: str) -> bool:
        if self.state not in GIVING:
            return False
        self.returns += [(kind, R.SENT) for kind in GIVES[step]]
        self.sessions += K.SESSION in GIVES[step]
        if step in ("held", "danger"):
            self.state = S.RUNNING
        return True

    def _on(self, step: str, which: int) -> bool:
        kind, before = self.returns[which]
        if step == "anew":
            if before is not R.ASKED_BACK or self.state not in GIVING:
                return False
            self.returns[which] = (kind, R.CORRECTED)
            self.returns.append((kind, R.SENT))
            return True
        if before is not R.SENT or (step == "back" and self.state in OVER):
            return False
        self.returns[which] = (kind, R.ACCEPTED if step == "take" else R.ASKED_BACK)
        if step == "take" and kind is K.END and self.state not in OVER:
            self.state = S.ENDED
        return True


def _session(row: Entrusted, attendance: Attendance, danger: str = "") -> None:
    one = actions.plan_session(row, clock.now(), by=row.provider)
    told = actions.SessionFacts(attendance=attendance, summary="架空", note=steps.NOTE, danger=danger)
    actions.record_session(one, told, by=row.provider)


def _told(row: Entrusted, kind: ReturnKind) -> actions.ReturnFacts:
    goals = row.goal_codes if kind in (K.REVIEW, K.END) else []
    attendance = Attendance.HELD if kind is K.SESSION else None
    states = dict.fromkeys(goals, GoalState.PARTLY)
    return actions.ReturnFacts(
        kind=kind, happened_at=clock.now(), summary="架空", attendance=attendance, goal_states=states
    )


def _there(cast: Cast, step: str, row: Entrusted, sent: EntrustedReturn | None) -> None:
    """A step at the other office."""
    by = row.provider
    if step == "anew" and sent is not None:
        actions.send_back(row, _told(row, K(sent.kind)), by=by, corrects=sent)
        return
    does: dict[str, Callable[[], object]] = {
        "accept": lambda: actions.accept(row, by=by),
        "ask": lambda: actions.ask_back(row, "架空", by=by),
        "decline": lambda: actions.decline(row, "架空", by=by),
        "held": lambda: _session(row, Attendance.HELD),
        "missed": lambda: _session(row, Attendance.ABSENT_CHILD),
        "danger": lambda: _session(row, Attendance.LATE, "架空"),
        "review": lambda: actions.send_back(row, _told(row, K.REVIEW), by=by),
        "end": lambda: actions.send_back(row, _told(row, K.END), by=by),
    }
    does[step]()


def _here(cast: Cast, step: str, row: Entrusted, sent: EntrustedReturn | None) -> None:
    """A step of the center."""
    by = cast.caseworker
    if sent is not None:
        if step == "take":
            actions.accept_return(sent, by=by)
        else:
            actions.ask_return_back(sent, "架空", by=by)
        return
    found = steps.at_center(cast, row)
    if step == "answer":
        actions.answer(found, "架空", by=by)
    else:
        actions.withdraw(found, by=by)


def _sent(cast: Cast, row: Entrusted, known: list[UUID]) -> list[EntrustedReturn]:
    """What was sent back, in the order in which it came; of one session its two lines before its sign of danger."""
    found = {one.pk: one for one in steps.returns(row, cast.caseworker)}
    fresh = sorted(
        (one for one in found.values() if one.pk not in known), key=lambda one: one.kind == K.DANGER
    )
    known += [one.pk for one in fresh]
    return [found[one] for one in known]


def _taken(cast: Cast, step: str, row: Entrusted, which: int, known: list[UUID]) -> bool:
    of_center = step in ("answer", "withdraw", "take", "back")
    who = cast.caseworker if of_center else row.provider
    sent = None
    if step in ON_RETURN:
        found = _sent(cast, row, known)
        if which >= len(found):
            return False
        sent = found[which]
    try:
        with acting_as(who):
            (_here if of_center else _there)(cast, step, row, sent)
    except Refused as refused:
        told = str(refused.reason)
    else:
        return True
    assert told
    return False


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(turns=st.lists(st.tuples(st.sampled_from(ALL), st.integers(0, 4)), min_size=4, max_size=16))
@example(turns=TO_THE_END)
@example(turns=TAKEN_BACK)
def test_any_steps_of_both_offices_end_as_the_model_says(cast: Cast, turns: list[tuple[str, int]]) -> None:
    row, model, known = steps.sent(cast), Model(), list[UUID]()
    for step, which in turns:
        assert _taken(cast, step, row, which, known) is model.take(step, which), (step, which, model)
        _sent(cast, row, known)
    found = _sent(cast, row, known)
    with acting_as(cast.caseworker):
        now = Entrusted.objects.get(pk=row.pk)
        assert EntrustState(now.state) is model.state
        assert (now.ended_at is not None) is (model.state in OVER)
        assert [(K(one.kind), R(one.state)) for one in found] == model.returns
        assert EntrustedWord.objects.filter(entrusted=row).count() == model.words
        assert not EntrustedSession.objects.exists()
        owed = Duty.objects.filter(case=row.case_id, kind="entrusted_read", done_at=None)
        assert set(owed.values_list("cause", flat=True)) == {one.pk for one in found if one.state == R.SENT}
    with acting_as(row.provider):
        assert EntrustedSession.objects.filter(entrusted=row).count() == model.sessions


def test_the_fixed_walks_reach_both_ends() -> None:
    """Without these the random steps might prove little: each end, and a thing asked back, sent anew and accepted."""
    ended, back = Model(), Model()
    for step, which in TO_THE_END:
        ended.take(step, which)
    for step, which in TAKEN_BACK:
        back.take(step, which)
    assert (ended.state, back.state) == (S.ENDED, S.WITHDRAWN)
    assert {state for _kind, state in ended.returns} == {R.SENT, R.ACCEPTED, R.CORRECTED}
