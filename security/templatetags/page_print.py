"""``{% load page_print %}{% page_mark %}``: the mark by which the print of a page is recorded; it stands at the page's end."""

from django import template

from security.audit.access_event import current_or_none
from security.audit.page_print import mark_of

register = template.Library()


@register.simple_tag
def page_mark() -> str:
    """The mark of what this page has shown so far; '' where that is nothing."""
    look = current_or_none()
    return "" if look is None else mark_of(look)
