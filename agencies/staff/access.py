"""Every view says who may come in; one that does not say is closed, and the system check names it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Literal

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from agencies.staff.models import Position, Staff
from agencies.staff.roles import Permission
from face.errors import not_allowed, unavailable
from face.forms import DRAFT_BEFORE_KEY, DRAFT_KEY, KEEP_KEY, RESTORE_KEY
from face.way_back import page_above
from security.audit.access_event import AccessEvent
from security.signin import drafts, parked

SEEN_ELSEWHERE = 302


class StaffRequest(HttpRequest):
    """A signed-in request, acting in one position (typing only; the middleware sets the attributes)."""

    by: Position
    user: Staff
    event: AccessEvent
    keeps_drafts: bool
    menu_at: str


@dataclass(frozen=True)
class Access:
    """Who may open a page: all (``public``), a person without a position yet (``person``), or a position with one of ``needs``.

    ``parks`` false: what is typed there (a password) is never kept for later. ``before_change``: open, too, to a person who
    first has to change a temporary password.
    """

    to: Literal["public", "person", "position"] = "position"
    needs: tuple[Permission, ...] = ()
    parks: bool = True
    before_change: bool = False

    def admits(self, position: Position | None) -> bool:
        """Whether a person acting in ``position`` may open the page."""
        if self.to != "position":
            return True
        return position is not None and (not self.needs or any(position.may(need) for need in self.needs))


View = Callable[..., HttpResponseBase]


def page(
    *needs: Permission,
    to: Literal["public", "person", "position"] = "position",
    methods: tuple[str, ...] = ("GET", "HEAD"),
    parks: bool = True,
    before_change: bool = False,
) -> Callable[[View], View]:
    """Declare a view's access and methods. A position that is not admitted gets the 404 of a page that does not exist."""
    access = Access(to, needs, parks, before_change)
    keeps_drafts = parks and {"GET", "POST"} <= set(methods)

    def declare(view: View) -> View:
        @wraps(view)
        def guarded(request: StaffRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.method not in methods:
                return not_allowed(request, methods)
            if not access.admits(getattr(request, "by", None)):
                raise Http404
            request.keeps_drafts = keeps_drafts
            if request.method == "POST" and KEEP_KEY in request.POST:
                return _keep_draft(view, keeps_drafts, request, *args, **kwargs)
            if request.method == "POST" and request.POST.get(RESTORE_KEY) == "1":
                return _put_back(view, access.parks and "GET" in methods, request, *args, **kwargs)
            return view(request, *args, **kwargs)

        guarded.access = access  # type: ignore[attr-defined]  # read by the middleware and by the sweeps
        guarded.methods = methods  # type: ignore[attr-defined]  # read by the sweeps
        return guarded

    return declare


def _keep_draft(
    view: View, has_form: bool, request: StaffRequest, *args: Any, **kwargs: Any
) -> HttpResponseBase:
    """Keep what is typed as a draft, and do nothing else.

    A script is told under which mark: 204, 409 where another page has a newer draft, 413 where there is nothing to keep or too
    much. Without a script the page comes back with the text.
    """
    try:
        kept = drafts.keep(request, request.user.pk) if has_form and request.user.is_authenticated else None
    except OSError:
        return unavailable(request)
    if request.headers.get(parked.BY_SCRIPT):
        if kept is None:
            return HttpResponse(status=413)
        return HttpResponse(status=409 if kept.apart else 204, headers={parked.BY_SCRIPT: kept.mark})
    request.POST = sent = request.POST.copy()  # type: ignore[assignment]  # the view reads a changed copy
    sent[RESTORE_KEY] = "1"
    if kept is None:
        messages.warning(request, _("No draft was saved: nothing has been typed, or too much at once."))
    else:
        sent[DRAFT_KEY] = kept.mark
        sent.pop(DRAFT_BEFORE_KEY, None)  # its place has been taken
        messages.add_message(request, *_said(kept))
    return _put_back(view, has_form, request, *args, **kwargs)


def _said(kept: drafts.Kept) -> tuple[int, str]:
    if kept.apart:
        text = _("Another page has a newer draft. This one was saved beside it.")
        url, label = reverse("draft_compare", args=[kept.mark]), _("Compare the two")
        return messages.WARNING, format_html('{} <a href="{}" target="_blank">{}</a>', text, url, label)
    return messages.SUCCESS, _("The draft was saved. Nothing has been sent yet.")


def _put_back(
    view: View, has_form: bool, request: StaffRequest, *args: Any, **kwargs: Any
) -> HttpResponseBase:
    """Kept text is put back into its page and does nothing there: what the view might write is taken back.

    An address that has no form leads to the page that has its button.
    """
    if not has_form:
        return redirect(page_above(request.path_info))
    with transaction.atomic():
        response = view(request, *args, **kwargs)
        transaction.set_rollback(True)
    return redirect(request.path) if response.status_code == SEEN_ELSEWHERE else response


def form_page(*needs: Permission, **options: Any) -> Callable[[View], View]:
    """A page with a form: GET shows it, POST sends it."""
    return page(*needs, methods=("GET", "HEAD", "POST"), **options)


def action(*needs: Permission, **options: Any) -> Callable[[View], View]:
    """An address that only acts: POST."""
    return page(*needs, methods=("POST",), **options)
