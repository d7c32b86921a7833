"""The urgency sheet on the forms: each item says which band it asks for at the least, and a line under the bands says so live."""

from collections.abc import Callable, Mapping
from typing import Any, cast

from django import forms
from django.utils.functional import lazy
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.directory.models import Office
from cases.intake.codes import UrgencyItem
from cases.intake.rules import least_urgency
from cases.records.codes import Urgency


class Items(forms.CheckboxSelectMultiple):
    """The items to tick, each with the band it asks for at this office."""

    bands: Mapping[str, str] = {}

    def create_option(self, name: str, value: Any, label: Any, *more: Any, **named: Any) -> dict[str, Any]:
        """The band is written in the label, for the reader, and in an attribute, for the script."""
        option: dict[str, Any] = super().create_option(name, value, label, *more, **named)
        band = self.bands.get(str(value))
        if band:
            option["label"] = gettext("%(item)s (at least %(band)s)") % {"item": label, "band": band}
            option["attrs"]["data-band"] = band
        return option


def show_bands(field: forms.Field, office: Office) -> None:
    """Let the items of ``field``, a choice of :class:`UrgencyItem`, say their bands at ``office``."""
    cast(Items, field.widget).bands = {
        item.value: least_urgency([item], office=office)
        for item in UrgencyItem
        if item is not UrgencyItem.ASKS
    }


def _hint(before: Any) -> SafeString:
    return format_html(
        '{} <strong role="status" data-bands-of="grounds" data-order="{}" data-asks="{}" data-lifts="{}"></strong>',
        before,
        " ".join(Urgency.values),
        gettext("The ticked items ask for at least {band}."),
        gettext("The ticked items ask for at least {band}: saving raises the urgency to it."),
    )


_lazily: Callable[[Any], Any] = lazy(_hint, str)
URGENCY_HINT = _lazily(_("It follows from the ticked items. Choose one only to raise it."))
"""Under the bands: the rule in words, and where the script shows what the ticked items ask for while one ticks them."""
