"""A reviewer reads words: every table and column that a change can name has a Japanese one."""

import pytest
from django.apps import apps
from django.db import models
from django.utils import translation

from desk.audit.changes import UNSHOWN
from desk.audit.labels import field_label, thing_label, value_label
from referrals.consent.models import Intention
from security.walls.apply import declared_tables

MODELS = [
    apps.get_model(table.model)
    for table in declared_tables()
    if table.is_recorded and table.model != "security.datakey"
]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_tables_and_columns_have_japanese_names(model: type[models.Model]) -> None:
    with translation.override("ja"):
        names = {"": thing_label(model)} | {
            field.name: field_label(model, field.name)
            for field in model._meta.concrete_fields
            if field.name not in UNSHOWN
        }
    assert not [name for name, label in names.items() if label.isascii()]


@pytest.mark.parametrize("name", ["items", "refused_items"])
def test_items_are_named_and_not_coded(name: str) -> None:
    with translation.override("ja"):
        shown = value_label(Intention, name, ["identity_min", "safety_state"])
    assert len(shown.split("、")) == 2
    assert "_" not in shown
