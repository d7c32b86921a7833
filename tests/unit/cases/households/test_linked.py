"""Cases of one home that were opened apart are linked by a number; and what the head of each says of an unseen sibling."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from agencies.staff.acting import acting_as
from agencies.staff.rules import Refused
from cases.clocks import actions as clocks
from cases.clocks.codes import ClockKind
from cases.households import actions
from cases.households.models import Household, HouseholdMember
from cases.households.panel import cautions, steps
from cases.households.queries import has_one_lead_of_suspect, home_of
from cases.records import actions as records
from cases.records.codes import HouseholdRelation, Level, Relation
from cases.records.models import Case
from cases.visits import actions as visits
from cases.visits.codes import Seen, VisitKind
from security.encryption.fields import reveal, value_of
from tests.cast import CHILD, Cast, a_case
from tests.client import signed_in
from tests.unit.cases.intake.test_pages import looks_at

SISTER = replace(CHILD, given_name="美羽", given_kana="ミウ")


def linked(cast: Cast, case: Case, other: Case, **more: Any) -> HouseholdMember:
    with acting_as(cast.caseworker):
        return actions.link_case(case, other, actions.Joining(**more), by=cast.caseworker)


def two(cast: Cast) -> tuple[Case, Case]:
    return a_case(cast), a_case(cast, child=SISTER)


def on_page(cast: Cast, case: Case, name: str = "caseworker") -> Any:
    return signed_in(cast.positions[name]).get(f"/cases/{case.pk}/")


def link(case: Case) -> str:
    return reverse("household_link", args=[case.pk])


def test_linked_on_the_page(cast: Cast) -> None:
    case, other = two(cast)
    client = signed_in(cast.caseworker)
    assert link(case) in on_page(cast, case).content.decode()
    sent = {
        "number": other.number,
        "relation": "other",
        "lives_from": "2020-04-01",
        "lives_until": "2019-04-01",
    }
    errors = client.post(link(case), sent).context["form"].errors
    assert set(errors) == {"relation_text", "lives_from", "lives_until"}
    sent |= {"relation_text": "異父妹", "lives_until": ""}
    assert client.post(link(case), sent)["Location"] == f"/cases/{case.pk}/#household"
    with acting_as(cast.caseworker):
        member = HouseholdMember.objects.get(case=other)
        assert (value_of(member.relation), reveal(member, "relation_text")) == (
            HouseholdRelation.OTHER,
            "異父妹",
        )
        assert HouseholdMember.objects.get(case=case).relation is None
    before = looks_at("household")
    for one, sibling in ((case, other), (other, case)):
        assert sibling.number in on_page(cast, one).content.decode()
    assert looks_at("household") == before + 2 * 2  # of both cases, on each page


@pytest.mark.parametrize("who", ["stranger", "other_section"])
def test_a_foreign_case_and_a_missing_one_are_answered_alike(cast: Cast, who: str) -> None:
    case, foreign = a_case(cast), a_case(cast, lead=who)
    client = signed_in(cast.caseworker)
    pages = [client.post(link(case), {"number": number}) for number in (foreign.number, "kita-1999-0001")]
    assert [page.status_code for page in pages] == [200, 200]
    assert pages[0].context["form"].errors == pages[1].context["form"].errors
    with acting_as(cast.director):
        assert not Household.objects.exists()


def test_what_is_not_linked(cast: Cast) -> None:
    case, other = two(cast)
    with pytest.raises(Refused, match="same"):
        linked(cast, case, case)
    linked(cast, case, other)
    with pytest.raises(Refused, match="linked"):
        linked(cast, other, case)
    third, fourth = two(cast)
    linked(cast, third, fourth)
    with pytest.raises(Refused, match="two_households"):
        linked(cast, case, third)
    fifth = a_case(cast)
    linked(cast, fifth, case)  # the one without a household joins
    with acting_as(cast.caseworker):
        assert len(home_of(fifth).siblings) == 2
        assert Household.objects.count() == 2


def test_who_reads_a_case_links_nothing(cast: Cast) -> None:
    case, other = two(cast)
    with acting_as(cast.caseworker):
        for one in (case, other):
            records.add_to_team(
                one, cast.colleague, relation=Relation.MEMBER, level=Level.VIEW, by=cast.caseworker
            )
    with acting_as(cast.colleague), pytest.raises(Refused, match="no_grant"):
        actions.link_case(case, other, actions.Joining(), by=cast.colleague)


def seen_at_a_visit(cast: Cast, case: Case) -> None:
    who = cast.caseworker
    with acting_as(who):
        now = timezone.now()
        visit = visits.plan_visit(
            case, kind=VisitKind.HOME, planned_for=now, place="自宅", who="本人", by=who
        )
        visits.record_visit(visit, held_at=now, seen=Seen.SEEN, result="元気だった（架空）", by=who)


def test_the_head_and_the_steps_say_that_a_sibling_was_not_seen(cast: Cast) -> None:
    """With its limit where one runs; on the case of the sibling itself its own limit says it."""
    case, other = two(cast)
    linked(cast, case, other)
    with acting_as(cast.caseworker):
        begun = timezone.now() - timedelta(hours=1)
        limit = clocks.start(other, ClockKind.SAFETY, started_at=begun, by=cast.caseworker)
        assert [chip.kind for chip in cautions(case, cast.caseworker)] == ["danger"]
        (step,) = steps(case, cast.caseworker)
        assert (step.due, step.pressing) == (limit.due_at, False)
        assert str(other.pk) in step.url
    with acting_as(cast.director):
        assert steps(case, cast.director)
    seen_at_a_visit(cast, other)
    with acting_as(cast.caseworker):
        assert not cautions(case, cast.caseworker)
        assert not steps(case, cast.caseworker)
        assert home_of(case).siblings[0].last_seen
    assert "目視未確認のきょうだい" not in on_page(cast, case).content.decode()
    assert "目視未確認のきょうだい" in on_page(cast, other).content.decode()


def test_the_head_of_a_page_is_no_look_at_the_siblings_case(cast: Cast) -> None:
    case, other = two(cast)
    linked(cast, case, other)
    before = looks_at("household")
    assert (
        "目視未確認のきょうだい"
        in signed_in(cast.caseworker).get(f"/cases/{case.pk}/manage/").content.decode()
    )
    assert looks_at("household") == before
    on_page(cast, case)
    assert looks_at("household") == before + 2


@pytest.mark.parametrize(("name", "warns"), [("髙橋 美羽", True), ("高橋　美羽", True), ("鈴木　一", False)])
def test_a_suspected_sibling_with_the_same_person_in_charge_is_warned_of(
    cast: Cast, name: str, warns: bool
) -> None:
    case, other = two(cast)
    linked(cast, case, other)
    with acting_as(cast.caseworker):
        records.save_person(case, {"role": "suspect", "name": name}, by=cast.caseworker)
    for one in (case, other):
        assert ("加害が疑われるこどものケースは" in on_page(cast, one).content.decode()) == warns
    with acting_as(cast.supervisor):
        records.name_lead(other, cast.colleague, by=cast.supervisor, keep_former=True)
    assert "加害が疑われるこどものケースは" not in on_page(cast, case).content.decode()


def test_a_suspect_whose_name_is_not_known_is_no_sibling(cast: Cast) -> None:
    unknown = replace(CHILD, family_name="不詳", given_name="不詳", family_kana="不詳", given_kana="不詳")
    case, other = a_case(cast), a_case(cast, child=unknown)
    linked(cast, case, other)
    with acting_as(cast.caseworker):
        records.save_person(case, {"role": "suspect", "name": "不詳", "kana": "不詳"}, by=cast.caseworker)
    with acting_as(cast.caseworker):
        assert not has_one_lead_of_suspect(case, home_of(case))
