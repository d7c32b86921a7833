"""The outbox without a worker: claiming, sending again, parking, taking effect once, and reconciliation."""

import logging
import threading
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.db import IntegrityError, ProgrammingError, connection, connections, transaction
from django.utils import timezone
from kombu.exceptions import OperationalError
from pytest_django import DjangoAssertNumQueries

from agencies.notices import tasks as notices
from agencies.notices.actions import tell
from agencies.notices.codes import NoticeKind
from agencies.notices.models import Notice
from agencies.staff.acting import acting_as
from referrals.disclosures.tasks import close_expired
from security.audit.months import check_months
from security.outbox.effects import take_effect
from security.outbox.models import Effect, Outbox
from security.outbox.relay import TRIES, reconcile, relay, unpark
from security.signin.models import Session
from security.signin.tasks import clean_sessions
from tests.cast import Cast, as_owner, as_role
from tests.unit.security.outbox.rows import to_send

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
    return to_send("some", {"id": str(uuid4())})


def note(what: str) -> None:
    """What an effect writes."""
    Effect.objects.create(key=f"{what}:{uuid4()}", at=NOW())


def _relay(sent: Sent, hours: float = 0) -> int:
    return relay(NOW() + timedelta(hours=hours), lambda name, row_id: sent.append((name, row_id)))


def test_a_row_is_sent_again_until_it_is_done(row: Outbox) -> None:
    sent: Sent = []
    assert [_relay(sent), _relay(sent), _relay(sent, 1)] == [1, 0, 1]
    assert sent == [("effect.some", str(row.pk))] * 2
    assert take_effect(row.pk, lambda payload: None)
    assert _relay(sent, 10) == 0


def test_a_round_is_one_statement_whether_anything_is_due_or_not(
    row: Outbox, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    sent: Sent = []
    with django_assert_num_queries(2):
        assert [_relay(sent), _relay(sent)] == [1, 0]


def test_what_is_due_first_is_sent_first(database: str) -> None:
    rows = [to_send("some") for _row in range(9)]
    for number, row in enumerate(rows):
        Outbox.objects.filter(pk=row.pk).update(next_at=NOW() - timedelta(minutes=number * 7 % 9))
    sent: Sent = []
    assert _relay(sent) == 9
    assert [row_id for _name, row_id in sent] == [
        str(rows[number].pk) for number in sorted(range(9), key=lambda number: -(number * 7 % 9))
    ]


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
    for _row in range(50):
        to_send("some")
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
        done.append(take_effect(row.pk, lambda payload: note("next")))
        connections.close_all()

    threads = [threading.Thread(target=run) for _number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == [False] * 7 + [True]
    assert Effect.objects.filter(key__startswith="next").count() == 1


def test_an_effect_that_fails_leaves_no_mark(row: Outbox) -> None:
    def fail(payload: dict[str, Any]) -> None:
        note("next")
        raise ConnectionRefusedError

    with pytest.raises(ConnectionRefusedError):
        take_effect(row.pk, fail)
    assert not Effect.objects.exists()
    assert take_effect(row.pk, lambda payload: None)


def test_a_row_that_is_rolled_back_is_never_sent(cast: Cast) -> None:
    with as_role("runtime"), acting_as(cast.caseworker):
        tell([cast.supervisor.pk], NoticeKind.DECISION_WAITING, "KITA-2026-0001", "/", cause="a")
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


def test_a_former_colleague_gets_no_mail(cast: Cast) -> None:
    row = _notice(cast)
    with as_owner(), connections["owner"].cursor() as cursor:
        cursor.execute(
            "UPDATE agencies_position SET ends_on = current_date - 1 WHERE id = %s", [cast.supervisor.pk]
        )
    assert take_effect(row.pk, notices.notice_mail)
    assert mail.outbox == []


def test_the_worker_learns_no_address_that_no_mail_waits_for(cast: Cast) -> None:
    row = _notice(cast)
    assert notices._mail_of(str(row.pk)) == ("supervisor@example.invalid", "KITA-2026-0001")
    assert notices._mail_of(str(uuid4())) is None
    take_effect(row.pk, notices.notice_mail)
    assert notices._mail_of(str(row.pk)) is None


PHISH = "至急 http://evil.example/ で再ログイン"
SENTENCES = (
    PHISH,
    "x" * 60,
    "KITA-1 \N{RIGHT-TO-LEFT OVERRIDE}",
    "a\r\nBcc: x@example.invalid",
    "CALL-03-1234-5678",
)


@pytest.mark.parametrize("reference", SENTENCES)
def test_a_notice_takes_no_sentence_for_a_reference(cast: Cast, reference: str) -> None:
    with pytest.raises(IntegrityError, match="no such notice"):
        _notice(cast, reference)
    assert not Outbox.objects.exists()


@pytest.mark.parametrize("reference", SENTENCES)
def test_a_mail_takes_no_word_from_a_payload_or_an_odd_notice(cast: Cast, reference: str) -> None:
    """Rows that no path of the product writes: neither the payload nor the notice can put a sentence into a mail."""
    row, told = _notice(cast), _notice(cast, "N-ABCDEFGH")
    with as_owner():
        Notice.objects.using("owner").filter(pk=row.pk).update(reference=reference)
        Outbox.objects.using("owner").filter(pk=told.pk).update(
            payload={"notice": str(told.pk), "reference": reference, "position_id": str(cast.director.pk)}
        )
    take_effect(row.pk, notices.notice_mail)
    take_effect(told.pk, notices.notice_mail)
    (sent,) = mail.outbox
    assert sent.to == ["supervisor@example.invalid"]
    assert reference not in f"{sent.subject}{sent.body}"


def test_a_notice_without_a_reference_is_mailed_too(cast: Cast) -> None:
    take_effect(_notice(cast, "").pk, notices.notice_mail)
    assert "–" in mail.outbox[0].subject


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


def test_housekeeping_runs_without_an_identity(cast: Cast) -> None:
    assert close_expired() == 0
    with as_owner():
        for key, days in (("a", -1), ("b", 1)):
            Session.objects.using("owner").create(
                session_key=key, session_data="", expire_date=NOW() + timedelta(days=days)
            )
    assert clean_sessions() == 1


def test_a_missing_month_of_the_log_raises_the_alarm(cast: Cast, caplog: pytest.LogCaptureFixture) -> None:
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
def test_a_job_reaches_no_case_no_person_and_no_access_log(row: Outbox, statement: str) -> None:
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
        "SELECT * FROM wall.close_expired()",
    ],
)
def test_raw_sql_of_the_application_holds_no_mail_back(row: Outbox, statement: str) -> None:
    with as_role("runtime"), pytest.raises(ProgrammingError), connection.cursor() as cursor:
        cursor.execute(statement)
    assert _relay([]) == 1
    assert take_effect(row.pk, lambda payload: None)


