"""The form of a plan of counseling and guidance. Each custodian has a part of its own; a suspect has none."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django import forms
from django.utils.html import format_html
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.directory.models import Office
from agencies.staff.models import Position
from agencies.staff.rules import Refused
from cases.conferences.models import ConferenceItem
from cases.counseling import rules
from cases.counseling.actions import PlanFacts
from cases.counseling.codes import (
    ChildStand,
    CounselingKind,
    CustodianStand,
    ForWhom,
    Frequency,
    LegalForm,
)
from cases.counseling.content import GOALS, MINUTES, SESSIONS, Asked, asked_in
from cases.counseling.models import CounselingPlan
from cases.records.forms import PastMomentField, PositionChoice
from cases.records.models import Case, Person
from cases.records.panel import roles_in_words
from face.fields import CHOOSE, CodeField, CodesField, JapaneseDateField, LongTextField
from face.forms import Group, GroupedForm, LeftOut
from face.needed import Needed
from face.templatetags.face import ja
from face.wareki import format_date
from security.encryption.fields import reveal, value_of, values_of, words_of
from security.walls import clock

SHORT = 1000
PERSON = ("stand", "at", "words")
"""What is written of each custodian; the name of a field ends with the id of the person."""
MEASURES = frozenset(LegalForm) - {LegalForm.NONE}


class PlanForm(GroupedForm):
    """What is done, for whom, by whom, how often and until when; what the child wants, and what each custodian says.

    ``form_for`` adds the fields of the custodians.
    """

    PEOPLE: Sequence[Person] = ()
    IS_AMENDMENT = False

    kind = CodeField(CounselingKind, label=_("Kind of counseling or guidance"))
    for_whom = CodesField(ForWhom, label=_("For whom"), widget=forms.CheckboxSelectMultiple)
    legal_form = CodeField(LegalForm, label=_("Legal form"), widget=forms.RadioSelect)
    item = forms.ChoiceField(
        label=_("Conference that decided the measure"),
        required=False,
        help_text=_(
            "Support policy conferences that decided guidance and on which the child was heard. Others are not in the list."
        ),
    )
    provider = PositionChoice(
        label=_("Who gives the help"),
        required=False,
        help_text=_("Of the team. Whoever is missing here joins the team of the case first."),
    )
    other_office = forms.ChoiceField(
        label=_("Or another office"),
        required=False,
        help_text=_("An institution, a family support center, a hospital, a juvenile support center."),
    )
    child_stand = CodeField(ChildStand, label=_("What the child says to the plan"), widget=forms.RadioSelect)
    child_words = LongTextField(
        label=_("The child's words on the plan"),
        rows=3,
        help_text=_("Word for word. Of a child who cannot say so, how it reacts."),
    )
    child_said_at = PastMomentField(label=_("When the child said it"), initial=clock.now)
    child_goal = LongTextField(
        label=_("The child's own goal"), rows=2, help_text=_("In the child's own words, first of all goals.")
    )
    needs = LongTextField(label=_("Needs"), rows=4)
    done_when = LongTextField(label=_("What would count as done"), rows=3)
    frequency = CodeField(Frequency, label=_("How often"))
    minutes = forms.IntegerField(label=_("Minutes each"), min_value=10, max_value=480, initial=50)
    sessions = forms.IntegerField(
        label=_("Number of sessions"),
        min_value=1,
        max_value=500,
        required=False,
        help_text=_("Empty: open, as play therapy often is."),
    )
    starts_on = JapaneseDateField(label=_("From"), earliest=clock.today)
    ends_on = JapaneseDateField(
        label=_("Expected to end on"), required=False, earliest=clock.today, help_text=_("Empty: open.")
    )
    review_on = JapaneseDateField(label=_("To be reviewed on"), earliest=clock.today)
    risks = LongTextField(
        label=_("Risks, and what is not to be touched"),
        rows=3,
        required=False,
        help_text=_("Needed while an interview on the facts is ahead: what is not talked about before it."),
    )

    amended_why = LongTextField(label=_("Why the plan is amended"), rows=3)

    WHY: Group = (_("Amendment"), _("What is changed is read from the two plans."), ("amended_why",))
    WHAT: Group = (
        _("What is done"),
        "",
        ("kind", "for_whom", "legal_form", "item", "provider", "other_office"),
    )
    CHILD: Group = (
        _("The child"),
        _("What the child wants comes first."),
        ("child_goal", "child_stand", "child_words", "child_said_at"),
    )
    AIMS: Group = (
        _("Needs and goals"),
        "",
        ("needs", *(f"goal_{n}" for n in GOALS), "done_when", "risks"),
    )
    DAYS: Group = (
        _("How often, and until when"),
        "",
        (("frequency", "minutes"), "sessions", ("starts_on", "ends_on"), "review_on"),
    )
    NEEDED_IF: Mapping[str, Needed] = {
        "item": Needed(_("(required for a measure)"), by=("legal_form",), values=MEASURES),
        "provider": Needed(
            _("(required unless another office gives it)"),
            only=lambda typed: not typed.get("other_office"),
            message=_("Name who gives the help: a colleague of the team, or another office."),
        ),
    }

    def __init__(
        self,
        *args: Any,
        case: Case,
        providers: Iterable[Position],
        offices: Iterable[Office],
        measures: Iterable[ConferenceItem],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.case = case
        cast(PositionChoice, self.fields["provider"]).offer(providers)
        self.offices = {str(one.pk): one for one in offices}
        self.measures = {str(one.pk): one for one in measures}
        self._offer("other_office", {key: one.name for key, one in self.offices.items()})
        self._offer("item", {key: _conference(one) for key, one in self.measures.items()})

    def _offer(self, name: str, choices: Mapping[str, str]) -> None:
        self.fields[name].choices = [("", CHOOSE), *choices.items()]  # type: ignore[attr-defined]  # a choice

    def clean(self) -> dict[str, Any]:
        """What a rule refuses stands beside its field."""
        cleaned = super().clean()
        of = cleaned.get
        provider, office = of("provider"), self.offices.get(of("other_office") or "")
        if "provider" not in self.errors:
            self._ask(rules.check_provider, self.case, provider, office)
        if of("legal_form") and "item" not in self.errors:
            item = self.measures.get(of("item") or "")
            self._ask(rules.check_legal_form, self.case, of("legal_form"), item)
        if self.IS_AMENDMENT:
            cleaned["starts_on"] = clock.today()
        if of("starts_on") and of("review_on") and "ends_on" not in self.errors:
            days = of("starts_on"), of("ends_on"), of("review_on")
            self._ask(rules.check_days, self.case, *days, today=clock.today())
        if "risks" not in self.errors:
            self._ask(rules.check_risks, self.case, of("risks") or "", clock.now())
        return cleaned

    def _ask(self, rule: Callable[..., None], *of: Any, **more: Any) -> None:
        try:
            rule(*of, **more)
        except Refused as refusal:
            self.add_error(refusal.code if refusal.code in self.fields else None, str(refusal.reason))

    def left_out(self, fields: list[tuple[str, str]]) -> list[LeftOut]:
        """The kept words of a custodian who is not asked any more: removed, or a suspect by now. Nobody is named."""
        why = str(_("This person is not asked about the plan any more."))
        names = {f"words_{person.pk}" for person in self.PEOPLE}
        return [
            LeftOut(name, why, text)
            for name, text in fields
            if name.startswith("words_") and name not in names and text
        ]

    def facts(self) -> PlanFacts:
        """What was typed; only of a valid form."""
        typed = self.cleaned_data
        plain = (
            *("kind", "legal_form", "for_whom", "child_stand", "child_said_at", "frequency", "minutes"),
            *("sessions", "starts_on", "ends_on", "review_on", "provider"),
        )
        return PlanFacts(
            **{name: typed[name] for name in plain},
            item=self.measures.get(typed["item"]),
            other_office=self.offices.get(typed["other_office"]),
            texts={name: typed[name] for name in CounselingPlan.TEXTS},
            goals={f"goal_{n}": typed[f"goal_{n}"] for n in GOALS},
            asked=[
                Asked(person.pk, *(typed[f"{name}_{person.pk}"] for name in PERSON)) for person in self.PEOPLE
            ],
        )


def _conference(row: ConferenceItem) -> str:
    return f"{format_date(row.entry.sitting.held_from.date())}　{words_of(row.measures)}".replace("\n", "、")


def form_for(people: Sequence[Person], *, amends: bool = False) -> type[PlanForm]:
    """The form of a plan of a case with these custodians, who are asked; of one that ``amends`` another, which says why, and
    holds from its approval on."""
    fields: dict[str, forms.Field] = {}
    parts: list[Group] = []
    for person in people:
        name = ja(words_of(person.name))
        fields |= {
            f"stand_{person.pk}": CodeField(
                CustodianStand,
                label=format_html(gettext("What {name} says to it"), name=name),
                widget=forms.RadioSelect,
            ),
            f"at_{person.pk}": PastMomentField(
                label=format_html(gettext("When it was said ({name})"), name=name), initial=clock.now
            ),
            f"words_{person.pk}": LongTextField(
                label=format_html(gettext("What was said, or why there is no answer ({name})"), name=name),
                limit=2000,
                rows=2,
            ),
        }
        parts.append(
            (
                format_html(gettext("Custodian: {name}"), name=name),
                gettext(", ").join(roles_in_words(person)),
                tuple(f"{one}_{person.pk}" for one in PERSON),
            )
        )
    for n in GOALS:
        fields[f"goal_{n}"] = LongTextField(
            label=format_lazy(_("Goal {n}"), n=n), limit=SHORT, rows=2, required=n == GOALS[0]
        )
    groups = (PlanForm.WHAT, PlanForm.CHILD, *parts, PlanForm.AIMS, PlanForm.DAYS)
    named: dict[str, Any] = {"__module__": __name__, "__doc__": PlanForm.__doc__, "PEOPLE": people}
    named |= {"GROUPS": (PlanForm.WHY, *groups) if amends else groups, "IS_AMENDMENT": amends}
    named |= {"starts_on": None} if amends else {"amended_why": None}  # a field that is no field of this form
    return type("CounselingPlanForm", (PlanForm,), {**fields, **named})


def typed_before(row: CounselingPlan) -> dict[str, Any]:
    """A draft as the initial values of the form it is changed or drafted again with."""
    names = (
        *CounselingPlan.TEXTS,
        "amended_why",
        "kind",
        "for_whom",
        "child_stand",
        "child_said_at",
        "frequency",
    )
    amount, goals = value_of(row.amount) or {}, value_of(row.goals) or {}
    before: dict[str, Any] = {
        **values_of(row, names),
        **goals,
        **{name: getattr(row, name) for name in CounselingPlan.DAYS},
        "legal_form": row.legal_form,
        "minutes": amount.get(MINUTES),
        "sessions": amount.get(SESSIONS),
        "provider": str(row.provider_id or ""),
        "other_office": str(row.other_office_id or ""),
        "item": str(row.item_id or ""),
    }
    for one in asked_in(reveal(row, "asked")):
        before |= _of_person(one.person, one.stand, one.at, one.words)
    return before


def _of_person(person: UUID, stand: CustodianStand, at: datetime, words: str) -> dict[str, Any]:
    return {f"stand_{person}": stand, f"at_{person}": at, f"words_{person}": words}
