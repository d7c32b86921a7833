"""The inbox."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme

from agencies.notices import actions
from agencies.notices.models import Notice
from agencies.notices.queries import inbox_of
from agencies.staff.access import StaffRequest, action, page
from agencies.staff.pages import id_pressed, not_pressed


@page()
def inbox(request: StaffRequest) -> HttpResponse:
    """The notices of the acting position, newest first."""
    shown = inbox_of(request.by, request.GET.dict())
    return render(request, "agencies/notices/inbox.html", {"page": shown})


@action()
def notice_open(request: StaffRequest, notice_id: UUID) -> HttpResponse:
    """Mark a notice as read and go to what it is about."""
    notice = get_object_or_404(Notice, pk=notice_id, position=request.by)
    actions.mark_read(notice.pk, by=request.by)
    if not notice.path.startswith("/") or not url_has_allowed_host_and_scheme(
        notice.path, allowed_hosts=None
    ):
        raise Http404
    return redirect(notice.path)


@action()
def inbox_read(request: StaffRequest) -> HttpResponse:
    """Mark one notice (``notice``) as read, or ``all`` of them."""
    wanted = id_pressed(request, "notice")
    if wanted is not None:
        actions.mark_read(get_object_or_404(Notice, pk=wanted, position=request.by).pk, by=request.by)
    elif request.POST.get("notice") == "all":
        actions.mark_all_read(by=request.by)
    else:
        return not_pressed(request, "inbox")
    return redirect("inbox")
