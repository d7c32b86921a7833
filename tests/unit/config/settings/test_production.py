"""Production refuses what is missing or insecure, with one sentence each."""

import runpy
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.embedded.check import PRODUCTION
from config.insecure import problems
from config.settings import base


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """An environment production starts with."""
    for name in ("DEBUG", "DJANGO_DEBUG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in PRODUCTION.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def load() -> dict[str, Any]:
    return runpy.run_module("config.settings.production")


def test_starts_with_what_it_needs(environment: pytest.MonkeyPatch) -> None:
    settings = load()
    assert settings["DEBUG"] is False
    assert settings["TOMOSHIBI_DEMO"] is False
    assert settings["ALLOWED_HOSTS"] == ["tomoshibi.example"]
    assert set(settings["DATABASES"]) == {"default", "audit"}
    assert not problems(settings)


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("TOMOSHIBI_SECRET_KEY", "", "SECRET_KEY must be set"),
        ("TOMOSHIBI_SECRET_KEY", "short", "SECRET_KEY must be set"),
        ("DJANGO_DEBUG", "1", "DEBUG must be off"),
        ("DEBUG", "true", "DEBUG must be off"),
        ("TOMOSHIBI_ALLOWED_HOSTS", "", "ALLOWED_HOSTS"),
        ("TOMOSHIBI_ALLOWED_HOSTS", "*", "ALLOWED_HOSTS"),
        ("TOMOSHIBI_ALLOWED_HOSTS", ".example", "ALLOWED_HOSTS"),
        ("TOMOSHIBI_BROKER_URL", "", "TOMOSHIBI_BROKER_URL"),
        ("TOMOSHIBI_PASSWORD_RUNTIME", "", "runtime and scribe"),
        ("TOMOSHIBI_PASSWORD_SCRIBE", "", "runtime and scribe"),
        (
            "TOMOSHIBI_PASSWORD_OWNER",
            "x",
            "A web process must not hold the password of the database role owner",
        ),
        ("TOMOSHIBI_PASSWORD_POSTGRES", "x", "must not hold the password of the database role postgres"),
        ("TOMOSHIBI_PASSWORD_BACKUP", "x", "must not hold the password of the database role backup"),
        ("TOMOSHIBI_PASSWORD_WORKER", "x", "must not hold the password of the database role worker"),
        ("TOMOSHIBI_PASSWORD_SEALER", "x", "must not hold the password of the database role sealer"),
        ("DATABASE_URL", "", "DATABASE_URL must look like"),
        ("DATABASE_URL", "mysql://host/name", "DATABASE_URL must look like"),
        ("DATABASE_URL", "postgresql://owner:secret@host/name", "names no user and no password"),
    ],
)
def test_refuses_to_start(environment: pytest.MonkeyPatch, name: str, value: str, sentence: str) -> None:
    environment.setenv(name, value)
    with pytest.raises(ImproperlyConfigured, match=sentence):
        load()


def test_a_worker_starts_with_its_own_login_alone(environment: pytest.MonkeyPatch) -> None:
    environment.setattr(base, "TOMOSHIBI_PROCESS", "worker")
    with pytest.raises(ImproperlyConfigured, match="must not hold the password of the database role runtime"):
        load()
    for role in ("RUNTIME", "SCRIBE"):
        environment.delenv(f"TOMOSHIBI_PASSWORD_{role}")
    with pytest.raises(ImproperlyConfigured, match="database role worker must be set"):
        load()
    environment.setenv("TOMOSHIBI_PASSWORD_WORKER", "x")
    settings = load()
    assert {alias: row["USER"] for alias, row in settings["DATABASES"].items()} == {"default": "worker"}
    as_web = {**settings, "TOMOSHIBI_PROCESS": "web"}
    assert any("runtime and scribe" in sentence for sentence in problems(as_web))


def test_the_owners_login_is_a_process_of_its_own(environment: pytest.MonkeyPatch) -> None:
    environment.setattr(base, "TOMOSHIBI_PROCESS", "owner")
    for role in ("RUNTIME", "SCRIBE"):
        environment.delenv(f"TOMOSHIBI_PASSWORD_{role}")
    with pytest.raises(ImproperlyConfigured, match="password of the database role owner must be set"):
        load()
    environment.setenv("TOMOSHIBI_PASSWORD_OWNER", "x")
    assert {row["USER"] for row in load()["DATABASES"].values()} == {"owner"}


def test_an_unknown_kind_of_process_is_refused(environment: pytest.MonkeyPatch) -> None:
    environment.setattr(base, "TOMOSHIBI_PROCESS", "root")
    with pytest.raises(ImproperlyConfigured, match="TOMOSHIBI_PROCESS must be one of web, worker, owner"):
        load()


def test_refuses_a_secrets_file_others_can_read(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "secrets.json"
    path.write_text("{}")
    path.chmod(0o644)
    environment.setenv("TOMOSHIBI_SECRETS_FILE", str(path))
    with pytest.raises(ImproperlyConfigured, match="0600"):
        load()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SESSION_COOKIE_SECURE", False),
        ("CSRF_COOKIE_SECURE", False),
        ("LANGUAGE_COOKIE_SECURE", False),
        ("SESSION_COOKIE_NAME", "session"),
        ("SECURE_SSL_REDIRECT", False),
        ("SECURE_HSTS_SECONDS", 0),
        ("DEBUG", True),
        ("ALLOWED_HOSTS", ["*"]),
        ("DATABASES", {}),
        ("DATABASES", {"default": {"USER": "owner"}, "audit": {"USER": "scribe"}}),
        ("DATABASES", {"default": {"USER": "runtime"}, "audit": {"USER": "wall"}}),
        (
            "DATABASES",
            {"default": {"USER": "runtime"}, "audit": {"USER": "scribe"}, "owner": {"USER": "owner"}},
        ),
        ("TOMOSHIBI_PASSWORDS", {"runtime", "scribe", "owner"}),
    ],
)
def test_a_settings_module_built_on_production_is_judged_again_at_start(
    environment: pytest.MonkeyPatch, name: str, value: object
) -> None:
    assert len(problems({**load(), name: value})) == 1


def test_the_promises_hold_in_production(environment: pytest.MonkeyPatch) -> None:
    settings = load()
    assert settings["PASSWORD_HASHERS"][0].endswith(".Argon2PasswordHasher")
    assert settings["ANONYMOUS_USER_NAME"] is None
    assert not any("admin" in app for app in settings["INSTALLED_APPS"])
    assert not any("loopback" in middleware for middleware in settings["MIDDLEWARE"])
    directives = settings["CONTENT_SECURITY_POLICY"]["DIRECTIVES"]
    assert not any(
        "unsafe" in str(source) or "*" in str(source) for sources in directives.values() for source in sources
    )
