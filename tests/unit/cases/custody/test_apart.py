"""Two temporary custodies of one child never overlap, in whatever case: the rule says it before, the database after."""

import random
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from agencies.staff.acting import acting_as
from agencies.staff.rules import Refused
from cases.consents.codes import Said
from cases.custody import actions
from cases.custody.codes import DecisionKind
from cases.custody.models import CustodyDecision
from cases.decisions.codes import State, Verdict
from cases.records.actions import add_to_team
from cases.records.codes import Level, Relation
from cases.records.models import Case
from tests.cast import Cast, a_case, as_owner
from tests.client import signed_in
from tests.conftest import superuser
from tests.unit.cases.custody.test_actions import SIGN, a_draft, decide
from tests.unit.cases.custody.test_oral import an_end, read

HOUR = timedelta(hours=1)
OVERLAPS = """SELECT count(*) FROM cases_custodydecision a JOIN cases_case x ON x.id = a.case_id
  JOIN cases_case y ON y.child_id = x.child_id JOIN cases_custodydecision b ON b.case_id = y.id AND b.id > a.id
  WHERE a.kind = 'start' AND b.kind = 'start' AND (a.approved OR (a.is_oral AND a.approved IS NULL))
    AND (b.approved OR (b.is_oral AND b.approved IS NULL))
    AND tstzrange(a.effective_at, a.ended_at) && tstzrange(b.effective_at, b.ended_at)"""


def two_cases(cast: Cast, *, other_lead: str = "caseworker") -> tuple[Case, Case]:
    """Two cases of one child."""
    first, second = a_case(cast), a_case(cast, lead=other_lead)
    of_child(second, first.child_id)
    with acting_as(cast.positions[other_lead]):
        return first, Case.objects.select_related("office", "child").get(pk=second.pk)


def of_child(case: Case, child: UUID) -> None:
    """Arrange whose case it is, which never changes otherwise."""
    with superuser(connection.settings_dict["NAME"]) as attacker:
        attacker.execute("SET session_replication_role = replica")
        attacker.execute("UPDATE cases_case SET child_id = %s WHERE id = %s", [child, case.pk])


def orally(cast: Cast, case: Case, at: datetime, *, by: str = "caseworker") -> CustodyDecision:
    facts = {"is_oral": True, "said_by": "所長 職員", "said_at": at, "effective_at": at}
    return a_draft(cast, case, by=by, **facts)


# Hours after a moment of the last days: from when to when the first lasts (None: it goes on), and when the second begins.
@pytest.mark.parametrize(
    ("begins", "ends", "second", "refused"),
    [
        (0, None, 0, True),
        (0, None, 5, True),
        (0, None, -5, True),  # nobody has ended it, so it reaches into the other
        (0, 5, 4, True),
        (0, 5, 5, False),  # the end of one is the beginning of the other
        (0, 5, 6, False),
        (0, 5, -1, True),
        (0, 0, 0, False),  # ended the moment it began: there was none
        (0, 0, -1, False),
    ],
)
@pytest.mark.parametrize("same_case", [True, False])
def test_the_second_begins_when_the_first_has_ended(
    cast: Cast, begins: int, ends: int | None, second: int, refused: bool, same_case: bool
) -> None:
    if same_case and ends is None:
        return  # refused before any moment is looked at: the child is in custody already
    base = timezone.now() - timedelta(days=3)
    case, other = two_cases(cast)
    first = decide(cast, orally(cast, case, base + begins * HOUR))
    if ends is not None:
        decide(cast, an_end(cast, first, effective_at=base + ends * HOUR))
    where = case if same_case else other
    if not refused:
        assert orally(cast, where, base + second * HOUR).lasts
        return
    with pytest.raises(Refused, match="overlaps"):
        orally(cast, where, base + second * HOUR)
    with pytest.raises(IntegrityError, match="do not overlap"):
        _by_raw_sql(cast, where, base + second * HOUR)


def _by_raw_sql(cast: Cast, case: Case, at: datetime) -> None:
    with acting_as(cast.caseworker), transaction.atomic():
        row = CustodyDecision(case=case, kind="start", effective_at=at, reason="", heard="", is_oral=True)
        row.draft_as(cast.caseworker, timezone.now())
        row.confirm_by = timezone.now()
        row.save(force_insert=True)


def test_two_written_drafts_may_wait_and_one_is_approved(cast: Cast) -> None:
    case, other = two_cases(cast)
    draft, beside = a_draft(cast, case), a_draft(cast, other)
    decide(cast, draft)
    with pytest.raises(Refused, match="overlaps") as refusal:
        decide(cast, beside)
    assert case.number in str(refusal.value.reason)
    with (
        acting_as(cast.director),
        pytest.raises(IntegrityError, match="do not overlap"),
        transaction.atomic(),
    ):
        connection.cursor().execute(
            f"{SIGN} WHERE id = %s", [cast.director.pk, cast.director.staff_id, beside.pk]
        )
    page = signed_in(cast.director).get(actions.START.url(beside))
    assert case.number in str(page.context["not_approve"])
    assert decide(cast, beside, verdict=Verdict.RETURN, note="重複").state is State.RETURNED


