"""Where the root keys come from: a file, or memory in tests. Never the database, never SECRET_KEY.

A wrapped key = version (1 byte) | root version (4) | fingerprint of the root (16) | nonce | ciphertext and
tag. The first 21 bytes, the *mark*, say which root wrapped it and commit to that root; they are no secret and
let a start-up check compare a key file with a database without unwrapping anything.
"""

import base64
import hmac
import json
import os
import stat
from binascii import Error as BadBase64
from functools import cache
from pathlib import Path
from typing import Protocol, cast

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.utils.module_loading import import_string

from security.encryption.envelope import KEY_BYTES, DecryptionError, decrypt, encrypt, hkdf, parts

FORMAT = "tomoshibi-keys/1"
MARK_BYTES = 21
_WRAP = b"\x01"


class KeyFileError(Exception):
    """The key file cannot be used; the message is one sentence for the person who starts the system."""


class KeyProvider(Protocol):
    """Wraps and unwraps data keys under versioned root keys, and derives keys that outlive a rotation of the
    roots.
    """

    primary: int

    def wrap(self, plaintext: bytes, context: bytes) -> bytes:
        """Wrap a data key under the primary root, bound to ``context``."""

    def unwrap(self, wrapped: bytes, context: bytes) -> bytes:
        """The data key; DecryptionError if the root is unknown, the context differs or a bit was changed."""

    def derive(self, purpose: str) -> bytes:
        """32 bytes for ``purpose`` from the index root, which no rotation of the wrapping roots changes."""

    def knows(self, mark: bytes) -> bool:
        """Whether a wrapped key beginning with ``mark`` was wrapped under a root held here."""


class RootKeys:
    """Root keys held in memory: versions → 32 bytes, one of them primary, and the index root apart from
    them.
    """

    def __init__(self, primary: int, roots: dict[int, bytes], index: bytes) -> None:
        self.primary = primary
        self._index = index
        self._marks = {version: _mark(version, root) for version, root in roots.items()}
        self._ciphers = {
            mark: AESGCM(hkdf(roots[version], b"tomoshibi/1/wrap")) for version, mark in self._marks.items()
        }

    def __repr__(self) -> str:
        return f"<{type(self).__name__} primary={self.primary}>"

    def __reduce_ex__(self, protocol: object) -> tuple[object, ...]:
        raise TypeError("root keys are never written out")

    def wrap(self, plaintext: bytes, context: bytes) -> bytes:
        mark = self._marks[self.primary]
        return mark + encrypt(self._ciphers[mark], plaintext, parts(mark, context))

    def unwrap(self, wrapped: bytes, context: bytes) -> bytes:
        mark = wrapped[:MARK_BYTES]
        cipher = self._ciphers.get(mark)
        if cipher is None:
            raise DecryptionError
        return decrypt(cipher, wrapped[MARK_BYTES:], parts(mark, context))

    def derive(self, purpose: str) -> bytes:
        return hkdf(self._index, b"tomoshibi/1/derive/" + purpose.encode())

    def knows(self, mark: bytes) -> bool:
        return mark in self._ciphers


class InMemoryProvider(RootKeys):
    """Fresh roots for one process: tests."""

    def __init__(self) -> None:
        super().__init__(1, {1: os.urandom(KEY_BYTES)}, os.urandom(KEY_BYTES))


class LocalFileProvider(RootKeys):
    """Roots from a JSON file of mode 0400 (small offices and the demo). Beside each key is its
    fingerprint.
    """

    def __init__(self, path: Path) -> None:
        try:
            content = json.loads(_read_private(path))
            if content["format"] != FORMAT:
                raise ValueError
            roots = {int(version): _decode(entry) for version, entry in content["roots"].items()}
            primary, index = int(content["primary"]), _decode(content["index"])
            if primary not in roots:
                raise ValueError
        except (ValueError, KeyError, TypeError, AttributeError, BadBase64):
            raise KeyFileError(
                f"The key file {path} is damaged or is not a key file; put its backup back."
            ) from None
        super().__init__(primary, roots, index)


def make_key_file(path: Path) -> None:
    """Write new random roots to ``path``, whole or not at all; :class:`KeyFileError` if something is already
    there.
    """
    content = {
        "format": FORMAT,
        "primary": 1,
        "roots": {"1": _encode(os.urandom(KEY_BYTES))},
        "index": _encode(os.urandom(KEY_BYTES)),
    }
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft.unlink(missing_ok=True)
        try:
            with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400), "w") as file:
                json.dump(content, file, indent=1)
                file.flush()
                os.fsync(file.fileno())
            os.link(draft, path)  # unlike a rename, a link never replaces a file that is there
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        if path.exists():
            raise KeyFileError(f"The key file {path} exists already and is not replaced.") from None
        raise KeyFileError(f"The key file {path} cannot be written: {error.strerror}.") from None


@cache
def get_provider() -> KeyProvider:
    """The provider the settings name: ``TOMOSHIBI_KEY_PROVIDER`` is "file" (with ``TOMOSHIBI_KEY_FILE``) or a
    dotted path.
    """
    name = settings.TOMOSHIBI_KEY_PROVIDER
    if name == "file":
        return LocalFileProvider(Path(settings.TOMOSHIBI_KEY_FILE))
    return cast(KeyProvider, import_string(name)())


def _mark(version: int, root: bytes) -> bytes:
    return _WRAP + version.to_bytes(4, "big") + _fingerprint(root)


def _fingerprint(root: bytes) -> bytes:
    return hkdf(root, b"tomoshibi/1/fingerprint", length=16)


def _encode(key: bytes) -> dict[str, str]:
    return {"key": base64.b64encode(key).decode(), "fingerprint": _fingerprint(key).hex()}


def _decode(entry: dict[str, str]) -> bytes:
    key = base64.b64decode(entry["key"], validate=True)
    if len(key) != KEY_BYTES or not hmac.compare_digest(
        _fingerprint(key), bytes.fromhex(entry["fingerprint"])
    ):
        raise ValueError
    return key


def _read_private(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            if mode & ~stat.S_IRUSR:
                raise KeyFileError(
                    f"The key file {path} has mode {mode:04o}; it must be 0400, readable by its owner alone."
                )
            return file.read()
    except FileNotFoundError:
        raise KeyFileError(
            f"The key file {path} is missing; put its backup back, for a new one opens no old data."
        ) from None
    except OSError as error:
        raise KeyFileError(f"The key file {path} cannot be read: {error.strerror}.") from None
