"""The register of training: who enters it, how long a certificate holds, and that the database keeps it."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connections

from agencies.directory.models import Office
from agencies.staff.acting import acting_as
from agencies.staff.models import Position
from agencies.staff.roles import Role
from agencies.staff.rules import Refused
from agencies.training import actions
from agencies.training.codes import Course, Standing
from agencies.training.models import Training
from agencies.training.queries import is_trained, trained_until
from security.walls import clock
from tests.cast import Cast, as_owner
from tests.client import signed_in, text_of
from tests.unit.referrals.disclosures.test_gate_by_sql import raw


def certified(
    cast: Cast, who: str = "caseworker", days_ago: int = 30, for_days: int = 900, reviewed: int | None = None
) -> Training:
    """A certificate of that person, given so many days ago."""
    today = clock.today()
    begun = today - timedelta(days=days_ago)
    review = None if reviewed is None else today - timedelta(days=reviewed)
    with acting_as(cast.admin):
        return actions.keep_training(
            cast.positions[who].staff,
            Course.NICHD,
            begun,
            begun + timedelta(days=for_days),
            review,
            by=cast.admin,
        )


def test_a_certificate_holds_until_its_end_or_a_year_after_the_last_review(cast: Cast) -> None:
    worker, today = cast.caseworker.staff_id, clock.today()
    row = certified(cast, days_ago=340)
    assert row.valid_until is not None
    assert (row.standing, row.valid_until < today + timedelta(days=30)) == (Standing.ENDING, True)
    with acting_as(cast.caseworker):
        assert is_trained(worker, today)
        assert not is_trained(worker, today - timedelta(days=341))
        assert not is_trained(worker, row.valid_until + timedelta(days=1))
    again = certified(cast, days_ago=340, reviewed=1)
    with acting_as(cast.caseworker):
        assert again.valid_until is not None
        assert again.valid_until > today + timedelta(days=300)
        assert trained_until([worker]) == {worker: again.valid_until}
        assert is_trained(worker, row.valid_until + timedelta(days=1))


@pytest.mark.parametrize(
    ("terms", "of_office", "days"),
    [
        ({"interview_years": 1}, "kita", 365),
        ({"peer_review_months": 1}, "kita", 59),
        ({"interview_years": 1, "peer_review_months": 1}, "minami", 395),
    ],
)
def test_an_office_takes_a_certificate_for_a_shorter_time(
    cast: Cast, terms: dict[str, int], of_office: str, days: int
) -> None:
    """Rule and wall say the same; what another office sets does not matter to who holds no position there."""
    begun = clock.today() - timedelta(days=60)
    row = certified(cast, days_ago=60, reviewed=30)
    with as_owner():
        Office.objects.using("owner").filter(code=of_office).update(**terms)
    with acting_as(cast.caseworker):
        fresh = Training.objects.get(pk=row.pk)
        last = fresh.valid_until
        assert last is not None
        assert abs((last - begun).days - days) <= 3  # months differ in length
        for day in (last, last + timedelta(days=1)):
            assert is_trained(row.staff_id, day) is (day == last)
            with connections["owner"].cursor() as cursor:
                cursor.execute("SELECT wall.is_trained(%s, %s)", [row.staff_id, day])
                assert cursor.fetchone() == (day == last,)


def test_of_two_offices_the_stricter_holds(cast: Cast) -> None:
    row, minami = certified(cast), cast.offices["minami"]
    began = {"role": Role.CASEWORKER, "starts_on": date(2020, 4, 1), "confirmed_at": clock.now()}
    with as_owner():
        Office.objects.using("owner").filter(pk=minami.pk).update(peer_review_months=1)
        Position.objects.using("owner").create(staff=row.staff, office=minami, **began)
    with acting_as(cast.caseworker):
        last = Training.objects.get(pk=row.pk).valid_until
        assert last is not None
        assert abs((last - clock.today()).days) <= 1
        assert not is_trained(row.staff_id, last + timedelta(days=1))


def test_a_leap_day_ends_as_in_the_database() -> None:
    row = Training(course=Course.NICHD, certified_on=date(2028, 2, 29), expires_on=date(2031, 2, 28))
    assert row.valid_until == date(2029, 2, 28)


def test_the_days_are_in_order(cast: Cast) -> None:
    wrong: tuple[tuple[dict[str, Any], str], ...] = (
        ({"days_ago": -1}, "certified_on"),
        ({"for_days": 0}, "expires_on"),
        ({"for_days": 1100}, "expires_on"),
        ({"reviewed": 31}, "peer_review_on"),
        ({"reviewed": -1}, "peer_review_on"),
    )
    for facts, field in wrong:
        with pytest.raises(Refused) as refused:
            certified(cast, **facts)
        assert refused.value.code == field


def test_nobody_certifies_themselves_and_only_an_administrator_others(cast: Cast) -> None:
    for who in ("admin",):
        with pytest.raises(Refused):
            certified(cast, who)
    days = (clock.today(), clock.today() + timedelta(days=9))
    with acting_as(cast.supervisor), pytest.raises(Refused):
        actions.keep_training(cast.caseworker.staff, Course.NICHD, *days, by=cast.supervisor)


def test_a_withdrawn_row_holds_no_longer(cast: Cast) -> None:
    row = certified(cast)
    with acting_as(cast.admin):
        actions.withdraw_training(row, by=cast.admin)
        with pytest.raises(Refused):
            actions.withdraw_training(row, by=cast.admin)
    with acting_as(cast.caseworker):
        assert not is_trained(cast.caseworker.staff_id, clock.today())


INSERT = (
    "INSERT INTO agencies_training (id, staff_id, course, certified_on, expires_on, kept_by_id, kept_at) "
    "VALUES (gen_random_uuid(), %s, 'nichd', current_date + %s, current_date + %s, %s, now())"
)


def test_by_sql(cast: Cast) -> None:
    row, worker = certified(cast), cast.caseworker
    for by, whom, first, last, message in (
        (cast.supervisor, worker, -9, 9, "row-level security"),
        (cast.admin, cast.admin, -9, 9, "row-level security"),
        (cast.admin, worker, 9, 99, "days in order"),
        (cast.admin, worker, -9, 2000, "days in order"),
    ):
        with pytest.raises(DatabaseError, match=message):
            raw(by, INSERT, [whom.staff_id, first, last, by.pk])
    assert raw(cast.admin, INSERT, [worker.staff_id, -9, 9, cast.director.pk]) == 1
    with acting_as(cast.admin):
        assert Training.objects.exclude(pk=row.pk).get().kept_by_id == cast.admin.pk
    with pytest.raises(DatabaseError, match="permission denied"):
        raw(cast.admin, "UPDATE agencies_training SET expires_on = current_date + 900")
    withdraw = "UPDATE agencies_training SET withdrawn_at = now() WHERE id = %s"
    assert raw(worker, withdraw, [row.pk]) == 0
    assert raw(cast.admin, withdraw, [row.pk]) == 1
    with acting_as(cast.stranger):
        assert not Training.objects.exists()


def test_the_pages(cast: Cast) -> None:
    client, today = signed_in(cast.admin), clock.today()
    sent = {
        "staff": str(cast.caseworker.staff_id),
        "course": "nichd",
        "certified_on": (today - timedelta(days=340)).isoformat(),
        "expires_on": (today - timedelta(days=350)).isoformat(),
    }
    page = client.post("/training/add/", sent)
    assert {*page.context["form"].errors} == {"expires_on"}
    end = (today + timedelta(days=400)).isoformat()
    assert client.post("/training/add/", sent | {"expires_on": end}).status_code == 302
    page = client.get("/training/")
    assert "90日以内に期限を迎える修了が1件あります" in text_of(page)
    with acting_as(cast.admin):
        row = Training.objects.get()
    assert client.post(f"/training/{row.pk}/withdraw/").status_code == 302
    assert "取消し済み" in text_of(client.get("/training/"))
    assert signed_in(cast.supervisor).get("/training/").status_code == 404
