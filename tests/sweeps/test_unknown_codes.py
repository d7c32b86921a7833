"""Rows of an older version hold codes that this one does not know: each is shown as it is, and no page and no form breaks."""

from typing import Any

from security.encryption.fields import write_envelope
from security.encryption.secret import row_of
from security.encryption.typed import AsKept, EncryptedCodeField, EncryptedCodesField
from security.walls.migrating import seeding_with_keys, without_triggers
from tests.sweeps.canaries import sealed_fields
from tests.sweeps.declared import ROWS
from tests.sweeps.matrix import NAMES, client_of, path_of
from tests.sweeps.reading import forms_of
from tests.sweeps.world import World

READERS = 2  # of those admitted to a page, how many read it and send its forms
PAGES = ("/cases/", "/filings/", "/intake/", "/police/", "/duties/", "/disclosures/")
CODED: dict[str, Any] = {
    name: field
    for name, field in sealed_fields().items()
    if isinstance(field, (EncryptedCodeField, EncryptedCodesField))
}
NEVER = {"cases.CustodyDecision.stay_after"}
"""In the world no custody has ended."""
WORDS = {name: f"古{number:02}" for number, name in enumerate(CODED)}


def _make_old(name: str) -> int:
    """Write the unknown code into every row; how many there are."""
    field, count = CODED[name], 0
    text = WORDS[name] if isinstance(field, EncryptedCodeField) else f'["{WORDS[name]}"]'
    with without_triggers(field.model, "owner"), seeding_with_keys("owner"):
        for row in field.model._base_manager.using("owner").filter(**{f"{field.name}__isnull": False}):
            alone = field.model._base_manager.using("owner").filter(pk=row.pk)
            write_envelope(alone, field, field.seal(row_of(row), field.encode(AsKept(text))))
            count += 1
    return count


def test_no_page_breaks(world: World) -> None:
    written = {name: _make_old(name) for name in CODED}
    assert {name for name, count in written.items() if not count} == NEVER
    shown: set[str] = set()
    broken, forms = [], []
    for name in NAMES:
        for relation in sorted(ROWS[name].get or ())[:READERS]:
            answer = client_of(world, relation).get(path_of(name, world), follow=True)
            page, asked = (
                answer.content.decode(),
                (answer.request["PATH_INFO"], answer.request["QUERY_STRING"]),
            )
            broken += [f"GET {name} as {relation}"] if answer.status_code >= 500 else []
            shown |= {column for column, word in WORDS.items() if word in page}
            forms += [(relation, form) for form in forms_of(*asked, page) if form.action.startswith(PAGES)]
    for relation, form in forms:
        sent = client_of(world, relation).post(f"{form.action}?{form.query}", form.fields)
        broken += [f"POST {form.action} as {relation}"] if sent.status_code >= 500 else []
    assert broken == []
    assert set(CODED) - shown == NEVER
    assert len(forms) > 50
