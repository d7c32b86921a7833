"""Limits on contact: for whom, on what basis, how long, that they take two people, and that the database says the same."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError
from django.urls import reverse

from agencies.staff.acting import acting_as
from agencies.staff.rules import Refused
from cases.custody import actions as custody_actions
from cases.decisions.codes import State, Verdict
from cases.duties.models import Duty
from cases.limits import actions, panel, rules
from cases.limits.actions import END, LIMIT, LimitFacts
from cases.limits.codes import Basis, ContactKind, Extent, ToldTo
from cases.limits.models import ContactLimit, ContactTold
from cases.limits.queries import limits_of
from cases.records.actions import remove_person
from cases.records.models import Case, Person
from security.walls import clock
from tests.cast import Cast, a_case
from tests.client import signed_in, text_of
from tests.unit.cases.custody.test_actions import a_draft, end_facts
from tests.unit.cases.custody.test_actions import decide as decide_custody
from tests.unit.cases.prints.test_notice import a_person, sample_of
from tests.unit.cases.prints.test_prints import words_on
from tests.unit.referrals.disclosures.test_gate_by_sql import raw


def days(number: int) -> date:
    return clock.today() + timedelta(days=number)


def draft(cast: Cast, case: Case, person: Person, **more: Any) -> ContactLimit:
    changes = more.pop("changes", None)
    facts = {
        "person": person,
        "kinds": (ContactKind.VISIT, ContactKind.TELEPHONE),
        "extent": Extent.ALL,
        "basis": Basis.PROVEN,
        "starts_on": days(0),
        "ends_on": days(60),
        "review_on": days(30),
        "child_view": "架空の意見",
        "reason": "架空の理由",
    }
    with acting_as(cast.caseworker):
        fresh = Case.objects.get(pk=case.pk)
        return actions.draft_limit(
            fresh, LimitFacts(**{**facts, **more}), by=cast.caseworker, changes=changes
        )


def decide(cast: Cast, row: ContactLimit, by: str = "director") -> ContactLimit:
    kind, position = LIMIT if row.kind == "limit" else END, cast.positions[by]
    with acting_as(position):
        fresh = ContactLimit.objects.select_related("case__office", "case__child", "person").get(pk=row.pk)
        return kind.decide(fresh, Verdict.APPROVE, by=position)


def a_limit(cast: Cast, **more: Any) -> tuple[Case, Person, ContactLimit]:
    case = a_case(cast)
    person = a_person(cast, case)
    return case, person, decide(cast, draft(cast, case, person, **more))


def holding_on(cast: Cast, case: Case, on: date) -> list[Any]:
    with acting_as(cast.caseworker):
        return [row.pk for row in limits_of(Case.objects.get(pk=case.pk), on)]


def test_the_director_decides_and_it_holds_from_its_first_day_to_its_last(cast: Cast) -> None:
    """児童虐待防止法12条."""
    case = a_case(cast)
    row = draft(cast, case, a_person(cast, case), starts_on=days(1))
    assert holding_on(cast, case, days(1)) == []
    with pytest.raises(Refused):
        decide(cast, row, by="supervisor")
    decide(cast, row)
    assert [bool(holding_on(cast, case, days(day))) for day in (0, 1, 60, 61)] == [False, True, True, False]


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"ends_on": -1}, "ends_on"),
        ({"review_on": 61}, "review_on"),
        ({"review_on": -1}, "review_on"),
    ],
)
def test_the_days_are_in_order(cast: Cast, facts: dict[str, int], field: str) -> None:
    case = a_case(cast)
    with pytest.raises(Refused) as refused:
        draft(cast, case, a_person(cast, case), **{name: days(day) for name, day in facts.items()})
    assert refused.value.code == field


def test_on_suspicion_alone_only_during_custody(cast: Cast) -> None:
    """児童虐待防止法12条: on suspicion since 2025-10-20, while the child is in temporary custody."""
    case = a_case(cast)
    person = a_person(cast, case)
    with pytest.raises(Refused) as refused:
        draft(cast, case, person, basis=Basis.SUSPECTED)
    assert refused.value.code == "basis"
    custody = a_draft(cast)
    decide_custody(cast, custody)
    mother = a_person(cast, custody.case)
    row = decide(cast, draft(cast, custody.case, mother, basis=Basis.SUSPECTED))
    assert row.state is State.APPROVED
    with acting_as(cast.caseworker):
        end = custody_actions.draft_end(custody.case, end_facts(), by=cast.caseworker)
    decide_custody(cast, end)
    with acting_as(cast.caseworker):
        labels = [
            str(one.label) for one in panel.steps(Case.objects.get(pk=custody.case_id), cast.caseworker)
        ]
    assert any("一時保護が終わり" in one for one in labels), labels


def test_who_is_not_of_the_case_or_was_removed_is_refused(cast: Cast) -> None:
    case, other = a_case(cast), a_case(cast)
    person, foreign = a_person(cast, case), a_person(cast, other)
    with acting_as(cast.caseworker):
        remove_person(Case.objects.get(pk=case.pk), Person.objects.get(pk=person.pk), by=cast.caseworker)
        gone = Person.objects.get(pk=person.pk)
    for one in (foreign, gone):
        with pytest.raises(Refused) as refused:
            draft(cast, case, one)
        assert refused.value.code == "person"


def test_two_limits_never_hold_at_once_for_one_person_and_kind(cast: Cast) -> None:
    case, person, first = a_limit(cast)
    with pytest.raises(Refused) as refused:
        draft(
            cast,
            case,
            person,
            kinds=(ContactKind.VISIT,),
            starts_on=days(60),
            ends_on=days(90),
            review_on=days(70),
        )
    assert refused.value.code == "kinds"
    decide(cast, draft(cast, case, person, kinds=(ContactKind.LETTER,)))
    decide(cast, draft(cast, case, a_person(cast, case, name="架空父")))
    waits = draft(cast, case, person, starts_on=days(61), ends_on=None, review_on=days(80))
    with pytest.raises(Refused) as refused:
        draft(cast, case, person, kinds=(ContactKind.SNS,))
    assert (refused.value.code, waits.state) == ("person", State.WAITING)
    assert first.pk in holding_on(cast, case, days(0))


def test_a_second_draft_that_was_overtaken_is_not_approved(cast: Cast) -> None:
    case = a_case(cast)
    person = a_person(cast, case)
    row = draft(cast, case, person, kinds=(ContactKind.VISIT,))
    with acting_as(cast.caseworker):
        remove_person(Case.objects.get(pk=case.pk), Person.objects.get(pk=person.pk), by=cast.caseworker)
    with pytest.raises(Refused) as refused:
        decide(cast, row)
    assert refused.value.code == "person"


def test_a_narrower_one_takes_its_place_and_its_review_is_done(cast: Cast) -> None:
    case, person, first = a_limit(cast)
    with acting_as(cast.caseworker):
        (review,) = Duty.objects.filter(cause=first.pk)
        assert (review.owner_id, clock.today() < review.due_at.date()) == (cast.caseworker.pk, True)
    narrower = decide(
        cast, draft(cast, case, person, kinds=(ContactKind.VISIT,), extent=Extent.SUPERVISED, changes=first)
    )
    assert holding_on(cast, case, days(0)) == [narrower.pk]
    with acting_as(cast.caseworker):
        assert Duty.objects.get(pk=review.pk).done_at is not None
        assert ContactLimit.objects.get(pk=first.pk).state is State.ENDED


def test_it_ends_by_a_decided_act(cast: Cast) -> None:
    case, _person, first = a_limit(cast)
    with acting_as(cast.caseworker):
        assert rules.what_waits(Case.objects.get(pk=case.pk), clock.now())
        fresh = ContactLimit.objects.select_related("person", "case").get(pk=first.pk)
        end = actions.draft_end(
            Case.objects.get(pk=case.pk), fresh, child_view="架空", reason="架空", by=cast.caseworker
        )
    assert holding_on(cast, case, days(0)) == [first.pk]
    decide(cast, end)
    assert holding_on(cast, case, days(0)) == []
    with acting_as(cast.caseworker):
        assert not rules.what_waits(Case.objects.get(pk=case.pk), clock.now())


def test_who_was_told_is_written_once_it_is_decided(cast: Cast) -> None:
    case = a_case(cast)
    row = draft(cast, case, a_person(cast, case))
    tell: dict[str, Any] = {"to": ToldTo.PERSON, "told_on": days(0), "how": "架空の面接で"}
    with acting_as(cast.caseworker), pytest.raises(Refused):
        actions.record_told(
            ContactLimit.objects.select_related("case").get(pk=row.pk), **tell, by=cast.caseworker
        )
    decide(cast, row)
    with acting_as(cast.caseworker):
        fresh = ContactLimit.objects.select_related("case").get(pk=row.pk)
        assert any(
            "告知" in str(one.label) for one in panel.steps(Case.objects.get(pk=case.pk), cast.caseworker)
        )
        with pytest.raises(Refused):
            actions.record_told(fresh, **{**tell, "told_on": days(1)}, by=cast.caseworker)
        actions.record_told(fresh, **tell, by=cast.caseworker)
        assert not panel.steps(Case.objects.get(pk=case.pk), cast.caseworker)


def test_the_chip_stands_at_the_head_of_every_page(cast: Cast) -> None:
    case, _person, _row = a_limit(cast)
    page = text_of(signed_in(cast.caseworker).get(f"/cases/{case.pk}/people/"))
    assert "面会通信等制限：髙橋母：面会、電話" in page


NOW = "decided_at = now(), decided_by_id = drafted_by_id, decided_person_id = drafted_person_id"


def test_by_sql(cast: Cast) -> None:
    case, person, row = a_limit(cast)
    other = a_person(cast, a_case(cast))
    worker = cast.caseworker
    for sql, named, message in (
        ("UPDATE cases_contactlimit SET ended_at = now() WHERE id = %s", [row.pk], "ends by a decision"),
        (
            "UPDATE cases_contactlimit SET ends_on = current_date WHERE id = %s",
            [row.pk],
            "only its drafter changes",
        ),
        ("UPDATE cases_contactlimit SET kind = 'end' WHERE id = %s", [row.pk], "permission denied"),
        ("DELETE FROM cases_contactlimit WHERE id = %s", [row.pk], "permission denied"),
        ("UPDATE cases_contacttold SET written_at = now() WHERE id = %s", [row.pk], "permission denied"),
    ):
        with pytest.raises(DatabaseError, match=message):
            raw(worker, sql, named)
    waits = draft(cast, case, person, kinds=(ContactKind.LETTER,))
    for sql, named, message in (
        (
            "UPDATE cases_contactlimit SET person_id = %s WHERE id = %s",
            [other.pk, waits.pk],
            "no such person",
        ),
        (
            "UPDATE cases_contactlimit SET changes_id = %s WHERE id = %s",
            [waits.pk, waits.pk],
            "no such person or limit",
        ),
        ("UPDATE cases_contactlimit SET ends_on = starts_on - 1 WHERE id = %s", [waits.pk], "days_in_order"),
        (
            "UPDATE cases_contactlimit SET review_on = starts_on - 1 WHERE id = %s",
            [waits.pk],
            "review_after_start",
        ),
        (f"UPDATE cases_contactlimit SET approved = true, {NOW} WHERE id = %s", [waits.pk], "may not decide"),
    ):
        with pytest.raises(DatabaseError, match=message):
            raw(worker, sql, named)
    assert raw(cast.colleague, "UPDATE cases_contactlimit SET ends_on = NULL WHERE id = %s", [waits.pk]) == 0
    tell = (
        'INSERT INTO cases_contacttold (id, case_id, limit_id, written_by_id, written_at, "to", told_on, how) '
        "VALUES (gen_random_uuid(), %s, %s, %s, now(), 'x', 'x', 'x')"
    )
    with pytest.raises(DatabaseError, match="before it is approved"):
        raw(worker, tell, [case.pk, waits.pk, worker.pk])
    with pytest.raises(DatabaseError, match="row-level security"):
        raw(cast.colleague, tell, [case.pk, row.pk, worker.pk])
    with acting_as(worker):
        assert not ContactTold.objects.exists()


def test_the_form_says_it_beside_the_field(cast: Cast) -> None:
    case, person, _first = a_limit(cast)
    client, path = signed_in(cast.caseworker), reverse("contact_limit_new", args=[case.pk])
    sent = {
        "person": str(person.pk), "kinds": ["visit"], "extent": "all", "basis": "proven", "starts_on": days(0).isoformat(),
        "ends_on": days(9).isoformat(), "review_on": days(5).isoformat(), "child_view": "架空の意見", "reason": "架空の理由",
    }  # fmt: skip
    for change, field in (
        ({}, "kinds"),
        ({"ends_on": days(-1).isoformat()}, "ends_on"),
        ({"review_on": days(10).isoformat()}, "review_on"),
        ({"basis": "suspected"}, "basis"),
        ({"person": "no-such"}, "person"),
    ):
        page = client.post(path, sent | change)
        assert field in page.context["form"].errors, (field, page.context["form"].errors)
        assert "架空の理由" in text_of(page)
    assert client.post(path, sent | {"kinds": ["sns"]}).status_code == 302
    assert client.get(path, {"of": "no-such"}).status_code == 404


def test_the_pages(cast: Cast) -> None:
    case, person, row = a_limit(cast)
    client = signed_in(cast.caseworker)
    page = client.get(f"/cases/{case.pk}/custody/").content.decode()
    told, end = (
        reverse("contact_limit_told", args=[case.pk, row.pk]),
        reverse("contact_limit_end", args=[case.pk]),
    )
    assert told in page
    assert f"{end}?of={row.pk}" in page
    sent = {"to": "school", "told_on": days(0).isoformat(), "how": "架空の電話で"}
    assert client.post(told, sent).status_code == 302
    assert "架空の電話で" in text_of(client.get(f"/cases/{case.pk}/custody/"))
    narrower = f"{reverse('contact_limit_new', args=[case.pk])}?of={row.pk}"
    assert "髙橋母" in text_of(client.get(narrower))
    assert client.post(f"{end}?of={row.pk}", {"child_view": "架空", "reason": "架空"}).status_code == 302
    with acting_as(cast.caseworker):
        waits = ContactLimit.objects.get(kind="end")
    pane = signed_in(cast.director).get(reverse("decision", args=[case.pk, "contact_limit_end", waits.pk]))
    assert "髙橋母" in text_of(pane)
    assert signed_in(cast.stranger).get(told).status_code == 404
    assert person.pk == row.person_id


def test_the_notice_tells_how_to_object_and_no_place(cast: Cast) -> None:
    """行政不服審査法18条: within three months; 行政事件訴訟法14条: within six."""
    custody = a_draft(cast, place_withheld=True)
    decide_custody(cast, custody)
    row = decide(cast, draft(cast, custody.case, a_person(cast, custody.case)))
    words = "".join(words_on(sample_of(cast, custody.case, "contact_limit_notice", str(row.pk)))).replace(
        " ", ""
    )
    for word in ("面会通信等制限決定通知書", "髙橋母様", "第12条", "3か月以内", "6か月以内", "面会", "電話"):
        assert word in words, word
    for word in ("架空の理由", "架空の意見", "北一時保護施設"):
        assert word not in words, word
