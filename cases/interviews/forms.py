"""The forms of the register: one interview, and the draft of a second."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from agencies.staff.models import Staff
from agencies.staff.rules import Refused
from cases.interviews.actions import Reasons
from cases.interviews.codes import (
    JOINT,
    ON_THE_FACTS,
    VERBATIM,
    Asker,
    CopyState,
    InterviewKind,
    Protocol,
)
from cases.interviews.models import Interview, SecondInterview
from cases.interviews.plan_forms import InterviewerField, offer_interviewers
from cases.interviews.rules import ENDS_FIRST, check_request, is_on_facts
from cases.records.codes import Answer
from cases.records.forms import PastMomentField
from cases.records.models import Case
from face.fields import (
    CHOOSE,
    CodeField,
    HalfWidthField,
    JapaneseDateField,
    JapaneseDateTimeField,
    LongTextField,
)
from face.forms import BaseForm, Group, GroupedForm
from face.needed import Needed
from security.encryption.fields import values_of
from security.walls import clock

SHORT = 300
COPY_FIRST = _("The copy was asked for before the interview began. Correct one of the two.")
ON_FACTS = Needed(_("(required for an interview on the facts)"), by=("kind",), values=frozenset(ON_THE_FACTS))


def _again(typed: Mapping[str, Any]) -> bool:
    kind = typed.get("kind")
    return kind is not None and is_on_facts(InterviewKind(kind), typed.get("questions") or "")


AGAIN = Needed(_("(required where the child was asked again)"), only=_again)


class InterviewForm(GroupedForm):
    """How the child came to speak, who asked what, and what remains."""

    kind = CodeField(
        InterviewKind,
        label=_("Kind of interview"),
        help_text=_("“Told unasked”: write who did what, in the child's words, and ask nothing further."),
    )
    began_at = PastMomentField(label=_("Began at"))
    ended_at = JapaneseDateTimeField(label=_("Ended at"), required=False)
    office = forms.CharField(label=_("Office of the person who asked, or was told"), max_length=SHORT)
    interviewer = forms.CharField(label=_("Who asked, or was told"), max_length=SHORT)
    of_center = InterviewerField(
        Staff.objects.none(),
        label=_("Interviewer of the center"),
        empty_label=CHOOSE,
        required=False,
        help_text=_("What the register of training says of that day is kept with the interview."),
    )
    place = forms.CharField(label=_("Where"), max_length=SHORT)
    protocol = CodeField(Protocol, label=_("Protocol"), required=False)
    present = forms.CharField(label=_("Present in the room"), max_length=SHORT, required=False)
    monitor = forms.CharField(label=_("In the monitor room"), max_length=SHORT, required=False)
    questions = LongTextField(
        label=_("Questions that were asked"),
        rows=4,
        required=False,
        help_text=_("Of a first hearing each question as it was put; of an interview the topics."),
    )
    words = LongTextField(
        label=_("The child's words"),
        rows=5,
        required=False,
        help_text=_("As they were said. Of a joint interview nothing: the recording holds them."),
    )
    topics_open = LongTextField(
        label=_("Topics left open, and what the center may know"), rows=3, required=False
    )
    aim_reached = CodeField(Answer, label=_("Aim reached"), widget=forms.RadioSelect, required=False)
    anxiety = forms.CharField(label=_("What was done against anxiety"), max_length=SHORT, required=False)
    leading = forms.CharField(label=_("What was done against leading"), max_length=SHORT, required=False)
    whole_recorded = CodeField(
        Answer,
        label=_("Recorded from beginning to end"),
        widget=forms.RadioSelect,
        required=False,
        help_text=_("Code of Criminal Procedure, Art. 321-3. No recording, file or link is kept here."),
    )
    medium_no = HalfWidthField(label=_("Number of the medium"), max_length=60, required=False)
    kept_by = forms.CharField(label=_("Who keeps the recording"), max_length=SHORT, required=False)
    copy_state = CodeField(CopyState, label=_("Copy for the center"), required=False)
    copy_on = JapaneseDateField(label=_("Asked for, given or refused on"), required=False, latest=clock.today)
    breaks = forms.CharField(label=_("Breaks"), max_length=SHORT, required=False)
    stopped = CodeField(Answer, label=_("The child stopped it"), widget=forms.RadioSelect, required=False)
    state_after = forms.CharField(label=_("How the child was afterwards"), max_length=SHORT, required=False)
    stayed_with = forms.CharField(label=_("Who stayed with the child"), max_length=SHORT, required=False)
    cannot_serve = LongTextField(
        label=_("Why the earlier record or recording could not serve"), rows=2, required=False
    )
    wanted_by = forms.CharField(label=_("Who asked for it"), max_length=SHORT, required=False)
    only_child = LongTextField(label=_("What only the child could say"), rows=2, required=False)
    harm = LongTextField(label=_("What it cost the child"), rows=2, required=False)

    GROUPS: tuple[Group, ...] = (
        (
            _("When and who"),
            "",
            (
                "kind",
                ("began_at", "ended_at"),
                ("office", "interviewer"),
                "of_center",
                ("place", "protocol"),
                ("present", "monitor"),
            ),
        ),
        (_("What was asked and said"), "", ("questions", "words", "topics_open", "aim_reached")),
        (
            _("How it was held and recorded"),
            "",
            (("anxiety", "leading"), "whole_recorded", ("medium_no", "kept_by"), ("copy_state", "copy_on")),
        ),
        (_("The child"), "", ("breaks", "stopped", ("state_after", "stayed_with"))),
        (
            _("Why the child was asked again"),
            _("No decision allows a second interview. What happened is recorded; the supervisor is told."),
            ("cannot_serve", "wanted_by", "only_child", "harm"),
        ),
    )

    def __init__(self, *args: Any, case: Case, is_free: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_interviewers(self, "of_center", case)
        said = Needed(_("(required for what the child said first)"), by=("kind",), values=frozenset(VERBATIM))
        joint = Needed(_("(required for a joint interview)"), by=("kind",), values=frozenset(JOINT))
        first = Needed(
            _("(required for a first hearing)"), by=("kind",), values=frozenset({InterviewKind.FIRST_HEARING})
        )
        self.NEEDED_IF = {
            "words": said,
            "questions": first,
            "protocol": ON_FACTS,
            "aim_reached": ON_FACTS,
            "state_after": ON_FACTS,
            "whole_recorded": joint,
            "kept_by": joint,
            "copy_state": Needed(_("(required where a day is written beside it)"), by=("copy_on",)),
        }
        if is_free:
            for name in Interview.REASONS:
                del self.fields[name]
        else:
            self.NEEDED_IF |= dict.fromkeys(Interview.REASONS, AGAIN)

    def clean(self) -> dict[str, Any]:
        """It ends after it began: both fields say so, for either may be the wrong one."""
        cleaned = super().clean()
        began_at, ended_at = cleaned.get("began_at"), cleaned.get("ended_at")
        if began_at and ended_at and ended_at < began_at:
            self.add_error("began_at", ENDS_FIRST)
            self.add_error("ended_at", ENDS_FIRST)
        copy_on = cleaned.get("copy_on")
        if began_at and copy_on and copy_on < localdate(began_at):
            self.add_error("copy_on", COPY_FIRST)
            self.add_error("began_at", COPY_FIRST)
        return cleaned

    def facts(self) -> dict[str, Any]:
        """The arguments of ``record_interview``."""
        texts = {name: self.cleaned_data.get(name) for name in Interview.TEXTS}
        return {
            "began_at": self.cleaned_data["began_at"],
            "ended_at": self.cleaned_data["ended_at"],
            "of_center": self.cleaned_data["of_center"],
            "texts": texts,
        }


class SecondForm(BaseForm):
    """The four reasons for asking a child again."""

    asker = CodeField(Asker, label=_("Who wants it"), widget=forms.RadioSelect)
    their_reason = LongTextField(
        label=_("Reason of the other office"),
        rows=2,
        required=False,
        help_text=_("As that office gives it. After the decision it learns what the center thinks."),
    )
    cannot_serve = LongTextField(
        label=_("Why the earlier record or recording cannot serve"),
        rows=3,
        help_text=_("Read or watch it before: what is missing in it?"),
    )
    wanted_by = forms.CharField(
        label=_("Who asks for it"),
        max_length=SHORT,
        help_text=_("Office and name; on which day it was asked."),
    )
    only_child = LongTextField(
        label=_("What only the child can say"), rows=3, help_text=_("What nobody else and no document tells.")
    )
    harm = LongTextField(
        label=_("What it costs the child"), rows=3, help_text=_("And what is done so that it costs less.")
    )

    NEEDED_IF = {
        "their_reason": Needed(
            _("(required where another office asks)"),
            by=("asker",),
            values=frozenset({Asker.POLICE, Asker.PROSECUTOR, Asker.OTHER}),
        )
    }

    def clean(self) -> dict[str, Any]:
        """A reason of another office belongs to its request."""
        cleaned = super().clean()
        asker = cleaned.get("asker")
        if asker is not None and "their_reason" not in self.errors:
            try:
                check_request(asker, cleaned.get("their_reason") or "")
            except Refused as refusal:
                self.add_error("their_reason", str(refusal.reason))
        return cleaned

    def reasons(self) -> Reasons:
        """The draft as typed."""
        return Reasons(**self.cleaned_data)


def typed_before(row: SecondInterview) -> dict[str, Any]:
    """A draft as the initial values of the form it is changed or drafted again with."""
    return values_of(row, SecondForm.base_fields)
