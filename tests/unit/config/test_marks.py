"""A demo database is never served as a real one, nor a real one as a demo."""

import re

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connections
from pytest_django import Settings

from config import marks
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
