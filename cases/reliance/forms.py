"""The forms of the plan: what the institution is told, the sheet it fills in, and the center's answer."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.directory.models import Office
from agencies.staff.pages import say_at_fields
from agencies.staff.rules import Refused
from cases.guidelines.codes import GoalState, Horizon
from cases.guidelines.queries import Result
from cases.placement.queries import standing
from cases.records.models import Case
from cases.reliance import rules
from cases.reliance.actions import DraftFacts
from cases.reliance.codes import GOALS, Area, ChildAnswer, Reply
from cases.reliance.models import PlanFacts, RelianceTold
from cases.reliance.queries import Aim
from face.fields import CHOOSE, CodeField, JapaneseDateField, LongTextField
from face.forms import BaseForm, Group, GroupedForm, VersionedForm
from face.needed import Needed
from face.templatetags.face import ja
from face.widgets import Suggested
from security.walls import clock

ROWS = tuple(range(1, GOALS + 1))
OPEN = 3
"""So many rows of goals are seen at once; the others are folded away until something stands in them."""
AIM = ("goal", "means", "area", "horizon", "who", "until")
SHORT = 200
FOR_CHILD = 900
"""What fits on the child's page."""


class TellForm(BaseForm):
    """What the institution knows of the child's support guideline. Nothing of what happened to the child is in it."""

    guideline = LongTextField(
        label=_("What the support guideline says"),
        rows=8,
        help_text=_(
            "The policy and the goals on which the plan is to rest. Nothing of what happened to the child, and no withheld"
            " address or place."
        ),
    )
    care = LongTextField(
        label=_("Points of care"),
        rows=3,
        required=False,
        help_text=_("Limits on contact, what nobody should ask the child."),
    )
    in_charge = forms.CharField(label=_("In charge at the center, with telephone"), max_length=SHORT)

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.case = case

    def clean(self) -> dict[str, Any]:
        """What is withheld is named beside its field."""
        cleaned = super().clean() or self.cleaned_data
        if not self.errors:
            try:
                rules.check_told_nothing_withheld(self.case, {k: v for k, v in self.told().items() if v})
            except Refused as refusal:
                self.add_error(refusal.code, str(refusal.reason))
        return cleaned

    def told(self) -> dict[str, str]:
        """What was typed."""
        return {name: self.cleaned_data[name] for name in RelianceTold.TOLD}


