"""The form of a report: which items, their texts, urgency and date."""

from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.staff.rules import reason_against
from cases.records.codes import Urgency
from cases.records.models import Case
from face.fields import CodeField, JapaneseDateTimeField, LongTextField
from face.forms import BaseForm
from referrals.consent.models import ExceptionRequest, Intention
from referrals.disclosures.codes import HINTS, Item, PaperKind
from referrals.disclosures.rules import WALLS, check_text, papers_for, papers_on, why_fewer_papers
from security.walls import clock

ANSWER_DAYS = 3
"""Offered as the day by which an answer is wanted; the sender chooses."""


class ReportForm(BaseForm):
    """One text for each item that may be told. In a new draft an empty text leaves the item out; later every text stays, and
    so does the kind of paper (``fixed``).
    """

    SIDE_BY_SIDE = (("urgency", "due_at"),)
    paper_kind = CodeField(PaperKind, label=_("Kind of paper"))
    urgency = CodeField(
        Urgency,
        label=_("Urgency"),
    )
    due_at = JapaneseDateTimeField(label=_("Answer wanted by"))

    def __init__(
        self,
        *args: Any,
        items: list[Item],
        texts: dict[str, str],
        basis: Intention | ExceptionRequest | None = None,
        fixed: bool = False,
        of_case: Case | None = None,
        paper_kind: str = "",
        **kwargs: Any,
    ) -> None:
        due = (clock.now() + timedelta(days=ANSWER_DAYS)).replace(minute=0, second=0, microsecond=0)
        kwargs["initial"] = {"due_at": due} | (kwargs.get("initial") or {})
        self.items = {f"text_{item.value}": item for item in items}
        self.fixed, self.case, self.drafted_as = fixed, of_case, paper_kind
        super().__init__(*args, **kwargs)
        if of_case and not fixed:  # a suggestion: the urgency of the report is the drafter's own choice
            told = _("The case: %(band)s") % {"band": Urgency(of_case.urgency).label}
            self.fields["urgency"].help_text = told
        for name, item in self.items.items():
            field = LongTextField(
                label=item.label,
                rows=5,
                required=fixed,
                initial=texts.get(item.value, ""),
                help_text=HINTS.get(item, ""),
            )
            self.fields[name] = field
            self._say_what_to_do(field)
            self._keep_private(field.widget)
        self.order_fields(["paper_kind", *self.items])
        if fixed:
            del self.fields["paper_kind"]
        elif basis is not None:
            self._offer_papers(basis)

    def _offer_papers(self, basis: Intention | ExceptionRequest) -> None:
        """Those that the office can be sent on this basis; where some cannot, why."""
        field, offered, at_desk = self.fields["paper_kind"], papers_on(basis), papers_for(basis.recipient)
        field.choices = [one for one in field.choices if not one[0] or one[0] in offered]  # type: ignore[attr-defined]
        if len(offered) < len(at_desk):
            field.help_text = WALLS[why_fewer_papers(basis)]
        elif len(at_desk) < len(PaperKind):
            field.help_text = WALLS["disclosure_paper"]

    def mark(self, name: str) -> str:
        """In a new draft one part is enough."""
        return super().mark(name) if self.fixed or name not in self.items else gettext("(at least one part)")

    @property
    def text_fields(self) -> list[Any]:
        """The bound fields of the items."""
        return [self[name] for name in self.items]

    def texts(self) -> dict[str, str]:
        """The texts by item, without the ones left empty."""
        typed = {item.value: self.cleaned_data.get(name, "") for name, item in self.items.items()}
        return {code: text for code, text in typed.items() if text.strip()}

    def clean(self) -> dict[str, Any]:
        """At least one item, none that says more than its kind of paper may, and a date that lies ahead."""
        cleaned = super().clean() or self.cleaned_data
        for code, text in self.texts().items() if self.case else ():
            told = reason_against(
                check_text, self.case, cleaned.get("paper_kind") or self.drafted_as, code, text
            )
            if told:
                self.add_error(f"text_{code}", ValidationError(str(told), "refused"))
        if not self.items.keys() & self.errors.keys() and not self.texts():
            self.add_error(None, _("Write at least one part."))
        due = cleaned.get("due_at")
        if due is not None and due <= clock.now():
            self.add_error("due_at", _("Choose a time that lies ahead."))
        return cleaned

    def facts(self) -> dict[str, Any]:
        """The arguments shared by ``draft_report`` and ``edit_draft``."""
        return {
            "texts": self.texts(),
            "urgency": self.cleaned_data["urgency"],
            "due_at": self.cleaned_data["due_at"],
        }
