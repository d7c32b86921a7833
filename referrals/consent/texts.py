"""The questions that follow the text a child is asked with, by age: a file each, with a line for each question: the items it is
about, a colon, and the question in the notation of ``face.text.ruby``.
"""

from dataclasses import dataclass
from functools import cache

from django.template.loader import render_to_string

from agencies.wordings.codes import Band
from agencies.wordings.queries import SHIPPED
from referrals.consent.codes import OLDER_VERSIONS

BEFORE = {version: f"referrals/consent/wording/{version}.html" for version in OLDER_VERSIONS}
"""The texts before there was one for each age: the version alone was kept of an answer, and its text stays readable here."""
ALWAYS: dict[Band, tuple[str, ...]] = {Band.FROM_5: ("identity_min", "incident_outline")}
"""What a text asks for as a whole: a yes to it is a yes to these items."""
PICTURES: dict[Band, str] = {Band.FROM_5: "pictures/asking.svg"}
"""The picture with which the youngest are asked, among the static files: drawn in shapes, of nobody."""


@dataclass(frozen=True)
class Question:
    """One question about one item or several."""

    items: tuple[str, ...]
    text: str


def questions_of(band: Band) -> list[Question]:
    """The questions of an age, in their order; none for a child who is not asked."""
    lines = "" if band is Band.UNDER_5 else _read(f"{band.value}_items.txt")
    parted = (line.partition(":") for line in lines.splitlines() if line.strip())
    return [Question(tuple(items.split()), text.strip()) for items, _colon, text in parted]


def asked_about(band: Band) -> frozenset[str]:
    """The items that a child is asked about with this text."""
    asked = (item for question in questions_of(band) for item in question.items)
    return frozenset(ALWAYS.get(band, ())).union(asked)


@cache
def _read(name: str) -> str:
    return render_to_string(f"referrals/consent/wording/{SHIPPED}/{name}").strip()
