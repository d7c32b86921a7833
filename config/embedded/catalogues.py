"""``python -m config.embedded.catalogues``: compile the message catalogues without gettext, which not every machine has."""

import os
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po

from config.embedded.accounts import EmbeddedError
from config.embedded.place import BASE_DIR


def compile_catalogues(root: Path = BASE_DIR / "locale") -> list[Path]:
    """Compile every ``.po`` below ``root`` that is newer than its ``.mo``; the files written. Fuzzy entries are left out."""
    return [_compile(source) for source in sorted(root.glob("*/LC_MESSAGES/*.po")) if _is_newer(source)]


def _is_newer(source: Path) -> bool:
    target = source.with_suffix(".mo")
    return not target.exists() or target.stat().st_mtime_ns <= source.stat().st_mtime_ns


def _compile(source: Path) -> Path:
    try:
        with source.open("rb") as file:
            catalogue = read_po(file, locale=source.parent.parent.name, abort_invalid=True)
    except PoFileError as error:
        raise EmbeddedError(f"The catalogue {source} is damaged: {error}.") from None
    target = source.with_suffix(".mo")
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    with draft.open("wb") as file:
        write_mo(file, catalogue)
    draft.replace(target)  # a reader sees the old file or the new one, never half of it
    return target


if __name__ == "__main__":
    for written in compile_catalogues():
        print(f"compiled {written.relative_to(BASE_DIR)}")
