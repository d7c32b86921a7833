"""Who acts in this request; and default deny: a view without declared access is closed."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from agencies.staff.access import Access
from agencies.staff.actions import must_change_password
from agencies.staff.models import Position, Staff
from agencies.staff.onward import KEPT, LOST, NEXT, by_way_of
from face.way_back import page_of
from security.signin import parked
from security.walls.middleware import GetResponse


class ActingMiddleware:
    """Ask the wall who acts, and let only declared views be reached.

    ``request.by`` is the position in use (None where none is chosen), ``request.user`` the person.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        staff, position = _acting()
        request.user = staff or AnonymousUser()
        request.by = request.position_in_use = position  # type: ignore[attr-defined]  # see StaffRequest
        look = request.event  # type: ignore[attr-defined]  # set by LookMiddleware
        if staff is not None:
            look.staff_id = staff.pk
        if position is not None:
            look.position_id, look.role, look.office_id = position.pk, position.role, position.office_id
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        """Send a request without a session to the sign-in page, keeping what they typed; refuse a view that declares nothing."""
        access: Access | None = getattr(view, "access", None)
        if access is None:
            raise Http404
        if access.to == "public":
            return None
        if request.user.is_anonymous:
            return _to_sign_in(request, access)
        if request.by is None:  # type: ignore[attr-defined]  # see StaffRequest
            if not access.before_change and must_change_password(request.user):
                if access.to == "person":
                    return redirect(by_way_of("new_password", request))
                return _to_page("new_password", request, access)
            if access.to == "position":
                return _to_page("choose_position", request, access)
        return None


def _acting() -> tuple[Staff | None, Position | None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT wall.my_staff(), wall.my_position(), wall.touch()")
        staff_id, position_id, _idle = cursor.fetchone()
    if staff_id is None:
        return None, None
    if position_id is None:
        return Staff.objects.filter(pk=staff_id).first(), None
    position = Position.objects.select_related("staff", "office", "section").filter(pk=position_id).first()
    # A session that another request ends between the two statements gives no identity in the second one, as in the next request.
    return (position.staff, position) if position else (None, None)


def _to_sign_in(request: HttpRequest, access: Access) -> HttpResponseBase:
    """Who opens the first address of the demo chooses a person there."""
    if settings.TOMOSHIBI_DEMO is True and request.path == reverse("home"):
        return redirect("demo")
    return _to_page("sign_in", request, access)


def _to_page(name: str, request: HttpRequest, access: Access) -> HttpResponseBase:
    """Where the person signs in or chooses a position. The page they wanted is carried along; what they typed is kept.

    A button that was pressed in vain is said to have done nothing, and its page is carried along.
    """
    where = {NEXT: request.path} if request.method in ("GET", "HEAD") and request.path != "/" else {}
    if request.method == "POST":
        # Not saved: a form that was restored before stays parked, whatever this redirect looks like.
        request.parked_again = True  # type: ignore[attr-defined]  # read by ParkedFormsMiddleware
        if access.parks and parked.park(request):
            where[KEPT] = "1"
        else:
            where |= {NEXT: page_of(request), LOST: "1"}
    return redirect(f"{reverse(name)}?{urlencode(where)}" if where else reverse(name))
