"""Acting as a post outside a web request: the demo's seeder, the command line and the tests. Never a job: jobs are nobody."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

from agencies.staff.models import Post
from security.audit.looks import Look, open_look
from security.encryption.keyring import open_keyring
from security.walls.identity import mint_identity, set_request


@contextmanager
def acting_as(post: Post, *, gate: str = "gate") -> Iterator[Look]:
    """Open a transaction in which the database knows ``post`` as the acting identity, with keys and a look at hand.

    The identity is minted over ``gate`` like at a sign-in; the look is not written (nothing is shown to anybody).
    """
    key = secrets.token_urlsafe(32)
    mint_identity(key, post.staff_id, post.pk, "command line", using=gate)
    look = Look(
        session=key, staff_id=post.staff_id, post_id=post.pk, role=post.role, office_id=post.office_id
    )
    with transaction.atomic(), open_keyring(), open_look(look):
        set_request(key, look.request_id, None)
        yield look
