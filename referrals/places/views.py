"""A place is asked for: the pages of the case, and the desk of the institution."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from agencies.staff.access import StaffRequest, action, form_page, page
from agencies.staff.pages import button_answer, buttons_answer, form_answer, posted, refusal_of
from agencies.staff.roles import Permission
from agencies.staff.rules import reason_against
from agencies.vacancies.queries import institutions, listed, units_on_board
from cases.records.codes import Level
from cases.records.models import Case
from cases.records.pages import case_form, case_or_404, case_to_change
from referrals.places import actions, queries, rules
from referrals.places.codes import Decline, PlaceState, Term
from referrals.places.forms import AskForm, WordForm
from referrals.places.models import PlaceAsk, PlaceLink
from security.encryption.fields import values_of
from security.walls import clock

S = PlaceState


@form_page(Permission.WORK_ON_CASES)
def place_new(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Ask several institutions for a place, without a name. The sheet that was sent last stands in the form."""
    case = case_to_change(request, case_id)
    units: dict[UUID, list[Any]] = {}
    for one in listed(units_on_board(), clock.now()):
        units.setdefault(one.unit.office_id, []).append(one)
    form = AskForm(
        posted(request),
        case=case,
        institutions=list(institutions()),
        units=units,
        initial=_sheet_before(case),
    )
    return case_form(
        request,
        case,
        form,
        lambda: actions.ask_for_place(case, form.facts, form.chosen, by=request.by),
        section="places",
        done=_("It has been sent. You are told what the institutions answer."),
        heading=_("Ask for a place"),
        label=_("Send to these institutions"),
        intro=_("Each institution gets the sheet alone. None learns of the others, nor what they answer."),
        reason=reason_against(rules.check_may_ask, case, request.by),
    )


def _sheet_before(case: Case) -> dict[str, Any]:
    searches = queries.searches_of(case)
    links = queries.links_of_search(searches[0][0].pk) if searches else []
    names = [name for name in PlaceAsk.SHEET if name not in ("how_soon", "wanted_from")]
    return values_of(links[0].ask, names) if links else {}


def _search_or_404(request: StaffRequest, case: Case, search_id: UUID) -> list[PlaceLink]:
    links = queries.links_of_search(search_id)
    if not links or links[0].case_id != case.pk:
        raise Http404
    return links


def _link_or_404(request: StaffRequest, case: Case, ask_id: UUID) -> PlaceLink:
    rows = PlaceLink.objects.select_related("case__child", "search", "ask__institution")
    link = rows.filter(case=case, ask=ask_id).first()
    if link is None:
        raise Http404
    return link


@page(Permission.WORK_ON_CASES)
def place_search(request: StaffRequest, case_id: UUID, search_id: UUID) -> HttpResponse:
    """One search: the sheet, what each institution answered, and what can be done."""
    case = case_or_404(request, case_id, "places")
    links, now, by = _search_or_404(request, case, search_id), clock.now(), request.by
    words = queries.words_of_asks([link.ask_id for link in links])
    asks = [link.ask for link in links]
    rows = [
        {
            "ask": link.ask,
            "card": _card(link),
            "words": words[link.ask_id],
            "ran_out": link.ask.has_run_out(now),
            "late": link.ask.is_late(now),
            "why_not_choose": reason_against(rules.check_may_choose, link.ask, asks, now),
        }
        for link in links
    ]
    context = {
        "case": case,
        "search": links[0].search,
        "sheet": links[0].ask,
        "rows": rows,
        "sections": ["sheet", *(_card(link) for link in links)],
        "why_not": reason_against(rules.check_of_case, case, by),
        "releasable": rules.releasable(links),
        "chosen": queries.is_chosen(links),
    }
    return render(request, "referrals/places/search.html", context)


def _card(link: PlaceLink) -> str:
    """The card of one institution on the page of a search."""
    return f"ask-{link.ask_id}"


def _at(link: PlaceLink) -> str:
    """Where that card is."""
    return reverse("place_search", args=[link.case_id, link.search_id]) + f"#{_card(link)}"


@action(Permission.WORK_ON_CASES)
def place_choose(request: StaffRequest, case_id: UUID, ask_id: UUID) -> HttpResponse:
    """Choose an offer."""
    case = case_or_404(request, case_id, level=Level.EDIT)
    link = _link_or_404(request, case, ask_id)
    return button_answer(
        request,
        lambda: actions.choose(link, by=request.by),
        done=_("Chosen. Telephone the institution now and tell it who the child is: this page never does."),
        to=(_at(link),),
        at=_card(link),
    )


@action(Permission.WORK_ON_CASES)
def place_withdraw(request: StaffRequest, case_id: UUID, ask_id: UUID) -> HttpResponse:
    """Withdraw one request."""
    case = case_or_404(request, case_id, level=Level.EDIT)
    link = _link_or_404(request, case, ask_id)
    return button_answer(
        request,
        lambda: actions.withdraw(link, by=request.by),
        done=_("The request has been withdrawn, and the institution is told."),
        to=(_at(link),),
        at=_card(link),
    )


