"""Broken glass: what is shown before it, the reason, the four hours, the review by another."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, connection, connections, transaction
from django.db.models import F
from django.test import Client
from django.urls import reverse

from agencies.directory.models import Office
from agencies.notices.models import Notice
from agencies.staff.acting import acting_as
from agencies.staff.rules import Refused
from cases.records.actions import break_glass, review_glass
from cases.records.codes import Finding
from cases.records.models import Block, Case, Grant
from cases.records.panel import glass_card
from cases.records.queries import glasses_to_review
from security.audit.models import CaseTrace
from security.encryption.fields import reveal, sealed_text
from tests.cast import Cast, a_case, as_owner
from tests.client import signed_in

REASON = "夜間に保護者が来所し、本児の所在を尋ねたため"


def _search(client: Client, number: str) -> str:
    return client.post(reverse("find"), {"typed": number}).content.decode()


def _break(cast: Cast, who: str, case: Case) -> Grant:
    with acting_as(cast.positions[who]):
        return break_glass(case.pk, REASON, by=cast.positions[who])


@pytest.mark.parametrize("who", ["duty", "other_section", "supervisor2"])
def test_outside_the_team_only_that_it_exists_is_shown(cast: Cast, who: str) -> None:
    case = a_case(cast)
    page = _search(signed_in(cast.positions[who]), case.number)
    for shown in (case.number, "職員 caseworker", "03-0000-0000", reverse("case_glass", args=[case.pk])):
        assert shown in page
    assert "髙橋" not in page
    with as_owner():
        trace = CaseTrace.objects.using("owner").get(verb="CASE_SEARCH")
    assert (trace.case_ids, trace.relation, trace.panels) == ([case.pk], "none", ["behind_glass"])


def test_by_kana_and_birth_date_too(cast: Cast) -> None:
    case = a_case(cast)
    terms = {"by": "child", "kana": "たかはしよしの", "birth_date": "2013-05-01"}
    assert case.number in signed_in(cast.duty).post(reverse("find"), terms).content.decode()
    terms["birth_date"] = "2013-05-02"
    assert case.number not in signed_in(cast.duty).post(reverse("find"), terms).content.decode()


@pytest.mark.parametrize("who", ["stranger", "stranger_director"])
def test_another_office_does_not_learn_that_it_exists(cast: Cast, who: str) -> None:
    case = a_case(cast)
    client = signed_in(cast.positions[who])
    assert reverse("case_glass", args=[case.pk]) not in _search(client, case.number)
    for address in (case.pk, uuid4()):
        assert client.get(reverse("case_glass", args=[address])).status_code == 404
        assert client.post(reverse("case_glass", args=[address]), {"reason": REASON}).status_code == 404


@pytest.mark.parametrize("reason", ["", "急ぎ", "　　　　　　　　　　　", "a b c d e f g"])
def test_no_glass_without_a_reason(cast: Cast, reason: str) -> None:
    case = a_case(cast)
    response = signed_in(cast.duty).post(reverse("case_glass", args=[case.pk]), {"reason": reason})
    assert response.status_code == 200
    assert b"field__error" in response.content
    with as_owner():
        assert not Grant.objects.using("owner").filter(relation="glass").exists()


def test_breaking_opens_the_case_for_four_hours_and_tells(cast: Cast) -> None:
    case = a_case(cast)
    client = signed_in(cast.duty)
    asked = client.get(reverse("case_glass", args=[case.pk]))
    assert asked.status_code == 200
    assert "髙橋" not in asked.content.decode()
    response = client.post(reverse("case_glass", args=[case.pk]), {"reason": REASON})
    assert (response.status_code, response["Location"]) == (
        302,
        reverse("case", args=[case.pk], fragment="glass"),
    )
    with as_owner():
        grant = Grant.objects.using("owner").get(relation="glass")
        told = set(
            Notice.objects.using("owner").filter(kind="glass_broken").values_list("position_id", flat=True)
        )
    assert grant.ends_at is not None
    assert grant.ends_at - grant.starts_at == timedelta(hours=4)
    assert told == {
        cast.caseworker.pk,
        cast.supervisor.pk,
        cast.director.pk,
        cast.positions["two_positions/director"].pk,
    }
    with acting_as(cast.duty):
        assert glass_card(Case.objects.get(pk=case.pk), cast.duty) is not None
    again = client.get(reverse("case_glass", args=[case.pk]))
    assert (again.status_code, again["Location"]) == (302, reverse("case", args=[case.pk], fragment="glass"))


def test_the_team_sees_no_banner(cast: Cast) -> None:
    case = a_case(cast)
    with acting_as(cast.caseworker):
        assert glass_card(Case.objects.get(pk=case.pk), cast.caseworker) is None


def test_after_four_hours_it_is_closed(cast: Cast) -> None:
    case = a_case(cast)
    grant = _break(cast, "duty", case)
    client = signed_in(cast.duty)
    assert client.get(reverse("progress_list", args=[case.pk])).status_code == 200
    with as_owner():
        earlier = {name: F(name) - timedelta(hours=4, seconds=1) for name in ("starts_at", "ends_at")}
        Grant.objects.using("owner").filter(pk=grant.pk).update(**earlier)
    assert client.get(reverse("progress_list", args=[case.pk])).status_code == 404


def test_a_blocked_person_breaks_no_glass(cast: Cast) -> None:
    case = a_case(cast)
    with as_owner():
        Block.objects.using("owner").create(
            case_id=case.pk,
            staff_id=cast.duty.staff_id,
            blocked_by_id=cast.supervisor.pk,
            created_at=case.opened_at,
        )
    client = signed_in(cast.duty)
    assert reverse("case_glass", args=[case.pk]) not in _search(client, case.number)
    assert client.post(reverse("case_glass", args=[case.pk]), {"reason": REASON}).status_code == 404


BREAK, EXPLAIN = "SELECT wall.break_glass(%s, %s)", "SELECT wall.explain_glass(%s, %s)"


def _raw_glass(case_id: UUID, why: str | None) -> None:
    with connection.cursor() as cursor:
        grant_id = uuid4()
        cursor.execute(BREAK, [grant_id, case_id])
        if why is not None:
            cursor.execute(EXPLAIN, [grant_id, why])


def _sealed_under(cast: Cast, case: Case, text: str = REASON) -> str:
    """A sealed text of that case, as its worker writes it."""
    with acting_as(cast.caseworker):
        found = Case.objects.get(pk=case.pk)
        found.outline = text
        return sealed_text(found.outline) or ""


def test_raw_sql_breaks_no_glass_without_a_sealed_reason(cast: Cast) -> None:
    case, other = a_case(cast), a_case(cast)
    right = _sealed_under(cast, case)
    wrong = (
        None,
        "",
        "x",
        "電話で確認",
        right[:-8],
        right[:40],
        f"B{right[1:]}",
        "A" * 104,
        _sealed_under(cast, other),
    )
    for why in wrong:
        with pytest.raises(IntegrityError, match="glass is broken with a reason"), acting_as(cast.duty):
            _raw_glass(case.pk, why)
    with as_owner():
        assert not Grant.objects.using("owner").filter(relation="glass").exists()
        assert not Notice.objects.using("owner").filter(kind="glass_broken").exists()


def test_raw_sql_tells_lead_and_line_by_itself(cast: Cast) -> None:
    case = a_case(cast)
    sealed = _sealed_under(cast, case)
    with acting_as(cast.duty):
        _raw_glass(case.pk, sealed)
    for name, told in (("caseworker", 1), ("supervisor", 1), ("director", 1), ("duty", 0), ("colleague", 0)):
        with acting_as(cast.positions[name]):
            notices = Notice.objects.filter(kind="glass_broken", path=f"/cases/{case.pk}/")
            assert [notice.reference for notice in notices] == [case.number] * told, name


def test_nothing_is_read_through_a_glass_that_can_be_rolled_back(cast: Cast) -> None:
    """In the transaction that breaks it nothing opens; after its commit the notices stand."""
    case = a_case(cast)
    sealed = _sealed_under(cast, case)
    with acting_as(cast.duty):
        for savepoint in (False, True):
            with transaction.atomic():
                _raw_glass(case.pk, sealed)
                with connection.cursor() as cursor:
                    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                    for question in ("cases_case", "cases_child", "cases_person", "keys.data_key"):
                        cursor.execute(f"SELECT count(*) FROM {question}")
                        assert cursor.fetchone() == (0,), (question, savepoint)
                    cursor.execute("SELECT wall.my_case_ids('view')")
                    assert cursor.fetchone() == ([],)
                transaction.set_rollback(True)
        _raw_glass(case.pk, sealed)
    with acting_as(cast.duty):
        assert Case.objects.filter(pk=case.pk).exists()


def _limits(cast: Cast, number: int, on_duty: int) -> None:
    with as_owner():
        Office.objects.using("owner").update(glass_a_day=number, glass_a_day_duty=on_duty)


@pytest.mark.parametrize(("who", "most"), [("other_section", 1), ("duty", 2)])
def test_one_glass_too_many_is_refused_said_and_recorded(cast: Cast, who: str, most: int) -> None:
    _limits(cast, 1, 2)
    cases = [a_case(cast) for _number in range(most + 1)]
    client = signed_in(cast.positions[who])
    for case in cases[:most]:
        assert client.post(reverse("case_glass", args=[case.pk]), {"reason": REASON}).status_code == 302
    refused, address = cases[most], reverse("case_glass", args=[cases[most].pk])
    for answer in (client.get(address), client.post(address, {"reason": REASON})):
        assert (answer.status_code, b"<textarea" in answer.content) == (200, False)
        assert answer.context["why_not"]
    with as_owner():
        denied = CaseTrace.objects.using("owner").get(case_ids=[refused.pk], decision="denied")
        assert denied.actor_id == cast.positions[who].staff_id
        # A day later there is one again.
        broken = Grant.objects.using("owner").filter(relation="glass")
        broken.update(created_at=F("created_at") - timedelta(hours=24, seconds=1))
    assert client.post(address, {"reason": REASON}).status_code == 302


def test_raw_sql_breaks_no_more_glasses_than_the_page(cast: Cast) -> None:
    """One by one, in one statement, in two positions of one person, and on two connections at once."""
    _limits(cast, 2, 2)
    cases = [a_case(cast) for _number in range(4)]
    sealed = {case.pk: _sealed_under(cast, case) for case in cases}
    with pytest.raises(IntegrityError, match="too often within a day"), acting_as(cast.other_section):
        list(map(_raw_glass, sealed.keys(), sealed.values()))
    everything = "SELECT wall.break_glass(gen_random_uuid(), id) FROM unnest(%s::uuid[]) id"
    with (
        pytest.raises(IntegrityError, match="too often within a day"),
        acting_as(cast.other_section),
        connection.cursor() as cursor,
    ):
        cursor.execute(everything, [[case.pk for case in cases]])
    director = cast.positions["two_positions/director"]

    def race(case: Case) -> bool:
        try:
            with acting_as(cast.two_positions):
                _raw_glass(case.pk, sealed[case.pk])
        except IntegrityError:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(race, cases)) == 2
    with pytest.raises(IntegrityError, match="too often within a day"), acting_as(director):
        _raw_glass(cases[0].pk, sealed[cases[0].pk])


def test_the_review_leads_to_what_each_look_showed(cast: Cast) -> None:
    case = a_case(cast)
    duty = signed_in(cast.duty)
    duty.post(reverse("case_glass", args=[case.pk]), {"reason": REASON})
    duty.get(reverse("child_address", args=[case.pk]))
    with acting_as(cast.supervisor):
        grant = Grant.objects.get(relation="glass")
    supervisor = signed_in(cast.supervisor)
    page = supervisor.get(reverse("glass_review", args=[case.pk, grant.pk])).content.decode()
    address = f"{reverse('case_looks', args=[case.pk])}?person={cast.duty.staff_id}"
    assert address in page
    assert "秘匿住所" in supervisor.get(address).content.decode()


def test_review_by_another_shows_the_reason_once(cast: Cast) -> None:
    case = a_case(cast)
    grant = _break(cast, "duty", case)
    with acting_as(cast.supervisor):
        assert [waiting.pk for waiting in glasses_to_review(cast.supervisor)] == [grant.pk]
    client, address = signed_in(cast.supervisor), reverse("glass_review", args=[case.pk, grant.pk])
    assert REASON in client.get(address).content.decode()
    assert client.post(address).status_code == 200  # no finding is preselected
    assert client.post(address, {"finding": "proper"}).status_code == 302
    with acting_as(cast.supervisor):
        assert not glasses_to_review(cast.supervisor).exists()
        reviewed = Grant.objects.get(pk=grant.pk)
        assert (reviewed.reviewed_by_id, reviewed.finding) == (cast.supervisor.pk, "proper")
        assert reveal(reviewed, "reason") == REASON
    assert client.post(address, {"finding": "proper"}).status_code == 200  # refused: reviewed already
    with as_owner():
        assert (
            not Notice.objects.using("owner").filter(kind__in=["glass_to_explain", "glass_improper"]).exists()
        )


@pytest.mark.parametrize("finding", ["to_explain", "improper"])
def test_a_finding_with_a_question_has_a_comment_and_is_told(cast: Cast, finding: str) -> None:
    case = a_case(cast)
    grant = _break(cast, "duty", case)
    client, address = signed_in(cast.supervisor), reverse("glass_review", args=[case.pk, grant.pk])
    page = client.post(address, {"finding": finding, "note": " "})
    assert page.status_code == 200
    assert b"field__error" in page.content
    assert client.post(address, {"finding": finding, "note": "当直の記録にありません"}).status_code == 302
    with as_owner():
        told = set(
            Notice.objects.using("owner")
            .filter(kind__in=["glass_to_explain", "glass_improper"])
            .values_list("kind", "position_id", "reference")
        )
    expected = {("glass_to_explain", cast.duty.pk, case.number)}
    if finding == "improper":
        expected.add(("glass_improper", cast.privacy.pk, case.number))
    assert told == expected
    shown = client.get(address).content.decode()
    assert "当直の記録にありません" in shown
    for who in ("duty", "privacy"):
        assert "当直の記録にありません" not in signed_in(cast.positions[who]).get("/inbox/").content.decode()


def test_a_review_that_lists_not_all_views_says_so(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    case = a_case(cast)
    grant = _break(cast, "duty", case)
    duty = signed_in(cast.duty)
    for page in ("child_address", "case"):
        duty.get(reverse(page, args=[case.pk]))
    monkeypatch.setattr("cases.records.views.glass.LOOKS", 1)
    client, address = signed_in(cast.supervisor), reverse("glass_review", args=[case.pk, grant.pk])
    assert len(client.get(address).context["looks"]) == 1
    assert "最初の1件" in client.get(address).content.decode()
    monkeypatch.setattr("cases.records.views.glass.LOOKS", 100)
    assert "最初の" not in client.get(address).content.decode()


def test_the_review_shows_what_was_seen(cast: Cast) -> None:
    case = a_case(cast)
    grant = _break(cast, "duty", case)
    signed_in(cast.duty).get(reverse("child_address", args=[case.pk]))
    page = signed_in(cast.supervisor).get(reverse("glass_review", args=[case.pk, grant.pk]))
    assert "秘匿住所" in page.content.decode()


REVIEW = "SELECT wall.review_glass(%s, %s, %s)"


@pytest.mark.parametrize("finding", [None, "", "fine", "to_explain", "improper"])
def test_no_finding_without_its_comment_by_raw_sql(cast: Cast, finding: str | None) -> None:
    grant = _break(cast, "duty", a_case(cast))
    for note in (None, "in clear", _sealed_under(cast, a_case(cast))):
        with (
            acting_as(cast.supervisor),
            pytest.raises(IntegrityError, match="a review has a finding"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(REVIEW, [grant.pk, finding, note])


@pytest.mark.parametrize(
    "who", ["caseworker", "colleague", "supervisor2", "duty", "stranger_director", "privacy"]
)
def test_who_does_not_review(cast: Cast, who: str) -> None:
    case = a_case(cast)
    grant = _break(cast, "duty", case)
    client = signed_in(cast.positions[who])
    assert client.get(reverse("glass_review", args=[case.pk, grant.pk])).status_code == 404
    assert client.post(reverse("glass_review", args=[case.pk, grant.pk])).status_code == 404


def test_an_own_glass_cannot_be_reviewed_in_another_position(cast: Cast) -> None:
    case = a_case(cast)
    grant = _break(cast, "two_positions", case)
    director = cast.positions["two_positions/director"]
    assert signed_in(director).get(reverse("glass_review", args=[case.pk, grant.pk])).status_code == 404
    with acting_as(director):
        assert not glasses_to_review(director).exists()
        waiting = Grant.objects.select_related("content_object").get(pk=grant.pk)
        with pytest.raises(Refused):
            review_glass(waiting, Finding.PROPER, by=director)
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(REVIEW, [grant.pk, "proper", None])


def test_the_one_in_charge_reviews_not_even_by_raw_sql(cast: Cast) -> None:
    grant = _break(cast, "duty", a_case(cast))
    with (
        acting_as(cast.caseworker),
        pytest.raises(IntegrityError),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(REVIEW, [grant.pk, "proper", None])
