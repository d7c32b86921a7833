"""Signing in and out, the choice of a position, the person's own password and sessions."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.debug import sensitive_post_parameters

from agencies.staff import actions as signin
from agencies.staff.access import StaffRequest, action, form_page, page
from agencies.staff.forms import NewPasswordForm, SignInForm
from agencies.staff.models import Staff
from agencies.staff.onward import arrive, by_way_of, onward
from agencies.staff.pages import id_pressed, not_pressed, posted
from agencies.staff.queries import end_one_of_my_sessions, my_sessions
from security.audit.page_print import note_print
from security.audit.verbs import Verb
from security.signin import parked

SESSIONS = 20
"""How many of a person's sessions one page lists."""
WRONG = gettext_lazy("The user name or the password is not right.")
SAME = gettext_lazy("Choose a password other than the present one.")
LOCKED = gettext_lazy(
    "Too many wrong tries. Signing in with this user name is closed for 15 minutes here; ask the administrator if it is urgent."
)


@form_page(to="public", parks=False)
@sensitive_post_parameters("password")
def sign_in(request: StaffRequest) -> HttpResponse:
    """User name and password. Every refusal reads the same, whether the account exists or not."""
    if request.user.is_authenticated and request.method != "POST":
        return redirect(onward(request))
    form = SignInForm(posted(request))
    status = 200
    if form.is_valid():
        answer = signin.try_password(
            request,
            form.cleaned_data["username"],
            form.cleaned_data["password"],
            rule="wrong name or password",
        )
        if answer.staff:
            response = enter(request, answer.staff)
            _tell_of_wrong_tries(request, answer.wrong_before)
            return response
        form.add_error(None, LOCKED if answer.closed else WRONG)
        status = 429 if answer.closed else 200
    context = {
        "form": form,
        "kept": request.GET.get("kept") == "1",
        "lost": request.GET.get("lost") == "1",
        "signed_out": request.GET.get("out") == "1",
    }
    return render(request, "agencies/staff/sign_in.html", context, status=status)


def enter(request: StaffRequest, staff: Staff) -> HttpResponse:
    """Begin the session of a person who has proved who they are. A single position is taken at once."""
    positions = signin.positions_of(staff)
    response: HttpResponse
    if signin.must_change_password(staff):
        signin.open_session(request, staff, None)
        response = redirect(by_way_of("new_password", request))
    elif len(positions) == 1:
        signin.open_session(request, staff, positions[0])
        response = arrive(request)
    else:
        signin.open_session(request, staff, None)
        response = redirect(by_way_of("choose_position", request))
    parked.remember_person(request, response, staff.pk)
    return response


@form_page(to="person", parks=False)
def choose_position(request: StaffRequest) -> HttpResponse:
    """Choose the position to act in, at sign-in or later. The session continues under a new key."""
    positions = signin.positions_of(request.user)
    if request.method == "POST":
        wanted = id_pressed(request, "position")
        if wanted is None:
            return not_pressed(request, by_way_of("choose_position", request))
        chosen = next((position for position in positions if position.pk == wanted), None)
        if chosen is None:
            raise Http404
        signin.open_session(request, request.user, chosen)
        return arrive(request)
    context = {"positions": positions, "action": by_way_of("choose_position", request)}
    return render(request, "agencies/staff/choose_position.html", context)


@form_page(to="person", parks=False, before_change=True)
@sensitive_post_parameters("old", "password", "again")
def new_password(request: StaffRequest) -> HttpResponse:
    """The person's own new password: at once after a temporary one, later on wish. All other sessions of the person end."""
    staff = request.user
    forced = signin.must_change_password(staff)
    form = NewPasswordForm(posted(request), staff=staff, ask_old=not forced)
    if form.is_valid() and (_is_another(request, form) if forced else _knows_old(request, form)):
        position = request.by
        key = request.session.session_key
        signin.set_password(staff.pk, form.cleaned_data["password"], change_first=False, session_key=key)
        response = enter(request, staff) if position is None else redirect("sessions")
        if position is not None:
            signin.open_session(request, staff, position)
        request.event.note(Verb.PASSWORD_CHANGE)
        messages.success(
            request, _("Your password has been changed. All other sessions of yours have ended.")
        )
        return response
    return render(
        request,
        "agencies/staff/new_password.html",
        {"form": form, "forced": forced, "renewed_at": staff.password_renewed_at},
    )


def _is_another(request: StaffRequest, form: NewPasswordForm) -> bool:
    """A temporary password is known to the person who handed it over, so it cannot stay."""
    if signin.person_with_password(request.user.username, form.cleaned_data["password"]) is None:
        return True
    form.add_error("password", SAME)
    return False


def _knows_old(request: StaffRequest, form: NewPasswordForm) -> bool:
    """Tries at the present password count towards the same lock as tries to sign in."""
    answer = signin.try_password(
        request, request.user.username, form.cleaned_data["old"], rule="wrong present password"
    )
    if answer.closed:
        form.add_error(None, LOCKED)
    elif answer.staff is None:
        form.add_error("old", _("The present password is not right."))
    return answer.staff is not None


def _tell_of_wrong_tries(request: StaffRequest, count: int) -> None:
    if count:
        text = ngettext(
            "Since your last sign-in, %(count)s sign-in with your user name failed. If it was not you, tell the administrator.",
            "Since your last sign-in, %(count)s sign-ins with your user name failed. If it was not you, tell the administrator.",
            count,
        )
        messages.warning(request, text % {"count": count})


@action(to="public", parks=False)
def sign_out(request: StaffRequest) -> HttpResponse:
    """End the session; the browser forgets what it may have kept."""
    if request.user.is_authenticated:
        request.event.note(Verb.SESSION_END)
        signin.end_session(request)
    response = redirect(reverse("sign_in") + "?out=1")
    response["Clear-Site-Data"] = '"cache", "storage"'
    parked.forget_person(response)
    return response


@page(to="person")
def sessions(request: StaffRequest) -> HttpResponse:
    """Where the person is signed in: here, and at the latest of the other places."""
    found = sorted(my_sessions(), key=lambda one: not one.is_this)
    context = {"sessions": found[:SESSIONS], "more": len(found[SESSIONS:])}
    return render(request, "agencies/staff/sessions.html", context)


@action(to="person", parks=False)
def end_session(request: StaffRequest) -> HttpResponse:
    """Sign out one other session of the person (``session``), or ``all`` others."""
    wanted = request.POST.get("session", "")
    others = [found for found in my_sessions() if not found.is_this and wanted in ("all", str(found.id))]
    if not others:
        return not_pressed(request, "sessions")
    for found in others:
        end_one_of_my_sessions(UUID(str(found.id)))
    request.event.note(Verb.SESSION_END, object_pk=" ".join(str(found.id) for found in others))
    messages.success(request, _("Signed out there."))
    return redirect("sessions")


@action(to="person", parks=False, before_change=True)
def alive(request: StaffRequest) -> HttpResponse:
    """Typing counts as activity: coming here has already put the idle limit off."""
    return HttpResponse(status=204)


@action(parks=False)
def printed(request: StaffRequest) -> HttpResponse:
    """The browser prints a page that it was given. It names the page by the mark on it; what is recorded, the mark says."""
    if not note_print(request.event, request.POST.get("page", "")):
        raise Http404
    return HttpResponse(status=204)
