"""Custody decided orally: it lasts and can be ended while it waits to be confirmed, and the officer on duty records it."""

from datetime import time, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from agencies.staff.acting import acting_as
from agencies.staff.roles import DELEGATES, Permission, Role
from agencies.staff.rules import Refused
from cases.clocks.models import Clock
from cases.clocks.rules import JAPAN
from cases.consents.codes import Said
from cases.custody import actions, panel
from cases.custody.models import CustodyDecision
from cases.custody.queries import in_custody as children_in_custody
from cases.custody.queries import lasting, reaching_two_months
from cases.custody.rules import what_goes_on
from cases.decisions.codes import State, Verdict
from cases.nights.codes import Matter
from cases.nights.rules import A_DAY, at, working_day
from cases.records.actions import break_glass
from cases.records.codes import StayKind
from cases.records.models import Case
from security.encryption.fields import reveal, value_of
from tests.cast import Cast, a_case
from tests.client import signed_in
from tests.unit.cases.custody.test_actions import ENDS, SIGN, a_draft, decide, end_facts, said, start_facts
from tests.unit.cases.custody.test_consent import answered
from tests.unit.cases.custody.test_pages import moment, path_of, start_data
from tests.unit.desk.home.test_night import a_night, sheet

NOTE = "確認できない"


def an_end(cast: Cast, start: CustodyDecision, **more: Any) -> CustodyDecision:
    with acting_as(cast.caseworker):
        return actions.draft_end(start.case, end_facts(**more), by=cast.caseworker)


def read(cast: Cast, row: CustodyDecision) -> CustodyDecision:
    with acting_as(cast.caseworker):
        return CustodyDecision.objects.select_related("case__office", "case__child").get(pk=row.pk)


def ended_orally(cast: Cast) -> CustodyDecision:
    """Begun by an oral decision, ended within the hour, and still to be confirmed."""
    start = a_draft(cast, **said())
    decide(cast, an_end(cast, start))
    return read(cast, start)


def test_oral_custody_ends_before_it_is_confirmed_and_is_confirmed_afterwards(cast: Cast) -> None:
    """Over within seven days it needs no warrant (児童福祉法33条3項), confirmed or not."""
    row = ended_orally(cast)
    assert (row.lasts, row.state, row.ended_at is None) == (False, State.WAITING, False)
    with acting_as(cast.caseworker):
        assert reveal(row.case, "place_of_stay") == StayKind.HOME
        assert not Clock.objects.running().exists()
        assert not children_in_custody(cast.caseworker).exists()
    assert decide(cast, row).state is State.ENDED
    with acting_as(cast.caseworker):
        assert not Clock.objects.running().exists()
        assert reveal(Case.objects.get(), "place_of_stay") == StayKind.HOME
        again = actions.draft_start(row.case, start_facts(effective_at=timezone.now()), by=cast.caseworker)
    assert decide(cast, again).state is State.APPROVED


@pytest.mark.parametrize("verdict", [Verdict.RETURN, Verdict.REFUSE])
@pytest.mark.parametrize("began", [True, False])
def test_oral_custody_that_is_not_approved_afterwards_stays_ended(
    cast: Cast, verdict: Verdict, began: bool
) -> None:
    before = ended_orally(cast)
    decide(cast, before, verdict=verdict, note=NOTE, began=began)
    after = read(cast, before)
    assert (after.ended_at, after.approved) == (before.ended_at, False)
    with acting_as(cast.caseworker):
        assert not Clock.objects.running().exists()
        assert reveal(Case.objects.get(), "place_of_stay") == StayKind.HOME


def test_a_late_end_leaves_the_limit_overdue_whatever_is_said_of_the_beginning(cast: Cast) -> None:
    long_ago = timezone.now() - timedelta(days=10)
    start = a_draft(cast, **{**said(), "said_at": long_ago, "effective_at": long_ago})
    decide(cast, an_end(cast, start))
    decide(cast, read(cast, start), verdict=Verdict.RETURN, note=NOTE, began=False)
    with acting_as(cast.caseworker):
        assert Clock.objects.running().get(kind="warrant").is_overdue


def test_custody_that_waits_to_be_confirmed_counts_as_custody(cast: Cast) -> None:
    long_ago = timezone.now() - timedelta(days=50)
    start = a_draft(
        cast,
        **{**said(), "said_at": long_ago, "effective_at": long_ago, "expected_until": timezone.localdate()},
    )
    row = read(cast, start)
    with acting_as(cast.caseworker):
        assert list(children_in_custody(cast.caseworker)) == [row]
        assert list(reaching_two_months(cast.caseworker)) == [row]
        assert lasting(row.case) == row
        assert [line.at for line in panel.what_holds(row.case, cast.caseworker)] == [row.effective_at]
        assert [str(chip.text) for chip in panel.cautions(row.case, cast.caseworker)]
        assert "一時保護" in str(what_goes_on(row.case, timezone.now()))
    page = signed_in(cast.director).get(reverse("home"))
    assert [shown.case for shown in page.context["sleepers"]] == [row.case]


def test_an_end_is_not_approved_where_the_oral_start_was_returned(cast: Cast) -> None:
    start = a_draft(cast, **said())
    ending = an_end(cast, start)
    decide(cast, start, verdict=Verdict.RETURN, note=NOTE)
    with pytest.raises(Refused, match="not_in_custody"):
        decide(cast, ending)
    with acting_as(cast.director):
        who = [cast.director.pk, cast.director.staff_id]
        connection.cursor().execute(f"{SIGN} WHERE id = %s", [*who, ending.pk])
        with pytest.raises(IntegrityError, match="cannot be changed"), transaction.atomic():
            connection.cursor().execute(f"{ENDS} AND s.id = %s", [start.pk])


