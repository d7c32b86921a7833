"""Contacts with the police on the case page."""

from datetime import datetime

from django.utils.translation import gettext as _

from agencies.staff.models import Position
from agencies.staff.rules import reason_against
from cases.records.models import Case
from cases.records.panel import Moment, Panel
from referrals.police import rules
from referrals.police.models import PoliceContact
from referrals.police.queries import contacts_of
from security.encryption.fields import value_of, words_of


def panel(case: Case, by: Position) -> Panel:
    """What was said to and by the police, the latest first, with the button that is never grey."""
    rows = [
        {
            "contact": contact,
            "happened_at": moment_of(contact),
            "not_seen": reason_against(rules.check_may_see_contact, contact, by),
        }
        for contact in contacts_of(case)
    ]
    return Panel("contacts", "referrals/police/panel.html", {"rows": rows})


def moments(case: Case, by: Position) -> list[Moment]:
    """When each contact took place."""
    heading = _("Contact with the police")
    return [
        Moment(moment_of(contact), heading, text=words_of(contact.basis), by=contact.recorded_by.staff)
        for contact in contacts_of(case)
    ]


def moment_of(contact: PoliceContact) -> datetime:
    """When it took place."""
    return value_of(contact.happened_at) or contact.recorded_at
