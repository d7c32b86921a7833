"""From the first release on migrations only append."""

from tests.release.__main__ import CHANGELOG, RELEASES, UNRELEASED, changed, locked, migrations


def test_no_frozen_migration_was_changed() -> None:
    assert changed() == [], (
        "a frozen migration is never changed: put it back and add a further one (CONTRIBUTING.md)"
    )


def test_a_released_version_has_its_lock_and_its_data() -> None:
    headings = [
        line for line in CHANGELOG.read_text().splitlines() if line.startswith("## ") and line != UNRELEASED
    ]
    released = sorted(heading.split()[1] for heading in headings)
    for kind in (".xz", ".key.json"):
        assert sorted(path.name.removesuffix(kind) for path in RELEASES.glob(f"*{kind}")) == released
    assert bool(locked()) == bool(released)
    assert len(migrations()) >= 4
