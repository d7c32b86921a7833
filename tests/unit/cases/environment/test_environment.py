"""Adjusting a child's environment: what was agreed stays, how it ended is written once, and the duty goes with it."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from agencies.staff.acting import acting_as
from agencies.staff.rules import Refused
from cases.closing.rules import check_nothing_open
from cases.duties.actions import fulfil_duty
from cases.duties.models import Duty
from cases.environment import actions
from cases.environment.codes import Party, TaskState
from cases.environment.models import EnvironmentTask
from cases.records.models import Case
from security.encryption.fields import reveal
from security.walls import clock
from tests.cast import Cast, a_case
from tests.client import signed_in, text_of

TEXTS = {"aim": "席を離す", "agreed_with": "担任（架空）", "tasks": "担任は席を替える。"}


@pytest.fixture
def case(cast: Cast) -> Case:
    return a_case(cast)


def recorded(case: Case, cast: Cast, until: date | None = None) -> EnvironmentTask:
    by = cast.caseworker
    with acting_as(by):
        return actions.record_task(case, party=Party.SCHOOL, until=until or clock.today(), texts=TEXTS, by=by)


def test_what_was_agreed_is_owed_until_its_end_is_recorded(cast: Cast, case: Case) -> None:
    row = recorded(case, cast)
    by = cast.caseworker
    with acting_as(by):
        duty = Duty.objects.get(case=case, kind="environment")
        assert (duty.cause, duty.owner_id, duty.done_at) == (row.pk, by.pk, None)
        with pytest.raises(Refused, match="open"):
            check_nothing_open(case, clock.now(), besides=())
        with pytest.raises(Refused):
            fulfil_duty(duty, note="済", by=by)
        done = actions.end_task(row, done_on=clock.today(), result="席が離れた（架空）", by=by)
        assert done.state is TaskState.DONE
        assert reveal(done, "result") == "席が離れた（架空）"
        duty.refresh_from_db()
        assert duty.done_at is not None
        with pytest.raises(Refused, match="ended"):
            actions.end_task(row, done_on=None, result="やめた", by=by)


def test_what_is_no_longer_wanted_ends_too(cast: Cast, case: Case) -> None:
    row = recorded(case, cast)
    with acting_as(cast.caseworker):
        row = actions.end_task(row, done_on=None, result="転校した（架空）", by=cast.caseworker)
        assert row.state is TaskState.DROPPED
        assert not Duty.objects.filter(case=case, kind="environment", done_at=None).exists()


def test_days_fit(cast: Cast, case: Case) -> None:
    with pytest.raises(Refused, match="until"):
        recorded(case, cast, clock.today() - timedelta(days=1))
    row = recorded(case, cast)
    tomorrow = clock.today() + timedelta(days=1)
    with acting_as(cast.caseworker), pytest.raises(Refused, match="done_on"):
        actions.end_task(row, done_on=tomorrow, result="まだ", by=cast.caseworker)


@pytest.mark.parametrize(
    "change",
    [
        {"until": date(2030, 1, 1)},
        {"result": "書き替えた"},
        {"done_on": date(2031, 1, 1)},
    ],
)
def test_the_database_keeps_what_was_agreed(cast: Cast, case: Case, change: dict[str, object]) -> None:
    row = recorded(case, cast)
    with acting_as(cast.caseworker):
        for name, value in change.items():
            setattr(row, name, value)
        with pytest.raises(Exception, match=r"permission denied|environment_"), transaction.atomic():
            row.save(update_fields=list(change))


def test_an_end_is_written_once_by_raw_sql_too(cast: Cast, case: Case) -> None:
    row = recorded(case, cast)
    with acting_as(cast.caseworker):
        row = actions.end_task(row, done_on=clock.today(), result="済（架空）", by=cast.caseworker)
        row.done_on = None
        with pytest.raises(IntegrityError, match="environment_stays"), transaction.atomic():
            row.save(update_fields=["done_on"])


def test_the_pages(cast: Cast, case: Case) -> None:
    client = signed_in(cast.caseworker)
    url = reverse("environment_new", args=[case.pk])
    typed = {"party": "school", "aim": "席", "agreed_with": "", "tasks": "替える", "until": "2099-01-01"}
    form = client.get(url).context["form"]
    typed["form_number"] = form["form_number"].value() if "form_number" in form.fields else ""
    answer = client.post(url, typed)
    assert set(answer.context["form"].errors) == {"agreed_with"}
    assert answer.context["form"]["tasks"].value() == "替える"
    row = recorded(case, cast)
    url = reverse("environment_task", args=[case.pk, row.pk])
    answer = client.post(url, {"act": "drop", "done_on": "2020-01-01", "result": "転校した"})
    assert set(answer.context["form"].errors) == {"done_on"}


def test_the_stream_says_what_ended(cast: Cast, case: Case) -> None:
    row = recorded(case, cast)
    with acting_as(cast.caseworker):
        actions.end_task(row, done_on=clock.today(), result="替えた（架空）", by=cast.caseworker)
    page = text_of(signed_in(cast.caseworker).get(reverse("progress_list", args=[case.pk])))
    assert "環境調整（学校）：実施済み" in page
