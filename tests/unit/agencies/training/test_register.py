"""The whole register of training: from planned to run out, what follows what, who lacks what, and the count of a year."""

import uuid
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, connections
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agencies.staff.acting import acting_as
from agencies.staff.models import Position
from agencies.staff.rules import Refused
from agencies.training.actions import enter_training, withdraw_training
from agencies.training.codes import INTERVIEW, SOON, Course, Standing
from agencies.training.models import Training
from agencies.training.overview import counts_of, overview_of
from agencies.training.queries import ending, holds, is_trained, supervisors_without, trainings
from security.walls import clock
from tests.cast import Cast
from tests.client import signed_in, text_of
from tests.raw import known_row, refusal
from tests.unit.referrals.disclosures.test_gate_by_sql import raw

MOST = 25
"""Statements of a page."""


def day(days: int) -> date:
    """So many days from today."""
    return clock.today() + timedelta(days=days)


def enter(
    cast: Cast, course: Course, who: str = "caseworker", follows: Training | None = None, **facts: Any
) -> Training:
    """A row of that person."""
    with acting_as(cast.admin):
        return enter_training(cast.positions[who].staff, course, facts, by=cast.admin, follows=follows)


def test_a_course_goes_from_planned_to_run_out(cast: Cast) -> None:
    held: dict[str, Any] = {"starts_on": day(-9), "ends_on": day(-8)}
    steps: tuple[tuple[dict[str, Any], Standing], ...] = (
        ({"starts_on": day(5)}, Standing.PLANNED),
        ({"starts_on": day(5), "applied_on": day(0)}, Standing.APPLIED),
        (held | {"attended": True}, Standing.ATTENDED),
        (held | {"certified_on": day(-1)}, Standing.VALID),
    )
    row = None
    for facts, standing in steps:
        row = enter(cast, Course.TFCBT_INTRO, follows=row, **facts)
        assert row.standing is standing
    with acting_as(cast.admin):
        assert [one.pk for one in trainings()] == [row.pk if row else None]
    ends = {
        SOON.days + 1: Standing.VALID,
        SOON.days: Standing.ENDING,
        0: Standing.ENDING,
        -1: Standing.OVER,
    }
    for days, standing in ends.items():
        row = enter(cast, Course.TRAUMA_INFORMED, certified_on=day(-300), expires_on=day(days))
        assert row.standing is standing


@pytest.mark.parametrize(
    ("course", "facts", "field"),
    [
        (Course.PRIVACY, {}, "starts_on"),
        (Course.PRIVACY, {"starts_on": 0, "ends_on": -1}, "ends_on"),
        (Course.PRIVACY, {"certified_on": 0, "ends_on": -1}, "ends_on"),
        (Course.PRIVACY, {"starts_on": 1, "applied_on": 1}, "applied_on"),
        (Course.PRIVACY, {"starts_on": 1, "certified_on": 1}, "certified_on"),
        (Course.PRIVACY, {"starts_on": 0, "certified_on": -1}, "certified_on"),
        (Course.PRIVACY, {"starts_on": 0, "expires_on": 9}, "expires_on"),
        (Course.PRIVACY, {"certified_on": -1, "expires_on": -1}, "expires_on"),
        (Course.PRIVACY, {"certified_on": -1, "peer_review_on": 0}, "peer_review_on"),
        (Course.NICHD, {"certified_on": -1}, "expires_on"),
    ],
)
def test_days_in_an_impossible_order(cast: Cast, course: Course, facts: dict[str, int], field: str) -> None:
    given: dict[str, Any] = {name: day(days) for name, days in facts.items()}
    with pytest.raises(Refused) as refused:
        enter(cast, course, **given)
    assert refused.value.code == field


def test_what_lies_ahead_was_not_attended_and_a_number_needs_a_certificate(cast: Cast) -> None:
    for facts, field in (({"attended": True}, "attended"), ({"certificate_no": "1"}, "certificate_no")):
        with pytest.raises(Refused) as refused:
            enter(cast, Course.PRIVACY, starts_on=day(1), **facts)
        assert refused.value.code == field


def test_only_a_course_in_interviewing_opens_an_interview(cast: Cast) -> None:
    worker = cast.caseworker
    enter(cast, Course.SEXUAL_ABUSE, certified_on=day(-1), expires_on=day(300))
    asks = "SELECT 1 WHERE wall.is_trained(%s, wall.today())"
    with acting_as(worker):
        assert holds(worker.staff_id, [Course.SEXUAL_ABUSE], day(0))
        assert not holds(worker.staff_id, [Course.SEXUAL_ABUSE], day(-2))
        assert not holds(worker.staff_id, [Course.SEXUAL_ABUSE], day(301))
        assert not is_trained(worker.staff_id, day(0))
    assert _trained_by_wall(worker, asks) is False
    enter(cast, Course.NICHD, certified_on=day(-1), expires_on=day(300))
    with acting_as(worker):
        assert holds(worker.staff_id, INTERVIEW, day(0))
    assert _trained_by_wall(worker, asks) is True


