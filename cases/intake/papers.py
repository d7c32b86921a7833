"""Reception on paper: the reception form (受付票, form 1 of the national set) and the urgency assessment sheet (form 3).

Who notified is on neither: staff must not reveal it (児童虐待防止法7条), and paper goes round.
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
from cases.records.papers import (
    child_rows,
    head_of_office,
    late_of_child,
    named_by,
    office_of,
    people_around,
)
from face.paper import Facts, Paper, Part, Sheet, Subject, Text, Ticks
from face.wareki import format_datetime
from security.encryption.fields import value_of, words_of

LONG = (
    ("words", gettext_lazy("The child's own words")),
    ("situation", gettext_lazy("What happened, as reported")),
    ("observed", gettext_lazy("What was observed")),
    ("injuries", gettext_lazy("Injuries and medical care")),
)


def _received(case: Case, _by: Position) -> list[Subject]:
    return [
        Subject(str(row.pk), format_datetime(row.received_at, style="short"))
        for row in notifications_of(case)
    ]


def _notification(case: Case, key: str) -> Notification:
    return named_by(key, Notification.objects.filter(case=case).select_related("received_by__staff"))


def _reception(case: Case, _by: Position, key: str) -> Sheet:
    row = _notification(case, key)
    received = [
        (_("Received at"), format_datetime(row.received_at)),
        (_("Received by"), row.received_by.staff.name),
        (_("Kind of receipt"), words_of(row.kind)),
        (_("How it came"), words_of(row.channel)),
        (_("From whom, by kind"), words_of(row.source)),
        (_("Track"), case.get_track_display()),
        (_("Urgency"), case.urgency),
        (_("Who notified"), _("not printed (Child Abuse Prevention Act, Art. 7)")),
        (_("Known from"), words_of(row.basis)),
        (_("What the child had been asked"), words_of(row.question)),
        (_("Who asked or listened"), words_of(row.asked_by)),
        (_("When the child said it"), words_of(row.asked_at)),
        (_("Does the child know of this notification?"), words_of(row.child_knows)),
        (_("Does the custodian know of this notification?"), words_of(row.custodian_knows)),
    ]
    parts: list[Part] = [
        Facts(received[:9], heading=_("Reception")),
        Facts(child_rows(case), heading=_("The child")),
        *(Text(str(label), words_of(getattr(row, name))) for name, label in LONG),
        Facts(received[9:], columns=1),
        people_around(case),
    ]
    return Sheet(head_of_office(case), office_of(case), parts)


def _urgency(case: Case, _by: Position, key: str) -> Sheet:
    row = _notification(case, key)
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


FILLED_AT = ("register_call", "add_notification", "complete_notification")

RECEPTION = Paper(
    code="reception_form",
    label=gettext_lazy("Reception form"),
    panels=("intake", "child", "people"),
    named=("intake",),
    subjects=_received,
    sheet=_reception,
    late=late_of_child,
    filled_at=FILLED_AT,
)
URGENCY = Paper(
    code="urgency_form",
    label=gettext_lazy("Urgency assessment sheet"),
    panels=("intake", "child"),
    named=("intake",),
    subjects=_received,
    sheet=_urgency,
    filled_at=FILLED_AT,
)
