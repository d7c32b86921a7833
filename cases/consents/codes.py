"""Codes of what a person with parental authority says to what is to be decided, or why there is no answer. Stored encrypted."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Said(models.TextChoices):
    """One answer of one person. ``NOBODY`` is no answer of a person, but that nobody is to be asked."""

    CONSENTS = "consents", _("consents")
    OBJECTS = "objects", _("objects")
    NOT_REACHED = "not_reached", _("not reached")
    NOT_ASKED = "not_asked", _("is not asked, for a reason")
    WITHDRAWN = "withdrawn", _("withdraws consent")
    NOBODY = "nobody", _("nobody has parental authority")


SPOKEN = frozenset({Said.CONSENTS, Said.OBJECTS, Said.WITHDRAWN})
"""Answers that the person gave: the others say why there is none."""


class How(models.TextChoices):
    """How a person was asked, or was tried to be reached."""

    MEETING = "meeting", _("in person")
    TELEPHONE = "telephone", _("by telephone")
    DOCUMENT = "document", _("in writing")
