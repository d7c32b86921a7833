"""The forms of conferences: planning one, that it was held, a case for it, and what an intake conference decided."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.staff.models import Position
from agencies.staff.pages import say_at_fields
from agencies.staff.roles import Permission
from agencies.staff.rules import reason_against
from cases.conferences import rules
from cases.conferences.actions import Accepted, Met
from cases.conferences.codes import INTAKE_KINDS, ChangeWhy, SightWay, SittingKind, SittingPlace
from cases.conferences.models import Acceptance, Sitting
from cases.conferences.said_form import CUSTODIANS, SaidForm, said_before
from cases.records.forms import PastMomentField, PositionChoice, name_of
from cases.records.models import Case
from face.fields import CodeField, CodesField, JapaneseDateTimeField, LongTextField
from face.forms import BaseForm, Group
from face.needed import Needed
from face.wareki import format_datetime
from security.encryption.fields import values_of
from security.walls import clock

AHEAD = timedelta(days=730)
BY_TELEPHONE = _("Of these, by telephone or online")
OF_SITTING = ("kind", "place", "held_at", "chair", "present", "by_telephone")
"""What is asked only where the conference is recorded with its decision."""


class SittingForm(BaseForm):
    """Which conference sits, when and where, who chairs it and who writes."""

    kind = forms.TypedChoiceField(
        coerce=SittingKind,
        choices=SittingKind.choices,
        label=_("Kind of conference"),
        widget=forms.RadioSelect,
    )
    place = CodeField(SittingPlace, label=_("Place of the conference"), widget=forms.RadioSelect)
    held_from = JapaneseDateTimeField(
        label=_("Begins at"),
        latest=lambda: clock.today() + AHEAD,
        help_text=_("Also of one that was held already."),
    )
    chair = PositionChoice(label=_("Chair"))
    secretary = PositionChoice(
        label=_("Secretary"),
        help_text=_("Writes the minutes, and can do so only of cases on which the secretary works."),
    )

    invited = forms.MultipleChoiceField(
        label=_("Invited"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("They find it on their home page, beside the chair and the secretary."),
    )

    def __init__(self, *args: Any, positions: Iterable[Position], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        staff = list(positions)
        self.of_id = {str(one.pk): one for one in staff}
        self.fields["invited"].choices = [(key, name_of(one)) for key, one in self.of_id.items()]  # type: ignore[attr-defined]  # a choice
        chairs = [one for one in staff if one.may(Permission.MANAGE_TEAM) or one.may(Permission.DECIDE)]
        cast(PositionChoice, self.fields["chair"]).offer(chairs)
        cast(PositionChoice, self.fields["secretary"]).offer(
            one for one in staff if one.may(Permission.DRAFT_DECISIONS)
        )

    def clean(self) -> dict[str, Any]:
        """Chair and secretary are two people; by telephone few can meet."""
        cleaned = super().clean()
        check_place(self)
        chair, secretary = cleaned.get("chair"), cleaned.get("secretary")
        if chair and secretary and (reason := reason_against(rules.check_people, chair, secretary)):
            self.add_error("secretary", str(reason))
        return cleaned

    def planned(self) -> dict[str, Any]:
        """What was typed, as ``plan_sitting`` takes it; only of a valid form."""
        invited = [self.of_id[key] for key in self.cleaned_data["invited"]]
        return {**self.cleaned_data, "invited": invited}


class ChangeForm(BaseForm):
    """Why a conference is cancelled, or moved and to when."""

    new_from = JapaneseDateTimeField(label=_("Moved to"), latest=lambda: clock.today() + AHEAD)
    why = forms.TypedChoiceField(
        coerce=ChangeWhy,
        choices=ChangeWhy.choices,
        label=_("Reason"),
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, sitting: Sitting, moves: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sitting = sitting
        if not moves:
            del self.fields["new_from"]

    def clean_new_from(self) -> datetime:
        """It lies ahead, and is another time."""
        new_from: datetime = self.cleaned_data["new_from"]
        if reason := reason_against(rules.check_new_time, self.sitting, new_from, clock.now()):
            raise ValidationError(str(reason))
        return new_from


class HeldForm(BaseForm):
    """Until when it was held, and who sat."""

    held_to = PastMomentField(label=_("Ended at"))
    present = forms.MultipleChoiceField(
        label=_("Present"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one person.")},
    )

    by_telephone = forms.MultipleChoiceField(
        label=BY_TELEPHONE, required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, sitting: Sitting, positions: Iterable[Position], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sitting = sitting
        self.of_id = {str(one.pk): one for one in positions}
        for name in ("present", "by_telephone"):
            self.fields[name].choices = [(key, name_of(one)) for key, one in self.of_id.items()]  # type: ignore[attr-defined]  # a choice

    def clean(self) -> dict[str, Any]:
        """Who was there by telephone is among those present."""
        cleaned = super().clean() or self.cleaned_data
        if "present" in cleaned:
            say_at_fields(self, rules.check_by_telephone, self.chosen(), self.chosen("by_telephone"))
        return cleaned

    def clean_held_to(self) -> datetime:
        """What a rule says of the end stands beside it, with the beginning that was planned."""
        held_to: datetime = self.cleaned_data["held_to"]
        if reason := reason_against(rules.check_ended, self.sitting, held_to, clock.now()):
            raise ValidationError(str(reason), code="held_to")
        return held_to

    def chosen(self, name: str = "present") -> list[Position]:
        """Those who sat, or those of another field; only of what is valid."""
        return [self.of_id[key] for key in self.cleaned_data.get(name, [])]


class PutForm(BaseForm):
    """Before which conference a case is put, and what it has to decide."""

    sitting = forms.ChoiceField(label=_("Conference"))
    matter = LongTextField(
        label=_("What is to be decided"),
        rows=3,
        limit=1000,
        help_text=_("Only those who see the case read it."),
    )
    papers = LongTextField(
        label=_("Papers shown"),
        rows=2,
        limit=1000,
        required=False,
        help_text=_(
            "Which papers are laid before it, with their dates: sheets, diagnoses, letters. No text of them."
        ),
    )

    def __init__(self, *args: Any, sittings: Iterable[Sitting], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.of_id = {str(one.pk): one for one in sittings}
        self.fields["sitting"].choices = [  # type: ignore[attr-defined]  # a choice
            ("", _("Choose")),
            *((key, title_of(one)) for key, one in self.of_id.items()),
        ]

    def chosen(self) -> Sitting:
        """The conference that was chosen; only of a valid form."""
        return self.of_id[self.cleaned_data["sitting"]]


def check_place(form: forms.Form) -> None:
    """What a rule says of the place of a conference stands beside it."""
    kind, place = form.cleaned_data.get("kind"), form.cleaned_data.get("place")
    if kind and place and (reason := reason_against(rules.check_kind, kind, place)):
        form.add_error("place", str(reason))


def title_of(sitting: Sitting) -> str:
    """A conference in a line of a list."""
    facts = {"kind": sitting.get_kind_display(), "at": format_datetime(sitting.held_from)}
    return gettext("%(kind)s (%(at)s)") % facts


class AcceptForm(SaidForm):
    """The intake conference, what was said there and what it decided. The conference itself is not asked for where it is kept
    already."""

    kind = forms.TypedChoiceField(
        coerce=SittingKind,
        choices=[(one.value, one.label) for one in SittingKind if one in INTAKE_KINDS],
        label=_("Conference"),
        widget=forms.RadioSelect,
        initial=SittingKind.EMERGENCY,
    )
    place = CodeField(
        SittingPlace,
        label=_("Place of the conference"),
        widget=forms.RadioSelect,
        initial=SittingPlace.OFFICE,
        help_text=_("An emergency conference may be held by telephone."),
    )
    held_at = PastMomentField(label=_("Held at"), initial=clock.now)
    chair = PositionChoice(label=_("Chair"))
    present = forms.MultipleChoiceField(
        label=_("Attendees of the office"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("The chair, and you as the secretary, attended in any case."),
    )
    by_telephone = forms.MultipleChoiceField(
        label=BY_TELEPHONE, required=False, widget=forms.CheckboxSelectMultiple
    )
    attendees = LongTextField(
        label=_("Other attendees"), required=False, limit=1000, rows=2, help_text=_("With their positions.")
    )
    decision = LongTextField(
        label=_("Decision"),
        rows=6,
        help_text=_("Acceptance, and how the child's safety is confirmed."),
    )
    sight = CodesField(
        SightWay,
        label=_("How the child is to be seen"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    who_goes = LongTextField(
        label=_("Who goes to see the child"),
        required=False,
        limit=1000,
        rows=2,
        help_text=_("By position and name; of another office by its position."),
    )
    to_investigate = LongTextField(
        label=_("What is investigated"),
        required=False,
        limit=2000,
        rows=3,
        help_text=_("One item a line: what is asked, and where."),
    )
    in_charge = PositionChoice(label=_("Person in charge"))
    GROUPS: tuple[Group, ...] = (
        (
            _("Conference"),
            "",
            (("kind", "place"), ("held_at", "chair"), "present", "by_telephone", "attendees"),
        ),
        SaidForm.FACTS_GROUP,
        SaidForm.OPINIONS_GROUP,
        (_("The child and its custodians"), "", ("child_view", "view_how", "advocate_note")),
        (CUSTODIANS, _("Each by itself, as it was said."), ("custodians_view",)),
        (
            _("Decision"),
            "",
            (
                *("decision", "sight", "who_goes", "to_investigate", "in_charge"),
                *("reasons", "minority", "minority_who", "next_on"),
            ),
        ),
        SaidForm.TASKS_GROUP,
    )
    NEEDED_IF: Mapping[str, Needed] = {
        **SaidForm.NEEDED_IF,
        "who_goes": Needed(
            _("(required where it is said how the child is seen)"),
            by=("sight",),
            message=_("Write down who goes to see the child."),
        ),
    }

    def __init__(
        self,
        *args: Any,
        office: list[Position],
        lead: Position | None,
        case: Case,
        by: Position,
        is_kept: bool,
        initial: Mapping[str, Any],
        **kwargs: Any,
    ) -> None:
        mine = {"in_charge": str(lead.pk)} if lead else {}
        others = [one for one in office if one.staff_id != by.staff_id]
        chairs = [one for one in others if one.may(Permission.MANAGE_TEAM) or one.may(Permission.DECIDE)]
        if likely := _likely_chair(chairs, case):
            mine["chair"] = str(likely.pk)
        super().__init__(*args, case=case, initial={**mine, **initial}, **kwargs)
        self.of_id = {str(one.pk): one for one in others if one.section_id in (None, case.section_id)}
        self.fields["present"].choices = [(key, name_of(one)) for key, one in self.of_id.items()]  # type: ignore[attr-defined]  # a choice
        self.by = by
        self.there = self.of_id | {str(one.pk): one for one in (*chairs, by)}
        self.fields["by_telephone"].choices = [(key, name_of(one)) for key, one in self.there.items()]  # type: ignore[attr-defined]  # a choice
        cast(PositionChoice, self.fields["chair"]).offer(chairs)
        leads = [one for one in office if one.may(Permission.DRAFT_DECISIONS)]
        cast(PositionChoice, self.fields["in_charge"]).offer(leads)
        if is_kept:
            for name in OF_SITTING:
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        """What a rule says of the place, and of who was there by telephone, stands beside it."""
        cleaned = super().clean()
        check_place(self)
        if cleaned.get("chair") and "present" in cleaned:
            there = [*(self.of_id[key] for key in cleaned["present"]), cleaned["chair"], self.by]
            say_at_fields(self, rules.check_by_telephone, there, self._by_telephone())
        return cleaned

    def _by_telephone(self) -> list[Position]:
        return [self.there[key] for key in self.cleaned_data.get("by_telephone", [])]

    def met(self) -> Met:
        """The conference; only of a valid form that asked for it."""
        typed = self.cleaned_data
        present = [self.of_id[key] for key in typed["present"]]
        return Met(
            kind=typed["kind"],
            place=typed["place"],
            held_at=typed["held_at"],
            chair=typed["chair"],
            present=present,
            by_telephone=self._by_telephone(),
        )

    def accepted(self) -> Accepted:
        """What it decided; only of a valid form."""
        typed = self.cleaned_data
        return Accepted(
            decision=typed["decision"],
            in_charge=typed["in_charge"],
            sight=typed["sight"],
            who_goes=typed["who_goes"],
            to_investigate=typed["to_investigate"],
            attendees=typed["attendees"],
            texts=self.texts(Acceptance.TEXTS),
            next_on=typed["next_on"],
            views=self.views(typed),
            tasks=self.tasks(),
        )


def _likely_chair(chairs: list[Position], case: Case) -> Position | None:
    """The supervisor of the case's section, else the director."""
    near = [one for one in chairs if one.section_id == case.section_id and not one.may(Permission.DECIDE)]
    return next(iter([*near, *(one for one in chairs if one.may(Permission.DECIDE))]), None)


def accepted_before(row: Acceptance) -> dict[str, Any]:
    """A draft as the initial values of the form it is changed or drafted again with."""
    names = [name for name in Acceptance.WRITTEN if name not in ("custodians", "tasks")]
    return {**values_of(row, names), **said_before(row), "in_charge": str(row.in_charge_id)}


def wanted_id(text: str) -> UUID | None:
    """An id as an address names it; None for anything else."""
    try:
        return UUID(text)
    except ValueError:
        return None
