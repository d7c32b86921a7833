"""Tags and filters of the face. Load with `{% load face %}`; docs/face.md lists the components.

`{% ui "badge" text=… %}` draws a component; `{% uiblock "card" heading=… %}…{% enduiblock %}` draws one
around a body, with `{% slot "actions" %}…{% endslot %}` for its other parts. A component sees only what it
is given, plus the request and its CSRF token, so that no outer variable leaks into it.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
import uuid
import zlib
from collections.abc import Collection, Iterable
from itertools import zip_longest
from typing import Any

from django import template
from django.conf import settings
from django.contrib.messages.storage.base import Message
from django.forms import BoundField
from django.template.base import FilterExpression, NodeList, Parser, Token, token_kwargs
from django.template.context import Context
from django.template.loader import get_template
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, get_language_info, ngettext
from django.utils.translation import gettext as _

from face import wareki as calendar
from face.fields import JapaneseDateField, JapaneseDateTimeField
from face.forms import ONCE_KEY, BaseForm
from face.text import furigana as with_furigana
from face.text import is_foreign
from face.text import ruby as with_ruby

register = template.Library()
_SHARED = ("request", "csrf_token", "position_in_use", "messages", "sections")
_SLOTS = "_face_slots"
IN_A_LINE, MANY, AT_A_GLANCE = 34, 3, 10
"""Choices up to this width (half-width columns) are drawn in one line; more than so many longer ones in two columns."""


def draw(context: Context, name: str, values: dict[str, Any]) -> SafeString:
    """The component `name` with `values` and the shared page context only."""
    shared = {key: context[key] for key in _SHARED if key in context}
    return mark_safe(get_template(f"components/{name}.html").render({**shared, **values}))  # noqa: S308 - rendered by an autoescaping template


@register.filter
def furigana(text: Any) -> SafeString:
    """`{{ text|furigana }}`: paragraphs in Japanese with the readings that `face.text.furigana` knows."""
    return with_furigana(str(text))


@register.filter
def ruby(text: Any) -> SafeString:
    """`{{ text|ruby }}`: the same within a line."""
    return with_ruby(str(text))


@register.simple_tag(takes_context=True)
def ui(context: Context, component: str, **values: Any) -> SafeString:
    """`{% ui "empty" text=_("No cases.") %}`: a component without a body."""
    return draw(context, component, values)


class _Slot(template.Node):
    def __init__(self, name: FilterExpression, nodelist: NodeList) -> None:
        self.name, self.nodelist = name, nodelist

    def render(self, context: Context) -> SafeString:
        context[_SLOTS][self.name.resolve(context)] = self.nodelist.render(context)
        return mark_safe("")


class _Block(template.Node):
    def __init__(self, name: FilterExpression, values: dict[str, FilterExpression], body: NodeList) -> None:
        self.name, self.values, self.nodelist = name, values, body

    def render(self, context: Context) -> SafeString:
        slots: dict[str, SafeString] = {}
        with context.push(**{_SLOTS: slots}):
            body = self.nodelist.render(context)
        values = {key: value.resolve(context) for key, value in self.values.items()}
        return draw(context, self.name.resolve(context), {**values, **slots, "body": body})


@register.filter
def mark(bound: BoundField) -> str:
    """Whether, or when, a field of one of our forms has to be filled in: (required), (optional), (required with …)."""
    return bound.form.mark(bound.name) if isinstance(bound.form, BaseForm) else ""


@register.filter
def mark_kind(bound: BoundField) -> str:
    """The class for the mark of a field: always required, required under a condition, or neither."""
    if bound.field.required:
        return " field__mark--required"
    return " field__mark--needed" if bound.name in getattr(bound.form, "NEEDED_IF", ()) else ""


@register.simple_tag(takes_context=True)
def messages_in(context: Context, card: str) -> list[Message]:
    """What the reader is told in a card, which has to be one of the page's `sections`."""
    if card not in _sections(context):
        return []
    return [one for one in _told(context) if one.extra_tags == card]


@register.simple_tag(takes_context=True)
def messages_above(context: Context) -> list[Message]:
    """What the reader is told above the page: all that belongs to none of its cards, so that nothing is lost."""
    return [one for one in _told(context) if one.extra_tags not in _sections(context)]


def _told(context: Context) -> Iterable[Message]:
    return context.get("messages") or ()


def _sections(context: Context) -> Collection[str]:
    return context.get("sections") or ()


@register.tag
def uiblock(parser: Parser, token: Token) -> _Block:
    """`{% uiblock "card" heading=… %}body{% slot "actions" %}…{% endslot %}{% enduiblock %}`."""
    bits = token.split_contents()[1:]
    if not bits:
        raise template.TemplateSyntaxError("uiblock needs the name of a component")
    name = parser.compile_filter(bits.pop(0))
    values = token_kwargs(bits, parser)
    if bits:
        raise template.TemplateSyntaxError(f"uiblock: not a keyword argument: {bits[0]}")
    body = parser.parse(("enduiblock",))
    parser.delete_first_token()
    return _Block(name, values, body)


