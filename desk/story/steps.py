"""The story, step by step, over HTTP: the children of one home from the first call to the read audit (docs/story.md).

Each step does what the person of that step would do on the pages, and then looks whether the promise holds. A later issue adds
its steps to ``STEPS``.
"""

import uuid
from collections.abc import Callable, Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from desk.story import (
    apart,
    beyond,
    diagnosed,
    entrusted,
    help,
    interview,
    opening,
    placed,
    police,
    relied,
    second_door,
    warrant,
)
from desk.story.case_file import CaseFile
from desk.story.telling import Broken, Step, Story, at_the_demos_door, text_of
from desk.story.visitor import Page, Visitor

OUTSIDERS = ("stranger", "police", "policechief", "school", "privacy", "admin")


def tell(
    file: CaseFile, base: str, sign_in: Callable[[Visitor, str], Page] = at_the_demos_door
) -> Iterator[str]:
    """Tell the whole story against the server at ``base``; one line a step. Raises Broken where a promise does not hold.

    A step whose tables (``ONLY_WITH``) the file leaves out is left out too.
    """
    story = Story(file, base, sign_in)
    for step in STEPS:
        if not all(file.has(table) for table in ONLY_WITH.get(step, ())):
            continue
        try:
            yield step(story)
        except LookupError as error:
            raise Broken(f"{step.__name__}: {error}") from error
        except Broken as broken:
            raise Broken(f"{step.__name__}: {broken}") from None


def nothing_else(story: Story) -> str:
    """Five foreign addresses each, for every outside person: all the same 404."""
    addresses = [
        story.path("case"),
        story.path("child_edit"),
        story.path("report_preview", story.ids["report"]),
        story.path("progress_list"),
        reverse("case", args=[uuid.uuid4()]),
    ]
    for username in OUTSIDERS:
        pages = [story.as_(username).get(address) for address in addresses]
        story.expect(all(page.status == 404 for page in pages), f"{username} opens a foreign address")
        story.expect(len({page.text for page in pages}) == 1, f"{username} can tell foreign from missing")
    return _("Five foreign addresses each, tried as %(count)s outside people: the same 404.") % {
        "count": len(OUTSIDERS)
    }


def supervisor_reads(story: Story) -> str:
    """The supervisor reads who looked, the police among them; the privacy officer reads it without content."""
    page = story.as_("supervisor").get(story.path("case_looks"))
    story.expect(page.status == 200, "the supervisor cannot read who looked")
    story.expect(story.who("police", "name") in text_of(page), "the look of the police left no trace")
    story.expect(
        story.as_("privacy").get(reverse("access_log")).status == 200,
        "the privacy officer cannot read the access log",
    )
    return _("The supervisor reads who looked; the trace stays.")


STEPS: tuple[Step, ...] = (
    opening.register_call,
    opening.clock_runs,
    opening.accept_case,
    opening.confirm_safety,
    opening.sibling_is_seen,
    apart.parents,
    apart.custody,
    apart.mother_consents,
    apart.father_objects,
    apart.limit_contact,
    apart.move,
    warrant.ask_for_warrant,
    warrant.warrant_issued,
    beyond.against_his_will,
    beyond.continued,
    police.report_refused,
    police.confirm_intention,
    police.draft_and_preview,
    police.decide_and_send,
    police.police_reads,
    nothing_else,
    police.worker_is_told,
    police.police_answer,
    police.answer_accepted,
    interview.interviewer_is_trained,
    interview.plan_interview,
    interview.hold_interview,
    police.withdraw,
    police.police_page_is_empty,
    nothing_else,
    diagnosed.diagnosis_written,
    diagnosed.diagnosis_judged,
    help.guideline,
    help.guideline_told,
    help.counseling_plan,
    help.sessions,
    help.danger,
    help.amended,
    placed.ask_for_place,
    placed.choose_place,
    placed.against_fathers_will,
    placed.placed_by_court,
    placed.arrived,
    entrusted.play_plan,
    entrusted.entrusted,
    entrusted.kept_there,
    entrusted.read_and_accepted,
    relied.asked_for_plan,
    relied.written_there,
    relied.accepted_there,
    help.reviewed,
    help.ended,
    second_door.victim_received,
    second_door.center_notified,
    second_door.support_designated,
    second_door.support_goes_on,
    supervisor_reads,
)
ONLY_WITH: dict[Step, tuple[str, ...]] = {
    opening.sibling_is_seen: ("sibling",),
    apart.parents: ("parents",),
    apart.mother_consents: ("parents",),
    apart.father_objects: ("parents",),
    apart.limit_contact: ("parents", "contact_limit"),
    apart.move: ("move",),
    warrant.ask_for_warrant: ("parents", "warrant"),
    warrant.warrant_issued: ("parents", "warrant"),
    beyond.against_his_will: ("parents", "continuing"),
    beyond.continued: ("parents", "continuing"),
    police.police_answer: ("police",),
    police.answer_accepted: ("police",),
    interview.interviewer_is_trained: ("interview",),
    interview.plan_interview: ("interview",),
    interview.hold_interview: ("interview",),
    diagnosed.diagnosis_written: ("diagnosis",),
    diagnosed.diagnosis_judged: ("diagnosis",),
    help.guideline: ("guideline",),
    help.guideline_told: ("guideline",),
    help.counseling_plan: ("counseling",),
    help.sessions: ("counseling",),
    help.danger: ("counseling",),
    help.amended: ("counseling",),
    help.reviewed: ("counseling",),
    help.ended: ("counseling",),
    placed.ask_for_place: ("placement",),
    placed.choose_place: ("placement",),
    placed.against_fathers_will: ("parents", "placement"),
    placed.placed_by_court: ("parents", "placement"),
    placed.arrived: ("parents", "placement"),
    entrusted.play_plan: ("entrusted",),
    entrusted.entrusted: ("entrusted",),
    entrusted.kept_there: ("entrusted",),
    entrusted.read_and_accepted: ("entrusted",),
    relied.asked_for_plan: ("parents", "placement", "reliance"),
    relied.written_there: ("parents", "placement", "reliance"),
    relied.accepted_there: ("parents", "placement", "reliance"),
    second_door.victim_received: ("support",),
    second_door.center_notified: ("support",),
    second_door.support_designated: ("support",),
    second_door.support_goes_on: ("support",),
}
"""The tables that a step tells of; they may be left out of the file (``case_file.OPTIONAL``)."""
