"""A position's inbox."""

from collections.abc import Mapping
from typing import Any

from agencies.notices.models import Notice
from agencies.staff.models import Position
from face.keyset import Page, page_of
from security.walls.pages import walled_list

MOST_COUNTED = 99
PAGE = 50


def inbox_of(position: Position, asked: Mapping[str, Any], size: int = PAGE) -> Page[Notice]:
    """The page of the position's notices that a query string names, newest first."""
    listed = walled_list(Notice.objects.filter(position=position), "inbox_page", moment="last_at")
    return page_of(listed, asked, bound=f"inbox {position.pk}", size=size)


def unread_count(position: Position) -> int:
    """How many notices the position has not read, at most ``MOST_COUNTED`` + 1: a badge is not worth counting 13,000 rows."""
    return Notice.objects.filter(position=position, read_at=None).order_by()[: MOST_COUNTED + 1].count()


def unread_badge(position: Position) -> str:
    """What the badge says: the number, "99+" beyond it, "" where nothing is unread."""
    count = unread_count(position)
    return f"{MOST_COUNTED}+" if count > MOST_COUNTED else str(count or "")
