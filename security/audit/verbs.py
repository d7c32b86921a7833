"""What can be written into the access log. Every verb is NOUN_VERB; an unknown one raises."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Verb(models.TextChoices):
    """Stable codes; the labels are what a reviewer reads, nouns in every language."""

    PAGE_VIEW = "PAGE_VIEW", _("view of a page")
    CASE_VIEW = "CASE_VIEW", _("view of a case")
    CASE_LIST = "CASE_LIST", _("list view")
    CASE_SEARCH = "CASE_SEARCH", _("search")
    CASE_PRINT = "CASE_PRINT", _("print")
    DISCLOSURE_VIEW = "DISCLOSURE_VIEW", _("view of a disclosure")
    DISCLOSURE_PREVIEW = "DISCLOSURE_PREVIEW", _("preview of a disclosure")
    DISCLOSURE_PRINT = "DISCLOSURE_PRINT", _("print of a disclosure")
    FILING_VIEW = "FILING_VIEW", _("view of a notification of another office")
    LETTER_VIEW = "LETTER_VIEW", _("view of a child's letter to a rights bureau")
    AUDIT_VIEW = "AUDIT_VIEW", _("view of the access log")
    ACCESS_DENY = "ACCESS_DENY", _("refusal")
    DECRYPTION_FAIL = "DECRYPTION_FAIL", _("decryption error")
    SESSION_START = "SESSION_START", _("sign-in")
    SESSION_END = "SESSION_END", _("sign-out")
    SESSION_REFUSE = "SESSION_REFUSE", _("failed sign-in")
    PASSWORD_CHANGE = "PASSWORD_CHANGE", _("change of password")
    ROW_CREATE = "ROW_CREATE", _("creation")
    ROW_UPDATE = "ROW_UPDATE", _("change")
    ROW_DELETE = "ROW_DELETE", _("deletion")


CHANGES = {0: Verb.ROW_CREATE, 1: Verb.ROW_UPDATE, 2: Verb.ROW_DELETE}
"""The action numbers of changes and the verbs they are recorded as."""


class Decision(models.TextChoices):
    """Whether the wish behind the event was granted."""

    ALLOWED = "allowed", _("allowed")
    DENIED = "denied", _("refused")
