"""The browser's own print of a page (Ctrl+P), recorded as a print of what the server showed on that page (ADR 66).

A page that shows something carries a sealed mark of it. The browser sends the mark back when it prints: it names the page and can
invent nothing, and the ids of cases within stay closed to it.
"""

import json
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from security.audit.access_event import AccessEvent
from security.audit.verbs import Decision, Verb
from security.encryption.envelope import DecryptionError, decrypt, encrypt
from security.encryption.keyring import current
from security.encryption.providers import get_provider

BY_BROWSER = "page"
"""The detail of such an event; a form's print has another, or none."""


def mark_of(look: AccessEvent) -> str:
    """The mark of a page that is nearly made, for the reader of ``look``; '' for one that shows nothing or was refused."""
    if not look.wanted:
        look.add_revealed(current().revealed)  # what its view forgot to name
    if not look.wanted or look.staff_id is None or look.decision is Decision.DENIED:
        return ""
    shown = {
        "verb": Verb.DISCLOSURE_PRINT if look.verb is Verb.DISCLOSURE_VIEW else Verb.CASE_PRINT,
        "cases": [(case_id.hex, sorted(panels)) for case_id, panels in look.cases.items()],
        "purpose": look.purpose,
        "object": look.object_pk,
    }
    content = zlib.compress(json.dumps(shown).encode())
    return urlsafe_b64encode(encrypt(_cipher(), content, look.staff_id.bytes)).decode()


def note_print(look: AccessEvent, mark: str) -> bool:
    """Note the print of the page that ``mark`` names; False where the reader of ``look`` was given no such mark.

    It is noted after an access has ended, too: the page was shown, and now it is on paper.
    """
    shown = _opened(mark, look.staff_id)
    if shown is None:
        return False
    for case_id, panels in shown["cases"]:
        look.note_shown(UUID(case_id), *panels)
    look.note(Verb(shown["verb"]), purpose=shown["purpose"], object_pk=shown["object"], detail=BY_BROWSER)
    return True


def _opened(mark: str, staff_id: UUID | None) -> dict[str, Any] | None:
    try:
        sealed = urlsafe_b64decode(mark.encode())
        content = decrypt(_cipher(), sealed, staff_id.bytes if staff_id else b"")
    except (ValueError, DecryptionError):
        return None
    found: dict[str, Any] = json.loads(zlib.decompress(content))
    return found


def _cipher() -> AESGCM:
    return AESGCM(get_provider().derive("page-print"))
