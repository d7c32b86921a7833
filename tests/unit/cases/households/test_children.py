"""One call about three children: three cases, or none; and what each of them says of the others."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from agencies.staff.acting import acting_as
from agencies.staff.rules import Refused
from cases.clocks.models import Clock
from cases.households import actions
from cases.households.models import Household, HouseholdMember
from cases.households.queries import home_of
from cases.intake.codes import Outcome
from cases.intake.models import Notification, Notifier, SafetyCheck
from cases.records import actions as records
from cases.records.codes import HouseholdRelation, Level, Relation
from cases.records.models import Case, Person
from security.encryption.fields import reveal, value_of
from security.encryption.models import DataKey
from security.search.models import SearchToken
from tests.cast import CHILD, FACTS, Cast, as_owner
from tests.client import signed_in
from tests.conftest import superuser
from tests.unit.cases.intake.test_actions import received
from tests.unit.cases.intake.test_pages import call_data

SISTER, BROTHER = ("美羽", "ミウ", date(2018, 2, 3)), ("蓮", "レン", date(2020, 9, 9))
MOST = 25
"""Statements of a page of a case (tests/sweeps/test_statements.py)."""
PATH = "/intake/call/children/"


def further(given: str, kana: str, born: date, **more: Any) -> actions.Further:
    child = replace(CHILD, given_name=given, given_kana=kana, birth_date=born, school="")
    return actions.Further(child, HouseholdRelation.YOUNGER_SISTER, **more)


def attempt(**more: Any) -> actions.Attempt:
    texts = {"place": "自宅", "seen_by": "職員2名", "condition": "落ち着いている（架空）"}
    return actions.Attempt(Outcome.SEEN, more.pop("seen_at", timezone.now()), texts)


def registered(
    cast: Cast, *rows: actions.Further, by: str = "caseworker", made: list[Notification] | None = None
) -> list[Case]:
    who = cast.positions[by]
    call = actions.Call(FACTS, received(), in_charge=cast.caseworker, custodian={"name": "髙橋一郎"})
    with acting_as(who):
        found = actions.register_children(CHILD, rows, call, by=who, made=[] if made is None else made)
        return [one.case for one in found]


def three(cast: Cast, **more: Any) -> list[Case]:
    return registered(cast, further(*SISTER), further(*BROTHER), **more)


def written() -> list[int]:
    kinds = (
        Case,
        Clock,
        Notification,
        Notifier,
        DataKey,
        Household,
        HouseholdMember,
        SearchToken,
        SafetyCheck,
    )
    with as_owner():
        return [kind.objects.using("owner").count() for kind in kinds]


def test_one_save_three_cases(cast: Cast) -> None:
    """Each with a number, keys, a receipt, a notifier, a custodian and a limit of its own, of one moment (児童虐待防止法8条)."""
    cases = three(cast, by="duty")
    with acting_as(cast.caseworker):
        assert len({case.number for case in cases}) == 3
        limits = list(Clock.objects.running().filter(case__in=cases))
        assert len({limit.case_id for limit in limits}) == 3
        assert len({(limit.started_at, limit.due_at) for limit in limits}) == 1
        assert Notifier.objects.filter(case__in=cases).count() == 3
        assert Person.objects.filter(case__in=cases).count() == 3
        assert DataKey.objects.filter(owner_id__in=[case.pk for case in cases]).count() == 3
        members = HouseholdMember.objects.filter(case__in=cases)
        assert len({member.household_id for member in members}) == 1
        relations = {member.case_id: value_of(member.relation) for member in members}
        assert relations[cases[0].pk] is None
        assert relations[cases[1].pk] is HouseholdRelation.YOUNGER_SISTER


def test_words_stay_with_the_child_who_said_them(cast: Cast) -> None:
    first, *others = three(cast)
    with acting_as(cast.caseworker):
        told = Notification.objects.get(case=first)
        assert reveal(told, "words")
        for case in others:
            row = Notification.objects.get(case=case)
            assert not any(
                reveal(row, name) for name in ("words", "question", "asked_by", "observed", "injuries")
            )
            text = str(reveal(row, "situation"))
            assert text.startswith(str(reveal(told, "situation")))
            assert "話した本人の記録にあります" in text
            assert first.number not in text
            assert not value_of(row.grounds)
            assert case.urgency == first.urgency


def test_a_child_who_was_seen_meets_its_own_limit(cast: Cast) -> None:
    cases = registered(cast, further(*SISTER, attempt=attempt()), further(*BROTHER))
    with acting_as(cast.caseworker):
        running = set(Clock.objects.running().filter(case__in=cases).values_list("case", flat=True))
        assert running == {cases[0].pk, cases[2].pk}
        assert SafetyCheck.objects.get().case_id == cases[1].pk


@pytest.mark.parametrize("at", [1, 2])
def test_a_refused_row_leaves_nothing(cast: Cast, at: int) -> None:
    """The moment of sight lies in the future: neither a case nor a key nor a used number is left."""
    before, made = written(), list[Notification]()
    wrong = attempt(seen_at=timezone.now() + timedelta(hours=1))
    rows = [further(*SISTER), further(*BROTHER)]
    rows[at - 1] = replace(rows[at - 1], attempt=wrong)
    with pytest.raises(Refused, match="future"):
        registered(cast, *rows, made=made)
    assert len(made) == at
    assert written() == before
    assert registered(cast)[0].number.endswith("-0001")


def refuse_the_third(table: str) -> None:
    """The database refuses the third row of a table from now on, as it would a number that is taken."""
    with superuser(connection.settings_dict["NAME"]) as cursor:
        cursor.execute("CREATE SEQUENCE public.rows_so_far")
        cursor.execute(
            """
            CREATE FUNCTION public.no_third() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
            BEGIN
              IF nextval('public.rows_so_far') >= 3 THEN RAISE EXCEPTION 'taken' USING ERRCODE = '23505'; END IF;
              RETURN NEW;
            END $$
            """
        )
        cursor.execute(
            f"CREATE TRIGGER no_third BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION public.no_third()"
        )


@pytest.mark.parametrize("table", ["cases_case", "cases_notification", "cases_householdmember"])
def test_what_the_database_refuses_of_the_third_child_leaves_nothing(cast: Cast, table: str) -> None:
    before = written()
    refuse_the_third(table)
    with pytest.raises(IntegrityError):
        three(cast)
    assert written() == before


def row_data(number: int, child: tuple[str, str, date], **more: str) -> dict[str, str]:
    given, kana, born = child
    typed = {
        "given_name": given,
        "given_kana": kana,
        "birth_date": born.isoformat(),
        "sex": "female",
        "seen": "not_yet",
    }
    return {f"child{number}_{name}": value for name, value in (typed | more).items()}


def test_on_the_page(cast: Cast) -> None:
    client = signed_in(cast.caseworker)
    assert PATH in client.get("/intake/call/").content.decode()
    page = client.get(PATH)
    assert page.status_code == 200
    data = call_data(cast, **row_data(2, SISTER), **row_data(3, BROTHER, relation="ototo"))
    answer = client.post(PATH, data)
    with acting_as(cast.caseworker):
        cases = list(Case.objects.order_by("number"))
        assert len(cases) == 3
        assert [reveal(case.child, "family_kana") for case in cases] == ["タカハシ"] * 3
    assert answer["Location"] == f"/cases/{cases[0].pk}/#household"
    text = client.get(f"/cases/{cases[0].pk}/").content.decode()
    for case in cases[1:]:
        assert case.number in text
    assert "美羽" in text
    assert text.count("目視未確認") >= 3


def test_rows_that_stay_empty_open_one_case(cast: Cast) -> None:
    assert signed_in(cast.caseworker).post(PATH, call_data(cast)).status_code == 302
    with acting_as(cast.caseworker):
        assert Case.objects.count() == 1
        assert not Household.objects.exists()


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"given_name": ""}, "given_name"),
        ({"given_kana": "漢字"}, "given_kana"),
        ({"birth_date": ""}, "birth_date"),
        ({"birth_date": "1990-01-01"}, "birth_date"),
        ({"sex": ""}, "sex"),
        ({"seen": ""}, "seen"),
        ({"seen": "seen"}, "seen_at"),
        ({"seen": "tried"}, "place"),
        ({"given_name": "𠮷乃", "given_kana": "ヨシノ", "birth_date": "2013-05-01"}, "given_name"),
    ],
)
def test_what_is_wrong_with_the_third_child_stands_beside_it(
    cast: Cast, more: dict[str, str], field: str
) -> None:
    before = written()
    sent = call_data(cast, **row_data(2, SISTER), **row_data(3, BROTHER, **more))
    page = signed_in(cast.caseworker).post(PATH, sent)
    assert page.status_code == 200
    assert page.context["form"][f"child3_{field}"].errors
    assert "養護教諭からの電話" in page.content.decode()
    assert "美羽" in page.content.decode()
    assert written() == before


def test_what_is_refused_of_the_third_child_stands_beside_it(cast: Cast) -> None:
    """The child was seen before the call came: the limit had not begun."""
    before, early = written(), (timezone.localtime() - timedelta(days=30)).strftime("%Y-%m-%dT%H:%M:%S")
    sight = {
        "seen": "seen",
        "seen_at": early,
        "seen_by": "職員",
        "place": "自宅",
        "condition": "元気（架空）",
    }
    sent = call_data(cast, **row_data(2, SISTER), **row_data(3, BROTHER, **sight))
    page = signed_in(cast.caseworker).post(PATH, sent)
    assert page.status_code == 200
    assert page.context["form"]["child3_given_name"].errors
    assert "元気（架空）" in page.content.decode()
    assert written() == before


def test_a_sibling_who_has_a_case_is_asked_about_in_its_row(cast: Cast) -> None:
    (known,) = registered(cast)[:1]
    data = call_data(cast, given_name="葵", given_kana="アオイ", birth_date="2011-01-02")
    sent = data | row_data(2, SISTER) | row_data(3, ("𠮷乃", "ヨシノ", date(2013, 5, 1)))
    client, before = signed_in(cast.caseworker), written()
    page = client.post(PATH, sent)
    assert known.number in page.content.decode()
    assert page.context["form"]["child3_another"].errors
    assert "child2_another" not in page.context["form"].fields
    assert written() == before
    assert client.post(PATH, sent | {"child3_another": "on"}).status_code == 302


def bar(case: Case, cast: Cast, name: str) -> None:
    with acting_as(cast.supervisor):
        records.block_person(case, cast.positions[name].staff, by=cast.supervisor)


def test_a_barred_sibling_is_a_number_and_nothing_else(cast: Cast) -> None:
    """Neither its name nor its case's number, to the page as to raw SQL; the limit of it is not told either."""
    first, sister, brother = three(cast)
    with acting_as(cast.caseworker):
        records.add_to_team(
            first,
            cast.colleague,
            relation=Relation.MEMBER,
            level=Level.EDIT,
            by=cast.caseworker,
        )
        records.add_to_team(
            sister,
            cast.colleague,
            relation=Relation.MEMBER,
            level=Level.EDIT,
            by=cast.caseworker,
        )
    bar(brother, cast, "colleague")
    text = signed_in(cast.colleague).get(f"/cases/{first.pk}/").content.decode()
    assert sister.number in text
    assert brother.number not in text
    assert str(brother.pk) not in text
    assert "レン" not in text
    assert "ほかに1件あり" in text
    assert "目視未確認のきょうだい 1人" in text
    with acting_as(cast.colleague), connection.cursor() as cursor:
        assert home_of(first).others == 1
        cursor.execute("SELECT case_id FROM cases_householdmember")
        assert {row[0] for row in cursor.fetchall()} == {first.pk, sister.pk}
        cursor.execute("SELECT wall.others_in_household(%s)", [brother.pk])
        assert cursor.fetchone() == (0,)
    with acting_as(cast.stranger), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM cases_household")
        assert cursor.fetchone() == (0,)
        cursor.execute("SELECT wall.others_in_household(%s)", [first.pk])
        assert cursor.fetchone() == (0,)


