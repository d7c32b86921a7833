"""The outbox of the simulated years: two relays, a broker that loses and doubles messages, a mail server that is often down."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.core import mail
from django.core.mail.backends.locmem import EmailBackend

from agencies.notices.tasks import notice_mail
from referrals.disclosures.tasks import close_expired, warn_unopened
from security.outbox.effects import take_effect
from security.outbox.models import Outbox
from security.outbox.relay import relay, unpark
from tests.simulation.office import Office, Rare

LOST, DOUBLED, CUT, FALLS = 0.03, 0.05, 0.03, 0.01
"""How often a message gets lost or comes twice, a relay dies among its messages, and a worker dies after its mail."""
DOWN = 0.03
"""The share of days on which the mail server is down."""


class MailServer(EmailBackend):
    """A mail server of this process that refuses while it is down."""

    down = False

    def send_messages(self, messages: Any) -> int:
        if MailServer.down:
            raise ConnectionRefusedError
        return int(super().send_messages(messages))


class WorkerFell(Exception):
    """The worker was killed after the mail had left and before its mark was committed."""


class Post:
    """Everything that leaves the office, and what happened to each row on its way."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.relays: dict[str, set[str]] = defaultdict(set)
        self.failed: set[str] = set()
        self.sent: dict[str, int] = defaultdict(int)
        self.unaddressed: set[str] = set()

    def rounds(self, name: str) -> None:
        """One round of the relay ``name``, and of the workers that take its messages."""
        messages: list[str] = []
        with self.office.moment():
            relay(self.office.now, self._broker(name, messages))
            for row_id in messages:
                self._work(row_id)

    def _broker(self, name: str, messages: list[str]) -> Callable[[str, str], None]:
        rng = self.office.rng

        def send(_task: str, row_id: str) -> None:
            if rng.random() < CUT:
                raise OSError
            self.relays[row_id].add(name)
            copies = 0 if rng.random() < LOST else 2 if rng.random() < DOUBLED else 1
            messages.extend([row_id] * copies)

        return send

    def _work(self, row_id: str) -> None:
        falls = self.office.rng.random() < FALLS
        try:
            is_first = take_effect(UUID(row_id), lambda payload: self._mail(payload["notice"], falls=falls))
        except (ConnectionRefusedError, WorkerFell):
            self.failed.add(row_id)
            return
        if is_first:
            self.office.reached[Rare.TWO_RELAYS] += len(self.relays[row_id]) > 1
            self.office.reached[Rare.MAIL_AFTER_FAILURE] += row_id in self.failed and self.sent[row_id] == 1
            self.office.reached[Rare.MAIL_TWICE] += self.sent[row_id] > 1

    def _mail(self, notice: str, *, falls: bool) -> None:
        before = len(mail.outbox)
        notice_mail({"notice": notice})
        if len(mail.outbox) == before:
            self.unaddressed.add(notice)
            return
        (message,) = mail.outbox
        assert message.extra_headers["Message-ID"] == f"<{notice}@tomoshibi>"
        mail.outbox.clear()
        self.sent[notice] += 1
        if falls:
            raise WorkerFell

    def a_day(self) -> None:
        """Jobs and relays at their hours; the server is down on some days."""
        MailServer.down = self.office.rng.random() < DOWN
        with self.office.moment():
            close_expired()
            self.office.reached[Rare.UNOPENED] += warn_unopened()
            unpark()
        for name in self.office.rng.choice(("AB", "BA", "AA", "B")):
            self.rounds(name)

    def account(self) -> list[str]:
        """What is wrong with the mails: every row that is done was sent or had nobody to be sent to."""
        done = {str(pk) for pk in Outbox.objects.exclude(done_at=None).values_list("pk", flat=True)}
        accounted = self.sent.keys() | self.unaddressed
        lost = [f"done and never sent: {row}" for row in done - accounted]
        return lost + [f"sent and never done: {row}" for row in accounted - done - self.failed]
