"""What no installation outside the demo may run with. One sentence each, said at start."""

from collections.abc import Mapping
from typing import Any

from config.settings.databases import LOGINS
from security.walls.roles import VARIABLE, role

SECRET_KEY_BYTES = 50
SECURE_COOKIES = ("SESSION_COOKIE", "CSRF_COOKIE", "LANGUAGE_COOKIE")


def problems(settings: Mapping[str, Any]) -> list[str]:
    """One sentence for each insecure or missing value of ``settings`` (a settings module's names and values)."""
    found = [*_values(settings), *_passwords(settings), *_databases(settings)]
    for cookie in SECURE_COOKIES:
        if not settings.get(f"{cookie}_SECURE") or not str(settings.get(f"{cookie}_NAME", "")).startswith(
            "__Host-"
        ):
            found.append(
                f"{cookie}_SECURE must be True and the cookie's name begin with __Host-: it must never travel over http."
            )
    return found


def _values(settings: Mapping[str, Any]) -> list[str]:
    found = []
    if settings.get("DEBUG"):
        found.append("DEBUG must be off: its error pages show case content.")
    if len(settings.get("SECRET_KEY", "")) < SECRET_KEY_BYTES:
        found.append(f"SECRET_KEY must be set and at least {SECRET_KEY_BYTES} characters long.")
    hosts = settings.get("ALLOWED_HOSTS", [])
    if not hosts or any("*" in host or host.startswith(".") for host in hosts):
        found.append(
            "TOMOSHIBI_ALLOWED_HOSTS must name this installation's own host names, without '*' and leading dots."
        )
    if not settings.get("SECURE_SSL_REDIRECT") or not settings.get("SECURE_HSTS_SECONDS"):
        found.append(
            "SECURE_SSL_REDIRECT and SECURE_HSTS_SECONDS must be on: pages are served over https alone."
        )
    if not settings.get("CELERY_BROKER_URL"):
        found.append("TOMOSHIBI_BROKER_URL must name the message broker.")
    if settings.get(VARIABLE) is None:
        found.append(
            f"{VARIABLE} must name what this installation's database roles begin with, such as tomoshibi_."
        )
    return found


def _passwords(settings: Mapping[str, Any]) -> list[str]:
    """Code that runs in a process has every password which that process holds."""
    kind = settings.get("TOMOSHIBI_PROCESS", "")
    if kind not in LOGINS:
        return [f"TOMOSHIBI_PROCESS must be one of {', '.join(LOGINS)}."]
    needed = {login for login, _size in LOGINS[kind].values()}
    return [
        f"A {kind} process must not hold the password of the database role {login}: each kind has a secrets file of its own."
        for login in sorted(set(settings.get("TOMOSHIBI_PASSWORDS", ())) - needed)
    ]


def _databases(settings: Mapping[str, Any]) -> list[str]:
    databases: Mapping[str, Mapping[str, Any]] = settings.get("DATABASES", {})
    if settings.get("TOMOSHIBI_PROCESS") == "worker":
        if {alias: database["USER"] for alias, database in databases.items()} != {"default": role("worker")}:
            return ["The password of the database role worker must be set, and a worker has no other login."]
        return []
    if settings.get("TOMOSHIBI_PROCESS") == "owner":
        return [] if "owner" in databases else ["The password of the database role owner must be set."]
    if "default" not in databases or "audit" not in databases:
        return [
            "The passwords of the database roles runtime and scribe must be set: without the access log no page is shown."
        ]
    return [
        f"The database alias {alias} must not log in as {database['USER']}: the walls do not hold for that role."
        for alias, database in databases.items()
        if database["USER"] != role(LOGINS["web"].get(alias, ("",))[0])
    ]
