"""Sign-in over the gate connection: passwords, the choice of a position, and the identity that the wall then knows."""

import uuid
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.contrib.auth.hashers import check_password, make_password
from django.db import connection, connections, transaction
from django.http import HttpRequest
from django.middleware.csrf import rotate_token

from agencies.staff.models import Credential, Position, Staff
from security.audit.access_event import AccessEvent
from security.audit.verbs import Verb
from security.rooms import rooms
from security.signin import tries
from security.signin.models import Outcome
from security.walls import clock
from security.walls.identity import mint_identity, set_identity

GATE = "gate"


def person_with_password(username: str, password: str) -> Staff | None:
    """The active person with this user name and password, or None. An unknown name costs the same time as a wrong password."""
    staff = Staff.objects.using(GATE).filter(username=username, is_active=True).first()
    credential = Credential.objects.using(GATE).filter(staff=staff).first() if staff else None
    if staff is None or credential is None:
        make_password(password)
        return None

    def upgrade(raw: str) -> None:
        _call("SELECT wall.upgrade_credential(%s, %s)", staff.pk, make_password(raw))

    return staff if check_password(password, credential.password, setter=upgrade) else None


def must_change_password(staff: Staff) -> bool:
    """Whether the password was set by an administrator and has to be changed first."""
    return Credential.objects.using(GATE).filter(staff=staff, must_change=True).exists()


def positions_of(staff: Staff) -> list[Position]:
    """The positions the person holds today."""
    return list(
        Position.objects.using(GATE)
        .current(clock.today())
        .filter(staff=staff)
        .select_related("office", "section", "staff")
    )


@dataclass(frozen=True)
class Answer:
    """How a try with a password ended: ``staff`` where it was right, ``closed`` where it came after too many wrong ones.

    ``wrong_before``: how many tries with this user name failed since its last sign-in.
    """

    staff: Staff | None
    closed: bool = False
    wrong_before: int = 0


def try_password(request: HttpRequest, username: str, password: str, *, rule: str) -> Answer:
    """Try a user name and a password, and count the try. ``rule`` names a wrong one in the access log.

    The password is looked at also where the name is closed, so that the time tells nothing about it.
    """
    this = tries.begin(username, request.address)  # type: ignore[attr-defined]  # set by WallMiddleware
    closed = tries.is_closed(this)
    staff = person_with_password(username, password)
    if closed:
        tries.ends(this, Outcome.CLOSED)
        _refuse(request, username, "locked")
        return Answer(None, closed=True)
    if staff is None:
        _refuse(request, username, rule)
        return Answer(None, closed=tries.was_the_last(this))
    before = tries.wrong_before(this)
    tries.ends(this, Outcome.RIGHT)
    return Answer(staff, wrong_before=before)


def _refuse(request: HttpRequest, username: str, rule: str) -> None:
    """Record a failed sign-in in the access log, with the person if the user name exists."""
    known = Staff.objects.using(GATE).filter(username=username).values_list("pk", flat=True).first()
    look: AccessEvent = request.event  # type: ignore[attr-defined]  # set by LookMiddleware
    look.note_denied(rule, str(known or ""))
    look.note(Verb.SESSION_REFUSE)


def open_session(request: HttpRequest, staff: Staff, position: Position | None) -> None:
    """Begin a session under a new key, acting in ``position`` (None: still to be chosen). Any older identity of this
    session ends.

    Choosing another position keeps the absolute limit of the sign-in.
    """
    left = _time_left(staff)
    end_session(request)
    request.session.create()
    key = request.session.session_key or ""
    client = request.META.get("HTTP_USER_AGENT", "")[:200]
    mint_identity(key, staff.pk, position.pk if position else None, client, absolute=left)
    set_identity(key)
    rotate_token(request)
    if position is not None:
        for room in rooms():
            if room.position_begins is not None:
                room.position_begins(position)
    look: AccessEvent = request.event  # type: ignore[attr-defined]  # set by LookMiddleware
    look.session, look.staff_id, look.position_id = key, staff.pk, position.pk if position else None
    look.role, look.office_id = (position.role, position.office_id) if position else ("", None)
    look.note(Verb.SESSION_START)


def end_session(request: HttpRequest) -> None:
    """End the identity of this session, if any, and forget its data.

    In the request's own transaction: that one may already hold the identity's row (``wall.touch``), so another would wait for it.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT wall.end_session(NULL)")
    request.session.flush()


def set_password(
    staff_id: UUID, password: str, *, change_first: bool, session_key: str | None = None
) -> None:
    """Store a new password (Argon2id); every session of the person ends, but the one of ``session_key`` (who asks)."""
    with transaction.atomic(using=GATE):
        set_identity(session_key, using=GATE)
        _call("SELECT wall.set_credential(%s, %s, %s)", staff_id, make_password(password), change_first)


def end_sessions_of(staff_id: UUID) -> None:
    """End every session of a person whose account goes out of use."""
    _call("SELECT wall.end_sessions_of(%s)", staff_id)


def temporary_password() -> str:
    """A password to hand over once: 64 random bits, readable over the telephone."""
    raw = uuid.uuid4().hex
    return "-".join(raw[i : i + 4] for i in range(0, 16, 4))


def _time_left(staff: Staff) -> timedelta | None:
    """What remains of the absolute limit of this person's present session; None for a new sign-in."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT ends_at - now() FROM wall.my_identity() WHERE staff_id = %s", [staff.pk])
        found = cursor.fetchone()
    return found[0] if found else None


def _call(statement: str, *parameters: str | bool | UUID) -> None:
    with connections[GATE].cursor() as cursor:
        cursor.execute(statement, parameters)