def test_a_case_that_is_not_read_has_no_number(cast: Cast) -> None:
    case, other = two_cases(cast, other_lead="other_section")
    decide(cast, a_draft(cast, case))
    with pytest.raises(Refused, match="overlaps") as refusal:
        a_draft(cast, other, by="other_section")
    assert case.number not in str(refusal.value.reason)
    assert str(timezone.localtime().year - 2018) in str(refusal.value.reason)  # 令和, when it began
    with acting_as(cast.supervisor):
        add_to_team(case, cast.other_section, relation=Relation.MEMBER, level=Level.VIEW, by=cast.supervisor)
    with pytest.raises(Refused) as refusal:
        a_draft(cast, other, by="other_section")
    assert case.number in str(refusal.value.reason)


@pytest.mark.parametrize("name", ["stranger", "police", "privacy", "duty", "colleague"])
def test_nobody_else_asks_for_the_custody_of_a_child(cast: Cast, name: str) -> None:
    row = decide(cast, a_draft(cast))
    with acting_as(cast.positions[name]), connection.cursor() as cursor:
        cursor.execute("SELECT * FROM wall.custody_beside(%s, NULL, '-infinity')", [row.case_id])
        assert cursor.fetchall() == []


def test_the_form_says_it_before_anything_is_typed(cast: Cast) -> None:
    case, other = two_cases(cast)
    decide(cast, a_draft(cast, case))
    page = signed_in(cast.caseworker).get(f"/cases/{other.pk}/custody/start/")
    assert case.number in str(page.context["reason"])
    assert case.number in page.content.decode()


def test_an_end_before_the_start_is_refused_by_the_database(cast: Cast) -> None:
    start = decide(cast, a_draft(cast))
    ending = an_end(cast, start)
    early, ending = start.effective_at - HOUR, read(cast, ending)
    with as_owner():
        CustodyDecision.objects.using("owner").filter(pk=ending.pk).update(effective_at=early)
    with (
        acting_as(cast.director),
        pytest.raises(IntegrityError, match="do not overlap"),
        transaction.atomic(),
    ):
        actions.END.decide(ending, Verdict.APPROVE, by=cast.director)


def test_what_overlapped_before_the_rule_can_be_ended_and_confirmed(cast: Cast) -> None:
    """An office that upgrades may have such rows: nothing keeps them from being settled."""
    base = timezone.now() - timedelta(days=2)
    case, other = two_cases(cast)
    first = orally(cast, case, base + HOUR)
    of_child(other, a_case(cast).child_id)
    second = orally(cast, other, base)
    of_child(other, case.child_id)
    decide(cast, an_end(cast, second))
    assert decide(cast, read(cast, second)).state is State.ENDED
    assert decide(cast, read(cast, first)).state is State.APPROVED


class Lives:
    """Steps of two cases of one child in a random order. What the rules let pass, the database lets pass."""

    def __init__(self, cast: Cast, seed: int) -> None:
        self.cast, self.random, self.told = cast, random.Random(seed), Counter[str]()
        self.cases = two_cases(cast)
        self.base = timezone.now() - timedelta(days=3)

    def step(self) -> None:
        steps: list[Callable[[], object]] = [
            self.start,
            self.start,
            self.settle,
            self.settle,
            self.end,
            self.consent,
        ]
        try:
            self.random.choice(steps)()
        except Refused as refused:
            self.told[refused.code] += 1
        else:
            self.told["done"] += 1

    def moment(self) -> datetime:
        return self.base + self.random.randrange(60) * HOUR

    def row(self, **which: object) -> CustodyDecision:
        with acting_as(self.cast.caseworker):
            rows = CustodyDecision.objects.select_related("case__office").filter(**which).order_by("pk")
            found = list(rows)
        if not found:
            raise Refused("none", "")
        return self.random.choice(found)

    def start(self) -> None:
        case, at = self.random.choice(self.cases), self.moment()
        if self.random.random() < 0.6:
            orally(self.cast, case, at)
        else:
            a_draft(self.cast, case, effective_at=timezone.now())

    def settle(self) -> None:
        verdict = self.random.choice([Verdict.APPROVE, Verdict.APPROVE, Verdict.RETURN, Verdict.REFUSE])
        decide(self.cast, self.row(approved=None), verdict=verdict, note="架空")

    def end(self) -> None:
        an_end(
            self.cast,
            self.row(kind=DecisionKind.START, ended_at=None),
            effective_at=max(self.moment(), self.base + 50 * HOUR),
        )

    def consent(self) -> None:
        row = self.row(kind=DecisionKind.START, ended_at=None)
        with acting_as(self.cast.caseworker):
            actions.record_consent(
                row,
                consent=self.random.choice([Said.CONSENTS, Said.OBJECTS]),
                answered_at=timezone.now(),
                answered_by="実母",
                note="架空",
                by=self.cast.caseworker,
            )


@pytest.mark.parametrize("seed", range(4))
def test_in_random_orders_no_two_are_ever_at_once(cast: Cast, seed: int) -> None:
    lives = Lives(cast, seed)
    for _step in range(40):
        lives.step()
        with superuser(connection.settings_dict["NAME"]) as attacker:
            assert attacker.execute(OVERLAPS).fetchone() == (0,)
    assert lives.told["done"] > 5, lives.told
    assert lives.told["overlaps"] + lives.told["in_custody"] > 0, lives.told
