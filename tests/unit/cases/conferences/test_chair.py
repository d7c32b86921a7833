"""The chair signs the minutes before the director decides them; who decides in the chair signs with that."""

import pytest
from django.db import IntegrityError, connection
from django.urls import reverse

from agencies.notices.models import Notice
from agencies.staff.acting import acting_as
from agencies.staff.models import Position
from agencies.staff.rules import Refused
from cases.conferences import actions
from cases.conferences.actions import ACCEPTANCE, ITEM
from cases.conferences.chair import sign_as_chair
from cases.conferences.models import ConferenceItem
from cases.decisions.codes import Verdict
from cases.decisions.queries import queue_of
from cases.records.actions import block_person
from cases.records.codes import Stage
from cases.records.models import Case
from tests import accepting
from tests.between import just_before
from tests.cast import Cast, a_case, as_owner
from tests.client import signed_in, text_of
from tests.unit.cases.conferences.test_conferences import (
    before,
    draft,
    minutes,
    refused_by_sql,
    sign,
    stored,
)


def approve(cast: Cast, row: ConferenceItem, who: str = "director") -> ConferenceItem:
    with acting_as(cast.positions[who]):
        return ITEM.decide(row, Verdict.APPROVE, by=cast.positions[who])


def told(position: Position, kind: str) -> int:
    with acting_as(position):
        return Notice.objects.filter(position=position, kind=kind).count()


def test_the_director_approves_after_the_chair_signed(cast: Cast) -> None:
    case = before(cast)
    row = draft(cast, case)
    assert (told(cast.supervisor, "chair_signs"), told(cast.director, "decision_waiting")) == (1, 0)
    with pytest.raises(Refused, match="chair_first"):
        approve(cast, row)
    with acting_as(cast.director):
        page = ITEM.url(row)
    assert "議長がまだ署名していません" in text_of(signed_in(cast.director).get(page))
    row = sign(cast, row)
    assert (row.chair_signed_by_id, row.chair_signed_at is not None) == (cast.supervisor.pk, True)
    assert told(cast.director, "decision_waiting") == 1
    approve(cast, row)
    assert stored(cast, case).stage == Stage.SUPPORT


def test_what_waits_for_the_chair_can_be_returned(cast: Cast) -> None:
    row = draft(cast, before(cast))
    with acting_as(cast.director):
        ITEM.decide(row, Verdict.RETURN, by=cast.director, note="議論が足りない（架空）")
    with pytest.raises(Refused, match="decided"):
        sign(cast, row)


@pytest.mark.parametrize("verdict", [Verdict.APPROVE, Verdict.RETURN])
def test_what_was_sent_before_the_chair_signed_is_sent_again(cast: Cast, verdict: Verdict) -> None:
    """The director's decision waits for the row while the chair signs: it would bear the earlier of the two moments."""
    row = draft(cast, before(cast))
    note = "" if verdict is Verdict.APPROVE else "議論が足りない（架空）"
    with (
        acting_as(cast.director),
        just_before('SELECT "cases_conferenceitem"', lambda: sign(cast, row)),
        pytest.raises(Refused, match="signed_meanwhile"),
    ):
        ITEM.decide(row, verdict, by=cast.director, note=note)
    with acting_as(cast.director):
        decided = ITEM.decide(row, verdict, by=cast.director, note=note)
        kept = ConferenceItem.objects.get(pk=decided.pk)
    assert kept.decided_at is not None
    assert kept.chair_signed_at is not None
    assert kept.chair_signed_at <= kept.decided_at


def test_the_database_keeps_the_order_of_the_two_signatures(cast: Cast) -> None:
    row = draft(cast, before(cast))
    decide = "UPDATE cases_conferenceitem SET decided_at = now(), approved = true WHERE id = %s"
    with (
        pytest.raises(IntegrityError, match="signed after") as refusal,
        acting_as(cast.director),
        just_before("UPDATE", lambda: sign(cast, row)),
        connection.cursor() as cursor,
    ):
        cursor.execute(decide, [row.pk])
    assert refusal.value.__cause__.diag.constraint_name == "chair_first"  # type: ignore[union-attr]  # psycopg's


def test_a_changed_draft_is_signed_anew(cast: Cast) -> None:
    """Also where the chair reads the earlier one while the secretary changes it."""
    case = before(cast)
    row = sign(cast, draft(cast, case))
    changed = draft(cast, case, minutes(reasons="別の理由（架空）"), earlier=row)
    with pytest.raises(Refused, match="chair_first"):
        approve(cast, changed)
    with acting_as(cast.supervisor), pytest.raises(Refused, match="stale"):
        sign_as_chair(ITEM, changed, version=row.version, by=cast.supervisor)
    approve(cast, sign(cast, changed))


