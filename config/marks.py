"""The demo's mark: a demo database is never served as a real one, nor a real one under the demo's open door."""

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connections

from config.insecure import problems

# Size, not rows: the walls hide rows from the application, but a table that ever held one has a size.
QUESTION = """
SELECT to_regclass('security_mark') IS NOT NULL, coalesce(pg_relation_size(to_regclass('agencies_staff')), 0) > 0
"""


def check_mark(using: str = "default") -> None:
    """Refuse to go on with insecure settings, or with a database that does not fit them. Called when web and workers start.

    Raises ImproperlyConfigured with one sentence, or django.db.Error while the database cannot be asked.
    """
    if settings.TOMOSHIBI_DEMO is None:
        return
    if not settings.TOMOSHIBI_DEMO and (
        found := problems({name: getattr(settings, name) for name in dir(settings) if name.isupper()})
    ):
        raise ImproperlyConfigured(" ".join(found))
    with connections[using].cursor() as cursor:
        cursor.execute(QUESTION)
        has_table, has_people = cursor.fetchone()
        marked = False
        if has_table:
            cursor.execute("SELECT EXISTS (SELECT 1 FROM security_mark WHERE demo)")
            (marked,) = cursor.fetchone()
    if settings.TOMOSHIBI_DEMO and has_people and not marked:
        raise ImproperlyConfigured(
            "This database holds people and is not marked as a demo; the demo does not touch it."
        )
    if marked and not settings.TOMOSHIBI_DEMO:
        raise ImproperlyConfigured("This database is marked as a demo; it is never served outside the demo.")
