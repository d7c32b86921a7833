"""Raw SQL of the application's login against requests for a place: who reads what, and who takes which step."""

from datetime import timedelta
from itertools import product
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.db import Error, connection
from django.utils import timezone

from agencies.staff.acting import acting_as
from agencies.staff.models import Position
from cases.records.models import Case
from referrals.places import actions
from referrals.places.codes import BY_CENTER, BY_INSTITUTION, Decline, PlaceState, Term
from referrals.places.models import PlaceAsk, PlaceLink, PlaceSearch, PlaceWord
from security.encryption.fields import reveal
from security.encryption.keyring import KeyNotVisible, Scope, current
from tests.at_once import MANY, all_at_once
from tests.cast import Cast, a_case, as_owner
from tests.raw import known_row
from tests.unit.referrals.places.steps import ask_of, asked, asked_back, chosen, declined, offered, opened

S = PlaceState
TABLES = (PlaceSearch, PlaceLink, PlaceAsk, PlaceWord)
OUTSIDERS = ("stranger", "colleague", "school", "police", "clinician", "rights", "privacy", "admin")


@pytest.fixture
def case(cast: Cast) -> Case:
    return a_case(cast)


def sql(by: Position, statement: str, *values: Any) -> int:
    with acting_as(by), connection.cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.rowcount)


def refused(by: Position, rule: str, statement: str, *values: Any) -> None:
    """Refused under this constraint, or by a policy where ``rule`` is empty."""
    with pytest.raises(Error) as told:
        sql(by, statement, *values)
    cause = told.value.__cause__
    assert isinstance(cause, psycopg.Error)
    if rule:
        assert cause.diag.constraint_name == rule, cause
    else:
        assert cause.sqlstate == "42501", cause


def test_outsiders_read_no_row_and_hold_no_key(cast: Cast, case: Case) -> None:
    link, _other = asked(cast, case)
    asked_back(cast, link)
    for name in OUTSIDERS:
        with acting_as(cast.positions[name]):
            for model in TABLES:
                assert not model.objects.exists(), (name, model)
            with pytest.raises(KeyNotVisible):
                current().key(Scope("placeask", link.ask_id))
        assert sql(cast.positions[name], "UPDATE referrals_placeask SET state = 'withdrawn'") == 0


def test_an_institution_reads_its_own_request_and_nothing_of_case_child_or_others(
    cast: Cast, case: Case
) -> None:
    link, other = asked(cast, case)
    (third,) = asked(cast, a_case(cast), of=("home2",))
    declined(cast, other)
    with acting_as(cast.institution):
        assert [row.pk for row in PlaceAsk.objects.all()] == [link.ask_id]
        assert reveal(PlaceAsk.objects.get(), "not_near") == "架空市"
        for model in (PlaceSearch, PlaceLink, Case, type(case.child)):
            assert not model.objects.exists(), model
        for ask in (other.ask_id, third.ask_id):
            with pytest.raises(KeyNotVisible):
                current().key(Scope("placeask", ask))
        for scope in (Scope("case", case.pk), case.child.key_scope()):
            with pytest.raises(KeyNotVisible):
                current().key(scope)
        with connection.cursor() as cursor:
            cursor.execute("SELECT wall.side_of_ask(%s), wall.side_of_ask(%s)", [link.ask_id, other.ask_id])
            assert cursor.fetchone() == ("institution", "")


def test_no_row_of_the_institution_holds_an_id_of_the_case_or_of_another_request(
    cast: Cast, case: Case
) -> None:
    """Neither the request, its key, its words, nor the notices of it."""
    link, other = asked(cast, case)
    asked_back(cast, link)
    with acting_as(cast.caseworker):
        actions.answer(link, "朝と夜です", by=cast.caseworker)
    forbidden = {
        str(one) for one in (case.pk, case.child_id, link.search_id, link.pk, other.ask_id, other.pk)
    }
    forbidden |= {case.number, str(cast.caseworker.pk), str(cast.caseworker.staff_id)}
    seen = ""
    with acting_as(cast.institution), connection.cursor() as cursor:
        for table in ("referrals_placeask", "referrals_placeword", "agencies_notice", "keys.data_key"):
            cursor.execute(f"SELECT coalesce(json_agg(to_jsonb(t))::text, '') FROM {table} t")
            seen += cursor.fetchone()[0]
    assert str(link.ask_id) in seen
    assert not [one for one in forbidden if one in seen]


