"""Forms about the child's word: an answer, the reason of a withdrawal, an exception."""

from collections.abc import Mapping
from datetime import datetime, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from agencies.directory.models import Office
from agencies.directory.queries import police_offices
from agencies.staff.rules import reason_against
from agencies.wordings.codes import Band
from agencies.wordings.queries import Text
from cases.records.codes import Answer
from cases.records.models import Case
from face.fields import CodeField, CodesField, JapaneseDateField, JapaneseDateTimeField, LongTextField
from face.forms import BaseForm, GroupedForm
from face.needed import Needed
from face.text import ruby
from face.widgets import Suggested
from referrals.consent import asking
from referrals.consent.actions import TEXTS
from referrals.consent.asking import Asking
from referrals.consent.codes import Ground, Means, Result, Understood
from referrals.consent.models import ExceptionRequest
from referrals.consent.rules import (
    check_brought,
    check_covers,
    grounds_between,
    months_later,
    refused_items,
)
from referrals.consent.texts import ALWAYS, questions_of
from security.encryption.fields import reveal, value_of
from security.walls import clock

ITEMS_HINT = _(
    "Ask about each one separately. Where the child wishes the report, each needs an answer; what was not asked is not agreed to."
)
UNDERSTOOD_HINT = _("Let the child say it in its own words. A wish counts once all four are understood.")


IF_WISHED = Needed(
    _("(required where the child wishes the report)"), by=("result",), values=frozenset({Result.WISHES})
)
YES_OR_NO = [(Answer.YES.value, Answer.YES.label), (Answer.NO.value, Answer.NO.label)]


