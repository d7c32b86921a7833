"""What the facility writes while a child sleeps there: the log of each shift, a child who left, belongings given back."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agencies.notices.models import Notice
from agencies.staff.acting import acting_as
from agencies.staff.models import Position
from agencies.staff.rules import Refused
from cases.records.codes import Answer
from cases.records.models import Case
from cases.shelter import actions, rules
from cases.shelter.codes import LeaveStep, Shift
from cases.shelter.models import Admission, GivenBack, Leaving, ShiftEntry
from cases.shelter.panel import cautions, sleepers, steps
from cases.shelter.queries import Absence, absences_of
from security.encryption.fields import reveal
from security.walls import clock
from tests.cast import Cast
from tests.client import signed_in, text_of
from tests.unit.cases.custody.test_actions import in_custody
from tests.unit.cases.shelter.test_sheet import ARRIVED, sent, works_at

SAID = "「パパがへやにくる」（架空）"


def shift(**more: Any) -> dict[str, Any]:
    facts: dict[str, Any] = dict.fromkeys(ShiftEntry.FACTS, "")
    facts |= {"day": clock.today(), "shift": Shift.NIGHT, "life": "よく眠った", "tells_of_harm": Answer.NO}
    return facts | more


def written(row: Admission, by: Position, **more: Any) -> ShiftEntry:
    with acting_as(by):
        return actions.write_shift(row, shift(**more), by=by)


def left(row: Admission, by: Position, step: LeaveStep = LeaveStep.NOTICED, **more: Any) -> Leaving:
    facts: dict[str, Any] = {"happened_at": timezone.now(), "who": "保田", "words": "白いTシャツ"} | more
    with acting_as(by):
        return actions.note_leaving(row, step=step, by=by, **facts)


@pytest.fixture
def stay(cast: Cast) -> tuple[Admission, Position]:
    worker = works_at(cast)
    return sent(cast, in_custody(cast), worker), worker


def test_both_sides_read_the_log(cast: Cast, stay: tuple[Admission, Position]) -> None:
    row, worker = stay
    client = signed_in(worker)
    typed = {**shift(), "day": clock.today().isoformat(), "incidents": "夜中に起きた"}
    assert client.post(reverse("shelter_log", args=[row.pk]), typed).status_code == 302
    written(row, worker, life="朝食を残した", shift=Shift.MORNING)
    assert "夜中に起きた" in text_of(client.get(reverse("shelter", args=[row.pk])))
    page = text_of(signed_in(cast.caseworker).get(reverse("case_custody", args=[row.case_id])))
    assert "夜中に起きた" in page
    assert "朝食を残した" in page
    lead = signed_in(cast.caseworker)
    assert lead.get(reverse("shelter_log", args=[row.pk])).status_code == 404


def test_a_child_that_tells_of_harm_is_asked_nothing_further_and_the_lead_is_told(
    cast: Cast, stay: tuple[Admission, Position]
) -> None:
    row, worker = stay
    with pytest.raises(Refused, match="remarks"):
        written(row, worker, tells_of_harm=Answer.YES)
    entry = written(row, worker, tells_of_harm=Answer.YES, remarks=SAID)
    assert "それ以上聞かず" in text_of(signed_in(worker).get(reverse("shelter", args=[row.pk])))
    lead = text_of(signed_in(cast.caseworker).get(reverse("shelter", args=[row.pk])))
    assert SAID in lead
    assert reverse("interview_new", args=[row.case_id]) in lead
    for told in (cast.caseworker, cast.supervisor):
        with acting_as(told):
            notice = Notice.objects.get(kind="shelter_calls")
            assert notice.path == reverse("shelter", args=[row.pk])
    with acting_as(cast.colleague):
        assert not Notice.objects.filter(kind="shelter_calls").exists()
    corrected = shift(remarks=SAID)
    with acting_as(worker):
        actions.write_shift(row, corrected, by=worker, corrects=entry)
    assert "それ以上聞かず" not in text_of(signed_in(worker).get(reverse("shelter", args=[row.pk])))


def test_a_correction_is_a_further_row_of_the_same_stay(cast: Cast, stay: tuple[Admission, Position]) -> None:
    row, worker = stay
    entry = written(row, worker)
    typed = {**shift(life="よく眠れなかった"), "day": clock.today().isoformat()}
    address = f"{reverse('shelter_log', args=[row.pk])}?of={entry.pk}"
    assert signed_in(worker).post(address, typed).status_code == 302
    other = sent(cast, in_custody(cast), worker)
    with acting_as(worker):
        first, latest = ShiftEntry.objects.order_by("written_at")
    assert (first.corrects_id, latest.corrects_id) == (None, entry.pk)
    page = signed_in(worker).get(reverse("shelter", args=[row.pk])).content.decode()
    assert (f"?of={first.pk}" in page, f"?of={latest.pk}" in page) == (False, True)
    with acting_as(worker), pytest.raises(DatabaseError):
        actions.write_shift(other, shift(), by=worker, corrects=latest)
    elsewhere = f"{reverse('shelter_log', args=[other.pk])}?of={entry.pk}"
    assert signed_in(worker).get(elsewhere).status_code == 404


@pytest.mark.parametrize("table", ["cases_shiftentry", "cases_leaving", "cases_givenback"])
def test_what_was_written_stays(cast: Cast, stay: tuple[Admission, Position], table: str) -> None:
    row, worker = stay
    written(row, worker)
    left(row, worker)
    for who in (worker, cast.caseworker):
        for statement in (f"UPDATE {table} SET case_id = case_id", f"DELETE FROM {table}"):
            with acting_as(who), pytest.raises(DatabaseError), connection.cursor() as cursor:
                cursor.execute(statement)


def test_the_days_of_a_shift(stay: tuple[Admission, Position]) -> None:
    row, worker = stay
    for day in (clock.today() + timedelta(days=1), clock.today() - timedelta(days=2)):
        with pytest.raises(Refused, match="day"):
            written(row, worker, day=day)


def test_the_older_entries_are_on_the_page_before(
    cast: Cast, stay: tuple[Admission, Position], monkeypatch: pytest.MonkeyPatch
) -> None:
    row, worker = stay
    written(row, worker, life="最初の夜")
    for _night in range(2):
        written(row, worker)
    monkeypatch.setattr("cases.shelter.views.SHOWN", 2)
    monkeypatch.setattr("cases.shelter.queries.SHOWN", 2)
    client = signed_in(worker)
    page = client.get(reverse("shelter", args=[row.pk]))
    assert "最初の夜" not in text_of(page)
    older = f"{reverse('shelter', args=[row.pk])}?before={page.context['older']}"
    assert "最初の夜" in text_of(client.get(older))
    assert client.get(f"{reverse('shelter', args=[row.pk])}?before=x").status_code == 404


def test_a_child_who_left_is_at_the_head_of_every_page_until_found(
    cast: Cast, stay: tuple[Admission, Position]
) -> None:
    row, worker = stay
    left(row, worker)
    with acting_as(cast.duty):
        assert Notice.objects.filter(kind="shelter_calls").count() == 1
    with acting_as(cast.caseworker):
        case = Case.objects.get(pk=row.case_id)
        assert [str(one.text) for one in cautions(case, cast.caseworker)] == ["無断外出中（警察へ未連絡）"]
        assert steps(case, cast.caseworker)[0].url == reverse("shelter_left", args=[row.pk])
    address = reverse("shelter_left", args=[row.pk])
    now = timezone.localtime().strftime("%Y-%m-%d %H:%M")
    police = {"step": LeaveStep.POLICE, "happened_at": now, "who": "110番（架空）", "words": ""}
    earlier = timezone.localtime() - timedelta(days=1)
    before = {**police, "happened_at": earlier.strftime("%Y-%m-%d %H:%M")}
    lead = signed_in(cast.caseworker)
    assert "happened_at" in lead.post(address, before).context["form"].errors
    left(row, cast.caseworker, LeaveStep.POLICE)
    with acting_as(worker):
        [line] = sleepers(worker)
        assert str(line.cautions[0].text) == "無断外出中（警察へ連絡済み）"
    left(row, worker, LeaveStep.FOUND, words="駅前で見つかった。けがなし。")
    with acting_as(cast.caseworker):
        case = Case.objects.get(pk=row.case_id)
        assert cautions(case, cast.caseworker) == []
        [away] = absences_of(case)
        assert away.is_over
        assert away.police_told
    assert "駅前で見つかった" in text_of(lead.get(reverse("shelter", args=[row.pk])))


def test_a_second_time_away_is_one_of_its_own(cast: Cast, stay: tuple[Admission, Position]) -> None:
    row, worker = stay
    with pytest.raises(Refused, match="step"):
        left(row, worker, LeaveStep.FOUND)
    for step in (LeaveStep.NOTICED, LeaveStep.FOUND, LeaveStep.NOTICED):
        left(row, worker, step)
    with pytest.raises(Refused, match="step"):
        left(row, worker)
    with acting_as(cast.caseworker):
        found = absences_of(Case.objects.get(pk=row.case_id))
        assert [one.is_over for one in found] == [False, True]


def test_raw_sql_writes_no_step_out_of_order(cast: Cast, stay: tuple[Admission, Position]) -> None:
    row, worker = stay
    first = left(row, worker)
    copy = (
        "INSERT INTO cases_leaving (id, case_id, admission_id, written_by_id, written_at, first_id, step, happened_at, who)"
        " SELECT gen_random_uuid(), case_id, admission_id, written_by_id, written_at, %s, %s, happened_at, who"
        " FROM cases_leaving WHERE id = %s"
    )
    for named, step in ((None, "noticed"), (None, "found"), (first.pk, "noticed"), (row.pk, "police")):
        with acting_as(worker), pytest.raises(DatabaseError), connection.cursor() as cursor:
            cursor.execute(copy, [named, step, first.pk])
    left(row, worker, LeaveStep.FOUND)
    with acting_as(worker), pytest.raises(DatabaseError, match="their order"), connection.cursor() as cursor:
        cursor.execute(copy, [first.pk, "police", first.pk])


def test_the_lead_of_another_case_calls_nobody(cast: Cast, stay: tuple[Admission, Position]) -> None:
    row, _worker = stay
    foreign = works_at(cast, "minami")
    for who in (cast.stranger, cast.colleague, foreign):
        with acting_as(who), connection.cursor() as cursor, pytest.raises(DatabaseError, match="sleep there"):
            cursor.execute("SELECT wall.tell_of_stay(%s, true, gen_random_uuid())", [row.pk])


def test_belongings_are_kept_until_they_are_given_back(cast: Cast, stay: tuple[Admission, Position]) -> None:
    row, worker = stay
    with acting_as(worker):
        actions.complete_sheet(row, ARRIVED, by=worker)
    address = reverse("shelter_given_back", args=[row.pk])
    now = timezone.localtime().strftime("%Y-%m-%d %H:%M")
    typed = {"items": ["財布"], "given_at": now, "to": "母", "signed_by": "母"}
    client = signed_in(worker)
    assert "items" in client.post(address, {**typed, "items": ["指輪"]}).context["form"].errors
    assert client.post(address, typed).status_code == 302
    page = client.get(reverse("shelter", args=[row.pk]))
    assert page.context["kept"] == ["携帯電話"]
    with acting_as(worker), pytest.raises(Refused, match="items"):
        actions.give_back(row, ["財布"], given_at=timezone.now(), to="母", signed_by="母", by=worker)
    with acting_as(cast.caseworker):
        actions.end_stay(Admission.objects.select_related("case").get(pk=row.pk), by=cast.caseworker)
    assert "退所後も" in text_of(signed_in(cast.caseworker).get(reverse("shelter", args=[row.pk])))
    with acting_as(cast.caseworker):
        row = Admission.objects.select_related("case").get(pk=row.pk)
        actions.give_back(
            row, ["携帯電話"], given_at=timezone.now(), to="母", signed_by="母", by=cast.caseworker
        )
        assert [reveal(one, "items") for one in GivenBack.objects.all()] == ["財布", "携帯電話"]


MOVES = st.lists(st.tuples(st.sampled_from(LeaveStep), st.integers(-3, 3)), max_size=8)


class _Step:
    """A step as ``Absence`` reads it, without a database."""

    def __init__(self, step: LeaveStep, at: datetime) -> None:
        self.kind, self.at = step, at


class _Away(Absence):
    @property
    def since(self) -> datetime | None:
        at: datetime = self.steps[0].at  # type: ignore[attr-defined]
        return at

    def has(self, step: LeaveStep) -> bool:
        return any(one.kind is step for one in self.steps)  # type: ignore[attr-defined]


@given(MOVES)
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_is_written_the_steps_are_in_their_order(moves: list[tuple[LeaveStep, int]]) -> None:
    """Each time away begins with being noticed, ends once at most, and no two go on at once."""
    now, absences = timezone.now(), list[Absence]()
    for step, minutes in moves:
        at = now + timedelta(minutes=minutes)
        try:
            rules.check_step(absences, step, at, now)
        except Refused:
            continue
        going_on = rules.open_absence(absences)
        if going_on is None:
            absences.append(_Away([_Step(step, at)]))  # type: ignore[list-item]
        else:
            going_on.steps.append(_Step(step, at))  # type: ignore[arg-type]
    for away in absences:
        kinds = [one.kind for one in away.steps]  # type: ignore[attr-defined]
        assert kinds[0] is LeaveStep.NOTICED
        assert kinds.count(LeaveStep.NOTICED) == 1
        assert kinds.count(LeaveStep.FOUND) <= 1
        assert LeaveStep.FOUND not in kinds[:-1]
        assert all(away.since <= one.at <= now for one in away.steps)  # type: ignore[attr-defined]
    assert sum(not away.is_over for away in absences) <= 1
