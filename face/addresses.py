"""Finding an address or the name of a place in a text, however it is written. For comparing alone: nothing folded is ever kept.

架空市北町一丁目２番３号, 架空市北町1-2-3 and 〒100-0001 東京都架空市北町１－２－３ コーポ101 are the same place.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

SHORTEST = 3
"""A name of fewer characters would be found in every text."""
HYPHENS = "-‐‑‒–—―−ー"
NUMERALS = "〇一二三四五六七八九"
FOLDED = {
    **dict.fromkeys(HYPHENS, "-"),
    **{kanji: str(number) for number, kanji in enumerate(NUMERALS)},
    **dict.fromkeys("、,。.・()「」〒", ""),
}
BETWEEN = re.compile(r"(?<=\d)(?:丁目|番地の?|番|号|の|ノ)(?=\d)")
BEHIND = re.compile(r"(?<=\d)(?:丁目|番地|番|号)")
POSTAL = re.compile(r"^\d{3}-?\d{4}(?!\d|-)")
PREFECTURE = re.compile(r"^(?:東京都|北海道|(?:京都|大阪)府|.{2,3}県)")
UP_TO_NUMBER = re.compile(r"^\D*[市区町村郡]\D*?\d+(?:-\d+)*")
_CODE = r"〒?\s*(?<![\d-])\d{3}[-－‐−ー]\d{4}(?![\d-])"
_HOUSE = (
    r"[々一-鿿ぁ-ヺーA-Za-zＡ-Ｚ]{1,12}?[都道府県市区町村郡][々一-鿿ぁ-ヺー\s]{0,20}?"
    r"[0-9０-９一二三四五六七八九十]+\s*(?:丁目|番地?|[-－‐−ー])"
    r"[0-9０-９一二三四五六七八九十丁目番地号の－‐−ー-]*"
)
SHAPED = re.compile(rf"(?:{_CODE}|{_HOUSE})(?:\s*(?:{_CODE}|{_HOUSE}))*")
"""A postal code, or a town with the number of a house."""


@dataclass(frozen=True)
class Folded:
    """A text as it is compared, and for each of its characters where it was in the text itself."""

    text: str
    places: tuple[int, ...]

    def without(self, pattern: re.Pattern[str], instead: str = "") -> "Folded":
        """The same without what the pattern finds; ``instead`` (one character or none) comes in its place."""
        text, places, end = "", [], 0
        for found in pattern.finditer(self.text):
            text += self.text[end : found.start()] + instead
            places += [*self.places[end : found.start()], *([self.places[found.start()]] if instead else [])]
            end = found.end()
        return Folded(text + self.text[end:], (*places, *self.places[end:]))


def folded(text: str) -> Folded:
    """Width, kind of hyphen, numerals, spaces and the words between the numbers of a house do not count."""
    found = [
        (FOLDED.get(one, one), place)
        for place, char in enumerate(text)
        if not char.isspace()
        for one in unicodedata.normalize("NFKC", char).casefold()
    ]
    kept = [(one, place) for one, place in found if one and not one.isspace()]
    plain = Folded("".join(one for one, _place in kept), tuple(place for _one, place in kept))
    return plain.without(BETWEEN, "-").without(BEHIND)


def wanted(secret: str) -> list[str]:
    """What is looked for: the address without postal code, with the prefecture and without, and up to the number of the house."""
    whole = POSTAL.sub("", folded(secret).text)
    forms = [whole, PREFECTURE.sub("", whole)]
    found = dict.fromkeys(forms + [core[0] for one in forms if (core := UP_TO_NUMBER.match(one))])
    return [one for one in found if len(one) >= SHORTEST]


def says(text: str, secrets: Iterable[str]) -> bool:
    """Whether one of the addresses or places is in the text."""
    return any(_spans(text, secrets))


def left_out(text: str, secrets: Iterable[str], instead: str) -> str:
    """The text with ``instead`` in the place of each of these addresses and places. Everything else stays as it was written."""
    return _cut(text, _spans(text, secrets), instead)


def shaped_left_out(text: str, instead: str) -> str:
    """The text with ``instead`` in the place of whatever looks like an address."""
    return SHAPED.sub(instead, text)


def _spans(text: str, secrets: Iterable[str]) -> Iterator[tuple[int, int]]:
    plain = folded(text)
    for secret in secrets:
        for one in wanted(secret):
            # The number of a house does not go on: 1-2 is not found in 1-23.
            pattern = re.compile(re.escape(one) + (r"(?!-?\d)" if one[-1].isdigit() else ""))
            for found in pattern.finditer(plain.text):
                yield plain.places[found.start()], plain.places[found.end() - 1] + 1


def _cut(text: str, spans: Iterable[tuple[int, int]], instead: str) -> str:
    made, end = "", 0
    for begin, after in sorted(spans, key=lambda span: (span[0], -span[1])):
        if begin >= end:
            made += text[end:begin] + instead
        end = max(end, after)
    return made + text[end:]
