"""The day by which the intake conference decides on a case: told when it is near, has passed and passed long ago, each once."""

from datetime import timedelta

import pytest

from agencies.directory.models import Office
from agencies.notices.models import Notice
from cases.conferences.rules import intake_by
from cases.conferences.tasks import warn_intake
from cases.records.models import Block, Case, Grant
from tests.accepting import accept
from tests.cast import Cast, a_case, as_owner, as_role
from tests.client import signed_in
from tests.unit.cases.clocks.test_warnings import moved
from tests.unit.referrals.pages import in_english

SECOND = timedelta(seconds=1)
LINE = {"caseworker", "supervisor"}
DIRECTORS = {"director", "two_positions/director"}


def told(cast: Cast, step: str) -> set[str]:
    names = {position.pk: name for name, position in cast.positions.items()}
    with as_owner():
        rows = Notice.objects.using("owner").filter(kind=f"intake_{step}").values_list("position", flat=True)
        return {names[pk] for pk in rows}


@pytest.mark.parametrize("days", [7, 3])
def test_each_step_is_told_at_its_moment_and_once(cast: Cast, days: int) -> None:
    """A regular intake conference sits every week (児童相談所運営指針); an office may only be stricter."""
    with as_owner():
        Office.objects.using("owner").update(intake_days=days, duty_warn_hours=24, duty_late_hours=48)
    case = a_case(cast)
    due = intake_by(case.opened_at, days) + timedelta(microseconds=1)
    steps = {
        "soon": (due - timedelta(hours=24), {"caseworker"}, 0),
        "due": (due, LINE, 1),
        "late": (due + timedelta(hours=48), LINE | DIRECTORS, 1),
    }
    for step, (at, whom, passed) in steps.items():
        with moved(at - SECOND):
            warn_intake()
        assert told(cast, step) == set(), step
        for _again in range(2):
            with moved(at):
                assert warn_intake() == passed
            assert told(cast, step) == whom, step
    with as_owner():
        assert {row.count for row in Notice.objects.using("owner").filter(kind__startswith="intake_")} == {1}


def test_what_was_decided_is_told_no_more(cast: Cast) -> None:
    case = a_case(cast)
    accept(cast, case, cast.caseworker, cast.caseworker)
    with moved(case.opened_at + timedelta(days=30)):
        assert warn_intake() == 0
    assert told(cast, "due") == told(cast, "late") == set()


def test_nobody_who_is_barred_or_has_left_the_case_is_told(cast: Cast) -> None:
    case = a_case(cast)
    with as_owner():
        Block.objects.using("owner").create(
            case_id=case.pk,
            staff_id=cast.supervisor.staff_id,
            blocked_by_id=cast.director.pk,
            created_at=case.opened_at,
        )
        Grant.objects.using("owner").filter(content_object=case, position=cast.caseworker).update(
            ended_at=case.opened_at
        )
    with moved(case.opened_at + timedelta(days=30)):
        assert warn_intake() == 1
    assert told(cast, "due") == told(cast, "late") == DIRECTORS


def test_a_notice_leads_to_the_case_and_names_nobody(cast: Cast) -> None:
    case = a_case(cast)
    with as_owner():
        Case.objects.using("owner").filter(pk=case.pk).update(opened_at=case.opened_at - timedelta(days=9))
    with as_role("worker"):
        assert warn_intake() == 1
    with as_owner():
        notice = Notice.objects.using("owner").get(kind="intake_due", position=cast.caseworker)
    assert (notice.reference, notice.path) == (case.number, f"/cases/{case.pk}/reception/")
    client = in_english(signed_in(cast.caseworker))
    assert client.get(notice.path).status_code == 200
    assert "The day by which the intake conference had to decide" in client.get("/inbox/").content.decode()
