"""Codes of the confirmation of intention (意向確認) and of the exceptions to it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from agencies.agreements.codes import LegalBasis, Need, basis, choice
from agencies.staff.roles import Act

EXCEPTION = Act("exception", _("exception to the child's intention"))


class DutyCode(models.TextChoices):
    """What an approved exception leaves to do; the wall knows these codes (``exception_leaves_duties``)."""

    EXPLAIN = "explain_exception", _("explain it to the child")
    REVIEW = "review_exception", _("review the exception")


class Result(models.TextChoices):
    """What the child answered. Only WISHES opens anything; every other result acts as a withdrawal."""

    WISHES = "wishes", _("wishes it")
    DECLINES = "declines", _("does not wish it")
    UNDECIDED = "undecided", _("is undecided")
    UNABLE = "unable", _("could not be confirmed")


ANSWERS_FOR_GOOD = frozenset({Result.DECLINES, Result.UNDECIDED})
"""A child who said one of these can form an intention: no later record and no correction turns it into "cannot be formed"."""


class Means(models.TextChoices):
    """What helped the child to follow and to answer."""

    CARDS = "cards", _("cards or pictures")
    SIGN = "sign", _("sign language")
    BREAKS = "breaks", _("breaks were taken")


class Understood(models.TextChoices):
    """What a child has to understand before its wish counts. The columns of an answer are ``understood_`` and the code."""

    WHO = "who", _("to whom it goes")
    WHAT = "what", _("what may happen then")
    STOP = "stop", _("that it can stop, and that the police may go on")
    TOLD = "told", _("who else may come to know")

    @property
    def column(self) -> str:
        """The column of the answer, and the field of the form."""
        return f"understood_{self.value}"


OLDER_VERSIONS = ("2026-1", "2026-2")
"""Texts to which a child was not asked what it understands: a wish counts as it did. The wall knows them (``basis_holds``)."""


class Purpose(models.TextChoices):
    """What for. A confirmation and a disclosure name the same one."""

    POLICE_REPORT = "police_report", _("report to the police")


class Ground(models.TextChoices):
    """Typed grounds of an exception. The first two are always there; the others only where an agreement names them.

    ACCUSATION is the duty of a public officer to accuse (刑事訴訟法239条2項): the office's own written rule names it, too. ANSWER
    tells the office of the police that brought the child what has become of it: three facts, and whom to call.
    """

    DANGER = choice("danger")
    CANNOT_FORM = choice("cannot_form")
    ALL_CASES = choice("all_cases")
    LISTED = choice("listed_items")
    ANSWER = choice("answer")
    ACCUSATION = choice("accusation")

    @property
    def basis(self) -> LegalBasis:
        """What the one list says of it."""
        return basis(self.value)


OFFICERS = Ground.ACCUSATION.basis.desks
"""The desks of police officers: a public officer accuses to one of them (刑事訴訟法241条1項), not to a support center."""

STANDING = frozenset(ground for ground in Ground if ground.basis.needs is Need.NOTHING)
"""Law or age leaves no other way: these need no agreement."""

FACTS_OF_ANSWER = Ground.ANSWER.basis.carries
"""All that an answer to the office that brought the child says: whether the case was accepted, the child's safety, custody
from and to. Whom to call stands at the head of every package. The wall knows these codes."""
NOT_ASKED = frozenset({"accepted"})
"""What is about the work of the center, and no text asks a child about: it is told on an exception alone."""
WHERE_THERE_IS = frozenset({"plan_support"})
"""What a child is asked about only where its case has it: a plan of help that a juvenile support center is to give."""
