"""The forms of the administrator and of the director's delegations."""

import re
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.forms import BoundField
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from agencies.administration.rules import check_listed, check_police_desk
from agencies.agreements.codes import grounds, items
from agencies.directory.codes import (
    BANDS,
    CONTACT_HOURS_MOST,
    INTERVIEW_YEARS_MOST,
    PEER_REVIEW_MONTHS_MOST,
)
from agencies.directory.models import Office, OfficeKind, PoliceDesk, Section
from agencies.staff.models import Position, Staff
from agencies.staff.roles import DELEGATES, Role, known_acts
from agencies.staff.rules import reason_against
from face.fields import (
    ButtonField,
    CodeField,
    EmailField,
    HalfWidthField,
    JapaneseDateField,
    KanaField,
    LongTextField,
    NameField,
    PhoneField,
)
from face.forms import BaseForm
from face.needed import Needed
from security.walls import clock

SEATS_MOST, SEAT_LONGEST = 8, 6
"""What fits into the width of a sheet."""


def _of_office(name: str) -> dict[str, Any]:
    """Label, explanation and usual value of an office's column, said once in the model."""
    column: Any = Office._meta.get_field(name)
    return {"label": capfirst(column.verbose_name), "help_text": column.help_text, "initial": column.default}


def _number(name: str, most: int, too_many: Any, *, least: int = 1) -> forms.IntegerField:
    """A rule of an office that is a number from ``least`` to ``most``; ``too_many`` is the sentence for a larger one, and
    for a smaller one where ``least`` is more than 1."""
    few = too_many if least > 1 else _("Enter 1 or more.") if least else _("Enter 0 or more.")
    return forms.IntegerField(
        widget=forms.NumberInput(attrs={"class": "input-two"}),
        validators=[MinValueValidator(least, few), MaxValueValidator(most, too_many)],
        **_of_office(name),
    )


def _band(name: str) -> forms.ChoiceField:
    return forms.ChoiceField(choices=[(band, band) for band in BANDS], **_of_office(name))


def _rules_of_others(office: Office) -> tuple[str, ...]:
    """The rules that do not matter to an office of this kind."""
    kind = OfficeKind(office.kind)
    if kind is OfficeKind.RIGHTS:
        return tuple(name for name in Office.RULES if name not in Office.LETTER_RULES)
    if kind is OfficeKind.INSTITUTION:
        return tuple(name for name in Office.RULES if name not in Office.VACANCY_RULES)
    if kind is OfficeKind.POLICE and office.police_desk == PoliceDesk.SC:
        return tuple(name for name in Office.RULES if name not in Office.SUPPORT_RULES)
    others = Office.LETTER_RULES + Office.VACANCY_RULES + Office.SUPPORT_RULES
    return others if kind is OfficeKind.CGC else Office.RULES


