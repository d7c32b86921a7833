"""Which models leave a trace of their changes: all of a wing's, unless a model says why not."""

from auditlog.registry import auditlog
from django.apps import apps


def record_changes_of(app_label: str) -> None:
    """Register every model of a wing with auditlog. A model opts out with ``UNRECORDED = "reason"``."""
    for model in apps.get_app_config(app_label).get_models():
        if not getattr(model, "UNRECORDED", "") and not auditlog.contains(model):
            auditlog.register(model, m2m_fields=set())
