"""What a form showed when its page was made: a mark of each field, so that of a form that could not be taken only what a person
changed is kept.

The mark goes with the page as hidden text. It is keyed with the application's secret: it alone does not reveal a value.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.utils.crypto import constant_time_compare, salted_hmac

from face.widgets import DateTimeParts

if TYPE_CHECKING:
    from django import forms

SHOWN = "_shown"
MARK_LENGTH = 16
PROPOSED = "~"
"""How the mark of a field begins that a new form proposes: it is kept with what was typed, and is nothing that was typed."""

Pairs = list[tuple[str, str]]


def mark_of(form: forms.BaseForm) -> str:
    """JSON for the hidden text: for each field its mark and the names of its inputs."""
    found = []
    for name, field in form.fields.items():
        # A new form proposes the present moment: put back later, it would propose another.
        proposed = isinstance(field.widget, DateTimeParts) and "version" not in form.fields
        html_name = form.add_prefix(name)
        value = field.prepare_value(form.get_initial_for_field(field, name))
        inputs = _inputs(field.widget.get_context(html_name, value, {})["widget"])
        found.append([PROPOSED * proposed + _mark(inputs), *inputs])
    return json.dumps(found, separators=(",", ":"), ensure_ascii=True)


def changed(body: Pairs, marks: Iterable[str], *, proposed: bool = True) -> Pairs:
    """The ``body`` of a POST without the fields that say what their page showed. A field that was emptied stays, as empty text,
    and what a new form proposed, unless ``proposed`` is False.

    Marks that cannot be read are passed over: what they speak of is then kept whole.
    """
    sent: dict[str, list[str]] = {}
    for name, value in body:
        sent.setdefault(name, []).append(value)
    for mark, *names in _read(marks):
        posted = {name: sent.get(name, []) for name in names}
        if mark.startswith(PROPOSED) and proposed:
            continue
        if constant_time_compare(_mark(posted), mark.removeprefix(PROPOSED)):
            for name in names:
                sent.pop(name, None)
        else:
            sent |= {name: values or [""] for name, values in posted.items()}
    return [(name, value) for name, values in sent.items() for value in values]


def is_sent(form: forms.BaseForm, html_name: str, widget: forms.Widget) -> bool:
    """Whether the data of ``form`` say anything about the field ``html_name``."""
    parts = getattr(widget, "widgets_names", ())  # of a MultiWidget: "_year", "_month", …
    return any(name in form.data for name in (html_name, *(html_name + part for part in parts)))


def _inputs(widget: Mapping[str, Any]) -> dict[str, list[str]]:
    """The inputs of a widget's context, with what a browser sends back for each when nothing is touched."""
    if "subwidgets" in widget and "optgroups" not in widget:
        found: dict[str, list[str]] = {}
        for part in widget["subwidgets"]:
            found |= _inputs(part)
        return found
    if "optgroups" in widget:
        chosen = [
            str(option["value"])
            for _group, options, _index in widget["optgroups"]
            for option in options
            if option["selected"]
        ]
        return {widget["name"]: chosen}
    if widget.get("type") == "checkbox":
        on = str(widget["value"]) if widget["value"] is not None else "on"
        return {widget["name"]: [on] if widget["attrs"].get("checked") else []}
    return {widget["name"]: [] if widget["value"] is None else [str(widget["value"])]}


def _mark(inputs: Mapping[str, Sequence[str]]) -> str:
    """The mark of a field. An empty input and one that is not there are the same; browsers change the ends of lines."""
    content = {
        key: [value.replace("\r\n", "\n").strip() for value in values if value.strip()]
        for key, values in inputs.items()
    }
    text = json.dumps(sorted(content.items()))
    return salted_hmac(SHOWN, text, algorithm="sha256").hexdigest()[:MARK_LENGTH]


def _read(marks: Iterable[str]) -> list[list[str]]:
    found: list[list[str]] = []
    for mark in marks:
        try:
            read = json.loads(mark)
        except ValueError:
            continue
        if isinstance(read, list):
            found += [row for row in read if _is_row(row)]
    return found


def _is_row(row: Any) -> bool:
    return isinstance(row, list) and len(row) > 1 and all(isinstance(part, str) for part in row)
