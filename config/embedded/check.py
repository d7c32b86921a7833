"""``make check``: every check that needs no running server, each by name, all of them even when one fails."""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from config.embedded import testing
from config.embedded.place import BASE_DIR

BIN = Path(sys.executable).parent
MANAGE = [sys.executable, "manage.py"]
CHECKS: dict[str, list[str]] = {
    "types": [str(BIN / "mypy"), "."],
    "lint": [str(BIN / "ruff"), "check", "--output-format", "concise", "."],
    "format": [str(BIN / "ruff"), "format", "--check", "--output-format", "concise", "."],
    "templates": [sys.executable, "-m", "config.embedded.templates"],
    "import contracts": [str(BIN / "lint-imports"), "--no-logo"],
    "migrations": [*MANAGE, "makemigrations", "--check", "--dry-run"],
    "django": [*MANAGE, "check", "--fail-level", "WARNING"],
    "production settings": [*MANAGE, "check", "--deploy", "--fail-level", "WARNING"],
    "generated documents": [*MANAGE, "draw_states", "--check"],
}
# What a production start needs, so that Django's deployment checks look at the real settings.
PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "config.settings.production",
    "DATABASE_URL": "postgresql://localhost/tomoshibi",
    "TOMOSHIBI_SECRETS_FILE": "/nonexistent",
    "TOMOSHIBI_ROLE_PREFIX": "tomoshibi_",
    "TOMOSHIBI_SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "TOMOSHIBI_PASSWORD_RUNTIME": "x",
    "TOMOSHIBI_PASSWORD_SCRIBE": "x",
    "TOMOSHIBI_ALLOWED_HOSTS": "tomoshibi.example",
    "TOMOSHIBI_BROKER_URL": "redis://localhost",
}


def main() -> int:
    """Run all checks; the number of those that failed."""
    testing.start()
    wanted = [name for name, command in CHECKS.items() if _exists(command)]
    # The first takes longest: the others pass beside it.
    with ThreadPoolExecutor(2) as beside:
        passed = list(beside.map(lambda name: _passes(name, CHECKS[name]), wanted))
    failed = [name for name, well in zip(wanted, passed, strict=True) if not well]
    print(f"check: {len(failed)} failed" + (f": {', '.join(failed)}" if failed else ""))
    return len(failed)


def _exists(command: list[str]) -> bool:
    """Whether the management command of ``command`` is there: documents are drawn only once there is something to draw."""
    if "draw_states" not in command:
        return True
    return any(BASE_DIR.glob("*/management/commands/draw_states.py"))


def _passes(name: str, command: list[str]) -> bool:
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings.test"}
    if name == "production settings":
        environment = os.environ | PRODUCTION
    began = time.monotonic()
    done = subprocess.run(command, cwd=BASE_DIR, env=environment, capture_output=True, text=True, check=False)
    seconds = time.monotonic() - began
    print(f"{'ok    ' if done.returncode == 0 else 'FAILED'} {name} ({seconds:.1f} s)", flush=True)
    if done.returncode != 0:
        print(done.stdout + done.stderr, flush=True)
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(min(main(), 1))
