"""The supervisor line follows the positions: the person who becomes supervisor or director has the open cases in line from the
first day."""

from django.db import connection

from agencies.staff.models import Position
from agencies.staff.roles import LINE_ROLES, Role

LINE = frozenset(LINE_ROLES)


def extend_line(position: Position) -> None:
    """Give the position its line grants on the open cases of its section or office."""
    if Role(position.role) in LINE:
        with connection.cursor() as cursor:
            cursor.execute("SELECT wall.extend_line(%s)", [position.pk])
