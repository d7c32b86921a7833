"""Codes of placement (措置, 児童福祉法27条1項3号). All but the kind of a decision are stored encrypted."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agencies.staff.roles import Act
from cases.conferences.codes import Measure
from cases.records.codes import StayKind


class DecisionKind(models.TextChoices):
    """A placement begins, changes, is suspended, goes on and ends by a decision of its own each time."""

    START = "start", _("placement")
    RENEW = "renew", _("renewal of a placement by the court's approval")
    CHANGE = "change", _("change of a placement")
    SUSPEND = "suspend", _("suspension of a placement")
    RESUME = "resume", _("end of the suspension of a placement")
    END = "end", _("end of a placement")


PLACES = frozenset({DecisionKind.START, DecisionKind.CHANGE})
"""Decisions that say where the child is placed, and to which it comes."""


PLACEMENT = Act("placement", DecisionKind.START.label)
PLACEMENT_RENEW = Act("placement_renew", DecisionKind.RENEW.label)
PLACEMENT_CHANGE = Act("placement_change", DecisionKind.CHANGE.label)
PLACEMENT_SUSPEND = Act("placement_suspend", DecisionKind.SUSPEND.label)
PLACEMENT_RESUME = Act("placement_resume", DecisionKind.RESUME.label)
PLACEMENT_END = Act("placement_end", DecisionKind.END.label)
"""The director's power, or of the person whom the director delegated it to (児童福祉法27条, 28条, 32条)."""

ACTS: dict[DecisionKind, Act] = {
    DecisionKind.START: PLACEMENT,
    DecisionKind.RENEW: PLACEMENT_RENEW,
    DecisionKind.CHANGE: PLACEMENT_CHANGE,
    DecisionKind.SUSPEND: PLACEMENT_SUSPEND,
    DecisionKind.RESUME: PLACEMENT_RESUME,
    DecisionKind.END: PLACEMENT_END,
}


class PlacementKind(models.TextChoices):
    """Where a child is placed. A mother and child living support facility is not among them: the welfare office decides it
    (児童福祉法23条). Independent living support is given on the application of the young person (33条の6)."""

    INFANT = "infant", pgettext_lazy("placement", "infant home")
    CHILDRENS_HOME = "childrens_home", pgettext_lazy("placement", "children's home")
    PSYCHOLOGICAL = "psych", pgettext_lazy("placement", "psychological treatment facility")
    SELF_RELIANCE = "self_reliance", pgettext_lazy("placement", "self-reliance support facility")
    DISABILITY = "disability", pgettext_lazy("placement", "facility for children with disabilities")
    FOSTER = "foster", pgettext_lazy("placement", "foster parents (general)")
    FOSTER_SPECIAL = "foster_special", pgettext_lazy("placement", "foster parents (specialised)")
    FOSTER_KIN = "foster_kin", pgettext_lazy("placement", "foster parents (relatives)")
    FOSTER_ADOPTIVE = "foster_adoptive", pgettext_lazy("placement", "foster parents (before adoption)")
    FAMILY_HOME = "family_home", pgettext_lazy("placement", "family home")
    INDEPENDENT = "independent", pgettext_lazy("placement", "home for independent living")


AT_PEOPLE = frozenset(
    {
        PlacementKind.FOSTER, PlacementKind.FOSTER_SPECIAL, PlacementKind.FOSTER_KIN, PlacementKind.FOSTER_ADOPTIVE,
        PlacementKind.FAMILY_HOME,
    }
)  # fmt: skip
"""Foster parents and those who keep a family home: people, who are addressed as such."""

STAY: dict[str, StayKind] = {
    kind.value: StayKind.FOSTER if kind in AT_PEOPLE else StayKind.INSTITUTION for kind in PlacementKind
}
"""The case's place of stay while the placement lasts."""


class Basis(models.TextChoices):
    """What the measure rests on."""

    CONSENT = "art_27", _("Art. 27 (1)(iii): not against the will of those with parental authority")
    COURT = "art_28", _("Art. 28 (1): by approval of the family court")
    APPLICATION = "art_33_6", _("Art. 33-6: on the application of the young person")


class EndTo(models.TextChoices):
    """To what a placement ends."""

    HOME = "home", pgettext_lazy("end of a placement", "return home")
    INDEPENDENT = "independent", pgettext_lazy("end of a placement", "life of its own")
    OTHER = "other", pgettext_lazy("end of a placement", "another support")


