"""Which models leave a trace of their changes: all of a wing's, unless a model says why not."""

from auditlog.registry import auditlog
from django.apps import apps


def record_changes_of(app_label: str) -> None:
    """Register every model of a wing with auditlog. A model opts out with ``UNRECORDED = "reason"``."""
    for model in apps.get_app_config(app_label).get_models():
        if not getattr(model, "UNRECORDED", "") and not auditlog.contains(model):
            # The far end of a one-to-one relation is another row with a trace (and walls) of its own.
            far_ends = [
                field.name for field in model._meta.get_fields() if field.one_to_one and field.auto_created
            ]
            auditlog.register(model, m2m_fields=set(), exclude_fields=far_ends)
