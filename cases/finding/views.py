"""My cases, and finding one. An address never holds a name: what was typed is sent by POST."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.shortcuts import render

from agencies.staff.access import StaffRequest, form_page, page
from agencies.staff.models import Position
from agencies.staff.pages import posted
from agencies.staff.roles import CASEWORK, Permission
from cases.finding import queries
from cases.finding.forms import FindForm
from cases.finding.listing import (
    COUNTED,
    SORTED,
    Narrowed,
    Order,
    Shown,
    Standing,
    counted,
    list_of,
    sorted_page,
    standing_of,
)
from cases.finding.queries import numbers_meant
from cases.records.codes import Stage, Urgency
from cases.records.forms import ChildSearch
from cases.records.models import Case
from cases.records.pages import others_behind_glass
from cases.records.queries import last_seen_of, search_exact, who_can_lead, with_keys
from face.forms import BaseForm
from face.remembered import mark_of, recalled, remember
from security.audit.verbs import Verb
from security.encryption.fields import value_of
from security.search.index import EXACT, SCHOOL
from security.search.names import name_key, number_key
from security.search.tokens import search_key, term

LISTED = "cases"
"""The name of the list where a position's choice is kept."""
KEPT: dict[str, frozenset[str]] = {
    "stage": frozenset(Stage.values),
    "urgency": frozenset(Urgency.values),
    "state": frozenset(Shown.values) - {Shown.OPEN.value},
    "overdue": frozenset({"1"}),
    "order": frozenset(Order.values) - {Order.LATEST.value},
}
"""What of the choice is kept, without the values that the list begins with."""


@dataclass(frozen=True)
class Row:
    """A line of the list, with what is decrypted for it and how the case stands."""

    case: Case
    birth_date: date | None
    standing: Standing
    school: str = ""
    """The school, where the case was found by it."""


def rows_of(request: StaffRequest, cases: Iterable[Case], verb: Verb) -> list[Row]:
    """Lines for ``cases``, each recorded as shown. Their keys are loaded in one query."""
    listed = with_keys(cases)
    standing, seen = standing_of(listed), last_seen_of(listed)
    for case in listed:
        request.event.note_shown(case.pk, "list", verb=verb, under=[case.child.key_scope()])
    return [
        Row(
            case,
            value_of(case.child.birth_date),
            replace(standing.get(case.pk, Standing()), last_seen=seen.get(case.pk)),
        )
        for case in listed
    ]


@page(*CASEWORK)
def case_list(request: StaffRequest) -> HttpResponse:
    """The cases of the acting position, narrowed and in the order that the address names, or else the ones chosen last."""
    by, asked, mark = request.by, request.GET.dict(), mark_of(LISTED, str(request.by.pk))
    before = {} if asked else _kept(recalled(request, mark))
    asked |= before
    reviews = by.may(Permission.REVIEW_LINE)
    chosen, order = _chosen(asked)
    leads = who_can_lead(by) if reviews else []
    if reviews and chosen.lead and all(lead.pk != chosen.lead for lead in leads):
        # Still in charge, though the position has ended.
        leads += Position.objects.filter(pk=chosen.lead, office=by.office).select_related("staff")
    total = counted(by, chosen)
    too_many = bool(order) and total > SORTED
    if order and not too_many:
        shown, compared = sorted_page(by, asked, chosen, order)
        # Compared, not shown: no look at these cases.
        request.event.covered.update(
            scope for case in compared for scope in (case.key_scope(), case.child.key_scope())
        )
    else:
        shown = list_of(by, asked, chosen)
    rows = rows_of(request, shown.rows, Verb.CASE_LIST)
    if not rows:
        request.event.note(Verb.CASE_LIST)
    context = {
        "rows": rows,
        "shown": shown,
        "chosen": chosen,
        "order": order,
        "total": total,
        "most": COUNTED,
        "too_many": too_many,
        "turned": "name" if order and not too_many else "",
        "sorted": SORTED,
        "stages": Stage.choices,
        "urgencies": Urgency.choices,
        "states": Shown.choices,
        "orders": Order.choices,
        "leads": leads,
        "narrowed": chosen != Narrowed(),
        "recalled": bool(before),
    }
    response = render(request, "cases/finding/case_list.html", context)
    if "order" in request.GET:  # the form; an address without it changes nothing
        remember(request, response, mark, _kept(asked))
    return response


def _kept(asked: Mapping[str, str]) -> dict[str, str]:
    return {name: asked[name] for name, codes in KEPT.items() if asked.get(name) in codes}


def _chosen(asked: Mapping[str, str]) -> tuple[Narrowed, Order]:
    """The filters and the order that are asked for; BadRequest for a value that no list offers."""
    lead = asked.get("lead", "")
    try:
        order = Order(asked.get("order", ""))
        chosen = Narrowed(
            stage=Stage(asked["stage"]) if asked.get("stage") else None,
            urgency=Urgency(asked["urgency"]) if asked.get("urgency") else None,
            state=Shown(asked.get("state", "") or Shown.OPEN),
            lead=UUID(lead) if lead else None,
            overdue=bool(asked.get("overdue")),
        )
    except ValueError as error:
        raise BadRequest("not a filter of the list") from error
    return chosen, order


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
    _note_search(
        request, "case_number" if number else "kana", number_key(number) if number else name_key(typed)
    )
    found = queries.find(request.by, typed)
    # Compared, not shown: no look at these cases.
    request.event.covered.update(found.passed)
    rows = [
        replace(row, school=found.schools.get(row.case.pk, ""))
        for row in rows_of(request, found.cases, Verb.CASE_SEARCH)
    ]
    hidden = others_behind_glass(request, [row.case.pk for row in rows], number=number)
    return {"rows": rows, "hidden": hidden, "more": found.more, "limit": queries.LOOKED_THROUGH}


def _of_the_child(request: StaffRequest, kana: str, birth_date: date | str, school: str) -> dict[str, Any]:
    terms: dict[str, Any] = {"kana": kana}
    terms |= {"birth_date": birth_date} if isinstance(birth_date, date) else {"school": school}
    kind = EXACT if "birth_date" in terms else SCHOOL
    _note_search(request, kind, search_key(kind, (*terms.values(),)))
    rows = rows_of(request, search_exact(request.by, **terms), Verb.CASE_SEARCH)
    seen = [row.case.pk for row in rows]
    return {"rows": rows, "hidden": others_behind_glass(request, seen, **terms)}


def _note_search(request: StaffRequest, kind: str, key: str) -> None:
    """The keyed hash of the term: two searches for one child can be seen to be the same, the name cannot be read from it."""
    request.event.note(Verb.CASE_SEARCH, detail=f"{kind}:{term(request.by.office_id, kind, key)}")
