"""The models of the wing's rooms."""

from agencies.agreements.models import SharingAgreement
from agencies.directory.models import Office, Section
from agencies.notices.models import Notice
from agencies.staff.models import Credential, Delegation, Position, Staff

__all__ = ["Credential", "Delegation", "Notice", "Office", "Position", "Section", "SharingAgreement", "Staff"]
