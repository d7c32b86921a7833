"""The forms of a support guideline, of its evaluation, and of what the child was told."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.text import format_lazy
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from agencies.staff.rules import Refused
from cases.conferences.models import ConferenceItem, CouncilRecord
from cases.diagnoses.models import Judgement
from cases.guidelines import rules
from cases.guidelines.actions import GuidelineFacts, ReviewFacts, texts_in
from cases.guidelines.codes import GOALS, GoalState, Horizon, Outcome
from cases.guidelines.models import Guideline, GuidelineReview, GuidelineTold
from cases.guidelines.queries import Goal, Result, Wish, results_of
from cases.records.forms import PastMomentField
from cases.records.models import Case, Person
from cases.records.panel import roles_in_words
from face.fields import CHOOSE, CodeField, JapaneseDateField, LongTextField
from face.forms import BaseForm, Group, GroupedForm, LeftOut
from face.needed import Needed
from face.templatetags.face import in_brackets, ja
from face.wareki import format_datetime
from face.widgets import Suggested
from security.encryption.fields import value_of, values_of, words_of
from security.walls import clock

ROWS = tuple(range(1, GOALS + 1))
OPEN = 3
"""So many rows of goals are seen at once; the others are folded away until something stands in them."""
GOAL = ("goal", "means", "horizon", "who", "until")
SHORT = 200
FOR_CHILD = 900
"""What fits on the child's page beside the text of the office."""


def _opinion(label: Any) -> LongTextField:
    return LongTextField(label=label, rows=2, required=False)


