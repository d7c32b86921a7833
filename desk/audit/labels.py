"""What a reviewer reads in place of codes: panels, relations, rules, and the values of changed columns."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, cast

from django.apps import apps
from django.contrib.auth.models import Permission
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.directory.models import Office, Section
from agencies.staff.models import Position, Staff
from cases.counseling.codes import goal_label
from cases.prints.queries import papers
from cases.records import codes
from cases.records.models import Case
from desk.audit.columns import COLUMNS
from face.wareki import format_date, format_datetime
from referrals.disclosures.codes import Item
from security.audit.middleware import NOWHERE
from security.rooms import named

RELATIONS: dict[str, str | Promise] = {
    **dict(codes.Relation.choices),
    "receiver": gettext_lazy("receiver of a planned hand-over"),
    "disclosure": gettext_lazy("receiver of a disclosure"),
    "facility": gettext_lazy("facility where the child sleeps"),
    "institution": gettext_lazy("institution where the child is placed"),
    "none": gettext_lazy("no relation"),
}
RULES: dict[str, str | Promise] = {
    "bad request": gettext_lazy("the request could not be read"),
    "not allowed": gettext_lazy("not allowed"),
    "nothing here for this identity": gettext_lazy("there is nothing here for this person"),
    "method not allowed": gettext_lazy("this address cannot be used so"),
    "glass_limit": gettext_lazy("more broken glasses than the office allows within a day"),
    "the disclosure is closed": gettext_lazy("the disclosure is closed"),
    "locked": gettext_lazy("closed after too many wrong tries"),
    "wrong name or password": gettext_lazy("wrong user name or password"),
    "wrong present password": gettext_lazy("wrong present password"),
}
NAMED = (Office, Section, Position, Staff)
NOTHING: tuple[Any, ...] = ("", None, [])


def relation_label(relation: str) -> str | Promise:
    """The relation at that moment; empty for none needed."""
    return RELATIONS.get(relation, relation)


def rule_label(rule: str) -> str | Promise:
    """Why something was refused."""
    return RULES.get(rule, rule)


def tried_label(place: str) -> str:
    """The address of a refused attempt."""
    if place.startswith(NOWHERE):
        return _("an address that leads nowhere (%(mark)s)") % {"mark": place.removeprefix(NOWHERE)}
    return place


def model_of(content_type: Any) -> type[models.Model] | None:
    """The model a change is of; None where the code no longer has it."""
    try:
        return apps.get_model(content_type.app_label, content_type.model) if content_type else None
    except LookupError:
        return None


def thing_label(model: type[models.Model]) -> str:
    """What a row of the model is, in words."""
    return str(named("things", model._meta.label))


def field_label(model: type[models.Model], name: str) -> str:
    """The column's name in words."""
    field: Any = model._meta.get_field(name)
    unnamed = field.verbose_name == field.name.replace("_", " ")
    return str(COLUMNS.get(field.name, field.verbose_name) if unnamed else field.verbose_name)


def value_label(model: type[models.Model], name: str, value: Any) -> str:
    """A clear value as a reader understands it: labels of choices, names of offices and people, Japanese dates."""
    if value in NOTHING:
        return ""
    text, field = str(value), cast(Any, model._meta.get_field(name))
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if field.remote_field is not None:
        return _of_kind(field.related_model, text)
    return _plain_value(field, value, text)


def _plain_value(field: "models.Field[Any, Any]", value: Any, text: str) -> str:
    if isinstance(field, models.BooleanField):
        return _("yes") if value else _("no")
    word = _word_of(field)
    if word is not None:
        return _(", ").join(word(code) for code in ([value] if isinstance(value, str) else value))
    return _moment(text) if isinstance(field, models.DateField) else text


def _word_of(field: "models.Field[Any, Any]") -> Callable[[str], str] | None:
    """What says one code of a column, or of a list, that is not a choice itself; None where its values are no codes."""
    choices = dict(getattr(getattr(field, "base_field", None), "flatchoices", ()))
    return (lambda code: str(choices.get(code, code))) if choices else WORDS.get(field.name)


def _of_kind(kind: Any, value: str) -> str:
    if kind is Permission:
        level = Permission.objects.get(pk=value).codename.removesuffix("_case")
        return str(dict(codes.Level.choices).get(level, level))
    found = kind._default_manager.filter(pk=value).first() if kind in NAMED or kind is Case else None
    if isinstance(found, Case):
        return found.number
    return str(found) if found is not None else short(value)


def short(identifier: Any) -> str:
    """The first eight digits of an id: enough to tell two apart on a page, and no content."""
    return str(identifier)[:8]


def _moment(value: str) -> str:
    """A stored date or moment in Japanese form."""
    try:
        if len(value) == len("2025-06-01"):
            return format_date(date.fromisoformat(value))
        return format_datetime(datetime.fromisoformat(value))
    except ValueError:
        return value


def _item(code: str) -> str:
    return str(dict(Item.choices).get(code, code))


def _paper(code: str) -> str:
    paper = papers().get(code)
    return str(paper.label) if paper else code


WORDS: dict[str, Callable[[str], str]] = {
    **dict.fromkeys(("item", "items", "refused_items", "despite_items"), _item),
    "goal_codes": goal_label,
    "paper": _paper,
    "barred": lambda person: _of_kind(Staff, person),
}
"""What says one code of the columns of these names."""