@register.tag
def slot(parser: Parser, token: Token) -> _Slot:
    """`{% slot "actions" %}…{% endslot %}` inside a uiblock."""
    bits = token.split_contents()
    if len(bits) != 2:
        raise template.TemplateSyntaxError("slot takes one name")
    body = parser.parse(("endslot",))
    parser.delete_first_token()
    return _Slot(parser.compile_filter(bits[1]), body)


@register.simple_tag
def listing(*items: Any) -> list[Any]:
    """`{% listing _("Name") _("Due") as columns %}`: a list, for the columns of a table."""
    return list(items)


@register.simple_tag(takes_context=True)
def drafts(context: Context, form: BaseForm) -> SafeString | str:
    """`<form method="post"{% drafts form %}>`: a long form is kept while one types, where its page takes drafts.

    `components/draft_line.html` stands in the same form: there it is said.
    """
    keeps = getattr(context.get("request"), "keeps_drafts", False) and form.is_long
    return mark_safe(" data-drafts") if keeps else ""


@register.simple_tag
def once_field() -> SafeString:
    """`{% once_field %}`: the number of a form written by hand, under which it acts once (`security.signin.once`)."""
    return format_html('<input type="hidden" name="{}" value="{}">', ONCE_KEY, uuid.uuid4())


@register.simple_tag
def pair(label: Any, value: Any = "", **more: Any) -> dict[str, Any]:
    """`{% pair _("Cases") url current=True as tab %}`: one entry for tabs, breadcrumbs and lists."""
    return {"label": label, "url": value, "value": value, **more}


@register.simple_tag(takes_context=True)
def breadcrumb(context: Context, *steps: Any) -> SafeString:
    """`{% breadcrumb _("Offices") list_url office.name %}`: label and address of each page above, and the label of this one."""
    items = [{"label": label, "url": url} for label, url in zip_longest(steps[::2], steps[1::2])]
    return draw(context, "breadcrumb", {"items": items})


@register.simple_tag(takes_context=True)
def reason_button(
    context: Context, label: Any, url: str = "", reason: Any = "", method: str = "get", **more: Any
) -> SafeString:
    """A button that either works, or is grey with the reason beside it.

    `reason` "" → a link (`method="get"`), a one-button form with CSRF token (`"post"`, hidden `fields`), or
    a submit button of the surrounding form (`"submit"`). Any other `reason` → the grey control and sentence.
    """
    values = {"label": label, "url": url, "reason": reason, "method": method, **more}
    return draw(context, "reason_button", {**values, "reason_id": _reason_id(context, label, url, reason)})


def _reason_id(context: Context, *parts: Any) -> str:
    """A stable id, made unique within one request by a suffix where the same button is drawn twice."""
    stem = f"reason-{zlib.crc32(repr([str(part) for part in parts]).encode()):08x}"
    request = context.get("request")
    if request is None:
        return stem
    seen = request.__dict__.setdefault("_face_reason_ids", {})
    seen[stem] = seen.get(stem, 0) + 1
    return stem if seen[stem] == 1 else f"{stem}-{seen[stem]}"


@register.simple_tag
def language_switch(back_to: str = "") -> SafeString:
    """One button for each language not shown now; needs no request, so that error pages have it too."""
    try:
        url = reverse("face:language")
    except NoReverseMatch:
        return mark_safe("")
    now = get_language() or settings.LANGUAGE_CODE
    others = [get_language_info(code) for code, _name in settings.LANGUAGES if code != now]
    values = {"url": url, "languages": others, "back_to": back_to}
    return mark_safe(get_template("components/language_switch.html").render(values))  # noqa: S308 - autoescaped template


@register.filter
def ja(value: Any) -> Any:
    """A name of a person or an office: within a page of another language, Japanese text says that it is (`lang="ja"`)."""
    if isinstance(value, SafeString) or not is_foreign(value):
        return value
    return format_html('<span lang="ja">{}</span>', value)


@register.filter
def in_brackets(value: Any) -> SafeString:
    """A text in the brackets of the page's language and with the space before them, if any: it stands right behind a word."""
    return format_html(_(" ({text})"), text=value)


@register.filter
def says_ja(value: Any) -> SafeString:
    """`<option{{ label|says_ja }}>`: the same as an attribute, for an element that can hold no other."""
    return SafeString(' lang="ja"' if is_foreign(value) else "")


@register.filter
def wareki(value: dt.date | dt.datetime | None, style: str = "full") -> str:
    """A date or moment as text in the page's language; styles full, western, day, short. None gives ""."""
    if not value:
        return ""
    if isinstance(value, dt.datetime):
        return calendar.format_datetime(value, style=style)
    return calendar.format_date(value, style=style)


@register.simple_tag
def when(value: dt.date | dt.datetime | None, style: str = "full") -> SafeString | str:
    """As the filter `wareki`, within a `<time>` element."""
    if not value:
        return ""
    local = (
        timezone.localtime(value) if isinstance(value, dt.datetime) and timezone.is_aware(value) else value
    )
    return format_html('<time datetime="{}">{}</time>', local.isoformat(), wareki(value, style))


