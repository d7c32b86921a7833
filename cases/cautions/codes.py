"""Codes of cautions (注意事項). They are stored encrypted."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class CautionKind(models.TextChoices):
    """What everybody who works on the case must mind before they write, telephone or visit."""

    SUSPECT_CONTACT = "suspect_contact", _("in contact with the suspected person")
    NOT_TO_TELL = "not_to_tell", _("a person who is not to be told")
    STAFF_SAFETY = "staff_safety", _("safety of the staff")
    OTHER = "other", _("another caution")


class CautionState(models.TextChoices):
    """Where a caution is; derived from its moments."""

    IN_FORCE = "in_force", _("in force")
    LIFTED = "lifted", _("lifted")


BADGES = {CautionState.IN_FORCE: "danger", CautionState.LIFTED: "closed"}
"""The colour of each state."""

MOVES: dict[CautionState, tuple[CautionState, ...]] = {
    CautionState.IN_FORCE: (CautionState.LIFTED,),
    CautionState.LIFTED: (),
}
"""What becomes of a caution; ``rules.check_may_end`` obeys it."""
