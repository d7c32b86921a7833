"""What came at night stays open to the officer on duty until the sheet of the night is received, and not past its hard end."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.urls import reverse

from agencies.directory.models import Office
from agencies.notices.models import Notice
from agencies.staff.acting import acting_as
from agencies.staff.rules import Refused
from cases.custody.actions import draft_start
from cases.intake.actions import add_notification, register_call
from cases.nights import rules
from cases.nights.actions import keep_for_night, take_sheet
from cases.nights.models import NightSheet
from cases.nights.rules import A_DAY, at, night_at, working_day
from cases.nights.tasks import end
from cases.records.actions import add_to_team, block_person, break_glass, open_case
from cases.records.codes import Level, Relation
from cases.records.models import Case, Grant
from security.walls import clock
from tests.cast import CHILD, FACTS, Cast, a_case, as_owner, as_role
from tests.client import signed_in
from tests.unit.cases.clocks.test_warnings import moved
from tests.unit.cases.custody.test_actions import start_facts
from tests.unit.cases.intake.test_actions import received
from tests.unit.referrals.pages import in_english

TEN, MORE_THAN_FOUR = time(22), timedelta(hours=11)
KEEP = "SELECT wall.keep_for_night(%s, %s, %s)"
REASON = "夜間に保護者が来所し、本児の所在を尋ねたため"


def last_night() -> tuple[date, date]:
    """The last night but one, which is over whenever the tests run, and its morning."""
    night = working_day(night_at(clock.now()), -A_DAY)
    return night, working_day(night, A_DAY)


@contextmanager
def on_duty(cast: Cast, moment: datetime) -> Iterator[None]:
    """The officer on duty works at this moment."""
    with moved(moment), acting_as(cast.duty):
        yield


def a_call_at(cast: Cast, moment: datetime) -> Case:
    """The officer on duty takes a call and names the caseworker to be in charge."""
    with on_duty(cast, moment):
        call = received(moment - timedelta(minutes=5))
        return register_call(CHILD, FACTS, call, in_charge=cast.caseworker, by=cast.duty).case


def right_of(cast: Cast, case: Case) -> Grant:
    with as_owner():
        found: Grant = Grant.objects.using("owner").get(content_object=case, position=cast.duty)
    return found


def now_is(cast: Cast, case: Case, after: timedelta) -> None:
    """Arrange that so much time has passed since the right was given."""
    grant = right_of(cast, case)
    assert grant.ends_at is not None
    by = clock.now() - grant.starts_at - after
    with as_owner():
        Grant.objects.using("owner").filter(pk=grant.pk).update(
            created_at=grant.created_at + by, starts_at=grant.starts_at + by, ends_at=grant.ends_at + by
        )


def opens(cast: Cast, case: Case) -> int:
    """What the officer's request for the case is answered with."""
    return signed_in(cast.duty).get(reverse("case", args=[case.pk])).status_code


def told(case: Case) -> list[str]:
    with as_owner():
        rows = Notice.objects.using("owner").filter(kind="night_ended", reference=case.number)
        return sorted(row.position.role for row in rows.select_related("position"))


def ended() -> int:
    with as_role("worker"):
        return end()


@pytest.mark.parametrize(
    ("moment", "lasts"),
    [
        ("2026-11-27T22:00", ("2026-11-27", "2026-11-30")),  # a weekend begins
        ("2026-11-30T08:59", ("2026-11-27", "2026-11-30")),
        ("2026-11-30T09:00", None),
        ("2026-11-30T17:14", None),
        ("2026-11-30T17:15", ("2026-11-30", "2026-12-01")),
        ("2027-01-02T03:00", ("2026-12-28", "2027-01-04")),
    ],
)
def test_which_night_goes_on(moment: str, lasts: tuple[str, str] | None) -> None:
    found = rules.going_on(datetime.fromisoformat(moment + "+09:00"))
    assert found == (lasts and tuple(date.fromisoformat(day) for day in lasts))


