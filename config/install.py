"""``python -m config.install FOLDER CONNINFO``: secrets files, roles and the empty database of a real installation.

TOMOSHIBI_ROLE_PREFIX and DATABASE_URL name its roles and its database, as they do for every process afterwards.

FOLDER gets one secrets file for each kind of process, made once and only read afterwards. CONNINFO is that of a superuser, such
as ``"host=db.example user=postgres dbname=postgres"``; its password comes from PGPASSWORD or ~/.pgpass. Running it again repairs
what was loosened, and is part of every update. docs/deploy.md has the steps around it.
"""

import os
import sys
from pathlib import Path

import psycopg
from django.core.exceptions import ImproperlyConfigured

from config import secret_file
from config.embedded import roles
from config.settings.databases import place_from_url
from security.walls.roles import VARIABLE

# Code that runs in a process has every password which that process holds (config/insecure.py refuses more).
FILES = {
    "web": ("runtime", "scribe", "gate"),
    "worker": ("worker",),
    "owner": ("owner",),
    "backup": ("backup",),
    "sealer": ("sealer",),
}


def install(folder: Path, conninfo: str) -> None:
    """Make what is missing. Raises SecretFileError, OSError or psycopg.Error; whatever was made is used the next time."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    passwords: dict[str, str] = {}
    for kind, names in FILES.items():
        passwords |= secret_file.make_once(folder / f"{kind}.json", names)
    roles.prepare(conninfo, passwords, database=database_name())


def database_name() -> str:
    """The database that DATABASE_URL names. Raises ValueError with one sentence."""
    return (
        str(place_from_url(os.environ["DATABASE_URL"])["NAME"])
        if "DATABASE_URL" in os.environ
        else roles.DATABASE
    )


def main(arguments: list[str]) -> int:
    """The exit code."""
    if len(arguments) != 2:
        print(
            'usage: python -m config.install FOLDER "host=… user=postgres dbname=postgres"', file=sys.stderr
        )
        return 2
    try:
        if VARIABLE not in os.environ:
            raise ImproperlyConfigured(
                f"{VARIABLE} must name what the database roles begin with, such as tomoshibi_."
            )
        install(Path(arguments[0]), arguments[1])
    except (secret_file.SecretFileError, ImproperlyConfigured, ValueError, OSError, psycopg.Error) as error:
        print(f"tomoshibi: {error}", file=sys.stderr)
        return 1
    print(f"The roles and the database {database_name()} are there; the secrets are in {arguments[0]}.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
