"""Which offices can be chosen."""

from django.db.models import QuerySet

from agencies.directory.models import Office, OfficeKind


def police_offices() -> QuerySet[Office]:
    """The offices of the police in use, by name."""
    return Office.objects.filter(kind=OfficeKind.POLICE, active=True).order_by("name")
