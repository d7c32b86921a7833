"""The forms of an entrusted plan: sending it, a question or answer, a session that the other office keeps, what it sends back."""

from collections.abc import Callable, Collection, Mapping
from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from agencies.staff.models import Position
from agencies.staff.rules import Refused
from cases.counseling.codes import GoalState, goal_label
from cases.records.codes import Answer
from cases.records.forms import PastMomentField
from cases.sessions.codes import Attendance
from face.fields import CodeField, CodesField, JapaneseDateField, JapaneseDateTimeField, LongTextField
from face.forms import BaseForm, Group, GroupedForm
from face.needed import Needed
from referrals.disclosures.codes import HINTS, Item
from referrals.entrusted import rules
from referrals.entrusted.actions import EntrustFacts, ReturnFacts, SessionFacts
from referrals.entrusted.codes import ANSWER_DAYS, NEEDED, Basis, NamingReason, ReturnKind
from referrals.entrusted.models import Entrusted, EntrustedSession
from security.walls import clock

TWO_LINES, WORDS = 400, 4000


class _Checked(BaseForm):
    """Says what a rule refuses beside its field."""

    def _ask(self, rule: Callable[[], None]) -> None:
        try:
            rule()
        except Refused as refusal:
            at = refusal.code if refusal.code in self.fields else None
            self.add_error(at, ValidationError(str(refusal.reason), "refused"))


