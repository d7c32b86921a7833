"""A case leaves a household by two people; two households are joined by two people who see a case of each."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from agencies.notices.models import Notice
from agencies.staff.acting import acting_as
from agencies.staff.models import Position
from agencies.staff.rules import Refused
from cases.decisions.codes import Verdict
from cases.decisions.queries import queue_of
from cases.households import actions
from cases.households.models import Household, HouseholdJoin, HouseholdMember, HouseholdSplit, MemberFacts
from cases.households.queries import home_of, household_of
from cases.records import actions as records
from cases.records.codes import HouseholdRelation, Level, Relation
from cases.records.models import Case, Grant
from security.encryption.fields import reveal, value_of
from security.walls import clock
from tests.cast import Cast, a_case, as_owner
from tests.client import signed_in
from tests.unit.cases.households.test_linked import linked, two

LEFT = date(2026, 4, 1)


def draft_split(cast: Cast, case: Case, by: str = "caseworker", **more: Any) -> HouseholdSplit:
    who = cast.positions[by]
    facts = {"left_on": LEFT, "reason": "別の世帯と判明（架空）", **more}
    with acting_as(who):
        return actions.draft_split(case, **facts, by=who)


def split(cast: Cast, case: Case, by: str = "supervisor", **more: Any) -> HouseholdMember:
    """Drafted by the caseworker and decided by the supervisor, or drafted ``by`` somebody and decided by the director."""
    drafter, decider = ("caseworker", "supervisor") if by == "supervisor" else (by, "director")
    row = draft_split(cast, case, drafter, **more)
    with acting_as(cast.positions[decider]):
        actions.SPLIT.decide(row, Verdict.APPROVE, by=cast.positions[decider])
        return HouseholdMember.objects.get(pk=row.member_id)


def homes(cast: Cast) -> list[Case]:
    """Two homes of two children each; the first two cases are one home."""
    cases = [*two(cast), *two(cast)]
    linked(cast, cases[0], cases[1], relation=HouseholdRelation.YOUNGER_SISTER)
    linked(cast, cases[2], cases[3], relation=HouseholdRelation.YOUNGER_SISTER, lives_from=date(2020, 4, 1))
    return cases


def draft(cast: Cast, case: Case, other: Case, by: str = "caseworker") -> HouseholdJoin:
    who = cast.positions[by]
    with acting_as(who):
        return actions.draft_join(case, other, "同じ住まい（架空）", by=who)


def decide(cast: Cast, row: HouseholdJoin, by: str = "supervisor") -> HouseholdJoin:
    with acting_as(cast.positions[by]):
        return actions.JOIN.decide(row, Verdict.APPROVE, by=cast.positions[by])


def hidden(cast: Cast, case: Case) -> None:
    """From now on the caseworker and their supervisor have no access to the case; a colleague of the other section leads it."""
    moved = {cast.caseworker.pk: cast.other_section, cast.supervisor.pk: cast.supervisor2}
    with as_owner():
        for former, position in moved.items():
            rows = Grant.objects.using("owner").filter(content_object=case, position=former)
            rows.update(position=position, user=position.staff)


def told_of_drafts() -> set[Any]:
    with as_owner():
        return set(
            Notice.objects.using("owner").filter(kind="decision_waiting").values_list("position", flat=True)
        )


def sees(cast: Cast, who: str, case: Case) -> tuple[set[Any], int]:
    """Which siblings the position sees on the case, and of how many it knows besides."""
    with acting_as(cast.positions[who]):
        home = home_of(Case.objects.get(pk=case.pk))
        return {one.case.pk for one in home.siblings}, home.others


def test_a_case_is_separated_by_two_on_the_page(cast: Cast) -> None:
    case, other = two(cast)
    linked(cast, case, other, relation=HouseholdRelation.YOUNGER_SISTER, lives_from=date(2020, 4, 1))
    url, page = (reverse(name, args=[other.pk]) for name in ("household_split", "case"))
    client = signed_in(cast.caseworker)
    assert url in client.get(page).content.decode()
    sent = {"left_on": "2019-04-01", "reason": ""}
    assert set(client.post(url, sent).context["form"].errors) == {"left_on", "reason"}
    sent = {"left_on": LEFT.isoformat(), "reason": "別世帯（架空）"}
    assert client.post(url, sent)["Location"] == f"/cases/{other.pk}/#household"
    with acting_as(cast.caseworker):
        row = HouseholdSplit.objects.get(case=other)
        assert household_of(other) == household_of(case), "a draft separates nothing"
    decision = reverse("decision", args=[other.pk, "household_split", row.pk])
    alone = signed_in(cast.caseworker).post(decision, {"verdict": "approve", "version": "1", "note": ""})
    assert "Location" not in alone.headers, "who drafted it decides it"
    read = {"verdict": "approve", "version": "1", "note": ""}
    assert signed_in(cast.supervisor).post(decision, read).status_code == 302
    shown = client.get(page).content.decode()
    assert "別世帯（架空）" in shown
    assert case.number not in shown
    with acting_as(cast.caseworker):
        gone = HouseholdMember.objects.get(case=other)
        assert (value_of(gone.left_on), gone.left_by_id) == (LEFT, cast.supervisor.pk)
        assert value_of(gone.relation) is HouseholdRelation.YOUNGER_SISTER
        assert value_of(gone.lives_from) == date(2020, 4, 1)
        assert not home_of(case).siblings
        assert household_of(other) is None


def test_who_separates_and_from_when(cast: Cast) -> None:
    case, other = two(cast)
    with pytest.raises(Refused, match="no_household"):
        split(cast, other)
    linked(cast, case, other, lives_from=date(2026, 5, 1))
    refused: list[tuple[str, dict[str, Any]]] = [
        ("left_on", {"left_on": LEFT}),
        ("reason", {"reason": " "}),
    ]
    for code, more in refused:
        with pytest.raises(Refused) as caught:
            split(cast, other, **more)
        assert caught.value.code == code
    with pytest.raises(Refused, match="left_on"):
        split(cast, other, left_on=clock.today() + timedelta(days=1))
    with pytest.raises(Refused):
        draft_split(cast, other, by="supervisor2")
    row = draft_split(cast, other, by="supervisor", left_on=clock.today())
    for who in ("supervisor", "caseworker", "colleague"):
        with acting_as(cast.positions[who]), pytest.raises(Refused):
            actions.SPLIT.decide(row, Verdict.APPROVE, by=cast.positions[who])
    with pytest.raises(Refused, match="drafted"):
        draft_split(cast, other)
    with acting_as(cast.director):
        actions.SPLIT.decide(row, Verdict.APPROVE, by=cast.director)
    with pytest.raises(Refused, match="no_household"):
        split(cast, other)


def test_a_draft_of_another_household_separates_nothing(cast: Cast) -> None:
    """It names the membership that the case had: joined elsewhere meanwhile, the draft is returned."""
    cases = homes(cast)
    row = draft_split(cast, cases[3])
    joined = draft(cast, cases[0], cases[2])
    decide(cast, joined)
    with acting_as(cast.director):
        with pytest.raises(Refused, match="moved"):
            actions.SPLIT.decide(row, Verdict.APPROVE, by=cast.director)
        actions.SPLIT.decide(row, Verdict.RETURN, by=cast.director, note="世帯が変わった（架空）")


def test_what_a_supervisor_separated_no_caseworker_puts_back(cast: Cast) -> None:
    case, other = two(cast)
    linked(cast, case, other)
    split(cast, other)
    with pytest.raises(Refused, match="separated"):
        linked(cast, case, other)
    with acting_as(cast.supervisor):
        actions.link_case(case, other, actions.Joining(), by=cast.supervisor)
        assert household_of(other) == household_of(case)
        assert HouseholdMember.objects.filter(case=other).count() == 2


@pytest.mark.parametrize(
    "change",
    [
        "left_at = now()",
        "left_at = now(), left_on = 'x'",
        "left_at = now(), left_on = 'x', left_reason = 'y'",
    ],
)
@pytest.mark.parametrize("who", ["caseworker", "supervisor", "director"])
def test_raw_sql_of_one_person_separates_nothing(cast: Cast, change: str, who: str) -> None:
    case, other = two(cast)
    linked(cast, case, other)
    draft_split(cast, other)
    with (
        acting_as(cast.positions[who]),
        pytest.raises(DatabaseError, match="separated by a decision"),
        transaction.atomic(),
    ):
        connection.cursor().execute(
            f"UPDATE cases_householdmember SET {change} WHERE case_id = %s", [other.pk]
        )


def test_raw_sql_of_a_supervisor_ends_a_row_once_and_changes_nothing_else(cast: Cast) -> None:
    case, other = two(cast)
    linked(cast, case, other)
    split(cast, other)
    for change, said in (
        ("left_reason = 'another'", "separated by a decision"),
        ("left_at = NULL, left_on = NULL, left_reason = NULL", "separated by a decision"),
        ("lives_from = NULL", "permission denied"),
        ("household_id = household_id", "permission denied"),
    ):
        with acting_as(cast.supervisor), pytest.raises(DatabaseError, match=said), transaction.atomic():
            connection.cursor().execute(
                f"UPDATE cases_householdmember SET {change} WHERE case_id = %s", [other.pk]
            )
    with acting_as(cast.caseworker), pytest.raises(DatabaseError), transaction.atomic():
        connection.cursor().execute(
            "INSERT INTO cases_householdmember (id, case_id, household_id, joined_at, joined_by_id)"
            " SELECT gen_random_uuid(), %s, household_id, now(), %s FROM cases_householdmember WHERE case_id = %s",
            [other.pk, cast.caseworker.pk, case.pk],
        )


def test_how_the_child_lives_there_is_a_row_for_each_change(cast: Cast) -> None:
    case, other = two(cast)
    linked(cast, case, other, relation=HouseholdRelation.YOUNGER_SISTER, lives_from=date(2020, 4, 1))
    url = reverse("household_facts", args=[other.pk])
    client = signed_in(cast.caseworker)
    assert client.get(url).context["form"].initial["lives_from"] == date(2020, 4, 1)
    sent = {"relation": "other", "lives_from": "2021-04-01", "lives_until": "2020-04-01", "why": ""}
    errors = client.post(url, sent).context["form"].errors
    assert set(errors) == {"relation_text", "lives_from", "lives_until", "why"}
    for name in ("lives_from", "lives_until"):
        (said,) = errors[name]
        assert all(one in said for one in ("同居の開始日", "同居の終了日"))
    sent |= {"relation_text": "異父妹", "lives_until": "2026-03-31", "why": "転居（架空）"}
    assert client.post(url, sent)["Location"] == f"/cases/{other.pk}/#household"
    for one in (case, other):
        shown = client.get(reverse("case", args=[one.pk])).content.decode()
        assert "異父妹" in shown
    with acting_as(cast.caseworker):
        assert value_of(HouseholdMember.objects.get(case=other).lives_from) == date(2020, 4, 1)
        assert reveal(MemberFacts.objects.get(), "why") == "転居（架空）"
    wrong = {
        "lives_until": actions.Joining(lives_from=date(2021, 1, 1), lives_until=date(2020, 1, 1)),
        "lives_from": actions.Joining(lives_from=clock.today() + timedelta(days=1)),
    }
    for code, known in wrong.items():
        with acting_as(cast.caseworker), pytest.raises(Refused, match=code):
            actions.write_facts(other, known, "架空", by=cast.caseworker)


def test_facts_are_of_a_member_of_their_own_case(cast: Cast) -> None:
    cases = homes(cast)
    with acting_as(cast.caseworker):
        foreign = HouseholdMember.objects.get(case=cases[2])
        row = MemberFacts(case=cases[0], member=foreign, written_at=clock.now(), written_by=cast.caseworker)
        row.why = "架空"
        with pytest.raises(DatabaseError, match="facts are of"), transaction.atomic():
            row.save(force_insert=True)
    split(cast, cases[1])
    with acting_as(cast.caseworker), pytest.raises(Refused, match="no_household"):
        actions.write_facts(cases[1], actions.Joining(), "架空", by=cast.caseworker)


def test_two_homes_become_one(cast: Cast) -> None:
    cases = homes(cast)
    client = signed_in(cast.caseworker)
    url = reverse("household_join", args=[cases[0].pk])
    assert url in client.get(reverse("case", args=[cases[0].pk])).content.decode()
    assert client.post(url, {"number": cases[2].number, "reason": "同じ住まい（架空）"}).status_code == 302
    with acting_as(cast.supervisor):
        (waiting,) = queue_of(cast.supervisor)
        row = HouseholdJoin.objects.get()
        page = signed_in(cast.supervisor).get(waiting.url)
        assert cases[2].number in page.content.decode()
    decide(cast, row)
    with acting_as(cast.caseworker):
        now = {row.case_id: row for row in HouseholdMember.objects.filter(left_at=None)}
        assert {row.household_id for row in now.values()} == {row.into_id}
        assert set(now) == {case.pk for case in cases}
        assert value_of(now[cases[3].pk].relation) is None
        ended = HouseholdMember.objects.exclude(left_at=None)
        assert {row.case_id for row in ended} == {cases[2].pk, cases[3].pk}
        assert value_of(ended.get(case=cases[3]).lives_from) == date(2020, 4, 1)
        assert {row.left_by_id for row in ended} == {cast.supervisor.pk}
    assert sees(cast, "caseworker", cases[0]) == ({case.pk for case in cases[1:]}, 0)


def test_a_closed_case_goes_with_its_household(cast: Cast) -> None:
    cases = homes(cast)
    with as_owner():
        Case.objects.using("owner").filter(pk=cases[3].pk).update(stage="closed", closed_at=clock.now())
    decide(cast, draft(cast, cases[0], cases[2]))
    with acting_as(cast.caseworker):
        assert household_of(cases[3]) == household_of(cases[0])


def test_nobody_learns_of_a_joining_who_does_not_see_both_cases(cast: Cast) -> None:
    """The supervisor of one side is not told, finds no draft, and does not decide: who sees both does, here the director."""
    cases = homes(cast)
    row = draft(cast, cases[0], cases[2])
    for case in cases[2:]:
        hidden(cast, case)
    assert told_of_drafts() == {cast.supervisor.pk}  # when it was drafted, both were theirs
    with acting_as(cast.supervisor):
        assert not HouseholdJoin.objects.exists()
        assert not queue_of(cast.supervisor)
    page = signed_in(cast.supervisor).get(reverse("decision", args=[cases[0].pk, "household_join", row.pk]))
    assert page.status_code == 404
    with pytest.raises(Refused, match="no_grant"):
        decide(cast, row)
    overview = signed_in(cast.supervisor).get(reverse("case", args=[cases[0].pk])).content.decode()
    assert cases[2].number not in overview
    decide(cast, row, by="director")
    assert sees(cast, "caseworker", cases[0]) == ({cases[1].pk}, 2)
    assert sees(cast, "other_section", cases[2]) == ({cases[3].pk}, 2)
    assert sees(cast, "director", cases[0]) == ({case.pk for case in cases[1:]}, 0)


def test_only_the_director_is_told_where_no_supervisor_sees_both(cast: Cast) -> None:
    cases = homes(cast)
    for case in cases[2:]:
        hidden(cast, case)
        with acting_as(cast.supervisor2):
            records.add_to_team(
                case, cast.caseworker, relation=Relation.MEMBER, level=Level.EDIT, by=cast.supervisor2
            )
    draft(cast, cases[0], cases[2])
    assert cast.director.pk in told_of_drafts()
    assert not {cast.supervisor.pk, cast.supervisor2.pk} & told_of_drafts()


def test_a_second_draft_by_somebody_who_does_not_see_the_first_is_no_conflict(cast: Cast) -> None:
    """Else the conflict would tell that one waits."""
    cases = homes(cast)
    more = two(cast)
    linked(cast, *more)
    draft(cast, cases[0], cases[2])
    with acting_as(cast.caseworker), pytest.raises(Refused, match="drafted"):
        actions.draft_join(cases[0], more[0], "架空", by=cast.caseworker)
    for case in cases[2:]:
        hidden(cast, case)
    draft(cast, cases[0], more[0])


def test_what_is_not_joined(cast: Cast) -> None:
    cases = homes(cast)
    alone = a_case(cast)
    foreign = a_case(cast, lead="other_section")
    for code, other in (
        ("same", cases[0]),
        ("linked", cases[1]),
        ("no_household", alone),
        ("one_side", foreign),
    ):
        with pytest.raises(Refused) as caught:
            draft(cast, cases[0], other)
        assert caught.value.code == code
    with pytest.raises(Refused, match="no_household"):
        draft(cast, alone, cases[0])


def test_a_foreign_number_and_a_missing_one_are_answered_alike(cast: Cast) -> None:
    cases = homes(cast)
    foreign = a_case(cast, lead="other_section")
    client, url = signed_in(cast.caseworker), reverse("household_join", args=[cases[0].pk])
    pages = [
        client.post(url, {"number": number, "reason": "架空"})
        for number in (foreign.number, "kita-1999-0001")
    ]
    assert pages[0].context["form"].errors == pages[1].context["form"].errors


def test_there_and_back_is_one_household(cast: Cast) -> None:
    """Of two drafts that join the same pair in both directions, the second one is returned: there is nothing to join any more."""
    cases = homes(cast)
    there, back = draft(cast, cases[0], cases[2]), draft(cast, cases[2], cases[0])
    decide(cast, there)
    with pytest.raises(Refused, match="moved"):
        decide(cast, back)
    with acting_as(cast.supervisor):
        actions.JOIN.decide(back, Verdict.RETURN, by=cast.supervisor, note="済み（架空）")
        assert Household.objects.filter(members__left_at=None).distinct().count() == 1


def test_a_case_that_left_meanwhile_is_not_joined(cast: Cast) -> None:
    cases = homes(cast)
    row = draft(cast, cases[0], cases[2])
    split(cast, cases[2])
    with pytest.raises(Refused, match="moved"):
        decide(cast, row)


@pytest.mark.parametrize("who", ["caseworker", "supervisor"])
def test_raw_sql_joins_nothing_alone(cast: Cast, who: str) -> None:
    """Neither the drafter nor a position without the power signs; and a signature on another pair is refused."""
    cases = homes(cast)
    row = draft(cast, cases[0], cases[2], by=who)
    with acting_as(cast.positions[who]), pytest.raises(DatabaseError), transaction.atomic():
        connection.cursor().execute(
            "UPDATE cases_householdjoin SET approved = true, decided_at = now(), decided_by_id = %s,"
            " decided_person_id = %s WHERE id = %s",
            [cast.supervisor2.pk, cast.supervisor2.staff_id, row.pk],
        )
    with acting_as(cast.caseworker):
        assert HouseholdMember.objects.filter(left_at=None).values("household").distinct().count() == 2


def approve_by_sql(cast: Cast, row: HouseholdJoin, who: Position) -> None:
    with acting_as(who), transaction.atomic():
        connection.cursor().execute(
            "UPDATE cases_householdjoin SET approved = true, decided_at = now(), decided_by_id = %s,"
            " decided_person_id = %s WHERE id = %s",
            [who.pk, who.staff_id, row.pk],
        )


def test_raw_sql_of_a_decider_is_held_to_the_pair(cast: Cast) -> None:
    cases = homes(cast)
    row = draft(cast, cases[0], cases[2])
    split(cast, cases[2])
    with pytest.raises(DatabaseError, match="two households of one office"):
        approve_by_sql(cast, row, cast.supervisor)


def test_a_draft_that_names_the_wrong_household_is_refused_by_the_database(cast: Cast) -> None:
    cases = homes(cast)
    with acting_as(cast.caseworker):
        into, wrong = household_of(cases[0]), household_of(cases[1])
        row = HouseholdJoin(case=cases[0], other=cases[2], into=into, joined=wrong)
        row.draft_as(cast.caseworker, clock.now())
        row.reason = "架空"
        with pytest.raises(DatabaseError, match="two households"), transaction.atomic():
            row.save(force_insert=True)


def test_a_draft_that_waits_keeps_the_case_open(cast: Cast) -> None:
    cases = homes(cast)
    draft(cast, cases[0], cases[2])
    shown = signed_in(cast.caseworker).get(reverse("closing_new", args=[cases[0].pk])).content.decode()
    assert "世帯の統合" in shown
