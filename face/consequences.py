"""What a grave act does, for the card above its button."""

from dataclasses import dataclass

from django.utils.functional import Promise


@dataclass(frozen=True)
class Consequences:
    """What will happen, who learns of it, and what cannot be undone. Drawn by ``components/consequences.html``."""

    happens: str | Promise
    reaches: str | Promise
    stays: str | Promise