def test_a_case_of_ten_at_night_is_handed_over_at_nine(cast: Cast) -> None:
    """It is longer than the four hours of a broken glass; once the sheet is received, the same request finds nothing."""
    night, morning = last_night()
    moment = at(night, TEN)
    case = a_call_at(cast, moment)
    grant = right_of(cast, case)
    assert (grant.relation, grant.night, grant.ends_at) == (Relation.MEMBER, night, at(morning, time(12)))
    now_is(cast, case, MORE_THAN_FOUR)
    assert opens(cast, case) == 200
    client = in_english(signed_in(cast.duty))
    page = client.get(reverse("case", args=[case.pk])).content.decode()
    assert "It closes for you when the hand-over sheet is received" in page
    assert reverse("night_of", args=[night]) in page
    with acting_as(cast.caseworker):
        take_sheet(night, by=cast.caseworker)
    assert opens(cast, case) == 404
    assert signed_in(cast.caseworker).get(reverse("case", args=[case.pk])).status_code == 200
    assert right_of(cast, case).ended_at is not None
    assert (ended(), told(case)) == (0, [])  # handed over: nobody is told


def test_an_oral_decision_keeps_what_was_opened_with_broken_glass(cast: Cast) -> None:
    """A broken glass alone lasts four hours; custody that was decided orally is followed until the morning."""
    night, morning = last_night()
    case, moment = a_case(cast), at(night, TEN)
    with as_owner():
        Case.objects.using("owner").filter(pk=case.pk).update(opened_at=moment - A_DAY)
    with on_duty(cast, moment):
        break_glass(case.pk, REASON, by=cast.duty)
    grant = right_of(cast, case)
    assert (grant.night, grant.ends_at) == (None, grant.starts_at + timedelta(hours=4))
    with on_duty(cast, moment + timedelta(minutes=10)):
        facts = start_facts(
            effective_at=moment + timedelta(minutes=5),
            is_oral=True,
            said_by="所長 職員",
            said_at=moment + timedelta(minutes=4),
        )
        draft_start(case, facts, by=cast.duty)
    grant = right_of(cast, case)
    assert (grant.relation, grant.night, grant.ends_at) == (Relation.GLASS, night, at(morning, time(12)))


def test_what_nobody_receives_closes_at_the_hour_of_the_office_and_is_told_once(cast: Cast) -> None:
    night, morning = last_night()
    with as_owner():
        Office.objects.using("owner").update(night_until_hour=10)
    case = a_call_at(cast, at(night, TEN))
    assert right_of(cast, case).ends_at == at(morning, time(10))
    now_is(cast, case, timedelta(hours=11, minutes=59))
    assert (opens(cast, case), ended()) == (200, 0)
    now_is(cast, case, at(morning, time(10)) - at(night, TEN))
    assert opens(cast, case) == 404
    assert (ended(), ended()) == (1, 0)
    assert told(case) == ["caseworker", "director", "director", "supervisor"]
    grant = right_of(cast, case)
    assert grant.ended_at == grant.ends_at


def test_who_is_barred_from_the_case_is_not_told(cast: Cast) -> None:
    night, _morning = last_night()
    case = a_call_at(cast, at(night, TEN))
    barred = cast.positions["two_positions/director"].staff
    with acting_as(cast.director):
        block_person(case, barred, by=cast.director)
    assert ended() == 1
    assert told(case) == ["caseworker", "director", "supervisor"]


def test_the_page_before_the_glass_says_it_to_whom_it_is_for(cast: Cast) -> None:
    case = a_case(cast)
    said = "it stays open until the hand-over sheet is received"
    for who, is_said in (("duty", True), ("other_section", False)):
        client = in_english(signed_in(cast.positions[who]))
        page = client.get(reverse("case_glass", args=[case.pk])).content.decode()
        assert (said in " ".join(page.split())) is is_said, who


