"""The long help in a browser: told over HTTP as the story tells it, and each page that opens on the way is looked at once."""

import re
from dataclasses import replace
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import resolve, reverse

from desk.story import entrusted, help, placed, relied, second_door
from desk.story.case_file import read_case_file
from desk.story.telling import Story, in_minutes, kept
from desk.story.visitor import Page, Visitor
from tests.browser.people import IDS, People, Person, Values
from tests.browser.scenes import PARENTS
from tests.cast import CHILD
from tests.client import with_password

TELLERS = ("caseworker", "supervisor", "director", "institution", "therapist", "police", "policechief")
TOLD = frozenset(
    {
        "guideline_new", "guideline_told", "counseling_new", "session_new", "session", "counseling_review", "counseling_end",
        "place_new", "place_search", "place_asked", "conference_minutes", "placement_hearing",
        "placement_new", "placement_court", "placement_arrival", "entrust_new", "entrusted_plan", "entrusted_question",
        "entrusted_answer", "kept_session", "reliance_new", "reliance", "reliance_write", "reliance_child", "support_new",
        "support_notify", "support_designate", "decision", "incoming_filing",
    }
)  # fmt: skip
"""The pages of the long help that are looked at as somebody passes them."""
SOCIAL = ("family", "living", "relations", "protects", "child_view", "custodians_view", "risk", "opinion")


class Passing(Visitor):
    """One of those who tell the story. What opens in front of them for the first time is looked at in their own browser."""

    def __init__(self, person: Person, username: str) -> None:
        super().__init__(person.base, person.language)
        self.person = person
        self.passed: set[str] = set()
        with_password(self, username)

    def get(self, path: str) -> Page:
        """Open a page; a page of the long help in the browser too."""
        page = super().get(path)
        where = urlsplit(page.url)
        kind = IDS.sub("", where.path)
        if page.status == 200 and kind not in self.passed and resolve(where.path).url_name in TOLD:
            self.passed.add(kind)
            self.person.open(where.path + (f"?{where.query}" if where.query else ""))
        return page


def story_of(people: People, case: str) -> Story:
    """The story of the demo, of the child and the parents of the tests."""
    told = read_case_file(settings.PROJECT_DIR / "demo/story.toml")
    names = ("family_name", "given_name", "family_kana", "given_kana", "school", "address")
    tables = {name: dict(table) for name, table in told.tables.items()}
    tables["child"] |= {name: getattr(CHILD, name) for name in names}
    tables["parents"] |= PARENTS
    people_here: dict[str, Visitor] = {name: Passing(people[name], name) for name in TELLERS}
    return Story(replace(told, tables=tables), people.base, with_password, people_here, case)


def long_help(people: People, case: str) -> None:
    """All of it: from the comprehensive diagnosis to the end report, and the second door."""
    story, worker = story_of(people, case), people["caseworker"]
    diagnosed(people, story)
    help.guideline(story)
    help.guideline_told(story)
    help.counseling_plan(story)
    help.sessions(story)
    moved(worker, story)
    help.danger(story)
    worker.open(story.path("session", story.ids["sessions"].split()[-1]))
    assert story.file["counseling"]["danger"] in worker.page.inner_text("main .alert--danger")
    help.amended(story)
    worker.open(story.path("counseling", story.ids["plan"]))
    assert kept(story.file["counseling"]["amended_why"]) in worker.page.inner_text("main")
    placed.ask_for_place(story)
    placed.choose_place(story)
    placed.against_fathers_will(story)
    placed.placed_by_court(story)
    placed.arrived(story)
    entrusted.play_plan(story)
    entrusted.entrusted(story)
    entrusted.kept_there(story)
    entrusted.read_and_accepted(story)
    people["therapist"].open(reverse("entrusted_plan", args=[story.ids["entrusted"]]))
    worker.open(story.path("entrusted", story.ids["entrusted"]))
    assert story.file["entrusted"]["danger"] in worker.page.inner_text("main .alert--danger")
    relied.asked_for_plan(story)
    relied.written_there(story)
    relied.accepted_there(story)
    help.reviewed(story)
    help.ended(story)
    worker.open(story.path("counseling", story.ids["plan"]))
    ended = _id(worker, rf"{story.path('case')}decisions/counseling_end/([0-9a-f-]{{36}})/")
    worker.open(story.path("decision", "counseling_end", ended))
    assert story.file["counseling"]["report"] in worker.page.inner_text("main")
    second_door.victim_received(story)
    second_door.center_notified(story)
    second_door.support_designated(story)
    people["police"].open(reverse("case", args=[story.ids["support"]]))
    people["institution"].open("/")
    people["therapist"].open("/")