def _trained_by_wall(worker: Position, asks: str) -> bool:
    """What the wall itself says; no login of the application asks it."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(asks, [worker.staff_id])
        return cursor.fetchone() is not None


def test_a_further_row_follows_the_latest_of_the_same_course(cast: Cast) -> None:
    planned = enter(cast, Course.NICHD, starts_on=day(-9))
    certified = enter(cast, Course.NICHD, follows=planned, certified_on=day(-9), expires_on=day(300))
    with pytest.raises(Refused) as refused:
        enter(cast, Course.NICHD, follows=planned, starts_on=day(-9))
    assert refused.value.code == "followed"
    with pytest.raises(Refused) as refused:
        enter(cast, Course.NICHD, follows=certified, certified_on=day(-9), expires_on=day(301))
    assert refused.value.code == "expires_on"
    reviewed: dict[str, Any] = {"certified_on": day(-9), "expires_on": day(300), "peer_review_on": day(0)}
    review = enter(cast, Course.NICHD, follows=certified, **reviewed)
    with acting_as(cast.admin):
        withdraw_training(review, by=cast.admin)
    assert enter(cast, Course.NICHD, follows=certified, **reviewed).follows == certified
    done = enter(cast, Course.PRIVACY, certified_on=day(-9))
    with pytest.raises(Refused) as refused:
        enter(cast, Course.PRIVACY, follows=done, certified_on=day(-9))
    assert refused.value.code == "certified"


FOLLOW = (
    "INSERT INTO agencies_training (id, staff_id, course, starts_on, certified_on, expires_on, peer_review_on, attended,"
    " follows_id, kept_by_id, kept_at) VALUES (gen_random_uuid(), %s, %s, %s, %s, %s, %s, %s, %s, %s, now())"
)


def test_by_sql(cast: Cast) -> None:
    worker = cast.caseworker.staff_id
    planned = enter(cast, Course.NICHD, starts_on=day(0))
    other = enter(cast, Course.PRIVACY, starts_on=day(0))
    done = enter(cast, Course.TFCBT_INTRO, certified_on=day(0))
    by, none = cast.admin.pk, [day(0), None, None, None, False]
    for values, message in (
        ([worker, "nichd", *none, other.pk, by], "the same course"),
        ([cast.colleague.staff_id, "nichd", *none, planned.pk, by], "the same course"),
        ([worker, "tfcbt_intro", *none, done.pk, by], "the same course"),
        ([worker, "nichd", day(0), day(0), None, None, False, None, by], "days in order"),
        ([worker, "privacy", day(0), day(0), None, day(0), False, None, by], "days in order"),
        ([worker, "privacy", day(0), day(-1), None, None, False, None, by], "training_certified_later"),
        ([worker, "privacy", day(0), None, day(1), None, False, None, by], "training_ends_later"),
    ):
        with pytest.raises(DatabaseError, match=message):
            raw(cast.admin, FOLLOW, values)
    assert raw(cast.admin, FOLLOW, [worker, "nichd", *none, planned.pk, by]) == 1
    with pytest.raises(DatabaseError, match="one_later_training"):
        raw(cast.admin, FOLLOW, [worker, "nichd", *none, planned.pk, by])
    with pytest.raises(DatabaseError, match="permission denied"):
        raw(cast.admin, "UPDATE agencies_training SET certified_on = current_date")


def test_by_sql_nobody_else_learns_which_rows_there_are(cast: Cast) -> None:
    planned = enter(cast, Course.NICHD, starts_on=day(0))
    row = known_row("agencies_training", planned.pk)
    for who in ("stranger", "police", "director"):
        with acting_as(cast.positions[who]):
            there, missing = (
                refusal("agencies_training", row, follows_id=one) for one in (planned.pk, uuid.uuid4())
            )
        assert there == missing, who
        assert there[0] == "42501", who


def test_what_runs_out_is_told_until_a_later_certificate_holds(cast: Cast) -> None:
    enter(cast, Course.SEXUAL_ABUSE, certified_on=day(-300), expires_on=day(20))
    near = enter(cast, Course.NICHD, certified_on=day(-340), expires_on=day(400))
    with acting_as(cast.admin):
        assert [row.course for row in ending(day(0))] == [Course.SEXUAL_ABUSE, Course.NICHD]
    reviewed: dict[str, Any] = {"certified_on": day(-340), "expires_on": day(400), "peer_review_on": day(0)}
    enter(cast, Course.NICHD, follows=near, **reviewed)
    enter(cast, Course.SEXUAL_ABUSE, certified_on=day(0))
    with acting_as(cast.admin):
        assert ending(day(0)) == []


def test_a_supervisor_without_the_course_is_a_warning(cast: Cast) -> None:
    supervisor, admin = cast.supervisor, signed_in(cast.admin)
    director = signed_in(cast.director)
    warning = "SV任用後研修の有効な修了が、研修の登録簿にありません"
    person, position = (
        reverse("staff_person", args=[supervisor.staff_id]),
        reverse("position", args=[supervisor.pk]),
    )
    with acting_as(cast.admin):
        before = supervisors_without(day(0)).count()
    assert supervisor.staff.name in text_of(admin.get("/training/"))
    assert [warning in text_of(client.get(at)) for client, at in ((admin, person), (director, position))] == [
        True,
        True,
    ]
    enter(cast, Course.SUPERVISING, "supervisor", certified_on=day(-9))
    with acting_as(cast.admin):
        assert supervisors_without(day(0)).count() == before - 1
    assert supervisor.staff.name not in text_of(admin.get("/training/")).split("職員")[0]
    assert [warning in text_of(client.get(at)) for client, at in ((admin, person), (director, position))] == [
        False,
        False,
    ]


def test_the_head_of_a_section_sees_who_lacks_what(cast: Cast) -> None:
    enter(cast, Course.AFTER_APPOINTMENT, certified_on=day(-9))
    enter(cast, Course.SEXUAL_ABUSE, starts_on=day(9), applied_on=day(0))
    with acting_as(cast.supervisor):
        table = overview_of(cast.supervisor, {}, day(0))
        section = Position.objects.filter(section=cast.supervisor.section_id).values_list("staff", flat=True)
        assert {line.person.pk for line in table.lines} <= {*section}
    led = {line.person: {cell.course: cell for cell in line.cells} for line in table.lines}
    mine = led[cast.caseworker.staff]
    assert mine[Course.AFTER_APPOINTMENT].standing is Standing.VALID
    assert mine[Course.SEXUAL_ABUSE].standing is Standing.APPLIED
    assert (mine[Course.PRIVACY].needed, mine[Course.PRIVACY].standing) == (True, None)
    assert not mine[Course.SUPERVISING].needed
    assert cast.stranger.staff not in led
    with acting_as(cast.director):
        whole = overview_of(cast.director, {}, day(0))
    assert len(whole.lines) > len(led)
    assert cast.stranger.staff not in {line.person for line in whole.lines}
    client = signed_in(cast.director)
    client.get("/training/section/")
    with CaptureQueriesContext(connection) as asked:
        page = text_of(client.get("/training/section/"))
    assert "未受講" in page
    assert len(asked) <= MOST
    assert signed_in(cast.caseworker).get("/training/section/").status_code == 404


def test_the_count_of_a_year_by_office_and_course(cast: Cast) -> None:
    today = clock.today()
    year = today.year - (today.month < 4)
    first = enter(cast, Course.NICHD, certified_on=today, expires_on=day(300))
    reviewed: dict[str, Any] = {"certified_on": today, "expires_on": day(300), "peer_review_on": today}
    enter(cast, Course.NICHD, follows=first, **reviewed)
    enter(cast, Course.NICHD, "colleague", certified_on=today, expires_on=day(300))
    enter(cast, Course.PRIVACY, "stranger", certified_on=today)
    enter(cast, Course.PRIVACY, "colleague", starts_on=day(9))
    with acting_as(cast.admin):
        counted = {(one.office.code, one.course, one.people) for one in counts_of(year, cast.admin)}
        assert counts_of(year - 1, cast.admin) == []
    stranger = cast.stranger.office.code
    assert counted == {("kita", "nichd", 2), (stranger, "privacy", 1)}
    with acting_as(cast.director):
        assert {one.office.code for one in counts_of(year, cast.director)} == {"kita"}
    client = signed_in(cast.director)
    assert "NICHDプロトコル" in text_of(client.get("/training/years/"))
    assert client.get("/training/years/?year=1999").status_code == 404
    assert client.get("/training/years/?year=x").status_code == 404


def test_the_form_goes_on_from_a_row(cast: Cast) -> None:
    row = enter(cast, Course.PRIVACY, starts_on=day(-2), provider="架空センター")
    client, address = signed_in(cast.admin), f"/training/{row.pk}/next/"
    page = client.get(address)
    assert "架空センター" in page.content.decode()
    assert set(page.context["form"].fields).isdisjoint({"staff", "course"})
    sent = {"starts_on": day(-2).isoformat(), "provider": "架空センター", "certified_on": day(1).isoformat()}
    assert {*client.post(address, sent).context["form"].errors} == {"certified_on"}
    assert client.post(address, sent | {"certified_on": day(0).isoformat()}).status_code == 302
    with acting_as(cast.admin):
        assert Training.objects.get(follows=row).provider == "架空センター"
    assert "後の登録があります" in text_of(client.post(address, sent | {"certified_on": day(0).isoformat()}))


def test_the_register_of_many_is_paged_and_reads_no_row_by_itself(cast: Cast) -> None:
    for _ in range(26):
        for who in ("caseworker", "colleague"):
            enter(cast, Course.PRIVACY, who, starts_on=day(-2))
    client = signed_in(cast.admin)
    page = client.get("/training/")
    assert len(page.context["page"].rows) == 50
    older = page.context["page"].on
    assert len(client.get(f"/training/?{older}").context["page"].rows) == 2
    with CaptureQueriesContext(connection) as asked:
        client.get("/training/")
    assert len(asked) <= MOST