def test_by_day_and_for_others_the_four_hours_stay(cast: Cast) -> None:
    night, _morning = last_night()
    day = a_call_at(cast, at(night, time(14)))
    grant = right_of(cast, day)
    assert (grant.night, grant.ends_at) == (None, grant.starts_at + timedelta(hours=4))
    with moved(at(night, TEN)), acting_as(cast.positions["other_section"]):
        case = register_call(
            CHILD,
            FACTS,
            received(at(night, TEN)),
            in_charge=cast.caseworker,
            by=cast.positions["other_section"],
        ).case
    with as_owner():
        assert not Grant.objects.using("owner").filter(content_object=case, night__isnull=False).exists()


def test_the_sheet_of_another_night_or_office_ends_nothing(cast: Cast) -> None:
    night, _morning = last_night()
    case = a_call_at(cast, at(night, TEN))
    now_is(cast, case, MORE_THAN_FOUR)
    with acting_as(cast.caseworker):
        take_sheet(working_day(night, -A_DAY), by=cast.caseworker)
    with acting_as(cast.stranger):
        take_sheet(night, by=cast.stranger)
    assert opens(cast, case) == 200


def test_a_sheet_that_is_refused_ends_nothing(cast: Cast) -> None:
    night, _morning = last_night()
    case = a_call_at(cast, at(night, TEN))
    now_is(cast, case, MORE_THAN_FOUR)
    with acting_as(cast.positions["school"]), pytest.raises(Refused):
        take_sheet(night, by=cast.positions["school"])
    assert opens(cast, case) == 200


