"""Whether the child has a case already, asked before another is opened: of a call as of what a school or hospital filed."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from agencies.staff.access import StaffRequest
from cases.finding.queries import known_children
from cases.intake.queries import is_searchable
from cases.records.actions import ChildFacts
from cases.records.pages import alike_others_behind_glass, others_behind_glass
from face.forms import BaseForm
from security.audit.verbs import Verb


class AskedForm(BaseForm):
    """A form that opens a case. Where the child may have one already, it has one field more, ``another``."""

    @property
    def is_another(self) -> bool:
        """Whether the person said that no known child is meant."""
        return bool(self.data.get("another"))

    def ask_whether_another(self) -> None:
        """The child may have a case already: nothing is saved before the answer."""
        label = _("This is another child: open a new case")
        self.fields["another"] = forms.BooleanField(label=label, required=False)
        text = _(
            "This child may have a case already. Add the notification to it, or say that this is another child."
        )
        self.add_error("another", ValidationError(text, code="known"))


def ask_first(request: StaffRequest, form: AskedForm, child: ChildFacts) -> dict[str, Any]:
    """The cases that may be about ``child``: the caller's, and a colleague's as before the glass; ``alike``, those of which a
    birth date is not known, here or there. If there are any, the valid
    ``form`` is valid no more: it asks. Nothing where it was answered."""
    if form.is_another:
        return {}
    found = known_children(request.by, child)
    request.event.covered.update(found.passed)
    for case in found.cases:
        request.event.note_shown(case.pk, "list", verb=Verb.CASE_SEARCH, under=[case.child.key_scope()])
    hidden, seen = list[Any](), [case.pk for case in found.cases]
    if is_searchable(child):
        kana = child.family_kana + child.given_kana
        hidden = others_behind_glass(
            request, seen, kana=kana, birth_date=child.birth_date, school=child.school
        )
    seen += [row.case_id for row in hidden]
    alike = alike_others_behind_glass(request, seen, found.alike)
    if found.cases or hidden or alike:
        form.ask_whether_another()
    return {"known": found.cases, "hidden": hidden, "alike": alike, "born": child.birth_date}
