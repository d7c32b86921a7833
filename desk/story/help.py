"""The long help: a support guideline that is explained to the child, a counseling plan with its sessions, and their end."""

import re

from django.urls import reverse
from django.utils.translation import gettext as _

from desk.story.telling import Story, choices, in_days, in_minutes, kept, main_of, text_of
from desk.story.visitor import Form, Page

PLAN, END = "counseling_plan", "counseling_end"
OUTSIDE = ("stranger", "police", "school")
REVIEW_DAYS = 28
"""Within what every office allows: none reviews more seldom than in half a year, nor oftener than each month."""


def guideline(story: Story) -> str:
    """Drafted with the child's wish and that of each custodian, never of the suspect; the director decides it."""
    worker, told = story.as_("caseworker"), story.file["guideline"]
    page = worker.get(story.path("guideline_new"))
    form = page.form(having="child_wish")
    values: dict[str, str | list[str]] = {
        name: told[name]
        for name in ("needs", "strengths", "support", "support_why", "alternatives", "for_child")
    }
    values |= {"child_wish": told["wish"], "review_on": in_days(REVIEW_DAYS)}
    rests = bool(choices(page, "judgement"))  # the latest comprehensive diagnosis is chosen already
    values |= {"view_why": "" if rests else told["view_why"]}
    values |= {name: told["mother_wishes"] for name in _asked(story, form, "wish_")}
    for n, which, days in ((1, "short", REVIEW_DAYS), (2, "long", 150)):
        values |= {
            f"goal_{n}": told[f"{which}_goal"],
            f"means_{n}": told[f"{which}_means"],
            f"horizon_{n}": which,
        }
        values |= {f"who_{n}": told["who"], f"until_{n}": in_days(days)}
    page = worker.send(page, form, values)
    story.ids["guideline"] = story.drafted(page, "guideline")
    _not_by_drafter(story, "guideline", story.ids["guideline"])
    page = story.decide("guideline", story.ids["guideline"])
    story.expect(page.url.endswith(story.path("progress_list")), "the guideline was not decided")
    story.expect(kept(told["wish"]) in main_of(page), "the child's wish is not on the page")
    return _(
        "A support guideline with the child's own wish; whoever is suspected is not asked. The director decides it."
    )


def guideline_told(story: Story) -> str:
    """What was decided is explained to the child, and what the child says to it is kept in its own words."""
    worker, told = story.as_("caseworker"), story.file["guideline"]
    page = worker.get(story.path("guideline_told", story.ids["guideline"]))
    values = {
        "told_by": story.file["intention"]["asked_by"],
        "how": told["explained"],
        "child_said": told["said"],
    }
    page = worker.send(page, page.form(having="child_said"), {**values})
    story.expect(page.url.endswith(story.path("progress_list")), "that the child was told was not recorded")
    story.expect(
        kept(told["said"]) in main_of(page), "what the child said to the guideline is not on the page"
    )
    return _("The guideline is explained to the child, and what the child says to it is kept word for word.")


def counseling_plan(story: Story) -> str:
    """Drafted with the child's own goal first, decided by the supervisor; nobody outside of the office finds it."""
    worker, told = story.as_("caseworker"), story.file["counseling"]
    page = worker.get(story.path("counseling_new"))
    form = page.form(having="child_goal")
    values: dict[str, str | list[str]] = {"kind": "cwo_guidance", "for_whom": ["child"], "legal_form": "none"}
    values |= {
        name: told[name] for name in ("child_goal", "child_words", "needs", "goal_1", "done_when", "risks")
    }
    values |= {"child_stand": "agrees", "provider": _in_charge(story, page), "frequency": "fortnightly"}
    values |= {"starts_on": in_days(0), "review_on": in_days(REVIEW_DAYS)}
    for name in _asked(story, form, "stand_"):
        values |= {name: "agrees", name.replace("stand_", "words_"): told["mother_says"]}
    page = worker.send(page, form, values)
    story.ids["plan"] = story.drafted(page, PLAN)
    _not_by_drafter(story, PLAN, story.ids["plan"])
    page = story.decide(PLAN, story.ids["plan"], by="supervisor")
    story.expect(page.url.endswith(story.path("progress_list")), "the plan was not decided")
    path = story.path("counseling", story.ids["plan"])
    story.expect(
        kept(told["child_goal"]) in main_of(worker.get(path)), "the child's own goal is not in the plan"
    )
    _nobody_outside(story, path)
    return _(
        "A counseling plan begins with the child's own goal; the supervisor decides it, and no other office finds it."
    )


