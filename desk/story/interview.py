"""The joint interview: planned with police and prosecutor, held once by somebody trained for it, and no second time."""

from django.urls import reverse
from django.utils.translation import gettext as _

from desk.story.telling import Story, choices, id_in, in_days, in_minutes, kept, option, text_of

ASKED = {"kind": "joint3", "protocol": "nichd", "aim_reached": "yes", "whole_recorded": "yes"}


def interviewer_is_trained(story: Story) -> str:
    """The administrator enters the certificate of somebody else than who is in charge of the case."""
    page = story.as_("caseworker").get(story.path("joint_new"))
    people = choices(page, "interviewer")
    in_charge = story.who("caseworker", "name")
    others = [one for one, label in people.items() if not label.startswith(in_charge)]
    story.expect(bool(others), "nobody else can interview")
    story.ids["interviewer"] = others[0]
    admin = story.as_("admin")
    page = admin.get(reverse("training_add"))
    values = {"staff": others[0], "course": "nichd", "certified_on": in_days(-30), "expires_on": in_days(300)}
    page = admin.send(page, page.form(having="course"), {**values})
    story.expect(page.url.endswith(reverse("training_list")), "the certificate was not entered")
    return _("A certificate in interviewing children is entered by the administrator.")


def plan_interview(story: Story) -> str:
    """Proposed, conferred on and agreed: one session, one interviewer, and from then on the plan stays as it is."""
    worker, told = story.as_("caseworker"), story.file["interview"]
    page = worker.get(story.path("joint_new"))
    values = {f"{name}_who": told[name] for name in ("police", "prosecutor")}
    values["police"] = option(page, story.who("police", "office"))
    page = worker.send(page, page.form(having="police_who"), {**values})
    plan = id_in(page, rf"{story.path('case')}interviews/joint/([0-9a-f-]{{36}})/")
    page = worker.get(story.path("joint_step", plan))
    page = worker.send(page, page.form(having="step"), {"step": "conferring", "words": told["agreed"]})
    change = story.path("joint_change", plan)
    values |= {name: told[name] for name in ("place", "aim", "topics", "child_told", "agreed")}
    values |= {"planned_for": in_minutes(5), "protocol": "nichd"}
    page = worker.get(change)
    page = worker.send(page, page.form(having="agreed"), {**values})
    story.expect(page.url.endswith(change), "a plan is agreed without an interviewer")
    page = worker.send(page, page.form(having="agreed"), {**values, "interviewer": story.ids["interviewer"]})
    story.expect(not page.url.endswith(change), "the plan was not agreed")
    page = worker.get(story.path("joint_plan", plan))
    story.expect(kept(told["topics"]) in text_of(page), "the plan does not say what is asked")
    story.expect(change not in page.text, "an agreed plan can be changed")
    return _("The joint interview is agreed with police and prosecutor; a trained person interviews.")


def hold_interview(story: Story) -> str:
    """Held and written down without the child's words, which the recording holds. A second one needs reasons and a decision."""
    worker, told = story.as_("caseworker"), story.file["interview"]
    path = story.path("interview_new")
    page = worker.get(path)
    form = page.form(having="whole_recorded")
    story.expect("cannot_serve" not in form.names, "the first interview asks for reasons")
    values = {**ASKED, "began_at": in_minutes(0), "place": told["place"], "office": told["prosecutor"]}
    values |= {"interviewer": told["police"], "state_after": told["state_after"], "kept_by": told["kept_by"]}
    page = worker.send(page, form, {**values, "words": story.file["notification"]["words"]})
    story.expect(page.url.endswith(path), "the words of a recorded interview are written down a second time")
    page = worker.send(page, page.form(having="whole_recorded"), {**values, "words": ""})
    story.expect(not page.url.endswith(path), "the interview was not recorded")
    page = worker.get(path)
    page = worker.send(page, page.form(having="whole_recorded"), {**values})
    story.expect(page.url.endswith(path), "the child was asked a second time without reasons")
    return _("The joint interview is held, once: a second one is refused without reasons of its own.")
