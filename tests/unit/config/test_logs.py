"""Logs hold places and statuses, never what somebody typed."""

import logging
import sys
from types import SimpleNamespace

from config.logs import NoRequestData, QuietFormatter

CANARY = "canary-児童の名前"


def record(name: str, message: str, *args: object, **extra: object) -> logging.LogRecord:
    made = logging.LogRecord(name, logging.ERROR, "file.py", 1, message, args, None)
    made.__dict__.update(extra)
    return made


def test_a_traceback_names_places_and_kinds_only() -> None:
    try:
        try:
            raise ValueError(f"Failing row contains ({CANARY})")
        except ValueError as error:
            raise RuntimeError(CANARY) from error
    except RuntimeError:
        failed = record("tomoshibi.x", "it failed")
        failed.exc_info = sys.exc_info()
    text = QuietFormatter().format(failed)
    assert CANARY not in text
    assert "RuntimeError from ValueError" in text
    assert "test_logs.py" in text


def test_a_requests_record_names_method_view_and_status() -> None:
    request = SimpleNamespace(
        method="POST", resolver_match=SimpleNamespace(view_name="case"), path=f"/{CANARY}/"
    )
    made = record("django.request", "Not Found: %s", f"/{CANARY}/", request=request, status_code=404)
    NoRequestData().filter(made)
    assert made.getMessage() == "POST case 404"


def test_a_security_record_without_a_request_says_nothing_typed() -> None:
    made = record("django.security.DisallowedHost", "Invalid HTTP_HOST header: %r", CANARY)
    assert NoRequestData().filter(made)
    assert CANARY not in made.getMessage()


def test_other_records_pass_as_they_are() -> None:
    made = record("tomoshibi.outbox", "parked %s", "a1")
    assert NoRequestData().filter(made)
    assert QuietFormatter().format(made).endswith("ERROR tomoshibi.outbox parked a1")
