"""The limited view on paper: exactly what the page of the receiving officer holds, and nothing else (ADR 59)."""

from datetime import datetime

from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.debug import sensitive_variables

from agencies.staff.models import Position
from cases.records.papers import printed_line
from face import typeset
from face.paper import Facts, Sheet, Text
from face.wareki import format_date, format_datetime
from referrals.disclosures.queries import PackageView
from security.encryption.fields import words_of


@sensitive_variables("sheet")
def package_pdf(package: PackageView, at: datetime, *, by: Position, again: bool) -> bytes:
    """The package as PDF; ``again`` marks a reprint. Its number is the reference that the database gave it when it was drafted.

    Raises NotSet.
    """
    with override("ja"):
        about = [
            (_("Sender"), package.sender),
            (_("To"), package.recipient),
            (_("Whom to call"), package.contact),
            (_("Our reference"), package.reference),
            (_("Urgency"), str(package.urgency)),
            (_("Answer wanted by"), format_datetime(package.due_at)),
        ]
        use = _(
            "Use it only for the protection and support of this child. The child agreed to what stands here, or an exception"
            " allows it, and to nothing else."
        )
        sheet = Sheet(
            to=_("To %(office)s") % {"office": package.recipient},
            sender=package.sender,
            parts=[
                Text("", use),
                Facts(about, heading=_("About this disclosure"), columns=1),
                *(Text(str(part.item.label), words_of(part.row.content)) for part in package.parts),
            ],
        ).as_data()
        head = {
            "form": str(package.heading),
            "about": package.reference,
            "number": package.reference,
            "date": format_date(localdate(at), style="western"),
            "to": sheet["to"],
            "sender": sheet["sender"],
            "seats": [],
            "printed": printed_line(by, at, again=again),
        }
        return typeset.as_pdf(typeset.sheet(head, sheet["parts"]), at)
