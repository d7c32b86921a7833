"""Which text an office has for a child, and those that wait for their decision."""

from dataclasses import dataclass
from datetime import date
from functools import cache

from django.db.models import QuerySet
from django.template.loader import render_to_string

from agencies.directory.models import Office
from agencies.staff.models import Position
from agencies.staff.rules import reason_against
from agencies.wordings import rules
from agencies.wordings.codes import ASKED, About, Band
from agencies.wordings.models import Wording

SHIPPED = "2026-4"
"""Version of the texts that come with the product, for an office that has decided none of its own."""


@dataclass(frozen=True)
class Text:
    """What is read out, and the version that an answer names."""

    version: str
    words: str
    row: Wording | None = None


def shipped_text(band: Band, about: About = About.POLICE) -> Text:
    """The text that comes with the product; "" for a child who is not asked."""
    folder = "" if about is About.POLICE else f"{about.value}/"
    return Text(SHIPPED, "" if band is Band.UNDER_5 else _read(folder + band.value))


@cache
def _read(name: str) -> str:
    return render_to_string(f"agencies/wordings/{name}.txt").strip()


def wordings_of(office: Office) -> QuerySet[Wording]:
    """Every text an office ever drafted, the newest first."""
    rows = Wording.objects.filter(office=office).order_by("-number")
    return rows.select_related("office", "drafted_by__staff", "decided_by__staff")


def text_for(office: Office, band: Band, on: date, about: About = About.POLICE) -> Text:
    """The text of the office on a day: the last one approved that has begun, else the shipped one."""
    begun = wordings_of(office).filter(about=about, band=band, approved=True, starts_on__lte=on)
    row = begun.order_by("-starts_on", "-number").first() if band in ASKED else None
    return Text(row.version, row.text, row) if row else shipped_text(band, about)


def waiting_for(by: Position) -> list[Wording]:
    """Drafts of the office that this position decides, the oldest first."""
    waiting = wordings_of(by.office).filter(decided_at=None).order_by("drafted_at")
    return [row for row in waiting if not reason_against(rules.check_may_decide_wording, row, by)]
