"""The urgency assessment sheet on paper (form 3 of the national set), and of what the forms of a receipt are printed.

Who notified is on none of them: staff must not reveal it (児童虐待防止法7条), and paper goes round.
"""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.staff.models import Position
from cases.intake.codes import UrgencyItem
from cases.intake.models import Notification
from cases.intake.queries import notifications_of
from cases.intake.rules import least_urgency
from cases.records.codes import Urgency
from cases.records.models import Case
from cases.records.panel import full_name
from cases.records.papers import head_of_office, named_by, office_of
from face.paper import Facts, Paper, Part, Sheet, Subject, Text, Ticks
from face.wareki import format_datetime
from security.encryption.fields import value_of, words_of


def receipts_to_print(case: Case, _by: Position) -> list[Subject]:
    """The notifications of a case, each by when it was received."""
    return [
        Subject(str(row.pk), format_datetime(row.received_at, style="short"))
        for row in notifications_of(case)
    ]


def notification_named(case: Case, key: str) -> Notification:
    """The notification that the key of a sheet names. Raises NoSubject."""
    return named_by(key, Notification.objects.filter(case=case).select_related("received_by__staff"))


def _urgency(case: Case, _by: Position, key: str) -> Sheet:
    row = notification_named(case, key)
    ticked = set(value_of(row.grounds) or ())
    items = [
        (
            item in ticked,
            str(item.label),
            _("%(band)s at least") % {"band": least_urgency([item], office=case.office)},
        )
        for item in UrgencyItem
    ]
    asked = least_urgency(ticked, office=case.office) if ticked else None
    result = [
        (_("What the items ask for"), Urgency(asked).label if asked else _("none")),
        (_("Urgency of the case at the time of printing"), case.get_urgency_display()),
    ]
    parts: list[Part] = [
        Facts(
            [
                (_("Name"), full_name(case.child)),
                (_("Birth date"), words_of(case.child.birth_date)),
                (_("Received at"), format_datetime(row.received_at)),
                (_("Received by"), row.received_by.staff.name),
            ]
        ),
        Ticks(items, heading=_("Items of the urgency assessment")),
        Text(_("How to read it"), _("An item that is not ticked may not have been found out yet.")),
        Facts([(label, str(words)) for label, words in result], heading=_("Result"), columns=1),
    ]
    return Sheet(head_of_office(case), office_of(case), parts)


FILLED_AT = (
    "register_call",
    "add_notification",
    "complete_notification",
    "incoming_filing",
    "register_filing",
    "attach_filing",
)
"""The pages on which a receipt is written, or taken over from what another office filed."""

URGENCY = Paper(
    code="urgency_form",
    label=gettext_lazy("Urgency assessment sheet"),
    panels=("intake", "child"),
    named=("intake",),
    subjects=receipts_to_print,
    sheet=_urgency,
    filled_at=FILLED_AT,
)
