"""Codes of conferences (ケース会議): what kind sits, what it decides, and where an item of it is."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agencies.staff.roles import Act
from cases.decisions.codes import State

CONFERENCE = Act("conference_item", _("decision of a conference"))
"""The director's, or of the person whom the director delegated it to: a conference advises, and does not decide."""


INTAKE_ITEM = Act("acceptance", _("decision of an intake conference"))
"""With it a case is accepted; the director's, too, or of the person whom the director delegated it to."""


class SittingKind(models.TextChoices):
    """The kinds of conferences (児童相談所運営指針)."""

    EMERGENCY = "emergency_intake", _("emergency intake conference")
    INTAKE = "intake", _("intake conference")
    ASSESSMENT = "assessment", _("assessment conference")
    POLICY = "policy", _("support policy conference")
    PROGRESS = "progress", _("progress conference")


class SittingPlace(models.TextChoices):
    """Where it sits."""

    OFFICE = "office", pgettext_lazy("place of a conference", "at the office")
    ONLINE = "online", _("online")
    TELEPHONE = "telephone", _("by telephone")


class SittingState(models.TextChoices):
    """Where a conference is; derived from its row."""

    PLANNED = "planned", pgettext_lazy("conference", "planned")
    HELD = "held", pgettext_lazy("conference", "held")
    CANCELLED = "cancelled", pgettext_lazy("conference", "cancelled")


SITTING_MOVES: dict[SittingState, tuple[SittingState, ...]] = {
    SittingState.PLANNED: (SittingState.PLANNED, SittingState.HELD, SittingState.CANCELLED),
    SittingState.HELD: (),
    SittingState.CANCELLED: (),
}
"""What becomes of a conference: moved to another time it is planned as before. One that was held is not cancelled."""

SITTING_BADGES: dict[SittingState, str] = {
    SittingState.PLANNED: "info",
    SittingState.HELD: "closed",
    SittingState.CANCELLED: "neutral",
}


class ChangeWhy(models.TextChoices):
    """Why a conference is moved or cancelled. A code, since a conference holds no word of a case."""

    PEOPLE = "people", _("people it needs cannot come")
    URGENT = "urgent", _("urgent work elsewhere")
    PAPERS = "papers", _("what is to be laid before it is not ready")
    NO_ITEM = "no_item", _("no case is to come before it")
    TWICE = "twice", _("planned twice or by mistake")
    OTHER = "other", pgettext_lazy("reason for a change of a conference", "another reason")


class Measure(models.TextChoices):
    """What a conference decides of a case. Stored encrypted."""

    JUDGED = "judged", _("assessment is complete")
    MORE_NEEDED = "more_needed", _("more inquiry is needed")
    ADVICE = "jogen", pgettext_lazy("measure", "advice")
    GUIDANCE = "keizoku", _("continued guidance")
    REFERRED = "assen", _("referral to another agency")
    GUIDANCE_26 = "g26_1_2", _("guidance under Art. 26 (1)(ii)")
    PLEDGE = "g27_1_1", _("admonition or pledge under Art. 27 (1)(i)")
    GUIDANCE_27 = "g27_1_2", _("guidance under Art. 27 (1)(ii)")
    PLACEMENT = "g27_1_3", _("placement under Art. 27 (1)(iii)")
    INDEPENDENT = "g33_6", _("support for independent living under Art. 33-6")
    FAMILY_COURT = "g27_1_4", _("sent to the family court under Art. 27 (1)(iv)")
    PETITION_28 = "g28", _("petition under Art. 28")
    CUSTODY_GOES_ON = "custody_go", _("custody goes on")
    CUSTODY_EXTENDED = "custody_ext", _("custody is extended")
    CUSTODY_ENDS = "custody_end", _("custody ends")
    CHANGED = "change", _("placement or measure is changed")
    SUSPENDED = "suspend", _("placement or measure is suspended")
    ENDED = "end", _("placement or measure ends")
    AUTHORITY = "authority", _("petition on parental authority")
    COUNCIL = "council", _("the child welfare council is heard")
    CLOSING = "close", pgettext_lazy("measure", "the case is closed")
    TRANSFER = "move", _("the case goes to another office")


OF_KIND: dict[SittingKind | None, frozenset[Measure]] = {
    SittingKind.ASSESSMENT: frozenset({Measure.JUDGED, Measure.MORE_NEEDED}),
    SittingKind.POLICY: frozenset(Measure) - {Measure.JUDGED, Measure.MORE_NEEDED},
}
"""What each kind can decide by its measures. The intake kinds accept a case, and decide nothing else; the progress conference
decides nothing, and its lines are signed one by one (``cases.reviews``)."""

INTAKE_KINDS = frozenset({SittingKind.EMERGENCY, SittingKind.INTAKE})
"""Before these comes a case in reception, and before no others."""


class SightWay(models.TextChoices):
    """How the child is to be seen (安全確認の方法). Stored encrypted."""

    SCHOOL = "school", _("at its school or nursery")
    HOME = "home", pgettext_lazy("how the child is seen", "by a visit at home")
    MUNICIPALITY = "municipality", _("by the municipality, which is asked")
    POLICE = "police", _("together with the police")
    OTHER = "other", pgettext_lazy("how the child is seen", "in another way")


CHILD_HEARD_BEFORE = frozenset(
    {
        Measure.GUIDANCE_26, Measure.GUIDANCE_27, Measure.PLACEMENT, Measure.CUSTODY_ENDS,
        Measure.CHANGED, Measure.SUSPENDED, Measure.ENDED,
    }
)  # fmt: skip
"""Measures before which the child's view is heard (児童福祉法33条の3の3)."""

