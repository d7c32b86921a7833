"""Custody is continued by a decision, and against somebody's will with the family court (児童福祉法33条13項, 14項)."""

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import Error, IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from agencies.staff.acting import acting_as
from agencies.staff.rules import Refused
from cases.clocks.codes import ClockState
from cases.clocks.models import Clock
from cases.clocks.rules import JAPAN, last_day
from cases.consents.codes import How
from cases.continuing import actions, panel, terms
from cases.continuing.actions import CONTINUE, ContinuingFacts
from cases.continuing.codes import Court, CourtStep, Stand
from cases.continuing.models import Continuing, TermCourt, TermStand
from cases.custody import actions as custody
from cases.custody import queries as custodies
from cases.custody.models import CustodyDecision
from cases.decisions.codes import State, Verdict
from cases.records.models import Case, Person
from security.encryption.fields import reveal
from tests.between import just_before
from tests.cast import Cast, a_case
from tests.client import signed_in
from tests.rights import every_column
from tests.unit.cases.custody.test_actions import a_draft, decide, end_facts, said
from tests.unit.cases.custody.test_consent_of_each import a_parent
from tests.unit.referrals.pages import in_english

TICK = timedelta(microseconds=1)
TODAY = timezone.localdate


def begun(cast: Cast, days: int = 40) -> CustodyDecision:
    """Custody that began so many days ago at noon, and is confirmed."""
    at = datetime.combine(TODAY() - timedelta(days=days), time(12), JAPAN)
    facts = {**said(), "effective_at": at, "said_at": at, "expected_until": last_day(at.date())}
    return decide(cast, a_draft(cast, **facts))


def fresh(row: CustodyDecision) -> Case:
    return Case.objects.select_related("office", "child").get(pk=row.case_id)


def term(cast: Cast, row: CustodyDecision) -> Clock:
    with acting_as(cast.caseworker):
        return Clock.objects.running().get(case=row.case_id, kind="custody_end")


def next_at(cast: Cast, row: CustodyDecision) -> datetime:
    return term(cast, row).due_at + TICK


def says(
    cast: Cast, row: CustodyDecision, who: Person, stand: Stand, at: datetime | None = None
) -> TermStand:
    with acting_as(cast.caseworker):
        return actions.record_stand(
            fresh(row), who, term_at=at or next_at(cast, row), stand=stand, said_at=timezone.now(), how=How.TELEPHONE,
            words="架空の言葉", by=cast.caseworker,
        )  # fmt: skip


def steps_court(
    cast: Cast, row: CustodyDecision, step: CourtStep, on: date | None = None, **more: Any
) -> TermCourt:
    at = more.pop("at", None) or next_at(cast, row)
    with acting_as(cast.caseworker):
        return actions.record_court(
            fresh(row),
            term_at=at,
            step=step,
            step_on=on or TODAY(),
            court="架空家庭裁判所",
            by=cast.caseworker,
            **more,
        )


def facts(until_on: date, **more: Any) -> ContinuingFacts:
    return ContinuingFacts(
        until_on=until_on, **{"reason": "帰宅できる状態でない", "opinion": "「まだここにいたい」", **more}
    )


def draft(cast: Cast, row: CustodyDecision, until_on: date | None = None, **more: Any) -> Continuing:
    until_on = until_on or last_day(next_at(cast, row).astimezone(JAPAN).date())
    with acting_as(cast.caseworker):
        return actions.draft_continuing(fresh(row), facts(until_on, **more), by=cast.caseworker)


def settle(
    cast: Cast, row: Continuing, verdict: Verdict = Verdict.APPROVE, by: str = "director"
) -> Continuing:
    with acting_as(cast.positions[by]):
        note = "" if verdict is Verdict.APPROVE else "補正を要する"
        return CONTINUE.decide(row, verdict, by=cast.positions[by], note=note)


def seen(cast: Cast, row: CustodyDecision, at: datetime | None = None) -> terms.Term:
    with acting_as(cast.caseworker):
        return terms.term_at(fresh(row), row.pk, at or next_at(cast, row), timezone.now())


