"""Codes of limits on contact with a child (児童虐待防止法12条). All but the kind of the act are stored encrypted."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agencies.staff.roles import Act

CONTACT_LIMIT = Act("contact_limit", _("limit on contact"))
"""The director decides it: it takes a child and a parent apart."""
CONTACT_LIMIT_END = Act("contact_limit_end", _("end of a limit on contact"))


class LimitKind(models.TextChoices):
    """What the act does."""

    LIMIT = "limit", _("limit on contact")
    END = "end", _("end of a limit on contact")


class ContactKind(models.TextChoices):
    """Which contact is limited."""

    VISIT = "visit", pgettext_lazy("contact", "visits")
    TELEPHONE = "telephone", pgettext_lazy("contact", "telephone")
    LETTER = "letter", pgettext_lazy("contact", "letters")
    SNS = "sns", pgettext_lazy("contact", "social media")
    SCHOOL = "school", pgettext_lazy("contact", "contact at school")


class Extent(models.TextChoices):
    """How far it is limited."""

    SUPERVISED = "supervised", _("only with somebody present")
    PARTIAL = "partial", _("partly limited")
    ALL = "all", _("fully limited")


class Basis(models.TextChoices):
    """On what it rests. On suspicion alone since 20 October 2025, and only while the child is in temporary custody."""

    PROVEN = "proven", _("abuse established")
    SUSPECTED = "suspected", _("abuse suspected, during temporary custody")


class ToldTo(models.TextChoices):
    """Who is told of a limit, each with the day."""

    PERSON = "person", _("the person whose contact is limited")
    SCHOOL = "school", pgettext_lazy("told of a limit", "school")
    HOSPITAL = "hospital", pgettext_lazy("told of a limit", "hospital")
    INSTITUTION = "institution", pgettext_lazy("told of a limit", "institution or foster parents")
