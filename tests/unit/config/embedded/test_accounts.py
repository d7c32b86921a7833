"""Which account the server runs under, and where its files go when that account cannot enter the checkout."""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.embedded import accounts
from config.embedded.accounts import (
    Account,
    EmbeddedError,
    binaries,
    choose_account,
    make_folder,
    reachable_home,
)

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root becomes somebody else")
MINE = Account(os.geteuid(), os.getegid(), switch=False)
STRANGER = Account(54321, 54321, switch=True)


@pytest.fixture
def shared(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A stand-in for the machine-wide folder, open to everybody like the real one: pytest's own folders are closed."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        folder.chmod(0o755)
        monkeypatch.setattr(accounts, "SHARED", folder / "shared")
        yield folder / "shared"


def test_a_folder_that_may_be_entered_is_used_itself(shared: Path) -> None:
    wanted = shared.parent / "var" / "postgres"
    assert reachable_home(wanted) == wanted
    assert not shared.exists()


@as_root
def test_root_in_a_closed_folder_goes_to_the_shared_one(shared: Path) -> None:
    closed = shared.parent / "closed"
    closed.mkdir(mode=0o700)
    home = reachable_home(closed / "var" / "postgres")
    assert home.parent == shared
    assert home != reachable_home(closed / "var2" / "postgres")


@as_root
def test_binaries_are_copied_where_they_can_be_run(shared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    account = choose_account(shared)
    assert account.switch
    monkeypatch.setattr(Account, "can_enter", lambda self, path: False)
    programs = binaries(account)
    assert programs.is_relative_to(shared)
    assert binaries(account) == programs
    done = subprocess.run(
        [programs / "initdb", "--version"],
        capture_output=True,
        text=True,
        check=True,
        **account.spawn_options(),
    )
    assert "PostgreSQL" in done.stdout


@as_root
def test_the_owner_of_the_data_runs_the_server(tmp_path: Path) -> None:
    os.chown(tmp_path, 1, 1)
    assert choose_account(tmp_path) == Account(1, 1, switch=True)


def test_crossing_folders_follows_their_modes(tmp_path: Path) -> None:
    for mode, mine, stranger in (
        (0o700, True, False),
        (0o711, True, True),
        (0o755, True, True),
        (0o077, False, True),
    ):
        tmp_path.chmod(mode)
        assert (MINE._may_cross(tmp_path), STRANGER._may_cross(tmp_path)) == (mine, stranger), oct(mode)
    tmp_path.chmod(0o700)


def test_a_symbolic_link_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path)
    with pytest.raises(EmbeddedError, match="symbolic link"):
        make_folder(tmp_path / "link", None, 0o700)


def test_a_folder_that_cannot_be_made_is_said_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(EmbeddedError, match="cannot be used"):
        make_folder(tmp_path / "file" / "below", None, 0o700)
