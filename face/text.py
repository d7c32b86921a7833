"""Width and kana folding for fields where it is safe, and checks that reject broken characters.

Safe fields are telephone, dates, e-mail and codes, and フリガナ. Names and free text are never
folded: Unicode normalisation rewrites some kanji forever (U+FA19 becomes U+795E).
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

import jaconv
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

_HYPHENS = re.compile("[\u2010-\u2015\u2212\ufe58\ufe63\uff0d\u30fc\uff70\u2500]")
_KATAKANA = re.compile("^[\u30a0-\u30ff\u3000 ]*$")
# Direction overrides could make a name read backwards; nothing typed in Japanese needs them.
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
REPLACEMENT = "\ufffd"
JAPANESE = re.compile(r"[\u3041-\u30fa\u30fc-\u30ff\u4e00-\u9fff]")


def is_foreign(value: Any) -> bool:
    """Japanese text in a page of another language, which has to say so."""
    return get_language() != "ja" and bool(JAPANESE.search(str(value or "")))


def half_width(text: str) -> str:
    """Full-width digits, Latin letters, signs and space become half-width; kana and kanji stay."""
    return str(jaconv.z2h(text, kana=False, ascii=True, digit=True)).replace("\u3000", " ")


def unify_hyphens(text: str) -> str:
    """Every dash, minus and long-vowel mark becomes an ASCII hyphen. For numbers only."""
    return _HYPHENS.sub("-", text)


def katakana(text: str) -> str:
    """Hiragana and half-width kana become full-width katakana; inner spaces become one U+3000."""
    wide = jaconv.hira2kata(jaconv.h2z(text, kana=True, ascii=False, digit=False))
    return "\u3000".join(str(wide).replace("-", "\u30fc").split())


def is_katakana(text: str) -> bool:
    """True when `text` holds full-width katakana, ・, ー and spaces only."""
    return bool(_KATAKANA.match(text))


def broken_characters(text: str, allowed_controls: str = "") -> list[str]:
    """The characters of `text` that cannot be stored or shown faithfully, as U+XXXX, in order.

    These are NUL and other controls (but `allowed_controls`), lone surrogates, non-characters, direction
    overrides, and U+FFFD, which replaces bytes that did not arrive whole.
    """
    found = []
    for char in text:
        category = unicodedata.category(char)
        control = category == "Cc" and char not in allowed_controls
        nothing = ord(char) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(char) <= 0xFDEF
        if control or nothing or category == "Cs" or char in _BIDI or char == REPLACEMENT:
            found.append(f"U+{ord(char):04X}")
    return found


_READING = re.compile(r"(?:｜([^《》｜\n]+)|([々\u4e00-\u9fff]+))《([^《》\n]+)》")


def pieces(text: str) -> list[tuple[str, str]]:
    """``text`` cut into what is written and the reading above it, "" where it has none.

    警察《けいさつ》, or ｜お兄さん《おにいさん》 where it is not kanji alone.
    """
    found, at = [], 0
    for match in _READING.finditer(text):
        found += [(text[at : match.start()], ""), (match[1] or match[2], match[3])]
        at = match.end()
    return [piece for piece in [*found, (text[at:], "")] if piece[0]]


def ruby(text: str) -> SafeString:
    """``text`` with its readings above the characters. Everything else is shown as it is."""
    shown = [
        format_html("<ruby>{}<rt>{}</rt></ruby>", written, reading) if reading else escape(written)
        for written, reading in pieces(text)
    ]
    return mark_safe("".join(shown))  # noqa: S308 - each part is escaped


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a text, each ended by a blank line."""
    found = re.split(r"\n\s*\n", text.replace("\r\n", "\n").strip())
    return [part.strip() for part in found if part]


def furigana(text: str) -> SafeString:
    """A text with its readings, in paragraphs."""
    return format_html_join("\n", '<p lang="ja">{}</p>', ([ruby(part)] for part in paragraphs(text)))


def by_sound(text: str) -> str:
    """The text as it is read out: each reading instead of its characters."""
    return _READING.sub(lambda match: match[3], text)
