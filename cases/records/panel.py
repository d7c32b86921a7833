"""What a room contributes to the case page. The desk asks every room and renders the answers in one request."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.functional import Promise


@dataclass(frozen=True)
class Panel:
    """One card of the case page: ``template`` is rendered with ``context`` and the page's ``case`` and ``by``."""

    name: str
    template: str
    context: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Moment:
    """One line of the case page's timeline. ``text`` is shown as it is: reveal it where the line is made."""

    at: datetime
    heading: str | Promise
    text: str = ""
    by: str = ""
