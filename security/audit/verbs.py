"""What can be written into the access log. Every verb is NOUN_VERB; an unknown one raises."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Verb(models.TextChoices):
    """Stable codes; the labels are what a reviewer reads."""

    PAGE_VIEW = "PAGE_VIEW", _("opened a page")
    CASE_VIEW = "CASE_VIEW", _("looked at a case")
    CASE_LIST = "CASE_LIST", _("saw cases in a list")
    CASE_SEARCH = "CASE_SEARCH", _("searched")
    CASE_PRINT = "CASE_PRINT", _("printed")
    DISCLOSURE_VIEW = "DISCLOSURE_VIEW", _("looked at a disclosure")
    DISCLOSURE_PREVIEW = "DISCLOSURE_PREVIEW", _("previewed a disclosure")
    DISCLOSURE_PRINT = "DISCLOSURE_PRINT", _("printed a disclosure")
    FILING_VIEW = "FILING_VIEW", _("opened a notification of another office")
    AUDIT_VIEW = "AUDIT_VIEW", _("read the access log")
    ACCESS_DENY = "ACCESS_DENY", _("was refused")
    DECRYPTION_FAIL = "DECRYPTION_FAIL", _("met a value that could not be decrypted")
    SESSION_START = "SESSION_START", _("signed in")
    SESSION_END = "SESSION_END", _("signed out")
    SESSION_REFUSE = "SESSION_REFUSE", _("failed to sign in")
    PASSWORD_CHANGE = "PASSWORD_CHANGE", _("changed the password")
    ROW_CREATE = "ROW_CREATE", _("created")
    ROW_UPDATE = "ROW_UPDATE", _("changed")
    ROW_DELETE = "ROW_DELETE", _("deleted")


CHANGES = {0: Verb.ROW_CREATE, 1: Verb.ROW_UPDATE, 2: Verb.ROW_DELETE}
"""The action numbers of changes and the verbs they are recorded as."""


class Decision(models.TextChoices):
    """Whether the wish behind the event was granted."""

    ALLOWED = "allowed", _("allowed")
    DENIED = "denied", _("refused")
