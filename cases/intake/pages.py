"""What pages of other rooms begin with: a call or a child, with its form and the question whether it is known; what the police
asked or answered, at the desk; and filing a notification with what another room has written already."""

from cases.intake.call_forms import (
    NAME_ROWS,
    NOTIFIER_GROUP,
    CallForm,
    NewChildFields,
    NotifierFields,
    choice_of_lead,
)
from cases.intake.filing import file_notification
from cases.intake.filing_views import opened_filing_or_404
from cases.intake.forms import AttachForm
from cases.intake.known import AskedForm, ask_first
from cases.intake.policed import as_record, form_of, is_by_agreement
from cases.intake.sheet import SHEET_FIELDS, SheetFields, answers_as_typed, show_bands

__all__ = [
    "NAME_ROWS",
    "NOTIFIER_GROUP",
    "SHEET_FIELDS",
    "AskedForm",
    "AttachForm",
    "CallForm",
    "NewChildFields",
    "NotifierFields",
    "SheetFields",
    "answers_as_typed",
    "as_record",
    "ask_first",
    "choice_of_lead",
    "file_notification",
    "form_of",
    "is_by_agreement",
    "opened_filing_or_404",
    "show_bands",
]
