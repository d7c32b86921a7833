"""The models of the wing's rooms."""

from cases.clocks.models import Clock
from cases.records.models import Block, Case, CaseNumber, Child, Grant, Person, ProgressEntry

__all__ = ["Block", "Case", "CaseNumber", "Child", "Clock", "Grant", "Person", "ProgressEntry"]
