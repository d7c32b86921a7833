"""Sign-in over the gate connection: passwords, the choice of a post, and the identity that the wall then knows."""

import uuid
from uuid import UUID

from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.signals import user_logged_in
from django.db import connections, transaction
from django.http import HttpRequest

from agencies.staff.models import Credential, Post, Staff
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


def posts_of(staff: Staff) -> list[Post]:
    """The posts the person holds today."""
    return list(Post.objects.using(GATE).current().filter(staff=staff).select_related("office", "section", "staff"))


def open_session(request: HttpRequest, staff: Staff, post: Post | None) -> None:
    """Begin a session under a new key, acting in ``post`` (None: still to be chosen). Any older identity of this session ends."""
    end_session(request)
    request.session.create()
    key = request.session.session_key
    mint_identity(key, staff.pk, post.pk if post else None, request.META.get("HTTP_USER_AGENT", "")[:200])
    set_identity(key)
    look = request.look  # type: ignore[attr-defined]  # set by LookMiddleware
    look.staff_id, look.post_id = staff.pk, post.pk if post else None
    look.role, look.office_id = (post.role, post.office_id) if post else ("", None)
    user_logged_in.send(sender=Staff, request=request, user=staff)


def end_session(request: HttpRequest) -> None:
    """End the identity of this session, if any, and forget its data."""
    key = request.session.session_key
    if key is not None:
        with transaction.atomic(using=GATE):
            set_identity(key, using=GATE)
            with connections[GATE].cursor() as cursor:
                cursor.execute("SELECT wall.end_session(NULL)")
    request.session.flush()


def set_password(staff_id: UUID, password: str, *, change_first: bool) -> None:
    """Store a new password (Argon2id); every session of the person ends."""
    _call("SELECT wall.set_credential(%s, %s, %s)", staff_id, make_password(password), change_first)


def temporary_password() -> str:
    """A password to hand over once: 64 random bits, readable over the telephone."""
    raw = uuid.uuid4().hex
    return "-".join(raw[i : i + 4] for i in range(0, 16, 4))


def _call(statement: str, *parameters: object) -> None:
    with connections[GATE].cursor() as cursor:
        cursor.execute(statement, parameters)