def diagnosed(people: People, story: Story) -> None:
    """The social diagnosis is written and submitted; an assessment conference, and the director decides what it came to."""
    worker, director = people["caseworker"], people["director"]
    worker.open(story.path("diagnosis_new"))
    asked: Values = {"kind": "social", "writer": _choice(worker, "writer", story.who("caseworker", "name"))}
    worker.send(asked | {"question": story.file["guideline"]["needs"]}, "writer")
    diagnosis = _id(worker, rf"{story.path('case')}diagnoses/([0-9a-f-]{{36}})/")
    worker.open(story.path("diagnosis", diagnosis))
    written: Values = dict.fromkeys(SOCIAL, story.file["guideline"]["needs"])
    worker.send(written, "family", "[value=submit]")
    worker.open(reverse("sitting_new"))
    sitting: Values = {"kind": "assessment", "place": "office", "held_from": in_minutes(-1)}
    sitting |= {"chair": _choice(worker, "chair", story.who("director", "name"))}
    sitting |= {"secretary": _choice(worker, "secretary", story.who("caseworker", "name"))}
    worker.send(sitting, "held_from")
    name = worker.page.url.rstrip("/").rsplit("/", 1)[1]
    worker.open(story.path("conference_put"))
    worker.send({"sitting": name, "matter": story.file["guideline"]["view_why"]}, "matter")
    worker.open(reverse("sitting_held", args=[name]))
    worker.send({"held_to": in_minutes(0)}, "held_to")
    worker.open(story.path("judgement_new"))
    told = story.file["guideline"]
    came_to: Values = {"conference": _first(worker, "conference"), "rests_on": diagnosis}
    came_to |= {"needs": told["needs"], "view": told["support_why"], "support": told["support"]}
    worker.send(came_to | {"child_said": told["wish"], "custodians_said": told["mother_wishes"]}, "rests_on")
    judgement = _id(worker, rf"{story.path('case')}decisions/judgement/([0-9a-f-]{{36}})/")
    director.open(story.path("decision", "judgement", judgement))
    director.send({}, "verdict", "[value=approve]")
    worker.open(story.path("decision", "judgement", judgement))
    assert told["support_why"] in worker.page.inner_text("main")


def moved(worker: Person, story: Story) -> None:
    """A session is moved with two clicks: from the list of the day, and to when."""
    row = help._session(story, 30)
    worker.open(reverse("my_sessions"))
    worker.press(f"a[href='{story.path('session_move', row)}']")
    worker.send({"planned_for": in_minutes(60 * 24 * 7)}, "planned_for")
    worker.open(story.path("session", row))


def _id(person: Person, pattern: str) -> str:
    found = re.search(pattern, person.page.content())
    assert found, pattern
    return found[1]


def _choice(person: Person, field: str, label: str) -> str:
    """The value of the choice of a list that begins with this label."""
    option = person.page.locator(f"[name={field}] option", has_text=label).first
    return option.get_attribute("value") or ""


def _first(person: Person, field: str) -> str:
    return person.page.locator(f"[name={field}]").first.get_attribute("value") or ""
