"""A second server, for what concerns all of one: a restored backup, limits of its logins."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.embedded import postgres, roles
from config.embedded.testing import PASSWORDS


@pytest.fixture
def empty_cluster() -> Iterator[postgres.Server]:
    """A second server with nothing but the roles and the empty database."""
    with tempfile.TemporaryDirectory(prefix="tomoshibi-restore-") as folder:
        Path(folder).chmod(0o755)
        server = postgres.start(Path(folder) / "server", PASSWORDS["postgres"], durable=False)
        roles.prepare(server.conninfo(), PASSWORDS)
        yield server
        postgres.remove(server.home)
