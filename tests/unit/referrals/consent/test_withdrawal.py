"""A withdrawal takes effect at once, whatever else fails; an expiry needs no job."""

from datetime import timedelta

import pytest
from django.db import connection, connections

from agencies.staff.acting import acting_as
from referrals.consent import actions
from referrals.consent.models import ExceptionRequest, Intention
from referrals.disclosures.models import Disclosure
from security.walls import clock
from tests.cast import Cast, a_case, as_owner, as_role
from tests.client import signed_in
from tests.unit.referrals import steps


def intention_of(cast: Cast, report: Disclosure) -> Intention:
    """The confirmation a report rests on."""
    with acting_as(cast.caseworker):
        assert report.intention_id
        return Intention.objects.select_related("case").get(pk=report.intention_id)


def break_table(table: str) -> None:
    """Every insert into ``table`` fails from now on."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT broken CHECK (false) NOT VALID")


@pytest.mark.parametrize("table", ["agencies_notice", "security_outbox"])
def test_it_commits_while_notices_or_the_outbox_fail(cast: Cast, table: str) -> None:
    report = steps.readable(cast)
    intention = intention_of(cast, report)
    break_table(table)
    worker = signed_in(cast.caseworker)
    answer = worker.post(f"/cases/{report.case_id}/intention/{intention.pk}/withdraw/")
    assert answer.status_code == 302
    assert steps.seen_by(cast.police, report) == []
    assert intention_of(cast, report).withdrawn_at is not None
    assert signed_in(cast.police).get(f"/police/{report.pk}/").status_code == 200
    assert worker.get(answer["Location"]).status_code == 200


def test_it_waits_for_no_worker_and_no_mail(cast: Cast) -> None:
    """Nothing but rows is written: what is to be mailed lies in the outbox, and no worker runs here."""
    report = steps.readable(cast)
    steps.withdrawn(cast, intention_of(cast, report))
    assert steps.seen_by(cast.police, report) == []
    with as_role("worker"), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM security_outbox WHERE done_at IS NULL")
        assert cursor.fetchone()[0] > 0


def test_the_next_request_of_an_open_police_session_shows_the_closed_page(cast: Cast) -> None:
    report = steps.readable(cast)
    officer, url = signed_in(cast.police), f"/police/{report.pk}/"
    assert "伝える文" in officer.get(url).content.decode()
    steps.withdrawn(cast, intention_of(cast, report))
    for address in (url, f"{url}print/"):
        closed = officer.get(address)
        assert closed.status_code == 200
        assert "伝える文" not in closed.content.decode()
        assert report.reference in closed.content.decode()


def test_it_ends_drafts_and_every_report_of_that_office(cast: Cast) -> None:
    case = a_case(cast)
    intention = steps.confirmed(cast, case)
    reports = [steps.drafted(cast, case), steps.decided(cast, steps.drafted(cast, case))]
    elsewhere = steps.confirmed(cast, case, recipient=cast.offices["support2"])
    other = steps.drafted(cast, case, recipient=cast.offices["support2"])
    steps.withdrawn(cast, intention)
    with acting_as(cast.caseworker):
        endings = {row.pk: row.ending for row in Disclosure.objects.filter(case=case)}
        assert Intention.objects.get(pk=elsewhere.pk).is_active
    assert [endings[report.pk] for report in reports] == ["withdrawn", "withdrawn"]
    assert endings[other.pk] == ""


@pytest.mark.parametrize("result", ["wishes", "declines", "undecided", "unable"])
def test_a_newer_answer_ends_the_older_one(cast: Cast, result: str) -> None:
    report = steps.readable(cast)
    with acting_as(cast.caseworker):
        case = Disclosure.objects.select_related("case__office").get(pk=report.pk).case
    steps.confirmed(cast, case, result=result)
    assert steps.seen_by(cast.police, report) == []
    assert intention_of(cast, report).state == "superseded"


def test_expiry_needs_no_job(cast: Cast) -> None:
    report = steps.readable(cast)
    intention = intention_of(cast, report)
    with as_owner():
        Intention.objects.using("owner").filter(pk=intention.pk).update(
            valid_until=clock.now() - timedelta(seconds=1)
        )
    assert steps.seen_by(cast.police, report) == []
    closed = signed_in(cast.police).get(f"/police/{report.pk}/")
    assert closed.status_code == 200
    assert "伝える文" not in closed.content.decode()
    with as_role("worker"), connection.cursor() as cursor:  # nobody at all: housekeeping
        cursor.execute("SELECT * FROM wall.close_expired()")
        assert [row[0] for row in cursor.fetchall()] == [report.pk]
    with acting_as(cast.caseworker):
        assert Disclosure.objects.get(pk=report.pk).ending == "expired"


def test_an_exception_expires_without_a_job(cast: Cast) -> None:
    case = a_case(cast)
    exception = steps.excepted(cast, case)
    report = steps.sent(cast, steps.decided(cast, steps.drafted(cast, case)))
    steps.assigned(cast, report)
    assert steps.seen_by(cast.police, report)
    with as_owner():
        rows = ExceptionRequest.objects.using("owner").filter(pk=exception.pk)
        rows.update(expires_at=clock.now() - timedelta(seconds=1))
    assert steps.seen_by(cast.police, report) == []


def test_it_works_on_a_closed_case_and_twice(cast: Cast) -> None:
    report = steps.readable(cast)
    with as_owner(), connections["owner"].cursor() as cursor:
        cursor.execute("UPDATE cases_case SET stage = 'closed' WHERE id = %s", [report.case_id])
    intention = intention_of(cast, report)
    steps.withdrawn(cast, intention)
    first = intention_of(cast, report).withdrawn_at
    steps.withdrawn(cast, intention)
    assert intention_of(cast, report).withdrawn_at == first is not None
    assert steps.seen_by(cast.police, report) == []


def test_a_reason_follows_once(cast: Cast) -> None:
    report = steps.readable(cast)
    intention = intention_of(cast, report)
    with acting_as(cast.caseworker):
        actions.explain_withdrawal(intention, reason="早すぎる", by=cast.caseworker)
        assert Intention.objects.get(pk=intention.pk).withdrawal_reason is None
    steps.withdrawn(cast, intention)
    with acting_as(cast.caseworker):
        for reason in ("  ", "こわい", "別の理由"):
            actions.explain_withdrawal(intention, reason=reason, by=cast.caseworker)
        written = Intention.objects.get(pk=intention.pk).withdrawal_reason
        assert written is not None
        assert written.reveal() == "こわい"


@pytest.mark.parametrize("who", ["stranger", "police", "colleague", "school", "privacy"])
def test_a_stranger_withdraws_nothing(cast: Cast, who: str) -> None:
    report = steps.readable(cast)
    url = f"/cases/{report.case_id}/intention/{report.intention_id}/withdraw/"
    assert signed_in(cast.posts[who]).post(url).status_code == 404
    assert steps.seen_by(cast.police, report)
