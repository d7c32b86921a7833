"""Children of whom the office learns later: what the first receipt says is taken over, and only the child is typed."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agencies.staff.models import Position
from cases.households.actions import Call
from cases.households.forms import ALWAYS, FurtherChildren, group_of, name_in
from cases.intake.actions import Received
from cases.intake.codes import Channel, ReceiptKind, Source
from cases.intake.models import Notification, Notifier, Told
from cases.intake.pages import NOTIFIER_GROUP, NotifierFields, choice_of_lead
from cases.intake.panel import shows_notifier
from cases.intake.queries import notifications_of
from cases.records.actions import CaseFacts, ChildFacts
from cases.records.codes import PersonRole, Track, Urgency
from cases.records.forms import PastMomentField, PositionChoice
from cases.records.models import Case
from cases.records.queries import people_of
from face.fields import CodeField, LongTextField
from face.forms import Group
from security.encryption.fields import reveal, value_of

LEGENDS = {2: _("The child"), 3: _("Second child"), 4: _("Third child")}
CUSTODIAN = ("name", "kana", "relation", "age", "occupation", "telephone")


class LaterForm(FurtherChildren, NotifierFields):
    """Up to three children of the home of a case, one at least. Who notified is asked only of whoever may not read it there."""

    LEGENDS = LEGENDS

    received_at = PastMomentField(
        label=_("Received at"),
        help_text=_(
            "The limit is counted from then. If the office learned of this child only later, enter that moment."
        ),
    )
    situation = LongTextField(label=_("What happened, as reported"), rows=4)
    urgency = CodeField(Urgency, label=_("Urgency"), widget=forms.RadioSelect)
    in_charge = PositionChoice(label=_("Person in charge"))

    GROUPS: tuple[Group, ...] = (
        group_of(2, LEGENDS[2]),
        (_("Reception"), "", ("received_at", "situation", "urgency", "in_charge")),
        NOTIFIER_GROUP,
    )
    LATER = (group_of(3, LEGENDS[3]), group_of(4, LEGENDS[4]))

    def __init__(
        self,
        *args: Any,
        receipt: Notification,
        in_charge: list[Position],
        lead: Position | None,
        **kwargs: Any,
    ) -> None:
        self.receipt = receipt
        chosen = {"in_charge": str(lead.pk)} if lead in in_charge else {}
        told = {"received_at": receipt.received_at, "situation": reveal(receipt, "situation")}
        super().__init__(*args, colleagues=in_charge, initial={**told, **chosen}, **kwargs)
        if shows_notifier(receipt):
            self.GROUPS = self.GROUPS[:-1]
            for name in Notifier.FIELDS:
                del self.fields[f"notifier_{name}"]
        for number in LEGENDS:
            self.fields[name_in(number, "relation")].label = _("Relation to the child registered first")
            for name in ("family_name", "family_kana"):
                self.fields[name_in(number, name)].help_text = _("Empty: as the child of this case has it.")
        first = {name_in(2, name) for name in ALWAYS}
        self.NEEDED_IF = {
            name: replace(needed, mark=_("(required)"), by=()) if name in first else needed
            for name, needed in self.NEEDED_IF.items()
        }
        choice_of_lead(self).offer(in_charge)

    def call(self, case: Case) -> Call:
        """The receipt of the case, with what was typed here."""
        typed, receipt = self.cleaned_data, self.receipt
        told = {name: value_of(getattr(receipt, name)) for name in Told.TOLD if name != "grounds"}
        told["situation"] = typed["situation"]
        received = Received(
            typed["received_at"],
            value_of(receipt.channel) or Channel.OTHER,
            value_of(receipt.source) or Source.OTHER,
            told,
            notifier=self._notifier(),
            kind=value_of(receipt.kind) or ReceiptKind.NOTIFICATION,
        )
        facts = CaseFacts(Track(case.track), typed["urgency"], outline=typed["situation"])
        return Call(facts, received, typed["in_charge"], _custodian_of(case))

    def _notifier(self) -> dict[str, str] | None:
        if not shows_notifier(self.receipt):
            return self.notifier()
        row = Notifier.objects.filter(notification=self.receipt).first()
        return None if row is None else {name: reveal(row, name) or "" for name in Notifier.FIELDS}


def receipt_of(case: Case) -> Notification | None:
    """The receipt that is taken over: the first one of the case."""
    return next(iter(notifications_of(case)), None)


def child_of(case: Case) -> ChildFacts:
    """The child of the case, of whom a sibling has the family name, the address and the telephone."""
    child = case.child
    texts: dict[str, Any] = {
        name: reveal(child, name) or ""
        for name in ("family_name", "given_name", "family_kana", "given_kana", "address", "telephone")
    }
    return ChildFacts(**texts, address_withheld=bool(value_of(child.address_withheld)))


def _custodian_of(case: Case) -> Mapping[str, str] | None:
    for person in people_of(case):
        if PersonRole.CUSTODIAN in person.roles:
            return {name: reveal(person, name) or "" for name in CUSTODIAN}
    return None