class GuidelineForm(GroupedForm):
    """The whole sheet: the child's wish first, then whom else it concerns, what is needed, what is done, and for how long."""

    child_wish = LongTextField(
        label=_("The child's wish"),
        rows=4,
        help_text=_(
            "In the child's own words. If the child cannot or does not want to say, what it shows, and how that was"
            " noticed."
        ),
    )
    municipality = _opinion(_("Municipality"))
    school = _opinion(_("School or nursery"))
    institution = _opinion(_("Institution or foster family"))
    court = _opinion(_("Family court"))
    council = forms.ChoiceField(label=_("Opinion of the council"), required=False)
    judgement = forms.ChoiceField(label=_("Comprehensive diagnosis it rests on"), required=False)
    view_why = LongTextField(
        label=_("Why it rests on no comprehensive diagnosis"), rows=2, required=False, limit=1000
    )
    needs = LongTextField(label=_("Needs and problems"), rows=4)
    strengths = LongTextField(label=_("Strengths of the child and the family"), rows=3)
    item = forms.ChoiceField(label=_("Support policy conference it follows"), required=False)
    support = LongTextField(label=_("Support that is chosen"), rows=3)
    support_why = LongTextField(label=_("Why this support"), rows=3)
    alternatives = LongTextField(
        label=_("What else was weighed"), rows=2, help_text=_("And why it was not chosen.")
    )
    care = LongTextField(
        label=_("Points of care"),
        rows=3,
        required=False,
        help_text=_(
            "Limits on contact, what nobody should ask the child, what is kept from whom. No withheld address or place."
        ),
    )
    review_on = JapaneseDateField(
        label=_("To be evaluated on"),
        earliest=clock.today,
        help_text=_("Half a year ahead at most, or sooner where the office sets it."),
    )
    for_child = LongTextField(
        label=_("The guideline in words for the child"),
        rows=6,
        limit=FOR_CHILD,
        help_text=_(
            "In words the child knows: its wish, what we do together, who does it, until when. It stands on the child's own page."
            " A reading stands behind its characters in double brackets, as in the text of the office."
        ),
    )

    WISHES = _("Wish of each custodian")
    LAST: tuple[Group, ...] = (
        (_("Care and evaluation"), "", ("care", "review_on")),
        (_("For the child"), "", ("for_child",)),
    )
    NEEDED_IF: Mapping[str, Needed] = {
        "view_why": Needed(
            _("(required where none is chosen)"), only=lambda typed: not typed.get("judgement")
        ),
        **{
            name: Needed(_("(required with a goal)"), by=tuple(one for one in row if one != name))
            for row in [tuple(f"{name}_{n}" for name in GOAL) for n in ROWS]
            for name in row
        },
    }

    def __init__(
        self,
        *args: Any,
        case: Case,
        asked: Sequence[Person],
        suspects: Sequence[Person],
        items: Iterable[ConferenceItem],
        views: Iterable[Judgement],
        opinions: Iterable[CouncilRecord],
        **kwargs: Any,
    ) -> None:
        self.case, self.asked = case, {f"wish_{one.pk.hex}": one for one in asked}
        self.suspects = suspects
        super().__init__(*args, **kwargs)
        self.linked: dict[str, dict[str, Any]] = {
            "item": {str(one.pk): one for one in items},
            "judgement": {str(one.pk): one for one in views},
            "council": {str(one.pk): one for one in opinions},
        }
        for name, rows in self.linked.items():
            field: Any = self.fields[name]
            field.choices = [("", CHOOSE), *((key, _linked(one)) for key, one in rows.items())]
        for name, person in self.asked.items():
            self._add(name, _wish(person))
        for number in ROWS:
            for name, made in _row(number).items():
                self._add(f"{name}_{number}", made)
        self.follow_groups()

    def _add(self, name: str, field: forms.Field) -> None:
        self.fields[name] = field
        self._keep_private(field.widget)
        self._say_what_to_do(field)

    def _parts(self) -> tuple[Group, ...]:
        """The parts of this case: its custodians; and so many rows of goals as something stands in, three at least."""
        filled = [n for n in ROWS if any(self.get_initial_for_row(n))]
        seen = max([OPEN, *filled])
        names = ", ".join(words_of(one.name) for one in self.suspects)
        hint = format_html(gettext("Never asked: {names} (suspected)."), names=ja(names)) if names else ""
        none = gettext(
            "No custodian is recorded who could be asked. Record the people around the child first."
        )
        later = ROWS[seen:]
        found: list[Group] = [
            (_("The child's wish"), "", ("child_wish",)),
            (self.WISHES, hint if self.asked else f"{hint} {none}".strip(), tuple(self.asked)),
            (
                _("Opinions of other offices"),
                _("As they were told, each with its day."),
                ("municipality", "school", "institution", "court", "council"),
            ),
            (_("Needs and strengths"), "", ("judgement", "view_why", "needs", "strengths")),
            (_("Support"), "", ("item", "support", "support_why", "alternatives")),
            (
                _("Goals"),
                _(
                    "At least one short-term and one long-term goal; eight at most. The most pressing one first."
                ),
                tuple(one for n in ROWS[:seen] for one in _beside(n)),
            ),
        ]
        self.LATER = (
            ((_("Further goals"), "", tuple(one for n in later for one in _beside(n))),) if later else ()
        )
        found += [*self.LAST, *self.LATER]
        self.GROUPS = tuple(found[: len(found) - len(self.LATER)])
        return tuple(found)

    def get_initial_for_row(self, number: int) -> list[Any]:
        """What stands in a row of goals when the form is opened."""
        return [self.initial.get(f"{name}_{number}") for name in GOAL]

    def clean(self) -> dict[str, Any]:
        """What a rule refuses stands beside its field."""
        cleaned = super().clean()
        today = clock.today()
        for name in self.data:
            if self._is_left_out(name) and (text := self.data.get(name)):
                self.add_error(None, f"{self._why_left_out()} {text}")
        if cleaned.get("review_on"):
            self._ask("review_on", rules.check_review_day, cleaned["review_on"], today, self._months())
        for number, goal in self._goals().items():
            self._ask(f"until_{number}", rules.check_goal, goal, today)
        if not self.errors:
            self._ask("goal_1", rules.check_goals, list(self._goals().values()), today)
        if not self.errors:
            texts = texts_in(self.facts()) | self._typed_rows()
            try:
                rules.check_withheld(self.case, texts)
            except Refused as refusal:
                self.add_error(refusal.code, str(refusal.reason))
        return cleaned

    def left_out(self, fields: list[tuple[str, str]]) -> list[LeftOut]:
        """The kept words of somebody who is asked no more, as one who is suspected since."""
        return [
            LeftOut(name, self._why_left_out(), text)
            for name, text in fields
            if self._is_left_out(name) and text
        ]

    def _is_left_out(self, name: str) -> bool:
        return name.startswith("wish_") and name not in self.asked

    @staticmethod
    def _why_left_out() -> str:
        return gettext("This person is asked no more: removed, suspected, or no custodian.")

    def _months(self) -> int:
        return self.case.office.guideline_months

    def _typed_rows(self) -> dict[str, str]:
        names = [f"{name}_{n}" for n in ROWS for name in ("goal", "means", "who")]
        rows = dict.fromkeys(names, "")  # the rows as they were typed, with the gaps between them
        return rows | {name: self.cleaned_data[name] for name in names if self.cleaned_data.get(name)}

    def _ask(self, name: str, rule: Any, *arguments: Any) -> None:
        try:
            rule(*arguments)
        except Refused as refusal:
            if name not in self.errors:
                self.add_error(name, str(refusal.reason))

    def _goals(self) -> dict[int, Goal]:
        """The rows that are whole, by their number."""
        typed = self.cleaned_data
        rows: dict[int, dict[str, Any]] = {n: {name: typed.get(f"{name}_{n}") for name in GOAL} for n in ROWS}
        return {n: Goal(**row) for n, row in rows.items() if all(row.values())}

    def facts(self) -> GuidelineFacts:
        """The draft as typed; only of a valid form."""
        typed = self.cleaned_data
        return GuidelineFacts(
            texts={name: typed[name] for name in Guideline.TEXTS if name in typed},
            wishes=[Wish(person.pk, typed[name]) for name, person in self.asked.items()],
            goals=list(self._goals().values()),
            review_on=typed["review_on"],
            **{name: rows.get(typed.get(name, "")) for name, rows in self.linked.items()},
        )


