"""The form of the minutes of one case before a conference that decides measures."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any, cast

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.staff.models import Position
from agencies.staff.rules import Refused, reason_against
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
    CustodianView,
    Outsider,
    Task,
    around,
    outsiders_of,
    tasks_of,
    views_of,
)
from cases.records.codes import Answer
from cases.records.forms import PositionChoice
from cases.records.models import Case, Person
from cases.records.panel import roles_in_words
from face.fields import CHOOSE, CodeField, CodesField, JapaneseDateField, LongTextField
from face.forms import Group, GroupedForm, LeftOut
from face.needed import Needed
from face.templatetags.face import in_brackets, ja
from face.widgets import Suggested
from security.encryption.fields import value_of, values_of, words_of
from security.walls import clock

OUTSIDERS = (1, 2, 3)
CUSTODIANS = _("View of each custodian")
TASKS = (1, 2, 3)
"""Those of other offices, and the tasks, that have a row in the form."""
SHORT = 300
AHEAD = timedelta(days=730)


class MinutesForm(GroupedForm):
    """What was laid before the conference of one case, said of it, and decided."""

    facts = LongTextField(
        label=_("Facts laid before the conference"), rows=6, limit=2000, help_text=_("One page at the most.")
    )
    social = LongTextField(label=_("Social opinion"), rows=3)
    psychological = LongTextField(label=_("Psychological opinion"), rows=3, required=False)
    medical = LongTextField(label=_("Medical opinion"), rows=3, required=False)
    conduct = LongTextField(label=_("Opinion on conduct"), rows=3, required=False)
    supervisor = LongTextField(label=_("Opinion of the supervisor"), rows=3, required=False)
    heard = CodeField(ChildHeard, label=_("Hearing of the child"), widget=forms.RadioSelect)
    child_view = LongTextField(
        label=_("The child's view and wishes"),
        rows=4,
        help_text=_("In the child's own words. If not heard, how the child is."),
    )
    view_how = LongTextField(
        label=_("How the child's view was obtained"),
        rows=2,
        help_text=_(
            "On which day, where, by whom, and how it was explained. If the child was not asked, that."
        ),
    )
    advocate_note = LongTextField(
        label=_("Note of the advocate"),
        rows=2,
        required=False,
        help_text=_("What whoever speaks for the child asks to be written down."),
    )
    heard_why = LongTextField(label=_("Why the child was not heard before"), rows=2, required=False)
    hear_owner = PositionChoice(
        label=_("Who hears the child afterwards"),
        required=False,
        help_text=_(
            "From the decision on it is a duty of this person, within the hours that the office sets."
        ),
    )
    custodians_view = LongTextField(
        label=_("Views of further custodians"),
        rows=2,
        required=False,
        help_text=_("Of those who are not among the people around the child. Mark whoever is suspected."),
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
    reasons = LongTextField(label=_("Reasons"), rows=4)
    minority = LongTextField(label=_("Minority view"), rows=2, required=False)
    minority_who = forms.CharField(label=_("Whose minority view"), max_length=SHORT, required=False)
    next_on = JapaneseDateField(
        label=_("Next time before the conference"), earliest=clock.today, latest=lambda: clock.today() + AHEAD
    )
    what_1 = forms.CharField(label=_("Task 1"), max_length=SHORT, required=False)
    owner_1 = PositionChoice(label=_("Who does task 1"), required=False)
    until_1 = JapaneseDateField(label=_("Task 1 until"), required=False)
    what_2 = forms.CharField(label=_("Task 2"), max_length=SHORT, required=False)
    owner_2 = PositionChoice(label=_("Who does task 2"), required=False)
    until_2 = JapaneseDateField(label=_("Task 2 until"), required=False)
    what_3 = forms.CharField(label=_("Task 3"), max_length=SHORT, required=False)
    owner_3 = PositionChoice(label=_("Who does task 3"), required=False)
    until_3 = JapaneseDateField(label=_("Task 3 until"), required=False)

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
        (_("Facts"), "", ("facts",)),
        (_("Opinions"), "", ("social", "psychological", "medical", "conduct", "supervisor")),
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
        (
            _("Tasks"),
            _("Approved, each is a duty of the person named, until the end of its day."),
            tuple(row for n in TASKS for row in (f"what_{n}", (f"owner_{n}", f"until_{n}"))),
        ),
    )
    NEEDED_IF: Mapping[str, Needed] = {
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
        "minority": Needed(_("(required where its author is named)"), by=("minority_who",)),
        "minority_who": Needed(_("(required with a minority view)"), by=("minority",)),
        **{
            name: Needed(_("(required with a task)"), by=tuple(one for one in row if one != name))
            for row in [(f"what_{n}", f"owner_{n}", f"until_{n}") for n in TASKS]
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
        self.around = around(case, clock.today())
        super().__init__(*args, **kwargs)
        for one in self.around:
            self._add(says(one.person), _view(one.person))
            if one.holds_authority:
                self._add(stands(one.person), _stand(one.person))
        self.follow_groups()
        for number in OUTSIDERS:
            cast(Suggested, self.fields[f"office_{number}"].widget).offered = offices
        allowed = OF_KIND.get(kind, frozenset())
        self.fields["measures"].choices = [one for one in Measure.choices if one[0] in allowed]  # type: ignore[attr-defined]  # a choice
        self.opinions = {str(one.pk): one for one in opinions}
        self.fields["council"].choices = [  # type: ignore[attr-defined]  # a choice
            ("", CHOOSE),
            *((key, words_of(one.happened_on)) for key, one in self.opinions.items()),
        ]
        team = list(team)
        cast(PositionChoice, self.fields["hear_owner"]).offer(team)
        for number in TASKS:
            cast(PositionChoice, self.fields[f"owner_{number}"]).offer(team)

    def _add(self, name: str, field: forms.Field) -> None:
        self.fields[name] = field
        self._keep_private(field.widget)
        self._say_what_to_do(field)

    def _parts(self) -> tuple[Group, ...]:
        """The parts of this case: its custodians, each with the view and, with parental authority, where the person stands."""
        asked = tuple(name for one in self.around for name in (says(one.person), stands(one.person)))
        return tuple(
            (legend, hint, (*asked, *rows) if legend is CUSTODIANS else rows)
            for legend, hint, rows in super()._parts()
        )

    def left_out(self, fields: list[tuple[str, str]]) -> list[LeftOut]:
        """The kept words of somebody who is no custodian any more."""
        return [LeftOut(name, _gone(), text) for name, text in fields if self._is_left_out(name) and text]

    def _is_left_out(self, name: str) -> bool:
        return name.startswith("says_") and name not in self.fields

    def clean(self) -> dict[str, Any]:
        """What the law forbids stands beside the field it is about."""
        cleaned = super().clean()
        for name in self.data:
            if self._is_left_out(name) and (text := self.data.get(name)):
                self.add_error(None, f"{_gone()} {text}")
        self._ask_custodians(cleaned)
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

    def _ask_custodians(self, cleaned: Mapping[str, Any]) -> None:
        """What a rule says of the custodians stands beside the field that the refusal names."""
        views = self._views(cleaned)
        asked: list[tuple[Any, tuple[Any, ...]]] = [
            (rules.check_views, (self.around, views, cleaned.get("custodians_view") or ""))
        ]
        if cleaned.get("stand"):
            asked.append((rules.check_stand, (views, cleaned["stand"])))
        for rule, arguments in asked:
            try:
                rule(*arguments)
            except Refused as refusal:
                name = refusal.code if refusal.code in self.fields else None
                if name not in self.errors:
                    self.add_error(name, str(refusal.reason))

    def _views(self, typed: Mapping[str, Any]) -> list[CustodianView]:
        return [
            CustodianView(
                one.person.pk,
                typed.get(says(one.person)) or "",
                typed.get(stands(one.person)),
                one.is_suspected,
            )
            for one in self.around
        ]

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

    def _ask(self, name: str, rule: Any, *arguments: Any) -> None:
        if reason := reason_against(rule, *arguments):
            self.add_error(name, str(reason))

    def minutes(self) -> Minutes:
        """What was typed; only of a valid form."""
        typed = self.cleaned_data
        return Minutes(
            texts={name: typed[name] for name in ConferenceItem.TEXTS},
            views=self._views(typed),
            heard=typed["heard"],
            stand=typed["stand"],
            measures=typed["measures"],
            approved_on=typed["approved_on"],
            next_on=typed["next_on"],
            tasks=[
                Task(typed[f"what_{n}"], typed[f"owner_{n}"].pk, typed[f"until_{n}"])
                for n in TASKS
                if typed[f"what_{n}"]
            ],
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


def says(person: Person) -> str:
    """The name of the field of what a person says."""
    return f"says_{person.pk.hex}"


def stands(person: Person) -> str:
    """The name of the field of where a person with parental authority stands."""
    return f"stands_{person.pk.hex}"


def _view(person: Person) -> LongTextField:
    return LongTextField(
        label=format_html("{}{}", ja(words_of(person.name)), in_brackets("; ".join(roles_in_words(person)))),
        rows=2,
        help_text=_("In this person's own words. If nothing is known of it, why."),
    )


def _stand(person: Person) -> CodeField:
    label = format_html(gettext("Parental authority: where {name} stands"), name=ja(words_of(person.name)))
    return CodeField(Stand, label=label, without=Stand.NOBODY, widget=forms.RadioSelect)


def _gone() -> str:
    return gettext("This person is no custodian any more, or was removed.")


def typed_before(row: ConferenceItem) -> dict[str, Any]:
    """A draft as the initial values of the form it is changed or drafted again with."""
    names = [name for name in (*ConferenceItem.TEXTS, "heard", "stand", "measures", "approved_on")]
    before: dict[str, Any] = {**values_of(row, names), "next_on": row.next_on}
    before |= values_of(row, ("opposed", "council_way", "council_followed", "council_why"))
    before |= {"council": str(row.council_id or ""), "hear_owner": str(row.hear_owner_id or "")}
    before["of_council"] = bool(value_of(row.of_council))
    for view in views_of(row):
        before |= {f"says_{view.person.hex}": view.words, f"stands_{view.person.hex}": view.stand}
    for number, one in zip(OUTSIDERS, outsiders_of(row), strict=False):
        before |= {f"office_{number}": one.office, f"position_{number}": one.position}
    for number, task in zip(TASKS, tasks_of(row), strict=False):
        before |= {
            f"what_{number}": task.what,
            f"owner_{number}": str(task.owner),
            f"until_{number}": task.until,
        }
    return before
