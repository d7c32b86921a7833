"""The urgency sheet on the forms: its questions in their order, each with yes, no, or nothing, which is not known yet.

Each "yes" says which band it asks for at the least; a line under the bands says so live.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, cast

from django import forms
from django.utils.functional import Promise, lazy
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.directory.models import Office
from agencies.staff.rules import Refused
from cases.intake.codes import SIGNS, Said, Sign, UrgencyItem
from cases.intake.rules import CONTRADICTED, check_answers, contradicted, least_urgency, with_signs
from cases.records.codes import Urgency
from face.fields import CodeField, CodesField
from face.forms import BaseForm
from face.widgets import FoldedChecks


class Said3(forms.RadioSelect):
    """Yes, no, or not known yet; the "yes" with the band it asks for at this office."""

    band = ""

    def create_option(self, name: str, value: Any, label: Any, *more: Any, **named: Any) -> dict[str, Any]:
        """The band is written in the label, for the reader, and in an attribute, for the script."""
        option: dict[str, Any] = super().create_option(name, value, label, *more, **named)
        if self.band and str(value) == Said.YES:
            option["label"] = gettext("%(item)s (at least %(band)s)") % {"item": label, "band": self.band}
            option["attrs"]["data-band"] = self.band
        return option


PREFIX = "item_"
SIGNS_PREFIX = "signs_"
ITEM_FIELDS = tuple(f"{PREFIX}{item}" for item in UrgencyItem)
"""The names of the questions on a form, in the order of the sheet."""
SHEET_FIELDS = tuple(f"{prefix}{item}" for item in UrgencyItem for prefix in (PREFIX, SIGNS_PREFIX))
"""The same, each with what is ticked under it."""
_numbered: Callable[[int, Any], Any] = lazy(lambda number, label: f"{number}. {label}", str)


_signs_of: Callable[[int], Any] = lazy(
    lambda number: gettext("Signs of %(number)d") % {"number": number}, str
)


def _place(item: UrgencyItem) -> int:
    return list(UrgencyItem).index(item) + 1


def _question(item: UrgencyItem, hint: str | Promise = "") -> CodeField:
    label = _numbered(_place(item), item.label)
    return CodeField(Said, label=label, widget=Said3, required=False, help_text=hint)


def _signs(item: UrgencyItem) -> CodesField:
    """What is ticked under a question, folded away until it is opened."""
    field = CodesField(Sign, label=_signs_of(_place(item)), widget=FoldedChecks, required=False)
    field.choices = [(sign.value, sign.label) for sign in SIGNS[item]]
    return field


class SheetFields(BaseForm):
    """The questions of the urgency sheet, under each the lines that are ticked. A line that is ticked answers its question with
    yes. Left empty, a question is not known yet; what an earlier "yes" settles need not be asked, and the script greys it."""

    item_asks = _question(UrgencyItem.ASKS, _("If not, go on with 3."))
    signs_asks = _signs(UrgencyItem.ASKS)
    item_urgent = _question(UrgencyItem.URGENT, _("Asked where 1 is “yes”."))
    signs_urgent = _signs(UrgencyItem.URGENT)
    item_grave = _question(UrgencyItem.GRAVE)
    signs_grave = _signs(UrgencyItem.GRAVE)
    item_sexual = _question(UrgencyItem.SEXUAL)
    signs_sexual = _signs(UrgencyItem.SEXUAL)
    item_repeated = _question(UrgencyItem.REPEATED)
    signs_repeated = _signs(UrgencyItem.REPEATED)
    item_effects = _question(UrgencyItem.EFFECTS)
    signs_effects = _signs(UrgencyItem.EFFECTS)
    item_custodian = _question(UrgencyItem.CUSTODIAN)
    signs_custodian = _signs(UrgencyItem.CUSTODIAN)
    item_home = _question(UrgencyItem.HOME)
    signs_home = _signs(UrgencyItem.HOME)

    def clean(self) -> dict[str, Any]:
        """A ticked line answers its question with yes, and contradicts a no; the second question follows a yes to the first."""
        for item in with_signs((), self.signs()):
            if self.cleaned_data.get(f"{PREFIX}{item}") is not Said.NO:
                self.cleaned_data[f"{PREFIX}{item}"] = Said.YES
        cleaned = super().clean()
        for item in contradicted(self.denied(), self.signs()):
            self.add_error(f"{PREFIX}{item}", str(CONTRADICTED))
        try:
            check_answers(self.ticked(), self.denied())
        except Refused as refusal:
            self.add_error("item_urgent", str(refusal.reason))
        return cleaned

    def ticked(self) -> tuple[UrgencyItem, ...]:
        """The questions answered with yes."""
        return self._answered(Said.YES)

    def denied(self) -> tuple[UrgencyItem, ...]:
        """The questions answered with no."""
        return self._answered(Said.NO)

    def signs(self) -> tuple[Sign, ...]:
        """The lines that are ticked."""
        return tuple(
            sign for item in UrgencyItem for sign in self.cleaned_data.get(f"{SIGNS_PREFIX}{item}") or ()
        )

    def _answered(self, said: Said) -> tuple[UrgencyItem, ...]:
        return tuple(item for item in UrgencyItem if self.cleaned_data.get(f"{PREFIX}{item}") is said)


def answers_as_typed(
    yes: Iterable[UrgencyItem], no: Iterable[UrgencyItem], signs: Collection[Sign] = ()
) -> dict[str, Any]:
    """Answers as the initial values of the questions, and of what is ticked under them."""
    said = {f"{PREFIX}{item}": said for said, items in ((Said.YES, yes), (Said.NO, no)) for item in items}
    ticked = {item: [sign for sign in SIGNS[item] if sign in signs] for item in UrgencyItem}
    return {**said, **{f"{SIGNS_PREFIX}{item}": found for item, found in ticked.items() if found}}


def any_yes(typed: Mapping[str, Any]) -> bool:
    """Whether a question was answered with yes."""
    return any(typed.get(name) is Said.YES for name in ITEM_FIELDS)


def show_bands(form: forms.Form, office: Office) -> None:
    """Let each "yes" of the questions say its band at ``office``."""
    for item in UrgencyItem:
        if item is not UrgencyItem.ASKS:
            widget = cast(Said3, form.fields[f"{PREFIX}{item}"].widget)
            widget.band = least_urgency([item], office=office)


def _hint(before: Any) -> SafeString:
    return format_html(
        '{} <strong role="status" data-bands-of="{}" data-order="{}" data-asks="{}" data-lifts="{}"></strong>',
        before,
        " ".join(ITEM_FIELDS),
        " ".join(Urgency.values),
        gettext("The answers ask for at least {band}."),
        gettext("The answers ask for at least {band}: saving raises the urgency to it."),
    )


_lazily: Callable[[Any], Any] = lazy(_hint, str)
URGENCY_HINT = _lazily(_("It follows from the answers. Choose one only to raise it."))
"""Under the bands: the rule in words, and where the script shows what the answers ask for while one gives them."""
