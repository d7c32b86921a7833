"""The forms of the case record. Names are kept as typed; a save over a newer version shows what changed."""

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from agencies.staff.models import Position
from cases.records.actions import ChildFacts
from cases.records.codes import (
    Finding,
    Level,
    PersonRole,
    Relation,
    Sex,
    Stage,
    StayKind,
    Track,
    Urgency,
)
from face.fields import (
    CHOOSE,
    UNKNOWN,
    CodeField,
    HalfWidthField,
    JapaneseDateField,
    JapaneseDateTimeField,
    KanaField,
    LongTextField,
    NameField,
    PhoneField,
)
from face.forms import BaseForm, Change, VersionedForm, changes_between
from face.needed import Needed
from face.wareki import age_on
from face.widgets import Suggested
from security.search.names import name_key, school_key
from security.walls import clock

UNKNOWN_HINT = _("If it is not known, enter “unknown”.")
SECRET_PLACE_HINT = _(
    "A place to be kept secret is not written here, but as a withheld address of the child."
)


class RecordForm(VersionedForm):
    """A form over a stored row. It carries what the row said when the reader started, so that a conflict can show what changed.

    ``stored``: the row's display texts by field name, now.
    """

    started = forms.CharField(widget=forms.HiddenInput, required=False, strip=False)

    def __init__(self, *args: Any, stored: Mapping[str, str], **kwargs: Any) -> None:
        self.stored = dict(stored)
        kwargs["initial"] = {**(kwargs.get("initial") or {}), "started": json.dumps(self.stored)}
        super().__init__(*args, changes=self._changes_since, **kwargs)

    def _changes_since(self, _version: int) -> list[Change]:
        try:
            before = json.loads(self.data.get("started", ""))
        except ValueError:
            return []
        if not isinstance(before, dict):
            return []
        texts = {name: str(before.get(name, "")) for name in self.stored}
        return changes_between(texts, self.stored, [(name, self.fields[name].label) for name in self.stored])

    def _carry_current_version(self) -> None:
        super()._carry_current_version()
        sent = cast(QueryDict, self.data).copy()
        sent["started"] = json.dumps(self.stored)
        self.data = sent


