"""The placement: institutions asked without a name, the child heard, each parent's answer, the family court, and the arrival."""

import re

from django.urls import reverse
from django.utils.translation import gettext as _

from desk.story.apart import person_in
from desk.story.resolved import minute, resolve, sit
from desk.story.telling import Story, choices, in_days, in_minutes, kept, main_of
from desk.story.visitor import Page

KIND = "childrens_home"
DECISION = "/decisions/placement/"
STANDS = {"mother": "consents", "father": "objects"}


def ask_for_place(story: Story) -> str:
    """Each institution reads a sheet without a name, and none learns of the others. One offers a place."""
    worker, told = story.as_("caseworker"), story.file["placement"]
    page = worker.get(story.path("place_new"))
    boxes = re.findall(r'<input[^>]*name="institutions"[^>]*>', page.text)
    offered = [value[1] for box in boxes if (value := re.search(r'value="([^"]+)"', box))]
    values: dict[str, str | list[str]] = {"age_group": told["age_group"], "wanted": told["wanted"]}
    values |= {"how_soon": "normal", "wanted_from": in_days(0), "institutions": offered}
    page = worker.send(page, page.form(having="age_group"), values)
    search = re.search(r"/places/([0-9a-f-]{36})/\"", page.text)
    story.expect(search is not None, "no institution was asked")
    story.ids["search"] = search[1] if search else ""
    story.ids["ask"] = _asked_of(story, worker.get(story.path("place_search", story.ids["search"])))
    path = reverse("place_asked", args=[story.ids["ask"]])
    keeper = story.as_("institution")
    sheet = keeper.get(path)
    story.expect(sheet.status == 200, "the institution cannot read what it is asked")
    _says_nobody(story, sheet)
    story.expect('value="confirm"' not in sheet.text, "a place is confirmed before it is chosen")
    page = keeper.send(sheet, sheet.form(having="reply"), {"reply": "offer_3"})
    story.expect(page.url.endswith(path), "the institution could not offer a place")
    for username in ("stranger", "school"):
        story.expect(
            story.as_(username).get(path).status == 404, f"{username} reads what an institution is asked"
        )
    return _(
        "A place is asked for without a name; an institution offers one, and does not learn who the child is."
    )


def choose_place(story: Story) -> str:
    """The offer is chosen, the institution confirms, and the others are told that their place is not needed."""
    worker, keeper = story.as_("caseworker"), story.as_("institution")
    path, asked = (
        story.path("place_search", story.ids["search"]),
        reverse("place_asked", args=[story.ids["ask"]]),
    )
    page = worker.get(path)
    page = worker.send(page, page.form(action=story.path("place_choose", story.ids["ask"])))
    sheet = keeper.get(asked)
    _says_nobody(story, sheet)
    keeper.send(sheet, next(form for form in sheet.forms if "reply" in form.names), {"reply": "confirm"})
    page = worker.get(path)
    release = story.path("place_release", story.ids["search"])
    if page.has_form(release):
        page = worker.send(page, page.form(action=release))
    story.expect("/withdraw/" not in page.text, "a request is still open after the place was confirmed")
    return _(
        "The offer is chosen and confirmed; the other institutions are told that their place is free for others."
    )


def against_fathers_will(story: Story) -> str:
    """The child is heard on it. The mother agrees, the father does not: no conference decides it, nor does the director
    (児童福祉法27条4項)."""
    told, worker = story.file["placement"], story.as_("caseworker")
    page = worker.get(story.path("placement_hearing"))
    values = {"opinion": told["opinion"], "explained": told["explained"], "advocate": "present"}
    values["heard_by"] = story.file["intention"]["asked_by"]
    page = worker.send(page, page.form(having="opinion"), {**values})
    story.expect(page.url.endswith(story.path("case_custody")), "the hearing was not recorded")
    _answer(story, "mother", "consents")
    _answer(story, "father", "objects")
    page = _draft(story, "art_27")
    story.expect(DECISION not in page.text, "a placement was drafted without a conference")
    sit(story, told["reason"])
    page = minute(story, "g27_1_3", STANDS)
    refused = page.url.endswith(story.path("conference_minutes")) and "27" in main_of(page)
    story.expect(refused, "a conference placed a child against a parent's will, without the family court")
    resolve(story, "g28", STANDS)
    page = _draft(story, "art_27")
    story.expect(DECISION not in page.text, "a placement was drafted that no conference decided")
    return _(
        "The child is heard, the father is against it: the conference decides on the petition, and without the family court"
        " the child is not placed."
    )