def test_the_term_runs_anew_from_the_end_of_the_one_before(cast: Cast) -> None:
    row = begun(cast)
    former = term(cast, row)
    continuing = settle(cast, draft(cast, row))
    assert continuing.state is State.APPROVED
    again = term(cast, row)
    assert again.started_at == former.due_at + TICK == continuing.starts_at
    first = again.started_at.astimezone(JAPAN)
    assert (first.time(), again.due_at.astimezone(JAPAN).date()) == (time(0), last_day(first.date()))
    with acting_as(cast.caseworker):
        assert Clock.objects.get(pk=former.pk).state is ClockState.MET
        assert reveal(Continuing.objects.get(), "opinion") == "「まだここにいたい」"
    later = settle(cast, draft(cast, row, term_end(cast, row) + timedelta(days=10)))
    assert term(cast, row).due_at.astimezone(JAPAN).date() == later.until_on  # stricter than two months


def term_end(cast: Cast, row: CustodyDecision) -> date:
    return term(cast, row).due_at.astimezone(JAPAN).date()


def test_a_continuing_of_the_overdue_counts_from_the_end_too(cast: Cast) -> None:
    row = begun(cast, days=70)
    former = term(cast, row)
    assert former.is_overdue
    settle(cast, draft(cast, row))
    assert term(cast, row).started_at == former.due_at + TICK
    with acting_as(cast.caseworker):
        kept = Clock.objects.get(pk=former.pk)
        assert kept.met_at is not None
        assert kept.met_at > kept.due_at  # late is late


@pytest.mark.parametrize("days", [-1, 62])
def test_until_lies_in_the_term(cast: Cast, days: int) -> None:
    row = begun(cast)
    with pytest.raises(Refused, match="until_on"):
        draft(cast, row, next_at(cast, row).astimezone(JAPAN).date() + timedelta(days=days))


def test_the_child_is_heard_or_it_is_said_why_not(cast: Cast) -> None:
    """児童福祉法33条の3の3."""
    row = begun(cast)
    with pytest.raises(Refused, match="opinion"):
        draft(cast, row, opinion=" ")
    assert draft(cast, row, opinion="", not_heard_why="入院中").state is State.WAITING


def test_each_with_parental_authority_is_asked_first(cast: Cast) -> None:
    row = begun(cast)
    mother, _aunt = a_parent(cast, row, "架空母"), a_parent(cast, row, "架空父")
    says(cast, row, mother, Stand.AGREES)
    with pytest.raises(Refused, match="stands"):
        draft(cast, row)
    says(cast, row, _aunt, Stand.NOT_REACHED)
    assert draft(cast, row).state is State.WAITING


def against(cast: Cast, days: int = 40) -> CustodyDecision:
    row = begun(cast, days)
    says(cast, row, a_parent(cast, row, "架空父"), Stand.AGAINST)
    return row


def test_against_the_will_it_takes_the_court(cast: Cast) -> None:
    """児童福祉法33条14項."""
    row = against(cast)
    waiting = draft(cast, row)
    with pytest.raises(Refused, match="court"):
        settle(cast, waiting)
    steps_court(cast, row, CourtStep.ASKED)
    assert seen(cast, row).court is Court.WAITING
    assert settle(cast, waiting).approved
    present = term(cast, row).started_at
    until = term_end(cast, row) - timedelta(days=20)
    steps_court(cast, row, CourtStep.GRANTED, at=present, approved_until=until)
    assert (term_end(cast, row), term(cast, row).started_at) == (
        until,
        present,
    )  # the court's day is stricter


@pytest.mark.parametrize("petition", [CourtStep.PETITION_28, CourtStep.PETITION_AUTHORITY])
def test_while_a_petition_is_pending_no_approval_is_needed_in_any_term(
    cast: Cast, petition: CourtStep
) -> None:
    """A petition under 児童福祉法28条, or one on parental authority."""
    row = against(cast)
    steps_court(cast, row, petition)
    assert settle(cast, draft(cast, row)).approved
    says(cast, row, person(cast), Stand.AGAINST)
    second = draft(cast, row)
    steps_court(cast, row, CourtStep.PETITION_OVER)
    with pytest.raises(Refused, match="court"):
        settle(cast, second)
    assert said_at_head(cast, row)


