"""What the police filed, as the record of a case keeps it, and which time limit follows from it."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Field
from django.utils.translation import gettext as _
from django.utils.translation import override

from agencies.directory.models import Office
from cases.intake.codes import RECEIPT_OF, FilingState, Law, PoliceForm, ReceiptKind
from cases.intake.models import Filing, FilingContent, FilingCopy
from security.encryption.fields import reveal, value_of, words_of

KEPT = (
    "law", "agreement", "custodians", "suspect", "suspect_held", "siblings", "police_did", "interviewed", "evidence", "wishes",
    "with_whom", "take_over_by", "leaves_at", "with_suspect", "can_be_met",
)  # fmt: skip
"""What the record of the case keeps beside what happened. The document's number names the station: it is with who notified."""


def form_of(content: FilingContent | FilingCopy) -> PoliceForm | None:
    """What the police sent; None of what another office filed."""
    return value_of(content.police_form)


def as_record(content: FilingContent, *also: str) -> str:
    """What happened, as filed, and below it line by line what whoever filed it knows besides, and the columns ``also``.

    One text: to whoever reads the tables without keys a notification of the police looks like any other (docs/adr/0018).
    """
    lines = [reveal(content, "situation") or ""]
    with override("ja"):
        for name in (*also, *KEPT):
            field, words = FilingContent._meta.get_field(name), words_of(getattr(content, name))
            lines += [f"{field.verbose_name}：{words}"] if words and isinstance(field, Field) else []
    return "\n".join(lines)


def next_hours(content: FilingContent) -> dict[str, Any]:
    """What was filed of the next hours, each a value or None. A child that is with the police leaves there when it is to be taken
    over (児童福祉法25条)."""
    known = {name: value_of(getattr(content, name)) for name in ("leaves_at", "with_suspect", "can_be_met")}
    return known | {"leaves_at": known["leaves_at"] or value_of(content.take_over_by)}


def number_of(content: FilingContent, reference: str) -> str:
    """The reference with which the center asks back: that of the filing, and number and date of the document of the police."""
    with override("ja"):
        document = " ".join(filter(None, [words_of(content.document), words_of(content.dated_on)]))
    return f"{reference}　{document}" if document else reference


def limit_text(content: FilingContent, office: Office) -> str:
    """Until when the child is to be seen once this is registered, and by what: the law's limit after a notification of abuse
    (児童虐待防止法8条), the office's own after any other."""
    form = form_of(content)
    if form is None or form not in RECEIPT_OF:
        return ""
    own = (
        _("the office's own limit: %(hours)d hours") % {"hours": office.contact_hours}
        if office.contact_hours
        else _("no limit: the office sets none")
    )
    if RECEIPT_OF[form] is not ReceiptKind.NOTIFICATION:
        return own
    law = _("on the track of abuse %(hours)d hours (Child Abuse Prevention Act, Art. 8)") % {
        "hours": office.safety_hours
    }
    return _("%(law)s; otherwise %(own)s") % {"law": law, "own": own}


def opens_no_case(content: FilingContent) -> bool:
    """Whether it is an enquiry or an answer of the police, which joins what there is."""
    form = form_of(content)
    return form is not None and form not in RECEIPT_OF


def is_of_abuse(content: FilingContent) -> bool:
    """Whether the police notify of abuse."""
    return value_of(content.law) is Law.ABUSE


def is_by_agreement(content: FilingContent) -> bool:
    """Whether the police name an agreement of the two offices as the basis."""
    return value_of(content.law) is Law.AGREEMENT


def receipt_words(content: FilingContent) -> str:
    """As what it is registered, in words; "" of an enquiry, an answer, and what other offices file."""
    form = form_of(content)
    return str(RECEIPT_OF[form].label) if form in RECEIPT_OF else ""


def forms_sent(filings: Iterable[Filing]) -> dict[UUID, FilingCopy]:
    """The filer's copies of these, by filing."""
    rows = FilingCopy.objects.filter(filing__in=[filing.pk for filing in filings])
    return {row.filing_id: row for row in rows}


def state_words(filing: Filing, copy: FilingCopy | None) -> str:
    """How far a filing came. Of an enquiry or an answer never more than that it was dealt with: it is the same whether the child
    has a case or not."""
    form = form_of(copy) if copy is not None else None
    if filing.state is FilingState.REGISTERED and form is not None and form not in RECEIPT_OF:
        return _("dealt with")
    return str(filing.state.label)
