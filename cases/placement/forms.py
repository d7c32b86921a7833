"""The forms of a placement: hearing the child, an answer, a step at the court, the drafts, and when the child came."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from agencies.staff.rules import Refused
from cases.conferences.codes import Opposed
from cases.conferences.models import ConferenceItem
from cases.consents.codes import Said
from cases.consents.forms import ANSWER_GROUP, WITHOUT_GROUP, PersonAnswerForm
from cases.consents.rules import latest_by_person, refuse_nobody
from cases.placement import rules
from cases.placement.actions import PlacementFacts, RenewalFacts
from cases.placement.codes import Basis, CourtAct, PlacementKind
from cases.placement.models import PlacementCourt, PlacementDecision, PlacementHearing
from cases.placement.queries import answer_rows
from cases.records.forms import PastMomentField
from cases.records.models import Case, Person
from cases.records.queries import holders_of_authority
from face.fields import CHOOSE, CodeField, CodesField, JapaneseDateField, LongTextField
from face.forms import BaseForm, Group, GroupedForm
from face.needed import Needed
from face.wareki import format_datetime
from face.widgets import Suggested
from security.encryption.fields import value_of, values_of, words_of
from security.walls import clock


def refuse(form: BaseForm, rule: Any, *of: Any) -> None:
    """What a rule refuses stands beside its field."""
    try:
        rule(*of)
    except Refused as refusal:
        form.add_error(refusal.code if refusal.code in form.fields else None, str(refusal.reason))


class PlacementAnswerForm(PersonAnswerForm):
    """What one person with parental authority says to a placement of one kind."""

    asked_kind = CodeField(
        PlacementKind,
        label=_("Kind of placement the person was asked about"),
        help_text=_("The answer counts for a placement of this kind alone."),
    )

    GROUPS: tuple[Group, ...] = (
        (_("What the person was asked"), "", ("asked_kind",)),
        ANSWER_GROUP,
        WITHOUT_GROUP,
        (_("Papers"), _("The paper itself is kept outside this system."), (("paper_no", "paper_holder"),)),
    )

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.case = case

    def check_said(self, person: Person | None, said: Said, at: datetime) -> None:
        """Nobody is asked where nobody has it, and consent is withdrawn by who gave it."""
        if said is Said.NOBODY:
            refuse_nobody(holders_of_authority(self.case, rules.day_of(at)))
        elif person is not None:
            kind = self.cleaned_data.get("asked_kind")
            rows = [row for row in answer_rows(self.case) if value_of(row.asked_kind) is kind]
            rules.check_withdrawn(said, latest_by_person(rows).get(person.pk))

    def facts(self) -> dict[str, Any]:
        """The arguments of ``record_answer``."""
        return {**super().facts(), "asked_kind": self.cleaned_data["asked_kind"]}


class CourtForm(BaseForm):
    """One step at the family court."""

    SIDE_BY_SIDE = (("court", "reference"),)

    step = CodeField(CourtAct, label=_("Step at the family court"), widget=forms.RadioSelect)
    step_on = JapaneseDateField(label=_("Day of the step"), latest=clock.today)
    court = forms.CharField(label=_("Court"), max_length=200)
    reference = forms.CharField(label=_("Court case no."), max_length=100, required=False)
    kinds = CodesField(
        PlacementKind,
        label=_("Kinds of placement that were approved"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    until_day = JapaneseDateField(
        label=_("Approved until"),
        required=False,
        help_text=_(
            "Only where the court set a day. Otherwise two years from the beginning of the placement."
        ),
    )
    words = LongTextField(label=_("What else is to be known"), required=False, limit=2000, rows=3)

    NEEDED_IF: Mapping[str, Needed] = {
        "kinds": Needed(
            _("(required where the placement was approved)"),
            by=("step",),
            values=frozenset({CourtAct.GRANTED}),
        )
    }

    def __init__(self, *args: Any, earlier: Sequence[PlacementCourt], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.earlier = earlier

    def clean(self) -> dict[str, Any]:
        """The step follows what it follows from, and what it says belongs to it."""
        typed = super().clean()
        step, on = typed.get("step"), typed.get("step_on")
        if isinstance(step, CourtAct) and on and not self.errors:
            refuse(self, rules.check_step, step, on, self.earlier, clock.today())
            refuse(self, rules.check_approval, step, on, typed.get("kinds") or (), typed.get("until_day"))
        return typed


class MeasureForm(GroupedForm):
    """What every draft has: why, how the child was heard, whom it goes against, and when it is reviewed."""

    reason = LongTextField(label=_("Reason"), rows=4)
    told_reason = LongTextField(
        label=_("Reason as the notices say it"),
        limit=1000,
        rows=3,
        help_text=_(
            "It is printed on the notices to the parents. Neither who told the center, nor what the child said, nor where it"
            " stays."
        ),
    )
    hearing = forms.TypedChoiceField(
        label=_("Hearing of the child before"),
        empty_value=None,
        help_text=_("Record the hearing first. Each decision has one of its own."),
    )
    opposed = CodesField(
        Opposed,
        label=_("Whose opinion differs from the measure"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    item = forms.TypedChoiceField(
        label=_("Decision of a conference that it follows"), required=False, empty_value=None
    )
    review_on = JapaneseDateField(label=_("Review on"))

    NEEDED_IF: Mapping[str, Needed] = {
        "item": Needed(_("(required where somebody's opinion differs)"), by=("opposed",)),
    }
    CHILD_GROUP: ClassVar[Group] = (
        _("The child, and whom it goes against"),
        "",
        ("hearing", "opposed", "item"),
    )

    def __init__(
        self,
        *args: Any,
        hearings: Sequence[PlacementHearing],
        items: Sequence[ConferenceItem],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._offer("hearing", {str(one.pk): (one, _named(one)) for one in hearings})
        self._offer("item", {str(one.pk): (one, _of_sitting(one)) for one in items})

    def _offer(self, name: str, rows: Mapping[str, tuple[Any, str]]) -> None:
        field: Any = self.fields[name]
        field.coerce = lambda key: rows[key][0]
        field.choices = [("", CHOOSE), *((key, text) for key, (_row, text) in rows.items())]


def _named(hearing: PlacementHearing) -> str:
    return f"{words_of(hearing.heard_at)} {words_of(hearing.heard_by)}"


def _of_sitting(item: ConferenceItem) -> str:
    sitting = item.entry.sitting
    return f"{format_datetime(sitting.held_from, style='short')} {sitting.get_kind_display()}"


class PlacementForm(MeasureForm):
    """The draft of a placement."""

    place_kind = CodeField(PlacementKind, label=_("Kind of placement"))
    place = forms.CharField(label=_("Institution or foster parents"), max_length=200, widget=Suggested)
    item = forms.TypedChoiceField(
        label=_("Decision of a conference that it follows"),
        empty_value=None,
        help_text=_("A support policy conference decides first. Each decision has one of its own."),
    )
    place_withheld = forms.BooleanField(
        label=_("The place is withheld"),
        required=False,
        help_text=_("It then appears in this decision only, and on no sheet that leaves the office."),
    )
    effective_on = JapaneseDateField(label=_("Effective on"), initial=clock.today)
    basis = CodeField(Basis, label=_("Grounds in law"), widget=forms.RadioSelect)
    applied_on = JapaneseDateField(
        label=_("Day of the young person's application"), required=False, latest=clock.today
    )
    school = LongTextField(label=_("Change of school"), required=False, limit=1000, rows=2)
    medical = LongTextField(
        label=_("Consent to medical care"),
        required=False,
        limit=1000,
        rows=2,
        help_text=_("Who consents to which care, and whom the institution calls."),
    )

    NEEDED_IF: Mapping[str, Needed] = {
        "applied_on": Needed(
            _("(required with Art. 33-6)"), by=("basis",), values=frozenset({Basis.APPLICATION})
        ),
    }
    GROUPS: tuple[Group, ...] = (
        (_("Placement"), "", ("effective_on", "place_kind", "place", "place_withheld")),
        (_("Grounds in law and reason"), "", ("basis", "applied_on", "reason", "told_reason")),
        MeasureForm.CHILD_GROUP,
        (_("Life there"), "", ("school", "medical", "review_on")),
    )

    def clean(self) -> dict[str, Any]:
        """The ground fits the kind, and the days are in their order."""
        typed = super().clean()
        kind, basis, applied = (typed.get(name) for name in ("place_kind", "basis", "applied_on"))
        if kind and basis and "applied_on" not in self.errors:
            refuse(self, rules.check_basis, kind, basis, applied, clock.today())
        if typed.get("effective_on") and typed.get("review_on") and "applied_on" not in self.errors:
            refuse(self, rules.check_days, typed["effective_on"], typed["review_on"], applied)
        return typed

    def facts(self) -> PlacementFacts:
        """The draft as typed."""
        return PlacementFacts(**self.cleaned_data)


class RenewalForm(MeasureForm):
    """The draft of a renewal."""

    GROUPS: tuple[Group, ...] = (
        (_("Renewal"), "", ("reason", "told_reason", "review_on")),
        MeasureForm.CHILD_GROUP,
    )

    def facts(self) -> RenewalFacts:
        """The draft as typed."""
        return RenewalFacts(**self.cleaned_data)


class ArrivalForm(BaseForm):
    """When the child came."""

    arrived_at = PastMomentField(label=_("When the child came"), initial=clock.now)
    words = LongTextField(
        label=_("Who took the child there, and how the child was"), required=False, limit=2000, rows=3
    )

    def __init__(self, *args: Any, decision: PlacementDecision | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.decision = decision

    def clean(self) -> dict[str, Any]:
        """Within the placement, and after temporary custody."""
        typed = super().clean()
        if self.decision is not None and typed.get("arrived_at"):
            refuse(self, rules.check_arrived, self.decision, typed["arrived_at"], clock.now())
        return typed


_SEALED = (
    "place_kind", "place", "place_withheld", "basis", "applied_on", "reason", "told_reason", "opposed", "school", "medical",
    "stay_after", "expected_until", "end_to", "guidance_effect", "home_trial", "to_tell",
)  # fmt: skip


def typed_before(row: PlacementDecision) -> dict[str, Any]:
    """A draft as the initial values of the form it is drafted again with."""
    kept = {name: value for name, value in values_of(row, _SEALED).items() if value is not None}
    days = {"effective_on": row.effective_on, "review_on": row.review_on}
    return {**kept, **days, "hearing": str(row.hearing_id), "item": str(row.item_id or "")}
