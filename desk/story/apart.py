"""Scenes of a child taken from home: custody, what each parent says to it, a limit on contact, and another place."""

import re

from django.utils.translation import gettext as _

from desk.story.telling import Broken, Story, choices, in_days, in_minutes, main_of, text_of, token_of
from desk.story.visitor import Page


def parents(story: Story) -> str:
    """Mother and father are written down: both have parental authority, and the father is the suspect."""
    told = story.file["parents"]
    known: dict[str, str | list[str]] = {"authority_known": "koseki"}
    known |= {"roles_more": ["custodian", "parental_authority"]}
    for name, relation, role in (("mother", "jitsubo", "non_offending"), ("father", "jippu", "suspect")):
        worker = story.as_("caseworker")
        page = worker.get(story.path("person_add"))
        values = {**known, "name": told[name], "relation_code": relation, "role": role}
        page = worker.send(page, page.form(having="relation_code"), values)
        story.expect(page.url.endswith(story.path("people_list")), f"the {name} was not written down")
        story.expect(told[name] in text_of(page), f"the {name} is not among the people around the child")
    return _("Both parents have parental authority; the father is the suspect as well.")


def custody(story: Story) -> str:
    """Drafted by the caseworker, who cannot decide it; decided by the director; the clock of the warrant starts."""
    worker, told = story.as_("caseworker"), story.file["custody"]
    page = worker.get(story.path("custody_start"))
    values: dict[str, str | list[str]] = {
        "grounds": ["1", "4"],
        "purpose": "safety",
        "place_kind": "facility",
        "consent": "not_asked" if story.file.has("parents") else "objects",
    }
    values |= {"place": story.file["intention"]["place"], "expected_until": in_days(40)}
    values |= {"reason": told["reason"], "heard": "before", "opinion": told["opinion"]}
    page = worker.send(page, page.form(having="grounds"), values)
    story.ids["custody"] = story.drafted(page, "custody_start")
    path = story.path("decision", "custody_start", story.ids["custody"])
    own = worker.get(path)
    story.expect(not any("verdict" in form.names for form in own.forms), "the drafter may decide custody")
    worker.post(path, {**token_of(own), "verdict": ["approve"]})
    director = story.as_("director")
    page = director.get(path)
    story.expect(
        page.form(having="verdict").names >= {"verdict", "note"}, "the drafter decided custody alone"
    )
    page = director.send(page, page.form(having="verdict"), {"verdict": "approve"})
    story.expect(page.url.endswith(story.path("case_custody")), "the director could not decide")
    story.expect(warrant_runs(story), "the clock of the warrant does not run")
    return _("Temporary custody: drafted by the caseworker, decided by the director; the 7-day clock runs.")


def warrant_runs(story: Story) -> bool:
    """Whether the limit of the warrant is among those of the case, and runs."""
    page = story.case_page("caseworker")
    shown = re.findall(r'class="clock clock--(\w+)" id="limit-warrant"', page.text)
    return any(state not in ("done", "late") for state in shown)


def mother_consents(story: Story) -> str:
    """One of two consents. Without the other a warrant is needed all the same (児童福祉法33条3項)."""
    _answers(story, "mother", "consents")
    story.expect(warrant_runs(story), "the consent of one parent ended the limit of the warrant")
    return _("The mother consents; as long as the father has not, the 7-day clock runs on.")


def father_objects(story: Story) -> str:
    """The other objects: the warrant is needed, and the page says of each person what they said."""
    page = _answers(story, "father", "objects")
    for name in ("mother", "father"):
        story.expect(story.file["parents"][name] in main_of(page), "an answer has lost its person")
    story.expect(warrant_runs(story), "the limit of the warrant does not run")
    return _("The father objects: the consent of one does not do, and a warrant is needed.")


def _answers(story: Story, name: str, said: str) -> Page:
    worker, told = story.as_("caseworker"), story.file["parents"]
    path = story.path("custody_consent", story.ids["custody"])
    page = worker.get(path)
    values = {"consent": said, "how": "meeting", "note": told[f"{name}_says"]}
    values["person"] = person_in(page, told[name])
    page = worker.send(page, page.form(having="consent"), {**values})
    story.expect(page.url.endswith(story.path("case_custody")), f"the answer of the {name} was not recorded")
    return worker.get(path)


def person_in(page: Page, name: str) -> str:
    """The person in the list of a page. A name may be the beginning of another: the shortest label is meant. Raises Broken."""
    labels = {label: value for value, label in choices(page, "person").items() if label.startswith(name)}
    if not labels:
        raise Broken(f"{name} is not in the list")
    return labels[min(labels, key=len)]


def limit_contact(story: Story) -> str:
    """Contact is limited for the father, on suspicion, while custody lasts (児童虐待防止法12条)."""
    worker, told = story.as_("caseworker"), story.file["contact_limit"]
    page = worker.get(story.path("contact_limit_new"))
    values: dict[str, str | list[str]] = {"kinds": ["visit", "telephone", "letter", "sns"], "extent": "all"}
    values |= {"basis": "suspected", "starts_on": in_days(0), "review_on": in_days(30)}
    values |= {"person": person_in(page, story.file["parents"]["father"]), **told}
    page = worker.send(page, page.form(having="extent"), values)
    page = story.decide("contact_limit", story.drafted(page, "contact_limit"))
    story.expect(page.url.endswith(story.path("case_custody")), "the contact was not limited")
    story.expect(story.file["parents"]["father"] in main_of(page), "the limit does not say for whom")
    return _("Contact is limited for the father; the director decides that too.")


def move(story: Story) -> str:
    """The child is moved. No custody ends with it, and no limit."""
    worker, told = story.as_("caseworker"), story.file["move"]
    page = worker.get(story.path("place_change"))
    values = {"place_kind": "foster", "told": "yes", "told_at": in_minutes(0), **told}
    page = worker.send(page, page.form(having="place_kind"), {**values})
    page = story.decide("custody_place", story.drafted(page, "custody_place"))
    story.expect(page.url.endswith(story.path("case_custody")), "the child was not moved")
    story.expect(told["place"] in main_of(page), "the page does not say where the child is")
    story.expect(warrant_runs(story), "the move ended the limit of the warrant")
    return _("The child is moved to another place; custody and its limits go on as they are.")
