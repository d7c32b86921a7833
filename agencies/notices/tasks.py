"""A mail for a notice: that something waits, and its reference. No name, no content, no address of a page."""

from typing import Any

from django.core.mail import EmailMessage
from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import override

from security.outbox.effects import effect
from security.outbox.relay import expects


@effect("notice_mail")
def notice_mail(payload: dict[str, Any]) -> None:
    """Tell a position by mail that a notice waits. No mail goes to a position that has ended, or to an office without an address.

    The payload is an id; every word is fixed here, but for the reference, which the notice has. The Message-ID comes from the
    notice, so that a mail sent twice over a fault is one mail to the receiver.
    """
    found = _mail_of(payload["notice"])
    if found is None:
        return
    address, reference = found
    named = {"reference": reference or "–"}
    with override("ja"):
        mail = EmailMessage(
            subject=_("[Tomoshibi] A notice has come in (%(reference)s)") % named,
            body=_(
                "A notice has come in.\n\nReference: %(reference)s\n\nSign in to Tomoshibi and open “Notices” to read it. "
                "This mail holds no content; please do not answer it."
            )
            % named,
            to=[address],
            headers={"Message-ID": f"<{payload['notice']}@tomoshibi>"},
        )
    mail.send()


@expects
def mail_lost_notices() -> int:
    """Note the mails of notices of the last days that left no row in the outbox; how many."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT wall.mail_lost_notices()")
        return int(cursor.fetchone()[0])


def _mail_of(notice_id: str) -> tuple[str, str] | None:
    """Address and reference of a notice whose mail waits; None where no mail is to be sent."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT address, reference FROM wall.mail_of(%s)", [notice_id])
        found: tuple[str, str] | None = cursor.fetchone()
    return found
