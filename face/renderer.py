"""Renders every form, field and widget through our own component templates."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.forms.renderers import DjangoTemplates, TemplatesSetting

# Stock widget templates that have a component of ours instead; all others stay Django's.
_OURS = {
    "django/forms/widgets/radio.html": "components/widgets/choices.html",
    "django/forms/widgets/checkbox_select.html": "components/widgets/choices.html",
    "django/forms/widgets/select.html": "components/widgets/select.html",
}


class FaceRenderer(TemplatesSetting):
    """Project templates for forms and fields, Django's own for plain widgets.

    Works without `django.forms` in INSTALLED_APPS. Set `FORM_RENDERER = "face.renderer.FaceRenderer"`
    so that forms of other packages (sign-in) look the same.
    """

    form_template_name = "components/form.html"
    field_template_name = "components/field.html"

    @cached_property
    def _stock(self) -> DjangoTemplates:
        return DjangoTemplates()

    def get_template(self, template_name: str) -> Any:
        """The component for `template_name` if there is one, else Django's template."""
        name = _OURS.get(template_name, template_name)
        if name.startswith("django/forms/"):
            return self._stock.get_template(name)
        return super().get_template(name)
