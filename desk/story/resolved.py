"""A support policy conference on the case: planned, held, minuted by the caseworker, decided by the director who chaired it."""

import html
import re
from collections.abc import Mapping

from django.urls import reverse

from desk.story.telling import Story, choices, id_in, in_days, in_minutes
from desk.story.visitor import Page

Stands = Mapping[str, str]
"""Where each person with parental authority stands: by ``mother`` or ``father``."""


def sit(story: Story, matter: str, kind: str = "policy") -> None:
    """Plan a conference of this moment, put the case before it, and record that it was held."""
    worker = story.as_("caseworker")
    page = worker.get(reverse("sitting_new"))
    values: dict[str, str | list[str]] = {
        "kind": kind,
        "place": "office",
        "held_from": in_minutes(-1),
        "chair": _named(page, "chair", story.who("director", "name")),
        "secretary": _named(page, "secretary", story.who("caseworker", "name")),
    }
    page = worker.send(page, page.form(having="held_from"), values)
    sitting = re.search(r"/conferences/([0-9a-f-]{36})/$", page.url)
    story.expect(sitting is not None, "the conference was not planned")
    name = sitting[1] if sitting else ""
    page = worker.get(story.path("conference_put"))
    page = worker.send(page, page.form(having="matter"), {"sitting": name, "matter": matter})
    story.expect(page.url.endswith(story.path("case_reception")), "the case is on no agenda")
    page = worker.get(reverse("sitting_held", args=[name]))
    page = worker.send(page, page.form(having="held_to"), {"held_to": in_minutes(0)})
    story.expect(
        page.url.endswith(reverse("sitting", args=[name])), "the conference was not recorded as held"
    )


def minute(story: Story, measure: str, stands: Stands, *, approved_on: str = "") -> Page:
    """Write its minutes: what was decided and where each parent stands. The page that comes then."""
    worker, told = story.as_("caseworker"), story.file["placement"]
    page = worker.get(story.path("conference_minutes"))
    values: dict[str, str | list[str]] = {
        "facts": told["reason"],
        "social": told["reason"],
        "heard": "before",
        "child_view": told["opinion"],
        "view_how": told["explained"],
        "stand": next((one for one in stands.values() if one == "objects"), "consents"),
        "approved_on": approved_on,
        "measures": [measure],
        "reasons": told["reason"],
        "next_on": in_days(90),
        "custodians_view": told["mother_says"],
    }
    for name in sorted({*re.findall(r'name="(says_[0-9a-f]{32})"', page.text)}):
        who = _who(story, page, name, stands)
        values[name] = told[f"{who}_says"]
        stand = name.replace("says_", "stands_")
        if f'name="{stand}"' in page.text:
            values[stand] = stands[who]
    return worker.send(page, page.form(having="child_view"), values)


def resolve(story: Story, measure: str, stands: Stands, *, approved_on: str = "") -> None:
    """Write the minutes of the conference that was held, and have the director decide them."""
    page = minute(story, measure, stands, approved_on=approved_on)
    path = story.path("case_reception")
    story.expect(page.url.endswith(path), "the minutes of the conference were not taken")
    row = id_in(page, rf"{story.path('case')}decisions/conference_item/([0-9a-f-]{{36}})/")
    page = story.decide("conference_item", row)
    story.expect(page.url.endswith(path), "the director did not decide on the conference")


def _named(page: Page, field: str, name: str) -> str:
    return next((value for value, label in choices(page, field).items() if name in label), "")


def _who(story: Story, page: Page, field: str, stands: Stands) -> str:
    """Whose view a field asks for, by the name in its label; of anybody else the mother speaks."""
    label = re.search(rf'<label[^>]*for="id_{field}".*?</label>', page.text, re.DOTALL)
    said = html.unescape(label[0]) if label else ""
    named = {who: story.file["parents"][who] for who in stands}
    return next((who for who, name in named.items() if name in said), "mother")
