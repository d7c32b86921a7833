"""By its expected end it is to be decided whether custody ends: somebody owes that, and the line gives it another day. Over two
months no day of an office lies (児童福祉法33条12項)."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from agencies.staff.acting import acting_as
from agencies.staff.models import Position
from agencies.staff.rules import Refused
from cases.clocks.rules import end_of, last_day
from cases.custody import panel
from cases.custody.expected import EXPECTED, change_expected
from cases.custody.models import CustodyDecision, ExpectedEnd
from cases.decisions.codes import Verdict
from cases.duties.models import Duty
from cases.duties.rules import check_may_fulfil
from cases.outgoing.queries import goes_on_until
from cases.records.models import Case
from security.encryption.fields import value_of
from tests.cast import Cast
from tests.client import signed_in
from tests.unit.cases.continuing.test_continuing import begun, draft, settle
from tests.unit.cases.custody.test_actions import a_draft, decide, in_custody, said
from tests.unit.cases.duties.test_told import LINE, swept_at, told
from tests.unit.cases.warrants.test_steps import released
from tests.unit.referrals.pages import in_english

DAY = timedelta(days=1)
UNTIL = timezone.localdate() + 30 * DAY  # as tests.unit.cases.custody.test_actions drafts it
LATER = UNTIL + 10 * DAY


def owed(cast: Cast) -> list[Duty]:
    with acting_as(cast.supervisor):
        return list(Duty.objects.filter(kind=EXPECTED.code, done_at=None))


def fresh(row: CustodyDecision) -> Case:
    return Case.objects.select_related("office", "child").get(pk=row.case_id)


def changed(cast: Cast, row: CustodyDecision, until: date = LATER, *, by: str = "supervisor") -> ExpectedEnd:
    with acting_as(cast.positions[by]):
        return change_expected(
            fresh(row), expected_until=until, reason="転校先が決まらない（架空）", by=cast.positions[by]
        )


def test_whoever_is_in_charge_owes_the_decision_until_the_end_of_that_day(cast: Cast) -> None:
    draft = a_draft(cast)
    assert owed(cast) == []
    row = decide(cast, draft)
    (duty,) = owed(cast)
    assert (duty.cause, duty.owner_id, duty.due_at) == (row.pk, cast.caseworker.pk, end_of(UNTIL))


def test_it_is_told_when_it_is_near_and_to_the_line_when_it_has_passed(cast: Cast) -> None:
    in_custody(cast)
    (duty,) = owed(cast)
    assert swept_at(duty.due_at - 2 * DAY) == 0
    assert (swept_at(duty.due_at - DAY), told(cast, "soon")) == (1, {"caseworker"})
    swept_at(duty.due_at)
    assert told(cast, "due") == LINE


def test_the_home_of_whoever_is_in_charge_lists_it_and_the_page_leads_to_custody(cast: Cast) -> None:
    row = in_custody(cast)
    (duty,) = owed(cast)
    path = reverse("duty", args=[row.case_id, duty.pk])
    client = signed_in(cast.caseworker)
    assert path in client.get(reverse("duties")).content.decode()
    assert f"{reverse('case_custody', args=[row.case_id])}#custody" in client.get(path).content.decode()


@pytest.mark.parametrize(
    ("ends_in", "shown"), [(2 * DAY, None), (timedelta(), "near"), (-DAY, "passed")], ids=str
)
def test_the_next_step_is_there_as_soon_as_it_is_told(cast: Cast, ends_in: timedelta, shown: str) -> None:
    at = timezone.now() - 10 * DAY
    facts = {**said(), "effective_at": at, "said_at": at, "expected_until": timezone.localdate() + ends_in}
    row = decide(cast, a_draft(cast, **facts))
    with acting_as(cast.caseworker), override("en"):
        steps = [one for one in panel.steps(fresh(row), cast.caseworker) if "expected end" in str(one.label)]
    assert [(shown in str(one.label), one.pressing, one.due) for one in steps] == (
        [(True, shown == "passed", end_of(facts["expected_until"]))] if shown else []
    )


def test_the_end_of_custody_does_it_whoever_decides(cast: Cast) -> None:
    row = in_custody(cast)
    released(cast, row.case)
    assert owed(cast) == []
    with acting_as(cast.supervisor):
        assert Duty.objects.get(cause=row.pk, kind=EXPECTED.code).done_by_id == cast.director.pk


def test_oral_custody_that_is_returned_owes_nothing_more(cast: Cast) -> None:
    row = a_draft(cast, **said())
    assert [duty.cause for duty in owed(cast)] == [row.pk]
    decide(cast, row, verdict=Verdict.RETURN, note="始まっていない（架空）", began=False)
    assert owed(cast) == []


def test_custody_that_was_continued_has_the_days_of_its_term(cast: Cast) -> None:
    """児童福祉法33条13項."""
    row = begun(cast)
    assert [duty.cause for duty in owed(cast)] == [row.pk]
    settle(cast, draft(cast, row))
    assert owed(cast) == []
    with pytest.raises(Refused, match="continued"):
        changed(cast, row, timezone.localdate() + DAY)


def test_no_note_and_no_raw_sql_does_it(cast: Cast) -> None:
    row = in_custody(cast)
    (duty,) = owed(cast)
    with acting_as(cast.caseworker), pytest.raises(Refused, match="by_act"):
        check_may_fulfil(duty, cast.caseworker)
    with refused_by_wall(cast.caseworker, "done by recording it") as cursor:
        cursor.execute("UPDATE cases_duty SET done_at = now() WHERE cause = %s", [row.pk])


def test_another_day_is_owed_instead_and_counts_where_custody_is_looked_at(cast: Cast) -> None:
    at = timezone.now() - 10 * DAY
    facts = {**said(), "effective_at": at, "said_at": at, "expected_until": timezone.localdate() - DAY}
    row = decide(cast, a_draft(cast, **facts))
    later = timezone.localdate() + 10 * DAY
    first = changed(cast, row, later)
    (duty,) = owed(cast)
    assert (duty.cause, duty.owner_id, duty.due_at) == (first.pk, cast.caseworker.pk, end_of(later))
    with acting_as(cast.caseworker):
        assert [chip.kind for chip in panel.cautions(fresh(row), cast.caseworker)] == ["danger"]
        assert (
            goes_on_until(fresh(row), CustodyDecision.objects.select_related("case").get(pk=row.pk)) == later
        )
    client = signed_in(cast.director)
    (sleeper,) = client.get(reverse("home")).context["sleepers"]
    assert [one.kind for one in sleeper.cautions] == ["danger"]
    page = client.get(reverse("case_custody", args=[row.case_id])).content.decode()
    assert "転校先が決まらない（架空）" in page
    second = changed(cast, row, later + DAY)
    assert [duty.cause for duty in owed(cast)] == [second.pk]
    released(cast, row.case)
    assert owed(cast) == []


@pytest.mark.parametrize(
    ("until", "why"),
    [
        (UNTIL, "on this day already"),
        (timezone.localdate() - DAY, "lies before today"),
        (last_day(timezone.localdate()) + DAY, "two months"),
    ],
    ids=["the same", "passed", "beyond the two months"],
)
def test_a_day_that_cannot_be_is_refused_beside_its_field(cast: Cast, until: date, why: str) -> None:
    """Two months from the start at the most (児童福祉法33条12項)."""
    row = in_custody(cast)
    with pytest.raises(Refused, match="expected_until"):
        changed(cast, row, until)
    page = in_english(signed_in(cast.supervisor)).post(
        reverse("custody_expected", args=[row.case_id]),
        {"expected_until": until.isoformat(), "reason": "記入した理由（架空）"},
    )
    assert re.search(why, str(page.context["form"].errors["expected_until"]))
    assert "記入した理由（架空）" in page.content.decode()
    assert [duty.cause for duty in owed(cast)] == [row.pk]


def test_the_supervisor_changes_it_on_its_page(cast: Cast) -> None:
    row = in_custody(cast)
    page = signed_in(cast.supervisor).post(
        reverse("custody_expected", args=[row.case_id]),
        {"expected_until": LATER.isoformat(), "reason": "転校先が決まらない（架空）"},
    )
    assert page.status_code == 302
    with acting_as(cast.caseworker):
        written = ExpectedEnd.objects.get()
        assert (value_of(written.expected_until), written.recorded_by_id) == (LATER, cast.supervisor.pk)


def test_whoever_is_in_charge_does_not_change_it_alone(cast: Cast) -> None:
    row = in_custody(cast)
    with pytest.raises(Refused, match="role"):
        changed(cast, row, by="caseworker")
    assert signed_in(cast.caseworker).get(reverse("custody_expected", args=[row.case_id])).status_code == 404
    with refused_by_wall(cast.caseworker, "expected_end") as cursor:
        cursor.execute(WRITE, [row.pk, cast.caseworker.pk, row.case_id])


def test_the_wall_takes_it_from_the_line_while_custody_lasts_alone(cast: Cast) -> None:
    row = in_custody(cast)
    with acting_as(cast.supervisor), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(WRITE, [row.pk, cast.supervisor.pk, row.case_id])
    released(cast, row.case)
    with refused_by_wall(cast.supervisor, "expected_end") as cursor:
        cursor.execute(WRITE, [row.pk, cast.supervisor.pk, row.case_id])
    with pytest.raises(Refused, match="not_in_custody"):
        changed(cast, row)


WRITE = """INSERT INTO cases_expectedend (id, case_id, decision_id, recorded_by_id, recorded_at, expected_until, reason)
  SELECT gen_random_uuid(), case_id, %s, %s, now(), reason, reason FROM cases_custodydecision WHERE case_id = %s LIMIT 1"""


@contextmanager
def refused_by_wall(by: Position, why: str) -> Iterator[Any]:
    """A statement of this position that the database refuses."""
    with (
        acting_as(by),
        pytest.raises(DatabaseError, match=why),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        yield cursor


def test_what_is_written_never_changes_and_is_read_by_its_case_alone(cast: Cast) -> None:
    row = in_custody(cast)
    written = changed(cast, row)
    with refused_by_wall(cast.supervisor, "permission denied") as cursor:
        cursor.execute("UPDATE cases_expectedend SET reason = reason WHERE id = %s", [written.pk])
    with acting_as(cast.colleague):
        assert not ExpectedEnd.objects.exists()
