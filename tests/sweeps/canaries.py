"""Words that nobody else uses, one for every place where something sensitive is written; and where to look for them."""

import base64
import contextlib
import hashlib
from collections.abc import Iterable, Iterator
from typing import Any

from django.apps import apps
from django.db import models

from security.encryption.fields import EncryptedTextField, reveal
from security.encryption.keyring import KeyNotVisible

KATAKANA = "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン"
LENGTH = 12
_issued: dict[str, str] = {}


def canary(label: str) -> str:
    """The word of ``label``: katakana alone, so that every kind of text field takes it. The same label has the same word."""
    digest = hashlib.blake2b(label.encode(), digest_size=LENGTH).digest()
    return _issued.setdefault(label, "".join(KATAKANA[number % len(KATAKANA)] for number in digest))


def number(label: str) -> str:
    """A telephone number of the same kind."""
    digits = int.from_bytes(hashlib.blake2b(label.encode(), digest_size=8).digest()) % 10**8
    return _issued.setdefault(label, f"090-{digits // 10**4:04d}-{digits % 10**4:04d}")


def issued() -> dict[str, str]:
    """Every word handed out in this process, by its label."""
    return dict(_issued)


def found_in(content: bytes) -> list[str]:
    """The labels whose words stand in ``content``: as they are, escaped, in hexadecimal, or in base64 of these.

    No way of writing a word has a space in it, and the server's log says the same again and again: each piece between two spaces
    is searched once, a hundredth of the bytes.
    """
    pieces = b" ".join(set(content.split()))
    return [label for label, word in _issued.items() if any(form in pieces for form in forms(word))]


def forms(word: str) -> Iterator[bytes]:
    """Every way of writing ``word`` that is searched for; none holds a space or a line's end (:func:`found_in` relies on it)."""
    raw, escaped = word.encode(), word.encode("unicode_escape")
    yield from (raw, escaped, raw.hex().encode(), word.encode("utf-16-le"))
    yield "".join(f"%{byte:02X}" for byte in raw).encode()
    # Base64 of a text that begins 0, 1 or 2 bytes before the word; its ragged ends are left out.
    for text in (raw, escaped):
        yield from (base64.b64encode(b"\0" * shift + text)[4:-4] for shift in range(3))


def sealed_fields() -> dict[str, EncryptedTextField]:
    """Every encrypted column of the product, by ``wing.Model.field``."""
    return {
        f"{model._meta.label}.{field.name}": field
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if isinstance(field, EncryptedTextField)
    }


def fields_with_canaries(models_: Iterable[type[models.Model]]) -> set[str]:
    """The encrypted columns in which the acting identity reads a canary."""
    words = tuple(issued().values())
    found = set()
    for model in models_:
        names = [field.name for field in model._meta.get_fields() if isinstance(field, EncryptedTextField)]
        for row in model._default_manager.all() if names else ():
            with contextlib.suppress(KeyNotVisible):  # a row at a desk whose content is not for this one
                texts = {name: reveal(row, name) or "" for name in names}
                found |= {
                    f"{model._meta.label}.{name}"
                    for name in names
                    if any(word in texts[name] for word in words)
                }
    return found


def words(prefix: str, *names: str) -> dict[str, Any]:
    """A word for each name, to be handed on as keywords."""
    return {name: canary(f"{prefix}.{name}") for name in names}
