"""Rows of an older version hold codes that this one does not know: each is shown as it is, and no page and no form breaks."""

from typing import Any

import pytest
from django.db import IntegrityError
from django.urls import reverse

from security.encryption.fields import EncryptedTextField, write_envelope
from security.encryption.secret import Typed, row_of
from security.encryption.typed import EncryptedCodesField
from security.walls.migrating import seeding_with_keys, without_triggers
from tests.client import text_of
from tests.sweeps.canaries import sealed_fields
from tests.sweeps.declared import ROWS
from tests.sweeps.matrix import NAMES, client_of, path_of
from tests.sweeps.reading import forms_of
from tests.sweeps.relied import draft_next_version
from tests.sweeps.test_sealed_words import clear_texts
from tests.sweeps.world import World

READERS = 2  # of those admitted to a page, how many read it and send its forms
PAGES = (
    "/cases/",
    "/filings/",
    "/intake/",
    "/police/",
    "/duties/",
    "/disclosures/",
    "/entrusted/",
    "/places/",
    "/vacancies/",
)
CODED: dict[str, Any] = {
    name: field for name, field in sealed_fields().items() if type(field) is not EncryptedTextField
}
NEVER = {"cases.CustodyDecision.stay_after"}
"""In the world no custody has ended."""
OF_A_DRAFT = "cases.RelianceDraft.child_answer"
"""No page shows it in the world: the institution's version waits (``test_a_draft_of_an_institution_breaks_no_page``)."""
WORDS = {name: f"古{number:02}" for number, name in enumerate(CODED)}


def _make_old(name: str) -> int:
    """Write the unknown code into every row; how many there are."""
    field, count = CODED[name], 0
    text = WORDS[name] if not isinstance(field, EncryptedCodesField) else f'["{WORDS[name]}"]'
    with without_triggers(field.model, "owner"), seeding_with_keys("owner"):
        for row in field.model._base_manager.using("owner").filter(**{f"{field.name}__isnull": False}):
            alone = field.model._base_manager.using("owner").filter(pk=row.pk)
            write_envelope(alone, field, field.seal(row_of(row), Typed(text.encode())))
            count += 1
    return count


def test_no_page_breaks(world: World) -> None:
    written = {name: _make_old(name) for name in CODED}
    assert {name for name, count in written.items() if not count} == NEVER
    shown: set[str] = set()
    broken, forms = [], []
    pages = [(name, path_of(name, world), sorted(ROWS[name].get or ())[:READERS]) for name in NAMES]
    # The one filing of the addresses is of the police; a school's has fields of its own.
    of_school = [world.ids["filing_of_school"]]
    pages += [
        ("filing_copy", reverse("filing_copy", args=of_school), ["school"]),
        ("incoming_filing", reverse("incoming_filing", args=of_school), ["none"]),
    ]
    for name, path, readers in pages:
        for relation in readers:
            answer = client_of(world, relation).get(path, follow=True)
            page, asked = (
                text_of(answer),
                (answer.request["PATH_INFO"], answer.request["QUERY_STRING"]),
            )
            broken += [f"GET {name} as {relation}"] if answer.status_code >= 500 else []
            shown |= {column for column, word in WORDS.items() if word in page}
            forms += [(relation, form) for form in forms_of(*asked, page) if form.action.startswith(PAGES)]
    for relation, form in forms:
        sent = client_of(world, relation).post(f"{form.action}?{form.query}", form.fields)
        broken += [f"POST {form.action} as {relation}"] if sent.status_code >= 500 else []
    assert broken == []
    codes = {name for name, field in CODED.items() if hasattr(field, "codes")}
    assert codes - shown == NEVER | {OF_A_DRAFT}
    assert len(forms) > 50


def test_a_draft_of_an_institution_breaks_no_page(world: World) -> None:
    """Once the center has answered, the institution writes the next version, and an answer of the child is of before."""
    draft_next_version(world)
    assert _make_old(OF_A_DRAFT) == 4  # a draft of each version
    path = path_of("reliance_write", world)
    client = client_of(world, "institution")
    page = text_of(client.get(path))
    (form,) = (one for one in forms_of(path, "", page) if "child_wish" in one.fields)
    assert client.post(path, form.fields).status_code == 200


CLEAR = {
    f"{model._meta.label}.{field.name}": (model, field) for model, field in clear_texts() if field.choices
}
CHECKED = {
    "referrals.AnswerWord.says",
    "cases.Clock.kind", "cases.ContactLimit.kind", "cases.CustodyDecision.kind", "cases.PlacementDecision.kind",
    "cases.WarrantStep.kind",
    "referrals.Entrusted.state", "referrals.PlaceAsk.state",
}  # fmt: skip
"""The database refuses a code of these that it does not know."""


@pytest.mark.parametrize(
    "names", [set(CLEAR) - CHECKED, {"referrals.Disclosure.ending", "referrals.Envelope.urgency"}]
)
def test_no_page_breaks_by_a_clear_code(world: World, names: set[str]) -> None:
    """All of them at once; and two apart, since the page that shows them shows other codes first."""
    for model, field in (CLEAR[name] for name in names):
        with without_triggers(model, "owner"), seeding_with_keys("owner"):
            model._base_manager.using("owner").exclude(**{field.name: None}).update(**{field.column: "old"})
    broken = []
    for name in NAMES:
        for relation in sorted(ROWS[name].get or ())[:1]:
            answer = client_of(world, relation).get(path_of(name, world), follow=True)
            broken += [f"GET {name} as {relation}"] if answer.status_code >= 500 else []
    assert broken == []


@pytest.mark.parametrize("name", sorted(CHECKED))
def test_the_database_knows_these_codes(world: World, name: str) -> None:
    model, field = CLEAR[name]
    with pytest.raises(IntegrityError), without_triggers(model, "owner"), seeding_with_keys("owner"):
        model._base_manager.using("owner").update(**{field.column: "old"})