@action(Permission.WORK_ON_CASES)
def place_release(request: StaffRequest, case_id: UUID, search_id: UUID) -> HttpResponse:
    """Withdraw all open requests of a search but the chosen one."""
    case = case_or_404(request, case_id, level=Level.EDIT)
    links = _search_or_404(request, case, search_id)
    return button_answer(
        request,
        lambda: actions.release_others(links[0].search, by=request.by),
        done=_("The other institutions are told that their place is not needed."),
        to=(reverse("place_search", args=[case.pk, search_id]) + "#sheet",),
        at="sheet",
    )


@form_page(Permission.WORK_ON_CASES)
def place_answer(request: StaffRequest, case_id: UUID, ask_id: UUID) -> HttpResponse:
    """Answer the question of an institution."""
    case = case_to_change(request, case_id)
    link = _link_or_404(request, case, ask_id)
    words = queries.words_of_asks([ask_id])[ask_id]
    hint = _(
        "No name, no birth date, no address. What would say who the child is, is said once it was chosen."
    )
    form = WordForm(posted(request), case=case, hint=hint)
    return case_form(
        request,
        case,
        form,
        lambda: actions.answer(link, form.cleaned_data["text"], by=request.by),
        section="places",
        done=_("The answer has been sent."),
        heading=_("Answer the question"),
        label=_("Send the answer"),
        template="referrals/places/answer.html",
        words=words,
        institution=link.ask.institution,
        to=(_at(link),),
        at=_card(link),
        back_url=_at(link),
        reason=reason_against(rules.check_of_case, case, request.by)
        or reason_against(rules.check_follows, link.ask, S.SEEN, center=True),
    )


@page(Permission.KEEP_VACANCIES)
def places_asked(request: StaffRequest) -> HttpResponse:
    """The requests at the institution: what waits for its answer first, then what has ended lately."""
    now = clock.now()
    asks = [(ask, ask.has_run_out(now), ask.is_late(now)) for ask in queries.open_asks_at(request.by)]
    ended = [(ask, False, False) for ask in queries.ended_asks_at(request.by)]
    return render(request, "referrals/places/asked_list.html", {"asks": asks, "ended": ended})


def _ask_or_404(request: StaffRequest, ask_id: UUID) -> PlaceAsk:
    ask = queries.asks_at(request.by).filter(pk=ask_id).first()
    if ask is None:
        raise Http404
    return ask


@page(Permission.KEEP_VACANCIES)
def place_asked(request: StaffRequest, ask_id: UUID) -> HttpResponse:
    """One request at the institution, with its answers one press away. Opened for the first time, the center sees that."""
    ask, by = _ask_or_404(request, ask_id), request.by
    if ask.state == S.SENT and not refusal_of(actions.open_ask, ask, by=by):
        ask = _ask_or_404(request, ask_id)
    now = clock.now()
    follows = rules.check_follows
    context = {
        "ask": ask,
        "words": queries.words_of_asks([ask.pk])[ask.pk],
        "ran_out": ask.has_run_out(now),
        "late": ask.is_late(now),
        "over": ask.state in (S.WITHDRAWN, S.DECLINED),
        "terms": Term,
        "reasons": Decline,
        "may_offer": not reason_against(follows, ask, S.OFFERED, center=False),
        "may_decline": not reason_against(follows, ask, S.DECLINED, center=False),
        "may_ask": not reason_against(follows, ask, S.ASKED_BACK, center=False),
        "may_confirm": not reason_against(follows, ask, S.CONFIRMED, center=False),
    }
    return render(request, "referrals/places/asked.html", context)


@action(Permission.KEEP_VACANCIES)
def place_reply(request: StaffRequest, ask_id: UUID) -> HttpResponse:
    """The institution's answer, by the button that was pressed: an offer for so long, a reason for declining, or it confirms."""
    ask, by = _ask_or_404(request, ask_id), request.by
    buttons: dict[str, tuple[str, Any]] = {
        "confirm": (_("Confirmed: the center is told."), lambda: actions.confirm(ask, by=by))
    }
    for term in Term:
        told = _("Offered: the center is told.")
        buttons[f"offer_{term.value}"] = (told, lambda term=term: actions.offer(ask, term, by=by))
    for why in Decline:
        told = _("Declined: the center is told.")
        buttons[f"decline_{why.value}"] = (told, lambda why=why: actions.decline(ask, why, by=by))
    return buttons_answer(request, "reply", buttons, to=("place_asked", ask.pk))


@form_page(Permission.KEEP_VACANCIES)
def place_question(request: StaffRequest, ask_id: UUID) -> HttpResponse:
    """The institution asks something before it answers."""
    request.menu_at = reverse("places_asked")
    ask = _ask_or_404(request, ask_id)
    hint = _(
        "What you need to know of the care. Do not ask who the child is: you are told once you are chosen."
    )
    form = WordForm(posted(request), hint=hint)
    return form_answer(
        request,
        form,
        lambda: actions.ask_back(ask, form.cleaned_data["text"], by=request.by),
        done=_("The question has been sent."),
        to=("place_asked", ask.pk),
        template="referrals/places/question.html",
        ask=ask,
        reason=reason_against(rules.check_follows, ask, S.ASKED_BACK, center=False),
    )