def placed_by_court(story: Story) -> str:
    """The family court approves it, the conference decides on it, and only then the director (児童福祉法28条)."""
    told = story.file["placement"]
    _court(story, {"step": "petition"})
    _court(story, {"step": "granted", "kinds": [KIND]})
    page = _draft(story, "art_28")
    story.expect(DECISION not in page.text, "a placement was drafted before the conference decided it")
    sit(story, told["reason"])
    resolve(story, "g27_1_3", STANDS, approved_on=in_days(0))
    placement = story.drafted(_draft(story, "art_28"), "placement")
    page = story.decide("placement", placement)
    story.expect(page.url.endswith(story.path("case_custody")), "the placement was not decided")
    story.expect(told["reference"] in main_of(page), "the page does not name the case at the court")
    return _("The family court approves the placement, a conference decides it, and then the director.")


def arrived(story: Story) -> str:
    """Custody and placement never hold the child at once: the child comes once the end of custody is decided."""
    worker, told, path = story.as_("caseworker"), story.file["placement"], story.path("placement_arrival")
    page = worker.get(path)
    page = worker.send(page, page.form(having="arrived_at"), {"arrived_at": in_minutes(0)})
    story.expect(page.url.endswith(path), "custody and placement hold the child at once")
    page = worker.get(story.path("custody_end"))
    values = {"reason": told["end_of_custody"], "stay_after": "institution", "effective_at": in_minutes(0)}
    values |= {"heard": "before", "opinion": told["opinion"]}
    page = worker.send(page, page.form(having="stay_after"), {**values})
    page = story.decide("custody_end", story.drafted(page, "custody_end"))
    story.expect(page.url.endswith(story.path("case_custody")), "the end of custody was not decided")
    page = worker.get(path)
    values = {"arrived_at": in_minutes(0), "words": told["arrival"]}
    page = worker.send(page, page.form(having="arrived_at"), {**values})
    story.expect(page.url.endswith(story.path("case_custody")), "that the child came was not recorded")
    story.expect(kept(told["arrival"]) in main_of(page), "the page does not say how the child came")
    page = worker.get(path)
    page = worker.send(page, page.form(having="arrived_at"), {**values})
    story.expect(page.url.endswith(path), "the child comes twice")
    return _(
        "The end of custody is decided, and then the child comes to the institution: the two never hold it at once."
    )


def _asked_of(story: Story, page: Page) -> str:
    """The request that went to the institution of the story, on the page of the search."""
    name = re.escape(story.who("institution", "office"))
    found = re.search(rf"{name}.*?/places/asked/([0-9a-f-]{{36}})/withdraw/", main_of(page), re.DOTALL)
    story.expect(found is not None, "the institution was not asked")
    return found[1] if found else ""


def _says_nobody(story: Story, page: Page) -> None:
    child = story.file["child"]
    for name in ("family_name", "given_name", "family_kana", "given_kana", "school", "address"):
        said = child[name] and child[name] in main_of(page)
        story.expect(not said, f"the institution reads the {name} of the child")
    story.expect(story.case not in page.text, "the institution reads which case it is")


def _answer(story: Story, name: str, said: str) -> None:
    worker, told = story.as_("caseworker"), story.file["placement"]
    page = worker.get(story.path("placement_answer"))
    values = {"asked_kind": KIND, "consent": said, "how": "meeting", "note": told[f"{name}_says"]}
    values["person"] = person_in(page, story.file["parents"][name])
    page = worker.send(page, page.form(having="asked_kind"), {**values})
    story.expect(page.url.endswith(story.path("case_custody")), f"the answer of the {name} was not recorded")


def _draft(story: Story, basis: str) -> Page:
    """Draft the placement, on the latest conference that decided it, if any did."""
    worker, told = story.as_("caseworker"), story.file["placement"]
    page = worker.get(story.path("placement_new"))
    form = page.form(having="basis")
    hearing = next(iter(choices(page, "hearing")), "")
    values = {
        "place_kind": KIND,
        "place": story.who("institution", "office"),
        "basis": basis,
        "hearing": hearing,
        "item": next(iter(choices(page, "item")), ""),
    }
    values |= {"effective_on": in_days(0), "review_on": in_days(90)}
    values |= {"reason": told["reason"], "told_reason": told["told_reason"], "school": told["school"]}
    return worker.send(page, form, {**values})


def _court(story: Story, step: dict[str, str | list[str]]) -> None:
    worker, told = story.as_("caseworker"), story.file["placement"]
    page = worker.get(story.path("placement_court"))
    values: dict[str, str | list[str]] = {"step_on": in_days(0), "court": told["court"]}
    values |= {"reference": told["reference"], **step}
    page = worker.send(page, page.form(having="step"), values)
    story.expect(page.url.endswith(story.path("case_custody")), f"{step} was not recorded")
