"""Sharing agreements between two offices: data of the prefecture, which can narrow the ceilings and never widen them."""

import uuid
from datetime import date
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.agreements.codes import OWN_RULE
from agencies.directory.models import Office, OfficeKind
from agencies.staff.models import TwoPersonAct, two_person_constraint


class AgreementQuerySet(models.QuerySet["SharingAgreement"]):
    """Agreements by validity."""

    def in_force(self, today: date) -> "AgreementQuerySet":
        """Approved agreements that hold today."""
        return self.filter(approved=True, starts_on__lte=today, ends_on__gte=today)


class SharingAgreement(TwoPersonAct):
    """What ``sender`` may disclose to ``recipient`` (item codes), and which exception grounds the two have switched on. Without a
    recipient it is the sender's own written rule: it switches on a ground that a statute gives, and narrows nothing.

    An administrator drafts it, the director of the responsible office decides. It stays as it was drafted; a director can bring
    its last day forward.
    """

    CLEAR: ClassVar[frozenset[str]] = TwoPersonAct.TWO_PERSON_CLEAR | frozenset(
        {"id", "sender", "recipient", "reference", "items", "listed", "grounds", "starts_on", "ends_on"}
    )

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sender = models.ForeignKey(
        Office, models.PROTECT, related_name="agreements_given", verbose_name=_("sender")
    )
    recipient = models.ForeignKey(
        Office, models.PROTECT, related_name="agreements_received", verbose_name=_("recipient"), null=True
    )
    reference = models.CharField(_("reference of the agreement"), max_length=120)
    items = ArrayField(
        models.CharField(max_length=40),
        verbose_name=_("items that may be disclosed"),
        default=list,
        blank=True,
    )
    listed = ArrayField(
        models.CharField(max_length=40),
        verbose_name=_("items shared without the child's agreement"),
        default=list,
        db_default=[],
        blank=True,
    )
    grounds = ArrayField(
        models.CharField(max_length=40), verbose_name=_("grounds switched on"), default=list, blank=True
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))

    objects = AgreementQuerySet.as_manager()

    class Meta:
        app_label = "agencies"
        ordering = ["sender__name", "recipient__name"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(sender=models.F("recipient")), name="agreement_of_two"
            ),
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")), name="agreement_has_end"
            ),
            models.CheckConstraint(
                condition=models.Q(listed__contained_by=models.F("items")), name="agreement_lists_its_items"
            ),
            models.CheckConstraint(
                condition=models.Q(recipient__isnull=False)
                | models.Q(items=[], listed=[], grounds=[OWN_RULE]),
                name="agreement_own_rule",
            ),
            two_person_constraint("agreement_takes_two"),
        ]

    @property
    def responsible(self) -> Office:
        """The office whose director decides: the sender, or the recipient where only that is a child guidance center."""
        own = self.recipient is None or self.sender.kind == OfficeKind.CGC
        return self.sender if own or self.recipient is None else self.recipient

    @property
    def parties(self) -> str:
        """From whom to whom, for a line of a list."""
        if self.recipient is None:
            return gettext("%(office)s: its own written rule") % {"office": self.sender.name}
        return f"{self.sender.name} → {self.recipient.name}"
