"""Which cases go to whom, on which day, with a note on each."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, cast
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.handover.queries import AHEAD
from cases.records.codes import Stage
from cases.records.forms import ColleagueForm, PositionChoice
from cases.records.models import Case
from face.fields import JapaneseDateField, LongTextField
from face.forms import LeftOut
from security.walls import clock

NOTE = "note_"
Find = Callable[[Collection[str]], Mapping[str, Case]]


def _why(case: Case) -> str:
    """Why a case that is still seen is no choice."""
    closed, changed = _("This case is closed."), _("Its person in charge has changed.")
    return f"{case.number}: {closed if case.stage == Stage.CLOSED else changed}"


class ReceiverForm(ColleagueForm):
    """Who receives, from which day on. Only the day, today, and that the former stays are preset."""

    position = PositionChoice(label=gettext_lazy("Receiver"))
    day = JapaneseDateField(
        label=gettext_lazy("First day"),
        earliest=clock.today,
        latest=lambda: clock.today() + AHEAD,
        initial=clock.today,
        help_text=gettext_lazy("On a day to come, the person in charge changes at midnight."),
    )
    keep_former = forms.BooleanField(
        label=gettext_lazy("The person in charge until now stays on the team"),
        required=False,
        initial=True,
        help_text=gettext_lazy("Otherwise that person no longer sees the case from the first day on."),
    )

    def first_day(self) -> date:
        """The day from which the receiver is in charge."""
        day: date = self.cleaned_data["day"]
        return day


class LeadForm(ReceiverForm):
    """Who takes one case over, with a note."""

    note = LongTextField(label=gettext_lazy("Note for the receiver"), limit=2000, rows=4, required=False)


class TicksField(forms.MultipleChoiceField):
    """Takes ticks of cases that are no choice any more too: the form says of each why, and keeps the others."""

    def valid_value(self, value: Any) -> bool:
        """Whether it is a choice is asked by the form."""
        return True


class HandoverForm(ReceiverForm):
    """A tick and a note for each of ``cases``. ``find`` gives, of ids typed, the cases that the reader sees, and records that."""

    cases = TicksField(
        label=gettext_lazy("Cases"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one case.")},
    )

    def __init__(self, *args: Any, cases: Sequence[Case], find: Find, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._find = find
        self.of_id = {str(case.pk): case for case in cases}
        self.fields["cases"].choices = [(key, case.number) for key, case in self.of_id.items()]  # type: ignore[attr-defined]  # a choice
        for key, case in self.of_id.items():
            label = _("Note on %(number)s for the receiver") % {"number": case.number}
            self.fields[f"{NOTE}{key}"] = LongTextField(label=label, limit=2000, rows=2, required=False)

    def clean_cases(self) -> list[str]:
        """The ticked cases that are still a choice; at least one."""
        kept = [key for key in self.cleaned_data["cases"] if key in self.of_id]
        if not kept:
            raise ValidationError(_("None of the ticked cases can be handed over any more."), code="gone")
        return kept

    def gone(self) -> list[tuple[str, str]]:
        """Why each ticked case that is no choice any more is left out, with its note where the reader still sees the case."""
        ticked = cast(QueryDict, self.data).getlist("cases") if self.is_bound else []
        ticked = [key for key in ticked if key not in self.of_id]
        seen = self._find(ticked) if ticked else {}
        unseen = _("A ticked case was not found, or is not yours any more.")
        return [
            (_why(seen[key]), self.data.get(f"{NOTE}{key}", "")) if key in seen else (unseen, "")
            for key in ticked
        ]

    def left_out(self, fields: list[tuple[str, str]]) -> list[LeftOut]:
        """The kept notes on cases that are no choice any more, where the reader still sees the case."""
        notes = {name.removeprefix(NOTE): text for name, text in fields if name.startswith(NOTE) and text}
        keys = [key for key in notes if key not in self.of_id]
        seen = self._find(keys) if keys else {}
        return [LeftOut(f"{NOTE}{key}", _why(seen[key]), notes[key]) for key in keys if key in seen]

    def lines(self, opened: Mapping[UUID, list[str]]) -> Iterator[dict[str, Any]]:
        """For each case its tick, what is open on it, and its note."""
        for tick, (key, case) in zip(self["cases"], self.of_id.items(), strict=True):
            yield {"case": case, "tick": tick, "open": opened[case.pk], "note": self[f"{NOTE}{key}"]}

    def above(self) -> list[forms.BoundField]:
        """What holds for all cases."""
        return [self[name] for name in ("position", "day", "keep_former")]

    def chosen(self) -> list[Case]:
        """The ticked cases; only of a valid form."""
        return [self.of_id[key] for key in self.cleaned_data["cases"]]

    def notes(self) -> dict[UUID, str]:
        """The notes of the ticked cases."""
        return {case.pk: self.cleaned_data[f"{NOTE}{case.pk}"] for case in self.chosen()}

    def sent(self) -> list[tuple[str, str]]:
        """What was typed, to be sent again with the confirmation; nothing of a case that is not among them any more."""
        return [
            (name, value)
            for name, values in cast(QueryDict, self.data).lists()
            if not name.startswith("_") and name not in ("csrfmiddlewaretoken", "confirmed")
            if not name.startswith(NOTE) or name in self.fields
            for value in values
            if name != "cases" or value in self.of_id
        ]
