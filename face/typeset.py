"""Setting a sheet as PDF with typst, in a process of its own: no network, no file written, no font but two.

The template gets the sheet as JSON; a text is data there and never markup. What fails, a panic of the library included, is one
:class:`NotSet`, without a word of the content.
"""

import json
import struct
import subprocess
import sys
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal

import pylopdf_fonts_jp
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

FONTS = Path(pylopdf_fonts_jp.__file__).parent
SETTER = Path(__file__).with_name("setter.py")
SECONDS = 30
FORMAT_12 = 12
SELECTORS = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))
"""Variation selectors: where a font has no such variant, the character itself is drawn."""
INKLESS = ("Cc", "Cf", "Zl", "Zp", "Zs")
"""Categories of characters that no font draws, as a tab or a joiner: nothing is missing on paper."""


def sheet(head: Mapping[str, Any], parts: list[Any]) -> dict[str, Any]:
    """What ``templates/paper/sheet.typ`` draws: the head with what every sheet says, and the parts as ``face.paper`` has them."""
    lacking = " ".join(f"U+{ord(one):04X}" for one in missing([dict(head), parts]))
    said = _("Characters that could not be printed: %(codes)s. Write them by hand.") % {"codes": lacking}
    return {
        "head": {"caution": _("Handle with care"), "missing": said if lacking else "", "sample": "", **head},
        "parts": parts,
    }


class NotSet(Exception):
    """The sheet could not be made."""


@sensitive_variables("data")
def as_pdf(data: dict[str, Any], at: datetime) -> bytes:
    """The sheet as PDF; the same data at the same moment gives the same bytes. Raises NotSet."""
    return _set(data, "pdf", at)[0]


@sensitive_variables("data")
def as_pictures(data: dict[str, Any], at: datetime) -> list[bytes]:
    """Its pages as PNG, to be looked at. Raises NotSet."""
    return _set(data, "png", at)


@sensitive_variables()
def _set(data: dict[str, Any], form: Literal["pdf", "png"], at: datetime) -> list[bytes]:
    command = [sys.executable, "-I", str(SETTER), form, str(int(at.timestamp()))]
    try:
        done = subprocess.run(
            command,
            input=json.dumps(data).encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # it would tell of the content
            env={},
            timeout=SECONDS,
            check=True,
        )
    except (subprocess.SubprocessError, OSError) as error:
        raise NotSet(type(error).__name__) from None
    files, at_byte = [], 0
    while at_byte < len(done.stdout):
        (length,) = struct.unpack_from(">I", done.stdout, at_byte)
        files.append(done.stdout[at_byte + 4 : at_byte + 4 + length])
        at_byte += 4 + length
    if not files:
        raise NotSet("nothing")
    return files


@sensitive_variables()
def missing(data: Any) -> list[str]:
    """The characters of a sheet that neither font has, each once, in their order. The kept text is never changed for them."""
    wanted = dict.fromkeys(character for text in _texts(data) for character in text)
    return [one for one in wanted if _has_ink(one) and ord(one) not in _drawn()]


def _texts(data: Any) -> Iterator[str]:
    if isinstance(data, str):
        yield data
    elif isinstance(data, (list, dict)):
        for one in data.values() if isinstance(data, dict) else data:
            yield from _texts(one)


def _has_ink(one: str) -> bool:
    selects = any(ord(one) in selectors for selectors in SELECTORS)
    return not selects and unicodedata.category(one) not in INKLESS


@cache
def _drawn() -> frozenset[int]:
    return frozenset(code for path in FONTS.glob("*.otf") for code in _characters(path.read_bytes()))


def _characters(font: bytes) -> Iterator[int]:
    """The characters that an OpenType font draws, by its table of all Unicode (cmap, format 12)."""
    entries = range(12, 12 + 16 * _short(font, 4), 16)
    cmap = next(_long(font, at + 8) for at in entries if font[at : at + 4] == b"cmap")
    for record in range(cmap + 4, cmap + 4 + 8 * _short(font, cmap + 2), 8):
        table = cmap + _long(font, record + 4)
        if _short(font, table) == FORMAT_12:
            for group in range(table + 16, table + 16 + 12 * _long(font, table + 12), 12):
                yield from range(_long(font, group), _long(font, group + 4) + 1)


def _short(font: bytes, at: int) -> int:
    return int.from_bytes(font[at : at + 2])


def _long(font: bytes, at: int) -> int:
    return int.from_bytes(font[at : at + 4])
