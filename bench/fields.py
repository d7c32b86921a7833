"""(b) A page's fields encrypted and decrypted, against bare AES-GCM over the same plaintexts."""

import os
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from agencies.staff.acting import acting_as
from bench.measure import Row, Side, medians
from bench.people import BODY, Reader, sealed_fields
from cases.records.models import ProgressEntry
from security.encryption import envelope
from security.encryption.fields import reveal
from security.encryption.keyring import Scope, current

AIM = 3.0
FIELDS = ("method", "with_whom", "body")


def rows(reader: Reader, runs: int) -> list[Row]:
    """Measure with the key of the reader's case already at hand, as it is for all but the first field of a page."""
    with acting_as(reader.position):
        entries = list(ProgressEntry.objects.filter(case_id=reader.case))
        texts = {(entry.pk, name): reveal(entry, name) or "" for entry in entries for name in FIELDS}
        column = envelope.column_place(ProgressEntry._meta.db_table, "with_whom")
        key = current().key(Scope("case", reader.case))
        place = envelope.associated_data(column, envelope.row_place(entries[0].pk, reader.case), key.id_bytes)
        sealing = _sealing(reader.case, texts, len(place), runs)
        opening = _opening(reader.case, texts, len(place), runs)
    count = f"{len(texts)} fields of {len(entries)} rows"
    return [
        Row(f"{count} encrypted by the field; bare AESGCM", *sealing, AIM),
        Row(f"{count} decrypted by reveal; bare AESGCM", *opening, AIM),
    ]


def _sealing(case: UUID, texts: dict[tuple[UUID, str], str], place: int, runs: int) -> tuple[float, float]:
    cipher, data, bound_to = (
        AESGCM(os.urandom(32)),
        [text.encode() for text in texts.values()],
        os.urandom(place),
    )
    columns = {field.name: field for field in sealed_fields(ProgressEntry)}
    by_row: dict[UUID, dict[str, str]] = {}
    for (pk, name), text in texts.items():
        by_row.setdefault(pk, {})[name] = text
    fresh: list[tuple[ProgressEntry, dict[str, str]]] = []

    def ready() -> None:
        fresh[:] = [(ProgressEntry(id=pk, case_id=case), named) for pk, named in by_row.items()]

    def ours() -> None:
        for entry, named in fresh:
            for name, text in named.items():
                setattr(entry, name, text)
                columns[name].pre_save(entry, True)

    def bare() -> None:
        for plaintext in data:
            nonce = os.urandom(12)
            nonce + cipher.encrypt(nonce, plaintext, bound_to)

    taken = medians({"ours": Side(ours, ready), "bare": Side(bare)}, runs)
    return taken["ours"], taken["bare"]


def _opening(case: UUID, texts: dict[tuple[UUID, str], str], place: int, runs: int) -> tuple[float, float]:
    cipher, bound_to = AESGCM(os.urandom(32)), os.urandom(place)
    sealed = []
    for text in texts.values():
        nonce = os.urandom(12)
        sealed.append((nonce, cipher.encrypt(nonce, text.encode(), bound_to)))
    loaded: list[ProgressEntry] = []

    def ready() -> None:
        loaded[:] = ProgressEntry.objects.filter(case_id=case)

    def ours() -> None:
        for entry in loaded:
            for name in FIELDS:
                reveal(entry, name)

    def bare() -> None:
        for nonce, data in sealed:
            cipher.decrypt(nonce, data, bound_to).decode()

    taken = medians({"ours": Side(ours, ready), "bare": Side(bare)}, runs)
    return taken["ours"], taken["bare"]


def about(plaintext: str = BODY) -> str:
    """What the plaintexts are."""
    return f"plaintexts of 5 to {len(plaintext.encode())} bytes, associated data of the same length on both sides, one key"
