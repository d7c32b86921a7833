"""A post's inbox."""

from agencies.notices.models import Notice
from agencies.staff.models import Post
from face.keyset import Page, page_of

MOST_COUNTED = 99


def inbox_of(post: Post, after: str = "") -> Page[Notice]:
    """One page of the post's notices, newest first."""
    return page_of(Notice.objects.filter(post=post), ("-last_at", "-id"), after)


def unread_count(post: Post) -> int:
    """How many notices the post has not read, at most ``MOST_COUNTED`` + 1: a badge is not worth counting 13,000 rows."""
    return Notice.objects.filter(post=post, read_at=None).order_by()[: MOST_COUNTED + 1].count()


def unread_badge(post: Post) -> str:
    """What the badge says: the number, "99+" beyond it, "" where nothing is unread."""
    count = unread_count(post)
    return f"{MOST_COUNTED}+" if count > MOST_COUNTED else str(count or "")
