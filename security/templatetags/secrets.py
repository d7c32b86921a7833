"""``{% load secrets %}`` and ``{{ child.family_name|reveal }}``: the one way a template shows an encrypted
value.
"""

from django import template

from security.encryption.fields import Secret

register = template.Library()


@register.filter
def reveal(value: Secret | str | None) -> str:
    """The plaintext of an encrypted field, '' for NULL (or for Django's '' of a missing variable); escaped
    like any text.
    """
    if isinstance(value, Secret):
        return value.reveal()
    if value:
        raise TypeError("reveal is for encrypted fields")
    return ""
