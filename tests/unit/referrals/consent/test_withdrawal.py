"""A withdrawal takes effect at once, whatever else fails; an expiry needs no job."""

from datetime import timedelta

import pytest
from django.db import connection, connections

from agencies.notices.models import Notice
from agencies.staff.acting import acting_as
from agencies.staff.rules import Refused
from cases.records.actions import add_to_team
from cases.records.codes import Level, Relation
from cases.records.models import Case
from referrals.consent import actions, rules
from referrals.consent.codes import Ground
from referrals.consent.models import ExceptionRequest, Intention
from referrals.disclosures.models import Disclosure
from security.audit.models import Event
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


@pytest.mark.parametrize("approved", [False, True])
def test_it_ends_a_draft_and_a_report_of_that_office(cast: Cast, approved: bool) -> None:
    case = a_case(cast)
    intention = steps.confirmed(cast, case)
    report = steps.drafted(cast, case)
    if approved:
        report = steps.decided(cast, report)
    elsewhere = steps.confirmed(cast, case, recipient=cast.offices["support2"])
    other = steps.drafted(cast, case, recipient=cast.offices["support2"])
    steps.withdrawn(cast, intention)
    with acting_as(cast.caseworker):
        endings = {row.pk: row.ending for row in Disclosure.objects.filter(case=case)}
        assert Intention.objects.get(pk=elsewhere.pk).is_active_at(clock.now())
    assert endings[report.pk] == "withdrawn"
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
        with pytest.raises(Refused, match="not_withdrawn"):
            actions.explain_withdrawal(intention, reason="早すぎる", by=cast.caseworker)
        assert Intention.objects.get(pk=intention.pk).withdrawal_reason is None
    steps.withdrawn(cast, intention)
    with acting_as(cast.caseworker):
        with pytest.raises(Refused, match="reason"):
            actions.explain_withdrawal(intention, reason="  ", by=cast.caseworker)
        actions.explain_withdrawal(intention, reason="こわい", by=cast.caseworker)
        with pytest.raises(Refused, match="explained"):
            actions.explain_withdrawal(intention, reason="別の理由", by=cast.caseworker)
        written = Intention.objects.get(pk=intention.pk).withdrawal_reason
        assert written is not None
        assert written.reveal() == "こわい"


def test_who_reads_a_case_only_withdraws_nothing(cast: Cast) -> None:
    """The rule by itself: the page and the wall refuse the same."""
    report = steps.readable(cast)
    with acting_as(cast.caseworker):
        case = Case.objects.get(pk=report.case_id)
        add_to_team(case, cast.colleague, relation=Relation.MEMBER, level=Level.VIEW, by=cast.caseworker)
    with acting_as(cast.colleague), pytest.raises(Refused, match="no_grant"):
        rules.check_may_withdraw(Case.objects.get(pk=report.case_id), cast.colleague)
    with acting_as(cast.caseworker):
        rules.check_may_withdraw(case, cast.caseworker)


@pytest.mark.parametrize("who", ["stranger", "police", "colleague", "school", "privacy"])
def test_a_stranger_withdraws_nothing(cast: Cast, who: str) -> None:
    report = steps.readable(cast)
    url = f"/cases/{report.case_id}/intention/{report.intention_id}/withdraw/"
    assert signed_in(cast.positions[who]).post(url).status_code == 404
    assert steps.seen_by(cast.police, report)


def test_a_withdrawal_takes_effect_while_the_access_log_cannot_be_written(cast: Cast) -> None:
    """The change is recorded in its transaction; the answer is a redirect without content, and what it leads to is refused."""
    report = steps.readable(cast)
    intention = intention_of(cast, report)
    with connections["owner"].cursor() as cursor:
        cursor.execute("REVOKE INSERT ON security_casetrace, security_event FROM scribe")
    worker = signed_in(cast.caseworker)
    answer = worker.post(f"/cases/{report.case_id}/intention/{intention.pk}/withdraw/")
    assert (answer.status_code, answer.content) == (302, b"")
    assert steps.seen_by(cast.police, report) == []
    assert worker.get(answer["Location"]).status_code == 503
    assert worker.get(f"/cases/{report.case_id}/").status_code == 503
    with acting_as(cast.supervisor):
        changes = Event.objects.filter(verb="ROW_UPDATE", object_pk=str(intention.pk))
        assert changes.filter(changes__has_key="withdrawn_at").exists()


def test_only_a_withdrawal_takes_effect_without_access_log(cast: Cast) -> None:
    report = steps.readable(cast)
    with connections["owner"].cursor() as cursor:
        cursor.execute("REVOKE INSERT ON security_casetrace, security_event FROM scribe")
    closing = signed_in(cast.caseworker).post(f"/cases/{report.case_id}/reports/{report.pk}/close/")
    assert closing.status_code == 503
    assert steps.seen_by(cast.police, report)


@pytest.mark.parametrize("ending", ["withdraw", "supersede"])
def test_officers_are_told_that_their_page_has_closed(cast: Cast, ending: str) -> None:
    report = steps.readable(cast)
    if ending == "withdraw":
        steps.withdrawn(cast, intention_of(cast, report))
    else:
        with acting_as(cast.caseworker):
            case = Disclosure.objects.select_related("case__office").get(pk=report.pk).case
        steps.confirmed(cast, case, result="declines")
    with acting_as(cast.police):
        (notice,) = Notice.objects.filter(kind="disclosure_closed")
        assert (notice.reference, notice.path) == (report.reference, f"/police/{report.pk}/")
    with acting_as(cast.police2):
        assert not Notice.objects.filter(kind="disclosure_closed").exists()


@pytest.mark.parametrize("table", ["agencies_notice", "security_outbox"])
def test_a_newer_answer_ends_the_older_one_while_notices_fail(cast: Cast, table: str) -> None:
    report = steps.readable(cast)
    with acting_as(cast.caseworker):
        case = Disclosure.objects.select_related("case__office").get(pk=report.pk).case
    break_table(table)
    steps.confirmed(cast, case, result="undecided")
    assert steps.seen_by(cast.police, report) == []


def test_a_withdrawal_ends_what_rested_on_there_being_no_answer(cast: Cast) -> None:
    """A child who wished it elsewhere cannot be asked any more; then it turns out that the child had taken that wish back."""
    case = a_case(cast)
    wish = steps.confirmed(cast, case, recipient=cast.offices["support2"])
    for office in ("support", "support2"):
        steps.confirmed(cast, case, recipient=cast.offices[office], result="unable")
    steps.excepted(cast, case, ground=Ground.CANNOT_FORM, condition="意識不明")
    report = steps.sent(cast, steps.decided(cast, steps.drafted(cast, case)))
    steps.assigned(cast, report)
    assert steps.seen_by(cast.police, report)
    steps.withdrawn(cast, wish)
    assert steps.seen_by(cast.police, report) == []
    with acting_as(cast.caseworker):
        assert Disclosure.objects.get(pk=report.pk).ending == "superseded"
