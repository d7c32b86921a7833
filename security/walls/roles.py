"""The names of the database's roles. Each has the installation's prefix, so that several share one PostgreSQL (ADR 49).

Declarations, settings and secrets files name a role by what it does ("runtime"); SQL and logins by :func:`role`.
"""

import os
import re

from django.core.exceptions import ImproperlyConfigured

VARIABLE = "TOMOSHIBI_ROLE_PREFIX"
PREFIX = os.environ.get(VARIABLE, "")


def role(name: str) -> str:
    """The role ``name`` of this installation. Raises ImproperlyConfigured for a prefix that is no plain identifier."""
    if not re.fullmatch(r"([a-z][a-z0-9_]{0,30}_)?", PREFIX):
        raise ImproperlyConfigured(
            f"{VARIABLE} must be small letters and digits with _ at its end, such as tomoshibi_."
        )
    return PREFIX + name
