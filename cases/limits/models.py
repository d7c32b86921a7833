"""The decision that a person's contact with the child is limited, that it ends, and who was told of it."""

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from agencies.staff.models import Position
from cases.decisions.models import CaseAct, act_constraints, one_draft
from cases.limits.codes import Basis, ContactKind, Extent, LimitKind, ToldTo
from cases.records.models import OfCase, Person
from security.encryption.fields import EncryptedTextField
from security.encryption.typed import EncryptedCodeField, EncryptedCodesField, EncryptedDateField


class ContactLimit(CaseAct):
    """One draft and its decision: a limit for one person, or the end of one (``kind``).

    ``changes`` is the limit that it ends, or that a narrower or wider one takes the place of. ``ended_at`` is written with that
    decision, and by nothing else (trigger ``limit_stays``).
    """

    CLEAR: ClassVar[frozenset[str]] = CaseAct.CASE_ACT_CLEAR | {
        "kind", "person", "changes", "starts_on", "ends_on", "review_on", "ended_at",
    }  # fmt: skip
    CONTENT: ClassVar[tuple[str, ...]] = (
        "person", "changes", "starts_on", "ends_on", "review_on", "kinds", "extent", "basis", "child_view", "reason",
    )  # fmt: skip

    kind = models.CharField(_("act"), max_length=10, choices=LimitKind.choices)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("person"))
    changes = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="+", verbose_name=_("limit it takes the place of")
    )
    starts_on = models.DateField(_("from"), null=True)
    ends_on = models.DateField(_("until"), null=True)
    review_on = models.DateField(_("to be reviewed on"), null=True)
    ended_at = models.DateTimeField(_("ended at"), null=True)
    kinds = EncryptedCodesField(ContactKind, _("kinds of contact"), null=True)
    extent = EncryptedCodeField(Extent, _("extent"), null=True)
    basis = EncryptedCodeField(Basis, _("basis"), null=True)
    child_view = EncryptedTextField(_("the child's view"))
    reason = EncryptedTextField(_("reason"))

    class Meta:
        app_label = "cases"
        ordering = ["-drafted_at", "-id"]
        constraints = [
            *act_constraints("contact_limit"),
            one_draft("one_contact_limit_draft", "kind", "person"),
            models.CheckConstraint(
                condition=models.Q(kind="limit", starts_on__isnull=False, review_on__isnull=False)
                | models.Q(kind="end", changes__isnull=False, starts_on=None, ends_on=None, review_on=None),
                name="contact_limit_or_its_end",
            ),
            models.CheckConstraint(
                condition=models.Q(ends_on=None)
                | models.Q(ends_on__gte=models.F("starts_on"), review_on__lte=models.F("ends_on")),
                name="contact_limit_days_in_order",
            ),
            models.CheckConstraint(
                condition=models.Q(review_on=None) | models.Q(review_on__gte=models.F("starts_on")),
                name="contact_limit_review_after_start",
            ),
        ]

    @property
    def name(self) -> str:
        """Its name in an address."""
        return str(self.pk)

    def is_over_at(self, now: datetime) -> bool:
        """Whether it was approved and has ended since, by a decision or with its last day."""
        if not self.approved:
            return False
        return self.ended_at is not None or (self.ends_on is not None and self.ends_on < localdate(now))


class ContactTold(OfCase):
    """That somebody was told of a limit, and on which day. It never changes."""

    CLEAR: ClassVar[frozenset[str]] = OfCase.OF_CASE_CLEAR | {"limit", "written_by", "written_at"}
    FACTS: ClassVar[tuple[str, ...]] = ("to", "told_on", "how")

    limit = models.ForeignKey(ContactLimit, models.PROTECT, related_name="told", verbose_name=_("limit"))
    written_by = models.ForeignKey(Position, models.PROTECT, related_name="+", verbose_name=_("recorded by"))
    written_at = models.DateTimeField(_("recorded at"))
    to = EncryptedCodeField(ToldTo, _("who was told"))
    told_on = EncryptedDateField(_("told on"))
    how = EncryptedTextField(_("how, and who took it"))

    class Meta:
        app_label = "cases"
        ordering = ["written_at", "id"]
