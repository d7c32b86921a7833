"""The published vectors through our own wrapper, and everything an envelope must refuse."""

import base64
import pickle
import uuid
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import cryptography_vectors
import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from security.encryption import envelope
from security.encryption.envelope import (
    DecryptionError,
    Key,
    associated_data,
    column_place,
    pad,
    parts,
    row_place,
    unpad,
)

VECTORS = Path(cryptography_vectors.__file__).parent


def nist_cases() -> Iterator[tuple[dict[str, str], dict[str, str]]]:
    """(section, case) of every gcmDecrypt256 vector."""
    section: dict[str, str] = {}
    case: dict[str, str] = {}
    for line in (VECTORS / "ciphers/AES/GCM/gcmDecrypt256.rsp").read_text().splitlines():
        if line.startswith("["):
            name, value = line.strip("[]").split(" = ")
            section = {**section, name: value}
        elif line == "FAIL":
            case["FAIL"] = "yes"
        elif " = " in line:
            name, value = line.split(" = ") if not line.endswith("= ") else (line[:-3], "")
            if name == "Count" and case:
                case = {}
            case[name] = value
        elif not line and "Tag" in case:
            yield section, case
            case = {}


def test_every_nist_vector() -> None:
    opened = refused = 0
    for section, case in nist_cases():
        cipher = AESGCM(bytes.fromhex(case["Key"]))
        sealed = bytes.fromhex(case["IV"] + case["CT"] + case["Tag"])
        if "FAIL" not in case and section["IVlen"] == "96" and section["Taglen"] == "128":
            assert envelope.decrypt(cipher, sealed, bytes.fromhex(case["AAD"])) == bytes.fromhex(case["PT"])
            opened += 1
            continue
        with pytest.raises(DecryptionError):  # forged, or a short tag, or another nonce than 12 bytes
            envelope.decrypt(cipher, sealed, bytes.fromhex(case["AAD"]))
        refused += 1
    assert opened > 150
    assert opened + refused == 7875


def test_rfc_5869() -> None:
    text = (VECTORS / "KDF/rfc-5869-HKDF-SHA256.txt").read_text()
    blocks = [
        dict(line.split("=", 1) for line in block.splitlines() if "=" in line)
        for block in text.split("COUNT")[1:]
    ]
    assert len(blocks) == 3
    for block in blocks:
        case = {name.strip(): value.strip() for name, value in block.items()}
        salt = bytes.fromhex(case["salt"]) or None
        found = envelope.hkdf(
            bytes.fromhex(case["IKM"]), bytes.fromhex(case["info"]), salt=salt, length=int(case["L"])
        )
        assert found == bytes.fromhex(case["OKM"])


def test_a_short_tag_is_refused_at_every_length() -> None:
    key = Key(uuid.uuid4(), bytes(32))
    sealed = key.seal("fields", b"here", b"data")
    for cut in range(1, len(sealed) + 1):
        with pytest.raises(DecryptionError):
            key.open("fields", b"here", sealed[:-cut])


def test_every_flipped_bit_is_refused() -> None:
    key = Key(uuid.uuid4(), bytes(32))
    sealed = key.seal("fields", b"here", b"data")
    for position, bit in product(range(len(sealed)), range(8)):
        forged = bytearray(sealed)
        forged[position] ^= 1 << bit
        with pytest.raises(DecryptionError):
            key.open("fields", b"here", bytes(forged))


@given(data=st.binary(max_size=300), place=st.binary(max_size=80))
def test_seal_and_open(data: bytes, place: bytes) -> None:
    key = Key(uuid.uuid4(), uuid.uuid4().bytes * 2)
    sealed = key.seal("files", place, data)
    assert key.open("files", place, sealed) == data
    assert len(sealed) == 2 + 16 + 12 + len(data) + 16
    assert sealed != key.seal("files", place, data)
    assert envelope.from_text(envelope.to_text(sealed)) == sealed