class OfficeForm(BaseForm):
    """An office. ``office`` given: code and kind are settled and not asked again.

    A new office begins with the usual rules; those of an office that keeps cases are set on its page.
    """

    code = HalfWidthField(
        label=_("Office code"),
        max_length=12,
        validators=[RegexValidator(r"^[a-z0-9-]+\Z", _("Use small letters, figures and hyphens."))],
        help_text=_(
            "Up to 12 small letters and figures; it begins the case numbers of the office and never changes."
        ),
    )
    kind = CodeField(
        OfficeKind,
        label=_("Kind of office"),
        help_text=_("What the office may see depends on its kind. It cannot be changed later."),
    )
    police_desk = CodeField(
        PoliceDesk,
        label=_("Part of the police"),
        required=False,
        help_text=_("What it may be sent depends on it. It cannot be changed later."),
    )
    name = NameField(label=_("Name of the office"), max_length=120)
    telephone = PhoneField(
        label=_("Telephone"), required=False, help_text=_("Others call this number about a case.")
    )
    address = NameField(label=_("Address"), required=False, max_length=200)
    active = forms.BooleanField(label=_("In use"), required=False, initial=True)
    safety_hours = _number(
        "safety_hours", 48, _("48 at most: the national guideline may only be made stricter.")
    )
    contact_hours = _number(
        "contact_hours",
        CONTACT_HOURS_MOST,
        _("0 starts no limit; 168 at most. Of a notification of abuse the hours above hold."),
        least=0,
    )
    sight_warn_hours = _number("sight_warn_hours", 47, _("47 at most."))
    warrant_warn_days = _number("warrant_warn_days", 6, _("6 at most."))
    escalate_hours = _number("escalate_hours", 24, _("24 at most."), least=0)
    duty_warn_hours = _number("duty_warn_hours", 168, _("12 to 168."), least=12)
    duty_late_hours = _number("duty_late_hours", 72, _("72 at most."), least=0)
    advocate_days = _number("advocate_days", 14, _("14 at most."))
    custody_first_days = _number("custody_first_days", 45, _("30 to 45."), least=30)
    custody_second_days = _number("custody_second_days", 29, _("14 to 29."), least=14)
    custody_last_days = _number("custody_last_days", 13, _("7 to 13."), least=7)
    intake_days = _number("intake_days", 7, _("7 at most."))
    hearing_hours = _number("hearing_hours", 72, _("72 at most."))
    council_days = _number("council_days", 60, _("60 at most."))
    council_report_days = _number("council_report_days", 14, _("14 at most."))
    guideline_months = _number("guideline_months", 6, _("6 at most."))
    guideline_warn_days = _number("guideline_warn_days", 60, _("30 to 60."), least=30)
    guideline_explain_days = _number("guideline_explain_days", 14, _("14 at most."))
    reliance_first_months = _number("reliance_first_months", 3, _("3 months at most."))
    reliance_months = _number("reliance_months", 6, _("6 months at most."))
    reliance_warn_days = _number("reliance_warn_days", 60, _("30 to 60."), least=30)
    court_first_days = _number("court_first_days", 365, _("180 to 365."), least=180)
    court_second_days = _number("court_second_days", 179, _("90 to 179."), least=90)
    court_last_days = _number("court_last_days", 89, _("30 to 89."), least=30)
    placed_visit_months = _number("placed_visit_months", 6, _("6 at most."))
    adult_months = _number("adult_months", 36, _("12 to 36."), least=12)
    unreached_to_court = forms.BooleanField(required=False, **_of_office("unreached_to_court"))
    warrant_if_nobody = forms.BooleanField(required=False, **_of_office("warrant_if_nobody"))
    late_withdrawal_warrant = forms.BooleanField(required=False, **_of_office("late_withdrawal_warrant"))
    harm_band = _band("harm_band")
    home_band = _band("home_band")
    intention_months = _number("intention_months", 6, _("6 at most."))
    intention_months_most = _number("intention_months_most", 6, _("6 at most."))
    intention_days_young = _number("intention_days_young", 30, _("30 at most."))
    glass_a_day = _number("glass_a_day", 5, _("5 at most."))
    glass_a_day_duty = _number("glass_a_day_duty", 20, _("20 at most."))
    night_until_hour = _number("night_until_hour", 12, _("9 to 12."), least=9)
    unopened_hours_aa = _number("unopened_hours_aa", 24, _("24 at most."))
    unopened_hours = _number("unopened_hours", 72, _("72 at most."))
    explain_days = _number("explain_days", 7, _("7 at most."))
    review_days = _number("review_days", 14, _("14 at most."))
    plan_review_months = _number("plan_review_months", 3, _("3 months at most."))
    plan_review_months_placed = _number("plan_review_months_placed", 6, _("6 months at most."))
    session_gap_days = _number("session_gap_days", 28, _("28 at most."))
    session_misses = _number("session_misses", 2, _("2 at most."))
    shelter_log_hours = _number("shelter_log_hours", 24, _("24 at most."), least=0)
    left_police_hours = _number("left_police_hours", 24, _("24 at most."))
    diagnosis_days = _number("diagnosis_days", 60, _("60 at most."))
    joint_answer_hours = _number("joint_answer_hours", 24, _("24 at most."))
    joint_hold_days = _number("joint_hold_days", 7, _("7 at most."))
    interview_years = _number("interview_years", INTERVIEW_YEARS_MOST, _("3 at most."))
    peer_review_months = _number("peer_review_months", PEER_REVIEW_MONTHS_MOST, _("12 at most."))
    document_mark = NameField(required=False, max_length=20, **_of_office("document_mark"))
    approval_seats = NameField(required=False, max_length=60, **_of_office("approval_seats"))
    letter_reply_days = _number("letter_reply_days", 3, _("3 at most."))
    vacancy_days = _number("vacancy_days", 7, _("7 at most."))
    place_hours = _number("place_hours", 24, _("24 at most."))
    place_days = _number("place_days", 7, _("7 at most."))
    support_decide_days = _number("support_decide_days", 14, _("14 at most."))
    support_review_days = _number("support_review_days", 92, _("92 at most."))

    NEEDED_IF = {
        "police_desk": Needed(
            _("(required of an office of the police)"), by=("kind",), values=frozenset({OfficeKind.POLICE})
        )
    }

    def __init__(self, *args: Any, office: Office | None = None, **kwargs: Any) -> None:
        if office is not None:
            names = ("name", "telephone", "address", "active", *Office.RULES)
            kwargs["initial"] = {name: getattr(office, name) for name in names}
        super().__init__(*args, **kwargs)
        dropped = (
            ("code", "kind", "police_desk")
            if office
            else tuple(name for name in Office.RULES if name != "safety_hours")
        )
        if office is not None:
            dropped += _rules_of_others(office)
        for name in dropped:
            del self.fields[name]

    def clean_approval_seats(self) -> str:
        """The boxes, with 、 between them."""
        seats = [
            seat.strip() for seat in re.split("[、，,]", self.cleaned_data["approval_seats"]) if seat.strip()
        ]
        if len(seats) > SEATS_MOST or any(len(seat) > SEAT_LONGEST for seat in seats):
            raise ValidationError(_("Up to eight boxes of up to six characters each."), "seats")
        return "、".join(seats)

    def clean(self) -> dict[str, Any]:
        """An office of the police says which part of it; what the form of a confirmation proposes is not longer than allowed."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("kind") and cleaned.get("police_desk"):
            told = reason_against(check_police_desk, OfficeKind(cleaned["kind"]), cleaned["police_desk"])
            if told:
                self.add_error("police_desk", ValidationError(str(told), "refused"))
        proposed, most = cleaned.get("intention_months"), cleaned.get("intention_months_most")
        if proposed and most and proposed > most:
            self.add_error("intention_months", ValidationError(_("Not longer than at most."), "order"))
        return cleaned

    def facts(self) -> list[BoundField]:
        """The fields that every office has."""
        return [field for field in self if field.name not in Office.RULES]

    def rules(self) -> list[BoundField]:
        """The fields of the office's own rules."""
        return [field for field in self if field.name in Office.RULES]

    def clean_code(self) -> str:
        """A code names one office."""
        code = str(self.cleaned_data["code"])
        if Office.objects.filter(code=code).exists():
            raise ValidationError(_("This code is taken."), code="taken")
        return code


