"""The forms of a session: planned, offered as a row of dates, moved, recorded, and the note added to it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agencies.staff.rules import Refused
from cases.counseling.models import CounselingPlan
from cases.records.codes import Answer
from cases.records.forms import PastMomentField
from cases.sessions import rules
from cases.sessions.codes import MET, Attendance, Component, Rating
from cases.sessions.models import Session
from cases.sessions.queries import is_apart
from face.fields import ButtonField, CodeField, CodesField, JapaneseDateTimeField, LongTextField
from face.forms import BaseForm, Group, GroupedForm
from face.needed import Needed
from security.walls import clock

SHORT = 200
TWO_LINES = 300
APART = _("Only psychologists of the team of this case read this note, whoever else asks. It is on no print.")
HELD = Needed(
    _("(required where the session was held)"),
    by=("attendance",),
    values=frozenset(MET),
    message=_("Needed where the session was held."),
)


class _Checked(BaseForm):
    """A form whose fields are checked by rules as well; what a rule refuses stands beside its field."""

    def _ask(self, rule: Callable[..., None], *of: Any) -> None:
        try:
            rule(*of)
        except Refused as refusal:
            self.add_error(refusal.code if refusal.code in self.fields else None, str(refusal.reason))


class FirstForm(_Checked):
    """When and where the next session of a plan is; with the other button it is the first of a row of dates."""

    act = ButtonField(("one", "offer"))
    planned_for = JapaneseDateTimeField(label=_("Planned for"))
    place = forms.CharField(label=_("Where"), max_length=SHORT, required=False)

    def __init__(self, *args: Any, plan: CounselingPlan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.plan = plan

    def clean(self) -> dict[str, Any]:
        """On a day on which the plan runs."""
        cleaned = super().clean()
        if cleaned.get("planned_for"):
            self._ask(rules.check_moment, self.plan, cleaned["planned_for"], "planned_for")
        return cleaned


class OfferForm(_Checked):
    """The dates that the plan proposes: each can be changed or left out. ``offer_of`` makes the form of one row of dates."""

    MOMENTS: Sequence[datetime] = ()

    place = forms.CharField(label=_("Where"), max_length=SHORT, required=False)

    def __init__(self, *args: Any, plan: CounselingPlan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.plan = plan

    def clean(self) -> dict[str, Any]:
        """Each date that is kept is on a day on which the plan runs, and not planned already."""
        cleaned = super().clean()
        for n, _at in enumerate(self.MOMENTS, 1):
            at = cleaned.get(f"at_{n}")
            if at and cleaned.get(f"use_{n}"):
                self._ask(rules.check_moment, self.plan, at, f"at_{n}")
                self._ask(rules.check_free, self.plan.course, at, f"at_{n}")
        if not self.errors:
            self._ask(rules.check_different, self.moments(cleaned))
        return cleaned

    def moments(self, typed: Mapping[str, Any]) -> list[datetime]:
        """The dates that are kept."""
        return [typed[f"at_{n}"] for n, _at in enumerate(self.MOMENTS, 1) if typed.get(f"use_{n}")]


def offer_of(moments: Sequence[datetime]) -> type[OfferForm]:
    """The form of these dates."""
    fields: dict[str, forms.Field] = {}
    for n, at in enumerate(moments, 1):
        fields[f"use_{n}"] = forms.BooleanField(
            label=format_lazy(_("Plan session {n}"), n=n), required=False, initial=True
        )
        fields[f"at_{n}"] = JapaneseDateTimeField(
            label=format_lazy(_("Time of session {n}"), n=n), initial=at
        )
    rows = tuple((f"use_{n}", f"at_{n}") for n, _at in enumerate(moments, 1))
    named = {
        "__module__": __name__,
        "__doc__": OfferForm.__doc__,
        "MOMENTS": tuple(moments),
        "SIDE_BY_SIDE": rows,
    }
    return type("DatesForm", (OfferForm,), {**fields, **named})


class MoveForm(_Checked):
    """To when a session is moved."""

    planned_for = JapaneseDateTimeField(label=_("Moved to"))

    def __init__(self, *args: Any, plan: CounselingPlan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.plan = plan

    def clean(self) -> dict[str, Any]:
        """On a day on which the plan runs."""
        cleaned = super().clean()
        if cleaned.get("planned_for"):
            self._ask(rules.check_moment, self.plan, cleaned["planned_for"], "planned_for")
        return cleaned


class NoteForm(BaseForm):
    """A note added to a session that is recorded."""

    apart = LongTextField(label=_("Note for psychologists"), rows=8, help_text=APART)


class RecordForm(GroupedForm, _Checked):
    """What became of a session. Who does not write the note that is sealed apart has no field for it."""

    attendance = CodeField(Attendance, label=_("Attendance"), widget=forms.RadioSelect)
    held_at = PastMomentField(label=pgettext_lazy("session", "Held at"), required=False)
    until = PastMomentField(label=_("Until"), required=False)
    place = forms.CharField(label=_("Where"), max_length=SHORT, required=False)
    present = forms.CharField(label=_("Who was present"), max_length=SHORT, required=False)
    components = CodesField(
        Component,
        label=_("Components of TF-CBT"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    summary = LongTextField(
        label=_("Two lines for the team"),
        rows=2,
        limit=TWO_LINES,
        help_text=_("Of a session that was not held, why. Nothing that the child told in confidence."),
    )
    danger = CodeField(
        Answer,
        label=_("Sign of danger"),
        widget=forms.RadioSelect,
        required=False,
        help_text=_("“Yes” is told to the person in charge and the supervisor at once, and is a duty."),
    )
    danger_words = LongTextField(label=_("What the sign of danger is"), rows=2, required=False)
    rating = CodeField(
        Rating,
        label=_("The child's number for the session"),
        required=False,
        help_text=_("0: no help at all. 10: a great help. As the child says it."),
    )
    note = LongTextField(
        label=_("Note of the session"), rows=6, required=False, help_text=_("The team of the case reads it.")
    )
    apart = LongTextField(label=_("Note for psychologists"), rows=8, required=False, help_text=APART)
    said_words = LongTextField(
        label=_("What the child said unasked"),
        rows=4,
        required=False,
        help_text=_(
            "Word for word, and nothing else. It becomes a row of the register of interviews. Nothing is asked further."
        ),
    )
    next_for = JapaneseDateTimeField(
        label=_("Next session"), required=False, help_text=_("Empty: none is planned now.")
    )

    GROUPS: tuple[Group, ...] = (
        (_("Attendance"), "", ("attendance", ("held_at", "until"), ("place", "present"))),
        (_("For the team"), "", ("components", "summary", "rating")),
        (_("Safety"), "", ("danger", "danger_words")),
        (_("Note of the session"), "", ("note", "apart")),
        (_("Next session"), "", ("next_for",)),
    )
    LATER: tuple[Group, ...] = ((_("New disclosure"), "", ("said_words",)),)
    NEEDED_IF: Mapping[str, Needed] = {
        "held_at": HELD,
        "present": HELD,
        "danger": HELD,
        "danger_words": Needed(
            _("(required with a sign of danger)"), by=("danger",), values=frozenset({Answer.YES})
        ),
    }

    def __init__(
        self,
        *args: Any,
        session: Session,
        plan: CounselingPlan | None,
        apart: bool,
        tfcbt: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.session, self.plan = session, plan
        if is_apart(session):
            del self.fields["note"]
        if not apart:
            del self.fields["apart"]
        if not tfcbt:
            del self.fields["components"]

    def clean(self) -> dict[str, Any]:
        """What a rule refuses stands beside its field."""
        cleaned = super().clean()
        if self.errors or not cleaned.get("attendance"):
            return cleaned
        now = clock.now()
        self._ask(rules.check_written, self.session, cleaned, now)
        if self.plan is not None and not self.errors:
            if cleaned["attendance"] in MET:
                self._ask(rules.check_moment, self.plan, cleaned["held_at"], "held_at")
            if cleaned.get("next_for"):
                self._ask(rules.check_next, self.plan, cleaned["next_for"], now)
        return cleaned

    def facts(self) -> dict[str, Any]:
        """The arguments of ``record_session``; only of a valid form."""
        typed = self.cleaned_data
        names = ("held_at", "place", *(name for name in Session.WRITTEN if name in self.fields))
        return {
            "written": {name: typed.get(name) for name in names},
            "apart": typed.get("apart") or "",
            "said_words": typed.get("said_words") or "",
            "next_for": typed.get("next_for"),
        }
