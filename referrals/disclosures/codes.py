"""Codes of disclosures."""

from collections.abc import Mapping

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agencies.agreements.codes import basis, choice
from agencies.staff.roles import Act
from face.codes import stored_code
from referrals.consent.codes import OFFICERS, Ground

POLICE_REPORT = Act("police_report", _("report to the police"))


class Kind(models.TextChoices):
    """What a disclosure is; a report to the police is a kind of it."""

    POLICE_REPORT = "police_report", _("report to the police")


class PaperKind(models.TextChoices):
    """What a disclosure to the police is as a paper. It does not change the gate: that asks for the child's word all the same."""

    SOUDAN = "soudan", _("consultation before a report")
    JOHO = "joho", _("supply of information")
    TSUHO = "tsuho", _("report of a crime")
    KOKUHATSU = "kokuhatsu", _("accusation (Code of Criminal Procedure, Art. 239 para. 2)")
    ENJO = choice("enjo")
    SHIEN = "shien", _("request to support the child")
    KAITO = "kaito", _("answer to an enquiry")


NAMELESS = frozenset({PaperKind.SOUDAN})
"""Papers that name nobody (匿名): their ceiling has no name, and no other paper goes on an intention that has none."""
DESKS = {
    PaperKind.TSUHO: OFFICERS,
    PaperKind.KOKUHATSU: OFFICERS,
    PaperKind.ENJO: basis(PaperKind.ENJO.value).desks,
}
"""Papers that go to some desks alone, every other to each. A crime is reported where police officers receive it
(刑事訴訟法239条2項, 241条1項); for help the director asks the chief of the police station (児童虐待防止法10条1項)."""

PAPERS_OF_GROUND: Mapping[str, frozenset[PaperKind]] = {
    Ground.ANSWER.value: frozenset({PaperKind.KAITO}),
    Ground.ACCUSATION.value: frozenset({PaperKind.KOKUHATSU}),
}
"""What a report on these grounds is as a paper: an answer answers, and the duty to accuse carries an accusation. On every other
ground the desk alone decides."""


def paper_label(code: str) -> str | Promise:
    """The kind of paper in words. One drafted before kinds of paper were chosen has none, and none is read into it."""
    return stored_code(PaperKind, code).label if code else _("not said")


class Ending(models.TextChoices):
    """Why a disclosure is closed. The receiver is told how, and no word of the case (ADR 27)."""

    WITHDRAWN = "withdrawn", _("the child withdrew")
    SUPERSEDED = "superseded", _("a newer confirmation of the intention replaced the basis")
    EXPIRED = "expired", _("the basis expired")
    RETURNED = "returned", _("the draft was sent back")
    REFUSED = "refused", _("the draft was not approved")
    TAKEN_BACK = "taken_back", _("the draft was taken back")
    CLOSED = "closed", _("closed by the sender")


class Item(models.TextChoices):
    """One named item of a package. The code is stored; the label is the heading on the page."""

    IDENTITY_MIN = "identity_min", _("Name and birth date of the child")
    SAFETY_STATE = "safety_state", _("Present safety of the child")
    INCIDENT_OUTLINE = "incident_outline", _("Outline of the incident")
    CUSTODY_DATES = "custody_dates", _("Start and end of temporary custody")
    INTERVIEW_PLAN = "interview_plan", _("Plan of the joint interview")
    CONSIDERATIONS = "considerations", _("Considerations the child asked for")
    SUSPECT_RELATION = (
        "suspect_relation",
        _("What the suspect is to the child, and whether they live together"),
    )
    CHILDREN_AT_RISK = "children_at_risk", _("Other children in the home (number and ages)")
    DISCOVERY = "discovery", _("How it came to light")
    EVIDENCE_HELD = "evidence_held", _("Where evidence is kept (numbers)")
    INTERVIEW_REQUEST = "interview_request", _("Whether a joint interview is asked for")
    MEDICAL_DONE = "medical_done", _("Whether an examination was held")
    ACCEPTED = "accepted", _("Whether the center has accepted the case")
    PLAN_KIND = "plan_kind", _("Plan of help: kind")
    PLAN_GOAL = "plan_goal", _("Plan of help: goals")
    PLAN_FREQUENCY = "plan_frequency", _("Plan of help: how often, how long, from when")
    PLAN_PROVIDER = "plan_provider", _("Plan of help: who is wanted to give it")
    PLAN_REVIEW = "plan_review", _("Plan of help: when it is reviewed")
    PLAN_CAUTIONS = "plan_cautions", _("Plan of help: what is not to be touched, and cautions")
    PLAN_SUPPORT = "plan_support", _("Plan of help that the support center is asked to give")


PLAN_ITEMS = (
    Item.PLAN_KIND,
    Item.PLAN_GOAL,
    Item.PLAN_FREQUENCY,
    Item.PLAN_PROVIDER,
    Item.PLAN_REVIEW,
    Item.PLAN_CAUTIONS,
)
"""What is told of a plan of counseling and guidance to the office that gives the help."""
SUPPORT_ONLY = frozenset({Item.PLAN_SUPPORT})
"""Of the police a juvenile support center alone is told this: juvenile guidance officials give help, no police officers do.
The plan is one item there: a child is asked one question about it, and not six."""


HINTS = {
    Item.CHILDREN_AT_RISK: _("Number and ages only, no names."),
    Item.DISCOVERY: _("Never who notified, nor what leads to them."),
    Item.EVIDENCE_HELD: _("The numbers of the things and who keeps them: nothing of what they show."),
    Item.MEDICAL_DONE: _("Whether and when, never the result."),
    Item.PLAN_GOAL: _("The goals alone: nothing of what happened to the child."),
    Item.PLAN_SUPPORT: _(
        "For a juvenile support center alone: kind, goals, how often, cautions. Nothing of what happened."
    ),
    Item.PLAN_CAUTIONS: _("What the helper has to know to do no harm. No account of the facts."),
}
"""What the text of an item leaves out."""