def person(cast: Cast) -> Person:
    with acting_as(cast.caseworker):
        return Person.objects.get()


def said_at_head(cast: Cast, row: CustodyDecision) -> list[str]:
    with acting_as(cast.caseworker):
        return [str(chip.text) for chip in panel.cautions(fresh(row), cast.caseworker)]


def next_steps(cast: Cast, row: CustodyDecision) -> set[str]:
    with acting_as(cast.caseworker):
        return {step.url for step in panel.steps(fresh(row), cast.caseworker)}


def test_after_the_court_refused_custody_is_to_end_and_it_is_asked_no_more(cast: Cast) -> None:
    """児童福祉法33条14項."""
    row = against(cast, days=55)
    asks, ends = (reverse(name, args=[row.case_id]) for name in ("continuing_court", "custody_end"))
    steps_court(cast, row, CourtStep.ASKED, TODAY() - timedelta(days=2))
    steps_court(cast, row, CourtStep.WITHDRAWN)
    assert asks in next_steps(cast, row)
    steps_court(cast, row, CourtStep.ASKED)
    steps_court(cast, row, CourtStep.REFUSED)
    assert ends in next_steps(cast, row)
    assert asks not in next_steps(cast, row)


def test_a_request_after_the_term_is_late_and_does_not_carry(cast: Cast) -> None:
    row = against(cast, days=70)
    steps_court(cast, row, CourtStep.ASKED)
    assert seen(cast, row).court is Court.LATE
    waiting = draft(cast, row)
    with pytest.raises(Refused, match="court"):
        settle(cast, waiting)
    steps_court(cast, row, CourtStep.GRANTED, approved_until=waiting.until_on)
    assert settle(cast, waiting).approved


@pytest.mark.parametrize(
    ("step", "on", "until", "field"),
    [
        (CourtStep.GRANTED, 0, None, "approved_until"),
        (CourtStep.ASKED, 1, None, "step_on"),
        (CourtStep.REFUSED, -30, None, "step_on"),
        (CourtStep.ASKED, 0, 5, "approved_until"),
        (CourtStep.GRANTED, 0, -1, "approved_until"),
        (CourtStep.GRANTED, 0, 200, "approved_until"),
        (CourtStep.PETITION_OVER, 0, None, "step"),
    ],
)
def test_impossible_steps_name_their_field(
    cast: Cast, step: CourtStep, on: int, until: int | None, field: str
) -> None:
    row = begun(cast)
    steps_court(cast, row, CourtStep.ASKED, TODAY() - timedelta(days=10))
    first = next_at(cast, row).astimezone(JAPAN).date()
    day = first + timedelta(days=until) if until is not None else None
    with pytest.raises(Refused) as refusal:
        steps_court(cast, row, step, TODAY() + timedelta(days=on), approved_until=day)
    assert refusal.value.code == field


def test_an_answer_without_a_request_is_refused(cast: Cast) -> None:
    with pytest.raises(Refused, match="step"):
        steps_court(cast, begun(cast), CourtStep.REFUSED)


def test_the_refusal_of_the_court_and_a_passed_term_stand_at_the_head(cast: Cast) -> None:
    row = against(cast)
    steps_court(cast, row, CourtStep.ASKED)
    settle(cast, draft(cast, row))
    assert said_at_head(cast, row) == []
    steps_court(cast, row, CourtStep.REFUSED, at=term(cast, row).started_at)
    assert len(said_at_head(cast, row)) == 1
    over = begun(cast, days=70)
    assert len(said_at_head(cast, over)) == 1
    page = in_english(signed_in(cast.caseworker))
    assert "has outlasted its term" in page.get(reverse("case", args=[over.case_id])).content.decode()
    assert (
        "The term of custody has passed"
        in page.get(reverse("case_custody", args=[over.case_id])).content.decode()
    )
    for name in ("caseworker", "supervisor", "director"):
        home = in_english(signed_in(cast.positions[name])).get("/").content.decode()
        assert over.case.number in home, name


