"""Custody beyond two months: what each parent says, the family court, and the director's decision (児童福祉法33条13項, 14項)."""

import re

from django.utils.translation import gettext as _

from desk.story.apart import person_in
from desk.story.telling import Story, in_days, main_of
from desk.story.visitor import Page

DECISION = "/decisions/custody_continue/"


def against_his_will(story: Story) -> str:
    """The mother agrees and the father does not: the director cannot decide it without the family court."""
    _stand(story, "mother", "agrees")
    page = _draft(story)
    story.expect(DECISION not in page.text, "continuing was drafted before the father was asked")
    _stand(story, "father", "against")
    story.ids["continuing"] = story.drafted(_draft(story), "custody_continue")
    page = story.decide("custody_continue", story.ids["continuing"])
    story.expect(DECISION in page.url, "custody was continued against a will, without the family court")
    return _("The father is against custody beyond two months: without the family court it is not continued.")


def continued(story: Story) -> str:
    """The court is asked and approves, the director decides: custody goes on for two months at most."""
    told, before = story.file["continuing"], _ends(story)
    until = _form(story).form(having="until_on").fields["until_on"][0]
    _step(story, {"step": "asked"})
    _step(story, {"step": "granted", "approved_until": until})
    page = story.decide("custody_continue", story.ids["continuing"])
    story.expect(page.url.endswith(story.path("case_custody")), "the continuing was not decided")
    story.expect(told["reference"] in main_of(page), "the page does not name the case at the court")
    story.expect(_ends(story) > before, "the term of custody is as it was")
    return _("The family court approves, the director decides: custody goes on for two months at most.")


def _form(story: Story) -> Page:
    return story.as_("caseworker").get(story.path("continuing_new"))


def _draft(story: Story) -> Page:
    page, told = _form(story), story.file["continuing"]
    values: dict[str, str | list[str]] = {"reason": told["reason"], "opinion": told["opinion"]}
    return story.as_("caseworker").send(page, page.form(having="until_on"), values)


def _stand(story: Story, name: str, stand: str) -> None:
    worker, path = story.as_("caseworker"), story.path("continuing_stand")
    page = worker.get(path)
    values: dict[str, str | list[str]] = {"stand": stand, "how": "meeting"}
    values |= {"person": person_in(page, story.file["parents"][name])}
    values |= {"words": story.file["continuing"][f"{name}_says"]}
    page = worker.send(page, page.form(having="stand"), values)
    story.expect(page.url.endswith(story.path("case_custody")), f"what the {name} says was not recorded")


def _step(story: Story, step: dict[str, str]) -> None:
    worker, told = story.as_("caseworker"), story.file["continuing"]
    page = worker.get(story.path("continuing_court"))
    values = {"step_on": in_days(0), "court": told["court"], "reference": told["reference"], **step}
    page = worker.send(page, page.form(having="step"), {**values})
    story.expect(page.url.endswith(story.path("case_custody")), f"{step} was not recorded")


def _ends(story: Story) -> str:
    """When the term of custody ends, as the limits of the case show it."""
    page = story.case_page("caseworker")
    shown: list[str] = re.findall(r'id="limit-custody_end".*?<time datetime="([^"]+)"', page.text, re.DOTALL)
    story.expect(bool(shown), "the case shows no end of custody")
    return max(shown)
