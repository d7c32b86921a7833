"""The forms of a diagnosis: asked for, written in parts, returned; and of the comprehensive one."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agencies.staff.models import Position
from agencies.staff.rules import Refused
from cases.conferences.queries import Item
from cases.diagnoses.actions import Written
from cases.diagnoses.codes import DiagnosisKind, SelfHarmThought
from cases.diagnoses.content import PSYCHOLOGISTS, SECTIONS, pieces_of
from cases.diagnoses.models import Diagnosis, FacilityDiagnosis, Findings, Judgement
from cases.diagnoses.queries import results_of
from cases.diagnoses.rules import CODES, check_asked
from cases.records.codes import Answer
from cases.records.forms import PastMomentField, PositionChoice
from cases.scores.forms import SHORT, check_scores, needed_of, rows_of, test_fields, tests_typed, typed_tests
from face.fields import ButtonField, CodeField, JapaneseDateField, LongTextField
from face.forms import BaseForm, Group, GroupedForm, VersionedForm
from face.needed import Needed
from face.wareki import format_datetime
from security.encryption.fields import value_of, values_of
from security.walls import clock

TESTS = (1, 2, 3, 4, 5)
"""The tests that have a row in the form."""
OPEN = 2
"""So many of them are seen at once; the others are folded away."""


class AskForm(BaseForm):
    """Which diagnosis, of whom, until when, and what is asked."""

    kind = CodeField(DiagnosisKind, label=_("Kind of diagnosis"), widget=forms.RadioSelect)
    writer = PositionChoice(
        label=_("Who writes it"),
        help_text=_("Of the team. Whoever is missing here joins the team of the case first."),
    )
    due_on = JapaneseDateField(label=_("Due on"), earliest=clock.today)
    question = LongTextField(label=_("What it is to answer"), rows=3)

    def __init__(self, *args: Any, writers: Iterable[Position], days: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["due_on"].initial = clock.today() + timedelta(days=days)
        cast(PositionChoice, self.fields["writer"]).offer(writers)

    def clean(self) -> dict[str, Any]:
        """A profession that does not write this kind is refused beside its field."""
        cleaned = super().clean()
        if all(cleaned.get(name) for name in ("kind", "writer", "due_on")):
            try:
                check_asked(cleaned["kind"], cleaned["writer"], cleaned["due_on"], clock.today())
            except Refused as refusal:
                self.add_error(refusal.code, str(refusal.reason))
        return cleaned


class ReturnForm(BaseForm):
    """Why a diagnosis is returned, and until when it is written again."""

    why = LongTextField(
        label=_("Why it is returned"), rows=3, help_text=_("The writer finds it as what is asked.")
    )
    due_on = JapaneseDateField(
        label=_("Due on"), earliest=clock.today, initial=lambda: clock.today() + timedelta(days=7)
    )


class ReturnThereForm(BaseForm):
    """Why a diagnosis of the facility is returned; the facility reads it."""

    why = LongTextField(
        label=_("Why it is returned"),
        rows=3,
        help_text=_("The facility reads this. Nothing of the case that it does not know."),
    )


SUBMITTED = Needed(
    _("(required before it is submitted)"),
    by=("act",),
    values=frozenset({"submit"}),
    message=_("Needed before it is submitted."),
)


class WriteForm(VersionedForm, GroupedForm):
    """The texts of one kind. ``form_of`` makes the form of each; what a kind alone has is read where the form has it."""

    KIND: DiagnosisKind

    act = ButtonField(("save", "submit"))

    def clean(self) -> dict[str, Any]:
        """A score that is none of its instrument is refused beside its field."""
        cleaned = super().clean()
        check_scores(self, cleaned, TESTS if "scores_1" in self.fields else ())
        return cleaned

    def written(self) -> Written:
        """What was typed; only of a valid form."""
        typed = self.cleaned_data
        return Written(
            texts={piece.name: typed[piece.name] for piece in pieces_of(self.KIND)},
            codes={name: typed[name] for name in Diagnosis.CODES if name in typed},
            said={name: typed[name] for name in Diagnosis.SAID if name in typed},
            tests=tests_typed(typed, TESTS),
        )


def _psychological() -> tuple[dict[str, forms.Field], list[Group], Mapping[str, Needed]]:
    fields = test_fields(TESTS) | {
        "self_harm": CodeField(
            SelfHarmThought,
            label=_("Thoughts of self-harm or suicide"),
            widget=forms.RadioSelect,
            required=False,
            help_text=_("The team reads this. Danger now: tell the person in charge at once."),
        ),
        "before_facts": CodeField(
            Answer,
            label=_("Seen before any interview on the facts"),
            widget=forms.RadioSelect,
            required=False,
        ),
    }
    groups: list[Group] = [
        (_("Test scores"), PSYCHOLOGISTS, rows_of(TESTS[:OPEN])),
        (_("Safety"), "", ("self_harm", "before_facts")),
    ]
    return fields, groups, needed_of(TESTS)


def _behavioural() -> tuple[dict[str, forms.Field], list[Group], Mapping[str, Needed]]:
    fields: dict[str, forms.Field] = {
        "said_words": LongTextField(
            label=_("What the child said"),
            rows=4,
            required=False,
            help_text=_("Word for word. Nothing was asked, and nothing is asked further."),
        ),
        "said_at": PastMomentField(label=_("When"), required=False),
        "said_where": forms.CharField(label=_("Where"), max_length=SHORT, required=False),
        "said_to": forms.CharField(
            label=pgettext_lazy("what a child said", "To whom"), max_length=SHORT, required=False
        ),
    }
    needed = {
        name: Needed(_("(required with the words)"), by=tuple(one for one in fields if one != name))
        for name in fields
    }
    group: Group = (
        _("What the child said unasked"),
        _("Submitted, it is in the register of interviews: the words, when, where and to whom."),
        ("said_words", "said_at", ("said_where", "said_to")),
    )
    return fields, [group], needed


def _nothing() -> tuple[dict[str, forms.Field], list[Group], Mapping[str, Needed]]:
    return {}, [], {}


FURTHER: dict[DiagnosisKind, tuple[Group, ...]] = {
    DiagnosisKind.PSYCHOLOGICAL: (
        (
            _("Further test scores"),
            PSYCHOLOGISTS,
            rows_of(TESTS[OPEN:]),
        ),
    )
}
OWN = {DiagnosisKind.PSYCHOLOGICAL: _psychological, DiagnosisKind.BEHAVIOURAL: _behavioural}


def _form_of(kind: DiagnosisKind) -> type[WriteForm]:
    fields, groups, needed = OWN.get(kind, _nothing)()
    for piece in pieces_of(kind):
        fields[piece.name] = LongTextField(
            label=piece.label, rows=piece.rows, required=False, help_text=piece.hint
        )
    before_submitting = [piece.name for piece in pieces_of(kind) if piece.needed] + list(CODES.get(kind, ()))
    parts: list[Group] = [
        (section.heading, section.hint, tuple(piece.name for piece in section.pieces))
        for section in SECTIONS[kind]
    ]
    last = parts[1:][-1:]
    named = {
        "__module__": __name__,
        "__doc__": f"Writing a diagnosis of the kind {kind.value}.",
        "KIND": kind,
        # What is for the team comes last; of a kind with one part, what it has besides comes after it.
        "GROUPS": (*parts[: len(parts) - len(last)], *groups, *last),
        "LATER": FURTHER.get(kind, ()),
        "NEEDED_IF": {**needed, **dict.fromkeys(before_submitting, SUBMITTED)},
    }
    return type(f"Write{kind.name.title()}Form", (WriteForm,), {**fields, **named})


FORMS: dict[DiagnosisKind, type[WriteForm]] = {kind: _form_of(kind) for kind in DiagnosisKind}


def typed_there(row: FacilityDiagnosis) -> dict[str, Any]:
    """What the facility wrote, as the initial values of its form."""
    return {**(value_of(row.texts) or {}), **values_of(row, Diagnosis.SAID)}


def typed_before(row: Diagnosis, findings: Findings | None) -> dict[str, Any]:
    """What was written of a diagnosis, as the initial values of its form."""
    before: dict[str, Any] = {
        **(value_of(row.texts) or {}),
        **values_of(row, (*Diagnosis.CODES, *Diagnosis.SAID)),
        **((value_of(findings.found) or {}) if findings is not None else {}),
    }
    return before | typed_tests(results_of(findings), TESTS)


class JudgementForm(GroupedForm):
    """What the assessment conference came to, and on which diagnoses that rests."""

    conference = forms.ChoiceField(label=_("Assessment conference"), widget=forms.RadioSelect)
    rests_on = forms.MultipleChoiceField(
        label=_("Diagnoses it rests on"), widget=forms.CheckboxSelectMultiple
    )
    needs = LongTextField(label=_("Problem and needs"), rows=4)
    view = LongTextField(label=_("View that was reached"), rows=4)
    dissent = LongTextField(label=_("Dissent"), rows=2, required=False)
    dissent_who = forms.CharField(label=_("Whose dissent"), max_length=SHORT, required=False)
    support = LongTextField(label=_("Proposed support"), rows=4)
    child_said = LongTextField(label=_("The child's view"), rows=3, help_text=_("In the child's own words."))
    custodians_said = LongTextField(label=_("The custodians' views"), rows=3)
    open_questions = LongTextField(label=_("Open questions"), rows=2, required=False)

    GROUPS: tuple[Group, ...] = (
        (_("What it rests on"), "", ("conference", "rests_on")),
        (_("Comprehensive diagnosis"), "", ("needs", "view", "dissent", "dissent_who", "support")),
        (
            pgettext_lazy("what people think", "Views"),
            "",
            ("child_said", "custodians_said", "open_questions"),
        ),
    )
    NEEDED_IF: Mapping[str, Needed] = {
        "dissent": Needed(_("(required where its author is named)"), by=("dissent_who",)),
        "dissent_who": Needed(_("(required with a dissent)"), by=("dissent",)),
    }

    def __init__(
        self, *args: Any, items: Iterable[Item], diagnoses: Iterable[Diagnosis], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.items = {one.name: one for one in items}
        self.diagnoses = {str(one.pk): one for one in diagnoses}
        self.fields["conference"].choices = [  # type: ignore[attr-defined]  # a choice
            (name, format_datetime(one.entry.sitting.held_from, style="short"))
            for name, one in self.items.items()
        ]
        self.fields["rests_on"].choices = [  # type: ignore[attr-defined]  # a choice
            (key, f"{one.get_kind_display()}　{one.submitted_by.staff.name if one.submitted_by else ''}")
            for key, one in self.diagnoses.items()
        ]

    def facts(self) -> tuple[Item, list[Diagnosis], dict[str, str]]:
        """The arguments of ``draft_judgement``; only of a valid form."""
        typed = self.cleaned_data
        return (
            self.items[typed["conference"]],
            [self.diagnoses[key] for key in typed["rests_on"]],
            {name: typed[name] for name in Judgement.TEXTS},
        )


def judged_before(row: Judgement) -> dict[str, Any]:
    """A draft as the initial values of the form it is drafted again with."""
    return {
        **values_of(row, Judgement.TEXTS),
        "conference": str(row.entry_id),
        "rests_on": [str(key) for key in row.rests_on],
    }
