"""What a page of another room begins with that takes a call: its form, and the question whether the child is known."""

from cases.intake.call_forms import NOTIFIER_GROUP, CallForm, NotifierFields, choice_of_lead
from cases.intake.known import AskedForm, ask_first

__all__ = ["NOTIFIER_GROUP", "AskedForm", "CallForm", "NotifierFields", "ask_first", "choice_of_lead"]