def test_requests_to_two_institutions_have_nothing_in_common_but_the_hour(cast: Cast, case: Case) -> None:
    link, other = asked(cast, case)
    rows = [known_row("referrals_placeask", one.ask_id) for one in (link, other)]
    sealed = ("age_group", "wanted", "care_needs", "how_soon", "wanted_from", "not_near")
    assert all(rows[0][name] != rows[1][name] for name in (*sealed, "id", "institution_id"))


PLACES = {
    S.SENT: lambda cast, link: None,
    S.SEEN: opened,
    S.ASKED_BACK: asked_back,
    S.OFFERED: offered,
    S.DECLINED: declined,
    S.CHOSEN: chosen,
}


@pytest.mark.parametrize("before", PLACES)
def test_each_side_takes_its_own_steps_alone_by_sql_too(cast: Cast, case: Case, before: PlaceState) -> None:
    (link,) = asked(cast, case, of=("home",))
    PLACES[before](cast, link)
    row = ask_of(cast, link, "caseworker")
    decline = "(SELECT age_group FROM referrals_placeask WHERE id = %s)"
    for side, steps in (("caseworker", BY_CENTER), ("institution", BY_INSTITUTION)):
        for after in PlaceState:
            if after in steps.get(before, ()):
                continue
            statement = "UPDATE referrals_placeask SET state = %s, offer_until = %s WHERE id = %s"
            values: list[Any] = [after.value, timezone.now() + timedelta(hours=1), link.ask_id]
            if after is S.DECLINED:
                statement = statement.replace(" WHERE", f", decline = {decline} WHERE", 1)
                values.insert(2, link.ask_id)
            refused(cast.positions[side], "place_moves", statement, *values)
    assert ask_of(cast, link, "caseworker").state == row.state


def test_sql_offers_no_time_that_is_over_and_declines_with_a_reason(cast: Cast, case: Case) -> None:
    (link,) = asked(cast, case, of=("home",))
    opened(cast, link)
    here = cast.institution
    for until in (None, timezone.now() - timedelta(hours=1), timezone.now() + timedelta(days=8)):
        refused(
            here, "place_offer", "UPDATE referrals_placeask SET state = 'offered', offer_until = %s", until
        )
    refused(here, "place_decline", "UPDATE referrals_placeask SET state = 'declined'")
    refused(here, "place_words", "UPDATE referrals_placeask SET state = 'asked_back'")
    refused(here, "", "UPDATE referrals_placeask SET answer_by = now() + interval '9 days'")
    refused(here, "", "UPDATE referrals_placeask SET institution_id = center_id")


def test_sql_chooses_one_offer_that_holds(cast: Cast, case: Case) -> None:
    link, other = asked(cast, case)
    offered(cast, link)
    chosen(cast, other)
    lead = cast.caseworker
    choose = "UPDATE referrals_placeask SET state = 'chosen' WHERE id = %s"
    refused(lead, "place_chosen", choose, link.ask_id)
    with acting_as(lead):
        actions.withdraw(other, by=lead)
    with as_owner():
        PlaceAsk.objects.using("owner").filter(pk=link.ask_id).update(
            offer_until=timezone.now() - timedelta(seconds=1)
        )
    refused(lead, "place_chosen", choose, link.ask_id)
    refused(cast.institution, "place_moves", choose, link.ask_id)


