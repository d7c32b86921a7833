"""What every page of a case has around it, and the cards on it. Load with `{% load folder %}`."""

from typing import Any, cast

from django import template
from django.template.context import Context
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from cases.prints.queries import papers
from desk.case.folder import Folder, folder_of

register = template.Library()
KEPT = "_case_folder"


@register.inclusion_tag("desk/case/bar.html", takes_context=True)
def case_bar(context: Context) -> dict[str, Any]:
    """The identity bar of the page's `case`, for the acting position; the look says that it was shown."""
    context["request"].event.note_shown(context["case"].pk, "bar")
    return {"bar": _folder(context).bar, "case": context["case"]}


@register.inclusion_tag("desk/case/pages.html", takes_context=True)
def case_pages(context: Context) -> dict[str, Any]:
    """The list of the pages of the case."""
    return {"entries": _folder(context).entries, "now": context["request"].resolver_match.url_name}


@register.inclusion_tag("desk/case/cards.html", takes_context=True)
def case_cards(context: Context) -> Context:
    """The cards that rooms show on this page; the look names them."""
    cards = _folder(context).cards
    context["request"].event.note_shown(context["case"].pk, *(made.name for _card, made in cards))
    context["cards"] = cards
    return context


@register.simple_tag(takes_context=True)
def forms_of(context: Context, card: str) -> SafeString:
    """The names that staff know for what a card holds: its forms (様式), each leading to where it is printed."""
    url = reverse("prints", args=[context["case"].pk])
    links = [(url, paper.label) for paper in papers().values() if paper.panels[0] == card]
    return format_html("{}{}", _("Forms: "), format_html_join(_(", "), '<a href="{}#papers">{}</a>', links))


@register.simple_tag(takes_context=True)
def papers_filled_here(context: Context) -> str:
    """The names of the forms (様式) that this page fills, for its head; "" of a page that fills none."""
    page = context["request"].resolver_match.url_name
    return _(", ").join(str(paper.label) for paper in papers().values() if page in paper.filled_at)


def _folder(context: Context) -> Folder:
    """The folder of this request: read once, however many tags draw of it."""
    request = context["request"]
    if "folder" not in context and KEPT not in request.__dict__:
        request.__dict__[KEPT] = folder_of(context["case"], request.by, request.resolver_match.url_name)
    return cast(Folder, context["folder"] if "folder" in context else request.__dict__[KEPT])
