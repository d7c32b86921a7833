"""What every page of a case has around it. Load with `{% load folder %}`."""

from typing import Any

from django import template
from django.template.context import Context

from desk.case.bar import bar_of
from face.reading import one_reading

register = template.Library()


@register.inclusion_tag("desk/case/bar.html", takes_context=True)
def case_bar(context: Context) -> dict[str, Any]:
    """The identity bar of the page's `case`, for the acting position; the look says that it was shown."""
    request, case = context["request"], context["case"]
    request.event.note_shown(case.pk, "bar")
    if "bar" in context:
        return {"bar": context["bar"], "case": case}
    with one_reading():
        return {"bar": bar_of(case, request.by), "case": case}