def test_the_database_says_who_wrote_a_question(cast: Cast, case: Case) -> None:
    (link,) = asked(cast, case, of=("home",))
    opened(cast, link)
    write = (
        "INSERT INTO referrals_placeword (id, ask_id, from_center, written_at, text)"
        " SELECT %s, id, true, now() - interval '9 days', age_group FROM referrals_placeask WHERE id = %s"
    )
    refused(cast.caseworker, "place_word", write, uuid4(), link.ask_id)
    sql(cast.institution, write, uuid4(), link.ask_id)
    with acting_as(cast.institution):
        row = PlaceWord.objects.get()
        assert not row.from_center
        assert row.written_at > timezone.now() - timedelta(hours=1)
    assert sql(cast.institution2, write, uuid4(), link.ask_id) == 0
    blind = "INSERT INTO referrals_placeword (id, ask_id, from_center, written_at, text) VALUES (%s, %s, true, now(), 'x')"
    refused(cast.institution2, "", blind, uuid4(), link.ask_id)
    refused(cast.institution2, "", blind, uuid4(), uuid4())


def test_nobody_puts_a_request_without_a_case_of_theirs(cast: Cast, case: Case) -> None:
    link, _other = asked(cast, case)
    ask = (
        "INSERT INTO referrals_placeask (id, center_id, institution_id, sent_at, answer_by, state, age_group, wanted, care_needs,"
        " how_soon, wanted_from) VALUES (%s, %s, %s, now(), now(), 'sent', 'x', 'x', 'x', 'x', 'x')"
    )
    home = cast.offices["home"].pk
    for name in ("caseworker", "stranger", "institution"):
        who = cast.positions[name]
        refused(who, "", ask, uuid4(), who.office_id, home)
    for name in ("stranger", "institution", "colleague"):
        refused(
            cast.positions[name],
            "",
            "INSERT INTO referrals_placelink (id, case_id, search_id, ask_id) VALUES (%s, %s, %s, %s)",
            uuid4(),
            case.pk,
            link.search_id,
            uuid4(),
        )
    own = a_case(cast, lead="stranger")
    refused(
        cast.stranger,
        "link_of_search",
        "INSERT INTO referrals_placelink (id, case_id, search_id, ask_id) VALUES (%s, %s, %s, %s)",
        uuid4(),
        own.pk,
        link.search_id,
        uuid4(),
    )


def test_of_many_who_choose_at_once_one_does(cast: Cast, case: Case) -> None:
    links = asked(cast, case)
    for link in links:
        offered(cast, link)
    turns = iter(list(links) * (MANY // 2))

    def choose() -> None:
        link = next(turns)
        with acting_as(cast.caseworker):
            actions.choose(link, by=cast.caseworker)

    answers = all_at_once(choose)
    assert answers.count("") == 1, answers
    assert set(answers) <= {"", "one_chosen", "state"}


@pytest.mark.parametrize(("first", "second"), list(product(("offer", "decline"), repeat=2)))
def test_of_many_at_the_institution_who_answer_at_once_none_is_lost_in_silence(
    cast: Cast, case: Case, first: str, second: str
) -> None:

    (link,) = asked(cast, case, of=("home",))
    opened(cast, link)
    turns = iter([first, second] * (MANY // 2))

    def answer() -> None:
        turn = next(turns)
        with acting_as(cast.institution):
            if turn == "offer":
                actions.offer(link.ask, Term.DAY, by=cast.institution)
            else:
                actions.decline(link.ask, Decline.NO_BED, by=cast.institution)

    answers = all_at_once(answer)
    assert set(answers) <= {"", "state"}
    state = PlaceState(ask_of(cast, link).state)
    declines = {first, second} == {"decline"}
    assert state is (S.OFFERED if {first, second} == {"offer"} else S.DECLINED)
    if declines:
        assert answers.count("") == 1


def test_choosing_and_declining_at_once_leaves_one_truth(cast: Cast, case: Case) -> None:

    (link,) = asked(cast, case, of=("home",))
    offered(cast, link)
    turns = iter(["choose", "decline"] * (MANY // 2))

    def act() -> None:
        if next(turns) == "choose":
            with acting_as(cast.caseworker):
                actions.choose(link, by=cast.caseworker)
        else:
            with acting_as(cast.institution):
                actions.decline(link.ask, Decline.STAFFING, by=cast.institution)

    answers = all_at_once(act)
    assert set(answers) <= {"", "state"}
    assert ask_of(cast, link, "caseworker").state == S.DECLINED
