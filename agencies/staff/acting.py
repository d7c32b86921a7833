"""Acting as a position outside a web request: the demo's seeder, the command line and the tests. Not for jobs: they have none."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

from agencies.staff.models import Position
from security.audit.access_event import AccessEvent, open_event
from security.encryption.keyring import open_keyring
from security.walls.identity import mint_identity, set_request


@contextmanager
def acting_as(position: Position, *, gate: str = "gate") -> Iterator[AccessEvent]:
    """Open a transaction in which the database knows ``position`` as the acting identity, with its keys and a look.

    The identity is minted over ``gate`` like at a sign-in; the look is not written (nothing is shown to a person).
    """
    key = secrets.token_urlsafe(32)
    mint_identity(key, position.staff_id, position.pk, "command line", using=gate)
    look = AccessEvent(
        session=key,
        staff_id=position.staff_id,
        position_id=position.pk,
        role=position.role,
        office_id=position.office_id,
    )
    with transaction.atomic(), open_keyring(), open_event(look):
        set_request(key, look.request_id, None)
        yield look
