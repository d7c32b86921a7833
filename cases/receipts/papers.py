"""The reception form on paper (受付票, form 1 of the national set): what was told, what statistics count, the first hour; and the
urgency assessment sheet (form 3): what applies, what was found not to apply, what is still to be found out.

Who notified is on neither: staff must not reveal it (児童虐待防止法7条), and paper goes round. What nobody has filled in takes no
line of its own; it is named at the end.
"""

from collections.abc import Sequence

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.staff.models import Position
from cases.intake.codes import SIGNS, UrgencyItem
from cases.intake.papers import FILLED_AT, notification_named, receipts_to_print
from cases.intake.rules import least_urgency
from cases.receipts.queries import Receipt, receipt_named
from cases.records.codes import Urgency
from cases.records.models import Case
from cases.records.panel import full_name
from cases.records.papers import child_rows, head_of_office, late_of_child, office_of, people_around
from face.paper import Facts, Paper, Part, Sheet, Text, Ticks, Value
from face.wareki import format_datetime
from security.encryption.fields import words_of

Names = tuple[tuple[str, Promise], ...]

LONG: Names = (
    ("words", gettext_lazy("The child's own words")),
    ("situation", gettext_lazy("What happened, as reported")),
    ("observed", gettext_lazy("What was observed")),
    ("injuries", gettext_lazy("Injuries and medical care")),
)
TOLD: Names = (
    ("basis", gettext_lazy("Known from")),
    ("question", gettext_lazy("What the child had been asked")),
    ("asked_by", gettext_lazy("Who asked or listened")),
    ("asked_at", gettext_lazy("When the child said it")),
    ("child_knows", gettext_lazy("Does the child know of this notification?")),
    ("custodian_knows", gettext_lazy("Does the custodian know of this notification?")),
)
COUNTED: Names = (
    ("consultation", gettext_lazy("Kind of consultation")),
    ("grade", gettext_lazy("School or work")),
)
ABUSE: Names = (
    ("abuse", gettext_lazy("Main kind of abuse")),
    ("abuse_more", gettext_lazy("Further kinds of abuse")),
    ("abuser", gettext_lazy("Who mainly abuses")),
)
HARM: Names = (
    ("harm", gettext_lazy("Harm by a third party")),
    ("suspect_relation", gettext_lazy("What the suspect is to the child")),
)
FIRST_HOUR: Names = (
    ("incident_band", gettext_lazy("Last incident")),
    ("incident_at", gettext_lazy("When exactly")),
    ("with_suspect", gettext_lazy("Does the child live with the suspect?")),
    ("leaves_at", gettext_lazy("When the child leaves where it is now")),
    ("can_be_met", gettext_lazy("Can the child be met there?")),
    ("known_there", gettext_lazy("Who knows of it there")),
    ("others", gettext_lazy("Other children in the same home")),
    ("interpreter", gettext_lazy("Interpreter or other help to be understood")),
)


class Filled:
    """The values of a sheet that somebody filled in; the labels of the others are kept."""

    def __init__(self) -> None:
        self.missing: list[str] = []

    def of(self, row: models.Model | None, names: Names) -> list[tuple[str, Value]]:
        """The labels with their words, of the fields of ``row`` that hold something."""
        found: list[tuple[str, Value]] = []
        for name, label in names:
            words = words_of(getattr(row, name)) if row else ""
            if words:
                found.append((str(label), words))
            else:
                self.missing.append(str(label))
        return found


def _reception(case: Case, _by: Position, key: str) -> Sheet:
    receipt, filled = receipt_named(case, notification_named(case, key).pk), Filled()
    row = receipt.notification
    counted = (*COUNTED, *(ABUSE if case.is_abuse else HARM))
    parts: list[Part] = [
        Facts(_received(case, receipt), heading=_("Reception")),
        Facts(child_rows(case), heading=_("The child")),
        *(Text(label, str(words)) for label, words in filled.of(row, LONG)),
        *_facts("", filled.of(row, TOLD)),
        *_facts(_("First hour"), filled.of(receipt.facts, FIRST_HOUR)),
        *_facts(_("For the statistics"), filled.of(receipt.facts, counted)),
        people_around(case),
        *_facts("", [(_("Not filled in yet"), _(", ").join(filled.missing))] if filled.missing else []),
    ]
    return Sheet(head_of_office(case), office_of(case), parts)


