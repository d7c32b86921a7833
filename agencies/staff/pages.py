"""What every form page does alike: take what was sent, act once it is valid, say so, and go on; or show the form again."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db import DatabaseError, IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from agencies.staff.rules import Refused

Result = TypeVar("Result")
WALL_CLOSED = "42501"
"""SQLSTATE insufficient_privilege: a policy no longer lets the row be written."""


def posted(request: HttpRequest) -> QueryDict | None:
    """What was sent, or None while a page is only shown: the first argument of every form."""
    return request.POST if request.method == "POST" else None


@sensitive_variables("made")
def form_answer(
    request: HttpRequest,
    form: forms.Form,
    act: Callable[[], Result],
    *,
    done: str | Callable[[Result], str],
    to: tuple[Any, ...] | Callable[[Result], HttpResponse],
    template: str,
    refused_at: str | None = None,
    at: str = "",
    **context: Any,
) -> HttpResponse:
    """The answer of a form page.

    ``act``, called only when a valid form was sent, does it. The reader is then told ``done`` (if anything; in the card ``at``
    of the next page, where it has that card) and sent ``to`` a route; both may be functions of what ``act`` gave. What a rule
    or a wall refuses is shown above the form (or at the field ``refused_at``) with everything that was typed. ``context`` is
    what ``template`` shows beside ``form``.
    """
    if form.is_valid():
        made: list[Result] = []
        reason = refusal_of(lambda: made.append(act()))
        if not reason:
            if told := done(made[0]) if callable(done) else done:
                messages.success(request, told, extra_tags=at)
            return to(made[0]) if callable(to) else redirect(*to)
        form.add_error(refused_at, reason)
    return render(request, template, {"form": form, **context})


def saved(form: forms.Form, act: Callable[..., Any], *arguments: Any, **named: Any) -> bool:
    """Run an action for a page that builds its own answer. A refusal, by a rule or by a wall, becomes an error of ``form``."""
    reason = refusal_of(act, *arguments, **named)
    if reason:
        form.add_error(None, reason)
    return not reason


def refusal_of(act: Callable[..., Any], *arguments: Any, **named: Any) -> str:
    """Run an action and give the sentence with which it was refused, or ''. Other faults of the database go on."""
    try:
        with transaction.atomic():
            act(*arguments, **named)
    except Refused as refusal:
        return str(refusal.reason)
    except IntegrityError:
        return _("Somebody else changed this meanwhile, or it is not yours to change. Nothing was saved.")
    except DatabaseError as error:
        if getattr(error.__cause__, "sqlstate", "") != WALL_CLOSED:
            raise
        return _("Your access to this case has changed meanwhile. Nothing was saved.")
    return ""


def button_answer(
    request: HttpRequest, act: Callable[[], Any], *, done: str, to: tuple[Any, ...], at: str = ""
) -> HttpResponse:
    """The answer of a button without a form: ``act``, told as done or as refused (in the card ``at``), and on ``to`` a route."""
    reason = refusal_of(act)
    if reason:
        messages.error(request, reason, extra_tags=at)
    else:
        messages.success(request, done, extra_tags=at)
    return redirect(*to)


def buttons_answer(
    request: HttpRequest,
    name: str,
    buttons: Mapping[str, tuple[str, Callable[[], Any]]],
    *,
    to: tuple[Any, ...],
    at: str = "",
) -> HttpResponse:
    """The answer of several buttons of one ``name``: by the value of each, what is told once it is done, and what it does.

    Nothing is taken for an answer but the button that was pressed: without one of them nothing is done.
    """
    pressed = buttons.get(request.POST.get(name, ""))
    if pressed is None:
        return not_pressed(request, *to, at=at)
    done, act = pressed
    return button_answer(request, act, done=done, to=to, at=at)


def id_pressed(request: HttpRequest, name: str) -> UUID | None:
    """The id on the button that was pressed, of one in each row. None is answered by :func:`not_pressed`."""
    try:
        return UUID(request.POST.get(name, ""))
    except ValueError:
        return None


def not_pressed(request: HttpRequest, *to: Any, at: str = "") -> HttpResponse:
    """The answer where none of the buttons was pressed that the page has: back to it, with the reason."""
    text = _("Nothing was done, as none of the buttons was pressed. Press one of them.")
    messages.error(request, text, extra_tags=at)
    return redirect(*to)


def say_at_fields(
    form: forms.Form, rule: Callable[..., Any], *of: Any, at: Mapping[str, str] | None = None
) -> None:
    """What a rule refuses stands beside each field that the refusal's code names (``at``: where a field has another name), or
    above the form where it names none."""
    try:
        rule(*of)
    except Refused as refusal:
        names = [(at or {}).get(name, name) for name in refusal.code.split()]
        here: list[str | None] = [name for name in names if name in form.fields]
        for name in here or [None]:
            form.add_error(name, str(refusal.reason))
