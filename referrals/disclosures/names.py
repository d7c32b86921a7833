"""What a text for the police must not hold: a name of the child's home, or in a consultation whatever says who the child is."""

import re
from datetime import date

from cases.households.queries import home_of
from cases.records.models import Case
from cases.records.queries import everybody_around
from face.reading import asked_once
from face.text import half_width, katakana
from face.wareki import format_date
from security.encryption.fields import reveal, value_of

NAMES = ("family_name", "given_name", "family_kana", "given_kana")
NO_NAMES = frozenset({"不明", "未詳", "匿名", "なし", "無し"})
"""What stands in the place of a name that nobody knows."""
KANA, KANJI = "ァ-ヺー", "々一-鿿豈-﫿\U00020000-\U0003ffff"
CALLED = "チャン|クン|サン|サマ|君|様"
PARTICLES = "ハガトモノヲニヘデ"


@asked_once
def names_of_home(case: Case) -> frozenset[str]:
    """Names and readings of the child, of the siblings whose cases the reader sees, and of the people around the child."""
    children = [case.child, *(sibling.case.child for sibling in home_of(case).siblings)]
    said = [reveal(child, column) for child in children for column in NAMES]
    said += [reveal(person, column) for person in everybody_around(case) for column in ("name", "kana")]
    return frozenset(part for name in said for part in (name or "").split()) - NO_NAMES


def names_somebody(text: str, names: frozenset[str]) -> bool:
    """Whether one of the names stands in a text, in its characters or its reading.

    A reading, and a name of one character, counts where no other word goes on: あい is found in あいちゃん, and not in あいだ.
    """
    plain = _plain(text)
    return any(re.search(_pattern(_plain(name)), plain) for name in names if name.strip())


def says_who(text: str, case: Case) -> bool:
    """Whether a text names somebody of the home, or holds the child's birth date or address."""
    plain, born = _plain(text), value_of(case.child.birth_date)
    address = _plain(reveal(case.child, "address") or "")
    days = _written(born) if isinstance(born, date) else []
    held = [one for one in (*days, address) if one]
    return any(one in plain for one in held) or names_somebody(text, names_of_home(case))


def _written(day: date) -> list[str]:
    """A birth date as people write it."""
    numbers = [f"{day.year}{mark}{day.month}{mark}{day.day}" for mark in "-/."]
    padded = [f"{day.year}{mark}{day.month:02}{mark}{day.day:02}" for mark in "-/."]
    words = [
        f"{day.year}年{day.month}月{day.day}日",
        format_date(day, "ja", "day"),
        format_date(day, "ja", "short"),
    ]
    return [_plain(one) for one in (*numbers, *padded, *words)]


def _plain(text: str) -> str:
    """Without spaces, in half-width letters and full-width katakana, as names and dates are compared."""
    return "".join(katakana(half_width(text)).split()).casefold()


def _pattern(name: str) -> str:
    found = re.escape(name)
    if re.fullmatch(f"[{KANA}]+", name):
        return f"(?<![{KANA}]){found}(?={CALLED}|[{PARTICLES}]|[^{KANA}]|$)"
    if len(name) == 1:
        return f"(?<![{KANJI}]){found}(?={CALLED}|[^{KANJI}]|$)"
    return found
