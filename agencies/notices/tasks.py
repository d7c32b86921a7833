"""A mail for a notice: that something waits, and its reference. No name, no content, no address of a page."""

import uuid
from collections.abc import Iterable
from typing import Any

from django.core.mail import EmailMessage
from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import override

from security.outbox.actions import NAMESPACE
from security.outbox.effects import effect
from security.outbox.relay import expects

KIND = "notice_mail"


@effect(KIND)
def notice_mail(payload: dict[str, Any]) -> None:
    """Tell a post by mail that a notice waits. Nobody is told whose post has ended or whose office has no address.

    The Message-ID comes from the notice, so that a mail sent twice over a fault is one mail to the receiver.
    """
    address = _address_of(payload["post_id"])
    if not address:
        return
    reference = {"reference": " ".join(payload["reference"].split())}  # on one line: a header has no other
    with override("ja"):
        mail = EmailMessage(
            subject=_("[Tomoshibi] A notice has come in (%(reference)s)") % reference,
            body=_(
                "A notice has come in.\n\nReference: %(reference)s\n\nSign in to Tomoshibi and open the inbox to read it. "
                "This mail holds no content; please do not answer it."
            )
            % reference,
            to=[address],
            headers={"Message-ID": f"<{uuid.uuid5(NAMESPACE, payload['notice_key'])}@tomoshibi>"},
        )
    mail.send()


@expects
def notices_without_mail() -> Iterable[tuple[str, dict[str, Any], str]]:
    """Notices of the last days that left no row in the outbox."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT key, post_id, reference FROM wall.notices_without_mail()")
        rows = cursor.fetchall()
    return [
        (KIND, {"notice_key": key, "post_id": str(post_id), "reference": reference}, key)
        for key, post_id, reference in rows
    ]


def _address_of(post_id: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT wall.mail_address_of(%s)", [post_id])
        (address,) = cursor.fetchone()
    return address or ""