TO_SUPPORT = frozenset(
    {
        Measure.ADVICE, Measure.GUIDANCE, Measure.REFERRED, Measure.GUIDANCE_26, Measure.PLEDGE, Measure.GUIDANCE_27,
        Measure.PLACEMENT, Measure.INDEPENDENT,
    }
)  # fmt: skip
"""Measures with which support begins: approved, they take an accepted case there."""

OPENING = frozenset(
    {
        Measure.PLACEMENT, Measure.INDEPENDENT, Measure.CHANGED, Measure.SUSPENDED, Measure.ENDED, Measure.CLOSING,
        Measure.TRANSFER,
    }
)  # fmt: skip
"""Measures on which an act of another room rests: a placement, its change, suspension and end, and the closing. Kept in clear,
too, so that the database asks for them."""


class ChildHeard(models.TextChoices):
    """Whether the child was heard on what is decided. Stored encrypted."""

    BEFORE = "before", _("heard before the conference")
    URGENT = "urgent", _("cannot wait; to be heard promptly afterwards")
    NOT = "not", pgettext_lazy("hearing of the child", "not heard")


COUNCIL_HEARD = frozenset(
    {
        Measure.PLEDGE, Measure.GUIDANCE_27, Measure.PLACEMENT, Measure.CHANGED, Measure.SUSPENDED, Measure.ENDED,
    }
)  # fmt: skip
"""Measures on which the child welfare council is heard where they go against what the child or a custodian wants
(児童福祉法27条6項)."""


class Opposed(models.TextChoices):
    """Whose opinion differs from what is decided. Stored encrypted."""

    CHILD = "child", _("the child's")
    CUSTODIAN = "custodian", _("that of a custodian")


class CouncilWay(models.TextChoices):
    """How the child welfare council (児童福祉審議会) comes to its word on what is decided. Stored encrypted."""

    BEFORE = "before", _("heard before the conference, as recorded")
    URGENT = "urgent", _("cannot wait; reported to the council promptly afterwards")


class CouncilStep(models.TextChoices):
    """What is recorded of the council, step by step, after a conference that sends a matter there."""

    ASKED = "asked", _("council asked")
    HEARD = "heard", _("opinion of the council received")
    REPORTED = "reported", _("reported to the council")


class Stand(models.TextChoices):
    """What those with parental authority or guardianship say to it, the strictest of them. Stored encrypted."""

    CONSENTS = "consents", pgettext_lazy("parental authority", "all consent")
    OBJECTS = "objects", _("one of them objects")
    WITHDRAWN = "withdrawn", _("consent was taken back")
    NOT_REACHED = "not_reached", _("cannot be reached")
    NOBODY = "nobody", pgettext_lazy("parental authority", "nobody has it")
    NOT_ASKED = "not_asked", pgettext_lazy("parental authority", "not asked")


AGAINST = frozenset({Stand.OBJECTS, Stand.WITHDRAWN})
"""Against the will of one who has parental authority."""


class ItemState(models.TextChoices):
    """Where an item of a conference is; derived from its sitting and its minutes."""

    PLANNED = "planned", pgettext_lazy("item of a conference", "planned")
    HELD = "held", _("held; minutes to be written")
    TO_SIGN = "to_sign", _("minuted; waits for the chair")
    MINUTED = "minuted", _("minuted; waits for decision")
    DECIDED = "decided", pgettext_lazy("item of a conference", "decided")
    RETURNED = "returned", pgettext_lazy("item of a conference", "returned")
    REFUSED = "refused", pgettext_lazy("item of a conference", "not approved")
    CANCELLED = "cancelled", _("conference cancelled; on no agenda")


AFTER_MINUTES = (ItemState.HELD, ItemState.DECIDED, ItemState.RETURNED, ItemState.REFUSED)

ITEM_MOVES: dict[ItemState, tuple[ItemState, ...]] = {
    ItemState.PLANNED: (ItemState.HELD, ItemState.CANCELLED),
    ItemState.HELD: (ItemState.TO_SIGN, ItemState.MINUTED),
    ItemState.TO_SIGN: (ItemState.MINUTED, *AFTER_MINUTES),
    ItemState.MINUTED: (ItemState.TO_SIGN, *AFTER_MINUTES),
    ItemState.RETURNED: (ItemState.TO_SIGN, ItemState.MINUTED),
    ItemState.DECIDED: (),
    ItemState.REFUSED: (),
    ItemState.CANCELLED: (),
}
"""What becomes of an item: written, it waits for the chair's signature and then for the decision; where the chair decides, for
the decision alone. Changed, it is signed anew. Of one whose conference is cancelled the case is put before another one.
Minutes that are taken back leave it held; returned ones are written again."""

IN_MINUTES: dict[State, ItemState] = {
    State.WAITING: ItemState.MINUTED,
    State.APPROVED: ItemState.DECIDED,
    State.RETURNED: ItemState.RETURNED,
    State.REFUSED: ItemState.REFUSED,
}
"""Where an item is whose minutes are in this state. Minutes never end by themselves, and those taken back do not count."""

BEFORE_MINUTES: dict[SittingState, ItemState] = {
    SittingState.PLANNED: ItemState.PLANNED,
    SittingState.HELD: ItemState.HELD,
    SittingState.CANCELLED: ItemState.CANCELLED,
}
"""Where an item is that has no minutes."""

BADGES: dict[ItemState, str] = {
    ItemState.PLANNED: "neutral",
    ItemState.HELD: "warning",
    ItemState.TO_SIGN: "warning",
    ItemState.MINUTED: "warning",
    ItemState.DECIDED: "ok",
    ItemState.RETURNED: "danger",
    ItemState.REFUSED: "danger",
    ItemState.CANCELLED: "neutral",
}
