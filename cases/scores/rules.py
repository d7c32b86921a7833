"""What a score is: a scale and its number, within the range of its instrument."""

import re

from django.utils.translation import gettext_lazy as _

from agencies.staff.rules import Refused
from cases.scores.codes import RANGES, Instrument

_SCALE = re.compile(r"^(?P<scale>.*?\S)[\s:：=]+(?P<score>[-+]?\d{1,4})$")
_DIGITS = str.maketrans("０１２３４５６７８９－＋＝　", "0123456789-+= ")


def scores_in(text: str, instrument: Instrument) -> tuple[tuple[str, int], ...]:
    """What was typed, a scale and its score a line. Raises Refused for what is no number or lies outside the range."""
    found = []
    for line in text.splitlines():
        if not line.strip():
            continue
        match = _SCALE.match(line.strip().translate(_DIGITS))
        if match is None:
            raise Refused(
                "scores", _("Write one scale a line: its name, a space, and its score in whole numbers.")
            )
        score = int(match["score"])
        low, high = RANGES.get(instrument, (score, score))
        if not low <= score <= high:
            raise Refused(
                "scores",
                _(
                    "A score lies outside the range of this instrument (%(low)s to %(high)s)."
                    " A converted score, such as a T score, is entered as another instrument."
                )
                % {"low": low, "high": high},
            )
        found.append((match["scale"], score))
    return tuple(found)
