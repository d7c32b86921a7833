"""No chain of answers, corrections and withdrawals opens 確認困難 where the child has said no, was undecided or withdrew."""

from typing import Any

from django.db import IntegrityError
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from agencies.staff.acting import acting_as
from agencies.staff.rules import Refused
from cases.records.models import Case
from referrals.consent import rules
from referrals.consent.codes import Ground
from referrals.consent.models import Intention
from tests.cast import Cast, a_case
from tests.unit.referrals import steps
from tests.unit.referrals.consent.test_corrections import CORRECTED
from tests.unit.referrals.disclosures.test_gate_by_sql import raw

FEW = settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
RESULTS = st.sampled_from(["wishes", "declines", "undecided", "unable"])
OFFICES = st.sampled_from(["support", "support2"])
ANSWER = st.tuples(st.just("answer"), RESULTS, OFFICES, st.booleans())
BY_SQL = st.tuples(st.just("sql"), RESULTS, st.integers(0, 9), st.just(True))
WITHDRAWAL = st.tuples(st.just("withdraw"), st.just(""), st.integers(0, 9), st.just(False))
CHAINS = st.lists(st.one_of(ANSWER, BY_SQL, WITHDRAWAL), min_size=1, max_size=7)


class Said:
    """The plain model of one record."""

    def __init__(self, pk: Any, office: str, result: str) -> None:
        self.pk, self.office, self.result = pk, office, result
        self.withdrawn = False

    @property
    def for_good(self) -> bool:
        return self.withdrawn or self.result in ("declines", "undecided")


class Chain:
    """A case, what was recorded on it, and the same in the model."""

    def __init__(self, cast: Cast) -> None:
        self.cast, self.case = cast, a_case(cast)
        self.said: list[Said] = []

    def walk(self, what: str, result: str, where: Any, corrects: bool) -> None:
        """One step of a chain; a step that is refused leaves the model as it was."""
        if what == "answer":
            self.answer(result, where, corrects)
        elif self.said:
            chosen = self.said[where % len(self.said)]
            self.by_sql(result, chosen) if what == "sql" else self.withdraw(chosen)

    def answer(self, result: str, office: str, corrects: bool) -> None:
        earlier = [word for word in self.said if word.office == office]
        try:
            row = steps.confirmed(
                self.cast,
                self.case,
                result=result,
                recipient=self.cast.offices[office],
                correction="誤記" if corrects else "",
            )
        except Refused:
            assert corrects
            assert not earlier or (result == "unable" and earlier[-1].for_good)
            return
        self._recorded(row.pk, office, result)

    def by_sql(self, result: str, wrong: Said) -> None:
        """The record that is corrected need not be the last one: a chain may branch."""
        raw(
            self.cast.caseworker,
            "UPDATE referrals_intention SET superseded_at = now() WHERE case_id = %s AND recipient_id = %s "
            "AND superseded_at IS NULL",
            [self.case.pk, self.cast.offices[wrong.office].pk],
        )
        try:
            raw(self.cast.caseworker, CORRECTED, [result, str(wrong.pk), wrong.pk])
        except IntegrityError:
            assert result == "unable"
            assert wrong.for_good
            return
        with acting_as(self.cast.caseworker):
            newest = Intention.objects.in_force().get(
                case=self.case, recipient=self.cast.offices[wrong.office]
            )
        self._recorded(newest.pk, wrong.office, result)

    def withdraw(self, word: Said) -> None:
        with acting_as(self.cast.caseworker):
            row = Intention.objects.get(pk=word.pk)
        steps.withdrawn(self.cast, row)
        word.withdrawn = True

    def _recorded(self, pk: Any, office: str, result: str) -> None:
        self.said.append(Said(pk, office, result))

    def check(self) -> None:
        """The rule, the wall and the model agree on whether the child has answered."""
        newest = {word.office: word.result for word in self.said}
        formed = any(word.for_good for word in self.said) or "wishes" in newest.values()
        with acting_as(self.cast.caseworker):
            assert rules.is_formed(self.case) == formed
        assert opens(self.cast, self.case) == (not formed)


def opens(cast: Cast, case: Case) -> bool:
    """Whether 確認困難 can be asked for now."""
    try:
        asked = steps.excepted(cast, case, ground=Ground.CANNOT_FORM, condition="2歳", approve=False)
    except Refused:
        return False
    steps.taken_back(cast, asked)
    return True


@given(chain=CHAINS)
@example(chain=[("answer", "declines", "support", False), ("answer", "unable", "support", True)])
@example(
    chain=[
        ("answer", "declines", "support", False),
        ("answer", "wishes", "support", True),
        ("answer", "unable", "support", True),
    ]
)
@example(chain=[("answer", "wishes", "support", False), ("answer", "unable", "support2", False)])
@example(
    chain=[
        ("answer", "wishes", "support", False),
        ("withdraw", "", 0, False),
        ("answer", "unable", "support", True),
    ]
)
@example(
    chain=[
        ("answer", "wishes", "support", False),
        ("answer", "unable", "support", True),
        ("withdraw", "", 0, False),
        ("sql", "unable", 0, True),
        ("sql", "unable", 1, True),
    ]
)
@FEW
def test_no_chain_of_records_takes_an_answer_away(
    cast: Cast, chain: list[tuple[str, str, Any, bool]]
) -> None:
    way = Chain(cast)
    for step in chain:
        way.walk(*step)
        way.check()
