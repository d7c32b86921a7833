"""Vendored files are exactly those of the manifest, with a licence each, and nothing is loaded from elsewhere."""

import hashlib
import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
MANIFESTS = [ROOT / "static/vendor/manifest.json", ROOT / "tests/vendor/manifest.json"]


@pytest.mark.parametrize("manifest", MANIFESTS, ids=["shipped", "tests"])
def test_every_file_is_listed_and_unchanged(manifest: Path) -> None:
    packages = json.loads(manifest.read_text(encoding="utf-8"))["packages"]
    listed = {file["path"]: file["sha256"] for package in packages for file in package["files"]}
    found = {
        str(path.relative_to(manifest.parent)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in manifest.parent.rglob("*")
        if path.is_file() and path != manifest
    }
    assert found == listed


@pytest.mark.parametrize("manifest", MANIFESTS, ids=["shipped", "tests"])
def test_every_package_names_version_and_licence(manifest: Path) -> None:
    for package in json.loads(manifest.read_text(encoding="utf-8"))["packages"]:
        assert re.fullmatch(r"\d+\.\d+\.\d+", package["version"])
        assert package["licence"]
        assert any(file["path"].endswith("LICENSE") for file in package["files"])


def test_our_styles_and_scripts_load_nothing_from_elsewhere() -> None:
    ours = [path for path in (ROOT / "static").rglob("*.[cj]s*") if "vendor" not in path.parts]
    assert ours
    for path in ours:
        source = path.read_text(encoding="utf-8")
        assert not re.search(r"https?://|@import|url\(", source), path


def test_our_script_stores_nothing_in_the_browser() -> None:
    source = (ROOT / "static/js/app.js").read_text(encoding="utf-8")
    assert not re.search(r"setItem|Storage\[|indexedDB|document\.cookie|caches\.", source)
    assert not re.search(r"\beval\(|new Function|innerHTML|\.style\b", source)
