"""The forms of the plan of a joint interview: its content, and what became of it."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.directory.models import Office
from agencies.directory.queries import police_offices
from agencies.staff.models import Staff
from agencies.staff.rules import Refused
from agencies.training.queries import trained_until
from cases.interviews import rules
from cases.interviews.codes import MOVES, Outside, PlanState, Protocol
from cases.interviews.models import JointPlan
from cases.interviews.papers import INSIDE, LONG
from cases.interviews.queries import interviewers_of
from cases.records.codes import Answer
from cases.records.models import Case
from face.fields import CHOOSE, CodeField, JapaneseDateTimeField, LongTextField, PhoneField
from face.forms import BaseForm, Group, GroupedForm, VersionedForm
from face.needed import Needed
from face.wareki import format_date
from security.encryption.fields import values_of
from security.walls import clock

SHORT = 300
MARK = _("(required for an agreed plan)")
AGREED = Needed(MARK, by=("agreed",))


def _short(label: Any, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=SHORT, required=False, **more)


def _long(name: str, rows: int = 2, **more: Any) -> LongTextField:
    return LongTextField(label={**INSIDE, **LONG}[name], rows=rows, required=False, **more)


class InterviewerField(forms.ModelChoiceField):  # type: ignore[type-arg]  # no subscript at run time
    """A person of the office, with the last day of the training."""

    until: Mapping[Any, Any] = {}

    def label_from_instance(self, obj: Staff) -> str:
        """Name, and until when the person is trained."""
        day = self.until.get(obj.pk)
        told = gettext("trained until %(day)s") % {"day": format_date(day)} if day else gettext("not trained")
        return f"{obj.name} ({told})"


def offer_interviewers(form: forms.Form, name: str, case: Case) -> None:
    """Let a field offer the people of the case's office who can interview, each with until when the training holds."""
    people: Any = form.fields[name]
    people.queryset = interviewers_of(case, clock.today())
    people.until = trained_until([one.pk for one in people.queryset])


class JointPlanForm(GroupedForm):
    """Who takes part, who interviews, when, where and how, what is asked, and what is settled for the child."""

    center_who = _short(_("Center: person"))
    center_tel = PhoneField(label=_("Center: telephone"), required=False)
    police = forms.ModelChoiceField(
        Office.objects.none(),
        label=_("Office of the police that takes part"),
        empty_label=CHOOSE,
        required=False,
        help_text=_(
            "Written here it stays in the house. With the police it is agreed, and printed for them, once the child's intention"
            " is confirmed."
        ),
    )
    police_who = _short(_("Police: office and person"))
    police_tel = PhoneField(label=_("Police: telephone"), required=False)
    prosecutor_who = _short(_("Public prosecutor: office and person"))
    prosecutor_tel = PhoneField(label=_("Public prosecutor: telephone"), required=False)
    interviewer = InterviewerField(
        Staff.objects.none(), label=_("Interviewer of the center"), empty_label=CHOOSE, required=False
    )
    outside = CodeField(Outside, label=_("Office of an interviewer from outside"), required=False)
    outside_name = _short(_("Interviewer from outside"))
    outside_vouches = _short(
        _("Who vouches for the training"), help_text=_("Who at the other office said so, and when.")
    )
    planned_for = JapaneseDateTimeField(label=_("Planned for"), required=False)
    place = _short(_("Place and equipment"))
    protocol = CodeField(Protocol, label=_("Protocol"), without=Protocol.NONE, required=False)
    monitors = _short(_("In the monitor room"))
    aim = _long("aim")
    topics = _long(
        "topics", 4, help_text=_("Topics alone: no word of the child, no recording, file or link.")
    )
    topics_center = _long("topics_center")
    topics_police = _long("topics_police")
    topics_prosecutor = _long("topics_prosecutor")
    topics_left = _long("topics_left")
    learned_first = _long("learned_first", help_text=_("Which office, who and when."))
    outline = _long(
        "outline",
        4,
        help_text=_("No word of the child. The police and the prosecutor learn it by a report alone."),
    )
    suspect_relation = _long("suspect_relation", help_text=_("Without a name."))
    traits = _long(
        "traits", 3, help_text=_("Development, language, hearing, sight, what frightens it. No diagnosis.")
    )
    best_hours = _long("best_hours", help_text=_("Time of day, after meals, how long at a time."))
    tells_after = _long(
        "tells_after", help_text=_("The child, the custodian, the school: who says what, and when.")
    )
    therapy_after = CodeField(
        Answer,
        label=_("Therapy begins after the interview"),
        widget=forms.RadioSelect,
        required=False,
        help_text=_("On no sheet for another office."),
    )
    medical = _long("medical")
    against_leading = _long("against_leading")
    transport = _long("transport", help_text=_("Without an address: the sheet goes to other offices."))
    stays_with = _long("stays_with")
    interpreter = _long("interpreter")
    child_told = _long("child_told", 3)

    GROUPS: tuple[Group, ...] = (
        (
            _("Offices that take part"),
            "",
            (
                ("center_who", "center_tel"),
                "police",
                ("police_who", "police_tel"),
                ("prosecutor_who", "prosecutor_tel"),
            ),
        ),
        (
            _("Interviewer"),
            _(
                "One person interviews, once. A person of the center needs a valid training on the planned day."
            ),
            ("interviewer", ("outside", "outside_name"), "outside_vouches"),
        ),
        (_("When, where and how"), "", ("planned_for", ("place", "protocol"), "monitors")),
        (
            _("What is asked"),
            "",
            (
                "aim",
                ("topics_center", "topics_police"),
                "topics_prosecutor",
                "topics",
                "topics_left",
                "against_leading",
            ),
        ),
        (
            _("The child"),
            "",
            (
                "best_hours",
                "child_told",
                "transport",
                "stays_with",
                "interpreter",
                "tells_after",
                "therapy_after",
            ),
        ),
        (
            _("What stays in the office"),
            _("This is on no sheet. What the police are told of the facts goes by a report."),
            ("traits", "learned_first", "outline", "suspect_relation", "medical"),
        ),
    )

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_interviewers(self, "interviewer", case)
        outside = Needed(_("(required for an interviewer from outside)"), by=("outside_name",))
        self.NEEDED_IF = {
            **dict.fromkeys(("outside", "outside_vouches"), outside),
            "police": Needed(
                _("(required where the police take part)"),
                only=rules.has_of_police,
                message=_("Choose the office of the police that takes part."),
            ),
        }
        self.fields["police"].queryset = police_offices()  # type: ignore[attr-defined]  # a ModelChoiceField

    def clean(self) -> dict[str, Any]:
        """What no plan may say is said beside its field."""
        cleaned = super().clean()
        self._ask(rules.check_no_link, cleaned)
        self._ask(rules.check_ahead, cleaned.get("planned_for"), clock.now())
        return cleaned

    def _ask(self, rule: Callable[..., None], *of: Any) -> None:
        try:
            rule(*of)
        except Refused as refusal:
            if refusal.code not in self.errors:
                self.add_error(refusal.code, str(refusal.reason))

    def facts(self) -> dict[str, Any]:
        """The plan as typed."""
        names = ("planned_for", "interviewer", "police", *JointPlan.TEXTS)
        return {name: self.cleaned_data.get(name) for name in names}


