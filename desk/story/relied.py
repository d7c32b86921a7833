"""The self-reliance plan: the institution writes it and explains it to the child; the center asks back, and accepts it."""

import re

from django.urls import reverse
from django.utils.translation import gettext as _

from desk.story.telling import Story, in_days, kept, main_of, option, text_of
from desk.story.visitor import Page

OUTSIDE = ("therapist", "stranger", "police", "school")
SHORT_DAYS, LONG_DAYS, REVIEW_DAYS = 60, 120, 150


def asked_for_plan(story: Story) -> str:
    """The institution is told who the child is and what the plan rests on, and nothing else of the case."""
    worker, keeper, told = story.as_("caseworker"), story.as_("institution"), story.file["reliance"]
    before = _files(story)
    page = worker.get(story.path("reliance_new"))
    values: dict[str, str | list[str]] = {name: told[name] for name in ("guideline", "care")}
    values |= {"institution": option(page, story.who("institution", "office"))}
    worker.send(page, page.form(having="guideline"), values)
    new = _files(story) - before
    story.expect(len(new) == 1, "the institution was not asked for its plan")
    story.ids["reliance"] = new.pop()
    sheet = keeper.get(_desk(story))
    story.expect(kept(told["guideline"]) in main_of(sheet), "the institution cannot read what it is told")
    for words in (story.case, story.file["case"]["outline"], story.file["notification"]["words"]):
        story.expect(words not in text_of(sheet), "the institution reads more of the case than it is told")
    _nobody_outside(story, _desk(story))
    return _(
        "The institution is asked for its self-reliance plan; it reads what it is told, and nothing else."
    )


def written_there(story: Story) -> str:
    """The center reads no draft. It is not sent before it was explained to the child; what was sent does not change."""
    worker, keeper, told = story.as_("caseworker"), story.as_("institution"), story.file["reliance"]
    values: dict[str, str | list[str]] = {
        name: told[name] for name in ("child_wish", "needs", "policy", "for_child", "made_by")
    }
    values["review_on"] = in_days(REVIEW_DAYS)
    for number, (horizon, area, days) in enumerate(
        (("short", "child", SHORT_DAYS), ("long", "family", LONG_DAYS)), start=1
    ):
        goal = {"goal": told[f"{horizon}_goal"], "means": told[f"{horizon}_means"], "who": told["who"]}
        goal |= {"horizon": horizon, "area": area, "until": in_days(days)}
        values |= {f"{name}_{number}": said for name, said in goal.items()}
    _save(story, values)
    sheet = keeper.get(_desk(story))
    send = reverse("reliance_send", args=[story.ids["reliance"]])
    story.expect(not sheet.has_form(send), "a plan is sent that nobody explained to the child")
    card = story.case_page("caseworker", "case_custody")
    story.expect(kept(told["child_wish"]) not in main_of(card), "the center reads a draft of the institution")
    own = keeper.get(reverse("reliance_child", args=[story.ids["reliance"]]))
    story.expect(
        story.file["child"]["given_name"] in main_of(own), "the child's page does not name the child"
    )
    _save(story, {"told_on": in_days(0), "child_answer": "partly", **_explained(story)})
    sheet = keeper.get(_desk(story))
    keeper.send(sheet, sheet.form(action=send))
    story.expect(kept(told["child_wish"]) in main_of(worker.get(_version(story))), "the plan did not come in")
    sheet = keeper.get(_desk(story))
    story.expect(not sheet.has_form(send), "what waits for the center is sent again")
    return _("The institution writes its plan with the child's page, explains it to the child, and sends it.")


def accepted_there(story: Story) -> str:
    """The center asks back with a reason; the next version is accepted, and its review is owed."""
    worker, keeper, told = story.as_("caseworker"), story.as_("institution"), story.file["reliance"]
    path = _version(story)
    page = worker.get(path)
    worker.send(page, page.form(having="reply"), {"reply": "ask_back", "reason": told["reason"]})
    sheet = keeper.get(_desk(story))
    story.expect(kept(told["reason"]) in main_of(sheet), "the institution cannot read what the center asks")
    anew: dict[str, str | list[str]] = {"policy": told["anew"], "review_on": in_days(REVIEW_DAYS)}
    _save(story, anew | {"told_on": in_days(0), "child_answer": "yes"} | _explained(story))
    sheet = keeper.get(_desk(story))
    keeper.send(sheet, sheet.form(action=reverse("reliance_send", args=[story.ids["reliance"]])))
    page = worker.get(_version(story))
    story.expect(kept(told["anew"]) in main_of(page), "the next version did not come in")
    worker.send(page, page.form(having="reply"), {"reply": "accept"})
    page = worker.get(_version(story))
    story.expect("reply" not in {name for form in page.forms for name in form.names}, "it is answered twice")
    return _("The center asks back with a reason, and accepts the next version of the plan.")


def _explained(story: Story) -> dict[str, str | list[str]]:
    """How it was explained to the child, what the child said, and who of the heads saw it."""
    told = story.file["reliance"]
    return {"told_how": told["explained"], "child_said": told["said"], "head": told["head"]}


def _save(story: Story, values: dict[str, str | list[str]]) -> Page:
    keeper = story.as_("institution")
    page = keeper.get(reverse("reliance_write", args=[story.ids["reliance"]]))
    page = keeper.send(page, page.form(having="child_wish"), values)
    story.expect(page.url.endswith(_desk(story)), "the draft was not saved")
    return page


def _desk(story: Story) -> str:
    return reverse("reliance", args=[story.ids["reliance"]])


def _files(story: Story) -> set[str]:
    """The children for whom the institution writes plans."""
    return set(re.findall(r'"/reliance/([0-9a-f-]{36})/', story.as_("institution").get("/").text))


def _version(story: Story) -> str:
    """The address, at the case, of the version that was sent last."""
    page = story.case_page("caseworker", "case_custody")
    found = re.search(rf"{story.path('case')}reliance/[0-9a-f-]{{36}}/(?=\")", page.text)
    story.expect(found is not None, "no plan of the institution is on the page of the case")
    return found[0] if found else ""


def _nobody_outside(story: Story, path: str) -> None:
    for username in OUTSIDE:
        page = story.as_(username).get(path)
        story.expect(page.status == 404, f"{username} reads what the institution was told")
