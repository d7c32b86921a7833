"""``python -m config.install FOLDER CONNINFO``: secrets files, roles and the empty database of a real installation.

FOLDER gets one secrets file for each kind of process, made once and only read afterwards. CONNINFO is that of a superuser, such
as ``"host=db.example user=postgres dbname=postgres"``; its password comes from PGPASSWORD or ~/.pgpass. Running it again repairs
what was loosened, and is part of every update. docs/deploy.md has the steps around it.
"""

import sys
from pathlib import Path

import psycopg

from config import secret_file
from config.embedded import roles

# Whoever can make a process run code has every password it holds (config/insecure.py refuses more).
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
    roles.prepare(conninfo, passwords)


def main(arguments: list[str]) -> int:
    """The exit code."""
    if len(arguments) != 2:
        print(
            'usage: python -m config.install FOLDER "host=… user=postgres dbname=postgres"', file=sys.stderr
        )
        return 2
    try:
        install(Path(arguments[0]), arguments[1])
    except (secret_file.SecretFileError, OSError, psycopg.Error) as error:
        print(f"tomoshibi: {error}", file=sys.stderr)
        return 1
    print(f"The roles and the database {roles.DATABASE} are there; the secrets are in {arguments[0]}.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