class SectionForm(BaseForm):
    """The name of a section."""

    name = NameField(label=_("Name of the section"), max_length=80)

    def __init__(self, *args: Any, office: Office, section: Section | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.office, self.section = office, section

    def clean_name(self) -> str:
        """Once in an office."""
        name = str(self.cleaned_data["name"])
        others = Section.objects.filter(office=self.office, name=name)
        if self.section is not None:
            others = others.exclude(pk=self.section.pk)
        if others.exists():
            raise ValidationError(_("The office has a section of this name."), code="taken")
        return name


class PersonForm(BaseForm):
    """A person's account. ``person`` given: the user name is settled."""

    SIDE_BY_SIDE = (("name", "kana"),)

    username = HalfWidthField(
        label=_("User name"),
        max_length=60,
        validators=[
            RegexValidator(
                r"^[a-z0-9._-]{3,60}\Z", _("Use three or more small letters, figures, dots or hyphens.")
            )
        ],
        help_text=_("Small letters, figures, dots and hyphens. It never changes."),
    )
    name = NameField(label=_("Full name"), max_length=80)
    kana = KanaField(label=_("Name in kana"), max_length=80)
    email = EmailField(
        label=_("Mail address of the office"),
        required=False,
        max_length=254,
        help_text=_("Notices go there with a reference, never with a name."),
    )

    def __init__(self, *args: Any, person: Staff | None = None, **kwargs: Any) -> None:
        if person is not None:
            kwargs["initial"] = {name: getattr(person, name) for name in ("name", "kana", "email")}
        super().__init__(*args, **kwargs)
        if person is not None:
            del self.fields["username"]

    def clean_name(self) -> str:
        """One full-width space between family and given name, as on every page; the characters stay as typed."""
        return "\u3000".join(str(self.cleaned_data["name"]).split())

    def clean_username(self) -> str:
        """A user name belongs to one person forever."""
        username = str(self.cleaned_data["username"])
        if Staff.objects.filter(username=username).exists():
            raise ValidationError(_("This user name is taken."), code="taken")
        return username


class OfficeFilterForm(BaseForm):
    """The filter of the people's list by office."""

    office = forms.ModelChoiceField(
        Office.objects.filter(active=True), label=_("Office"), required=False, empty_label=_("all")
    )


def _roles_by_kind() -> list[tuple[str, list[tuple[str, str]]]]:
    """Every role with its sentence, once, under the kinds of office in which it exists."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for role in Role:
        kinds = " / ".join(str(kind.label) for kind in OfficeKind if kind in role.profile.kinds)
        groups.setdefault(kinds, []).append((role.value, f"{role.label} – {role.profile.description}"))
    return list(groups.items())


class PositionForm(BaseForm):
    """A new position. Roles stand under the kinds of office they exist in, sections under their office; ``check_role_fits`` says
    where what was chosen does not belong together.
    """

    SIDE_BY_SIDE = (("office", "section"), ("starts_on", "ends_on"))

    office = forms.ModelChoiceField(Office.objects.filter(active=True), label=_("Office"))
    section = forms.ModelChoiceField(
        label=_("Section"),
        queryset=Section.objects.filter(office__active=True),
        required=False,
        empty_label=_("no section"),
    )
    role = CodeField(Role, label=_("Role"), widget=forms.RadioSelect)
    starts_on = JapaneseDateField(label=_("First day"), initial=clock.today)
    ends_on = JapaneseDateField(label=_("Last day, if it is known"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        role: Any = self.fields["role"]
        role.choices = _roles_by_kind()
        section: Any = self.fields["section"]
        by_office: dict[str, list[tuple[Any, str]]] = {}
        for one in section.queryset.select_related("office").order_by("office__name", "name"):
            by_office.setdefault(one.office.name, []).append((one.pk, one.name))
        section.choices = [("", section.empty_label), *by_office.items()]


class LastDayForm(BaseForm):
    """The last day of a position or of an agreement."""

    ends_on = JapaneseDateField(label=_("Last day"), help_text=_("It holds until the end of that day."))


class OutOfUseForm(BaseForm):
    """Why an account, or a position of it, ends with work that nobody has taken over."""

    left_behind = LongTextField(
        label=_("Why it ends before its work is handed over"),
        help_text=_(
            "Only where work stays behind; at least 10 characters. The supervisors read it: name no child."
        ),
        limit=500,
        rows=2,
        required=False,
    )


class PositionEndForm(OutOfUseForm, LastDayForm):
    """The last day of a position, and why it ends with work that nobody has taken over."""


class ConfirmForm(BaseForm):
    """Whether a position takes effect. Which button was pressed is ``verdict``."""

    verdict = ButtonField(("confirm", "refuse"))
    reason = NameField(
        label=_("Reason for the refusal"),
        required=False,
        max_length=200,
        help_text=_("The administrator who added the position reads it."),
    )
    NEEDED_IF = {
        "reason": Needed(
            _("(required to refuse)"),
            by=("verdict",),
            values=frozenset({"refuse"}),
            message=_("Enter the reason."),
        )
    }


NOTHING_OPENS = _("No item is ticked: nothing can be disclosed under this agreement.")


class AgreementForm(BaseForm):
    """The draft of a sharing agreement."""

    SIDE_BY_SIDE = (("sender", "recipient"), ("starts_on", "ends_on"))

    sender = forms.ModelChoiceField(Office.objects.filter(active=True), label=_("Sender"))
    recipient = forms.ModelChoiceField(
        Office.objects.filter(active=True),
        label=_("Recipient"),
        required=False,
        empty_label=_("none: the office's own written rule"),
        help_text=_(
            "Without a recipient it switches on the duty to accuse towards every office of the police."
        ),
    )
    reference = NameField(label=_("Reference of the agreement"), max_length=120)
    items = forms.MultipleChoiceField(
        label=_("Items that may be disclosed"),
        choices=lambda: items().items(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("What is not ticked stays closed to this office, even if the child agrees."),
    )
    listed = forms.MultipleChoiceField(
        label=_("Of these, shared without the child's agreement"),
        choices=lambda: items().items(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_(
            "Only with the ground “an agreement to share listed items”. Each time takes a reason and the director's decision."
        ),
    )
    grounds = forms.MultipleChoiceField(
        label=_("Grounds switched on"),
        choices=lambda: grounds().items(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_(
            "Exceptions to the child's intention that this agreement allows; each is told to the child."
        ),
    )
    starts_on = JapaneseDateField(label=_("In force from"))
    ends_on = JapaneseDateField(
        label=_("In force until"),
        help_text=_("An agreement always has an end; make another one if it is needed longer."),
    )

    def clean(self) -> dict[str, Any]:
        """It ends after it begins. Without any item the form has one field more, and nothing is saved before the answer."""
        cleaned = super().clean() or self.cleaned_data
        starts_on, ends_on = cleaned.get("starts_on"), cleaned.get("ends_on")
        if isinstance(starts_on, date) and isinstance(ends_on, date) and ends_on < starts_on:
            self.add_error("ends_on", ValidationError(_("The last day is before the first day."), "order"))
        told = reason_against(
            check_listed, cleaned.get("items", []), cleaned.get("grounds", []), cleaned.get("listed", [])
        )
        if told:
            self.add_error("listed", ValidationError(str(told), "refused"))
        if not cleaned.get("items") and cleaned.get("recipient"):
            label = _("Draft the agreement without any item")
            self.fields["without_items"] = forms.BooleanField(label=label, required=False)
            if not self.data.get("without_items"):
                self.add_error("without_items", ValidationError(NOTHING_OPENS, "empty"))
        return cleaned


class DelegationForm(BaseForm):
    """Which acts, to whom, until when."""

    SIDE_BY_SIDE = (("starts_on", "ends_on"),)

    to_position = forms.ModelChoiceField(
        label=_("To whom"),
        queryset=Position.objects.none(),
        help_text=_(
            "Decides on the cases on whose team the person is. Add the person to the team of any other case."
        ),
    )
    acts = forms.TypedMultipleChoiceField(
        coerce=lambda code: known_acts()[code],
        label=_("Acts"),
        choices=lambda: [(act.value, act.label) for act in known_acts().values()],
        widget=forms.CheckboxSelectMultiple,
    )
    starts_on = JapaneseDateField(label=_("First day"), initial=clock.today)
    ends_on = JapaneseDateField(
        label=_("Last day"),
        help_text=_("A delegation always has an end; give another one if it is needed longer."),
    )

    def __init__(self, *args: Any, by: Position, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = (
            Position.objects.current(clock.today())
            .filter(office=by.office, role__in=DELEGATES)
            .exclude(staff=by.staff_id)
        )
        self.fields["to_position"].queryset = others.select_related("staff", "office")  # type: ignore[attr-defined]  # a model field
