"""The outbox without a worker: claiming, sending again, parking, taking effect once, and reconciliation."""

import logging
import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.db import ProgrammingError, connection, connections, transaction
from django.utils import timezone
from kombu.exceptions import OperationalError

from agencies.notices import tasks as notices
from agencies.notices.actions import tell
from agencies.notices.kinds import NoticeKind
from agencies.notices.models import Notice
from agencies.staff.acting import acting_as
from referrals.disclosures.tasks import close_expired
from security.audit.months import check_months
from security.outbox.actions import send_later
from security.outbox.effects import take_effect
from security.outbox.models import Effect, Outbox
from security.outbox.relay import TRIES, reconcile, relay, unpark
from security.signin.models import Session
from security.signin.tasks import clean_sessions
from tests.cast import Cast, as_owner, as_role

Sent = list[tuple[str, str]]
NOW = timezone.now


class DownBackend(BaseEmailBackend):
    """A mail server that is down."""

    def send_messages(self, email_messages: Any) -> int:
        raise ConnectionRefusedError


@pytest.fixture(autouse=True)
def _is_the_worker(database: str) -> Iterator[None]:
    """Everything here runs as in a worker, but what the application does to cause it."""
    with as_role("worker"):
        yield


@pytest.fixture
def row(database: str) -> Outbox:
    with as_role("runtime"):
        send_later("some", {"id": str(uuid4())}, key="a")
    return Outbox.objects.get()


def _relay(sent: Sent, hours: float = 0) -> int:
    return relay(NOW() + timedelta(hours=hours), lambda name, row_id: sent.append((name, row_id)))


def test_a_row_is_sent_again_until_it_is_done(row: Outbox) -> None:
    sent: Sent = []
    assert [_relay(sent), _relay(sent), _relay(sent, 1)] == [1, 0, 1]
    assert sent == [("effect.some", str(row.pk))] * 2
    assert take_effect(row.pk, lambda payload: None)
    assert _relay(sent, 10) == 0


def test_the_same_key_is_noted_once(row: Outbox) -> None:
    send_later("some", {}, key="a")
    send_later("other", {}, key="a")
    assert Outbox.objects.count() == 2


def test_after_many_tries_it_is_parked_with_an_alarm(row: Outbox, caplog: pytest.LogCaptureFixture) -> None:
    sent: Sent = []
    with caplog.at_level(logging.CRITICAL, "tomoshibi.outbox"):
        for number in range(TRIES + 3):
            _relay(sent, number * 2)
    assert len(sent) == TRIES
    assert [record.levelname for record in caplog.records] == ["CRITICAL"]
    assert str(row.pk) in caplog.text
    assert unpark() == 1
    assert _relay(sent) == 1


def test_a_broker_that_is_away_loses_nothing(row: Outbox) -> None:
    for error in (OperationalError, ConnectionRefusedError):

        def refuse(name: str, row_id: str, error: type[Exception] = error) -> None:
            raise error

        relay(NOW() + timedelta(hours=5), refuse)
        row.refresh_from_db()
        assert row.done_at is None
        Outbox.objects.update(next_at=NOW())
    assert _relay([]) == 1


