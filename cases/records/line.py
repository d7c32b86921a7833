"""The supervisor line follows the posts: whoever becomes supervisor or director has the open cases in line from the first day."""

from django.db import connection

from agencies.staff.models import Post
from agencies.staff.roles import Role

LINE = frozenset({Role.SUPERVISOR, Role.DIRECTOR})


def extend_line(post: Post) -> None:
    """Give the post its line grants on the open cases of its section or office; registered with ``agencies.staff.hooks``."""
    if Role(post.role) in LINE:
        with connection.cursor() as cursor:
            cursor.execute("SELECT wall.extend_line(%s)", [post.pk])