def test_no_consent_is_recorded_once_oral_custody_has_ended(cast: Cast) -> None:
    row = ended_orally(cast)
    with pytest.raises(Refused, match="not_in_custody"):
        answered(cast, row, Said.OBJECTS)


def test_a_written_draft_does_not_turn_into_an_oral_decision(cast: Cast) -> None:
    row = a_draft(cast)
    with acting_as(cast.caseworker):
        with pytest.raises(Refused, match="written"):
            actions.draft_start(row.case, start_facts(**said()), by=cast.caseworker, earlier=row)
        assert not Clock.objects.exists()


def on_duty(cast: Cast) -> Case:
    """A case that the officer on duty has opened with broken glass."""
    case = a_case(cast)
    with acting_as(cast.duty):
        break_glass(case.pk, "夜間に警察から連絡があったため", by=cast.duty)
    return case


def test_the_officer_on_duty_records_at_night_what_the_director_confirms_in_the_morning(cast: Cast) -> None:
    case, morning = on_duty(cast), working_day(a_night(), A_DAY)
    said_at = at(morning, time(2))
    client = signed_in(cast.duty)
    page = client.get(reverse("case_custody", args=[case.pk])).content.decode()
    start = reverse("custody_start", args=[case.pk])
    assert f'href="{start}"' in page
    assert "口頭で決定された一時保護を記録" in page
    form = client.get(start)
    assert "is_oral" not in form.context["form"].fields
    assert not form.context["reason"]
    data = start_data(
        effective_at=(said_at + timedelta(minutes=40)).strftime("%Y-%m-%dT%H:%M"), heard="after"
    )
    data |= {"opinion": "", "heard_why": "深夜で眠っていたため", "said_by": "", "said_at": ""}
    missing = client.post(start, data).context["form"].errors
    assert set(missing) == {"said_by", "said_at"}
    data |= {"said_by": "所長 職員", "said_at": said_at.strftime("%Y-%m-%dT%H:%M")}
    assert client.post(start, data).status_code == 302
    with acting_as(cast.caseworker):
        row = CustodyDecision.objects.get()
        assert (row.is_oral, row.lasts, reveal(row, "oral_by")) == (True, True, "所長 職員")
        assert value_of(row.oral_at) == said_at
        assert row.confirm_by is not None
        assert row.confirm_by.astimezone(JAPAN).strftime("%H:%M") == "09:00"
        assert row.confirm_by.astimezone(JAPAN).date() == morning
        assert Clock.objects.running().get(kind="warrant").started_at == row.effective_at
    [line] = [
        one
        for one in signed_in(cast.supervisor).get(sheet()).context["rows"]
        if one.happened.matter is Matter.ORAL
    ]
    assert line.case == case
    page = client.get(reverse("case_custody", args=[case.pk])).content.decode()
    assert reverse("custody_consent", args=[case.pk, row.pk]) in page
    assert "一時保護の解除を起案する" not in page
    assert decide(cast, row).state is State.APPROVED


@pytest.mark.parametrize("what", ["a written start", "an end"])
def test_the_officer_on_duty_drafts_nothing_else(cast: Cast, what: str) -> None:
    case = on_duty(cast)
    with acting_as(cast.duty):
        if what == "an end":
            start = actions.draft_start(case, start_facts(**said()), by=cast.duty)
            with pytest.raises(Refused, match="role"):
                actions.draft_end(case, end_facts(), by=cast.duty)
            raw = {"kind": "end", "start": start}
        else:
            with pytest.raises(Refused, match="role"):
                actions.draft_start(case, start_facts(), by=cast.duty)
            raw = {"kind": "start"}
        row = CustodyDecision(case=case, effective_at=timezone.now(), reason="", heard="", **raw)
        row.draft_as(cast.duty, timezone.now())
        with pytest.raises(IntegrityError, match="only what was decided orally"), transaction.atomic():
            row.save(force_insert=True)
    client = signed_in(cast.duty)
    assert client.get(reverse("custody_end", args=[case.pk])).status_code == 404


def test_without_the_glass_the_officer_on_duty_records_nothing(cast: Cast) -> None:
    case = a_case(cast)
    client = signed_in(cast.duty)
    data = start_data(said_by="所長", said_at=moment(minutes=30), effective_at=moment(minutes=5))
    assert client.post(reverse("custody_start", args=[case.pk]), data).status_code == 404
    with acting_as(cast.duty), pytest.raises(Refused):
        actions.draft_start(case, start_facts(**said()), by=cast.duty)


def test_recording_is_no_power_to_decide() -> None:
    assert [role for role in Role if role.may(Permission.RECORD_ORAL) and role not in DELEGATES] == [
        Role.DUTY_OFFICER
    ]
    drafters = {role for role in Role if role.may(Permission.DRAFT_DECISIONS)}
    assert {role for role in Role if role.may(Permission.RECORD_ORAL)} == drafters | {Role.DUTY_OFFICER}


def test_an_oral_end_stands_on_the_page_of_the_confirmation(cast: Cast) -> None:
    page = signed_in(cast.director).get(path_of(ended_orally(cast)))
    assert "この一時保護は既に解除されています" in page.content.decode()
    assert "not_begun" not in page.context["form"].fields  # what was ended has begun
