"""The warrant: drafted with its papers, decided, handed in; supplemented where the judge asks for more, and issued."""

import re

from django.urls import reverse
from django.utils.translation import gettext as _

from desk.story.apart import warrant_runs
from desk.story.telling import Story, id_in, in_days, main_of
from desk.story.visitor import Page

PAPERS = ["request", "evidence", "child"]
"""What is handed in. That others are missing has a reason (児童福祉法33条3項)."""


def ask_for_warrant(story: Story) -> str:
    """The caseworker drafts, the director decides; the limit is met by handing in alone."""
    worker, told = story.as_("caseworker"), story.file["warrant"]
    page = worker.get(story.path("warrant_draft"))
    values: dict[str, str | list[str]] = {"court": told["court"], "papers_there": PAPERS}
    values |= {"missing_why": told["missing_why"], "reason": story.file["custody"]["reason"]}
    page = worker.send(page, page.form(having="papers_there"), values)
    draft = story.drafted(page, "warrant_request")
    hand_in = story.path("warrant_hand_in", draft)
    story.expect(hand_in not in page.text, "a request that nobody decided can be handed in")
    page = story.decide("warrant_request", draft)
    story.expect(page.url.endswith(story.path("case_custody")), "the request was not decided")
    story.expect(warrant_runs(story), "the limit ended before the request was handed in")
    page = worker.get(hand_in)
    page = worker.send(
        page, page.form(having="papers_in"), {"handed_to": told["handed_to"], "papers_in": PAPERS}
    )
    story.expect(page.url.endswith(story.path("case_custody")), "the request was not handed in")
    story.expect(not warrant_runs(story), "the limit runs on although the request was handed in")
    story.ids["warrant"] = id_in(page, rf"{story.path('case')}warrants/([0-9a-f-]{{36}})/steps/")
    return _("The warrant is drafted, decided and handed in; that alone meets the 7 days.")


def warrant_issued(story: Story) -> str:
    """The judge asks for more, it is handed in later, and the warrant is issued."""
    told = story.file["warrant"]
    _step(story, "asked_more", {"asked": told["asked"], "due_on": in_days(2)})
    _step(story, "answered", {"answer": told["answer"]})
    page = _step(story, "issued", {"number": told["number"], "until": in_days(60)})
    for words in (told["court"], told["number"]):
        story.expect(words in main_of(page), "the file of the warrant does not say it")
    steps = set(re.findall(r"/steps/(\w+)/", page.text))
    story.expect(not steps, "something can follow a warrant that was issued")
    return _("The judge asks for more papers, they are handed in, and the warrant is issued.")


def _step(story: Story, step: str, values: dict[str, str]) -> Page:
    worker = story.as_("caseworker")
    path = reverse("warrant_step", args=[story.case, story.ids["warrant"], step])
    page = worker.get(path)
    page = worker.send(page, page.form(having="happened_at"), {**values})
    story.expect(page.url.endswith(story.path("case_custody")), f"{step} was not recorded")
    return page
