"""The forms of the progress record: one entry, or several of one day."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cases.records.codes import Answer, ContactMethod
from cases.records.forms import PastMomentField
from face.fields import CodeField, LongTextField
from face.forms import BaseForm
from face.needed import Needed
from security.walls import clock


class ProgressForm(BaseForm):
    """One entry of the progress record."""

    SIDE_BY_SIDE: ClassVar[tuple[tuple[str, ...], ...]] = (("happened_at", "with_whom", "with_child"),)

    happened_at = PastMomentField(label=_("When"), initial=clock.now)
    method = CodeField(ContactMethod, label=_("How"), widget=forms.RadioSelect)
    with_whom = forms.CharField(label=_("With whom"), max_length=200)
    with_child = CodeField(
        Answer,
        label=_("Contact with the child itself"),
        required=False,
        without=Answer.UNKNOWN,
        help_text=_("Whether the child took part: the progress list says when that was last."),
    )
    body = LongTextField(
        label=_("What was said and seen"),
        help_text=_(
            "What a child said is written in the child's own words. An entry is not changed later, only corrected."
        ),
        rows=10,
    )


FURTHER = range(2, 6)
"""The further entries that can be written on one page, by number."""
CONTACT = ("happened_at", "method", "with_whom", "with_child")
"""What a further entry takes from the one above where it is left empty."""


class ProgressRows(ProgressForm):
    """Several entries of the progress record, written one after another. The first one is required; what a further one leaves
    empty beside its text (when, how, with whom) it takes from the one above."""

    template_name = "cases/records/progress_rows.html"
    SIDE_BY_SIDE = (
        *ProgressForm.SIDE_BY_SIDE,
        *(tuple(f"{name}_{number}" for name in CONTACT) for number in FURTHER),
    )
    NEEDED_IF = {
        f"body_{number}": Needed(
            _("(required with anything else of this entry)"),
            by=tuple(f"{name}_{number}" for name in CONTACT),
        )
        for number in FURTHER
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number in FURTHER:
            for name, field in self._further().items():
                self.fields[f"{name}_{number}"] = field
                self._keep_private(field.widget)

    @staticmethod
    def _further() -> dict[str, forms.Field]:
        as_above = _("Left empty: as in the entry above.")
        return {
            "happened_at": PastMomentField(label=_("When"), required=False),
            "method": CodeField(ContactMethod, label=_("How"), choose=_("as above"), required=False),
            "with_whom": forms.CharField(
                label=_("With whom"), max_length=200, required=False, help_text=as_above
            ),
            "with_child": CodeField(
                Answer,
                label=_("Contact with the child itself"),
                choose=_("as above"),
                required=False,
                without=Answer.UNKNOWN,
            ),
            "body": LongTextField(label=_("What was said and seen"), rows=3, required=False),
        }

    def part_of(self, name: str) -> str:
        """The entry that a field belongs to; "" for the first one."""
        number = name.rpartition("_")[2]
        return gettext("Entry %(number)s") % {"number": number} if number.isdecimal() else ""

    def first(self) -> list[list[forms.BoundField]]:
        """The rows of fields of the first entry."""
        return [row for row in self.rows() if not self.part_of(row[0].name)]

    def further(self) -> list[dict[str, Any]]:
        """The further entries: heading, text, and when, how and with whom, which stands open where it was filled in."""
        found: list[dict[str, Any]] = []
        for number in FURTHER:
            when, how, whom, child = (self[f"{name}_{number}"] for name in CONTACT)
            typed = how.value() or whom.value() or child.value() or any(when.data)
            differs = self.is_bound and bool(typed)
            heading = gettext("Entry %(number)s") % {"number": number}
            found.append(
                {
                    "heading": heading,
                    "text": self[f"body_{number}"],
                    "contact": [when, how, whom, child],
                    "differs": differs,
                }
            )
        return found

    @property
    def entries(self) -> list[dict[str, Any]]:
        """What is to be written, of a valid form."""
        names = tuple(ProgressForm.base_fields)
        found = [{name: self.cleaned_data[name] for name in names}]
        for number in FURTHER:
            typed = {name: self.cleaned_data[f"{name}_{number}"] for name in names}
            if typed["body"]:
                found.append({name: value or found[-1][name] for name, value in typed.items()})
        return found