def test_two_relays_share_the_rows(database: str) -> None:
    for number in range(50):
        send_later("some", {}, key=str(number))
    sent: Sent = []

    def run() -> None:
        _relay(sent)
        connections.close_all()

    threads = [threading.Thread(target=run) for _number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(sent) == len(set(sent)) == 50


def test_many_workers_with_one_message_take_effect_once(row: Outbox) -> None:
    done: list[bool] = []

    def run() -> None:
        done.append(take_effect(row.pk, lambda payload: send_later("next", {}, key=str(uuid4()))))
        connections.close_all()

    threads = [threading.Thread(target=run) for _number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == [False] * 7 + [True]
    assert Outbox.objects.filter(kind="next").count() == 1


def test_an_effect_that_fails_leaves_no_mark(row: Outbox) -> None:
    def fail(payload: dict[str, Any]) -> None:
        send_later("next", {}, key="b")
        raise ConnectionRefusedError

    with pytest.raises(ConnectionRefusedError):
        take_effect(row.pk, fail)
    assert not Effect.objects.exists()
    assert not Outbox.objects.filter(kind="next").exists()
    assert take_effect(row.pk, lambda payload: None)


def test_a_row_that_is_rolled_back_is_never_sent(database: str) -> None:
    with transaction.atomic():
        send_later("some", {}, key="a")
        transaction.set_rollback(True)
    assert _relay([]) == 0


# --- The mail of a notice ----------------------------------------------------------------------------------------------


def _notice(cast: Cast, reference: str = "KITA-2026-0001") -> Outbox:
    with as_role("runtime"), acting_as(cast.caseworker):
        tell(
            [cast.supervisor.pk], NoticeKind.DECISION_WAITING, reference, "/cases/secret/", cause=str(uuid4())
        )
    return Outbox.objects.latest("created_at")


def test_a_mail_is_japanese_and_holds_the_reference_only(cast: Cast) -> None:
    row = _notice(cast)
    take_effect(row.pk, notices.notice_mail)
    take_effect(row.pk, notices.notice_mail)
    (sent,) = mail.outbox
    assert sent.to == ["supervisor@example.invalid"]
    assert "KITA-2026-0001" in sent.subject
    assert not any(word in f"{sent.subject}{sent.body}" for word in ("secret", "http", "/cases", "職員"))


def test_mail_down_is_tried_again_and_then_parked(cast: Cast, settings: Any) -> None:
    row = _notice(cast)
    settings.EMAIL_BACKEND = f"{__name__}.DownBackend"
    for number in range(TRIES):
        assert _relay([], number * 2) == 1
        with pytest.raises(ConnectionRefusedError):
            take_effect(row.pk, notices.notice_mail)
    assert _relay([], 100) == 0
    row.refresh_from_db()
    assert row.parked_at
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert unpark() == 1
    take_effect(row.pk, notices.notice_mail)
    assert len(mail.outbox) == 1


def test_nobody_is_mailed_who_has_left(cast: Cast) -> None:
    row = _notice(cast)
    with as_owner(), connections["owner"].cursor() as cursor:
        cursor.execute(
            "UPDATE agencies_post SET ends_on = current_date - 1 WHERE id = %s", [cast.supervisor.pk]
        )
    assert take_effect(row.pk, notices.notice_mail)
    assert mail.outbox == []


def test_the_worker_learns_no_address_that_no_mail_waits_for(cast: Cast) -> None:
    row = _notice(cast)
    assert [notices._address_of(str(post.pk)) for post in (cast.supervisor, cast.caseworker)] == [
        "supervisor@example.invalid",
        "",
    ]
    take_effect(row.pk, notices.notice_mail)
    assert notices._address_of(str(cast.supervisor.pk)) == ""


@pytest.mark.parametrize(
    "reference", ["", "x" * 60, "髙\N{RIGHT-TO-LEFT OVERRIDE}", "a\r\nBcc: x@example.invalid"]
)
def test_no_reference_breaks_the_mail(cast: Cast, reference: str) -> None:
    row = _notice(cast, reference)
    take_effect(row.pk, notices.notice_mail)
    message = mail.outbox[0].message()
    assert message["To"] == "supervisor@example.invalid"
    assert message["Bcc"] is None


# --- Reconciliation and housekeeping -----------------------------------------------------------------------------------


def test_reconciliation_finds_what_fell_out(cast: Cast, caplog: pytest.LogCaptureFixture) -> None:
    row = _notice(cast)
    assert reconcile().added == 0
    assert caplog.records == []
    with as_owner():
        Outbox.objects.using("owner").all().delete()
    assert reconcile().added == 1
    assert Outbox.objects.get().pk == row.pk
    with as_owner():
        Outbox.objects.using("owner").update(created_at=NOW() - timedelta(hours=2))
    assert reconcile().late == 1
    Outbox.objects.update(parked_at=NOW())
    assert reconcile().parked == 1
    Outbox.objects.update(done_at=NOW())
    assert reconcile().unmarked == 1
    assert [record.levelname for record in caplog.records] == ["CRITICAL"] * 4


def test_housekeeping_runs_as_nobody(cast: Cast) -> None:
    assert close_expired() == 0
    with as_role("runtime"):
        Session.objects.create(session_key="a", session_data="", expire_date=NOW() - timedelta(days=1))
        Session.objects.create(session_key="b", session_data="", expire_date=NOW() + timedelta(days=1))
    assert clean_sessions() == 1


def test_a_month_that_nobody_made_raises_the_alarm(cast: Cast, caplog: pytest.LogCaptureFixture) -> None:
    assert check_months() == []
    assert caplog.records == []
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relispartition AND relkind = 'r' AND relname ~ '_2[0-9]+$' ORDER BY 1 DESC"
        )
        for (last,) in cursor.fetchall()[:3]:
            cursor.execute(f"DROP TABLE {last}")
    assert check_months()
    assert caplog.records[0].levelname == "CRITICAL"


def test_every_kind_sent_has_its_job() -> None:
    from config.celery import app

    app.loader.import_default_modules()
    from django.conf import settings

    for entry in settings.CELERY_BEAT_SCHEDULE.values():
        assert entry["task"] in app.tasks
    assert "effect.notice_mail" in app.tasks


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT count(*) FROM cases_case",
        "SELECT count(*) FROM agencies_staff",
        "SELECT count(*) FROM agencies_notice",
        "SELECT count(*) FROM security_event",
        "SELECT count(*) FROM keys.data_key",
        "SELECT wall.my_staff()",
        "INSERT INTO security_session VALUES ('x', '', now())",
    ],
)
def test_a_job_reaches_no_case_no_person_and_no_evidence(row: Outbox, statement: str) -> None:
    def look(payload: dict[str, Any]) -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement)

    with pytest.raises(ProgrammingError, match="permission denied"):
        take_effect(row.pk, look)
    assert take_effect(row.pk, lambda payload: None)


