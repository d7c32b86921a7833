"""The forms of a review of a plan, and of the end of the help with its report."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from agencies.staff.rules import Refused
from cases.counseling import later_rules as rules
from cases.counseling.codes import FOLLOW_UP_DAYS, GoalState, PlanEnd, ReviewOutcome, goal_label
from cases.counseling.later import EndFacts, ReviewFacts
from cases.counseling.models import CounselingEnd, CounselingPlan, PlanReview
from cases.counseling.queries import goals_of
from cases.records.codes import Answer
from face.fields import CodeField, JapaneseDateField, LongTextField
from face.forms import Group, GroupedForm
from face.needed import Needed
from face.templatetags.face import ja
from security.encryption.fields import value_of, values_of
from security.walls import clock


class OfPlanForm(GroupedForm):
    """A form that says of each goal of a plan how far it is. ``of_goals`` adds the fields."""

    def __init__(self, *args: Any, plan: CounselingPlan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.plan = plan

    def goal_states(self) -> dict[str, GoalState]:
        """How far each goal is; only of a valid form."""
        return {code: self.cleaned_data[f"state_{code}"] for code in goals_of(self.plan)}

    def ask(self, rule: Callable[..., None], *of: Any) -> None:
        """What a rule refuses stands beside its field."""
        try:
            rule(*of)
        except Refused as refusal:
            self.add_error(refusal.code if refusal.code in self.fields else None, str(refusal.reason))


class ReviewForm(OfPlanForm):
    """When a plan was reviewed, how far each goal is, what the child and the custodians say, and what follows."""

    reviewed_on = JapaneseDateField(label=_("Reviewed on"), latest=clock.today, initial=clock.today)
    course_note = LongTextField(label=_("How it went"), rows=4)
    child_view = LongTextField(label=_("The child's view"), rows=3, help_text=_("In the child's own words."))
    custodians_view = LongTextField(label=_("The custodians' views"), rows=3, required=False)
    outcome = CodeField(ReviewOutcome, label=_("What the review comes to"), widget=forms.RadioSelect)
    next_on = JapaneseDateField(label=_("To be reviewed next on"), required=False, earliest=clock.today)

    FIRST: Group = (_("The child and its custodians"), "", ("reviewed_on", "child_view", "custodians_view"))
    LAST: Group = (_("What follows"), "", ("course_note", "outcome", "next_on"))
    NEEDED_IF: Mapping[str, Needed] = {
        "next_on": Needed(
            _("(required unless the help is to end)"),
            by=("outcome",),
            values=frozenset({ReviewOutcome.CONTINUE, ReviewOutcome.CHANGE}),
            message=_("Write when the plan is reviewed next."),
        )
    }

    def clean(self) -> dict[str, Any]:
        """The days are in their order."""
        cleaned = super().clean()
        on, outcome = cleaned.get("reviewed_on"), cleaned.get("outcome")
        if on and outcome and "next_on" not in self.errors:
            self.ask(rules.check_review, self.plan, on, outcome, cleaned.get("next_on"), clock.today())
        return cleaned

    def facts(self) -> ReviewFacts:
        """What was typed; only of a valid form."""
        typed = self.cleaned_data
        return ReviewFacts(
            reviewed_on=typed["reviewed_on"],
            outcome=typed["outcome"],
            next_on=typed["next_on"],
            goal_states=self.goal_states(),
            texts={name: typed[name] for name in PlanReview.TEXTS},
        )


class EndForm(OfPlanForm):
    """Why and when the help ends, what it came to, what helped, where to turn, and whether farewell was taken."""

    last_on = JapaneseDateField(label=_("Last day of the help"), latest=clock.today, initial=clock.today)
    reason = CodeField(PlanEnd, label=_("Why the help ends"))
    report = LongTextField(label=_("How it went"), rows=5)
    measured = LongTextField(
        label=_("Measures from start to end"),
        rows=3,
        required=False,
        help_text=_("In words. The scores recorded on the plan are printed with the report."),
    )
    helped = LongTextField(label=_("What helped, in the child's words"), rows=3)
    relapse = LongTextField(label=_("Signs that it is getting worse again"), rows=3)
    turn_to = LongTextField(label=_("Where to turn then"), rows=2)
    child_told = LongTextField(label=_("What the child was told of the end, and said to it"), rows=3)
    farewell = CodeField(
        Answer, label=_("Farewell was taken"), without=Answer.UNKNOWN, widget=forms.RadioSelect
    )
    farewell_words = LongTextField(label=_("How farewell was taken, or why not"), rows=2, required=False)
    follow_up_on = JapaneseDateField(
        label=_("Follow-up on"),
        required=False,
        earliest=clock.today,
        initial=lambda: clock.today() + timedelta(days=FOLLOW_UP_DAYS),
        help_text=_("Left empty, nobody owes one. Six months are usual."),
    )

    FIRST: Group = (_("End of the help"), "", ("last_on", "reason", "child_told"))
    LAST: Group = (
        _("Report"),
        "",
        ("report", "measured", "helped", "relapse", "turn_to", "farewell", "farewell_words", "follow_up_on"),
    )
    NEEDED_IF: Mapping[str, Needed] = {
        "farewell_words": Needed(
            _("(required where none was taken)"), by=("farewell",), values=frozenset({Answer.NO})
        )
    }

    def clean(self) -> dict[str, Any]:
        """The days are in their order."""
        cleaned = super().clean()
        if cleaned.get("last_on") and "follow_up_on" not in self.errors:
            days = cleaned["last_on"], cleaned.get("follow_up_on")
            self.ask(rules.check_last, self.plan, *days, clock.today())
        return cleaned

    def facts(self) -> EndFacts:
        """What was typed; only of a valid form."""
        typed = self.cleaned_data
        return EndFacts(
            last_on=typed["last_on"],
            reason=typed["reason"],
            farewell=typed["farewell"],
            follow_up_on=typed["follow_up_on"],
            goal_states=self.goal_states(),
            texts={name: typed[name] for name in CounselingEnd.TEXTS},
        )


def of_goals(base: Any, plan: CounselingPlan) -> Any:
    """The form ``base`` with a field for each goal of the plan."""
    fields: dict[str, Any] = {
        f"state_{code}": CodeField(
            GoalState,
            label=format_html("{}{}{}", goal_label(code), _(": "), ja(text)),
            widget=forms.RadioSelect,
        )
        for code, text in goals_of(plan).items()
    }
    goals: Group = (_("How far each goal is"), "", tuple(fields))
    named = {"__module__": __name__, "__doc__": base.__doc__, "GROUPS": (base.FIRST, goals, base.LAST)}
    return type(base.__name__, (base,), {**fields, **named})


def ended_before(row: CounselingEnd) -> dict[str, Any]:
    """A draft as the initial values of the form it is changed or drafted again with."""
    names = (*CounselingEnd.TEXTS, "last_on", "reason", "farewell")
    states = value_of(row.goal_states) or {}
    return {
        **values_of(row, names),
        **{f"state_{code}": state for code, state in states.items()},
        "follow_up_on": row.follow_up_on,
    }
