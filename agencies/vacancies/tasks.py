"""A job that tells institutions whose vacancies are out of date."""

from django.db import connection, transaction

from security.outbox.jobs import job


@job("vacancies.tell_stale")
def tell_stale() -> int:
    """Tell, once for each, that a unit was not written for days; how many are out of date. The job has no identity."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT wall.tell_stale_vacancies()")
        return int(cursor.fetchone()[0])
