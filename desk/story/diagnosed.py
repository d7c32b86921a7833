"""The diagnosis: a psychologist writes what was found, sealed apart; an assessment conference, and the director's decision."""

import re

from django.utils.translation import gettext as _

from desk.story.resolved import sit
from desk.story.telling import Story, choices, id_in, in_days, kept, main_of
from desk.story.visitor import Page

WRITER, JUDGEMENT = "psychologist", "judgement"
OUTSIDE = ("stranger", "police", "school")
INSTRUMENT, TOO_HIGH = "dsrs_c", 99
"""An instrument whose scores are 36 at most."""


def diagnosis_written(story: Story) -> str:
    """A psychologist joins the team, is asked, and submits. Whoever is in charge reads the summary, and not what was found."""
    worker, writer, told = story.as_("caseworker"), story.as_(WRITER), story.file["diagnosis"]
    page = worker.get(story.path("team_add"))
    joins = {"position": _named(story, page, "position"), "level": "edit"}
    worker.send(page, page.form(having="position"), {**joins})
    page = worker.get(story.path("diagnosis_new"))
    asked = {"kind": "psychological", "writer": _named(story, page, "writer"), "due_on": in_days(14)}
    page = worker.send(page, page.form(having="question"), {**asked, "question": told["question"]})
    row = id_in(page, rf"{story.path('case')}diagnoses/([0-9a-f-]{{36}})/")
    story.ids["diagnosis"], path = row, story.path("diagnosis", row)
    story.expect(
        not any("team_summary" in form.names for form in worker.get(path).forms),
        "another profession writes the diagnosis",
    )
    page = writer.get(path)
    values: dict[str, str | list[str]] = {name: told[name] for name in ("sessions", "development", "emotion")}
    values |= {"psychological_findings": told["findings"], "team_summary": told["summary"]}
    values |= {"care": told["care"], "not_to_say": told["not_to_say"], "self_harm": "none", "act": "submit"}
    values |= {"instrument_1": INSTRUMENT, "on_1": in_days(0), "rater_1": story.who(WRITER, "name")}
    form = page.form(having="team_summary")
    page = writer.send(page, form, {**values, "scores_1": f"{told['scale']} {TOO_HIGH}"})
    story.expect(page.url.endswith(path), "a score outside the range of its instrument is taken")
    story.expect(kept(told["findings"]) in main_of(page), "what was typed is lost with a wrong score")
    page = writer.send(page, page.form(having="team_summary"), {**values, "scores_1": f"{told['scale']} 18"})
    story.expect(page.url.endswith(story.path("progress_list")), "the diagnosis was not submitted")
    _sealed_apart(story, path)
    return _(
        "A psychologist writes the diagnosis: the team reads its summary, and what was found only psychologists of the team."
    )


def _sealed_apart(story: Story, path: str) -> None:
    """The writer reads all of it, those in charge the summary, and nobody outside anything."""
    told = story.file["diagnosis"]
    apart = (told["findings"], told["emotion"], told["scale"])
    story.expect(
        all(kept(words) in main_of(story.as_(WRITER).get(path)) for words in apart),
        "the writer does not read what was written",
    )
    for username in ("caseworker", "supervisor", "director"):
        page = main_of(story.as_(username).get(path))
        story.expect(kept(told["summary"]) in page, f"{username} does not read the summary for the team")
        story.expect(not any(kept(words) in page for words in apart), f"{username} reads the findings")
    for username in OUTSIDE:
        story.expect(story.as_(username).get(path).status == 404, f"{username} finds the diagnosis")


def diagnosis_judged(story: Story) -> str:
    """An assessment conference is held on it; whoever drafts the comprehensive diagnosis does not decide it."""
    worker, told = story.as_("caseworker"), story.file["diagnosis"]
    page = worker.get(story.path("judgement_new"))
    story.expect(
        worker.send(page, page.form(having="needs"), _judged(story, page)).url.endswith(
            story.path("judgement_new")
        ),
        "a comprehensive diagnosis without a conference",
    )
    sit(story, told["question"], "assessment")
    page = worker.get(story.path("judgement_new"))
    page = worker.send(page, page.form(having="needs"), _judged(story, page))
    story.ids[JUDGEMENT] = story.drafted(page, JUDGEMENT)
    own = worker.get(story.path("decision", JUDGEMENT, story.ids[JUDGEMENT]))
    story.expect(not any("verdict" in form.names for form in own.forms), "the drafter may decide it")
    page = story.decide(JUDGEMENT, story.ids[JUDGEMENT])
    story.expect(
        page.url.endswith(story.path("progress_list")), "the comprehensive diagnosis was not decided"
    )
    page = story.as_("supervisor").get(story.path("decision", JUDGEMENT, story.ids[JUDGEMENT]))
    story.expect(
        kept(told["view"]) in main_of(page), "the supervisor does not read the view that was reached"
    )
    return _(
        "An assessment conference joins the diagnoses into the comprehensive one; the director decides it."
    )


def _judged(story: Story, page: Page) -> dict[str, str | list[str]]:
    told = story.file["diagnosis"]
    held = re.search(
        r'name="conference"[^>]*value="([^"]+)"|value="([^"]+)"[^>]*name="conference"', page.text
    )
    return {
        "conference": (held[1] or held[2]) if held else "",
        "rests_on": [story.ids["diagnosis"]],
        **{name: told[name] for name in ("needs", "view", "support", "child_said", "custodians_said")},
    }


def _named(story: Story, page: Page, field: str) -> str:
    """The psychologist in a list of the page."""
    name = story.who(WRITER, "name")
    found = [value for value, label in choices(page, field).items() if name in label]
    story.expect(bool(found), f"the psychologist is not offered as {field}")
    return found[0]
