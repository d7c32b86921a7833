"""What a label says of a field is true: empty, a form asks for each field marked as required and for no other; under a condition
that a mark names, it asks for that field too."""

from collections.abc import Iterator
from html import unescape
from typing import Any

from django import forms
from django.http import QueryDict
from django.template import engines
from django.utils.translation import override

from face.fields import ButtonField, JapaneseDateField, JapaneseDateTimeField, PhoneField
from face.forms import BaseForm, forms_made
from tests.sweeps.declared import ROWS
from tests.sweeps.matrix import NAMES, client_of, path_of
from tests.sweeps.world import World

SAMPLES: dict[type[forms.Field], str] = {
    forms.BooleanField: "on",
    PhoneField: "03-1234-5678",
    JapaneseDateTimeField: "R8.1.5 10:31",
    JapaneseDateField: "R8.1.5",
}
MARK = engines["django"].from_string("{% load face %}{{ field|mark }}")


def forms_shown(world: World) -> Iterator[tuple[str, BaseForm]]:
    """Each kind of form once, as somebody of the world finds it on a page."""
    seen = set()
    for name in NAMES:
        for relation in sorted(ROWS[name].get or ()):
            with forms_made() as made:
                client_of(world, relation).get(path_of(name, world), follow=True)
            for form in made:
                kind = f"{type(form).__name__} {sorted(form.fields)}"
                if kind not in seen and not kind.startswith("FilterForm"):
                    seen.add(kind)
                    yield f"{name} as {relation}: {type(form).__name__}", form
            if made:
                break


def errors_of(form: BaseForm, typed: dict[str, Any]) -> set[str]:
    """The names of the fields with an error, when exactly this is sent and the hidden texts of the page go along."""
    data = QueryDict(mutable=True)
    for bound in form.hidden_fields():
        if not isinstance(bound.field, ButtonField):
            data[bound.html_name] = str(
                bound.field.prepare_value(form.get_initial_for_field(bound.field, bound.name))
            )
    for name, value in typed.items():
        data.setlist(form.add_prefix(name), value)
    form.data, form.is_bound, form.restored = data, True, False
    form.full_clean()
    return {name for name in form.errors if name != "__all__"}


def answers(form: BaseForm, name: str) -> Iterator[dict[str, list[str]]]:
    """What could be sent so that the field is needed: each other field its condition looks at, with each of the values, or with
    a text."""
    needed = form.NEEDED_IF[name]
    if not needed.by:
        yield {}
    for by in set(needed.by) - {name}:
        for value in sorted(needed.values) or [_text_for(form.fields[by])]:
            yield {by: [value]}


def _text_for(field: forms.Field) -> str:
    """Something that the field takes."""
    if isinstance(field, forms.ChoiceField):
        return next(str(code) for code, _label in field.choices if code)  # type: ignore[union-attr,misc]  # no groups
    for kind, text in SAMPLES.items():
        if isinstance(field, kind):
            return text
    return "ア"


def said_of(form: BaseForm, name: str) -> str:
    """What stands beside the label of a field."""
    return unescape(MARK.render({"field": form[name]}))


def marked_wrongly(form: BaseForm) -> set[str]:
    """The fields that an empty form asks for although they are not marked as required, and the other way round."""
    visible = {bound.name for bound in form.visible_fields()}
    marked = {name for name in visible if said_of(form, name) == "(required)"}
    asked = errors_of(form, {}) & visible
    return asked ^ (
        marked | {name for name, needed in form.NEEDED_IF.items() if needed.holds(form.cleaned_data)}
    )


def conditions_broken(form: BaseForm, name: str) -> Iterator[str]:
    """Why the condition at a label is not true: it is not written there, or the field is not asked for where it holds."""
    needed = form.NEEDED_IF[name]
    if said_of(form, name) != str(needed.mark):
        yield "does not say so"
    for typed in answers(form, name):
        asked = name in errors_of(form, typed)
        # A condition that looks further is tried in the tests of its form.
        if asked != needed.holds(form.cleaned_data) or (needed.only is None and not asked):
            yield f"{typed}: {'asked' if asked else 'not asked'}"


@override("en")
def test_a_label_says_truly_when_a_field_is_required(shared_world: World) -> None:
    fields, conditions, faults = 0, set(), []
    for where, form in forms_shown(shared_world):
        fields += len(form.fields)
        faults += [f"{where}: {name}" for name in marked_wrongly(form)]
        for name in set(form.NEEDED_IF) & set(form.fields):
            conditions.add((type(form).__name__, name))
            faults += [f"{where}.{name} {fault}" for fault in conditions_broken(form, name)]
    assert faults == []
    assert fields > 150
    assert len(conditions) > 15
