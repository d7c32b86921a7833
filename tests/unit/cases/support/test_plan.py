"""Continuing support: designated by two people with the agreement of juvenile and guardian, reviewed, released; then closed."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from agencies.directory.models import Office
from agencies.staff.acting import acting_as
from agencies.staff.rules import Refused
from cases.decisions.codes import Verdict
from cases.decisions.queries import queue_of
from cases.duties.models import Duty
from cases.prints.queries import offers
from cases.records.actions import save_person
from cases.records.codes import Answer, Stage
from cases.records.models import Case, Person
from cases.support import actions, rules
from cases.support.codes import Aid, End
from cases.support.models import Designation, Release
from cases.support.queries import running
from security.walls import clock
from tests.cast import Cast, a_case, as_owner
from tests.client import signed_in, text_of
from tests.unit.cases.support.made import support_case


def guardian_of(case: Case, cast: Cast, **more: Any) -> Person:
    """The mother of the juvenile."""
    with acting_as(cast.police):
        return save_person(
            case, {"role": "custodian", "name": "架空 母", "relation": "母", **more}, by=cast.police
        )


def plan(guardian: Person | None, **more: Any) -> dict[str, Any]:
    """A plan."""
    return {
        "juvenile_said": "話を聞いてほしい",
        "guardian": guardian,
        "guardian_said": "お願いします" if guardian else None,
        "no_guardian_why": None,
        "scope": "面接と学校との連絡",
        "school_may_know": Answer.NO,
        "aims": "眠れるようになる",
        "frequency": "2週に1回",
        "place": "センター",
        "counselor": "少年相談専門職員",
        "around": None,
        "environment": None,
        "adviser_asked": Answer.NO,
        "supporter_asked": Answer.NO,
        "next_on": clock.today() + timedelta(days=14),
        "evaluation": "3か月ごとに本人と確かめる",
        **more,
    }


def drafted(cast: Cast) -> tuple[Case, Designation]:
    case = support_case(cast)
    guardian = guardian_of(case, cast)
    with acting_as(cast.police):
        return case, actions.draft_designation(case, plan(guardian), by=cast.police)


def designated(cast: Cast) -> Case:
    """Approved by the supervisor."""
    case, row = drafted(cast)
    with acting_as(cast.policechief):
        actions.DESIGNATE.decide(Designation.objects.get(pk=row.pk), Verdict.APPROVE, by=cast.policechief)
    return case


def released(cast: Cast, case: Case, **more: Any) -> Release:
    with acting_as(cast.police):
        facts = {
            "ending": End.REACHED, "aims_state": "眠れている", "talked_at": clock.now(), "talked_with": "本人と母",
            "juvenile_said": "もう大丈夫", "guardian_said": None, **more,
        }  # fmt: skip
        row = actions.draft_release(
            Case.objects.select_related("office", "child").get(pk=case.pk), facts, by=cast.police
        )
    with acting_as(cast.policechief):
        return actions.FREE.decide(Release.objects.get(pk=row.pk), Verdict.APPROVE, by=cast.policechief)


def open_kinds(case: Case) -> list[str]:
    return sorted(Duty.objects.filter(case=case, done_at=None).values_list("kind", flat=True))


def test_two_people_designate_and_the_stage_follows(cast: Cast) -> None:
    case, row = drafted(cast)
    with acting_as(cast.police), pytest.raises(Refused):
        actions.DESIGNATE.decide(Designation.objects.get(pk=row.pk), Verdict.APPROVE, by=cast.police)
    with acting_as(cast.policechief):
        assert [one.row.pk for one in queue_of(cast.policechief)] == [row.pk]
        actions.DESIGNATE.decide(Designation.objects.get(pk=row.pk), Verdict.APPROVE, by=cast.policechief)
    with acting_as(cast.police):
        case = Case.objects.get(pk=case.pk)
        assert case.stage == Stage.SUPPORT
        assert running(case) is not None
        assert open_kinds(case) == ["support_report", "support_review"]


@pytest.mark.parametrize(
    ("guardian", "more", "field"),
    [
        ({"role": "suspect"}, {}, "guardian"),
        ({"role": "custodian", "roles_more": ["suspect"]}, {}, "guardian"),
        ({}, {"guardian_said": None}, "guardian_said"),
        (None, {}, "no_guardian_why"),
        (None, {"guardian_said": "はい"}, "guardian"),
        ({}, {"next_on": "yesterday"}, "next_on"),
    ],
)
def test_what_the_agreement_takes(
    cast: Cast, guardian: dict[str, Any] | None, more: dict[str, Any], field: str
) -> None:
    case = support_case(cast)
    person = guardian_of(case, cast, **guardian) if guardian is not None else None
    if more.get("next_on"):
        more = {"next_on": clock.today() - timedelta(days=1)}
    with acting_as(cast.police), pytest.raises(Refused) as refused:
        actions.draft_designation(case, plan(person, **more), by=cast.police)
    assert refused.value.code == field


def test_nobody_else_around_agrees(cast: Cast) -> None:
    """Neither by rule nor by SQL a person of another case."""
    case, row = drafted(cast)
    other = guardian_of(support_case(cast), cast)
    with acting_as(cast.police), pytest.raises(Refused):
        rules.check_guardian(case, plan(other), clock.today())
    with (
        acting_as(cast.police),
        pytest.raises(IntegrityError, match="of this case"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE cases_designation SET guardian_id = %s WHERE id = %s", [other.pk, row.pk])


def test_a_guardian_who_is_suspected_meanwhile_holds_the_approval_up(cast: Cast) -> None:
    case, row = drafted(cast)
    with acting_as(cast.police):
        person = Person.objects.get(case=case)
        save_person(case, {"role": "suspect", "name": "架空 母"}, by=cast.police, person=person)
    with acting_as(cast.policechief), pytest.raises(Refused) as refused:
        actions.DESIGNATE.decide(Designation.objects.get(pk=row.pk), Verdict.APPROVE, by=cast.policechief)
    assert refused.value.code == "guardian"


def test_raw_sql_begins_no_support(cast: Cast) -> None:
    """Neither without a designation that is approved in the same moment, nor by the stages of a center."""
    case, _row = drafted(cast)
    for stage in ("support", "accepted", "safety"):
        with (
            acting_as(cast.policechief),
            pytest.raises(IntegrityError),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(
                "INSERT INTO cases_stagemove (id, case_id, from_stage, to_stage, moved_by_id, moved_at, effective_on)"
                " VALUES (gen_random_uuid(), %s, 'reception', %s, %s, now(), current_date)",
                [case.pk, stage, cast.policechief.pk],
            )


def test_no_center_designates(cast: Cast) -> None:
    case = a_case(cast)
    with acting_as(cast.caseworker), pytest.raises(Refused):
        actions.draft_designation(case, plan(None, no_guardian_why="なし"), by=cast.caseworker)


def test_a_review_leaves_the_next(cast: Cast) -> None:
    case = designated(cast)
    with acting_as(cast.police):
        fresh = Case.objects.select_related("office", "child").get(pk=case.pk)
        facts = {"aims_state": "少し眠れる", "changes": None, "next_on": clock.today() + timedelta(days=14)}
        actions.review(fresh, facts, by=cast.police)
        done = Duty.objects.filter(case=case, kind="support_review", done_at__isnull=False)
        assert done.count() == 1
        assert "support_review" in open_kinds(case)


def test_the_release_leaves_two_questions_and_then_the_case_is_closed(cast: Cast) -> None:
    case = designated(cast)
    released(cast, case)
    with acting_as(cast.police):
        fresh = Case.objects.select_related("office", "child").get(pk=case.pk)
        assert running(fresh) is None
        assert open_kinds(case) == ["support_follow", "support_follow", "support_report"]
        days = sorted(
            (duty.due_at - clock.now()).days
            for duty in Duty.objects.filter(case=case, kind="support_follow", done_at=None)
        )
        assert days == [30, 91]


def test_a_case_that_is_supported_is_not_closed(cast: Cast) -> None:
    case = designated(cast)
    with acting_as(cast.police):
        fresh = Case.objects.select_related("office", "child").get(pk=case.pk)
        assert rules.what_waits(fresh, clock.now())


def test_the_talk_lies_between_the_designation_and_now(cast: Cast) -> None:
    case = designated(cast)
    for moment in (clock.now() + timedelta(hours=1), clock.now() - timedelta(days=2)):
        with pytest.raises(Refused) as refused:
            released(cast, case, talked_at=moment)
        assert refused.value.code == "talked_at"


def test_whoever_passes_on_has_notified(cast: Cast) -> None:
    case = designated(cast)
    with pytest.raises(Refused) as refused:
        released(cast, case, ending=End.TO_CENTER)
    assert refused.value.code == "ending"


def test_the_pages_of_the_plan(cast: Cast) -> None:
    case, row = drafted(cast)
    police, chief = signed_in(cast.police), signed_in(cast.policechief)
    for name in ("designate", "review", "release"):
        assert police.get(f"/support/{case.pk}/{name}/").status_code == 200
        assert signed_in(cast.police2).get(f"/support/{case.pk}/{name}/").status_code == 404
        assert signed_in(cast.director).get(f"/support/{case.pk}/{name}/").status_code == 404
    page = f"/cases/{case.pk}/decisions/support_designation/{row.pk}/"
    assert "眠れるようになる" in text_of(chief.get(page))
    assert signed_in(cast.director).get(page).status_code == 404
    assert chief.post(page, {"verdict": "approve", "version": row.version, "note": ""}).status_code == 302
    assert "眠れるようになる" in text_of(police.get(f"/cases/{case.pk}/"))
    prints = text_of(police.get(f"/cases/{case.pk}/prints/"))
    for code in ("juvenile_consultation", "support_plan_sheet"):
        assert code in prints


def test_a_returned_draft_comes_back_and_is_drafted_anew(cast: Cast) -> None:
    case, row = drafted(cast)
    with acting_as(cast.policechief):
        fresh = Designation.objects.get(pk=row.pk)
        with pytest.raises(Refused):
            actions.DESIGNATE.decide(fresh, Verdict.RETURN, note=" ", by=cast.policechief)
        actions.DESIGNATE.decide(fresh, Verdict.RETURN, note="目標を具体的に", by=cast.policechief)
    home = text_of(signed_in(cast.police).get("/"))
    assert actions.DESIGNATE.url(row) in home
    with acting_as(cast.police):
        earlier = Designation.objects.select_related("case__office", "case__child").get(pk=row.pk)
        case = Case.objects.select_related("office", "child").get(pk=case.pk)
        again = actions.draft_designation(
            case, plan(None, no_guardian_why="連絡が取れない"), by=cast.police, earlier=earlier
        )
        assert again.replaces_id == row.pk


def test_only_the_drafter_changes_the_draft_and_takes_it_back(cast: Cast) -> None:
    case, row = drafted(cast)
    with acting_as(cast.policechief):
        with pytest.raises(Refused):
            actions.DESIGNATE.take_back(Designation.objects.get(pk=row.pk), by=cast.policechief)
        with (
            pytest.raises(IntegrityError, match="only its drafter"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute("UPDATE cases_designation SET aims = scope WHERE id = %s", [row.pk])
    page = f"/cases/{case.pk}/decisions/support_designation/{row.pk}/take-back/"
    assert signed_in(cast.police).post(page).status_code == 302
    with acting_as(cast.police):
        assert Designation.objects.get(pk=row.pk).taken_back_at is not None


def test_raw_sql_signs_for_nobody(cast: Cast) -> None:
    """The drafter, a colleague of the team and the director of a center decide nothing."""
    _case, row = drafted(cast)
    with (
        acting_as(cast.police),
        pytest.raises(IntegrityError),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "UPDATE cases_designation SET decided_at = now(), approved = true WHERE id = %s", [row.pk]
        )
    with acting_as(cast.director), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE cases_designation SET decided_at = now(), approved = true WHERE id = %s", [row.pk]
        )
        assert cursor.rowcount == 0


def test_the_papers_are_printed(cast: Cast) -> None:
    """少年相談票, 児童通告書, 被害少年支援計画書; none of a center, and a center prints none of them."""
    case = designated(cast)
    client = signed_in(cast.police)
    with acting_as(cast.police):
        fresh = Case.objects.select_related("office", "child").get(pk=case.pk)
        found = {offer.paper.code: offer.subjects for offer in offers(fresh, cast.police)}
    assert found.keys() == {"juvenile_consultation", "support_plan_sheet"}
    for code in ("juvenile_consultation", "support_plan_sheet"):
        sheet = f"{code}:{found[code][0].key}"
        answer = client.post(f"/cases/{case.pk}/prints/new/", {"sheet": sheet}, follow=True)
        assert answer.headers["Content-Type"] == "application/pdf", code
    owed = support_case(cast, aid=Aid.ABUSE)
    page = text_of(client.get(f"/cases/{owed.pk}/prints/"))
    (sheet,) = re.findall(r'value="(child_notice:[^"]+)"', page)
    answer = client.post(f"/cases/{owed.pk}/prints/new/", {"sheet": sheet}, follow=True)
    assert "もう学校に行きたくない" in text_of(answer)
    center = a_case(cast)
    with acting_as(cast.caseworker):
        center = Case.objects.select_related("office", "child").get(pk=center.pk)
        offered = {offer.paper.code for offer in offers(center, cast.caseworker)}
    assert not offered & {"juvenile_consultation", "child_notice", "support_plan_sheet"}


def test_the_days_are_the_offices(cast: Cast) -> None:
    office = cast.offices["support"]
    with as_owner():
        Office.objects.using("owner").filter(pk=office.pk).update(
            support_decide_days=5, support_review_days=40
        )
    cast.police.office.refresh_from_db(using="gate")
    case = designated(cast)
    with acting_as(cast.police):
        rows = Duty.objects.filter(case=case.pk, kind__in=("support_decide", "support_review"))
        left = {row.kind: (row.due_at - clock.now()).days for row in rows}
    assert left == {"support_decide": 4, "support_review": 39}
