"""A case compared with its record, for the person who reads its changes: what differs, in words and without any value."""

from dataclasses import dataclass
from datetime import datetime

from django.apps import apps
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from desk.audit import labels
from desk.audit.pages import Subject
from security.audit.verify import Difference, differences_of_case
from security.walls.apply import declared_tables

KEY = _("key of the record")
WHAT: dict[str, str | Promise] = {
    "changed": _("is not what was recorded last"),
    "put_back": _("an older value was put back"),
    "missing": _("is gone without a recorded deletion"),
    "unrecorded": _("is there without a recorded entry"),
    "unwatched": _("changes are not being recorded"),
}
"""What ``wall.unlike_record`` may answer, as a reader understands it."""


@dataclass(frozen=True)
class Row:
    """One difference. ``at`` is the last recorded change, ``url`` leads to it; empty where there is none."""

    thing: str
    row: str
    what: str | Promise
    fields: list[str]
    at: datetime | None
    url: str


def rows_of(subject: Subject) -> list[Row]:
    """What of the case is not as it was recorded last; empty when all is well."""
    models = {table.name: table.model for table in declared_tables() if table.is_recorded}
    found = differences_of_case(subject.case_id)
    return [_row(one, models[one.table.removeprefix("public.")], subject) for one in found]


def _row(found: Difference, label: str, subject: Subject) -> Row:
    model = apps.get_model(label)
    is_key = label == "security.datakey"
    names = {field.column: field.name for field in model._meta.concrete_fields}
    fields = (
        []
        if is_key or found.what in ("missing", "unrecorded")
        else [names[column] for column in found.columns]
    )
    return Row(
        thing=str(KEY) if is_key else labels.thing_label(model),
        row=labels.short(found.row),
        what=WHAT[found.what],
        fields=[labels.field_label(model, name) for name in fields],
        at=found.at,
        url="" if is_key or found.event is None else f"{subject.changes_url}{found.event}/",
    )
