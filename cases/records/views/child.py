"""The child's identity."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from agencies.staff.access import StaffRequest, form_page, page
from agencies.staff.pages import posted
from agencies.staff.roles import CASEWORK
from cases.records.actions import update_child
from cases.records.forms import ChildForm
from cases.records.models import Case, Child
from cases.records.pages import case_form, case_or_404, case_to_change
from face.fields import UNKNOWN as UNKNOWN_DATE
from security.encryption.fields import reveal, reveal_all, value_of, words_of

TEXTS = ("family_name", "given_name", "family_kana", "given_kana", "sex", "school", "telephone")


@form_page(*CASEWORK)
def child_edit(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Change the child's identity; if it was changed meanwhile, the typed text is kept and the changes are shown."""
    case = case_to_change(request, case_id, "child")
    child = _for_writing(case) if request.method == "POST" else case.child
    form = _form_of(request, child)
    return case_form(
        request,
        case,
        form,
        lambda: update_child(case, form.facts(), by=request.by),
        section="child",
        done=_("The child's identity has been saved."),
        heading=_("Edit the child's identity"),
    )


@page(*CASEWORK)
def child_address(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """The withheld address, on a page of its own: the look says that it was shown."""
    case = case_or_404(request, case_id, "child", "withheld_address")
    context = {
        "case": case,
        "address": reveal(case.child, "address"),
        "heading": _("Home address"),
        "back": reverse("case", args=[case.pk]),
        "back_label": _("Back to the case"),
    }
    return render(request, "cases/records/withheld_address.html", context)


def _for_writing(case: Case) -> Child:
    """The child's row, locked; the plain one where the wall lets it only be read (the action refuses then)."""
    return Child.objects.select_for_update().filter(pk=case.child_id).first() or case.child


def _form_of(request: StaffRequest, child: Child) -> ChildForm:
    texts = reveal_all(child, TEXTS)
    born, address = value_of(child.birth_date), reveal(child, "address") or ""
    withheld = value_of(child.address_withheld)
    shown = "" if withheld else address
    initial = texts | {"birth_date": born or UNKNOWN_DATE, "address": shown, "address_withheld": withheld}
    stored = texts | {
        "sex": words_of(child.sex),
        "birth_date": words_of(child.birth_date),
        "address": shown,
        "address_withheld": words_of(child.address_withheld),
    }
    return ChildForm(
        posted(request),
        initial=initial,
        stored=stored,
        current_version=child.version,
        hidden_address=address if withheld else None,
    )