def sessions(story: Story) -> str:
    """One is held, and one is missed: each is recorded once."""
    told = story.file["counseling"]
    held, missed = _session(story, 10), _session(story, 0)
    page = _record(story, "caseworker", held, {**_held(story), "danger": "no", "summary": told["first"]})
    story.expect(kept(told["first"]) in text_of(page), "the first session was not recorded")
    page = _record(story, "caseworker", missed, {"attendance": "absent_child", "summary": told["missed"]})
    story.expect(kept(told["missed"]) in text_of(page), "the missed session was not recorded")
    again = story.as_("caseworker").get(story.path("session", missed))
    story.expect(not any("attendance" in form.names for form in again.forms), "a session is recorded twice")
    return _(
        "Of two sessions one is held and one is missed. Each is recorded once, and stays as it was written."
    )


def danger(story: Story) -> str:
    """The supervisor stands in for a third one and sees a sign of danger: whoever is in charge is told, and owes what follows."""
    told = story.file["counseling"]
    row, owed = _session(story, 20), _duties(story)
    path = story.path("session", row)
    page = _record(story, "supervisor", row, {**_held(story), "danger": "yes", "summary": told["third"]})
    story.expect(kept(told["third"]) not in main_of(page) or page.url.endswith(path), "danger needs no words")
    page = _record(
        story,
        "supervisor",
        row,
        {**_held(story), "danger": "yes", "summary": told["third"], "danger_words": told["danger"]},
    )
    story.expect(not page.url.endswith(path), "the sign of danger was not recorded")
    worker = story.as_("caseworker")
    inbox = worker.get(reverse("inbox"))
    story.expect(kept(told["danger"]) not in text_of(inbox), "the notice says what the danger is")
    notices = [form for form in inbox.forms if re.search(r"/inbox/[0-9a-f-]{36}/$", form.action)]
    # The duty that it leaves is told at the same moment: which of the two stands first is chance.
    leads_to = [worker.send(inbox, form) for form in notices[:2]]
    opened = next((page for page in leads_to if page.url.endswith(path)), inbox)
    story.expect(opened is not inbox, "the person in charge was not told of the danger")
    story.expect(kept(told["danger"]) in main_of(opened), "the person in charge cannot read the danger")
    story.expect(len(_duties(story) - owed) == 1, "the danger leaves no duty")
    _nobody_outside(story, path)
    return _(
        "A sign of danger in a session: the person in charge is told at once and has to act. The notice says nothing of it."
    )


def amended(story: Story) -> str:
    """What is changed is read from the two plans; the one before stays as it was, and is the plan no more."""
    worker, told = story.as_("caseworker"), story.file["counseling"]
    before = story.ids["plan"]
    page = worker.get(story.path("counseling_new") + f"?amends={before}")
    form = page.form(having="amended_why")
    page = worker.send(page, form, {"amended_why": ""})
    story.expect(
        PLAN not in page.url and f"amends={before}" in page.url, "a plan is amended without a reason"
    )
    page = worker.send(
        page, page.form(having="amended_why"), {"amended_why": told["amended_why"], "frequency": "weekly"}
    )
    story.ids["plan"] = story.drafted(page, PLAN)
    story.decide(PLAN, story.ids["plan"], by="supervisor")
    page = worker.get(story.path("counseling", story.ids["plan"]))
    story.expect(kept(told["amended_why"]) in main_of(page), "the plan does not say why it was amended")
    old = worker.get(story.path("counseling", before))
    story.expect(kept(told["child_goal"]) in main_of(old), "the plan before is lost")
    story.expect("counseling/new/?amends" not in old.text, "a plan that was amended can be amended again")
    return _(
        "The plan is amended with a reason; what is changed is read from both, and the one before stays as it was."
    )


def reviewed(story: Story) -> str:
    """Of each goal it is said how far it is, and the child's view stands beside it. It comes to an end of the help."""
    worker, told = story.as_("caseworker"), story.file["counseling"]
    page = worker.get(story.path("counseling_review", story.ids["plan"]))
    form = page.form(having="course_note")
    values = {name: "reached" for name in form.names if name.startswith("state_")}
    values |= {
        "course_note": told["course_note"],
        "child_view": told["child_view"],
        "outcome": "end",
        "next_on": "",
    }
    page = worker.send(page, form, {**values})
    page = worker.get(story.path("counseling", story.ids["plan"]))
    story.expect(
        kept(told["child_view"]) in main_of(page), "the child's view of the review is not on the page"
    )
    return _("The plan is reviewed, goal by goal and with the child's own view: the help is to end.")


