"""What the minutes of every conference on a case ask: facts, opinions, the child's and each custodian's view, reasons, tasks."""

from collections.abc import Collection, Iterable, Mapping
from datetime import timedelta
from typing import Any, ClassVar, cast

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.staff.models import Position
from agencies.staff.rules import Refused, reason_against
from cases.conferences import rules
from cases.conferences.codes import Stand
from cases.conferences.models import Acceptance, ConferenceItem
from cases.conferences.queries import CustodianView, Task, around, tasks_of, views_of
from cases.records.forms import PositionChoice
from cases.records.models import Case, Person
from cases.records.panel import roles_in_words
from face.fields import CodeField, JapaneseDateField, LongTextField
from face.forms import Group, GroupedForm, LeftOut
from face.needed import Needed
from face.templatetags.face import in_brackets, ja
from security.encryption.fields import words_of
from security.walls import clock

CUSTODIANS = _("View of each custodian")
TASKS = (1, 2, 3)
"""The tasks that have a row in the form."""
SHORT = 300
AHEAD = timedelta(days=730)


class SaidForm(GroupedForm):
    """What was laid before a conference on one case and said of it, and what follows. ``STANDS``: where each person with parental
    authority stands is asked, too."""

    STANDS: ClassVar[bool] = False

    facts = LongTextField(
        label=_("Facts laid before the conference"), rows=6, limit=2000, help_text=_("One page at the most.")
    )
    social = LongTextField(label=_("Social opinion"), rows=3)
    psychological = LongTextField(label=_("Psychological opinion"), rows=3, required=False)
    medical = LongTextField(label=_("Medical opinion"), rows=3, required=False)
    conduct = LongTextField(label=_("Opinion on conduct"), rows=3, required=False)
    supervisor = LongTextField(label=_("Opinion of the supervisor"), rows=3, required=False)
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
    custodians_view = LongTextField(
        label=_("Views of further custodians"),
        rows=2,
        required=False,
        help_text=_("Of those who are not among the people around the child. Mark whoever is suspected."),
    )
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

    FACTS_GROUP: ClassVar[Group] = (_("Facts"), "", ("facts",))
    OPINIONS_GROUP: ClassVar[Group] = (
        _("Opinions"), "", ("social", "psychological", "medical", "conduct", "supervisor"),
    )  # fmt: skip
    TASKS_GROUP: ClassVar[Group] = (
        _("Tasks"),
        _("Approved, each is a duty of the person named, until the end of its day."),
        tuple(row for n in TASKS for row in (f"what_{n}", (f"owner_{n}", f"until_{n}"))),
    )
    NEEDED_IF: Mapping[str, Needed] = {
        "minority": Needed(_("(required where its author is named)"), by=("minority_who",)),
        "minority_who": Needed(_("(required with a minority view)"), by=("minority",)),
        **{
            name: Needed(_("(required with a task)"), by=tuple(one for one in row if one != name))
            for row in [(f"what_{n}", f"owner_{n}", f"until_{n}") for n in TASKS]
            for name in row
        },
    }

    def __init__(self, *args: Any, case: Case, team: Iterable[Position], **kwargs: Any) -> None:
        self.around = around(case, clock.today())
        super().__init__(*args, **kwargs)
        for one in self.around:
            self._add(says(one.person), _view(one.person))
            if self.STANDS and one.holds_authority:
                self._add(stands(one.person), _stand(one.person))
        self.follow_groups()
        self.team = list(team)
        for number in TASKS:
            cast(PositionChoice, self.fields[f"owner_{number}"]).offer(self.team)

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
        """What a rule says of the custodians stands beside the field that the refusal names."""
        cleaned = super().clean()
        for name in self.data:
            if self._is_left_out(name) and (text := self.data.get(name)):
                self.add_error(None, f"{_gone()} {text}")
        views = self.views(cleaned)
        asked: list[tuple[Any, tuple[Any, ...]]] = [
            (rules.check_views, (self.around, views, cleaned.get("custodians_view") or "", self.STANDS))
        ]
        if cleaned.get("stand"):
            asked.append((rules.check_stand, (views, cleaned["stand"])))
        for rule, arguments in asked:
            try:
                rule(*arguments)
            except Refused as refusal:
                beside = refusal.code if refusal.code in self.fields else None
                if beside not in self.errors:
                    self.add_error(beside, str(refusal.reason))
        return cleaned

    def _ask(self, name: str, rule: Any, *arguments: Any) -> None:
        if reason := reason_against(rule, *arguments):
            self.add_error(name, str(reason))

    def views(self, typed: Mapping[str, Any]) -> list[CustodianView]:
        """What was typed of each custodian."""
        return [
            CustodianView(
                one.person.pk,
                typed.get(says(one.person)) or "",
                typed.get(stands(one.person)),
                one.is_suspected,
            )
            for one in self.around
        ]

    def tasks(self) -> list[Task]:
        """What was typed of the tasks; only of a valid form."""
        typed = self.cleaned_data
        return [
            Task(typed[f"what_{n}"], typed[f"owner_{n}"].pk, typed[f"until_{n}"])
            for n in TASKS
            if typed[f"what_{n}"]
        ]

    def texts(self, names: Collection[str]) -> dict[str, str]:
        """What was typed in these fields; only of a valid form."""
        return {name: self.cleaned_data[name] for name in names}


def says(person: Person) -> str:
    """The name of the field of what a person says."""
    return f"says_{person.pk.hex}"


def stands(person: Person) -> str:
    """The name of the field of where a person with parental authority stands."""
    return f"stands_{person.pk.hex}"


def _view(person: Person) -> LongTextField:
    return LongTextField(
        label=format_html(
            "{}{}", ja(words_of(person.name)), in_brackets(gettext(", ").join(roles_in_words(person)))
        ),
        rows=2,
        help_text=_("In this person's own words. If nothing is known of it, why."),
    )


def _stand(person: Person) -> CodeField:
    label = format_html(gettext("Parental authority: where {name} stands"), name=ja(words_of(person.name)))
    return CodeField(Stand, label=label, without=Stand.NOBODY, widget=forms.RadioSelect)


def _gone() -> str:
    return gettext("This person is no custodian any more, or was removed.")


def said_before(row: ConferenceItem | Acceptance) -> dict[str, Any]:
    """The views and the tasks of a draft, as initial values."""
    before: dict[str, Any] = {"next_on": row.next_on}
    for view in views_of(row):
        before |= {f"says_{view.person.hex}": view.words, f"stands_{view.person.hex}": view.stand}
    for number, task in zip(TASKS, tasks_of(row), strict=False):
        before |= {
            f"what_{number}": task.what,
            f"owner_{number}": str(task.owner),
            f"until_{number}": task.until,
        }
    return before
