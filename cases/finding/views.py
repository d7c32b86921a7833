"""My cases, and finding one. An address never holds a name: what was typed is sent by POST."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from agencies.staff.access import StaffRequest, form_page, page
from agencies.staff.pages import posted
from agencies.staff.roles import Permission
from cases.finding import queries
from cases.finding.forms import FindForm
from cases.finding.queries import numbers_meant
from cases.records.codes import Stage, Urgency
from cases.records.forms import ChildSearch
from cases.records.models import Case
from cases.records.pages import others_behind_glass
from cases.records.queries import list_of, search_exact, with_keys
from face.forms import BaseForm
from security.audit.verbs import Verb
from security.encryption.fields import value_of, words_of
from security.search.index import EXACT
from security.search.tokens import Value, token

STATES = {"open": _("open"), "closed": _("closed"), "all": _("all")}


@dataclass(frozen=True)
class Row:
    """A line of the list, with what is decrypted for it."""

    case: Case
    opened_on: date
    birth_date: date | None
    place_of_stay: str


def rows_of(request: StaffRequest, cases: Iterable[Case], verb: Verb) -> list[Row]:
    """Lines for ``cases``, each recorded as shown. Their keys are loaded in one query."""
    rows = []
    for case in with_keys(cases):
        request.event.note_shown(case.pk, "list", verb=verb, under=[case.child.key_scope()])
        born, place = value_of(case.child.birth_date), words_of(case.place_of_stay)
        rows.append(Row(case, localdate(case.opened_at), born, place))
    return rows


@page(Permission.WORK_ON_CASES)
def case_list(request: StaffRequest) -> HttpResponse:
    """The cases of the acting position, latest first."""
    chosen = _chosen(request)
    shown = list_of(
        request.by,
        request.GET.dict(),
        stage=chosen["stage"],
        urgency=chosen["urgency"],
        state=chosen["state"],
    )
    rows = rows_of(request, shown.rows, Verb.CASE_LIST)
    if not rows:
        request.event.note(Verb.CASE_LIST)
    context = {
        "rows": rows,
        "shown": shown,
        "chosen": chosen,
        "stages": Stage.choices,
        "urgencies": Urgency.choices,
        "states": STATES.items(),
        "narrowed": chosen != {"stage": "", "urgency": "", "state": "open"},
    }
    return render(request, "cases/finding/case_list.html", context)


def _chosen(request: StaffRequest) -> dict[str, str]:
    """The filters of the address; BadRequest for a value that no list offers."""
    chosen = {
        "stage": request.GET.get("stage", ""),
        "urgency": request.GET.get("urgency", ""),
        "state": request.GET.get("state", "") or "open",
    }
    allowed = {"stage": ["", *Stage.values], "urgency": ["", *Urgency.values], "state": list(STATES)}
    if any(chosen[name] not in allowed[name] for name in chosen):
        raise BadRequest("not a filter of the list")
    return chosen


@form_page(Permission.WORK_ON_CASES)
def find(request: StaffRequest) -> HttpResponse:
    """Part of a name, or a number, among the caller's cases; by the exact rule, that the office has others behind the glass."""
    asked = posted(request)
    by_child = asked is not None and asked.get("by") == "child"
    box = FindForm(None if by_child else asked)
    child_form = ChildSearch(asked if by_child else None)
    form: BaseForm = child_form if by_child else box
    context: dict[str, Any] = {"box": box, "by_child": child_form, "form": form, "searched": form.is_valid()}
    if context["searched"]:
        found = _of_the_child if by_child else _of_the_box
        context |= found(request, **form.cleaned_data)
    return render(request, "cases/finding/find.html", context)


def _of_the_box(request: StaffRequest, typed: str) -> dict[str, Any]:
    # A name never goes to the database in clear: its log may hold what a statement asked for.
    number = typed if numbers_meant(request.by, typed) else ""
    _note_search(request, "case_number" if number else "kana", typed)
    found = queries.find(request.by, typed)
    # Compared, not shown: no look at these cases.
    request.event.covered.update(found.passed)
    rows = rows_of(request, found.cases, Verb.CASE_SEARCH)
    hidden = others_behind_glass(request, [row.case.pk for row in rows], number=number)
    return {"rows": rows, "hidden": hidden, "more": found.more, "limit": queries.LOOKED_THROUGH}


def _of_the_child(request: StaffRequest, kana: str, birth_date: date) -> dict[str, Any]:
    _note_search(request, EXACT, (kana, birth_date))
    rows = rows_of(request, search_exact(request.by, kana=kana, birth_date=birth_date), Verb.CASE_SEARCH)
    seen = [row.case.pk for row in rows]
    return {"rows": rows, "hidden": others_behind_glass(request, seen, kana=kana, birth_date=birth_date)}


def _note_search(request: StaffRequest, kind: str, value: Value) -> None:
    """The keyed hash of the term: two searches for one child can be seen to be the same, the name cannot be read from it."""
    try:
        hashed = token(request.by.office_id, kind, value).hex()
    except ValueError:  # nothing of it can be searched
        hashed = ""
    request.event.note(Verb.CASE_SEARCH, detail=f"{kind}:{hashed}")
