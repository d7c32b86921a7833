"""Every page says how many notices are unread."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.functional import SimpleLazyObject

from agencies.notices.queries import unread_badge
from security.walls.middleware import GetResponse


class InboxMiddleware:
    """``request.inbox_count``, asked only where a page shows it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        by = request.by  # type: ignore[attr-defined]  # see StaffRequest
        if by is not None:
            request.inbox_count = SimpleLazyObject(lambda: unread_badge(by))  # type: ignore[attr-defined]  # for the frame
        return self.get_response(request)