# --- Raw SQL of the application ----------------------------------------------------------------------------------------

NEW = "INSERT INTO security_outbox (id, kind, payload, created_at, next_at, attempts, done_at, parked_at) VALUES "
AHEAD = f"{NEW} (gen_random_uuid(), 'notice_mail', '{{}}', now(), "


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE security_outbox SET done_at = now()",
        "UPDATE security_outbox SET next_at = next_at + interval '9 years'",
        "DELETE FROM security_outbox",
        "TRUNCATE security_outbox",
        "SELECT payload FROM security_outbox",
        "INSERT INTO security_effect SELECT 'notice_mail:x', now()",
        f"{AHEAD} now(), 0, now(), NULL)",
        f"{AHEAD} now(), 0, NULL, now())",
        f"{AHEAD} now(), 12, NULL, NULL)",
        f"{AHEAD} now() + interval '1 day', 0, NULL, NULL)",
        "SELECT wall.mail_address_of(gen_random_uuid())",
        "SELECT * FROM wall.notices_without_mail()",
        "SELECT * FROM wall.close_expired()",
    ],
)
def test_raw_sql_of_the_application_holds_no_mail_back(row: Outbox, statement: str) -> None:
    with as_role("runtime"), pytest.raises(ProgrammingError), connection.cursor() as cursor:
        cursor.execute(statement)
    assert _relay([]) == 1
    assert take_effect(row.pk, lambda payload: None)


def test_nobody_takes_the_place_of_a_notice_to_somebody_else(cast: Cast) -> None:
    """A notice is written once for its key; raw SQL cannot use up the key of another post's."""
    key = f"{NoticeKind.DISCLOSURE_LOOK.value}:cause:{cast.supervisor.pk}"
    facts = {"kind": NoticeKind.DISCLOSURE_LOOK, "key": key, "created_at": NOW()}
    with as_role("runtime"), acting_as(cast.caseworker), pytest.raises(ProgrammingError, match="row-level"):
        Notice(post_id=cast.caseworker.pk, **facts).save(force_insert=True)
    with as_role("runtime"), acting_as(cast.caseworker), pytest.raises(ProgrammingError, match="row-level"):
        Notice(post_id=cast.supervisor.pk, read_at=NOW(), **facts).save(force_insert=True)
