"""A post's inbox."""

from collections.abc import Mapping
from typing import Any

from agencies.notices.models import Notice
from agencies.staff.models import Post
from face.keyset import Page, page_of
from security.walls.pages import ids_by

MOST_COUNTED = 99
PAGE = 50


def inbox_of(post: Post, asked: Mapping[str, Any], size: int = PAGE) -> Page[Notice]:
    """The page of the post's notices that a query string names, newest first."""
    return page_of(
        Notice.objects.filter(post=post), asked, moment="last_at", ids=ids_by("inbox_page"), size=size
    )


def unread_count(post: Post) -> int:
    """How many notices the post has not read, at most ``MOST_COUNTED`` + 1: a badge is not worth counting 13,000 rows."""
    return Notice.objects.filter(post=post, read_at=None).order_by()[: MOST_COUNTED + 1].count()


def unread_badge(post: Post) -> str:
    """What the badge says: the number, "99+" beyond it, "" where nothing is unread."""
    count = unread_count(post)
    return f"{MOST_COUNTED}+" if count > MOST_COUNTED else str(count or "")