def test_the_home_list_follows_the_term_not_the_start(cast: Cast) -> None:
    row = begun(cast, days=50)
    with acting_as(cast.caseworker):
        assert [one.pk for one in custodies.reaching_two_months(cast.caseworker)] == [row.pk]
    settle(cast, draft(cast, row))
    with acting_as(cast.caseworker):
        assert list(custodies.reaching_two_months(cast.caseworker)) == []


def test_a_later_objection_in_the_present_term_is_said(cast: Cast) -> None:
    row = begun(cast)
    mother = a_parent(cast, row, "架空母")
    says(cast, row, mother, Stand.AGREES)
    settle(cast, draft(cast, row))
    assert said_at_head(cast, row) == []
    says(cast, row, mother, Stand.AGAINST, term(cast, row).started_at)
    assert len(said_at_head(cast, row)) == 1
    with acting_as(cast.caseworker):
        case = fresh(row)
        urls = [step.url for step in panel.steps(case, cast.caseworker)]
    assert reverse("continuing_court", args=[row.case_id]) in urls


def test_an_end_decided_first_leaves_nothing_to_continue(cast: Cast) -> None:
    row = begun(cast)
    waiting = draft(cast, row)
    with acting_as(cast.caseworker):
        end = custody.draft_end(fresh(row), end_facts(), by=cast.caseworker)
    decide(cast, end)
    with pytest.raises(Refused, match="term"):
        settle(cast, waiting)
    assert settle(cast, waiting, Verdict.RETURN).state is State.RETURNED
    with pytest.raises(Refused, match="in_custody"), acting_as(cast.caseworker):
        actions.draft_continuing(fresh(row), facts(TODAY() + timedelta(days=30)), by=cast.caseworker)


@pytest.mark.parametrize(
    "name", ["caseworker", "supervisor", "colleague", "stranger_director", "police", "duty"]
)
def test_not_decided_by(cast: Cast, name: str) -> None:
    waiting = draft(cast, begun(cast))
    with pytest.raises(Refused):
        settle(cast, waiting, by=name)


def test_of_two_directors_one_decides(cast: Cast) -> None:
    row = begun(cast)
    waiting = draft(cast, row)
    other = cast.positions["two_positions/director"]

    def first() -> None:
        with acting_as(other):
            CONTINUE.decide(Continuing.objects.get(pk=waiting.pk), Verdict.APPROVE, by=other)

    with (
        acting_as(cast.director),
        just_before('SELECT "cases_continuing"', first),
        pytest.raises(Refused, match="decided"),
    ):
        CONTINUE.decide(waiting, Verdict.APPROVE, by=cast.director)
    with acting_as(cast.caseworker):
        assert Continuing.objects.get().decided_by_id == other.pk
        assert Clock.objects.filter(case=row.case_id, kind="custody_end").count() == 2


def test_raw_sql_types_no_beginning_and_no_longer_term(cast: Cast) -> None:
    row = begun(cast)
    waiting = draft(cast, row, next_at(cast, row).astimezone(JAPAN).date() + timedelta(days=5))
    with every_column("cases_continuing"), acting_as(cast.caseworker):
        connection.cursor().execute("UPDATE cases_continuing SET starts_at = starts_at + interval '1 day'")
        assert Continuing.objects.get().starts_at == next_at(cast, row)  # written by the database
        with pytest.raises(IntegrityError) as refusal, transaction.atomic():
            connection.cursor().execute("UPDATE cases_continuing SET until_on = until_on + 62")
    assert refusal.value.__cause__.diag.constraint_name == "continues_term"  # type: ignore[union-attr]  # psycopg's
    with acting_as(cast.caseworker):
        waiting = Continuing.objects.get()
    settle(cast, waiting)
    with acting_as(cast.caseworker), pytest.raises(Error), transaction.atomic():
        connection.cursor().execute(
            "INSERT INTO cases_clock (id, case_id, kind, started_at, due_at) SELECT gen_random_uuid(), case_id, kind, started_at,"
            " due_at + interval '10 days' FROM cases_clock WHERE kind = 'custody_end' AND met_at IS NULL"
        )


