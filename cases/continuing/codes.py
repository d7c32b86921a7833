"""Codes of continuing temporary custody beyond two months (児童福祉法33条13項, 14項). All are stored encrypted."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agencies.staff.roles import Act

CUSTODY_CONTINUE = Act("custody_continue", _("continuing of temporary custody"))
"""The director decides it, each time for two months at most."""


class Stand(models.TextChoices):
    """What one person with parental authority says to continuing custody, or why there is no answer."""

    AGREES = "agrees", pgettext_lazy("stand on continuing custody", "does not object")
    AGAINST = "against", pgettext_lazy("stand on continuing custody", "is against it")
    NOT_REACHED = "not_reached", pgettext_lazy("stand on continuing custody", "was not reached")
    NOT_ASKED = "not_asked", pgettext_lazy("stand on continuing custody", "is not asked, for a reason")


class CourtStep(models.TextChoices):
    """What happened at the family court: the approval of continuing, and petitions while which none is needed.

    General knowledge, to be read against the law: while a petition under 児童福祉法28条, for the loss or suspension of parental
    authority, or for the dismissal of a guardian is pending, continuing takes no approval of its own.
    """

    ASKED = "asked", _("approval was asked for")
    GRANTED = "granted", _("approval was granted")
    REFUSED = "refused", _("approval was refused")
    WITHDRAWN = "withdrawn", _("the request for approval was withdrawn")
    PETITION_28 = "petition_28", _("petition under Art. 28 is pending")
    PETITION_AUTHORITY = (
        "petition_authority",
        _("petition on parental authority or guardianship is pending"),
    )
    PETITION_OVER = "petition_over", _("the petition is over")


PETITIONS = (CourtStep.PETITION_28, CourtStep.PETITION_AUTHORITY)
ANSWERS = (CourtStep.GRANTED, CourtStep.REFUSED, CourtStep.WITHDRAWN)
"""What can only follow a request for approval."""


class Court(models.TextChoices):
    """What the steps at the family court come to; derived, never stored."""

    NONE = "none", _("the family court has not been asked")
    WAITING = "waiting", _("the family court has been asked in time")
    LATE = "late", _("the family court was asked after the term had passed")
    GRANTED = "granted", _("the family court approved")
    REFUSED = "refused", _("the family court refused")
    PETITION = "petition", _("a petition is pending: no approval is needed")


HOLDS = (Court.WAITING, Court.GRANTED, Court.PETITION)
"""With these custody is continued against the will of a person with parental authority (児童福祉法33条14項).

That it goes on while a request made in time waits is general knowledge too.
"""
