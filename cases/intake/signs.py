"""What stands under each question of the urgency sheet (緊急度アセスメントシート, as in the 子ども虐待対応の手引き)."""

from collections.abc import Iterable

from django.db import models
from django.utils.translation import gettext_lazy as _

from cases.intake.codes import UrgencyItem


class Sign(models.TextChoices):
    """The lines that are ticked under the questions. A line that is ticked answers its question with yes (:data:`SIGNS`)."""

    ASKED_BY_CHILD = "asked_by_child", _("the child asks for protection or help")
    ASKED_BY_CUSTODIAN = "asked_by_custodian", _("the custodian asks that the child be protected")
    SUSPECTED_SEXUAL = "suspected_sexual", _("sexual abuse is strongly suspected, though not established")
    MAY_HARM = "may_harm", _("“I do not know what I may do to the child”, “I might kill the child”")
    SEXUAL_RESULT = (
        "sexual_result",
        _(
            "sexual abuse: sexual intercourse, forced sexual acts, pregnancy, a sexually transmitted infection"
        ),
    )
    INJURY = "injury", _("injury, also burns")
    NEGLECT_RESULT = (
        "neglect_result",
        _("neglect: malnutrition, weakness, dehydration, medical care given up or refused"),
    )
    INFANT = "infant", _("an infant or a child below school age")
    LIFE_AT_RISK = (
        "life_at_risk",
        _(
            "acts that endanger life: blows to the head or face, choking, shaking, blows with a tool, being shut out, drowning"
        ),
    )
    SEXUAL_SHORT = "sexual_short", _("sexual abuse short of sexual acts")
    OLD_AND_NEW = "old_and_new", _("old and new injuries, earlier stays in hospital")
    EARLIER_HELP = (
        "earlier_help",
        _(
            "earlier steps: several notifications, consultations, custody, placement, abuse of brothers or sisters"
        ),
    )
    NOT_SEEN_AS_ABUSE = "not_seen_as_abuse", _("the custodian does not see it as abuse")
    WEAK_JUDGEMENT = "weak_judgement", _("the custodian is unstable or judges poorly")
    AFRAID = "afraid", _("refuses or fears the custodian, is frightened or anxious")
    AT_INTERVIEW = (
        "at_interview",
        _("in conversation: no expression, a dark look, depressed, tense, seeks too much touch"),
    )
    BODY = (
        "body",
        _(
            "symptoms of the body: delayed growth or development, stomach ache, vomiting, hair turning white or falling out"
        ),
    )
    REJECTS = (
        "rejects",
        _(
            "rejects the child: no affection, unequal treatment, unwanted pregnancy, no pregnancy record, check-ups missed"
        ),
    )
    MENTAL_STATE = "mental_state", _("state of mind: depressed, unstable, strain of birth or of care")
    TEMPER = "temper", _("temper: impulsive, aggressive, immature")
    DRINK_OR_DRUGS = "drink_or_drugs", _("alcohol or drugs, now or before")
    REFUSES_HELP = "refuses_help", _("refuses help, or does not change and does not mean to")
    VIOLENCE_AT_HOME = "violence_at_home", _("violence or discord between those at home")
    NOBODY_PROTECTS = "nobody_protects", _("nobody protects the child in daily life")
    CHILD_NEEDS = (
        "child_needs",
        _("needs of the child that are not from abuse: delay, premature birth, disability, chronic illness"),
    )
    CHILD_BEHAVES = (
        "child_behaves",
        _("behaviour of the child: aggression, theft, running away, lies, self-harm, how it eats"),
    )
    CUSTODIAN_PAST = "custodian_past", _("the custodian’s own childhood: abused, not loved")
    CARE = "care", _("care: no will or knowledge, unsuitable, expects too much, cannot keep house")
    FAMILY = (
        "family",
        _("the family: death, disappearance, divorce, pregnancy or birth, one parent alone"),
    )


SIGNS: dict[UrgencyItem, tuple[Sign, ...]] = {
    UrgencyItem.ASKS: (Sign.ASKED_BY_CHILD, Sign.ASKED_BY_CUSTODIAN),
    UrgencyItem.URGENT: (Sign.SUSPECTED_SEXUAL, Sign.MAY_HARM),
    UrgencyItem.GRAVE: (Sign.SEXUAL_RESULT, Sign.INJURY, Sign.NEGLECT_RESULT),
    UrgencyItem.SEXUAL: (Sign.INFANT, Sign.LIFE_AT_RISK, Sign.SEXUAL_SHORT),
    UrgencyItem.REPEATED: (
        Sign.OLD_AND_NEW,
        Sign.EARLIER_HELP,
        Sign.NOT_SEEN_AS_ABUSE,
        Sign.WEAK_JUDGEMENT,
    ),
    UrgencyItem.EFFECTS: (Sign.AFRAID, Sign.AT_INTERVIEW, Sign.BODY),
    UrgencyItem.CUSTODIAN: (
        Sign.REJECTS,
        Sign.MENTAL_STATE,
        Sign.TEMPER,
        Sign.DRINK_OR_DRUGS,
        Sign.REFUSES_HELP,
        Sign.VIOLENCE_AT_HOME,
        Sign.NOBODY_PROTECTS,
    ),
    UrgencyItem.HOME: (
        Sign.CHILD_NEEDS,
        Sign.CHILD_BEHAVES,
        Sign.CUSTODIAN_PAST,
        Sign.CARE,
        Sign.FAMILY,
    ),
}
"""The lines of each question, in the order of the sheet."""


def with_signs(items: Iterable[UrgencyItem], signs: Iterable[Sign]) -> tuple[UrgencyItem, ...]:
    """The questions answered with yes: those of ``items``, and those of which a line is ticked."""
    yes, ticked = {*items}, {*signs}
    return tuple(item for item in UrgencyItem if item in yes or ticked & {*SIGNS[item]})