class PastMomentField(JapaneseDateTimeField):
    """A moment that has come, with a minute of grace for the typist's clock."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(latest=clock.today, **kwargs)

    def validate(self, value: Any) -> None:
        """Not later than now."""
        super().validate(value)
        if isinstance(value, datetime) and value > clock.now() + timedelta(minutes=1):
            raise ValidationError(gettext("Enter a time that is not in the future."), code="future")


class ChildSearch(BaseForm):
    """The exact search by full kana and birth date; by full kana and school where the birth date is not known."""

    NEEDED_IF = {
        "school": Needed(
            _("(required where the birth date is unknown)"),
            by=("birth_date",),
            values=frozenset({UNKNOWN}),
        )
    }
    kana = KanaField(
        label=_("Full name in katakana"),
        help_text=_("Family name and given name. Hiragana and half width are found too."),
    )
    birth_date = JapaneseDateField(label=_("Birth date"), latest=clock.today, near=False, allow_unknown=True)
    school = NameField(label=_("School"), required=False, help_text=_("The whole name, without the grade."))

    def clean_kana(self) -> str:
        """A reading of which something can be searched."""
        kana: str = self.cleaned_data["kana"]
        if not name_key(kana):
            raise ValidationError(gettext("Enter the reading in katakana or hiragana."), code="kana")
        return kana

    def clean_school(self) -> str:
        """A school of which something can be searched, or nothing."""
        school: str = self.cleaned_data["school"]
        if school and not school_key(school):
            raise ValidationError(gettext("Enter the name of the school."), code="school")
        return school


class GlassForm(BaseForm):
    """Why a person outside the team opens a case."""

    reason = LongTextField(
        label=_("Why you have to open this case now"),
        help_text=_("At least 10 characters. The supervisors of the case read this."),
        limit=1000,
        rows=4,
    )

    def clean_reason(self) -> str:
        """At least ten characters that are no blanks."""
        reason: str = self.cleaned_data["reason"]
        if len("".join(reason.split())) < 10:
            raise ValidationError(gettext("Write at least 10 characters."), code="short")
        return reason


GROWN_UP = 18
"""The age at which nobody is a child any more (児童福祉法4条)."""


def ask_about_age(form: forms.Form) -> None:
    """Where a birth date that was typed makes a grown-up, the form has one field more below it, and nothing is saved before the
    answer.

    It asks and does not refuse: help can go on until the age of 20 (児童福祉法31条).
    """
    born = form.cleaned_data.get("birth_date")
    if not isinstance(born, date) or "birth_date" not in form.changed_data:
        return
    age = age_on(born, clock.today())
    if age < GROWN_UP:
        return
    form.fields["birth_date_checked"] = forms.BooleanField(
        label=_("Save with this birth date"), required=False
    )
    names = [name for name in form.fields if name != "birth_date_checked"]
    names.insert(names.index("birth_date") + 1, "birth_date_checked")
    form.order_fields(names)
    if not form.data.get("birth_date_checked"):
        text = gettext("This makes an age of %(age)s. Check the birth date.") % {"age": age}
        form.add_error("birth_date_checked", ValidationError(text, code="grown_up"))


class ChildForm(RecordForm):
    """The child's identity."""

    SIDE_BY_SIDE = (
        ("family_name", "given_name"),
        ("family_kana", "given_kana"),
        ("birth_date", "sex"),
        ("school", "telephone"),
    )

    family_name = NameField(label=_("Family name"), help_text=UNKNOWN_HINT)
    given_name = NameField(label=_("Given name"), help_text=UNKNOWN_HINT)
    family_kana = KanaField(
        label=_("Family name in katakana"),
        allow_unknown=True,
        help_text=UNKNOWN_HINT,
    )
    given_kana = KanaField(
        label=_("Given name in katakana"),
        allow_unknown=True,
        help_text=UNKNOWN_HINT,
    )
    sex = CodeField(Sex, label=_("Sex"), widget=forms.RadioSelect)
    birth_date = JapaneseDateField(label=_("Birth date"), allow_unknown=True, latest=clock.today, near=False)
    school = forms.CharField(label=_("School and grade"), max_length=200, required=False)
    address = LongTextField(
        label=_("Home address"),
        required=False,
        limit=500,
        rows=2,
        help_text=_("With the postal code. Where there is none, or it is not known, write that."),
    )
    address_withheld = forms.BooleanField(
        label=_("The address is withheld"),
        required=False,
        help_text=_("It is then hidden on every page and print."),
    )
    telephone = PhoneField(label=_("Telephone"), required=False)

    def __init__(self, *args: Any, hidden_address: str | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.hidden_address = hidden_address
        if hidden_address is not None:
            self.fields["address"].help_text = _(
                "The address is withheld and not shown here. Leave this empty to keep it; what you enter replaces it."
            )

    def clean(self) -> dict[str, Any]:
        """Asks about the birth date of a grown-up."""
        cleaned = super().clean()
        ask_about_age(self)
        return cleaned

    def facts(self) -> ChildFacts:
        """What was typed. An address that was hidden and not replaced stays as it was."""
        typed = {
            name: value
            for name, value in self.cleaned_data.items()
            if name in ChildFacts.__dataclass_fields__
        }
        typed["birth_date"] = None if typed["birth_date"] == UNKNOWN else typed["birth_date"]
        if self.hidden_address is not None and not typed["address"]:
            typed["address"] = self.hidden_address
        return ChildFacts(**typed)


class BasicsForm(RecordForm):
    """Track, urgency, outline and where the child is staying."""

    track = CodeField(Track, label=_("Track"), widget=forms.RadioSelect)
    urgency = CodeField(
        Urgency,
        label=_("Urgency"),
        widget=forms.RadioSelect,
        help_text=_("Any sign of sexual harm lifts a case to AA or A."),
    )
    harm_type = forms.CharField(label=_("Type of harm"), max_length=200, required=False)
    outline = LongTextField(label=_("Outline"), required=False)
    place_of_stay = CodeField(StayKind, label=_("Place of stay"), widget=forms.RadioSelect)
    place_detail = forms.CharField(
        label=_("Details of the place of stay"), max_length=300, required=False, help_text=SECRET_PLACE_HINT
    )

    def texts(self) -> dict[str, str]:
        """The texts that are sealed."""
        return {
            name: self.cleaned_data[name]
            for name in ("harm_type", "outline", "place_of_stay", "place_detail")
        }


class StageForm(BaseForm):
    """To which stage the case goes on: one of those that follow from the present one."""

    stage = CodeField(Stage, label=_("Next stage"), widget=forms.RadioSelect)
    effective_on = JapaneseDateField(label=_("Effective from"), latest=clock.today, initial=clock.today)

    def __init__(self, *args: Any, following: Iterable[Stage], opened_on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["stage"].choices = [(stage.value, stage.label) for stage in following]  # type: ignore[attr-defined]
        self.fields["effective_on"].earliest = opened_on  # type: ignore[attr-defined]


class StageCorrectionForm(StageForm):
    """Which stage is the right one, from which day on, and why the present one was wrong."""

    reason = LongTextField(
        label=_("Why the stage is corrected"),
        error_messages={"required": _("A correction of the stage needs a reason.")},
        limit=1000,
        rows=3,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["stage"].label = _("Right stage")
        self.fields["effective_on"].initial = None


class PersonForm(RecordForm):
    """A person around the child."""

    SIDE_BY_SIDE = (("name", "kana"), ("relation", "telephone"))

    role = CodeField(
        PersonRole,
        label=_("Role in the case"),
    )
    name = NameField(label=_("Name"), help_text=_("If the name is not known, write that."))
    kana = KanaField(label=_("Name in katakana"), allow_unknown=True, required=False)
    relation = forms.CharField(label=_("Relation to the child"), max_length=100, required=False)
    age = HalfWidthField(
        label=_("Age"), max_length=20, required=False, help_text=_("About, if it is not known.")
    )
    occupation = forms.CharField(label=_("Occupation"), max_length=100, required=False)
    telephone = PhoneField(label=_("Telephone"), required=False)
    note = LongTextField(label=_("Note"), required=False, limit=2000, rows=3)


class PositionChoice(forms.ChoiceField):
    """One of a few colleagues, by the id of their position; cleaned: the position."""

    positions: Mapping[str, Position] = {}

    def offer(self, positions: Iterable[Position]) -> None:
        """Let these positions be chosen."""
        self.positions = {str(position.pk): position for position in positions}
        self.choices = [
            ("", CHOOSE),
            *((key, name_of(position)) for key, position in self.positions.items()),
        ]

    def clean(self, value: Any) -> Position | None:
        """The position, or None where nothing was chosen and nothing has to be."""
        return self.positions.get(str(super().clean(value)))


class ColleagueForm(BaseForm):
    """Base of the forms that name one of ``positions``."""

    position = PositionChoice(label=_("Person"))

    def __init__(self, *args: Any, positions: Iterable[Position], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(PositionChoice, self.fields["position"]).offer(positions)

    def chosen_position(self) -> Position:
        """The position that was chosen; only of a valid form."""
        position: Position = self.cleaned_data["position"]
        return position


def name_of(position: Position) -> str:
    """A colleague with section and role, as lists of one office name people."""
    facts = {"name": position.staff.name, "role": position.role_label}
    if position.section is None:
        return gettext("%(name)s (%(role)s)") % facts
    return gettext("%(name)s (%(where)s, %(role)s)") % {**facts, "where": position.section.name}


def name_on_record(position: Position) -> str:
    """A colleague as kept texts name people: in Japanese, whatever language the page has."""
    with override("ja"):
        return name_of(position)


def offer_colleagues(
    form: forms.Form, name: str, positions: Iterable[Position], likely: Position | None = None
) -> None:
    """Let the text field ``name``, whose widget is :class:`Suggested`, offer ``positions`` by name, and begin with ``likely``."""
    field = form.fields[name]
    cast(Suggested, field.widget).offered = [name_on_record(position) for position in positions]
    field.initial = name_on_record(likely) if likely else None


class TeamForm(ColleagueForm):
    """A colleague who joins the team."""

    position = PositionChoice(label=_("Colleague"))
    level = CodeField(
        Level,
        label=_("What the colleague may do"),
        without=Level.MANAGE,
        widget=forms.RadioSelect,
        initial=Level.EDIT,
    )
    since = JapaneseDateField(
        label=_("From"),
        required=False,
        earliest=clock.today,
        help_text=_("The first day. Empty: from now on."),
    )
    until = JapaneseDateField(
        label=_("Until"),
        required=False,
        earliest=clock.today,
        help_text=_("The last day. Empty: until somebody ends it."),
    )
    reason = LongTextField(label=_("Reason"), required=False, limit=300, rows=2)

    def facts(self) -> dict[str, Any]:
        """The arguments of ``add_to_team``; its days are moments: the first of the first day, the end of the last, in Japan."""
        typed = self.cleaned_data
        after = typed["until"] + timedelta(days=1) if typed["until"] else None
        return {
            "relation": Relation.MEMBER,
            "level": typed["level"],
            "reason": typed["reason"],
            "since": _midnight(typed["since"]),
            "until": _midnight(after),
        }


def _midnight(day: date | None) -> datetime | None:
    return None if day is None else timezone.make_aware(datetime.combine(day, time.min))


class BlockForm(ColleagueForm):
    """Whose conflict of interest is recorded. A block holds for every position of the person."""


class FindingForm(BaseForm):
    """What the review of a broken glass came to."""

    finding = CodeField(Finding, label=_("Finding"), widget=forms.RadioSelect)
    note = LongTextField(
        label=_("Comment"),
        help_text=_("The person who broke the glass is told that there is one."),
        limit=1000,
        rows=3,
        required=False,
    )

    NEEDED_IF = {
        "note": Needed(
            _("(required unless the finding is “proper”)"),
            by=("finding",),
            values=frozenset(set(Finding) - {Finding.PROPER}),
            message=_("Write what is to be explained, or what was not proper."),
        )
    }


class ConfirmForm(BaseForm):
    """Nothing to type: a page that asks once more and can show a refusal."""
