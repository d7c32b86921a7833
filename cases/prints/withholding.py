"""What is on no sheet of a case: an address or a place that is withheld, of the child or of anybody of its home (ADR 93).

Every form of every room goes through here, each time it is printed: what was withheld after the first print is not on a reprint.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from cases.records.models import Case
from face.addresses import left_out, says, shaped_left_out
from face.paper import filled
from security.audit.access_event import current_or_none
from security.encryption.keyring import current
from security.rooms import rooms

HEADS = ("form", "about", "mark", "seats", "sender", "to")
"""What the office itself writes at the head of a sheet. Whom it goes to knows where that is."""


@dataclass(frozen=True)
class Withheld:
    """The addresses and places of a home that are on no sheet, as far as the person who prints may see them; ``in_full``: all of
    them are, since that person sees the case of each child of the home."""

    words: tuple[str, ...]
    in_full: bool


def withheld_of(case: Case) -> Withheld:
    """Asked of the rooms for the case and the cases of its home that the person who prints sees."""
    return withheld_on([case])[case.pk]


@sensitive_variables("words")
def withheld_on(cases: Collection[Case]) -> Mapping[UUID, Withheld]:
    """The same for a sheet with several cases, by case. What is withheld of one of them is in no line of it: the words are those
    of all. Asked in a statement or a few a room, however many cases there are."""
    seen = {case.pk: case for case in cases}
    unseen: Counter[UUID] = Counter()
    for room in rooms():
        if room.home:
            for pk, (others, more) in room.home(cases).items():
                seen |= {one.pk: one for one in others if one.pk not in seen}
                unseen[pk] += more
    scopes = [scope for one in seen.values() for scope in (one.key_scope(), one.child.key_scope())]
    current().prefetch(scopes)
    if (look := current_or_none()) is not None:
        look.covered.update(scopes)  # compared, and never shown: no look at these cases
    everybody = list(seen.values())
    words = tuple(
        dict.fromkeys(word for room in rooms() if room.withheld for word in room.withheld(everybody))
    )
    return {case.pk: Withheld(words, not unseen[case.pk]) for case in cases}


def sees_whole_home(case: Case) -> bool:
    """Whether the reader sees the case of each child of the home."""
    return not sum(room.home([case])[case.pk][1] for room in rooms() if room.home)


@sensitive_variables("withheld", "late", "kept", "made")
def kept_back(kept: Mapping[str, Any], late: Mapping[str, str], withheld: Withheld) -> dict[str, Any]:
    """The data of a sheet with its late values, and the fixed phrase in the place of what is withheld.

    Late values lead to a place. If one of them is withheld, or if the person does not see the case of each child of the home,
    none of them is on the sheet; in the second case nothing that looks like an address is in its texts either. So the answer is
    the same for every address that could be tried, and tells nothing of a case that the person does not see.
    """
    phrase = _("withheld")
    told = {name: value for name, value in late.items() if name not in HEADS}
    if not withheld.in_full or any(says(value, withheld.words) for value in told.values()):
        late = {**late, **dict.fromkeys(told, phrase)}

    def cut(value: Any) -> Any:
        if isinstance(value, str):
            made = left_out(value, withheld.words, phrase)
            return made if withheld.in_full else shaped_left_out(made, phrase)
        if isinstance(value, list):
            return [cut(one) for one in value]
        return {name: cut(one) for name, one in value.items()} if isinstance(value, dict) else value

    made = filled(kept, late)
    return {name: value if name in HEADS else cut(value) for name, value in made.items()}
