"""The envelope: how one value looks at rest, and what it is bound to. AES-256-GCM and HKDF come from
``cryptography``.

Envelope = version (1 byte) | algorithm (1) | key id (16) | nonce (12, random) | ciphertext and tag (n + 16).
The associated data names the place of the value (table, column, row, owner of the key, key), each part with
its length before it, so a ciphertext moved to any other place fails to authenticate.
"""

import hmac
import os
from binascii import Error as BadBase64
from binascii import a2b_base64, b2a_base64
from typing import Literal
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

Purpose = Literal["fields", "files", "exports"]

VERSION = 1
AES_256_GCM = 1
KEY_BYTES = 32
NONCE_BYTES = 12
TAG_BYTES = 16
HEAD = bytes((VERSION, AES_256_GCM))
HEAD_BYTES = len(HEAD) + 16
SMALLEST = HEAD_BYTES + NONCE_BYTES + TAG_BYTES
SMALLEST_BUCKET = 32
SCHEMA = b"1"
"""Version of the associated data: it changes when the list of its parts does."""

_UUID_LENGTH = (16).to_bytes(4, "big")
_END_MARK = b"\x80"
_TEXT_HEAD = b2a_base64(HEAD + b"\0").decode()[:2]  # the bits of the head that fill whole characters
_SMALLEST_TEXT = len(b2a_base64(bytes(SMALLEST + SMALLEST_BUCKET), newline=False))


class DecryptionError(Exception):
    """A value cannot be read. The message is the same for every cause and holds no data."""

    def __init__(self, message: str = "The value cannot be decrypted.") -> None:
        super().__init__(message)


def hkdf(secret: bytes, info: bytes, *, salt: bytes | None = None, length: int = KEY_BYTES) -> bytes:
    """HKDF-SHA256 (RFC 5869) of ``secret``; ``length`` in bytes."""
    return HKDF(algorithm=SHA256(), length=length, salt=salt, info=info).derive(secret)


def parts(*values: bytes) -> bytes:
    """The values one after another, each preceded by its length (4 bytes), so that no two lists give the same
    bytes.
    """
    return b"".join(len(value).to_bytes(4, "big") + value for value in values)


def column_place(table: str, column: str) -> bytes:
    """The part of the associated data that is the same for a whole column."""
    return parts(SCHEMA, table.encode(), column.encode())


def row_place(row: UUID, owner: UUID) -> bytes:
    """The part of the associated data that is the same for all columns of a row."""
    return b"".join((_UUID_LENGTH, row.bytes, _UUID_LENGTH, owner.bytes, _UUID_LENGTH))


def associated_data(column: bytes, row: bytes, key_id: bytes) -> bytes:
    """Everything a value is bound to: :func:`column_place`, :func:`row_place` and the key; as :func:`parts`
    gives over all six.
    """
    return column + row + key_id


def pad(data: bytes) -> bytes:
    """Fill up to a power of two, at least 32 bytes (ISO/IEC 7816-4: 0x80, then zeros), so that length tells
    only the bucket.
    """
    return (data + _END_MARK).ljust(_bucket(len(data)), b"\0")


def unpad(padded: bytes) -> bytes:
    """The data that :func:`pad` filled up; :class:`DecryptionError` for anything it cannot have made."""
    marked = padded.rstrip(b"\0")
    # Nothing but zeros follows what is left, so mark and length say the rest.
    if not marked.endswith(_END_MARK) or len(padded) != _bucket(len(marked) - 1):
        raise DecryptionError
    return marked[:-1]


def _bucket(size: int) -> int:
    return 1 << size.bit_length() if size >= SMALLEST_BUCKET else SMALLEST_BUCKET


def encrypt(cipher: AESGCM, data: bytes, bound_to: bytes) -> bytes:
    """Nonce, ciphertext and tag of ``data``."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + cipher.encrypt(nonce, data, bound_to)


def decrypt(cipher: AESGCM, sealed: bytes, bound_to: bytes, begin: int = 0) -> bytes:
    """What :func:`encrypt` sealed, from byte ``begin`` on. Only 12-byte nonces and whole 16-byte tags pass;
    all else is :class:`DecryptionError`.
    """
    end = begin + NONCE_BYTES
    try:
        return cipher.decrypt(sealed[begin:end], sealed[end:], bound_to)
    except (InvalidTag, ValueError):
        raise DecryptionError from None


def to_text(envelope: bytes) -> str:
    """The envelope as the database column holds it (base64)."""
    return b2a_base64(envelope, newline=False).decode("ascii")


def from_text(text: str) -> bytes:
    """The envelope in a column's text; :class:`DecryptionError` if it is none."""
    try:
        return a2b_base64(text, strict_mode=True)
    except (BadBase64, ValueError):
        raise DecryptionError from None


def looks_sealed(text: str) -> bool:
    """Whether a column's text can be an envelope. False means that it was written past the application."""
    return text.startswith(_TEXT_HEAD) and len(text) >= _SMALLEST_TEXT and text.isascii()


class Key:
    """One data key: 32 secret bytes under an id. Each purpose has its own HKDF subkey, and its cipher is made
    once.
    """

    __slots__ = ("_ciphers", "_head", "_secret", "commitment", "id", "id_bytes")

    def __init__(self, key_id: UUID, secret: bytes) -> None:
        self.id = key_id
        self.id_bytes = key_id.bytes
        self._head = HEAD + key_id.bytes
        self._secret = secret
        # Every key is checked and nearly every one opens fields: one derivation serves both.
        derived = self._derive("fields", 2 * KEY_BYTES)
        self._ciphers: dict[str, AESGCM] = {"fields": AESGCM(derived[:KEY_BYTES])}
        self.commitment = derived[KEY_BYTES:]
        """32 bytes that commit to this key and reveal nothing of it: AES-GCM alone lets one ciphertext open under two keys."""

    def __repr__(self) -> str:
        return f"<Key {self.id}>"

    def __reduce_ex__(self, protocol: object) -> tuple[object, ...]:
        raise TypeError("a key is never written out")

    def check(self, commitment: bytes) -> None:
        """Raise :class:`DecryptionError` unless ``commitment`` is this key's."""
        if not hmac.compare_digest(self.commitment, commitment):
            raise DecryptionError

    def seal(self, purpose: Purpose, bound_to: bytes, data: bytes) -> bytes:
        """The envelope of ``data``, bound to the associated data ``bound_to``."""
        return self._head + encrypt(self._cipher(purpose), data, bound_to)

    def open(self, purpose: Purpose, bound_to: bytes, envelope: bytes) -> bytes:
        """The data in ``envelope``; :class:`DecryptionError` if it was not sealed by this key, for this
        purpose and place.
        """
        if not envelope.startswith(self._head):
            raise DecryptionError
        return decrypt(self._cipher(purpose), envelope, bound_to, HEAD_BYTES)

    def _cipher(self, purpose: Purpose) -> AESGCM:
        if purpose not in self._ciphers:
            self._ciphers[purpose] = AESGCM(self._derive(purpose, KEY_BYTES))
        return self._ciphers[purpose]

    def _derive(self, purpose: Purpose, length: int) -> bytes:
        return hkdf(self._secret, b"tomoshibi/1/" + purpose.encode(), length=length)
