"""Putting tokens beside an object and finding the objects a value may mean, within one office."""

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction

from security.search.models import SearchToken
from security.search.tokens import Value, token

EXACT = "child_exact"
"""Full kana and birth date in a whole token: what the search before a broken glass uses."""


def put_tokens(office_id: UUID, object_id: UUID, values: Mapping[str, Value]) -> None:
    """Make the object findable in ``office_id`` by each kind → value given, in place of what it had for these
    kinds.

    Leave out a kind whose value is not known (birth date 不詳). The caller may write the object.
    """
    rows = [
        SearchToken(office_id=office_id, kind=kind, token=token(office_id, kind, value), object_id=object_id)
        for kind, value in values.items()
    ]
    with transaction.atomic():
        drop_tokens(office_id, object_id, *values)
        SearchToken.objects.bulk_create(rows)


def drop_tokens(office_id: UUID, object_id: UUID, *kinds: str) -> None:
    """Make the object no longer findable by ``kinds``."""
    SearchToken.objects.filter(office_id=office_id, object_id=object_id, kind__in=kinds).delete()


def candidates(office_id: UUID, kind: str, value: Value) -> list[UUID]:
    """Objects of the office that may have ``value``: all that have it, and some that do not.

    The caller decrypts the field of each and compares search keys (``names.name_key`` …) before showing
    anything.
    """
    found = SearchToken.objects.filter(office_id=office_id, kind=kind, token=token(office_id, kind, value))
    return sorted(set(found.values_list("object_id", flat=True)))


def exact_token(office_id: UUID, value: Value) -> bytes:
    """The whole token of full kana and birth date, to be handed to the database's own search."""
    return token(office_id, EXACT, value)
