"""``{% load secrets %}``, ``{{ child.family_name|reveal }}`` and ``{{ child.sex|words }}``: the two ways a template shows an
encrypted value.
"""

from typing import Any

from django import template

from security.encryption.fields import Secret, words_of

register = template.Library()


@register.filter
def reveal(value: Secret[Any] | str | None) -> str:
    """The plaintext of an encrypted field, '' for NULL (or for Django's '' of a missing variable); escaped
    like any text.
    """
    secret = _secret(value)
    return "" if secret is None else secret.reveal()


@register.filter
def words(value: Secret[Any] | str | None) -> str:
    """The same as a reader understands it: the label of a code, a date in words."""
    return words_of(_secret(value))


def _secret(value: Secret[Any] | str | None) -> Secret[Any] | None:
    if isinstance(value, Secret):
        return value
    if value:
        raise TypeError("reveal and words are for encrypted fields")
    return None