def _received(case: Case, receipt: Receipt) -> list[tuple[str, Value]]:
    """When, by whom and how it came. A kind that was corrected stands beside the one it was received as."""
    row, kind = receipt.notification, words_of(receipt.kind_written)
    if receipt.was_corrected:
        received_as = _("received as: %(kind)s") % {"kind": words_of(row.kind)}
        kind = f"{kind}\n{received_as}"
    return [
        (_("Received at"), format_datetime(receipt.received_at)),
        (_("Received by"), row.received_by.staff.name),
        (_("Kind of receipt"), kind),
        (_("How it came"), words_of(row.channel)),
        (_("From whom, by kind"), words_of(row.source)),
        (_("Track"), case.get_track_display()),
        (_("Urgency"), case.urgency),
        (_("Who notified"), _("not printed (Child Abuse Prevention Act, Art. 7)")),
    ]


def _facts(heading: str, rows: Sequence[tuple[str, Value]]) -> list[Part]:
    """A table of facts, none where there is none."""
    return [Facts(rows, heading=heading, columns=min(2, len(rows)))] if rows else []


def _urgency(case: Case, _by: Position, key: str) -> Sheet:
    receipt = receipt_named(case, notification_named(case, key).pk)
    row, ticked = receipt.notification, receipt.applies
    asked = least_urgency(ticked, office=case.office, denied=receipt.denied) if ticked else None
    parts: list[Part] = [
        Facts(
            [
                (_("Name"), full_name(case.child)),
                (_("Birth date"), words_of(case.child.birth_date)),
                (_("Received at"), format_datetime(receipt.received_at)),
                (_("Received by"), row.received_by.staff.name),
            ]
        ),
        Ticks(
            [
                row
                for item in UrgencyItem
                for row in (
                    (item in ticked, str(item.label), _said_of(item, receipt)),
                    *((sign in receipt.signs, f"　{sign.label}", "") for sign in SIGNS[item]),
                )
            ],
            heading=_("Items of the urgency assessment"),
        ),
        Text(
            _("Still to be found out"),
            "\n".join(str(item.label) for item in receipt.to_find_out) or _("none"),
        ),
        Facts(
            [
                (_("What the items ask for"), str(Urgency(asked).label) if asked else _("none")),
                (_("Urgency of the case at the time of printing"), case.get_urgency_display()),
            ],
            heading=_("Result"),
            columns=1,
        ),
    ]
    return Sheet(head_of_office(case), office_of(case), parts)


def _said_of(item: UrgencyItem, receipt: Receipt) -> str:
    """What is known of a question, and what it asks for: answered with no, not known yet, not asked any more, or a yes."""
    if item in receipt.denied:
        return _("found not to apply")
    band = _("%(band)s at least") % {"band": least_urgency([item], office=receipt.notification.case.office)}
    if item is UrgencyItem.ASKS:
        band = _("leads on to 2")
    if item in receipt.to_find_out:
        return _("not known yet (%(band)s)") % {"band": band}
    return band if item in receipt.applies else _("need not be asked")


RECEPTION = Paper(
    code="reception_form",
    label=gettext_lazy("Reception form"),
    panels=("intake", "receipts", "child", "people"),
    named=("intake",),
    subjects=receipts_to_print,
    sheet=_reception,
    late=late_of_child,
    filled_at=(*FILLED_AT, "receipt_facts"),
)

URGENCY = Paper(
    code="urgency_form",
    label=gettext_lazy("Urgency assessment sheet"),
    panels=("intake", "receipts", "child"),
    named=("intake",),
    subjects=receipts_to_print,
    sheet=_urgency,
    filled_at=(*FILLED_AT, "receipt_facts"),
)
