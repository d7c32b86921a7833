"""Rules refuse with a sentence. The same rule gives the refusal of an action and the reason on a greyed button."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from agencies.staff.models import Delegation, Position
from agencies.staff.roles import CASEWORK, Act, Permission, Role


class Refused(Exception):
    """An action is not allowed now. ``reason`` is a translated sentence without any data; ``code`` is stable."""

    def __init__(self, code: str, reason: str | Promise) -> None:
        super().__init__(code)
        self.code, self.reason = code, reason


def reason_against(rule: Callable[..., Any], *arguments: Any, **named: Any) -> str | Promise:
    """Why ``rule`` would refuse, or '' if it would not: the text of a greyed button."""
    try:
        rule(*arguments, **named)
    except Refused as refusal:
        return refusal.reason
    return ""


def check_role_may(by: Position, permission: Permission) -> None:
    """The position's role has ``permission``; raises :class:`Refused`."""
    if not by.may(permission):
        raise Refused("role", _("Your role does not include this."))


def check_works(by: Position) -> None:
    """The position works on cases of its office; raises :class:`Refused`."""
    if not any(by.may(permission) for permission in CASEWORK):
        raise Refused("role", _("Your role does not include this."))


def may_decide(by: Position, act: Act, now: datetime) -> bool:
    """Whether this position decides ``act`` for its office: the director, a supervisor where the act is the line's, the
    supervisor of a juvenile support center where it is one of the police, or a position with a delegation that holds today."""
    if act.police and Role(by.role) is Role.POLICE_SUPERVISOR:
        return by.may(Permission.KEEP_SUPPORT)
    if Role(by.role) in (Role.DIRECTOR, *((Role.SUPERVISOR,) if act.by_line else ())):
        return True
    return delegations_to(by, now).filter(acts__contains=[act.value]).exists()


def delegations_to(by: Position, now: datetime) -> QuerySet[Delegation]:
    """The delegations that let this position decide something today; one of a director who has left holds no longer."""
    today = localdate(now)
    return Delegation.objects.filter(to_position=by, office=by.office, approved=True, ended_at=None).filter(
        starts_on__lte=today, ends_on__gte=today, decided_by__in=Position.objects.current(today)
    )


def check_may_decide(by: Position, act: Act, drafted_person_id: object, now: datetime) -> None:
    """The decider holds the power, and is another person than the drafter. Raises :class:`Refused`."""
    if not may_decide(by, act, now):
        raise Refused("not_decider", _who_decides(act, by))
    if by.staff_id == drafted_person_id:
        raise Refused("own_draft", _("Whoever drafted it cannot decide it, in another position either."))


def _who_decides(act: Act, by: Position) -> str | Promise:
    if by.may(Permission.KEEP_SUPPORT):
        return _("The supervisor of the juvenile support center decides it.")
    if act.by_line:
        return _("A supervisor, the director, or a person the director delegated this to, decides it.")
    return _("The director, or a person the director delegated this to, decides it.")
