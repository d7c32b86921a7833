"""Codes of temporary custody (一時保護). All but the kind of a decision are stored encrypted."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agencies.staff.roles import Act
from cases.records.codes import StayKind


class DecisionKind(models.TextChoices):
    """Custody starts and ends by a decision of its own."""

    START = "start", _("start of temporary custody")
    END = "end", _("end of temporary custody")


CUSTODY_START = Act("custody_start", DecisionKind.START.label)
CUSTODY_END = Act("custody_end", DecisionKind.END.label)
"""The power each kind takes (児童福祉法33条): the director's, or of the person whom the director delegated it to."""


class Purpose(models.TextChoices):
    """What custody is for (一時保護の目的)."""

    SAFETY = "safety", _("emergency protection")
    ASSESSMENT = "assessment", pgettext_lazy("purpose of custody", "assessment")
    GUIDANCE = "short_guidance", _("short stay for guidance")


class Ground(models.TextChoices):
    """The seven grounds of 児童福祉法施行規則35条の3, by their number, as the ordinance words them."""

    ABUSE = "1", _("1. Child abuse, its suspicion or likelihood")
    SENT = "2", _("2. Sent under the Juvenile Act, or notified by a police officer")
    DANGER = (
        "3",
        _("3. The child did or may do harm to life, body, mind or property, the child's own or another's"),
    )
    ASKS = "4", _("4. The child asks for protection, or says or wishes what comes to the same")
    NO_CUSTODIAN = (
        "5",
        _(
            "5. The custodian is dead, missing, detained or in hospital; the child ran away, or has no home or none that is known"
        ),
    )
    CUSTODIAN_ASKS = "6", _("6. The custodian, also a head of an institution or foster parent, asks for it")
    GRAVE_HARM = "7", _("7. Grave harm is otherwise likely")


class Place(models.TextChoices):
    """Where the child is kept: the facility, or entrusted (委託一時保護)."""

    FACILITY = "facility", _("temporary custody facility")
    OTHER_FACILITY = "other_own", _("temporary custody facility of another office")
    REGISTERED = "registered", _("entrusted: registered entrustee")
    INFANT = "infant", _("entrusted: infant home")
    CHILDRENS_HOME = "childrens_home", _("entrusted: children's home")
    PSYCHOLOGICAL = "psych", _("entrusted: psychological treatment facility")
    SELF_RELIANCE = "self_reliance", _("entrusted: self-reliance support facility")
    DISABILITY = "disability", _("entrusted: facility for children with disabilities")
    INSTITUTION = "institution", _("entrusted: child welfare institution")
    FOSTER = "foster", _("entrusted: foster family")
    FAMILY_HOME = "family_home", _("entrusted: family home")
    RELATIVE = "relative", _("entrusted: relative")
    HOSPITAL = "hospital", _("entrusted: medical institution")
    POLICE = "police", _("entrusted: police")
    OTHER = "other", _("entrusted: elsewhere")


STAY: dict[str, StayKind] = {
    Place.FACILITY: StayKind.CUSTODY_FACILITY,
    Place.OTHER_FACILITY: StayKind.CUSTODY_FACILITY,
    Place.REGISTERED: StayKind.OTHER,
    Place.INFANT: StayKind.INSTITUTION,
    Place.CHILDRENS_HOME: StayKind.INSTITUTION,
    Place.PSYCHOLOGICAL: StayKind.INSTITUTION,
    Place.SELF_RELIANCE: StayKind.INSTITUTION,
    Place.DISABILITY: StayKind.INSTITUTION,
    Place.INSTITUTION: StayKind.INSTITUTION,
    Place.FOSTER: StayKind.FOSTER,
    Place.FAMILY_HOME: StayKind.FOSTER,
    Place.RELATIVE: StayKind.OTHER,
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


class Mark(models.TextChoices):
    """Whether a person with parental authority is asked, as decided before custody begins."""

    NOT_ASKED = "not_asked", pgettext_lazy("before custody", "is not asked, for a reason")
    ASKED = "asked", pgettext_lazy("before custody", "is to be asked all the same")


class Heard(models.TextChoices):
    """When the child's opinion was heard (児童福祉法33条の3の3): before, or where that could not wait, promptly after."""

    BEFORE = "before", _("heard before the decision")
    AFTER = "after", _("to be heard promptly after the decision")
