"""Where a page has several buttons, nothing but a pressed one is taken for an answer."""

from urllib.parse import urlsplit

from face.forms import BUTTONS
from tests.client import text_of
from tests.sweeps.matrix import client_of, harvest
from tests.sweeps.world import World, fingerprint

SAYS_WHY = ("alert--error", "error-summary")


def test_without_a_button_nothing_is_done_and_the_page_says_so(world: World) -> None:
    """A form without its button, or with one that no page has, changes no row; it is answered with the page and an error."""
    asked, faults = set(), []
    for path, found in harvest(world).items():
        for relation, form in found.items():
            if not form.buttons - {"language"}:  # that one sets a cookie alone, and works signed out
                continue
            fields = {name: value for name, value in form.fields.items() if name not in form.buttons}
            for sent in (fields, fields | {name: ["no such button"] for name in form.buttons}):
                before, client = fingerprint(), client_of(world, relation)
                answer = client.post(f"{path}?{form.query}", sent)
                if answer.status_code == 302:
                    answer = client.get(answer["Location"])
                if answer.status_code != 200 or not any(mark in text_of(answer) for mark in SAYS_WHY):
                    faults.append(f"{path} as {relation} says nothing: {answer.status_code}")
                if fingerprint() != before:
                    faults.append(f"{path} as {relation} did something")
            asked |= {(name, urlsplit(path).path.rstrip("/").rpartition("/")[2]) for name in form.buttons}
            break
    assert faults == []
    assert {name for name, _where in asked} == BUTTONS
    assert len(asked) > 8
