"""The secrets of one installation: Django's SECRET_KEY and one password for each database role.

They come from the environment (``TOMOSHIBI_SECRET_KEY``, ``TOMOSHIBI_PASSWORD_RUNTIME`` …) or else from one JSON file of mode
0600, which the demo makes once. Root keys of the encryption are apart from it (``security/encryption/providers.py``).
"""

import json
import os
import secrets
import stat
from collections.abc import Mapping, Sequence
from pathlib import Path

ROLES = ("postgres", "owner", "runtime", "scribe", "gate", "worker", "sealer", "backup")
SECRET_KEY_LENGTH = 50


class SecretFileError(Exception):
    """The secrets cannot be used; the message is one sentence for the person who starts the system."""


def read(path: Path, environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Secrets by name: ``SECRET_KEY`` and the roles of ROLES, as far as they are known. The environment wins over the file.

    Raises SecretFileError for a file that others can read or that is damaged; a missing file is an empty one.
    """
    found = _from_file(path)
    for name in ("SECRET_KEY", *ROLES):
        variable = f"TOMOSHIBI_{name}" if name == "SECRET_KEY" else f"TOMOSHIBI_PASSWORD_{name.upper()}"
        if environ.get(variable):
            found[name] = environ[variable]
    return found


def make_once(path: Path, roles: Sequence[str] = ROLES) -> dict[str, str]:
    """Read ``path``, making it with new random secrets if it is not there. Two processes at the same time end with the same file.

    A file made before some role existed gets that role's password added.
    """
    if not path.exists():
        made = {"SECRET_KEY": secrets.token_urlsafe(SECRET_KEY_LENGTH)}
        draft = _draft(path, made | {role: secrets.token_urlsafe(24) for role in roles})
        try:
            os.link(draft, path)  # unlike a rename, a link never replaces what another process has just made
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    found = _from_file(path)
    if missing := [role for role in roles if role not in found]:
        found |= {role: secrets.token_urlsafe(24) for role in missing}
        _draft(path, found).replace(path)
    return found


def _draft(path: Path, content: Mapping[str, str]) -> Path:
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    path.parent.mkdir(parents=True, exist_ok=True)
    draft.unlink(missing_ok=True)
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(content, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    return draft


def _from_file(path: Path) -> dict[str, str]:
    try:
        with path.open() as file:
            if stat.S_IMODE(os.fstat(file.fileno()).st_mode) & 0o077:
                raise SecretFileError(f"The secrets file {path} can be read by others; make its mode 0600.")
            content = json.load(file)
            return {str(name): str(value) for name, value in content.items()}
    except FileNotFoundError:
        return {}
    except (ValueError, AttributeError):
        raise SecretFileError(f"The secrets file {path} is damaged; put its backup back.") from None
    except OSError as error:
        raise SecretFileError(f"The secrets file {path} cannot be read: {error.strerror}.") from None
