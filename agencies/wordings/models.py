"""The texts with which an office asks children about the police, or explains something to them. Nothing here is of a child."""

import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from agencies.directory.models import Office
from agencies.staff.models import TwoPersonAct, two_person_constraint
from agencies.wordings.codes import ASKED, About, Band


class Wording(TwoPersonAct):
    """A text for one age, in the notation of ``face.text.furigana``. One person drafts it, another decides; it is never
    changed: the next one follows it from its first day.
    """

    CLEAR: ClassVar[frozenset[str]] = TwoPersonAct.TWO_PERSON_CLEAR | frozenset(
        {"id", "office", "about", "band", "number", "text", "starts_on"}
    )

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    office = models.ForeignKey(Office, models.PROTECT, related_name="+", verbose_name=_("office"))
    about = models.CharField(
        _("what the text is for"), max_length=10, choices=About.choices, default=About.POLICE
    )
    band = models.CharField(_("text for the age"), max_length=10, choices=Band.choices)
    number = models.PositiveSmallIntegerField(_("number"))
    text = models.TextField(_("text to be read out"))
    starts_on = models.DateField(_("from"))

    class Meta:
        app_label = "agencies"
        ordering = ["band", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["office", "number"], name="wording_numbered"),
            models.CheckConstraint(condition=models.Q(band__in=list(ASKED)), name="wording_of_those_asked"),
            two_person_constraint("wording_takes_two"),
        ]

    @property
    def version(self) -> str:
        """How an answer names the text it was given to. The number is the office's, so that it says nothing of an age."""
        return f"office-{self.number}"