class JointChangeForm(VersionedForm, JointPlanForm):
    """The same of a plan that is conferred on; with the words of the agreement it stands."""

    agreed = LongTextField(
        label=_("What was agreed, by whom and when"),
        rows=3,
        required=False,
        help_text=_(
            "Leave it empty until all offices have agreed: from then on the plan is not changed any more."
        ),
    )

    GROUPS = (*JointPlanForm.GROUPS, (_("Agreement"), "", ("agreed",)))

    def __init__(self, *args: Any, plan: JointPlan, **kwargs: Any) -> None:
        super().__init__(*args, case=plan.case, current_version=plan.version, **kwargs)
        self.plan = plan
        if plan.known_state is not PlanState.CONFERRING:
            del self.fields["agreed"]
        else:
            self.NEEDED_IF = {**self.NEEDED_IF, **dict.fromkeys(rules.AGREED_WITH, AGREED)}

    def clean(self) -> dict[str, Any]:
        """An agreed plan has everything it needs, and an interviewer who is trained on the day."""
        cleaned = super().clean()
        if cleaned.get("agreed") and not self.errors:
            self._ask(rules.check_agreed, cleaned)
            self._ask(rules.check_trained, cleaned.get("interviewer"), cleaned.get("planned_for"))
            self._ask(rules.check_gate, self.plan.case, cleaned.get("police"), clock.now())
        return cleaned


class JointStepForm(BaseForm):
    """What became of a plan, and who said it or why."""

    step = forms.TypedChoiceField(coerce=PlanState, label=_("What became of it"), widget=forms.RadioSelect)
    planned_for = JapaneseDateTimeField(label=_("New time"), required=False)
    words = LongTextField(label=_("Who said what and when, or why"), rows=3)

    NEEDED_IF: Mapping[str, Needed] = {
        "planned_for": Needed(
            _("(required where it is moved)"), by=("step",), values=frozenset({PlanState.MOVED.value})
        )
    }

    def __init__(self, *args: Any, plan: JointPlan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.plan = plan
        if PlanState.MOVED not in steps_by_hand(plan):
            del self.fields["planned_for"]
            self.NEEDED_IF = {}
        self.fields["step"].choices = [(one.value, one.label) for one in steps_by_hand(plan)]  # type: ignore[attr-defined]  # a choice

    def clean(self) -> dict[str, Any]:
        """A new time lies ahead, and the interviewer is trained on that day."""
        cleaned = super().clean()
        step, planned_for = cleaned.get("step"), cleaned.get("planned_for")
        if step is PlanState.MOVED and planned_for and cleaned.get("words"):
            try:
                rules.check_ahead(planned_for, clock.now())
                rules.check_trained(self.plan.interviewer, planned_for)
                rules.check_gate(self.plan.case, self.plan.police, clock.now())
            except Refused as refusal:
                self.add_error("planned_for", str(refusal.reason))
        return cleaned


def steps_by_hand(plan: JointPlan) -> list[PlanState]:
    """What can become of a plan without its interview: agreed it is by its own form, held by the register."""
    following = MOVES[plan.known_state] if plan.known_state else ()
    return [one for one in following if one not in (PlanState.AGREED, PlanState.HELD)]


def typed_before(plan: JointPlan) -> dict[str, Any]:
    """A plan as the initial values of the form that changes it."""
    clear = {
        "planned_for": plan.planned_for,
        "interviewer": plan.interviewer_id,
        "police": plan.police_id,
    }
    return {**values_of(plan, JointPlan.TEXTS), **clear}
