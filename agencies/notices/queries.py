"""A post's inbox."""

from agencies.notices.models import Notice
from agencies.staff.models import Post
from face.keyset import Page, page_of


def inbox_of(post: Post, after: str = "") -> Page[Notice]:
    """One page of the post's notices, newest first."""
    return page_of(Notice.objects.filter(post=post), ("-created_at", "-id"), after)


def unread_count(post: Post) -> int:
    """How many notices the post has not read."""
    return Notice.objects.filter(post=post, read_at=None).count()
