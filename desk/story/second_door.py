"""The second door: a juvenile support center of the police receives a victim, notifies the center, and goes on supporting."""

import re

from django.urls import reverse
from django.utils.translation import gettext as _

from cases.records.models import UNKNOWN
from desk.story.telling import Story, cells_of, id_in, in_days, in_minutes, kept, main_of, option, text_of

NAMES = ("family_name", "given_name", "family_kana", "given_kana", "sex", "birth_date")
DESIGNATED = "support_designation"


def victim_received(story: Story) -> str:
    """An officer receives a juvenile victim; the support case is of the police, and no child guidance center finds it."""
    officer, told = story.as_("police"), story.file["support"]
    page = officer.get(reverse("support_new"))
    values = {
        name: told[name] for name in (*NAMES, "consultant", "worry", "situation", "words", "question", "harm")
    }
    values |= {"recognised": "consult", "means": "meeting", "happened_at": in_minutes(0)}
    values |= {"danger": "watch", "aid": "protection"}
    if told["birth_date"] == UNKNOWN:
        values |= {"birth_date": "", "birth_date_unknown": "on"}
    page = officer.send(page, page.form(having="recognised"), {**values})
    found = re.search(r"/support/([0-9a-f-]{36})/notify/", page.url)
    story.expect(found is not None, "the victim was not received, or the duty to notify was not seen")
    story.ids["support"] = found[1] if found else ""
    path = reverse("case", args=[story.ids["support"]])
    story.expect(
        kept(told["words"]) in text_of(officer.get(path)), "the victim's own words are not in the case"
    )
    for username in ("caseworker", "director", "school"):
        story.expect(story.as_(username).get(path).status == 404, f"{username} opens the case of the police")
    return _(
        "The police receive a juvenile victim; the support case is theirs alone, and the duty to notify is seen at once."
    )


def center_notified(story: Story) -> str:
    """With one tap: nothing is typed again. The center reads what was sent, once it opens it, and nothing else."""
    officer, told = story.as_("police"), story.file["support"]
    page = officer.get(reverse("support_notify", args=[story.ids["support"]]))
    center = option(page, story.who("caseworker", "office"))
    page = officer.send(page, page.form(having="recipient"), {"recipient": center})
    sent = re.search(r"N-[0-9A-Z]{8}", main_of(page))
    story.expect(sent is not None and "/notify/" not in page.url, "the center was not notified")
    reference = sent[0] if sent else ""
    reader = story.as_("supervisor")
    desk = reader.get(reverse("incoming_filings"))
    story.expect(reference in desk.text, "the notification did not come to the center")
    story.expect(told["given_name"] not in main_of(desk), "the list of what came shows a name")
    row = re.search(r"/intake/filings/([0-9a-f-]{36})/", cells_of(desk, reference))
    filing = row[1] if row else ""
    page = reader.get(reverse("incoming_filing", args=[filing]))
    page = reader.send(page, page.form(action=reverse("open_filing", args=[filing])))
    for words in (told["family_name"], told["situation"], told["words"]):
        story.expect(kept(words) in text_of(page), "the center does not read what was sent")
    story.expect(kept(told["worry"]) not in text_of(page), "the center reads more than was sent")
    return _(
        "The child guidance center is notified with one tap, and reads what was sent and nothing else of the case."
    )


def support_designated(story: Story) -> str:
    """The officer drafts continuing support with the juvenile's agreement; the supervisor of the police decides it."""
    officer, chief, told = story.as_("police"), story.as_("policechief"), story.file["support"]
    case = story.ids["support"]
    page = officer.get(reverse("support_designate", args=[case]))
    names = (
        "juvenile_said",
        "no_guardian_why",
        "scope",
        "aims",
        "frequency",
        "place",
        "counselor",
        "evaluation",
    )
    values = {name: told[name] for name in names}
    values |= {
        "school_may_know": "no",
        "adviser_asked": "no",
        "supporter_asked": "no",
        "next_on": in_days(14),
    }
    page = officer.send(page, page.form(having="juvenile_said"), {**values})
    found = re.search(rf"/decisions/{DESIGNATED}/([0-9a-f-]{{36}})/", page.text)
    story.expect(found is not None, "continuing support was not drafted")
    path = reverse("decision", args=[case, DESIGNATED, found[1] if found else ""])
    own = officer.get(path)
    story.expect(not any("verdict" in form.names for form in own.forms), "the drafter may decide the support")
    story.expect(story.as_("director").get(path).status == 404, "a director of another office may decide it")
    page = chief.get(path)
    page = chief.send(page, page.form(having="verdict"), {"verdict": "approve"})
    story.expect(DESIGNATED not in page.url, "the supervisor of the police could not decide it")
    story.expect(kept(told["aims"]) in text_of(officer.get(page.url)), "the plan is not in the case")
    return _(
        "Continuing support is drafted by the officer with the juvenile's agreement, and decided by the supervisor of the police."
    )


def support_goes_on(story: Story) -> str:
    """What is changed around the juvenile with the family, a volunteer who accompanies it, and what that person tells."""
    officer, told, case = story.as_("police"), story.file["support"], story.ids["support"]
    new = reverse("environment_new", args=[case])
    page = officer.get(new)
    values = {name: told[name] for name in ("aim", "agreed_with", "tasks")}
    values |= {"party": "family", "until": in_days(14)}
    page = officer.send(page, page.form(having="agreed_with"), {**values})
    story.expect(kept(told["aim"]) in text_of(page), "what was agreed with the family is not in the case")
    page = officer.get(reverse("support_supporter", args=[case]))
    values = {"name": told["supporter"], "task": told["supporter_task"], "commissioned_until": in_days(90)}
    page = officer.send(page, page.form(having="commissioned_until"), {**values})
    row = id_in(page, rf"/support/{case}/supporters/([0-9a-f-]{{36}})/")
    report = reverse("supporter_report", args=[case, row])
    page = officer.get(report)
    values = {"met_on": in_days(0), "words": told["supporter_told"]}
    page = officer.send(page, page.form(having="met_on"), {**values})
    story.expect(kept(told["supporter_told"]) in text_of(page), "what the supporter told is not in the case")
    for path in (new, report):
        story.expect(story.as_("caseworker").get(path).status == 404, "a center reads how the police support")
    return _(
        "The police agree with the family on a change, and a volunteer accompanies the juvenile and tells of it."
    )
