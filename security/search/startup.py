"""The check at every start: the offices have not outgrown the plans of their search tokens."""

import logging

from django.db import connections

logger = logging.getLogger(__name__)


def warn_of_growth(using: str = "default") -> None:
    """Log a warning where an office has more than twice the children its plan counts, or tokens of an earlier version.

    Searches go on; they read more rows than they need to, and of a colleague's child without a birth date nothing is found.
    """
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT wall.search_outgrown()")
        (outgrown,) = cursor.fetchone()
    if outgrown:
        logger.warning(
            "The search tokens of %s offices have to be planned anew: run manage.py plan_search --rebuild.",
            outgrown,
        )
