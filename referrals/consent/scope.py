"""Which items a child can be asked about, and what a case would tell of each. The catalogue is a higher room's."""

from django.conf import settings
from django.utils.translation import override

from agencies.agreements.codes import Label, items, items_for
from agencies.directory.models import OfficeKind
from cases.records.models import Case
from security.rooms import merged


def askable_items(kind: OfficeKind) -> list[tuple[str, Label]]:
    """The items under the ceiling of a kind of office, each to be asked of the child separately."""
    under = items_for(kind)
    return [(code, label) for code, label in items().items() if code in under]


def labels_of(codes: list[str]) -> list[str]:
    """The catalogue's headings of item codes, in the catalogue's order."""
    names = dict(askable_items(OfficeKind.POLICE))
    order = [code for code in names if code in codes] + [code for code in codes if code not in names]
    return [str(names.get(code, code)) for code in order]


def text_now(case: Case, code: str) -> str:
    """What would be told of an item now, as the draft of a report begins; "" for what only a person can write.

    It is written in the language of the place, whichever the sender reads the pages in. Raises KeyError for an unknown item.
    """
    if code not in items():
        raise KeyError(f"no room declares the item {code!r}")
    made_by = merged("prefills").get(code)
    with override(settings.LANGUAGE_CODE):
        return made_by(case) if made_by else ""