@pytest.mark.parametrize(
    "change", ["left_at = now()", "household_id = gen_random_uuid()", "relation = NULL", "joined_at = now()"]
)
def test_raw_sql_changes_no_membership(cast: Cast, change: str) -> None:
    three(cast)
    with acting_as(cast.caseworker), pytest.raises(DatabaseError), transaction.atomic():
        connection.cursor().execute(f"UPDATE cases_householdmember SET {change}")


def test_raw_sql_joins_no_foreign_household(cast: Cast) -> None:
    """One's own case does not join a household of which one knows the id: its number of cases would be told."""
    cases = three(cast)
    with acting_as(cast.caseworker):
        household = HouseholdMember.objects.get(case=cases[0]).household_id
    for name in ("other_section", "stranger"):
        who = cast.positions[name]
        with acting_as(who):
            own = records.open_case(CHILD, FACTS, in_charge=who, by=who)
            row = HouseholdMember(household_id=household, case=own, joined_at=timezone.now(), joined_by=who)
            with pytest.raises(IntegrityError, match="of one's own"), transaction.atomic():
                row.save(force_insert=True)


def test_the_card_asks_as_much_for_two_children_as_for_six(cast: Cast) -> None:
    client, counts = signed_in(cast.caseworker), []
    for count in (1, 5):
        rows = [further(f"子{n}", f"コ{'アイウエオ'[n]}", date(2015 + n, 1, 2)) for n in range(count)]
        path = f"/cases/{registered(cast, *rows)[0].pk}/"
        client.get(path)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(path).status_code == 200
        counts.append(len([one for one in asked if one["sql"] not in ("BEGIN", "COMMIT")]))
    assert counts[0] == counts[1] <= MOST
