"""The databases by themselves.

``python -m config.embedded start|stop|remove``: the demo's, for working on the code.
``python -m config.embedded prepare CONNINFO``: roles and database of an installation, on a PostgreSQL of its own. CONNINFO is a
superuser's, as libpq takes it ("host=db.example user=postgres"; the password in PGPASSWORD or ~/.pgpass). To be run once, and
again after a restore into another server or an upgrade of PostgreSQL.
"""

import os
import sys
from pathlib import Path

import psycopg

from config import secret_file
from config.embedded import postgres, roles
from config.embedded.accounts import EmbeddedError, reachable_home
from config.embedded.place import VAR


def main(verb: str, conninfo: str = "") -> None:
    """Do ``verb`` with the server under ``var/``, or prepare the one behind ``conninfo``."""
    if verb == "prepare" and conninfo:
        secrets = secret_file.make_once(Path(os.environ.get("TOMOSHIBI_SECRETS_FILE", VAR / "secrets.json")))
        try:
            roles.prepare(conninfo, secrets)
        except psycopg.OperationalError as error:
            raise EmbeddedError(f"The database cannot be reached: {str(error).splitlines()[0]}") from None
        return
    home = reachable_home(VAR / "postgres")
    if verb == "start":
        secrets = secret_file.make_once(VAR / "secrets.json")
        server = postgres.start(home, secrets["postgres"])
        roles.prepare(server.conninfo(), secrets)
        print(f"PostgreSQL answers in {server.sockets}")
    elif verb == "stop":
        postgres.stop(home)
    elif verb == "remove":
        postgres.remove(home)
    else:
        raise EmbeddedError("Say start, stop, remove, or prepare and how to reach the database.")


if __name__ == "__main__":
    try:
        main(*(sys.argv[1:3] or [""]))
    except (EmbeddedError, secret_file.SecretFileError) as error:
        sys.exit(str(error))
