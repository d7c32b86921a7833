"""What a person typed and could not save: shown to that person alone, while its page is open to them, to be sent again or thrown
away."""

import re
from collections import Counter
from copy import copy
from dataclasses import dataclass, field, replace
from html import unescape

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from agencies.staff.access import StaffRequest, action, page
from face.forms import BaseForm, LeftOut, forms_made
from face.way_back import page_above, view_of
from face.words import in_words
from security.signin import drafts, parked

TEXT_INPUTS = (forms.TextInput, forms.Textarea)
_TITLE = re.compile(r"<title>(.*?)(?: \| [^|]*)?</title>", re.DOTALL)


@dataclass(frozen=True)
class Kept:
    """A kept form beside its page as it is now. ``fields`` are drawn by the page's own form; ``texts`` belong to none of them;
    ``left`` is on rows that the form has no more; ``closed`` where one of these is not open to the person, and so not shown."""

    form: parked.ParkedForm
    title: str = ""
    fields: list[forms.BoundField] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    left: list[LeftOut] = field(default_factory=list)
    closed: bool = False

    @property
    def is_draft(self) -> bool:
        """Whether it was kept while it was typed, and not because it could not be saved."""
        return "." in self.form.id

    def worded(self) -> dict[str, tuple[str, str]]:
        """The whole form as its page shows it, by the name of each field: label and words. Typed text without a field is last."""
        form = self.fields[0].form.visible_fields() if self.fields else []
        found = {bound.html_name: (str(bound.label), in_words(bound)) for bound in form}
        found |= {row.name: (row.why, row.text) for row in self.left}
        return found | ({"": (_("Other text"), "\n".join(self.texts))} if self.texts else {})

    @property
    def beginning(self) -> str:
        """The longest text, by which a person knows the form again; where only choices were made, which fields they are of."""
        typed = [bound.value() for bound in self.fields if isinstance(bound.field.widget, TEXT_INPUTS)]
        texts = [*(text for text in typed if text), *self.texts, *(row.text for row in self.left)]
        words = max(texts, key=len, default="")
        return words or ", ".join(str(bound.label) for bound in self.fields)


@dataclass(frozen=True)
class Difference:
    """A field in which two drafts of a page differ, with the words of each."""

    label: str
    one: str
    other: str


def differences(one: Kept, other: Kept) -> list[Difference]:
    """The fields in which two kept forms of one page differ."""
    left, right = one.worded(), other.worded()
    found = [
        Difference(label, left.get(name, ("", ""))[1], right.get(name, ("", ""))[1])
        for name, (label, _words) in (right | left).items()
    ]
    return [row for row in found if row.one != row.other]


@page(to="person")
def parked_list(request: StaffRequest) -> HttpResponse:
    """The drafts of this person, and the forms that could not be saved.

    Of one whose page is not open to them now only the date is shown.
    """
    rows = [(kept, _as_its_page(request, kept)) for kept in parked.forms_of(request.user.pk)]
    own = drafts.drafts_of(request.user.pk)
    several = [path for path, number in Counter(draft.path for draft in own).items() if number > 1]
    context = {
        "rows": rows,
        "drafts": [(kept, _as_its_page(request, kept)) for kept in own],
        "several": several,
        "draft_days": drafts.KEEP.days,
        "days": parked.KEEP.days,
        "most": parked.MOST_FORMS,
        "lost": parked.lost_of(request.user.pk),
    }
    return render(request, "agencies/staff/parked_list.html", context)


@page(to="person")
def parked_form(request: StaffRequest, name: str) -> HttpResponse:
    """One of them: what was typed, to read and copy, and a button that puts it back into its page."""
    kept = _as_its_page(request, _own(request, name))
    if kept is None:
        raise Http404
    return render(request, "agencies/staff/parked_form.html", {"kept": kept})


@page(to="person")
def draft_compare(request: StaffRequest, name: str) -> HttpResponse:
    """A draft beside the newest other one of the same page: only what differs, in words."""
    own = _own(request, name)
    kept, other = _as_its_page(request, own), drafts.other_of_its_page(request.user.pk, own)
    if kept is None:
        raise Http404
    beside = _as_its_page(request, other) if other else None
    context = {"kept": kept, "other": beside, "rows": differences(kept, beside) if beside else []}
    return render(request, "agencies/staff/draft_compare.html", context)


@action(to="person", parks=False)
def parked_discard(request: StaffRequest, name: str) -> HttpResponse:
    """Throw one away, also where its page is closed."""
    kept = _own(request, name)
    parked.drop(request.user.pk, kept.id)
    drafts.drop(request.user.pk, kept.id)
    messages.success(request, _("It has been discarded."))
    return redirect("parked")


def _own(request: StaffRequest, name: str) -> parked.ParkedForm:
    kept = parked.read(request.user.pk, name) or drafts.read(request.user.pk, name)
    if kept is None:
        raise Http404
    return kept


def _as_its_page(request: StaffRequest, kept: parked.ParkedForm) -> Kept | None:
    """The kept form as its page shows it, or None where the page is not open to the person now.

    The page itself is asked, so its own rules decide, its look is recorded as if it had been opened, and its form lends the
    labels. What opening it might write is taken back.
    """
    path = page_above(kept.path.partition("?")[0])
    found = view_of(path)
    if found is None:
        return None
    asked = copy(request)
    asked.method, asked.path, asked.path_info, asked.resolver_match = "GET", path, path, found
    asked.GET = QueryDict(kept.path.partition("?")[2])
    try:
        with transaction.atomic(), forms_made() as made:
            response = found.func(asked, *found.args, **found.kwargs)
            transaction.set_rollback(True)
    except Http404:
        return None
    if response.status_code != 200:
        return None
    fields = _fields_of(made, kept)
    drawn = {name for bound in fields for name in _names(bound, kept)}
    # A field named after a row is drawn by the page that has that row: else its form says what of it the person may still read.
    open_now = [pair for pair in kept.fields if pair[0] in drawn or not parked.names_a_row(pair[0])]
    left = [row for form in made for row in form.left_out(kept.fields)]
    told = {row.name for row in left}.union(name for name, _value in open_now)
    texts = [value for name, value in open_now if name not in drawn and value and not parked.is_code(value)]
    found_title = _TITLE.search(response.content.decode())
    title = unescape(found_title[1]).strip() if found_title else ""
    closed = any(name not in told for name, value in kept.fields if value)
    return Kept(replace(kept, fields=open_now), title, fields, texts, left, closed)


def _fields_of(made: list[BaseForm], kept: parked.ParkedForm) -> list[forms.BoundField]:
    """The fields of that form of the page which knows most of what was kept. An address without a form of its own has none."""
    return max((form.show_kept(kept.fields) for form in made), key=len, default=[])


def _names(bound: forms.BoundField, kept: parked.ParkedForm) -> list[str]:
    parts = getattr(bound.field.widget, "widgets_names", [])
    names = [bound.html_name, *(bound.html_name + part for part in parts)]
    return [name for name, _value in kept.fields if name in names]
