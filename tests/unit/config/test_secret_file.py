"""The file of secrets: private, made once, and the environment before it."""

import json
import threading
from pathlib import Path

import pytest

from config.secret_file import ROLES, SecretFileError, make_once, read


def test_made_once_with_a_secret_for_each_role(tmp_path: Path) -> None:
    path = tmp_path / "var" / "secrets.json"
    made = make_once(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert set(made) == {"SECRET_KEY", *ROLES}
    assert len(set(made.values())) == len(made)
    assert len(made["SECRET_KEY"]) >= 50
    assert make_once(path) == made == read(path, {})


def test_an_older_file_gets_what_it_lacks_and_keeps_the_rest(tmp_path: Path) -> None:
    path = tmp_path / "secrets.json"
    made = make_once(path)
    older = {name: value for name, value in made.items() if name != "worker"}
    path.write_text(json.dumps(older))
    found = make_once(path)
    assert {name: found[name] for name in older} == older
    assert found["worker"] not in older.values()
    assert (make_once(path), path.stat().st_mode & 0o777) == (found, 0o600)
    assert [entry.name for entry in tmp_path.iterdir()] == ["secrets.json"]


def test_makers_at_once_end_with_the_same_secrets(tmp_path: Path) -> None:
    path = tmp_path / "secrets.json"
    found: list[str] = []
    makers = [threading.Thread(target=lambda: found.append(make_once(path)["SECRET_KEY"])) for _ in range(2)]
    for maker in makers:
        maker.start()
        maker.join()
    assert len(set(found)) == 1


def test_the_environment_wins(tmp_path: Path) -> None:
    path = tmp_path / "secrets.json"
    make_once(path)
    found = read(
        path, {"TOMOSHIBI_SECRET_KEY": "a", "TOMOSHIBI_PASSWORD_SCRIBE": "b", "TOMOSHIBI_PASSWORD_GATE": ""}
    )
    assert (found["SECRET_KEY"], found["scribe"]) == ("a", "b")
    assert found["gate"] == json.loads(path.read_text())["gate"]


def test_a_missing_file_is_an_empty_one(tmp_path: Path) -> None:
    assert read(tmp_path / "none", {}) == {}


@pytest.mark.parametrize(
    ("content", "sentence"), [("{", "damaged"), ("[]", "damaged"), ("\ud800", "damaged")]
)
def test_a_damaged_file_is_said_in_one_sentence(tmp_path: Path, content: str, sentence: str) -> None:
    path = tmp_path / "secrets.json"
    path.write_bytes(content.encode(errors="surrogatepass"))
    path.chmod(0o600)
    with pytest.raises(SecretFileError, match=sentence):
        read(path, {})


def test_a_file_others_can_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "secrets.json"
    make_once(path)
    path.chmod(0o640)
    with pytest.raises(SecretFileError, match="0600"):
        read(path, {})