class AskForm(TellForm):
    """Which institution is asked, and what it is told."""

    institution = forms.ChoiceField(
        label=_("Institution"),
        help_text=_("Only institutions that work with this system. Others are asked on paper."),
    )
    field_order = ("institution", "guideline", "care", "in_charge")

    def __init__(self, *args: Any, institutions: Sequence[Office], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offices = {str(one.pk): one for one in institutions}
        choices: Any = self.fields["institution"]
        choices.choices = [("", CHOOSE), *((key, one.name) for key, one in self.offices.items())]

    def clean(self) -> dict[str, Any]:
        """An institution at which the child is not placed is refused beside its field."""
        cleaned = super().clean()
        where = standing(self.case).where if not self.errors else None
        if where is not None:
            say_at_fields(self, rules.check_institution, where, self.chosen())
        return cleaned

    def chosen(self) -> Office:
        """The institution that was chosen."""
        return self.offices[self.cleaned_data["institution"]]


def _text(label: Any, rows: int = 3, help_text: Any = "", **more: Any) -> LongTextField:
    return LongTextField(label=label, rows=rows, help_text=help_text, **more)


class PlanForm(VersionedForm, GroupedForm):
    """The whole sheet: the child's wish first. What is asked at the end can wait until the plan was explained."""

    child_wish = _text(
        _("The child's wish"),
        4,
        _("In the child's own words. If the child cannot or does not want to say, what it shows."),
    )
    custodians_wish = _text(_("Wish of the custodians"), required=False)
    opinions = _text(_("Opinions of others"), 3, _("Municipality, school, former place."), required=False)
    consulted = _text(
        _("Consulted with the center"), 2, _("With whom, on which day, about what."), required=False
    )
    needs = _text(_("Needs"), 4)
    policy = _text(_("Policy of the support"), 3)
    review_on = JapaneseDateField(label=_("To be reviewed on"), earliest=clock.today)
    made_by = forms.CharField(label=_("Made by"), max_length=SHORT, widget=Suggested)
    for_child = _text(
        _("The plan in words for the child"),
        6,
        _(
            "In words the child knows: its wish, what we do together, who does it, until when. A reading stands behind its"
            " characters in double brackets. It is the child's own page."
        ),
        limit=FOR_CHILD,
    )
    told_on = JapaneseDateField(label=_("Explained to the child on"), required=False)
    told_how = _text(_("Who explained it, and how"), 2, required=False, limit=1000)
    child_answer = CodeField(
        ChildAnswer, label=_("The child's answer"), required=False, widget=forms.RadioSelect
    )
    child_said = _text(
        _("What the child said to it"),
        3,
        _("In the child's own words, also where it says no."),
        required=False,
    )
    head = forms.CharField(
        label=_("Head of the institution who saw the plan"), max_length=SHORT, required=False
    )

    NEEDED_IF: Mapping[str, Needed] = {
        name: Needed(_("(required with a goal)"), by=tuple(one for one in row if one != name))
        for row in [tuple(f"{name}_{n}" for name in AIM) for n in ROWS]
        for name in row
    }

    def __init__(self, *args: Any, months: int, before: Sequence[Aim], **kwargs: Any) -> None:
        self.months, self.before = months, before
        super().__init__(*args, **kwargs)
        for number, aim in enumerate(before, 1):
            self._add(f"state_{number}", _state(number, aim))
            label = format_lazy(_("How it can be seen (goal {n})"), n=number)
            self._add(f"words_{number}", LongTextField(label=label, rows=2, limit=500, required=False))
        for number in ROWS:
            for name, made in _row(number).items():
                self._add(f"{name}_{number}", made)
        self.follow_groups()

    def _add(self, name: str, field: forms.Field) -> None:
        self.fields[name] = field
        self._keep_private(field.widget)
        self._say_what_to_do(field)

    def _parts(self) -> tuple[Group, ...]:
        filled = [n for n in ROWS if any(self.initial.get(f"{name}_{n}") for name in AIM)]
        seen = max([OPEN, *filled])
        done = tuple(f"{part}_{n}" for n, _aim in enumerate(self.before, 1) for part in ("state", "words"))
        found: list[Group] = [
            (_("The child's wish"), "", ("child_wish",)),
            (_("Wishes and opinions"), "", ("custodians_wish", "opinions", "consulted")),
        ]
        if done:
            found.append((_("What became of the goals"), _("Of the plan in force."), done))
        found += [
            (_("Needs and policy"), "", ("needs", "policy")),
            (
                _("Goals"),
                _("At least one short-term and one long-term goal; eight at most."),
                tuple(one for n in ROWS[:seen] for one in _beside(n)),
            ),
            (_("Review"), "", (("review_on", "made_by"),)),
            (_("For the child"), "", ("for_child",)),
            (
                _("Explained to the child"),
                _("The plan is sent once this is filled in. The draft can be saved without it."),
                ("told_on", "told_how", "child_answer", "child_said", "head"),
            ),
        ]
        later = ROWS[seen:]
        self.LATER = (
            ((_("Further goals"), "", tuple(one for n in later for one in _beside(n))),) if later else ()
        )
        self.GROUPS = tuple(found)
        return (*found, *self.LATER)

    def clean(self) -> dict[str, Any]:
        """What a rule refuses stands beside its field."""
        cleaned = super().clean() or self.cleaned_data
        today = clock.today()
        if cleaned.get("review_on"):
            self._ask("review_on", rules.check_review_day, cleaned["review_on"], today, self.months)
        if cleaned.get("told_on"):
            self._ask("told_on", rules.check_told_on, cleaned["told_on"], today)
        aims = self._aims()
        for number, aim in aims.items():
            self._ask(f"until_{number}", rules.check_aim, aim, today)
        if not self.errors:
            self._ask("goal_1", rules.check_aims, list(aims.values()))
        return cleaned

    def _ask(self, name: str, rule: Any, *arguments: Any) -> None:
        try:
            rule(*arguments)
        except Refused as refusal:
            if name not in self.errors:
                self.add_error(name, str(refusal.reason))

    def _aims(self) -> dict[int, Aim]:
        """The rows that are whole, by their number."""
        typed = self.cleaned_data
        rows: dict[int, dict[str, Any]] = {n: {name: typed.get(f"{name}_{n}") for name in AIM} for n in ROWS}
        return {n: Aim(**row) for n, row in rows.items() if all(row.values())}

    def facts(self) -> DraftFacts:
        """The draft as typed; only of a valid form."""
        typed = self.cleaned_data
        return DraftFacts(
            texts={name: typed[name] for name in (*PlanFacts.TEXTS, *PlanFacts.TOLD)},
            aims=list(self._aims().values()),
            results=[
                Result(typed[f"state_{n}"], typed.get(f"words_{n}") or "")
                for n in range(1, len(self.before) + 1)
            ],
            review_on=typed["review_on"],
        )


def _state(number: int, aim: Aim) -> CodeField:
    label = format_html(gettext("Goal {n}: {goal}"), n=number, goal=ja(aim.goal))
    return CodeField(GoalState, label=label, widget=forms.RadioSelect)


def _row(number: int) -> dict[str, forms.Field]:
    def said(words: Any) -> Any:
        return format_lazy(words, n=number)

    return {
        "goal": LongTextField(label=said(_("Goal {n}")), rows=2, limit=500, required=False),
        "means": LongTextField(label=said(_("Means for goal {n}")), rows=2, limit=500, required=False),
        "area": CodeField(Area, label=said(_("Whom goal {n} is for")), required=False),
        "horizon": CodeField(Horizon, label=said(_("How far goal {n} lies")), required=False),
        "who": forms.CharField(
            label=said(_("Who or which office does it (goal {n})")),
            max_length=SHORT,
            required=False,
            widget=Suggested,
        ),
        "until": JapaneseDateField(label=said(_("Until when (goal {n})")), required=False),
    }


def _beside(number: int) -> tuple[Any, ...]:
    return (
        f"goal_{number}",
        f"means_{number}",
        (f"area_{number}", f"horizon_{number}"),
        (f"who_{number}", f"until_{number}"),
    )


class AnswerForm(BaseForm):
    """Accepted, or asked back with a reason."""

    NEEDED_IF: Mapping[str, Needed] = {
        "reason": Needed(
            _("(required where you ask back)"), by=("reply",), values=frozenset({Reply.ASK_BACK.value})
        )
    }

    reply = CodeField(Reply, label=_("Answer to the plan"), widget=forms.RadioSelect)
    reason = LongTextField(
        label=_("What the center asks back"),
        rows=3,
        required=False,
        limit=1000,
        help_text=_("The institution reads this. No withheld address or place."),
    )

    def clean(self) -> dict[str, Any]:
        """A question is for a plan that is not accepted."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("reply") is Reply.ACCEPT and cleaned.get("reason"):
            self.add_error("reason", _("Leave this empty where the plan is accepted, or choose to ask back."))
        return cleaned

    @property
    def accepted(self) -> bool:
        """Whether the plan was accepted."""
        return self.cleaned_data["reply"] is Reply.ACCEPT