@register.simple_tag(takes_context=True)
def fact(
    context: Context,
    label: Any,
    value: Any = "",
    *,
    at: dt.datetime | None = None,
    style: str = "full",
    optional: bool = False,
    **more: Any,
) -> SafeString | str:
    """A row of a `dl`: a date as `{% when %}` writes it, a list with one entry a line, nothing as "–".

    `verbatim=True` is for what staff wrote down, `at` for the moment beside a person, `whole=True` takes the whole width of two
    columns; `optional=True` leaves the row out if it has neither a value nor a moment.
    """
    if optional and not value and not at:
        return ""
    if isinstance(value, dt.date):
        value = when(value, style)
    elif isinstance(value, (list, tuple)):
        value = format_html_join(mark_safe("<br>"), "{}", ([entry] for entry in value))
    if at:
        value = format_html("{} {}", ja(value) or "–", when(at, style))
    return draw(context, "fact", {"label": label, "value": ja(value), **more})


@register.simple_tag
def current_time() -> dt.datetime:
    """Now, for the line that says when a page was printed."""
    return timezone.now()


@register.filter
def month_name(day: dt.date) -> str:
    """The month in which a day is: 令和8年12月, December 2026."""
    return calendar.format_month(day)


@register.filter
def age(birth: dt.date | None, on: dt.date | None = None) -> int | str:
    """Full years (満年齢) today or on a day; None gives ""."""
    return calendar.age_on(birth, on or timezone.localdate()) if birth else ""


@register.filter
def school_year(birth: dt.date, on: dt.date | None = None) -> str:
    """The school year of a child by age, today or on a day; "" before and after school."""
    return calendar.school_year(birth, on or timezone.localdate())


@register.filter
def remaining(value: dt.timedelta | dt.datetime | None) -> str:
    """What is left of a timedelta, or until a moment, or by how much it is overdue. None gives ""."""
    if value is None:
        return ""
    left = value - timezone.now() if isinstance(value, dt.datetime) else value
    text = duration(abs(left))
    if left < dt.timedelta(0):
        return _("overdue by %(time)s") % {"time": text}
    return _("%(time)s left") % {"time": text}


def duration(length: dt.timedelta) -> str:
    """A length as hours and minutes below three days, as days above; never rounded up."""
    minutes = int(length.total_seconds()) // 60
    hours, minutes = divmod(minutes, 60)
    if hours >= 72:
        return ngettext("%(days)d day", "%(days)d days", hours // 24) % {"days": hours // 24}
    if hours:
        return _("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": minutes}
    return _("%(minutes)d min") % {"minutes": minutes}


@register.simple_tag(takes_context=True)
def clock(
    context: Context, label: Any, due: dt.datetime, done_at: dt.datetime | None = None, **more: Any
) -> SafeString:
    """The countdown to `due`. `warn_hours` (12) before it turns to a warning; `basis` names the rule, `notes` say more."""
    left = due - (done_at or timezone.now())
    if done_at is not None:
        state = "late" if left < dt.timedelta(0) else "done"
    elif left < dt.timedelta(0):
        state = "overdue"
    else:
        state = "soon" if left <= dt.timedelta(hours=more.pop("warn_hours", 12)) else "running"
    return draw(
        context,
        "clock",
        {"label": label, "due": due, "done_at": done_at, "left": left, "state": state, **more},
    )


@register.filter
def target_id(field: Any) -> str:
    """The id of the first control of a bound field, where the error summary's link goes."""
    return f"{field.auto_id}_0" if field.use_fieldset else str(field.id_for_label or field.auto_id)


@register.filter
def choices_shape(groups: Any) -> str:
    """The class that draws choices in one line (all of them short, and no more than a glance holds), in two columns (many) or
    below each other."""
    labels = [str(option["label"]) for _group, options, _index in groups for option in options]
    if len(labels) <= AT_A_GLANCE and max((_width(label) for label in labels), default=0) <= IN_A_LINE:
        return " choices--row"
    return " choices--wide" if len(labels) > MANY else ""


@register.filter
def row_shape(row: list[Any]) -> str:
    """The class of fields side by side: a moment needs more room than its neighbour; beside a day, which has lines below its box,
    the labels stand level."""
    moments = [isinstance(bound.field, JapaneseDateTimeField) for bound in row]
    days = [isinstance(bound.field, JapaneseDateField) for bound in row]
    if moments.count(True) != 1:
        return " field-row--day" if True in days and False in days else ""
    return " field-row--moment-first" if moments[0] else " field-row--moment-last" if moments[-1] else ""


def _width(text: str) -> int:
    """How many half-width columns `text` takes."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


@register.filter
def named_in_full(field: Any) -> str:
    """The label of a bound field, with its part of the form where two fields have the same label."""
    part = field.form.part_of(field.name) if hasattr(field.form, "part_of") else ""
    return f"{part} / {field.label}" if part else str(field.label)


@register.filter
def typed_length(field: Any) -> int:
    """How many characters a bound text field holds now (a line end counts as one)."""
    return len(str(field.value() or "").replace("\r\n", "\n"))
