"""The notification of a child (児童通告書) as the form of every filing of the police, filled in with what is written already."""

from typing import Any

from agencies.directory.models import Office, OfficeKind
from cases.intake.codes import Law, PoliceForm, UrgencyItem
from cases.receipts.codes import Harm
from cases.records.codes import WITH_AUTHORITY, PersonRole
from cases.records.models import UNKNOWN, Case
from cases.records.queries import everybody_around
from cases.support.codes import Aid
from cases.support.models import SupportReception
from face.fields import UNKNOWN as UNKNOWN_DATE
from security.encryption.fields import reveal, reveal_all, value_of, words_of
from security.walls import clock

NAMES = ("family_name", "given_name", "family_kana", "given_kana")
CUSTODIANS = frozenset({*WITH_AUTHORITY, PersonRole.CUSTODIAN})


def filled_in(case: Case, row: SupportReception) -> dict[str, Any]:
    """The first values of the form: nothing is typed again. Number and date of the document are those of the case and today."""
    centers = Office.objects.filter(kind=OfficeKind.CGC, active=True)[:2]
    names = {name: reveal(case.child, name) or "" for name in NAMES}
    aid, harm = value_of(row.aid), value_of(row.harm)
    grave = UrgencyItem.GRAVE if harm is Harm.INTERCOURSE else UrgencyItem.SEXUAL
    return {
        **{name: "" if said == UNKNOWN else said for name, said in names.items()},
        **reveal_all(case.child, ("sex", "school", "telephone")),
        **{name: words_of(getattr(row, name)) for name in ("situation", "words", "question", "suspect")},
        "name_unknown": UNKNOWN in names.values(),
        "birth_date": value_of(case.child.birth_date) or UNKNOWN_DATE,
        "address": "" if value_of(case.child.address_withheld) else reveal(case.child, "address"),
        "recipient": centers[0] if len(centers) == 1 else None,
        "police_form": PoliceForm.DOCUMENT,
        "law": Law.ABUSE if aid is Aid.ABUSE else Law.WELFARE,
        "document": case.number,
        "dated_on": clock.today(),
        "place_detail": words_of(case.place_detail),
        "asked_by": row.received_by.staff.name if words_of(row.words) else "",
        "asked_at": value_of(row.happened_at) if words_of(row.words) else None,
        "grounds": [grave] if aid is Aid.ABUSE else [],
        "custodians": _custodians(case, row),
        "police_did": words_of(row.advice),
        "contact": case.office.telephone,
    }


def _custodians(case: Case, row: SupportReception) -> str:
    """Who has custody, line by line, and their state as it was received."""
    lines = [
        " ".join(filter(None, [words_of(one.name), words_of(one.relation), words_of(one.telephone)]))
        for one in everybody_around(case)
        if {value_of(one.role), *(value_of(one.roles_more) or ())} & CUSTODIANS
    ]
    return "\n".join(filter(None, [*lines, words_of(row.guardian)]))
