"""The face as a Django app: form fields, template tags, error pages. It stores nothing."""

from django.apps import AppConfig


class FaceConfig(AppConfig):
    """No models, no signals: templates, fields and tags only."""

    name = "face"
    label = "face"
