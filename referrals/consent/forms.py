"""Forms about the child's word: an answer, the reason of a withdrawal, an exception."""

from datetime import datetime, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agencies.directory.models import Office, OfficeKind
from cases.records.models import Case
from face.fields import CodeField, JapaneseDateField, JapaneseDateTimeField, LongTextField
from face.forms import BaseForm, GroupedForm
from face.needed import Needed
from face.widgets import Suggested
from referrals.consent.actions import TEXTS, WORDING_VERSION
from referrals.consent.codes import Ground, Result
from referrals.consent.models import ExceptionRequest
from referrals.consent.rules import grounds_between, months_later, refused_items
from security.encryption.fields import reveal, value_of
from security.walls import clock

QUESTIONS = f"referrals/consent/wording/{WORDING_VERSION}_items.html"
"""Each item as a question in plain words, to be read out."""


def police_offices() -> Any:
    """The offices a report to the police can go to."""
    return Office.objects.filter(kind=OfficeKind.POLICE, active=True).order_by("name")


ITEMS_HINT = _(
    "Ask about each one separately. Where the child wishes the report, each needs an answer; what was not asked is not agreed to."
)


class IntentionForm(GroupedForm):
    """What the child answered. ``items``: (code, label) of what may be told at all; each is asked of the child separately."""

    asked_at = JapaneseDateTimeField(label=_("When the child was asked"), latest=timezone.localdate)
    asked_by = forms.CharField(label=_("Who asked"), max_length=300, widget=Suggested)
    place = forms.CharField(label=_("Where"), max_length=120)
    explanation = LongTextField(
        label=_("How it was explained"),
        rows=2,
        help_text=_("For instance: the text above was read out, with pictures; what the child asked."),
    )
    recipient = forms.ModelChoiceField(
        queryset=Office.objects.none(),
        label=_("To which office it would be reported"),
    )
    words = LongTextField(
        label=_("The child's own words"),
        rows=3,
        help_text=_("Word for word, not summarised; a gesture as it was seen."),
    )
    understanding = LongTextField(label=_("Age and understanding"), rows=2)
    advocate = forms.CharField(
        label=_("Advocate or other person present"),
        max_length=200,
        help_text=_(
            "Write “none” if nobody was there. A custodian under suspicion does not speak for the child."
        ),
    )
    result = CodeField(Result, label=_("The child's answer"), widget=forms.RadioSelect)
    valid_until = JapaneseDateField(
        label=_("Valid until"),
        help_text=_(
            "The child can take it back at any time before that, too. We then stop and close; the police may go on with what"
            " they know."
        ),
    )
    correction = LongTextField(
        label=_("Only where the last record for this office was written down wrongly: what was wrong"),
        rows=2,
        required=False,
        help_text=_(
            "Leave it empty where the child answers anew. The wrong record stays readable, marked as corrected by this one."
        ),
    )

    def __init__(
        self, *args: Any, case: Case, items: list[tuple[str, Any]], asked_before: bool = False, **kwargs: Any
    ) -> None:
        now = timezone.localtime(clock.now())
        kwargs["initial"] = {
            "asked_at": now.replace(second=0, microsecond=0),
            "valid_until": months_later(now, case.office.intention_months).date(),
        } | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        if not asked_before:
            del self.fields["correction"]
        self.item_names = {f"item_{code}": code for code, _label in items}
        for code, label in items:
            choices = [
                ("yes", _("may be told")),
                ("no", _("must not be told")),
                ("unasked", _("not asked yet")),
            ]
            self.fields[f"item_{code}"] = forms.ChoiceField(
                label=label,
                choices=choices,
                widget=forms.RadioSelect,
                required=False,
                help_text=render_to_string(QUESTIONS, {"code": code}),
            )
        self.fields["recipient"].queryset = police_offices()  # type: ignore[attr-defined]  # a ModelChoiceField
        names = list(self.item_names)
        pairs = tuple(tuple(names[at : at + 2]) for at in range(0, len(names), 2))
        ending = ("valid_until", "correction") if asked_before else ("valid_until",)
        self.GROUPS = (
            (_("Asking the child"), "", (("asked_at", "recipient"), ("asked_by", "place"), "advocate", "explanation")),
            (_("What the child answered"), "", ("result", "words", "understanding")),
            (_("What the child agrees to have told"), ITEMS_HINT, pairs),
            (_("How long it holds"), "", ending),
        )  # fmt: skip
        self.NEEDED_IF = dict.fromkeys(
            names,
            Needed(
                _("(required where the child wishes the report)"),
                by=("result",),
                values=frozenset({Result.WISHES}),
            ),
        )
        self.follow_groups()

    def answered(self, answer: str) -> list[str]:
        """The codes of the items with that answer of the child: yes, no or unasked."""
        return [code for name, code in self.item_names.items() if self.cleaned_data.get(name) == answer]

    def clean(self) -> dict[str, Any]:
        """A wish has an answer for each item, and names at least one that may be told."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("result") == Result.WISHES and not self.errors and not self.answered("yes"):
            raise ValidationError(_("Choose what the child agrees to have told."))
        return cleaned

    def facts(self) -> dict[str, Any]:
        """The arguments of ``record_intention``. The last day counts whole."""
        cleaned = self.cleaned_data
        until = timezone.make_aware(datetime.combine(cleaned["valid_until"], time(23, 59, 59)))
        return {
            "result": cleaned["result"],
            "recipient": cleaned["recipient"],
            "items": self.answered("yes"),
            "refused": self.answered("no"),
            "asked_at": cleaned["asked_at"],
            "valid_until": until,
            "texts": {name: cleaned[name] for name in TEXTS},
            "correction": cleaned.get("correction") or "",
        }


class ReasonForm(BaseForm):
    """The reason of a withdrawal, if there is something to write."""

    reason = LongTextField(label=_("Reason, in the child's own words"), rows=3)


def _despite(code: str) -> Needed:
    """An item that the child does not want told says why it is told all the same; only danger lets it be told."""
    return Needed(
        _("(required where this item is ticked above)"),
        by=("items",),
        values=frozenset({code}),
        only=lambda typed: typed.get("ground") == Ground.DANGER,
        message=_("Write why this has to be told all the same."),
    )


class ExceptionForm(BaseForm):
    """A request for an exception. Only grounds that hold towards some office are offered."""

    recipient = forms.ModelChoiceField(queryset=Office.objects.none(), label=_("Recipient office"))
    ground = CodeField(Ground, label=_("Ground"), widget=forms.RadioSelect)
    reason = LongTextField(label=_("Reason"), rows=5)
    condition = LongTextField(
        label=_("Age or condition"),
        rows=3,
        required=False,
        help_text=_(
            "Because of which the intention cannot be formed. Being undecided or declining is an answer."
        ),
    )
    items = forms.MultipleChoiceField(label=_("What would be told"), widget=forms.CheckboxSelectMultiple)
    NEEDED_IF = {
        "condition": Needed(
            _("(required where the intention cannot be formed)"),
            by=("ground",),
            values=frozenset({Ground.CANNOT_FORM}),
        )
    }

    def __init__(self, *args: Any, case: Case, items: list[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.case, offices, now = case, police_offices(), clock.now()
        self.refused = [code for code, _label in items if code in refused_items(case)]
        for code, label in items:
            if code in self.refused:
                self.fields[f"despite_{code}"] = LongTextField(
                    label=_("The child does not want told: %(item)s. Why it has to be told all the same")
                    % {"item": label},
                    rows=2,
                    required=False,
                    help_text=_("Only in danger to life or body."),
                )
        grounds = {
            ground: ground.label for office in offices for ground in grounds_between(case.office, office, now)
        }
        self.fields["recipient"].queryset = offices  # type: ignore[attr-defined]  # a ModelChoiceField
        self.fields["ground"].choices = [(g.value, label) for g, label in grounds.items()]  # type: ignore[attr-defined]  # ditto
        self.fields["items"].choices = items  # type: ignore[attr-defined]  # ditto
        self.NEEDED_IF = self.NEEDED_IF | {f"despite_{code}": _despite(code) for code in self.refused}

    def facts(self) -> dict[str, Any]:
        """The arguments of ``request_exception``."""
        names = ("ground", "recipient", "items", "reason", "condition")
        despite = {code: self.cleaned_data[f"despite_{code}"] for code in self.refused}
        return {name: self.cleaned_data[name] for name in names} | {"despite": despite}


def typed_before(row: ExceptionRequest) -> dict[str, Any]:
    """An earlier request as the initial values of the form it is changed or drafted again with."""
    despite = {f"despite_{code}": why for code, why in (value_of(row.despite) or {}).items()}
    texts = {name: reveal(row, name) or "" for name in ("reason", "condition")}
    return {"recipient": row.recipient_id, "ground": row.ground, "items": row.items, **texts, **despite}