def test_a_decider_comes_to_it_last_until_it_is_signed(cast: Cast) -> None:
    unsigned = draft(cast, before(cast))
    ready = accepting.drafted(cast, a_case(cast), cast.caseworker, cast.caseworker)
    for expected in ([ready.pk, unsigned.pk], [unsigned.pk, ready.pk]):
        with acting_as(cast.director):
            assert [one.row.pk for one in queue_of(cast.director)] == expected
        if expected[0] == ready.pk:
            sign(cast, unsigned)


@pytest.mark.parametrize("who", ["caseworker", "director"])
def test_nobody_signs_for_the_chair(cast: Cast, who: str) -> None:
    row = draft(cast, before(cast))
    with pytest.raises(Refused, match="not_chair"):
        sign(cast, row, who)
    with refused_by_sql(cast.positions[who]) as cursor:
        cursor.execute(
            "UPDATE cases_conferenceitem SET chair_signed_at = now(), chair_signed_by_id = %s WHERE id = %s",
            [cast.supervisor.pk, row.pk],
        )


def test_raw_sql_approves_nothing_unsigned(cast: Cast) -> None:
    row = draft(cast, before(cast))
    decided = "UPDATE cases_conferenceitem SET approved = true, decided_at = now() WHERE id = %s"
    with refused_by_sql(cast.director) as cursor:
        cursor.execute(decided, [row.pk])
    with refused_by_sql(cast.director) as cursor:
        cursor.execute("UPDATE cases_conferenceitem SET chair_signs = false WHERE id = %s", [row.pk])
    sign(cast, row)
    with refused_by_sql(cast.supervisor) as cursor:
        cursor.execute("UPDATE cases_conferenceitem SET chair_signed_at = NULL WHERE id = %s", [row.pk])
    approve(cast, row)


def test_where_the_director_chairs_the_decision_is_the_signature(cast: Cast) -> None:
    case = a_case(cast)
    row = accepting.drafted(cast, case, cast.caseworker, cast.caseworker)
    assert (row.chair_signs, told(cast.director, "decision_waiting")) == (False, 1)
    with acting_as(cast.director):
        ACCEPTANCE.decide(row, Verdict.APPROVE, by=cast.director)


def test_a_chair_who_left_the_case_holds_nothing_up(cast: Cast) -> None:
    """The returned draft is drafted again: it waits for no chair who could not read it."""
    case = before(cast)
    row = draft(cast, case)
    with acting_as(cast.director):
        block_person(Case.objects.get(pk=case.pk), cast.supervisor.staff, by=cast.director)
        row = ITEM.decide(row, Verdict.RETURN, by=cast.director, note="議長が外れたため（架空）")
    again = draft(cast, case, earlier=row)
    assert not again.chair_signs
    approve(cast, again)


def test_an_acceptance_waits_for_its_chair_too(cast: Cast) -> None:
    case = a_case(cast)
    with acting_as(cast.caseworker):
        fresh = Case.objects.select_related("child", "office").get(pk=case.pk)
        said = accepting.accepted(fresh, cast.caseworker, sight=["school"], who_goes="福祉司（架空）")
        met = accepting.met(cast.supervisor)
        row = actions.draft_acceptance(fresh, met, said, by=cast.caseworker)
    with acting_as(cast.director), pytest.raises(Refused, match="chair_first"):
        ACCEPTANCE.decide(row, Verdict.APPROVE, by=cast.director)
    chair, page = signed_in(cast.supervisor), ACCEPTANCE.url(row)
    assert "議長として署名する" in text_of(chair.get(reverse("home")))
    assert "議長として署名する" in text_of(chair.get(page))
    url = reverse("conference_sign", args=[case.pk, row.pk])
    assert chair.post(f"{url}?version=7").status_code == 302
    with acting_as(cast.director), pytest.raises(Refused, match="chair_first"):
        ACCEPTANCE.decide(row, Verdict.APPROVE, by=cast.director)
    assert chair.post(f"{url}?version=1").status_code == 302
    with acting_as(cast.director):
        ACCEPTANCE.decide(row, Verdict.APPROVE, by=cast.director)
    assert stored(cast, case).stage == Stage.ACCEPTED


def test_a_draft_of_before_the_signature_is_decided_without(cast: Cast) -> None:
    """An upgrade leaves drafts that wait: the chair could not know of them."""
    row = draft(cast, before(cast))
    with as_owner():
        ConferenceItem.objects.using("owner").filter(pk=row.pk).update(chair_signs=False)
    with acting_as(cast.supervisor), pytest.raises(Refused, match="not_needed"):
        sign_as_chair(ITEM, row, by=cast.supervisor)
    assert "議長の署名なしで決裁します" in text_of(signed_in(cast.director).get(ITEM.url(row)))
    approve(cast, row)


def test_whoever_works_on_the_case_is_told_of_the_decision(cast: Cast) -> None:
    row = sign(cast, draft(cast, before(cast)))
    approve(cast, row)
    assert told(cast.caseworker, "decision_approved") == 1
    assert told(cast.caseworker, "conference_decided") == 0, "the secretary is told as the drafter"