@pytest.mark.parametrize("name", ["supervisor", "admin", None])
def test_raw_sql_cannot_write_the_outbox_or_a_notice(cast: Cast, name: str | None) -> None:
    """Neither a mail made up nor the id of a mail to come: the application has no INSERT on either table."""
    row = _notice(cast)
    statements: tuple[tuple[str, list[Any]], ...] = (
        (
            f"{NEW} (gen_random_uuid(), 'notice_mail', %s, now(), now(), 0, NULL, NULL)",
            [f'{{"reference": "{PHISH}"}}'],
        ),
        (f"{NEW} (%s, 'notice_mail', '{{}}', now(), now(), 0, NULL, NULL) ON CONFLICT DO NOTHING", [row.pk]),
        (
            "INSERT INTO agencies_notice (id, position_id, kind, reference, path, cause, day, count, created_at, last_at)"
            " VALUES (gen_random_uuid(), %s, 'delegated', '', '/', 'x', current_date, 1, now(), now())",
            [cast.director.pk],
        ),
        ("UPDATE agencies_notice SET reference = %s", [PHISH]),
        ("SELECT wall.notify(ARRAY[%s]::uuid[], 'delegated', '', '/', 'x')", [cast.director.pk]),
        ("SELECT wall.mail_lost_notices()", []),
        ("SELECT * FROM wall.mail_of(%s)", [row.pk]),
    )
    for statement, parameters in statements:
        with (
            as_role("runtime"),
            pytest.raises(ProgrammingError, match="permission denied"),
            acting_as(cast.positions[name]) if name else nullcontext(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement, parameters)
    assert Outbox.objects.get().pk == row.pk


def test_without_a_session_no_notice_is_left(cast: Cast) -> None:
    with as_role("runtime"), pytest.raises(ProgrammingError, match="needs an acting position"):
        tell([cast.director.pk], NoticeKind.DELEGATED, "", "/", cause="x")
    assert not Outbox.objects.exists()
