"""Codes of a receipt (受付): what national statistics count, the facts of the first hour, how it ends. Stored encrypted."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agencies.staff.roles import Act

RECEIPT_OUTCOME = Act("receipt_outcome", _("outcome of a receipt"), by_line=True)
"""A supervisor decides it, or the director: the intake conference reads it among the others."""

RECEIVED_CORRECTION = Act("received_correction", _("correction of when a receipt came"), by_line=True)
"""A supervisor decides it, or the director: from that moment the law counts (児童虐待防止法8条)."""


class Outcome(models.TextChoices):
    """How a receipt ends that is not accepted as a case (受付の結果); the intake conference accepts."""

    ADVISED = "advise_end", _("ended with advice")
    REFERRED = "refer", _("referred to another agency")
    TO_MUNICIPALITY = "to_municipality", _("sent to the municipality")
    INFORMATION = "info_only", _("kept as information")
    DUPLICATE = "duplicate", pgettext_lazy("outcome of a receipt", "duplicate")


UNSEEN_STAYS = frozenset({Outcome.TO_MUNICIPALITY, Outcome.DUPLICATE})
"""Outcomes that say nothing of the child's safety: they end no limit until which it is to be seen."""


class Consultation(models.TextChoices):
    """The kind of consultation (相談種別), as 福祉行政報告例 counts it."""

    ABUSE = "yogo_gyakutai", _("care: child abuse")
    CARE = "yogo_other", _("care: other")
    HEALTH = "hoken", _("health")
    DISABILITY = "shogai", _("disability")
    DELINQUENCY = "hiko", _("delinquency")
    UPBRINGING = "ikusei", _("upbringing")
    OTHER = "other", pgettext_lazy("kind of consultation", "other")


class Abuse(models.TextChoices):
    """The kinds of abuse of 児童虐待防止法2条."""

    PHYSICAL = "shintai", _("physical abuse")
    SEXUAL = "sei", _("sexual abuse")
    PSYCHOLOGICAL = "shinri", _("psychological abuse")
    NEGLECT = "neglect", _("neglect")


class Abuser(models.TextChoices):
    """Who mainly abuses (主な虐待者), as 福祉行政報告例 counts it."""

    FATHER = "jippu", _("biological father")
    OTHER_FATHER = "other_father", _("other father")
    MOTHER = "jitsubo", _("biological mother")
    OTHER_MOTHER = "other_mother", _("other mother")
    OTHER = "other", pgettext_lazy("who abuses", "other")


class Harm(models.TextChoices):
    """The harm done by a third party (被害の態様)."""

    SELF_PRODUCED = "jidori", _("self-produced image")
    FILMED = "tosatsu", _("covert filming")
    PROSTITUTION = "kaishun", _("child prostitution, indecent acts with a minor")
    INTERCOURSE = "dokai", _("non-consensual intercourse")
    INDECENCY = "waisetsu", _("non-consensual indecency")
    BODY_FILMED = "satsuei", _("filming of sexual acts or body")
    SPREAD = "spread", _("spread or threat of images")
    DEEPFAKE = "deepfake", _("sexual deepfake")
    GROOMING = "menkai", _("solicitation of a meeting (grooming)")
    OTHER = "other", pgettext_lazy("harm", "other")


class Grade(models.TextChoices):
    """School or work of the child (学職)."""

    PRESCHOOL = "preschool", _("before school")
    ELEMENTARY = "elementary", _("elementary school")
    JUNIOR = "junior", _("junior high school")
    HIGH = "high", _("high school")
    SPECIAL = "special", _("special needs school")
    WORKING = "working", _("working")
    NONE = "none", _("neither at school nor working")


class IncidentBand(models.TextChoices):
    """How long ago the last incident was: within 72 hours contraception is possible and evidence can be kept."""

    HOURS = "h72", _("within 72 hours")
    WEEK = "d7", _("within 7 days")
    LONGER = "longer", _("longer ago")
    ONGOING = "ongoing", _("going on")
    UNKNOWN = "unknown", pgettext_lazy("when it last happened", "not known")


class SuspectRelation(models.TextChoices):
    """What a suspect from outside the home is to the child."""

    CLASSMATE = "classmate", _("pupil of the same school")
    TEACHER = "teacher", _("school staff")
    COACH = "coach", _("coach or instructor")
    INSTITUTION_CHILD = "institution_child", _("other child of the institution")
    SNS = "sns", _("met through SNS")
    ACQUAINTANCE = "acquaintance", pgettext_lazy("suspect", "acquaintance")
    STRANGER = "stranger", _("stranger")
    UNKNOWN = "unknown", pgettext_lazy("suspect", "not known")