@pytest.mark.parametrize("table", ["termstand", "termcourt"])
def test_what_was_written_never_changes_and_is_of_its_case(cast: Cast, table: str) -> None:
    row = against(cast)
    steps_court(cast, row, CourtStep.ASKED)
    other = a_case(cast)
    with acting_as(cast.caseworker):
        for statement in (f"UPDATE cases_{table} SET recorded_at = now()", f"DELETE FROM cases_{table}"):
            with pytest.raises(Error, match="permission denied"), transaction.atomic():
                connection.cursor().execute(statement)
        columns = {"termstand": "person_id, stand, said_at, words", "termcourt": "step, step_on, court"}[
            table
        ]
        with pytest.raises(IntegrityError) as refusal, transaction.atomic():
            connection.cursor().execute(
                f"INSERT INTO cases_{table} (id, case_id, start_id, term_at, recorded_at, recorded_by_id, {columns})"
                f" SELECT gen_random_uuid(), %s, start_id, term_at, recorded_at, recorded_by_id, {columns} FROM cases_{table}",
                [other.pk],
            )
    assert refusal.value.__cause__.diag.constraint_name == "of_term"  # type: ignore[union-attr]  # psycopg's


def test_foreign_people_and_terms_are_refused(cast: Cast) -> None:
    row, other = begun(cast), begun(cast, days=41)
    with pytest.raises(Refused, match="person"):
        says(cast, row, a_parent(cast, other, "架空父"), Stand.AGREES)
    with pytest.raises(Refused, match="term_at"):
        says(
            cast, row, a_parent(cast, row, "架空母"), Stand.AGREES, next_at(cast, other) + timedelta(hours=1)
        )


def test_the_pages(cast: Cast) -> None:
    row = begun(cast)
    father = a_parent(cast, row, "架空父")
    page = in_english(signed_in(cast.caseworker))
    shown = page.get(reverse("continuing_new", args=[row.case_id])).content.decode()
    assert "Record first what each person" in shown
    key = next_at(cast, row).isoformat()
    stand = {"term_at": key, "person": str(father.pk), "stand": "against", "words": "架空"}
    when = (timezone.localtime() - timedelta(minutes=2)).strftime("%Y-%m-%dT%H:%M:%S")
    url = reverse("continuing_stand", args=[row.case_id])
    assert page.post(url, {**stand, "said_at": when}).status_code == 200  # how it was asked
    assert page.post(url, {**stand, "said_at": when, "how": "telephone"}).status_code == 302
    court = {"term_at": key, "step": "granted", "step_on": TODAY().isoformat(), "court": "架空家庭裁判所"}
    url = reverse("continuing_court", args=[row.case_id])
    response = page.post(url, {**court, "approved_until": (TODAY() + timedelta(days=30)).isoformat()})
    assert "step" in response.context["form"].errors
    assert page.post(url, {**court, "step": "asked"}).status_code == 302
    url = reverse("continuing_new", args=[row.case_id])
    last = last_day(next_at(cast, row).astimezone(JAPAN).date())
    data = {
        "until_on": (last + timedelta(days=1)).isoformat(),
        "reason": "架空",
        "opinion": "",
        "not_heard_why": "",
    }
    errors = page.post(url, data).context["form"].errors
    assert {"until_on", "opinion"} <= set(errors)
    assert (
        page.post(url, {**data, "until_on": last.isoformat(), "opinion": "「ここにいる」"}).status_code == 302
    )
    with acting_as(cast.caseworker):
        waiting = Continuing.objects.get()
    director = in_english(signed_in(cast.director))
    decided = director.get(CONTINUE.url(waiting)).content.decode()
    assert "the family court has been asked in time" in decided
    assert "架空父" in decided
    custody_page = page.get(reverse("case_custody", args=[row.case_id])).content.decode()
    assert "「ここにいる」" in custody_page
    for name in ("stranger", "police", "school"):
        assert signed_in(cast.positions[name]).get(url).status_code in (403, 404)
