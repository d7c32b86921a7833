"""The seeder: code that arranges a past that no action wrote (the demo, the tests, the first administrator of an installation).

It is a session of the owner's login that says so; the triggers ask ``wall.is_seeder()``. Without that setting the owner is bound
like others, so that a person who repairs a row by hand forges no moment and no signature by mistake. Whatever the seeder does
is recorded by the database all the same.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connections, transaction

from security.walls.roles import role

SEEDS = "tomoshibi.seeder=on"


@contextmanager
def seeding(using: str = "owner") -> Iterator[None]:
    """A transaction of the seeder on ``using``, a login of the owner. It runs as ``wall``: the policies show the owner no row."""
    with transaction.atomic(using=using):
        with connections[using].cursor() as cursor:
            cursor.execute(
                "SELECT set_config('role', %s, true), set_config(%s, %s, true)",
                [role("wall"), *SEEDS.split("=")],
            )
        yield
