"""What every page gets: who is signed in, the menu, the links of the frame. Reads request attributes only.

The caller's middleware may set on the request, lazily if costly:
`position_in_use` (with .office, .role_label, .staff), `nav` (items with `label`, `url`, optional `count` and
`current`), `menu_at` (the address that the menu marks, where it is not the page's own), `may_find`, `inbox_count`,
`session_seconds_left`. Settings read: TOMOSHIBI_DEMO, TOMOSHIBI_IDLE and
FACE_LINKS (frame link → URL name; a name that does not resolve hides the link).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

LINKS = ("home", "find", "inbox", "sessions", "positions", "help", "sign_out", "alive", "printed")
DEFAULT_IDLE = timedelta(minutes=15)


def face(request: HttpRequest) -> dict[str, Any]:
    """Context of the page frame; the costly parts are callables, evaluated only where a template uses them."""
    idle = int(getattr(settings, "TOMOSHIBI_IDLE", DEFAULT_IDLE).total_seconds())
    return {
        "demo_mode": bool(getattr(settings, "TOMOSHIBI_DEMO", False)),
        "position_in_use": getattr(request, "position_in_use", None),
        "nav": lambda: nav_items(
            getattr(request, "nav", None) or (), getattr(request, "menu_at", request.path)
        ),
        "may_find": getattr(request, "may_find", False),
        "inbox_count": lambda: getattr(request, "inbox_count", 0),
        "session_seconds": lambda: getattr(request, "session_seconds_left", idle),
        "links": {name: link(name) for name in LINKS},
        "page_path": request.get_full_path(),
    }


def link(name: str) -> str:
    """The address of a frame link, or "" where this deployment has none."""
    url_name = getattr(settings, "FACE_LINKS", {}).get(name, "")
    try:
        return reverse(url_name) if url_name else ""
    except NoReverseMatch:
        return ""


def nav_items(items: Iterable[Any], path: str) -> list[dict[str, Any]]:
    """The menu entries as mappings; `current`, unless given, is the one entry that leads closest to `path`."""
    entries = [{"count": None, **(item if isinstance(item, Mapping) else vars(item))} for item in items]
    leading = [str(entry["url"]) for entry in entries if _leads_to(str(entry["url"]), path)]
    closest = max(leading, key=len, default=None)
    return [{"current": str(entry["url"]) == closest, **entry} for entry in entries]


def _leads_to(url: str, path: str) -> bool:
    return path == url or (url != "/" and path.startswith(url))
