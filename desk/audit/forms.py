"""Filters of the access log. They travel in the address: ids, codes and days, never a name."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agencies.staff.models import Staff
from desk.audit.days import CHIPS
from face.fields import JapaneseDateField
from face.forms import BaseForm
from security.audit.days import DayFilter
from security.audit.queries import EventFilter
from security.audit.verbs import Decision

FIRST_DAY = date(2020, 1, 1)


class FilterForm(BaseForm):
    """Narrow a list by person, verb, decision and days. Without ``people`` there is no choice of a person."""

    person = forms.ChoiceField(label=_("Person"), required=False)
    verb = forms.ChoiceField(label=_("What"), required=False)
    decision = forms.ChoiceField(label=_("Result"), required=False)
    since = JapaneseDateField(
        label=_("First day"), required=False, earliest=FIRST_DAY, latest=timezone.localdate
    )
    until = JapaneseDateField(
        label=_("Last day"), required=False, earliest=FIRST_DAY, latest=timezone.localdate
    )

    def __init__(
        self,
        data: Any,
        *,
        people: Iterable[Staff] | None = None,
        verbs: Iterable[tuple[str, Any]] = (),
        decisions: bool = True,
    ) -> None:
        super().__init__(data or None)
        everything = [("", _("all"))]
        self._choose(
            "person", None if people is None else [(str(one.pk), one.name) for one in people], everything
        )
        self._choose("verb", list(verbs) or None, everything)
        self._choose("decision", list(Decision.choices) if decisions else None, everything)

    def _choose(
        self, name: str, choices: list[tuple[str, Any]] | None, everything: list[tuple[str, Any]]
    ) -> None:
        if choices is None:
            del self.fields[name]
        else:
            self.fields[name].choices = everything + choices  # type: ignore[attr-defined]  # a ChoiceField

    def clean(self) -> dict[str, Any]:
        """The last day is not before the first."""
        cleaned = super().clean() or self.cleaned_data
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and since > until:
            self.add_error("until", _("This day is before the first one."))
        return cleaned

    def is_usable(self) -> bool:
        """Whether a list can be made: nothing chosen, or everything understood."""
        return not self.is_bound or self.is_valid()

    def event_filter(self) -> EventFilter:
        """What was chosen; everything where the form does not hold."""
        if not self.is_bound or not self.is_valid():
            return EventFilter()
        chosen = self.cleaned_data
        person = chosen.get("person")
        return EventFilter(
            person=UUID(person) if person else None,
            verb=chosen.get("verb", ""),
            decision=chosen.get("decision", ""),
            since=chosen.get("since"),
            until=chosen.get("until"),
        )

    def is_narrowing(self) -> bool:
        """Whether the list is narrowed at all."""
        return self.event_filter() != EventFilter()


class DayForm(FilterForm):
    """Narrow the days of a case or a person; the chip that was pressed travels along."""

    only = forms.ChoiceField(
        required=False,
        choices=[("", ""), *((code, label) for code, (label, _days) in CHIPS.items())],
        widget=forms.HiddenInput,
    )
    lists = forms.BooleanField(label=_("Include list views"), required=False)

    def __init__(self, data: Any, *, people: Iterable[Staff] | None = None) -> None:
        super().__init__(data, people=people, decisions=False)

    def day_filter(self) -> DayFilter:
        """What was chosen; everything but list views where the form does not hold."""
        if not self.is_bound or not self.is_valid():
            return DayFilter()
        chosen, days = self.cleaned_data, self.event_filter()
        _label, wanted = CHIPS.get(chosen["only"], ("", DayFilter()))
        return replace(wanted, lists=chosen["lists"], person=days.person, since=days.since, until=days.until)

    def is_narrowing(self) -> bool:
        """Whether the list is narrowed at all."""
        return replace(self.day_filter(), lists=False) != DayFilter()


class FindForm(BaseForm):
    """The privacy officer looks for a person or for a case by its number. Sent by POST: no name in an address."""

    wanted = forms.CharField(
        label=_("Name or user name of a person, or number of a case"),
        max_length=80,
    )
