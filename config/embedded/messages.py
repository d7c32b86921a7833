"""``make po``: bring the message catalogues up to date with the code, and say what is missing. Needs no GNU gettext.

Source strings are English, so the English catalogue repeats them; Japanese is written by hand in ``locale/ja``. A message that
is not used any more is dropped.
"""

import io
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po

from config.embedded.place import BASE_DIR

WINGS = ("config", "desk", "referrals", "cases", "agencies", "security", "face", "templates")
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
HEADER = "# Message catalogue of Tomoshibi. Brought up to date by `make po`; translations are written here by hand."
Message = tuple[str | tuple[str, str], str | None]


def catalogue_path(language: str) -> Path:
    """Where the catalogue of ``language`` is."""
    return BASE_DIR / "locale" / language / "LC_MESSAGES" / "django.po"


def used_messages() -> dict[Message, list[str]]:
    """Every translatable message of the code and the templates, with the files it is in."""
    found: dict[Message, list[str]] = {}
    for path in _files():
        for message in _messages(path):
            places = found.setdefault(message, [])
            name = path.relative_to(BASE_DIR).as_posix()
            if name not in places:
                places.append(name)
    return found


def _files() -> Iterator[Path]:
    for wing in WINGS:
        for path in sorted((BASE_DIR / wing).rglob("*")):
            if path.suffix in (".py", ".html", ".txt") and "migrations" not in path.parts:
                yield path


def _messages(path: Path) -> Iterator[Message]:
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        from django.utils.translation.template import templatize

        # Read as Python, where the indentation of markup would be an error.
        text = "\n".join(line.lstrip() for line in templatize(text).splitlines())
    for _line, message, _comments, context in extract("python", io.BytesIO(text.encode()), keywords=KEYWORDS):
        if message and (message if isinstance(message, str) else message[0]):
            yield message, context  # type: ignore[misc]  # babel's stubs know fewer shapes than it yields


def read(language: str) -> Catalog:
    """The catalogue of ``language`` as stored; an empty one if there is none yet."""
    path = catalogue_path(language)
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def update(language: str) -> list[str]:
    """Rewrite the catalogue of ``language``; the messages that still have no translation."""
    old, missing = read(language), []
    new = Catalog(
        locale=language,
        header_comment=HEADER,
        project="Tomoshibi",
        version="1",
        msgid_bugs_address="",
        last_translator="",
        language_team="",
        creation_date=old.creation_date,
        revision_date=old.revision_date,
        fuzzy=False,
    )
    for (message, context), places in sorted(used_messages().items(), key=lambda item: str(item[0])):
        known = old.get(message, context)
        text = known.string if known is not None and not known.fuzzy else None
        if language == "en":
            text = message if isinstance(message, str) else tuple(message)
        if not text or (isinstance(text, tuple) and not all(text)):
            missing.append(message if isinstance(message, str) else message[0])
        new.add(message, text, [(place, 0) for place in places], context=context)
    target = catalogue_path(language)
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as file:
        write_po(file, new, width=120, include_lineno=False, sort_output=True, omit_header=False)
    return missing


def main() -> int:
    """Update both catalogues; 1 if Japanese lacks something."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")
    django.setup()
    update("en")
    missing = update("ja")
    for message in missing:
        print(f"no Japanese yet: {message!r}")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
