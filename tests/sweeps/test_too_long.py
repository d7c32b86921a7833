"""A text that is longer than its field takes is never lost: the form comes back with all of it, and says so at the field."""

from collections.abc import Iterator

from django import forms

from face.forms import BaseForm, forms_made
from tests.client import text_of
from tests.sweeps.matrix import client_of, harvest, path_of
from tests.sweeps.reading import Form, forms_of
from tests.sweeps.world import World

SIGNS_OUT = {"sign_in", "new_password"}
"""Passwords are never shown again."""
FAR_TOO_LONG = 1000
"""For a field that says its limit by its shape, like a telephone number."""


def forms_on(world: World, name: str, relation: str) -> Iterator[tuple[Form, BaseForm]]:
    """The forms that somebody finds on a page, each with the form of Django that takes it."""
    with forms_made() as made:
        answer = client_of(world, relation).get(path_of(name, world), follow=True)
    asked = answer.request["PATH_INFO"], answer.request["QUERY_STRING"]
    for form in forms_of(*asked, text_of(answer)):
        # The choice of language on every page has a field `language`, as a person of the case has.
        for taker in made if form.action != "/language/" else ():
            if {field.html_name for field in taker} & set(form.fields):
                yield form, taker


def limited(taker: BaseForm) -> Iterator[tuple[str, int]]:
    """The text fields of a form that somebody sees, by their names in HTML, with how many characters each takes."""
    for bound in taker.visible_fields():
        if isinstance(bound.field, forms.CharField) and not isinstance(bound.field.widget, forms.Select):
            yield (
                bound.html_name,
                getattr(bound.field, "limit", None) or bound.field.max_length or FAR_TOO_LONG,
            )


def test_no_text_is_lost_for_its_length(shared_world: World) -> None:
    world, done, faults = shared_world, set(), []
    harvest(world)
    for name, relation in sorted({(name, relation) for (name, _), relation in world.found_on.items()}):
        for form, taker in forms_on(world, name, relation) if name not in SIGNS_OUT else ():
            for field, limit in limited(taker):
                kind = f"{name} {type(taker).__name__}.{field}"
                if field not in form.fields or kind in done:
                    continue
                done.add(kind)
                fault = _fault(world, relation, form, field, limit)
                faults += [f"{kind} as {relation}: {fault}"] if fault else []
    assert not faults, "\n".join(faults)
    assert len(done) > 80


def _fault(world: World, relation: str, form: Form, field: str, limit: int) -> str:
    text = "ア" * (limit + 1)
    answer = client_of(world, relation).post(f"{form.action}?{form.query}", form.fields | {field: [text]})
    page = text_of(answer)
    if answer.status_code != 200:
        return f"{answer.status_code}"
    if "maxlength" in page:
        return "a browser cuts what is pasted"
    if text not in page:
        return "the text is lost"
    return "" if f'id="id_{field}_error"' in page else "says nothing at the field"
