"""The urgency sheet on the forms: its questions in their order, each with yes, no, or nothing, which is not known yet.

Each "yes" says which band it asks for at the least; a line under the bands says so live.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, cast

from django import forms
from django.utils.functional import Promise, lazy
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.directory.models import Office
from agencies.staff.rules import Refused
from cases.intake.codes import Said, UrgencyItem
from cases.intake.rules import check_answers, least_urgency
from cases.records.codes import Urgency
from face.fields import CodeField
from face.forms import BaseForm


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
ITEM_FIELDS = tuple(f"{PREFIX}{item}" for item in UrgencyItem)
"""The names of the questions on a form, in the order of the sheet."""
_numbered: Callable[[int, Any], Any] = lazy(lambda number, label: f"{number}. {label}", str)


def _question(item: UrgencyItem, hint: str | Promise) -> CodeField:
    number = list(UrgencyItem).index(item) + 1
    return CodeField(Said, label=_numbered(number, item.label), widget=Said3, required=False, help_text=hint)


class SheetFields(BaseForm):
    """The questions of the urgency sheet. Left empty, a question is not known yet; what an earlier "yes" settles need not be
    asked, and the script greys it."""

    item_asks = _question(UrgencyItem.ASKS, _("If not, go on with 3."))
    item_urgent = _question(
        UrgencyItem.URGENT, _("Asked where 1 is “yes”. Also: “I do not know what I may do to the child.”")
    )
    item_grave = _question(
        UrgencyItem.GRAVE,
        _("Also: injuries that endanger life, burns; malnutrition, dehydration, medical care refused."),
    )
    item_sexual = _question(
        UrgencyItem.SEXUAL,
        _("Also: an infant; acts that endanger life, such as blows to the head or being shut out."),
    )
    item_repeated = _question(
        UrgencyItem.REPEATED,
        _(
            "Old and new injuries; earlier notifications or custody, harm to siblings; the custodian does not see it as abuse."
        ),
    )
    item_effects = _question(
        UrgencyItem.EFFECTS, _("Also: no expression, clinging to strangers, symptoms of the body.")
    )
    item_custodian = _question(
        UrgencyItem.CUSTODIAN, _("Illness, drink or drugs, violence, rejecting the child, refusing help.")
    )
    item_home = _question(
        UrgencyItem.HOME, _("Violence between adults, isolation, money, moves, unknown people in the home.")
    )

    def clean(self) -> dict[str, Any]:
        """The second question follows a yes to the first."""
        cleaned = super().clean()
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

    def _answered(self, said: Said) -> tuple[UrgencyItem, ...]:
        return tuple(item for item in UrgencyItem if self.cleaned_data.get(f"{PREFIX}{item}") is said)


def answers_as_typed(yes: Iterable[UrgencyItem], no: Iterable[UrgencyItem]) -> dict[str, Said]:
    """Answers as the initial values of the questions."""
    return {f"{PREFIX}{item}": said for said, items in ((Said.YES, yes), (Said.NO, no)) for item in items}


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