def kept(case: Case, night: date, morning: date) -> str:
    """What the database makes of the call by raw SQL."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(KEEP, [case.pk, night, morning])
    except IntegrityError as error:
        return str(error.__cause__.diag.constraint_name)  # type: ignore[union-attr]
    return "asked"


def tomorrow() -> date:
    """The next day that is none of a weekend, as far as the database knows."""
    day = clock.today() + A_DAY
    while day.isoweekday() > 5:
        day += A_DAY
    return day


def a_case_by_duty(cast: Cast) -> Case:
    with acting_as(cast.duty):
        return open_case(CHILD, FACTS, in_charge=cast.caseworker, by=cast.duty)


def test_raw_sql_prolongs_no_other_right(cast: Cast) -> None:
    night = night_at(clock.now())
    case = a_case_by_duty(cast)
    four_hours = right_of(cast, case).ends_at
    with acting_as(cast.duty):
        assert kept(case, night, tomorrow()) == "asked"
    assert right_of(cast, case).ends_at == four_hours  # nothing of the night was written
    with acting_as(cast.caseworker):
        assert kept(case, night, tomorrow()) == "night_on_duty"
    with acting_as(cast.duty):
        for begins, ends in (
            (clock.today() - 5 * A_DAY, clock.today() - A_DAY),  # over
            (clock.today() + A_DAY, clock.today() + 3 * A_DAY),  # to come
            (night, night + 13 * A_DAY),  # longer than any
            (tomorrow(), tomorrow()),
        ):
            assert kept(case, begins, ends) == "night_on_duty", (begins, ends)
        add_notification(case, received(), by=cast.duty)
        assert kept(case, night, tomorrow()) == "asked"
    grant = right_of(cast, case)
    assert grant.night is not None
    assert grant.ends_at is not None
    assert grant.ends_at >= (four_hours or grant.ends_at)
    with acting_as(cast.duty):
        assert kept(case, night, tomorrow() + 7 * A_DAY) == "asked"
    assert right_of(cast, case).ends_at == grant.ends_at  # once


def the_glass(cast: Cast, case: Case) -> Grant:
    with as_owner():
        mine = Grant.objects.using("owner").filter(content_object=case, position=cast.duty)
        found: Grant = mine.get(relation=Relation.GLASS)
    return found


def glass_of(cast: Cast, days: int) -> tuple[Case, Grant]:
    """The officer on duty took a call of a case so many days ago, and breaks its glass now."""
    case = a_case_by_duty(cast)
    with acting_as(cast.duty):
        add_notification(case, received(clock.now() - days * A_DAY), by=cast.duty)
    with as_owner():
        Grant.objects.using("owner").filter(content_object=case, position=cast.duty).update(
            ended_at=clock.now()
        )
        Case.objects.using("owner").filter(pk=case.pk).update(opened_at=clock.now() - days * A_DAY)
    with acting_as(cast.duty):
        break_glass(case.pk, REASON, by=cast.duty)
    return case, the_glass(cast, case)


def test_what_came_another_night_prolongs_no_broken_glass(cast: Cast) -> None:
    """Four hours: nothing of this night was written, however often the officer took calls of the case before."""
    case, glass = glass_of(cast, 15)
    with acting_as(cast.duty):
        assert kept(case, night_at(clock.now()), tomorrow()) == "asked"
    assert (the_glass(cast, case).night, the_glass(cast, case).ends_at) == (None, glass.ends_at)


def test_after_the_hand_over_no_longer_night_is_claimed(cast: Cast) -> None:
    """The sheet of the night was received: no other will end what is opened now, so it stays open until the hour of today."""
    case, glass = glass_of(cast, 0)
    night = night_at(clock.now())
    with as_owner():
        NightSheet.objects.using("owner").create(
            office_id=cast.duty.office_id, night=night, taken_by=cast.caseworker, taken_at=clock.now()
        )
    with acting_as(cast.duty):
        assert kept(case, night, tomorrow()) == "asked"
    assert glass.ends_at is not None
    assert the_glass(cast, case).ends_at == max(glass.ends_at, at(clock.today(), time(12)))


def test_the_sheet_ends_what_was_kept_under_an_earlier_night(cast: Cast) -> None:
    """Whoever names the night before by raw SQL is not past the hand-over of this one."""
    night = night_at(clock.now())
    claimed = working_day(night, -A_DAY)
    case = a_case_by_duty(cast)
    with acting_as(cast.duty):
        add_notification(case, received(), by=cast.duty)
    with as_owner():  # whatever hour it is now
        Grant.objects.using("owner").filter(content_object=case, position=cast.duty).update(night=None)
    with acting_as(cast.duty):
        assert kept(case, claimed, tomorrow()) == "asked"
    assert right_of(cast, case).night == claimed
    with as_owner():
        NightSheet.objects.using("owner").create(
            office_id=cast.duty.office_id, night=night, taken_by=cast.caseworker, taken_at=clock.now()
        )
    assert right_of(cast, case).ended_at is not None


def test_no_night_begins_on_a_weekend(cast: Cast) -> None:
    """The sheet is that of the working day before: a right that is kept for a Saturday would end with none."""
    case = a_case_by_duty(cast)
    saturday = clock.today() - A_DAY
    while saturday.isoweekday() != 6:
        saturday -= A_DAY
    with acting_as(cast.duty):
        add_notification(case, received(), by=cast.duty)
        assert kept(case, saturday, tomorrow()) == "night_on_duty"


def test_a_right_that_another_gave_is_left_as_it_is(cast: Cast) -> None:
    case = a_case(cast)
    until = clock.now() + timedelta(hours=1)
    with acting_as(cast.caseworker):
        add_to_team(
            case,
            cast.duty,
            relation=Relation.MEMBER,
            level=Level.MANAGE,
            until=until,
            reason="当直",
            by=cast.caseworker,
        )
    with acting_as(cast.duty):
        add_notification(case, received(), by=cast.duty)
        assert kept(case, night_at(clock.now()), tomorrow()) == "asked"
        keep_for_night(case, by=cast.duty)
    assert (right_of(cast, case).night, right_of(cast, case).ends_at) == (None, until)


@pytest.mark.parametrize("call", ["end_nights()", "warn_intake()", "warn_letters('{}', '{}')"])
def test_the_job_alone_ends_and_tells(cast: Cast, call: str) -> None:
    for who in ("duty", "director", "rights_head"):
        with (
            acting_as(cast.positions[who]),
            pytest.raises(DatabaseError, match="permission denied"),
            transaction.atomic(),
        ):
            connection.cursor().execute(f"SELECT wall.{call}")
