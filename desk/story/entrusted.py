"""Entrusted help: play therapy that the therapist of the institution gives. The center reads what comes back, never the notes."""

import re

from django.urls import reverse
from django.utils.translation import gettext as _

from desk.story.telling import Story, in_days, in_minutes, kept, main_of, option, text_of
from desk.story.visitor import Page

PLAN = "counseling_plan"
REVIEW_DAYS = 28
OUTSIDE = ("institution", "stranger", "police", "school")


def play_plan(story: Story) -> str:
    """A plan that names the institution; the supervisor decides it, and the therapist knows nothing of it yet."""
    worker, told = story.as_("caseworker"), story.file["entrusted"]
    given = _given(story)
    page = worker.get(story.path("counseling_new"))
    form = page.form(having="child_goal")
    values: dict[str, str | list[str]] = {"kind": "play", "for_whom": ["child"], "legal_form": "none"}
    values |= {name: told[name] for name in ("child_goal", "child_words", "needs", "goal_1", "done_when")}
    values |= {"child_stand": "agrees", "provider": "", "frequency": "weekly"}
    values |= {"other_office": option(page, story.who("institution", "office"))}
    values |= {"starts_on": in_days(0), "review_on": in_days(REVIEW_DAYS)}
    for name in sorted(name for name in form.names if name.startswith("stand_")):
        values |= {name: "agrees", name.replace("stand_", "words_"): told["mother_says"]}
    page = worker.send(page, form, values)
    story.ids["play"] = story.drafted(page, PLAN)
    page = story.decide(PLAN, story.ids["play"], by="supervisor")
    story.expect(page.url.endswith(story.path("progress_list")), "the plan was not decided")
    story.expect(_given(story) == given, "the therapist reads a plan that nobody entrusted")
    return _(
        "Play therapy is planned in the institution; its therapist learns nothing before it is entrusted."
    )


def entrusted(story: Story) -> str:
    """What the child does not want told is not sent. The therapist asks back, is answered, and accepts."""
    worker, there, told = story.as_("caseworker"), story.as_("therapist"), story.file["entrusted"]
    path = story.path("entrust_new", story.ids["play"])
    page = worker.get(path)
    form = page.form(having="child_words")
    values: dict[str, str | list[str]] = {
        "provider": option(page, story.who("therapist", "name")),
        "basis": "consent_child",
        "child_words": told["told_words"],
        "answer_by": in_days(7),
        "not_told": ["plan_review"],
    }
    page = worker.send(page, form, values)
    story.expect(page.url.endswith(path), "what the child does not want told was sent")
    page = worker.send(page, page.form(having="child_words"), values | {"text_plan_review": ""})
    found = re.search(rf"{story.path('case')}entrusted/([0-9a-f-]{{36}})/", page.text)
    story.expect(found is not None, "the plan was not entrusted")
    story.ids["entrusted"] = found[1] if found else ""
    read = reverse("entrusted_plan", args=[story.ids["entrusted"]])
    sheet = there.get(read)
    story.expect(kept(told["goal_1"]) in main_of(sheet), "the therapist cannot read the goals")
    story.expect(kept(told["told_words"]) not in main_of(sheet), "what the child said to it was told")
    story.expect(story.case not in sheet.text, "the therapist reads the number of the case")
    _nobody_outside(story, read)
    asks = there.get(reverse("entrusted_question", args=[story.ids["entrusted"]]))
    there.send(asks, asks.form(having="text"), {"text": told["question"]})
    page = worker.get(story.path("entrusted_answer", story.ids["entrusted"]))
    story.expect(kept(told["question"]) in text_of(page), "the center cannot read the question")
    worker.send(page, page.form(having="text"), {"text": told["answer"]})
    sheet = there.get(read)
    story.expect(kept(told["answer"]) in main_of(sheet), "the therapist cannot read the answer")
    there.send(sheet, sheet.form(action=reverse("entrusted_accept", args=[story.ids["entrusted"]])))
    return _(
        "The plan is entrusted, without what the child does not want told; the therapist asks back and accepts."
    )


def kept_there(story: Story) -> str:
    """A session in the institution: the center gets two lines and the sign of danger, the note stays with the therapist."""
    there, told = story.as_("therapist"), story.file["entrusted"]
    of = story.ids["entrusted"]
    page = there.get(reverse("kept_session_new", args=[of]))
    page = there.send(page, page.form(having="planned_for"), {"planned_for": in_minutes(-1)})
    found = re.search(rf"/entrusted/{of}/sessions/([0-9a-f-]{{36}})/", page.text)
    story.expect(found is not None, "no session was planned there")
    page = there.get(reverse("kept_session", args=[of, found[1] if found else ""]))
    said: dict[str, str | list[str]] = {
        "attendance": "held",
        "summary": told["summary"],
        "note": told["note"],
    }
    page = there.send(page, page.form(having="attendance"), said | {"danger": "yes"})
    story.expect("summary" in {name for form in page.forms for name in form.names}, "danger needs no words")
    said |= {"danger": "yes", "danger_words": told["danger"]}
    page = there.send(page, page.form(having="attendance"), said)
    story.expect(kept(told["note"]) in main_of(page), "the therapist cannot read the own note")
    return _(
        "A session is kept in the institution: the note stays there, two lines and a sign of danger go to the center."
    )


def read_and_accepted(story: Story) -> str:
    """Whoever is in charge reads what came back and accepts it; the notes are read by nobody of the center."""
    worker, told = story.as_("caseworker"), story.file["entrusted"]
    path = story.path("entrusted", story.ids["entrusted"])
    for username in ("caseworker", "supervisor"):
        page = story.as_(username).get(path)
        story.expect(kept(told["danger"]) in main_of(page), f"the {username} cannot read the sign of danger")
        story.expect(kept(told["note"]) not in page.text, f"the {username} reads the note of the therapist")
    page = worker.get(path)
    while accepts := [form for form in page.forms if form.action.endswith("/accept/")]:
        page = worker.send(page, accepts[0])
    story.expect(kept(told["summary"]) in main_of(page), "the two lines are not on the page")
    plan = worker.get(story.path("counseling", story.ids["play"]))
    story.expect(kept(told["summary"]) in main_of(plan), "the plan does not show what came back")
    return _("The center accepts the two lines and the sign of danger, and never reads the note.")


def _given(story: Story) -> set[str]:
    """The plans that the therapist was entrusted with."""
    page = story.as_("therapist").get(reverse("entrusted_list"))
    return set(re.findall(r"/entrusted/[0-9a-f-]{36}/", page.text))


def _nobody_outside(story: Story, path: str) -> None:
    for username in OUTSIDE:
        page: Page = story.as_(username).get(path)
        story.expect(page.status == 404, f"{username} reads what the therapist was told")