def ended(story: Story) -> str:
    """The end has a report, is decided by the supervisor, and after it nothing is planned any more."""
    worker, told = story.as_("caseworker"), story.file["counseling"]
    page = worker.get(story.path("counseling_end") + f"?of={story.ids['plan']}")
    form = page.form(having="helped")
    values = {name: "reached" for name in form.names if name.startswith("state_")}
    values |= {name: told[name] for name in ("report", "helped", "relapse", "turn_to", "child_told")}
    values |= {"reason": "completed", "farewell": "yes"}
    worker.send(page, form, {**values})
    act = story.drafted(worker.get(story.path("counseling", story.ids["plan"])), END)
    _not_by_drafter(story, END, act)
    story.decide(END, act, by="supervisor")
    page = worker.get(story.path("counseling", story.ids["plan"]))
    story.expect(
        story.path("counseling_review", story.ids["plan"]) not in page.text, "the help goes on after its end"
    )
    path = story.path("session_new", story.ids["plan"])
    page = worker.get(path)
    tomorrow = {"act": "one", "planned_for": in_minutes(60 * 24)}
    page = worker.send(page, page.form(having="planned_for"), {**tomorrow})
    story.expect(page.url.endswith(path), "a session is planned after the end")
    return _(
        "The help ends with a report and a farewell; the supervisor decides it, and no session can be planned any more."
    )


def _in_charge(story: Story, page: Page) -> str:
    """Who gives the help: the person in charge, of those whom the form offers."""
    name = story.who("caseworker", "name")
    found = [one for one, label in choices(page, "provider").items() if label.startswith(name)]
    story.expect(bool(found), "whoever is in charge cannot give the help")
    return found[0]


def _asked(story: Story, form: Form, prefix: str) -> list[str]:
    """The fields of the custodians who are asked: the mother, and not the father, who is suspected."""
    names = sorted(name for name in form.names if name.startswith(prefix))
    story.expect(len(names) == int(story.file.has("parents")), "somebody else than the mother is asked")
    return names


def _not_by_drafter(story: Story, kind: str, act: str) -> None:
    own = story.as_("caseworker").get(story.path("decision", kind, act))
    story.expect(not any("verdict" in form.names for form in own.forms), f"the drafter may decide the {kind}")


def _nobody_outside(story: Story, path: str) -> None:
    for username in OUTSIDE:
        story.expect(story.as_(username).get(path).status == 404, f"{username} finds the help of the child")


def _session(story: Story, minutes: int) -> str:
    """Plan one session; its id."""
    worker = story.as_("caseworker")
    page = worker.get(story.path("session_new", story.ids["plan"]))
    values = {"act": "one", "planned_for": in_minutes(minutes), "place": story.file["counseling"]["place"]}
    page = worker.send(page, page.form(having="planned_for"), {**values})
    story.expect(page.url.endswith(story.path("progress_list")), "no session was planned")
    known = story.ids.setdefault("sessions", "")
    found: list[str] = [
        one for one in re.findall(r"/sessions/([0-9a-f-]{36})/\"", page.text) if one not in known
    ]
    story.expect(len(set(found)) == 1, "the planned session is not on the page")
    story.ids["sessions"] = f"{known} {found[0]}"
    return found[0]


def _duties(story: Story) -> set[str]:
    """What the person in charge owes in this case."""
    page = story.as_("caseworker").get(reverse("duties"))
    return set(re.findall(rf"{story.path('case')}duties/[0-9a-f-]{{36}}/", page.text))


def _held(story: Story) -> dict[str, str]:
    return {"attendance": "held", "held_at": in_minutes(0), "present": story.file["counseling"]["present"]}


def _record(story: Story, username: str, row: str, values: dict[str, str]) -> Page:
    """Record a session as this person; the page that comes then."""
    person = story.as_(username)
    page = person.get(story.path("session", row))
    unsaid = {"held_at": "", "next_for": ""}
    return person.send(page, page.form(having="attendance"), {**unsaid, **values})