def _wish(person: Person) -> LongTextField:
    label = format_html(
        "{}{}", ja(words_of(person.name)), in_brackets(gettext(", ").join(roles_in_words(person)))
    )
    return LongTextField(
        label=label,
        rows=2,
        help_text=_("In this person's own words, with the day. If there is no answer, why."),
    )


def _row(number: int) -> dict[str, forms.Field]:
    return {
        "goal": LongTextField(label=format_lazy(_("Goal {n}"), n=number), rows=2, limit=500, required=False),
        "means": LongTextField(
            label=format_lazy(_("Means for goal {n}"), n=number), rows=2, limit=500, required=False
        ),
        "horizon": CodeField(
            Horizon, label=format_lazy(_("How far goal {n} lies"), n=number), required=False
        ),
        "who": forms.CharField(
            label=format_lazy(_("Who or which office does it (goal {n})"), n=number),
            max_length=SHORT,
            required=False,
            widget=Suggested,
        ),
        "until": JapaneseDateField(label=format_lazy(_("Until when (goal {n})"), n=number), required=False),
    }


def _beside(number: int) -> tuple[Any, ...]:
    return (
        f"goal_{number}",
        f"means_{number}",
        (f"horizon_{number}", f"who_{number}"),
        f"until_{number}",
    )


def _linked(row: Any) -> str:
    """What a guideline rests on, in a list: on which day."""
    if isinstance(row, CouncilRecord):
        return words_of(row.happened_on)
    return format_datetime(row.entry.sitting.held_from, style="short")


