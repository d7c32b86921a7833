"""The first scenes: a call about the children of one home, the limits of the law, acceptance, and that each child is seen."""

import re

from django.urls import reverse
from django.utils.translation import gettext as _

from cases.records.models import UNKNOWN
from desk.story.telling import Story, id_in, in_days, text_of


def register_call(story: Story) -> str:
    """A nursing teacher's call is written down; the case of each child opens at once."""
    worker, siblings = story.as_("caseworker"), story.file.has("sibling")
    page = worker.get(reverse("household_call" if siblings else "register_call"))
    child = story.file["child"]
    values = _call(story)
    if siblings:
        values |= _second_row(story)
    page = worker.send(page, page.form(having="situation"), values)
    asked = {name for form in page.forms for name in form.names if name.endswith("another")}
    if asked:  # the story was told here before: another child of the same name is meant
        page = worker.send(page, page.form(having="situation"), {**values, **dict.fromkeys(asked, "on")})
    # One child's case opens at its reception, those of one home at the card of the home.
    found = re.search(r"/cases/([0-9a-f-]{36})/(?:reception/)?$", page.url)
    story.expect(page.status == 200 and found is not None, "the call did not open a case")
    story.case = found[1] if found else ""
    for name in ("family_name", "given_name"):
        story.expect(child[name] in text_of(page), "the child's name is not kept byte for byte")
    if not siblings:
        return _("A call is registered in the child's own words; the case opens at once.")
    home = re.search(r'id="household".*?</section>', page.text, re.DOTALL)
    story.expect(home is not None, "the children of one home are not shown together")
    others = set(re.findall(r"/cases/([0-9a-f-]{36})/\"", home[0] if home else "")) - {story.case}
    story.expect(len(others) == 1, "the sibling has no case of its own")
    story.ids["sibling"] = others.pop()
    return _("One call about two children of one home: a case for each, with a number and limits of its own.")


def _call(story: Story) -> dict[str, str | list[str]]:
    child, told, notifier = story.file["child"], story.file["notification"], story.file["notifier"]
    values: dict[str, str | list[str]] = {**child, **story.file["case"]}
    values |= {name: told[name] for name in ("words", "question", "observed")}
    values |= {f"notifier_{name}": notifier[name] for name in ("name", "relation", "telephone")}
    values |= {
        "asked_by": told["asker"],
        "situation": story.file["case"]["outline"],
    }
    if child["birth_date"] == UNKNOWN:
        values |= {"birth_date": "", "birth_date_unknown": "on"}
    values |= {
        "channel": "telephone",
        "kind": "tsukoku",
        "source": "school",
        "basis": "from_child",
        "place_of_stay": "home",
    }
    values |= {"grounds": ["effects"]}
    values |= {"child_knows": "yes", "custodian_knows": "no"}
    if not values["address_withheld"]:
        del values["address_withheld"]
    return values


def _second_row(story: Story) -> dict[str, str | list[str]]:
    """The sibling, of whom nobody has seen anything yet; what is one home's is the first child's."""
    typed = {
        name: story.file["sibling"][name] for name in story.file["sibling"] if name not in ("place", "how")
    }
    if typed["birth_date"] == UNKNOWN:
        typed |= {"birth_date": "", "birth_date_unknown": "on"}
    return {**{f"child2_{name}": value for name, value in typed.items()}, "child2_seen": "not_yet"}


def _cases(story: Story) -> list[str]:
    return [story.case, *([story.ids["sibling"]] if "sibling" in story.ids else [])]


def clock_runs(story: Story) -> str:
    """The 48-hour clock is on the page of each child."""
    for case in _cases(story):
        page = story.as_("caseworker").get(reverse("case", args=[case]))
        story.expect('id="clocks"' in page.text and "clock--" in page.text, "no clock runs")
    return _("The 48-hour clock of the safety check is running and shown.")


def accept_case(story: Story) -> str:
    """The emergency intake conference, written by the supervisor; the director decides, and the case is accepted."""
    for case in _cases(story):
        _accept(story, case)
    return _("The emergency intake conference advises, the director decides: the case is accepted.")


def _accept(story: Story, case: str) -> None:
    person, director = story.as_("supervisor"), story.as_("director")
    page = person.get(reverse("accept_case", args=[case]))
    typed: dict[str, str | list[str]] = {**story.file["intake"], "kind": "emergency_intake"}
    outline = story.file["case"]["outline"]
    typed |= dict.fromkeys(("facts", "social", "child_view", "view_how"), outline)
    said = re.findall(r'name="(says_[0-9a-f]{32})"', page.text)
    typed |= dict.fromkeys(("reasons", "custodians_view", *said), typed["decision"])
    typed["next_on"] = in_days(30)
    page = person.send(page, page.form(having="decision"), typed)
    drafted = id_in(page, rf"/cases/{case}/decisions/acceptance/([0-9a-f-]{{36}})/")
    path = reverse("decision", args=[case, "acceptance", drafted])
    own = person.get(path)
    story.expect(not own.has_form(path), "who drafted the acceptance may decide it")
    page = director.get(path)
    page = director.send(page, page.form(having="verdict"), {"verdict": "approve"})
    told = page.status == 200 and page.url.endswith(reverse("case_reception", args=[case]))
    story.expect(told, "the case was not accepted")


def confirm_safety(story: Story) -> str:
    """The child is seen; what was seen of one child says nothing of another."""
    told = story.file["safety"]
    _seen(story, story.case, told["place"], told["how"])
    if "sibling" in story.ids:
        page = story.as_("caseworker").get(reverse("case", args=[story.ids["sibling"]]))
        story.expect("clock--done" not in page.text, "the sibling counts as seen with the first child")
    return _("Safety is confirmed by sight; the clock is met.")


def sibling_is_seen(story: Story) -> str:
    """The sibling is seen by sight on his own, and his own limit is met with it."""
    told = story.file["sibling"]
    _seen(story, story.ids["sibling"], told["place"], told["how"])
    return _("The sibling is seen by sight too; only with that is the sibling's own clock met.")


def _seen(story: Story, case: str, place: str, how: str) -> None:
    worker = story.as_("caseworker")
    page = worker.get(reverse("safety_check", args=[case]))
    values = {"outcome": "seen", "place": place, "condition": how}
    values["seen_by"] = story.file["intention"]["asked_by"]
    page = worker.send(page, page.form(having="condition"), dict(values))
    story.expect(
        page.url.endswith(reverse("case_reception", args=[case])), "the safety check was not recorded"
    )
    story.expect("clock--done" in worker.get(reverse("case", args=[case])).text, "the clock was not met")
