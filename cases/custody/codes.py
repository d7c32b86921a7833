"""Codes of temporary custody (一時保護). All but the kind of a decision are stored encrypted."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from agencies.staff.roles import Act
from cases.records.codes import StayKind


class DecisionKind(models.TextChoices):
    """Custody starts and ends by a decision of its own."""

    START = "start", _("start of temporary custody")
    END = "end", _("end of temporary custody")


CUSTODY_START = Act("custody_start", DecisionKind.START.label)
CUSTODY_END = Act("custody_end", DecisionKind.END.label)
"""The power each kind takes (児童福祉法33条): the director's, or of the person whom the director delegated it to."""


class Ground(models.TextChoices):
    """The seven grounds of 児童福祉法施行規則35条の3, by their number."""

    ABUSE = "1", _("1. Child abuse, its suspicion or likelihood")
    SENT = "2", _("2. Sent under the Juvenile Act, or notified by a police officer")
    DANGER = "3", _("3. Danger to the child or to others from the child's own acts")
    ASKS = "4", _("4. The child asks for protection")
    NO_CUSTODIAN = "5", _("5. The custodian is dead, missing, detained or in hospital, or the child ran away")
    CUSTODIAN_ASKS = "6", _("6. The custodian asks for it")
    GRAVE_HARM = "7", _("7. Grave harm is otherwise likely")


class Place(models.TextChoices):
    """Where the child is kept: the facility, or entrusted (委託一時保護)."""

    FACILITY = "facility", _("temporary custody facility")
    INSTITUTION = "institution", _("entrusted: child welfare institution")
    FOSTER = "foster", _("entrusted: foster family")
    HOSPITAL = "hospital", _("entrusted: medical institution")
    POLICE = "police", _("entrusted: police")
    OTHER = "other", _("entrusted: elsewhere")


STAY: dict[str, StayKind] = {
    Place.FACILITY: StayKind.CUSTODY_FACILITY,
    Place.INSTITUTION: StayKind.INSTITUTION,
    Place.FOSTER: StayKind.FOSTER,
    Place.HOSPITAL: StayKind.HOSPITAL,
    Place.POLICE: StayKind.OTHER,
    Place.OTHER: StayKind.OTHER,
}
"""The case's place of stay while custody lasts."""


class Consent(models.TextChoices):
    """What the person with parental authority or the guardian of a minor says."""

    CONSENTS = "consents", _("consents")
    OBJECTS = "objects", _("objects")
    NOBODY = "nobody", _("nobody has parental authority")
    NOT_ASKED = "not_asked", _("not yet asked")


NEEDS_WARRANT: dict[str, bool] = {Consent.CONSENTS: False, Consent.OBJECTS: True, Consent.NOT_ASKED: True}
"""Whether a warrant has to be requested: consent exempts (児童福祉法33条3項). What holds where no person has parental
authority is general knowledge, and so the office's own rule (``Office.warrant_if_nobody``)."""


class Heard(models.TextChoices):
    """When the child's opinion was heard (児童福祉法33条の3の3): before, or where that could not wait, promptly after."""

    BEFORE = "before", _("heard before the decision")
    AFTER = "after", _("to be heard promptly after the decision")
