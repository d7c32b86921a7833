"""``python -m config.embedded start|stop|remove``: the demo's database by itself, for working on the code."""

import sys

from config import secret_file
from config.embedded import postgres, roles
from config.embedded.accounts import EmbeddedError, reachable_home
from config.embedded.place import VAR


def main(verb: str) -> None:
    """Do ``verb`` with the server under ``var/``."""
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
        raise EmbeddedError("Say start, stop or remove.")


if __name__ == "__main__":
    try:
        main(sys.argv[1] if len(sys.argv) > 1 else "")
    except (EmbeddedError, secret_file.SecretFileError) as error:
        sys.exit(str(error))
