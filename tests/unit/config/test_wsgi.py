"""The server starts over the right database and keys only, and a database that is away does not end it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError

from security.encryption.providers import KeyFileError


def raising(error: Exception | None) -> Callable[[], None]:
    def check() -> None:
        if error is not None:
            raise error

    return check


@pytest.fixture
def wsgi(database: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    import config.wsgi

    monkeypatch.setattr(config.wsgi, "check_mark", raising(None))
    monkeypatch.setattr(config.wsgi, "check_key_matches", raising(None))
    return config.wsgi


def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
    return [b"content"]


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("check_mark", ImproperlyConfigured("This database is marked.")),
        ("check_key_matches", KeyFileError("The key file is missing.")),
    ],
)
def test_a_wrong_start_ends_with_one_sentence(
    wsgi: Any,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    name: str,
    error: Exception,
) -> None:
    monkeypatch.setattr(wsgi, name, raising(error))
    with pytest.raises(SystemExit) as ended:
        wsgi.CheckedOnce(answer)
    assert ended.value.code == 3
    assert capsys.readouterr().err == f"tomoshibi: {error}\n"


def test_with_the_database_away_it_asks_again_until_it_answers(
    wsgi: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wsgi, "check_mark", raising(OperationalError()))
    served = wsgi.CheckedOnce(answer)
    assert served({}, lambda: None) == [b"content"]
    assert not served.asked
    monkeypatch.setattr(wsgi, "check_mark", raising(None))
    assert served({}, lambda: None) == [b"content"]
    assert served.asked
    monkeypatch.setattr(wsgi, "check_mark", raising(ImproperlyConfigured("never asked again")))
    assert served({}, lambda: None) == [b"content"]