class EntrustForm(GroupedForm, _Checked):
    """Who gives the help there, on what it is told, what the child says to that, and one text for each item."""

    provider = forms.ChoiceField(label=_("Who gives the help there"))
    answer_by = JapaneseDateField(label=_("Answer wanted by"), earliest=clock.today)
    basis = CodeField(Basis, label=_("On what it is told"), widget=forms.RadioSelect)
    child_words = LongTextField(
        label=_("What the child says to it being told there"),
        rows=3,
        limit=WORDS,
        help_text=_("In its own words; of a child that cannot say so, how it reacts."),
    )
    not_told = CodesField(
        Item,
        label=_("What the child does not want told there"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("What is marked here has to be left empty below."),
    )

    def __init__(
        self,
        *args: Any,
        givers: Collection[Position],
        items: Collection[Item],
        texts: Mapping[str, str],
        to_police: bool = False,
        **more: Any,
    ) -> None:
        self.items = {f"text_{item.value}": item for item in items}
        self.GROUPS: tuple[Group, ...] = (
            (_("To whom"), "", (("provider", "answer_by"),)),
            (_("On whose word"), "", ("basis", "child_words", "not_told")),
            (
                _("What is told"),
                _("The other office reads this and nothing else of the case."),
                tuple(self.items),
            ),
        )
        if to_police:
            self.GROUPS = (self.GROUPS[0], (_("On whose word"), "", ("child_words",)))
        soon = clock.today() + timedelta(days=ANSWER_DAYS)
        more["initial"] = {"answer_by": soon} | (more.get("initial") or {})
        self.givers = {str(one.pk): one for one in givers}
        super().__init__(*args, **more)
        if to_police:  # the disclosure says on what, and tells it
            del self.fields["basis"], self.fields["not_told"]
        self._fill(items, texts)

    def _fill(self, items: Collection[Item], texts: Mapping[str, str]) -> None:
        """One field for each item that may be told to this office, with what the case says of it."""
        named = [(key, f"{one.staff.name}（{one.get_role_display()}）") for key, one in self.givers.items()]
        self.fields["provider"].choices = [("", _("Choose")), *named]  # type: ignore[attr-defined]  # a choice
        if "basis" in self.fields:
            offered = [(one.value, one.label) for one in Basis if one is not Basis.DISCLOSURE]
            self.fields["basis"].choices = offered  # type: ignore[attr-defined]  # a choice
        if "not_told" in self.fields:
            self.fields["not_told"].choices = [(item.value, item.label) for item in items]  # type: ignore[attr-defined]
        for name, item in self.items.items():
            field = LongTextField(
                label=item.label,
                rows=3,
                limit=WORDS,
                required=item in NEEDED,
                initial=texts.get(item.value, ""),
                help_text=HINTS.get(item, ""),
            )
            self.fields[name] = field
            self._say_what_to_do(field)
            self._keep_private(field.widget)

    def clean(self) -> dict[str, Any]:
        """What the child does not want told is empty, and the day of the answer lies ahead."""
        cleaned = super().clean()
        for item in cleaned.get("not_told") or ():
            name = f"text_{item.value}"
            if (cleaned.get(name) or "").strip():
                told = _("The child does not want this told there. Leave it empty.")
                self.add_error(name, ValidationError(told, "refused"))
        if cleaned.get("answer_by"):
            self._ask(lambda: rules.check_answer_by(cleaned["answer_by"], clock.today()))
        return cleaned

    def facts(self) -> EntrustFacts:
        """The arguments of ``entrust``; only of a valid form."""
        typed = self.cleaned_data
        return EntrustFacts(
            provider=self.givers[typed["provider"]],
            basis=typed.get("basis") or Basis.DISCLOSURE,
            child_words=typed["child_words"],
            answer_by=typed["answer_by"],
            not_told=typed.get("not_told") or (),
            texts={item.value: typed.get(name) or "" for name, item in self.items.items()},
        )


class WordForm(BaseForm):
    """A question, an answer, or why the help cannot be given."""

    text = LongTextField(label=_("Text"), rows=4, limit=WORDS)

    def __init__(self, *args: Any, hint: Any = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].help_text = hint
        self._say_what_to_do(self.fields["text"])


class NameForm(BaseForm):
    """Who gives the help from now on, and why another person does."""

    provider = forms.ChoiceField(label=_("Who gives the help from now on"))
    why = CodeField(NamingReason, label=_("Why another person is named"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, givers: Collection[Position], **more: Any) -> None:
        self.givers = {str(one.pk): one for one in givers}
        super().__init__(*args, **more)
        named = [(key, f"{one.staff.name}（{one.get_role_display()}）") for key, one in self.givers.items()]
        self.fields["provider"].choices = [("", _("Choose")), *named]  # type: ignore[attr-defined]  # a choice

    def chosen(self) -> Position:
        """The person; only of a valid form."""
        return self.givers[self.cleaned_data["provider"]]


class PlanSessionForm(_Checked):
    """When a session is."""

    planned_for = JapaneseDateTimeField(label=_("Planned for"))

    def clean(self) -> dict[str, Any]:
        """Within the bounds of a plan."""
        cleaned = super().clean()
        if cleaned.get("planned_for"):
            self._ask(lambda: rules.check_session_ahead(cleaned["planned_for"], clock.now()))
        return cleaned


class RecordSessionForm(GroupedForm, _Checked):
    """What became of a session: what is sent to the center, and the note that stays here."""

    GROUPS: tuple[Group, ...] = (
        (_("For the center"), "", ("attendance", "summary")),
        (_("Safety"), "", ("danger", "danger_words")),
        (_("Note that stays here"), "", ("note",)),
    )
    NEEDED_IF: Mapping[str, Needed] = {
        "danger_words": Needed(
            _("(required with a sign of danger)"), by=("danger",), values=frozenset({Answer.YES})
        ),
    }

    attendance = CodeField(Attendance, label=_("Attendance"), widget=forms.RadioSelect)
    summary = LongTextField(
        label=_("Two lines for the center"),
        rows=2,
        limit=TWO_LINES,
        help_text=_("Of a session that was not held, why. Nothing that the child told in confidence."),
    )
    danger = CodeField(
        Answer,
        label=_("Sign of danger"),
        widget=forms.RadioSelect,
        help_text=_("“Yes” is told to the person in charge at the center and the supervisors at once."),
    )
    danger_words = LongTextField(label=_("What the sign of danger is"), rows=2, limit=WORDS, required=False)
    note = LongTextField(
        label=_("Note that stays at this office"),
        rows=6,
        required=False,
        help_text=_("Under the key of this office: the center does not read it. You alone do."),
    )

    def __init__(self, *args: Any, session: EntrustedSession, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.session = session

    def clean(self) -> dict[str, Any]:
        """A session that has not come is only called off; words on a danger go with a sign of it."""
        cleaned = super().clean()
        if cleaned.get("attendance"):
            self._ask(lambda: rules.check_has_come(self.session, cleaned["attendance"], clock.now()))
        words = (cleaned.get("danger_words") or "").strip()
        if words and cleaned.get("danger") is not Answer.YES and "danger" not in self.errors:
            self.add_error("danger", _("Say whether there was a sign of danger, and what it is."))
        return cleaned

    def facts(self) -> SessionFacts:
        """The arguments of ``record_session``; only of a valid form."""
        typed = self.cleaned_data
        return SessionFacts(
            attendance=typed["attendance"],
            summary=typed["summary"],
            note=typed["note"],
            danger=typed["danger_words"].strip(),
        )


class ReturnForm(_Checked):
    """What is sent back besides sessions: a sign of danger, a review, the end report; or anew what was asked back."""

    TITLES: Mapping[ReturnKind, Any] = {
        ReturnKind.SESSION: _("Two lines for the center"),
        ReturnKind.DANGER: _("What the sign of danger is"),
        ReturnKind.REVIEW: _("How it went, and what follows"),
        ReturnKind.END: _("How it went, what helped, and what is to be watched"),
    }

    happened_at = PastMomentField(label=_("When it was"))
    attendance = CodeField(Attendance, label=_("Attendance"), widget=forms.RadioSelect)
    summary = LongTextField(label=_("How it went, and what follows"), rows=5, limit=WORDS)

    def __init__(self, *args: Any, of: Entrusted, kind: ReturnKind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        self.fields["summary"].label = self.TITLES[kind]
        if kind is not ReturnKind.SESSION:
            del self.fields["attendance"]
        self.goals = {f"goal_{code}": code for code in self._goals(of)}
        for name, code in self.goals.items():
            self.fields[name] = CodeField(GoalState, label=goal_label(code))
            self._say_what_to_do(self.fields[name])
        self.order_fields(["happened_at", "attendance", *self.goals, "summary"])

    def _goals(self, of: Entrusted) -> list[str]:
        return list(of.goal_codes) if self.kind in (ReturnKind.REVIEW, ReturnKind.END) else []

    def facts(self) -> ReturnFacts:
        """The arguments of ``send_back``; only of a valid form."""
        typed = self.cleaned_data
        return ReturnFacts(
            kind=self.kind,
            happened_at=typed["happened_at"],
            summary=typed["summary"],
            attendance=typed.get("attendance"),
            goal_states={code: typed[name] for name, code in self.goals.items()},
        )
