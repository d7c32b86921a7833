"""The form of the minutes of one case before a conference that decides measures."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from agencies.staff.models import Position
from agencies.staff.rules import Refused
from cases.conferences import rules
from cases.conferences.actions import Minutes
from cases.conferences.codes import (
    OF_KIND,
    ChildHeard,
    CouncilWay,
    Measure,
    Opposed,
    SittingKind,
    Stand,
)
from cases.conferences.models import ConferenceItem, CouncilRecord
from cases.conferences.queries import (
    Council,
    Outsider,
    outsiders_of,
)
from cases.conferences.said_form import CUSTODIANS, SHORT, SaidForm, said_before
from cases.records.codes import Answer
from cases.records.forms import PositionChoice
from cases.records.models import Case
from face.fields import CHOOSE, CodeField, CodesField, JapaneseDateField, LongTextField
from face.forms import Group
from face.needed import Needed
from face.widgets import Suggested
from security.encryption.fields import value_of, values_of, words_of
from security.walls import clock

OUTSIDERS = (1, 2, 3)
"""Those of other offices that have a row in the form."""


class MinutesForm(SaidForm):
    """What was laid before the conference of one case, said of it, and decided."""

    STANDS = True

    heard = CodeField(ChildHeard, label=_("Hearing of the child"), widget=forms.RadioSelect)
    heard_why = LongTextField(label=_("Why the child was not heard before"), rows=2, required=False)
    hear_owner = PositionChoice(
        label=_("Who hears the child afterwards"),
        required=False,
        help_text=_(
            "From the decision on it is a duty of this person, within the hours that the office sets."
        ),
    )
    stand = CodeField(
        Stand,
        label=_("Those with parental authority"),
        widget=forms.RadioSelect,
        help_text=_("If one of them objects, “one of them objects”."),
    )
    approved_on = JapaneseDateField(
        label=_("Approval of the family court"),
        required=False,
        latest=clock.today,
        help_text=_("Child Welfare Act, Art. 28: the day on which it was given."),
    )
    measures = CodesField(Measure, label=_("Measures decided"), widget=forms.CheckboxSelectMultiple)
    opposed = CodesField(
        Opposed,
        label=_("Whose opinion differs from the measure"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    council_way = CodeField(
        CouncilWay,
        label=_("Child welfare council"),
        required=False,
        widget=forms.RadioSelect,
        help_text=_(
            "Needed where guidance, a placement, its change or its end goes against what the child or a custodian wants"
            " (Child Welfare Act, Art. 27 (6))."
        ),
    )
    council = forms.ChoiceField(label=_("Opinion of the council"), required=False)
    council_followed = CodeField(
        Answer,
        label=_("Opinion of the council is followed"),
        required=False,
        without=Answer.UNKNOWN,
        widget=forms.RadioSelect,
    )
    council_why = LongTextField(
        label=_("Why it is not followed, or could not be heard before"), rows=2, required=False
    )
    conditions = LongTextField(label=_("Conditions"), rows=2, required=False)
    office_1 = forms.CharField(label=_("Office 1"), max_length=SHORT, required=False, widget=Suggested)
    position_1 = forms.CharField(label=_("Position at office 1"), max_length=SHORT, required=False)
    office_2 = forms.CharField(label=_("Office 2"), max_length=SHORT, required=False, widget=Suggested)
    position_2 = forms.CharField(label=_("Position at office 2"), max_length=SHORT, required=False)
    office_3 = forms.CharField(label=_("Office 3"), max_length=SHORT, required=False, widget=Suggested)
    position_3 = forms.CharField(label=_("Position at office 3"), max_length=SHORT, required=False)
    of_council = forms.BooleanField(
        label=_("Held as a conference of the council for children requiring aid"),
        required=False,
        help_text=_("Its members are bound to secrecy by the Child Welfare Act, Art. 25-5."),
    )

    GROUPS: tuple[Group, ...] = (
        (
            _("Present from other offices"),
            _("By office and position, as a school's vice principal or an advocate. No names."),
            (*((f"office_{n}", f"position_{n}") for n in OUTSIDERS), "of_council"),
        ),
        SaidForm.FACTS_GROUP,
        SaidForm.OPINIONS_GROUP,
        (
            _("The child and its custodians"),
            "",
            ("heard", "child_view", "view_how", "advocate_note", "heard_why", "hear_owner"),
        ),
        (CUSTODIANS, _("Each by itself, as it was said."), ("custodians_view", "stand", "approved_on")),
        (
            _("Decision"),
            "",
            ("measures", "conditions", "reasons", "minority", "minority_who", "next_on"),
        ),
        (
            _("Where the decision goes against what is wanted"),
            "",
            ("opposed", "council_way", "council", "council_followed", "council_why"),
        ),
        SaidForm.TASKS_GROUP,
    )
    NEEDED_IF: Mapping[str, Needed] = {
        **SaidForm.NEEDED_IF,
        "heard_why": Needed(
            _("(required where the child was not heard before)"),
            by=("heard",),
            values=frozenset({ChildHeard.URGENT, ChildHeard.NOT}),
        ),
        "hear_owner": Needed(
            _("(required where the child is heard afterwards)"),
            by=("heard",),
            values=frozenset({ChildHeard.URGENT}),
        ),
        **{
            name: Needed(
                _("(required where the council was heard before)"),
                by=("council_way",),
                values=frozenset({CouncilWay.BEFORE}),
            )
            for name in ("council", "council_followed")
        },
        **{
            name: Needed(_("(office and position together)"), by=tuple(one for one in row if one != name))
            for row in [(f"office_{n}", f"position_{n}") for n in OUTSIDERS]
            for name in row
        },
    }

    def __init__(
        self,
        *args: Any,
        case: Case,
        kind: SittingKind | None,
        team: Iterable[Position],
        offices: Sequence[str] = (),
        opinions: Sequence[CouncilRecord] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, case=case, team=team, **kwargs)
        for number in OUTSIDERS:
            cast(Suggested, self.fields[f"office_{number}"].widget).offered = offices
        allowed = OF_KIND.get(kind, frozenset())
        self.fields["measures"].choices = [one for one in Measure.choices if one[0] in allowed]  # type: ignore[attr-defined]  # a choice
        self.opinions = {str(one.pk): one for one in opinions}
        self.fields["council"].choices = [  # type: ignore[attr-defined]  # a choice
            ("", CHOOSE),
            *((key, words_of(one.happened_on)) for key, one in self.opinions.items()),
        ]
        cast(PositionChoice, self.fields["hear_owner"]).offer(self.team)

    def clean(self) -> dict[str, Any]:
        """What the law forbids stands beside the field it is about."""
        cleaned = super().clean()
        measures, heard = cleaned.get("measures") or [], cleaned.get("heard")
        stand, approved_on = cleaned.get("stand"), cleaned.get("approved_on")
        if stand is not None and "approved_on" not in self.errors:
            self._ask("stand", rules.check_consent, measures, stand, approved_on, clock.today())
        if heard is not None and "heard_why" not in self.errors:
            self._ask("heard", rules.check_child_heard, measures, heard, cleaned.get("heard_why") or "")
        if heard is not None and "hear_owner" not in self.errors:
            self._ask("hear_owner", rules.check_hears_afterwards, heard, cleaned.get("hear_owner"))
        if (
            not {"measures", "opposed", "stand", "council", "council_way", "council_followed"}
            & self.errors.keys()
        ):
            self._ask_council(measures, cleaned)
        if cleaned.get("of_council") and not any(cleaned.get(f"office_{n}") for n in OUTSIDERS):
            self._ask("of_council", rules.check_outsiders, [], True)
        return cleaned

    def _ask_council(self, measures: Collection[Measure], cleaned: Mapping[str, Any]) -> None:
        """What a rule says of the council stands beside the field that the refusal names."""
        is_needed = rules.is_for_council(
            measures, cleaned.get("opposed") or (), cleaned.get("stand"), cleaned.get("approved_on")
        )
        try:
            rules.check_council(is_needed, self._council(cleaned))
        except Refused as refusal:
            if refusal.code not in self.errors:
                self.add_error(refusal.code, str(refusal.reason))

    def _council(self, typed: Mapping[str, Any]) -> Council | None:
        """What was typed of the council; of one that could not be heard nothing else is taken than why."""
        way = typed.get("council_way")
        if way is None:
            return None
        why = typed.get("council_why") or ""
        if way is CouncilWay.URGENT:
            return Council(way, why=why)
        return Council(way, self.opinions.get(typed.get("council", "")), typed.get("council_followed"), why)

    def minutes(self) -> Minutes:
        """What was typed; only of a valid form."""
        typed = self.cleaned_data
        return Minutes(
            texts=self.texts(ConferenceItem.TEXTS),
            views=self.views(typed),
            heard=typed["heard"],
            stand=typed["stand"],
            measures=typed["measures"],
            approved_on=typed["approved_on"],
            next_on=typed["next_on"],
            tasks=self.tasks(),
            outsiders=[
                Outsider(typed[f"office_{n}"], typed[f"position_{n}"])
                for n in OUTSIDERS
                if typed[f"office_{n}"]
            ],
            of_council=typed["of_council"],
            hear_owner=typed["hear_owner"].pk if typed["hear_owner"] else None,
            opposed=typed["opposed"] or (),
            council=self._council(typed),
        )


def typed_before(row: ConferenceItem) -> dict[str, Any]:
    """A draft as the initial values of the form it is changed or drafted again with."""
    names = [name for name in (*ConferenceItem.TEXTS, "heard", "stand", "measures", "approved_on")]
    before: dict[str, Any] = {**values_of(row, names), **said_before(row)}
    before |= values_of(row, ("opposed", "council_way", "council_followed", "council_why"))
    before |= {"council": str(row.council_id or ""), "hear_owner": str(row.hear_owner_id or "")}
    before["of_council"] = bool(value_of(row.of_council))
    for number, one in zip(OUTSIDERS, outsiders_of(row), strict=False):
        before |= {f"office_{number}": one.office, f"position_{number}": one.position}
    return before
