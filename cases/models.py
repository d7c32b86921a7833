"""The models of the wing's rooms."""

from cases.clocks.models import Clock
from cases.closing.models import ClosingDecision
from cases.custody.models import ConsentAnswer, CustodyDecision, WarrantRequest
from cases.intake.models import Filing, FilingContent, IntakeConference, Notification, Notifier, SafetyCheck
from cases.records.models import Block, Case, CaseNumber, Child, Grant, Person, ProgressEntry

__all__ = [
    "Block",
    "Case",
    "CaseNumber",
    "Child",
    "Clock",
    "ClosingDecision",
    "ConsentAnswer",
    "CustodyDecision",
    "Filing",
    "FilingContent",
    "Grant",
    "IntakeConference",
    "Notification",
    "Notifier",
    "Person",
    "ProgressEntry",
    "SafetyCheck",
    "WarrantRequest",
]
