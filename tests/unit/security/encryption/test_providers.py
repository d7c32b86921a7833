"""The key file: made once, private, whole, and of this database; else one sentence."""

import json
import pickle
import stat
from pathlib import Path
from typing import Any

import pytest

from security.encryption.envelope import DecryptionError
from security.encryption.providers import (
    MARK_BYTES,
    InMemoryProvider,
    KeyFileError,
    LocalFileProvider,
    get_provider,
    make_key_file,
)


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    path = tmp_path / "keys" / "root.json"
    make_key_file(path)
    return path


def rewrite(path: Path, change: Any) -> None:
    content = json.loads(path.read_text())
    path.unlink()
    replaced = change(content)
    path.write_text(replaced if isinstance(replaced, str) else json.dumps(content))
    path.chmod(0o400)


def test_a_made_file_is_private_and_works(key_file: Path) -> None:
    assert stat.S_IMODE(key_file.stat().st_mode) == 0o400
    assert [entry.name for entry in key_file.parent.iterdir()] == ["root.json"]
    one, two = LocalFileProvider(key_file), LocalFileProvider(key_file)
    wrapped = one.wrap(b"k" * 32, b"context")
    assert two.unwrap(wrapped, b"context") == b"k" * 32
    assert two.knows(wrapped[:MARK_BYTES])
    assert wrapped[1:5] == (1).to_bytes(4, "big")
    assert one.derive("search") == two.derive("search") != one.derive("parked")


def test_an_existing_file_is_never_replaced(key_file: Path) -> None:
    before = key_file.read_bytes()
    with pytest.raises(KeyFileError, match="exists already"):
        make_key_file(key_file)
    assert key_file.read_bytes() == before
    assert [entry.name for entry in key_file.parent.iterdir()] == ["root.json"]


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(KeyFileError, match="cannot be written"):
        make_key_file(tmp_path / "file" / "root.json")


@pytest.mark.parametrize("mode", [0o600, 0o440, 0o404, 0o500, 0o777])
def test_a_too_open_file_is_refused(key_file: Path, mode: int) -> None:
    key_file.chmod(mode)
    with pytest.raises(KeyFileError, match=f"{mode:04o}"):
        LocalFileProvider(key_file)


def test_a_missing_file_and_a_folder(tmp_path: Path) -> None:
    with pytest.raises(KeyFileError, match="missing"):
        LocalFileProvider(tmp_path / "none.json")
    with pytest.raises(KeyFileError, match="cannot be read"):
        LocalFileProvider(tmp_path)


@pytest.mark.parametrize(
    "change",
    [
        lambda content: "",
        lambda content: "no json",
        lambda content: "[]",
        lambda content: "{}",
        lambda content: content.update(format="other"),
        lambda content: content.update(primary=2),
        lambda content: content.update(roots=[]),
        lambda content: content["roots"]["1"].update(key="AAAA"),
        lambda content: content["roots"]["1"].update(key="!"),
        lambda content: content["roots"]["1"].update(fingerprint="00" * 16),
        lambda content: content["index"].update(content["roots"]["1"], key=content["index"]["key"]),
        lambda content: content["index"].pop("key"),
    ],
)
def test_a_damaged_file_gives_one_sentence(key_file: Path, change: Any) -> None:
    rewrite(key_file, change)
    with pytest.raises(KeyFileError) as caught:
        LocalFileProvider(key_file)
    message = str(caught.value)
    assert message.endswith(".")
    assert "\n" not in message
    assert "damaged" in message


def test_a_second_root_version_opens_the_old_keys(key_file: Path) -> None:
    wrapped = LocalFileProvider(key_file).wrap(b"k" * 32, b"context")

    def add_root(content: dict[str, Any]) -> None:
        content["roots"]["2"], content["primary"] = content["index"], 2

    rewrite(key_file, add_root)
    rotated = LocalFileProvider(key_file)
    assert rotated.unwrap(wrapped, b"context") == b"k" * 32
    assert rotated.wrap(b"k" * 32, b"")[1:5] == (2).to_bytes(4, "big")


def test_what_does_not_unwrap() -> None:
    one, two = InMemoryProvider(), InMemoryProvider()
    wrapped = one.wrap(b"k" * 32, b"context")
    assert not two.knows(wrapped[:MARK_BYTES])
    for provider, data, context in (
        (two, wrapped, b"context"),
        (one, wrapped, b"other"),
        (one, wrapped[:-1], b"context"),
        (one, wrapped[:30], b"context"),
        (one, b"", b"context"),
        (one, b"\x02" + wrapped[1:], b"context"),
        (one, wrapped[:-1] + bytes([wrapped[-1] ^ 1]), b"context"),
    ):
        with pytest.raises(DecryptionError):
            provider.unwrap(data, context)


def test_roots_show_nothing_of_themselves() -> None:
    provider = InMemoryProvider()
    assert repr(provider) == "<InMemoryProvider primary=1>"
    with pytest.raises(TypeError):
        pickle.dumps(provider)


def test_the_settings_choose(settings: Any, key_file: Path) -> None:
    get_provider.cache_clear()
    settings.TOMOSHIBI_KEY_PROVIDER, settings.TOMOSHIBI_KEY_FILE = "file", str(key_file)
    try:
        assert isinstance(get_provider(), LocalFileProvider)
        assert get_provider() is get_provider()
    finally:
        get_provider.cache_clear()