class ReviewForm(GroupedForm):
    """What became of each goal, what the child says, and whether the guideline goes on."""

    reviewed_on = JapaneseDateField(label=_("Evaluated on"), latest=clock.today, initial=clock.today)
    child_view = LongTextField(
        label=_("The child's view"), rows=4, help_text=_("In the child's own words, also where it differs.")
    )
    custodians_view = LongTextField(
        label=_("The custodians' views"), rows=3, required=False, help_text=_("Never asked of a suspect.")
    )
    assessment = LongTextField(
        label=_("What the evaluation found"), rows=4, help_text=_("What changed, what helped, what did not.")
    )
    outcome = CodeField(Outcome, label=_("What the evaluation comes to"), widget=forms.RadioSelect)
    next_on = JapaneseDateField(
        label=_("Next evaluation on"),
        required=False,
        help_text=_("Also the day until which a changed guideline is drafted."),
    )

    NEEDED_IF: Mapping[str, Needed] = {
        "next_on": Needed(
            _("(required unless the guideline ends)"),
            by=("outcome",),
            values=frozenset({Outcome.CONTINUE, Outcome.CHANGE}),
        )
    }

    def __init__(self, *args: Any, guideline: Guideline | None, goals: Sequence[Goal], **kwargs: Any) -> None:
        self.guideline, self.goals = guideline, goals
        self.GROUPS = (
            (
                _("Goals"),
                "",
                tuple(one for n, _goal in enumerate(goals, 1) for one in (f"state_{n}", f"words_{n}")),
            ),
            (pgettext_lazy("what people think", "Views"), "", ("child_view", "custodians_view")),
            (_("Evaluation"), "", ("reviewed_on", "assessment", "outcome", "next_on")),
        )
        super().__init__(*args, **kwargs)
        for number, goal in enumerate(goals, 1):
            self._add(
                f"state_{number}",
                CodeField(
                    GoalState,
                    label=format_html(gettext("Goal {n}: {goal}"), n=number, goal=ja(goal.goal)),
                    widget=forms.RadioSelect,
                ),
            )
            self._add(
                f"words_{number}",
                LongTextField(
                    label=format_lazy(_("How it can be seen (goal {n})"), n=number),
                    rows=2,
                    limit=500,
                    required=False,
                ),
            )
        self.follow_groups()

    def _add(self, name: str, field: forms.Field) -> None:
        self.fields[name] = field
        self._keep_private(field.widget)
        self._say_what_to_do(field)

    def clean(self) -> dict[str, Any]:
        """The days are in their order: the field that is wrong says so."""
        cleaned = super().clean()
        today = clock.today()
        if self.guideline is None:
            return cleaned
        if cleaned.get("reviewed_on"):
            self._ask(rules.check_reviewed_on, cleaned["reviewed_on"], self.guideline, today)
        if cleaned.get("outcome") and not {"next_on"} & self.errors.keys():
            months = self.guideline.case.office.guideline_months
            self._ask(rules.check_outcome, cleaned["outcome"], cleaned.get("next_on"), today, months)
        return cleaned

    def _ask(self, rule: Any, *arguments: Any) -> None:
        try:
            rule(*arguments)
        except Refused as refusal:
            if refusal.code not in self.errors:
                self.add_error(refusal.code, str(refusal.reason))

    def facts(self) -> ReviewFacts:
        """The evaluation as typed; only of a valid form."""
        typed = self.cleaned_data
        results = [
            Result(typed[f"state_{n}"], typed.get(f"words_{n}") or "") for n in range(1, len(self.goals) + 1)
        ]
        names = ("outcome", "reviewed_on", "next_on", *GuidelineReview.TEXTS)
        return ReviewFacts(results=results, **{name: typed[name] for name in names})


def reviewed_before(row: GuidelineReview) -> dict[str, Any]:
    """A draft of an evaluation as the initial values of the form it is drafted again with."""
    before: dict[str, Any] = {
        **values_of(row, (*GuidelineReview.TEXTS, "reviewed_on")),
        "outcome": value_of(row.outcome),
        "next_on": row.next_on,
    }
    for number, one in enumerate(results_of(row), 1):
        before |= {f"state_{number}": one.state, f"words_{number}": one.words}
    return before


class ToldForm(BaseForm):
    """When, by whom and how the guideline was explained to the child, and what it said."""

    told_at = PastMomentField(label=_("When it was explained"), initial=clock.now)
    told_by = forms.CharField(label=_("Who explained it"), max_length=SHORT, widget=Suggested)
    how = LongTextField(
        label=_("How it was explained"),
        rows=2,
        limit=1000,
        help_text=_("In which words, with which pictures, and whether the child understood."),
    )
    sheet_version = forms.CharField(
        label=_("Sheet for the child and its version"), max_length=SHORT, required=False
    )
    child_said = LongTextField(
        label=_("What the child said to it"),
        rows=4,
        help_text=_("In the child's own words, also where it does not agree."),
    )

    def facts(self) -> dict[str, Any]:
        """The arguments of ``record_told``."""
        return {name: self.cleaned_data[name] for name in GuidelineTold.FACTS}
