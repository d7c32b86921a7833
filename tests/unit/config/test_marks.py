"""A demo database is never served as a real one, nor a real one as a demo."""

import re

import pytest
from celery.signals import beat_init, worker_init
from celery.utils.dispatch import Signal
from django.core.exceptions import ImproperlyConfigured
from django.db import connections
from pytest_django import Settings

from config import (
    celery,  # noqa: F401 - connects to the signals
    marks,
)
from config.marks import check_mark


@pytest.fixture
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    """The test settings are no production settings; that judgement has tests of its own."""
    monkeypatch.setattr(marks, "problems", lambda values: [])


def mark() -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute("INSERT INTO security_mark (demo, made_at) VALUES (true, now())")


@pytest.mark.usefixtures("cast", "quiet")
def test_production_refuses_a_marked_database(settings: Settings) -> None:
    settings.TOMOSHIBI_DEMO = False
    check_mark()
    mark()
    with pytest.raises(ImproperlyConfigured, match="marked as a demo"):
        check_mark()


@pytest.mark.usefixtures("cast")
def test_the_demo_refuses_a_database_with_people_and_no_mark(settings: Settings) -> None:
    settings.TOMOSHIBI_DEMO = True
    with pytest.raises(ImproperlyConfigured, match="not marked as a demo"):
        check_mark()
    mark()
    check_mark()


@pytest.mark.usefixtures("cast")
def test_insecure_settings_are_refused_at_start_too(settings: Settings) -> None:
    settings.TOMOSHIBI_DEMO = False
    with pytest.raises(ImproperlyConfigured, match=re.escape("SESSION_COOKIE_SECURE must be True")):
        check_mark()


@pytest.mark.usefixtures("cast", "quiet")
@pytest.mark.parametrize("begins", [worker_init, beat_init], ids=["worker", "beat"])
def test_worker_and_beat_end_on_the_wrong_database_or_login(settings: Settings, begins: Signal) -> None:
    """Sent as Celery sends it: what is only raised in there would be logged and forgotten."""
    settings.TOMOSHIBI_DEMO = False
    with pytest.raises(SystemExit, match="TOMOSHIBI_PROCESS=worker"):
        begins.send(sender=None)
    settings.TOMOSHIBI_PROCESS = "worker"
    begins.send(sender=None)
    mark()
    with pytest.raises(SystemExit, match="marked as a demo"):
        begins.send(sender=None)
