"""The forms of the case record. Names are kept as typed; a save over a newer version shows what changed."""

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from agencies.staff.models import Position
from agencies.staff.pages import say_at_fields
from agencies.staff.rules import reason_against
from cases.records import rules
from cases.records.actions import ChildFacts
from cases.records.codes import (
    WITH_AUTHORITY,
    Answer,
    Attitude,
    AuthorityKnown,
    HouseholdRelation,
    Level,
    Marriage,
    PersonRole,
    Relation,
    Sex,
)
from cases.records.models import Person
from face.fields import (
    CHOOSE,
    KANA_UNKNOWN,
    UNKNOWN,
    CodeField,
    CodesField,
    HalfWidthField,
    JapaneseDateField,
    JapaneseDateTimeField,
    KanaField,
    LongTextField,
    NameField,
    PhoneField,
)
from face.forms import BaseForm, Change, Group, GroupedForm, VersionedForm, changes_between
from face.needed import Needed
from face.wareki import age_on
from face.widgets import Suggested
from security.search.names import name_key, school_key
from security.walls import clock

UNKNOWN_HINT = _("If it is not known, enter “unknown”.")
HIDDEN_ADDRESS_HINT = _(
    "The address is withheld and not shown here. Leave this empty to keep it; what you enter replaces it."
)
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
            self.fields["address"].help_text = HIDDEN_ADDRESS_HINT

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


AT = {"born": "birth_date", "died": "died_on", "roles": "roles_more"}
AUTHORITY = frozenset(role.value for role in WITH_AUTHORITY)