class ToTell(models.TextChoices):
    """Who is told that a placement ends."""

    POLICE = "police", pgettext_lazy("told of the end of a placement", "police")
    MUNICIPALITY = "municipality", pgettext_lazy("told of the end of a placement", "municipality or council")


class Explained(models.TextChoices):
    """How a person with parental authority was told why a placement is to end, and heard (児童福祉法33条の4)."""

    HEARD = "heard", _("the reasons were explained, and the person was heard")
    ASKED_FOR_IT = "asked_for_it", _("the person asked for the end itself")
    NOT_REACHED = "not_reached", pgettext_lazy("explanation of the end of a placement", "was not reached")


class CourtAct(models.TextChoices):
    """What happened at the family court (児童福祉法28条)."""

    PETITION = "petition", _("petition for approval of the placement")
    GRANTED = "granted", _("the placement was approved")
    REJECTED = "rejected", _("the petition was rejected")
    WITHDRAWN = "withdrawn", _("the petition was withdrawn")
    RENEWAL_ASKED = "renewal_asked", _("petition for approval of a renewal")
    RENEWAL_GRANTED = "renewal_granted", _("the renewal was approved")
    RENEWAL_REJECTED = "renewal_rejected", _("the petition for a renewal was rejected")
    RENEWAL_WITHDRAWN = "renewal_withdrawn", _("the petition for a renewal was withdrawn")


APPROVALS = frozenset({CourtAct.GRANTED, CourtAct.RENEWAL_GRANTED})

COURT_MOVES: dict[CourtAct | None, tuple[CourtAct, ...]] = {
    None: (CourtAct.PETITION,),
    CourtAct.PETITION: (CourtAct.GRANTED, CourtAct.REJECTED, CourtAct.WITHDRAWN),
    CourtAct.GRANTED: (CourtAct.RENEWAL_ASKED, CourtAct.PETITION),
    CourtAct.REJECTED: (CourtAct.PETITION,),
    CourtAct.WITHDRAWN: (CourtAct.PETITION,),
    CourtAct.RENEWAL_ASKED: (CourtAct.RENEWAL_GRANTED, CourtAct.RENEWAL_REJECTED, CourtAct.RENEWAL_WITHDRAWN),
    CourtAct.RENEWAL_GRANTED: (CourtAct.RENEWAL_ASKED, CourtAct.PETITION),
    CourtAct.RENEWAL_REJECTED: (CourtAct.RENEWAL_ASKED, CourtAct.PETITION),
    CourtAct.RENEWAL_WITHDRAWN: (CourtAct.RENEWAL_ASKED, CourtAct.PETITION),
}
"""What can follow which step at the court; None: nothing is recorded yet."""


class PlacementState(models.TextChoices):
    """Where a placement is; derived from its decisions and from when the child came."""

    NONE = "none", pgettext_lazy("placement", "none")
    DECIDED = "decided", pgettext_lazy("placement", "decided; the child is not there yet")
    PLACED = "placed", pgettext_lazy("placement", "the child is placed")
    SUSPENDED = "suspended", pgettext_lazy("placement", "suspended")
    ENDED = "ended", pgettext_lazy("placement", "ended")


MOVES: dict[PlacementState, tuple[DecisionKind, ...]] = {
    PlacementState.NONE: (DecisionKind.START,),
    PlacementState.DECIDED: (DecisionKind.RENEW, DecisionKind.CHANGE, DecisionKind.END),
    PlacementState.PLACED: (DecisionKind.RENEW, DecisionKind.CHANGE, DecisionKind.SUSPEND, DecisionKind.END),
    PlacementState.SUSPENDED: (DecisionKind.RENEW, DecisionKind.RESUME, DecisionKind.END),
    PlacementState.ENDED: (DecisionKind.START,),
}
"""What can be decided in which state."""

CONFERENCE_ON: dict[DecisionKind, frozenset[Measure]] = {
    DecisionKind.START: frozenset({Measure.PLACEMENT, Measure.INDEPENDENT}),
    DecisionKind.CHANGE: frozenset({Measure.CHANGED}),
    DecisionKind.SUSPEND: frozenset({Measure.SUSPENDED}),
    DecisionKind.END: frozenset({Measure.ENDED}),
}
"""What a support policy conference (援助方針会議) has decided before (児童相談所運営指針). A renewal is the court's, and a
suspension is over with what it was for: on neither a conference decides anew."""

BADGES: dict[PlacementState, str] = {
    PlacementState.NONE: "neutral",
    PlacementState.DECIDED: "warning",
    PlacementState.PLACED: "info",
    PlacementState.SUSPENDED: "warning",
    PlacementState.ENDED: "closed",
}
