"""All style sheets of the screen as one file: a page asks once, not ten times. Made from the sources whenever one is newer."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.checks import CheckMessage
from django.core.files.storage import FileSystemStorage

from config.embedded.place import BASE_DIR

STATIC = BASE_DIR / "static"
NAME = "css/screen.css"
SOURCES = (
    "vendor/design-tokens/tokens.css",
    "css/tokens.css",
    "css/base.css",
    *(
        f"css/components/{name}.css"
        for name in ("button", "form", "message", "table", "content", "navigation")
    ),
    "css/layout.css",
)
"""In this order: a later rule of the same weight wins."""


def joined() -> Path:
    """The file that holds all sources, brought up to date."""
    sources = [STATIC / name for name in SOURCES]
    target: Path = settings.STYLES_DIR / NAME
    newest = max(source.stat().st_mtime_ns for source in sources)
    if not target.exists() or target.stat().st_mtime_ns < newest:
        target.parent.mkdir(parents=True, exist_ok=True)
        draft = target.with_name(f".{target.name}.{os.getpid()}")
        draft.write_text(
            "\n".join(source.read_text(encoding="utf-8") for source in sources), encoding="utf-8"
        )
        draft.replace(target)  # a reader sees the old file or the new one, never half of it
    return target


class JoinedStyles(BaseFinder):
    """Lets ``{% static %}``, the demo's server and ``collectstatic`` find the joined file like any other."""

    def check(self, **_kwargs: Any) -> list[CheckMessage]:
        """Nothing is to be set."""
        return []

    def find(self, path: str, find_all: bool = False, **_kwargs: Any) -> Any:
        """The joined file, if it is asked for."""
        found = [str(joined())] if path == NAME else []
        return found if find_all else found[0] if found else []

    def list(self, ignore_patterns: Any) -> Iterator[tuple[str, FileSystemStorage]]:
        """The one file."""
        joined()
        yield NAME, FileSystemStorage(settings.STYLES_DIR)