class PersonForm(RecordForm, GroupedForm):
    """A person around the child. Without a name, a role and a relation nobody knows who is meant; the rest may stay empty."""

    name = NameField(label=_("Name"), help_text=_("If the name is not known, write that."))
    kana = KanaField(label=_("Name in katakana"), allow_unknown=True, required=False)
    relation_code = CodeField(HouseholdRelation, label=_("Relation to the child"))
    relation = forms.CharField(
        label=_("Relation in words"),
        max_length=100,
        required=False,
        help_text=_("For example on whose side, or of which school."),
    )
    birth_date = JapaneseDateField(
        label=_("Birth date"), allow_unknown=True, latest=clock.today, near=False, required=False
    )
    age = HalfWidthField(
        label=_("Age"), max_length=20, required=False, help_text=_("About, if it is not known.")
    )
    died_on = JapaneseDateField(
        label=_("Date of death"), allow_unknown=True, latest=clock.today, near=False, required=False
    )
    marriage = CodeField(Marriage, label=_("Marital state"), required=False)
    lives_from = JapaneseDateField(
        label=_("Lives with the child from"), latest=clock.today, near=False, required=False
    )
    lives_until = JapaneseDateField(
        label=_("Lives with the child until"), near=False, required=False, help_text=_("Empty: until today.")
    )
    sex = CodeField(Sex, label=_("Sex"), widget=forms.RadioSelect, required=False)
    occupation = forms.CharField(label=_("Occupation"), max_length=100, required=False)
    role = CodeField(PersonRole, label=_("Main role in the case"))
    roles_more = CodesField(
        PersonRole,
        label=_("Further roles"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_(
            "A person can be several things at once. Tick every other one. Who is on the side of whoever notified is shown on no"
            " page and no paper, only here."
        ),
    )
    authority_known = CodeField(
        AuthorityKnown, label=_("How parental authority is known"), widget=forms.RadioSelect, required=False
    )
    authority_from = JapaneseDateField(label=_("Parental authority from"), near=False, required=False)
    authority_until = JapaneseDateField(
        label=_("Parental authority until"),
        near=False,
        required=False,
        help_text=_("The last day. Empty: it has not ended."),
    )
    joint_after_divorce = CodeField(
        Answer, label=_("Joint parental authority after divorce"), widget=forms.RadioSelect, required=False
    )
    telephone = PhoneField(label=_("Telephone"), required=False)
    safe_to_call = CodeField(
        Answer, label=_("Is it safe to call there?"), widget=forms.RadioSelect, required=False
    )
    call_hours = forms.CharField(label=_("When to call"), max_length=200, required=False)
    address = LongTextField(
        label=_("Home address"), required=False, limit=500, rows=2, help_text=_("With the postal code.")
    )
    address_withheld = forms.BooleanField(
        label=_("The address is withheld"),
        required=False,
        help_text=_("It is then hidden on every page and print."),
    )
    language = forms.CharField(label=_("Language"), max_length=100, required=False)
    interpreter = CodeField(
        Answer, label=_("Is an interpreter needed?"), widget=forms.RadioSelect, required=False
    )
    nationality = forms.CharField(label=_("Nationality"), max_length=100, required=False)
    attitude = CodeField(
        Attitude,
        label=_("Attitude to what the child disclosed"),
        widget=forms.RadioSelect,
        required=False,
    )
    note = LongTextField(label=_("Note"), required=False, limit=2000, rows=3)

    NEEDED_IF: Mapping[str, Needed] = {
        "relation": Needed(
            _("(required for any other relation)"),
            by=("relation_code",),
            values=frozenset({HouseholdRelation.OTHER}),
        ),
        "authority_known": Needed(
            _("(required with parental authority)"), by=("role", "roles_more"), values=AUTHORITY
        ),
    }
    GROUPS: tuple[Group, ...] = (
        (
            _("Name and relation"),
            "",
            (
                ("name", "kana"),
                ("relation_code", "relation"),
                ("birth_date", "age"),
                ("sex", "occupation"),
                ("died_on", "marriage"),
                ("lives_from", "lives_until"),
            ),
        ),
        (
            _("Roles and parental authority"),
            "",
            (
                "role",
                "roles_more",
                "authority_known",
                ("authority_from", "authority_until"),
                "joint_after_divorce",
            ),
        ),
        (
            _("How to reach"),
            "",
            (("telephone", "call_hours"), "safe_to_call", "address", "address_withheld"),
        ),
        (_("Language and interpreter"), "", (("language", "nationality"), "interpreter")),
        (_("Attitude and note"), "", ("attitude", "note")),
    )

    def __init__(self, *args: Any, hidden_address: str | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.hidden_address = hidden_address
        if hidden_address is not None:
            self.fields["address"].help_text = HIDDEN_ADDRESS_HINT

    def clean(self) -> dict[str, Any]:
        """What the rules say of roles and dates stands beside each field that it is about."""
        cleaned = super().clean()
        self._ask(rules.check_further_roles, "role", "roles_more", at=("roles_more",))
        self._ask(rules.check_authority_dates, "authority_from", "authority_until")
        today = clock.today()
        say_at_fields(self, rules.check_life, rules.dates_of(cleaned), today, at=AT)
        lives = cleaned.get("lives_from"), cleaned.get("lives_until")
        say_at_fields(self, rules.check_lives_with, *lives, today)
        return cleaned

    def _ask(self, rule: Callable[..., None], *names: str, at: tuple[str, ...] = ()) -> None:
        reason = reason_against(rule, *(self.cleaned_data.get(name) for name in names))
        for name in (at or names) if reason else ():
            self.add_error(name, str(reason))

    def facts(self) -> dict[str, Any]:
        """What ``save_person`` seals. An address that was hidden and not replaced stays as it was."""
        typed = {name: self.cleaned_data[name] for name in (*Person.TEXTS, *Person.FACTS)}
        for name in ("birth_date", "died_on"):
            if typed[name] == UNKNOWN:
                typed[name] = KANA_UNKNOWN
        if self.hidden_address is not None and not typed["address"]:
            typed["address"] = self.hidden_address
        return typed


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


class ConfirmForm(BaseForm):
    """Nothing to type: a page that asks once more and can show a refusal."""