class IntentionForm(GroupedForm):
    """What the child answered to the ``text`` of ``band``, and what it understood. ``items``: (code, label) of what may
    be told at all; the text's own questions are about these.
    """

    asked_at = JapaneseDateTimeField(label=_("When the child was asked"), latest=timezone.localdate)
    asked_by = forms.CharField(label=_("Who asked"), max_length=300, widget=Suggested)
    place = forms.CharField(label=_("Where"), max_length=120)
    by_suspect_side = CodeField(
        Answer, label=_("Did somebody of the suspect's side ask, or listen?"), widget=forms.RadioSelect
    )
    in_suspect_home = CodeField(
        Answer, label=_("Was the child asked in the suspect's home?"), widget=forms.RadioSelect
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
    understanding = LongTextField(label=_("How the child showed that it understands"), rows=2, required=False)
    advocate = forms.CharField(
        label=_("Advocate or other person present"),
        max_length=200,
        help_text=_(
            "Write “none” if nobody was there. A custodian under suspicion does not speak for the child."
        ),
    )
    band_reason = forms.CharField(
        label=_("Why this text, and not the one for the child's age"), max_length=300
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
    language = forms.CharField(label=_("Language, if not Japanese"), max_length=60, required=False)
    interpreter = forms.CharField(
        label=_("Interpreter"),
        max_length=200,
        required=False,
        help_text=_("Never a relative of the suspect."),
    )
    means = CodesField(
        Means, label=_("What helped the child"), widget=forms.CheckboxSelectMultiple, required=False
    )
    explanation = LongTextField(
        label=_("What else was explained"),
        rows=2,
        required=False,
        help_text=_("What the child asked, and what was said beside the text."),
    )
    LATER = ((_("Language and help"), "", (("language", "interpreter"), "means", "explanation")),)

    def __init__(
        self,
        *args: Any,
        case: Case,
        items: list[tuple[str, Any]],
        band: Band,
        text: Text,
        asked_before: bool = False,
        **kwargs: Any,
    ) -> None:
        self.case, self.band, self.text = case, band, text
        kwargs["initial"] = self._begun() | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        for name in ("by_suspect_side", "in_suspect_home"):
            self.fields[name].choices = YES_OR_NO  # type: ignore[attr-defined]  # a CodeField
        if not asked_before:
            del self.fields["correction"]
        if asking.proposed_band(case, clock.today()) in (None, band):
            del self.fields["band_reason"]
        parts = self._ask_what_is_understood()
        questions = self._ask_about_items(dict(items))
        self.fields["recipient"].queryset = police_offices()  # type: ignore[attr-defined]  # a ModelChoiceField
        self.GROUPS = (
            (_("Asking the child"), "", (("asked_at", "recipient"), ("asked_by", "place"),
                                         ("by_suspect_side", "in_suspect_home"), "advocate", "band_reason")),
            (_("What the child understands"), UNDERSTOOD_HINT, (*_in_pairs(parts), "understanding")),
            (_("What the child answered"), "", ("result", "words")),
            (_("What the child agrees to have told"), ITEMS_HINT, _in_pairs(questions)),
            (_("How long it holds"), "", ("valid_until", "correction")),
        )  # fmt: skip
        self.NEEDED_IF = dict.fromkeys([*parts, *questions], IF_WISHED)
        self.follow_groups()

    def _begun(self) -> dict[str, Any]:
        """Asked a moment ago, and valid as long as the office proposes for such a child."""
        now = timezone.localtime(clock.now())
        until = months_later(now, self.case.office.intention_months).date()
        latest = asking.last_day(self.case, self.band, now.date())
        return {
            "asked_at": now.replace(second=0, microsecond=0),
            "valid_until": min(until, latest) if latest else until,
        }

    def _ask_what_is_understood(self) -> list[str]:
        for part in Understood:
            self.fields[part.column] = CodeField(
                Answer, label=part.label, widget=forms.RadioSelect, required=False
            )
        return [part.column for part in Understood]

    def _ask_about_items(self, labels: Mapping[str, Any]) -> list[str]:
        """One field for each question of the text, about one item or several."""
        self.asked: dict[str, tuple[str, ...]] = {}
        for question in questions_of(self.band):
            told = tuple(item for item in question.items if item in labels)
            if not told:  # its case has nothing to tell of it
                continue
            name = f"item_{told[0]}"
            self.asked[name] = told
            self.fields[name] = forms.ChoiceField(
                label=" / ".join(str(labels[item]) for item in told),
                choices=[
                    ("yes", _("may be told")),
                    ("no", _("must not be told")),
                    ("unasked", _("not asked yet")),
                ],
                widget=forms.RadioSelect,
                required=False,
                help_text=format_html('<span lang="ja">{}</span>', ruby(question.text)),
            )
        return list(self.asked)

    def answered(self, answer: str) -> list[str]:
        """The codes of the items with that answer of the child: yes, no or unasked. A yes to a text is one to all it is about."""
        whole = ALWAYS.get(self.band, ()) if answer == "yes" else ()
        asked = [
            item
            for name, items in self.asked.items()
            if self.cleaned_data.get(name) == answer
            for item in items
        ]
        return [*whole, *asked]

    def clean(self) -> dict[str, Any]:
        """A wish has an answer for each item, and names at least one that may be told; it counts where all is understood."""
        cleaned = super().clean() or self.cleaned_data
        for name in ("by_suspect_side", "in_suspect_home"):
            self._refuse(name, reason_against(asking.check_asked_freely, cleaned.get(name), ""))
        for part in Understood:
            if given := cleaned.get(part.column):
                self._refuse(
                    part.column, reason_against(asking.check_understood, cleaned.get("result"), given)
                )
        if cleaned.get("result") == Result.WISHES and not self.errors and not self.answered("yes"):
            raise ValidationError(_("Choose what the child agrees to have told."))
        if until := cleaned.get("valid_until"):
            today = clock.today()
            too_long = reason_against(asking.check_young_term, self.case, self.band, until, today)
            self._refuse("valid_until", too_long)
        return cleaned

    def _refuse(self, name: str, reason: Any) -> None:
        if reason:
            self.add_error(name, ValidationError(reason, code="refused"))

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
            "asking": self._asking(),
            "correction": cleaned.get("correction") or "",
        }

    def _asking(self) -> Asking:
        cleaned = self.cleaned_data
        return Asking(
            band=self.band,
            text=self.text,
            understood={part: cleaned.get(part.column) or Answer.UNKNOWN for part in Understood},
            by_suspect_side=cleaned["by_suspect_side"],
            in_suspect_home=cleaned["in_suspect_home"],
            band_reason=cleaned.get("band_reason") or "",
            interpreter=cleaned["interpreter"],
            language=cleaned["language"],
            means=tuple(cleaned["means"]),
        )


def _in_pairs(names: list[str]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(names[at : at + 2]) for at in range(0, len(names), 2))


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

    def clean(self) -> dict[str, Any]:
        """The ground fits the case and carries what would be told."""
        cleaned = super().clean()
        ground, recipient, items = (cleaned.get(name) for name in ("ground", "recipient", "items"))
        if ground and recipient and (why := reason_against(check_brought, self.case, ground, recipient)):
            self.add_error("ground", ValidationError(str(why), code="refused"))
        if ground and recipient and items:
            why = reason_against(check_covers, ground, self.case.office, recipient, items, clock.now())
            if why:
                self.add_error("items", ValidationError(str(why), code="refused"))
        return cleaned

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
