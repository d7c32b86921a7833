"""The progress list has every open case of the line, and a supervisor who is not in charge signs each line once a month."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core import signing
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agencies.staff.acting import acting_as
from agencies.staff.models import Position
from agencies.staff.rules import Refused
from cases.duties.actions import leave_duty
from cases.duties.codes import named
from cases.intake.actions import record_safety_check, retract_safety_check
from cases.intake.codes import Outcome
from cases.records import actions as records
from cases.records.codes import Answer, ContactMethod
from cases.records.models import Case, ProgressEntry
from cases.reviews import actions
from cases.reviews.models import CaseReview
from cases.reviews.months import is_signable
from cases.reviews.pages import Asked
from cases.reviews.queries import lines_of, order_of, reviews_of, signed_of
from face.months import begins, month_after, month_before, month_of
from face.remembered import SALT
from security.encryption.fields import reveal
from security.walls import clock
from tests.cast import Cast, a_case
from tests.client import signed_in, text_of

TASK, NOTE = "学校へ様子を聞く（架空）", "特記事項なし（架空）"


def this_month() -> date:
    return month_of(clock.today())


def signed(case: Case, by: Position, *, month: date | None = None, **more: Any) -> CaseReview:
    facts = {"note": NOTE, "next_task": TASK, "next_on": clock.today() + timedelta(days=7), **more}
    with acting_as(by):
        return actions.sign_review(case, month or this_month(), by=by, **facts)


def entry(cast: Cast, case: Case) -> None:
    with acting_as(cast.caseworker):
        records.write_progress(
            case,
            happened_at=clock.now(),
            method=ContactMethod.TELEPHONE,
            with_whom="架空",
            body="架空",
            by=cast.caseworker,
        )


def listed(cast: Cast, by: str = "supervisor") -> list[Any]:
    who = cast.positions[by]
    with acting_as(who):
        return [one.pk for one in order_of(who, this_month())]


def test_months_around_new_year() -> None:
    assert month_after(date(2026, 12, 1)) == date(2027, 1, 1)
    assert month_before(date(2027, 1, 1)) == date(2026, 12, 1)
    assert month_before(date(2026, 12, 1)) == date(2026, 11, 1)
    # In Japan the year begins nine hours before it does at Greenwich.
    assert begins(date(2027, 1, 1)) == datetime(2026, 12, 31, 15, tzinfo=UTC)
    before, after = datetime(2026, 12, 31, 14, 59, tzinfo=UTC), datetime(2026, 12, 31, 15, tzinfo=UTC)
    assert not is_signable(date(2027, 1, 1), before)
    assert is_signable(date(2027, 1, 1), after)
    assert is_signable(date(2026, 12, 1), after)
    assert not is_signable(date(2026, 11, 1), after)


def test_signed_and_sealed(cast: Cast) -> None:
    case = a_case(cast)
    row = signed(case, cast.supervisor)
    with acting_as(cast.caseworker):
        (found,) = reviews_of(case)
        assert (found.pk, found.signed_by, found.urgency) == (row.pk, cast.supervisor, case.urgency)
        assert (reveal(found, "next_task"), reveal(found, "note")) == (TASK, NOTE)


def test_the_longest_without_contact_is_first_and_signed_lines_are_last(cast: Cast) -> None:
    forgotten, newer, done = a_case(cast), a_case(cast), a_case(cast)
    entry(cast, newer)
    signed(done, cast.supervisor)
    assert listed(cast) == [forgotten.pk, newer.pk, done.pk]


def test_among_the_unsigned_the_children_who_were_never_seen_are_first(cast: Cast) -> None:
    seen, not_met, retracted = a_case(cast), a_case(cast), a_case(cast)
    for case, outcome in ((seen, Outcome.SEEN), (not_met, Outcome.NOT_SEEN), (retracted, Outcome.SEEN)):
        with acting_as(cast.caseworker):
            texts = {"place": "架空", "seen_by": "架空", "condition": "架空"}
            check = record_safety_check(
                case, outcome=outcome, seen_at=clock.now(), texts=texts, by=cast.caseworker
            )
    with acting_as(cast.caseworker):
        retract_safety_check(check, "架空", by=cast.caseworker)
    entry(cast, not_met)
    assert listed(cast) == [retracted.pk, not_met.pk, seen.pk]


def test_signed_once_and_a_correction_shows_both(cast: Cast) -> None:
    case = a_case(cast)
    first = signed(case, cast.supervisor)
    with pytest.raises(Refused, match="signed"):
        signed(case, cast.director)
    signed(case, cast.director, next_task="家庭訪問をする（架空）", corrects=first)
    with acting_as(cast.supervisor):
        assert [row.corrects_id for row in signed_of(case, this_month())] == [None, first.pk]
    page = signed_in(cast.supervisor).get(reverse("review_sign", args=[case.pk]))
    assert TASK in text_of(page)
    assert "家庭訪問をする（架空）" in text_of(page)


@pytest.mark.parametrize("name", ["caseworker", "colleague", "stranger", "police", "privacy", "admin"])
def test_only_the_line_signs(cast: Cast, name: str) -> None:
    case = a_case(cast)
    with pytest.raises((Refused, DatabaseError)):
        signed(case, cast.positions[name])


def test_nobody_signs_a_case_they_are_in_charge_of(cast: Cast) -> None:
    case = a_case(cast, lead="supervisor")
    with pytest.raises(Refused, match="lead"):
        signed(case, cast.supervisor)
    signed(case, cast.director)


@pytest.mark.parametrize(
    ("who", "more", "words"),
    [
        ("caseworker", {}, "signed by the line"),
        ("supervisor", {"month": "long ago"}, "of this month or the last"),
        ("supervisor", {"urgency": "C"}, "of this month or the last"),
        ("supervisor", {"next_on": "yesterday"}, "of this month or the last"),
    ],
)
def test_the_database_refuses_the_same(cast: Cast, who: str, more: dict[str, Any], words: str) -> None:
    case, by = a_case(cast), cast.positions[who]
    days = {"long ago": this_month() - timedelta(days=70), "yesterday": clock.today() - timedelta(days=1)}
    more = {name: days.get(value, value) for name, value in more.items()}
    facts = {"month": this_month(), "urgency": case.urgency, "next_on": clock.today(), **more}
    with acting_as(by):
        row = CaseReview(case=case, signed_by=by, signed_at=clock.now(), **facts)
        row.note, row.next_task = NOTE, TASK
        with pytest.raises(DatabaseError, match=words), transaction.atomic():
            row.save(force_insert=True)


@pytest.mark.parametrize(
    ("code", "more"),
    [
        ("next_task", {"next_task": " "}),
        ("next_on", {"next_on": date(2000, 1, 1)}),
        ("next_on", {"next_on": date(2999, 1, 1)}),
    ],
)
def test_not_signed_without_what_comes_next(cast: Cast, code: str, more: dict[str, Any]) -> None:
    with pytest.raises(Refused, match=code):
        signed(a_case(cast), cast.supervisor, **more)


def test_not_signed_for_a_month_before_the_case(cast: Cast) -> None:
    with pytest.raises(Refused, match="month"):
        signed(a_case(cast), cast.supervisor, month=month_before(this_month()))


def test_a_barred_supervisor_has_no_line_and_no_count_of_it(cast: Cast) -> None:
    seen, hidden = a_case(cast), a_case(cast)
    with acting_as(cast.director):
        records.block_person(hidden, cast.supervisor.staff, by=cast.director)
    assert listed(cast) == [seen.pk]
    page = text_of(signed_in(cast.supervisor).get(reverse("review_list")))
    assert seen.number in page
    assert hidden.number not in page
    assert "0 of 1 signed" in page or "1件のうち0件" in page
    assert signed_in(cast.supervisor).get(reverse("review_sign", args=[hidden.pk])).status_code == 404


@pytest.mark.parametrize("month", ["2999-01", "text", "2026-13", "1-1", "2026", "0000-00", "-"])
def test_a_month_that_is_none_is_not_found(cast: Cast, month: str) -> None:
    client = signed_in(cast.supervisor)
    assert client.get(reverse("review_list"), {"month": month}).status_code == 404


def test_an_empty_and_a_closed_month_say_so(cast: Cast) -> None:
    client = signed_in(cast.supervisor)
    page = client.get(reverse("review_list"), {"month": "2020-01"})
    assert page.status_code == 200
    assert page.context["rows"] == []
    assert not page.context["is_signable"]


def test_signing_leads_to_the_next_line(cast: Cast) -> None:
    first, second = a_case(cast), a_case(cast)
    client = signed_in(cast.supervisor)
    day = f"{clock.today() + timedelta(days=3):%Y-%m-%d}"
    sent = {"next_task": TASK, "next_on": day, "note": ""}
    answer = client.post(reverse("review_sign", args=[first.pk]), sent)
    assert answer.status_code == 302
    assert str(second.pk) in answer["Location"]
    answer = client.post(reverse("review_sign", args=[second.pk]), sent)
    assert answer["Location"].startswith(reverse("review_list"))


def test_a_correction_is_called_so_and_begins_with_what_it_corrects(cast: Cast) -> None:
    case = a_case(cast)
    client = signed_in(cast.supervisor)
    url = reverse("review_sign", args=[case.pk])
    assert "<h1>進行管理の点検をする</h1>" in client.get(url).content.decode()
    wrong = signed(case, cast.supervisor)
    page = client.get(url, {"corrects": str(wrong.pk)})
    assert "<h1>点検の記録を訂正する</h1>" in page.content.decode()
    form = page.context["form"]
    assert (form["next_task"].value(), form["next_on"].initial) == (TASK, wrong.next_on)


def test_a_fact_that_changed_since_the_list_is_said(cast: Cast) -> None:
    case = a_case(cast)
    client = signed_in(cast.supervisor)
    url = client.get(reverse("review_list")).context["rows"][0].sign_url
    assert client.get(url).context["changed"] == []
    entry(cast, case)
    assert len(client.get(url).context["changed"]) == 1


def test_a_page_asks_as_often_for_many_lines_as_for_few(cast: Cast) -> None:
    counts = []
    for _round in range(2):
        for _number in range(2):
            a_case(cast)
        with acting_as(cast.supervisor), CaptureQueriesContext(connection) as asked:
            order = order_of(cast.supervisor, this_month())
            lines_of(list(Case.objects.filter(pk__in=[one.pk for one in order])), this_month())
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_the_month_and_the_section_chosen_last_are_remembered(cast: Cast) -> None:
    a_case(cast)
    section = cast.supervisor.section
    assert section is not None
    client = signed_in(cast.supervisor)
    last = month_before(this_month())
    url, sent = reverse("review_list"), {"month": f"{last:%Y-%m}", "section": str(section.pk), "chosen": "1"}
    client.get(url, {"month": f"{last:%Y-%m}"})
    assert client.get(url).context["asked"] == Asked(this_month())
    client.get(url, sent)
    page = client.get(url)
    assert (page.context["asked"], page.context["is_recalled"]) == (Asked(last, section.pk), True)
    assert "前回この端末で選んだ月" in text_of(page)
    assert not client.get(url, {"month": f"{last:%Y-%m}"}).context["is_recalled"]
    kept = client.cookies[settings.LISTS_COOKIE].value
    assert str(section.pk) not in kept
    assert str(section.pk) not in str(signing.loads(kept, salt=SALT))
    # The list of cases and that of another position are others.
    assert not client.get(reverse("case_list")).context["recalled"]
    other = signed_in(cast.director)
    other.cookies[settings.LISTS_COOKIE] = kept
    assert not other.get(url).context["is_recalled"]
    client.get(url, {"chosen": "1"})
    assert not client.get(url).context["is_recalled"]


def test_an_older_month_is_not_remembered(cast: Cast) -> None:
    client = signed_in(cast.supervisor)
    client.get(reverse("review_list"), {"month": "2020-01", "chosen": "1"})
    assert client.get(reverse("review_list")).context["asked"] == Asked(this_month())


def spoken(cast: Cast, case: Case, with_child: Answer | None, days: int, **more: Any) -> ProgressEntry:
    with acting_as(cast.caseworker):
        return records.write_progress(
            case,
            happened_at=clock.now() - timedelta(days=days),
            method=ContactMethod.TELEPHONE,
            with_whom="架空",
            body="架空",
            with_child=with_child,
            by=cast.caseworker,
            **more,
        )


def test_a_line_says_when_the_child_itself_was_spoken_with(cast: Cast) -> None:
    """進行管理: a call with the school is no contact with the child, and a corrected entry counts as it was corrected."""
    case = a_case(cast)
    entry(cast, case)

    def contact() -> datetime | None:
        with acting_as(cast.supervisor):
            return lines_of([Case.objects.get(pk=case.pk)], this_month())[0].last_contact

    assert contact() is None
    older = spoken(cast, case, Answer.YES, 9)
    spoken(cast, case, Answer.NO, 1)
    assert (found := contact()) is not None
    assert (clock.now() - found).days == 9
    spoken(cast, case, Answer.NO, 9, corrects=older)
    assert contact() is None
    page = text_of(signed_in(cast.supervisor).get(reverse("review_list")))
    assert "本人との最終接触" in page


def test_a_line_says_until_when_a_plan_is_reviewed(cast: Cast) -> None:
    case = a_case(cast)
    due = clock.now() + timedelta(days=20)
    with acting_as(cast.caseworker):
        for code, days in (("counseling_review", 20), ("guideline_review", 40), ("conference_task", 2)):
            leave_duty(
                case,
                named(code),
                cause=case.pk,
                owner=cast.caseworker.pk,
                due_at=due + timedelta(days=days - 20),
            )
    with acting_as(cast.supervisor):
        (line,) = lines_of([Case.objects.get(pk=case.pk)], this_month())
    assert line.plan_due == due
