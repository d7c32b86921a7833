"""The child's answers in force, and the exceptions to them."""

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import override

from agencies.agreements.codes import Label, items, items_for
from agencies.directory.models import OfficeKind
from cases.records.models import Case
from face.reading import asked_once
from referrals.consent.codes import NOT_ASKED, WHERE_THERE_IS, Purpose
from referrals.consent.models import ExceptionRequest, Intention, IntentionQuerySet, Withdrawal
from security.rooms import merged


@dataclass(frozen=True)
class Closed:
    """A page that has closed: its reference and address at the receiver, and the positions that could open it."""

    reference: str
    path: str
    readers: list[UUID]


def intentions_of(case: Case, purpose: Purpose = Purpose.POLICE_REPORT) -> IntentionQuerySet:
    """Every answer recorded on a case, the newest first."""
    return _intentions(case, purpose)


@asked_once
def _intentions(case: Case, purpose: Purpose) -> IntentionQuerySet:
    rows = Intention.objects.filter(case=case, purpose=purpose)
    return (
        rows.select_related("case", "recipient", "recorded_by__staff", "withdrawn_by__staff", "corrects")
        .annotate(
            is_corrected=Exists(Intention.objects.filter(corrects=OuterRef("pk"))),
            unsettled=Exists(Withdrawal.objects.filter(intention=OuterRef("pk"))),
        )
        .order_by("-recorded_at", "-id")
    )


@asked_once
def exceptions_of(case: Case) -> QuerySet[ExceptionRequest]:
    """The exceptions asked for on a case, the newest first, each with how many reports on it are open."""
    rows = ExceptionRequest.objects.filter(case=case).select_related(
        "recipient", "drafted_by__staff", "decided_by__staff", "case__office"
    )
    return rows.annotate(reports=Count("disclosures", filter=Q(disclosures__ended_at=None)))


def tellable_items(kind: OfficeKind) -> list[tuple[str, Label]]:
    """The items under the ceiling of a kind of office."""
    under = items_for(kind)
    return [(code, label) for code, label in items().items() if code in under]


def askable_items(kind: OfficeKind, case: Case) -> list[tuple[str, Label]]:
    """Those of them that are asked of the child of this case, each separately."""
    not_there = {code for code in WHERE_THERE_IS if not text_now(case, code)}
    return [
        (code, label)
        for code, label in tellable_items(kind)
        if code not in NOT_ASKED and code not in not_there
    ]


def labels_of(codes: list[str]) -> list[str]:
    """The catalogue's headings of item codes, in the catalogue's order."""
    names = dict(tellable_items(OfficeKind.POLICE))
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
