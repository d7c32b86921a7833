"""Codes of the vacancy board. Nothing here is about a child: what an institution is, whom it takes, what it cannot take."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Facility(models.TextChoices):
    """What kind of institution it is. The codes are stable."""

    INFANT = "infant", pgettext_lazy("facility", "infant home")
    CHILDRENS_HOME = "childrens_home", pgettext_lazy("facility", "children's home")
    PSYCHOLOGICAL = "psych", pgettext_lazy("facility", "psychological treatment facility")
    SELF_RELIANCE = "self_reliance", pgettext_lazy("facility", "self-reliance support facility")
    DISABILITY = "disability", pgettext_lazy("facility", "facility for children with disabilities")
    MOTHER_CHILD = "mother_child", pgettext_lazy("facility", "maternal and child living support facility")
    INDEPENDENT = "independent", pgettext_lazy("facility", "independence support home")
    FAMILY_HOME = "family_home", pgettext_lazy("facility", "family home")


class Takes(models.TextChoices):
    """Which children a unit takes."""

    GIRLS = "girls", _("girls")
    BOYS = "boys", _("boys")
    BOTH = "both", _("girls and boys")


class Need(models.TextChoices):
    """What a child may need of a place. A unit says which of these it cannot meet; a request says which are needed."""

    WHEELCHAIR = "wheelchair", _("wheelchair")
    MEDICAL_CARE = "medical_care", _("daily medical care")
    MEDICINE = "medicine", _("medicine to be given")
    ALLERGY = "allergy", _("severe allergy")
    OWN_ROOM = "own_room", _("a room of its own")
    NIGHT_WATCH = "night_watch", _("somebody awake at night")
    SAME_SEX = "same_sex", _("staff of the same sex only")
    THERAPY = "therapy", _("psychotherapy")
    SPECIAL_SCHOOL = "special_school", _("special needs education")
    SIBLINGS = "siblings", _("siblings together")
    PREGNANT = "pregnant", _("pregnancy")
    SELF_HARM = "self_harm", _("danger of self-harm")
    RUNS_AWAY = "runs_away", _("leaves without leave")
    HURTS_OTHERS = "hurts_others", _("hurts others")
    LANGUAGE = "language", _("another language than Japanese")


class Qualification(models.TextChoices):
    """What a psychotherapist of an institution has learned."""

    PSYCHOLOGIST = "certified", _("certified public psychologist")
    CLINICAL = "clinical", _("clinical psychologist")
    GRADUATE = "graduate", _("graduate in psychology, able to do individual and group psychotherapy")
    OTHER = "other", pgettext_lazy("qualification", "other")


THERAPY_FROM = 10
"""From how many people in need of psychotherapy on an institution has to have a psychotherapist."""
THERAPY_AT_TEN = frozenset(
    {Facility.INFANT, Facility.MOTHER_CHILD, Facility.CHILDRENS_HOME, Facility.SELF_RELIANCE}
)
"""The kinds of institution of which the ministerial standard says so."""
MOST_BEDS = 200
"""The most open beds of one unit, and the most people in need of therapy: our own bound."""
OLDEST = 20
"""The oldest age that a unit can name: a placement can last until 20."""
HOURS_MOST = 60
"""The most hours a week of one psychotherapist: our own bound."""