def test_purposes_and_keys_do_not_open_each_other() -> None:
    one, same_id, two = (
        Key(i, s)
        for i, s in ((uuid.UUID(int=1), b"a" * 32), (uuid.UUID(int=1), b"b" * 32), (uuid.uuid4(), b"a" * 32))
    )
    sealed = one.seal("fields", b"here", b"data")
    for key, purpose in ((one, "files"), (one, "exports"), (same_id, "fields"), (two, "fields")):
        with pytest.raises(DecryptionError):
            key.open(purpose, b"here", sealed)  # type: ignore[arg-type]  # the pairs above are purposes


def bound(table: str, column: str, row: uuid.UUID, owner: uuid.UUID, key_id: bytes) -> bytes:
    return associated_data(column_place(table, column), row_place(row, owner), key_id)


def test_the_associated_data_has_every_term() -> None:
    row, owner, key_id = uuid.uuid4(), uuid.uuid4(), uuid.uuid4().bytes
    exact = parts(b"1", b"table", b"column", row.bytes, owner.bytes, key_id)
    assert bound("table", "column", row, owner, key_id) == exact
    others = {
        bound("tablec", "olumn", row, owner, key_id),
        bound("table", "column2", row, owner, key_id),
        bound("table", "column", owner, row, key_id),
        bound("table", "column", uuid.uuid4(), owner, key_id),
        bound("table", "column", row, uuid.uuid4(), key_id),
        bound("table", "column", row, owner, uuid.uuid4().bytes),
        exact,
    }
    assert len(others) == 7


@given(one=st.lists(st.binary(max_size=6), max_size=4), two=st.lists(st.binary(max_size=6), max_size=4))
def test_parts_are_unambiguous(one: list[bytes], two: list[bytes]) -> None:
    assert (parts(*one) == parts(*two)) == (one == two)


@given(st.binary(max_size=5000))
def test_padding_comes_off(data: bytes) -> None:
    padded = pad(data)
    assert unpad(padded) == data
    assert len(padded) >= 32
    assert len(padded).bit_count() == 1, "buckets are powers of two"
    assert len(padded) < max(33, 2 * len(data) + 2)


@pytest.mark.parametrize(
    ("size", "bucket"), [(0, 32), (31, 32), (32, 64), (63, 64), (64, 128), (4095, 4096), (4096, 8192)]
)
def test_buckets(size: int, bucket: int) -> None:
    assert len(pad(b"x" * size)) == bucket


@pytest.mark.parametrize(
    "wrong", [b"", b"\0" * 32, b"a" * 32, b"a\x80", b"a\x80" + b"\0" * 29, b"a\x80" + b"\0" * 62]
)
def test_wrong_padding_is_the_same_error(wrong: bytes) -> None:
    with pytest.raises(DecryptionError) as caught:
        unpad(wrong)
    assert str(caught.value) == str(DecryptionError())


NO_ENVELOPES = [
    "",
    "田中",
    "Tanaka",
    "AQE=",
    "•••",
    base64.b64encode(b"\x02\x01" + bytes(90)).decode(),
    "AQE" + "田" * 200,
]


@pytest.mark.parametrize("text", NO_ENVELOPES)
def test_what_does_not_look_sealed(text: str) -> None:
    assert not envelope.looks_sealed(text)


@pytest.mark.parametrize("text", ["田中", "AQE!", "AQEA\n", "A"])
def test_what_is_not_base64(text: str) -> None:
    with pytest.raises(DecryptionError):
        envelope.from_text(text)


@given(st.binary(max_size=100))
def test_what_is_sealed_looks_sealed(data: bytes) -> None:
    assert envelope.looks_sealed(
        envelope.to_text(Key(uuid.uuid4(), bytes(32)).seal("fields", b"", pad(data)))
    )


def test_a_key_shows_nothing_of_itself() -> None:
    key = Key(uuid.uuid4(), b"secret-secret-secret-secret-secr")
    assert "secret" not in f"{key!r} {key}"
    with pytest.raises(TypeError):
        pickle.dumps(key)
    key.check(key.commitment)
    with pytest.raises(DecryptionError):
        key.check(Key(key.id, bytes(32)).commitment)
