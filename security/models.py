"""The models of the wing's rooms."""

from security.audit.models import CaseTrace, Event
from security.encryption.models import DataKey
from security.outbox.models import Effect, Outbox
from security.search.models import SearchCount, SearchPlan, SearchToken
from security.signin.models import SentForm, Session, SignInTry
from security.walls.models import Mark

__all__ = [
    "CaseTrace",
    "DataKey",
    "Effect",
    "Event",
    "Mark",
    "Outbox",
    "SearchCount",
    "SearchPlan",
    "SearchToken",
    "SentForm",
    "Session",
    "SignInTry",
]
