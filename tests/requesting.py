"""A custody warrant that is drafted, approved and handed in, as the tests need it."""

from dataclasses import replace
from datetime import date
from typing import Any

from django.utils import timezone

from agencies.staff.acting import acting_as
from cases.custody.models import CustodyDecision
from cases.decisions.codes import Verdict
from cases.records.models import Case
from cases.warrants.actions import REQUEST, HandedIn, RequestFacts, draft_request, hand_in, record_step
from cases.warrants.codes import WarrantPaper, WarrantState
from cases.warrants.models import WarrantDraft, WarrantRequest, WarrantStep
from cases.warrants.queries import file_of
from tests.cast import Cast

FACTS = RequestFacts(
    court="架空家庭裁判所",
    reason="在宅では安全を確保できない（架空）",
    papers_there=(WarrantPaper.REQUEST, WarrantPaper.EVIDENCE),
    missing_why="意見は聴取中（架空）",
)


def handed_in(**more: Any) -> HandedIn:
    """At the counter a moment ago, with the request and the evidence."""
    facts = HandedIn(
        requested_at=timezone.now(),
        handed_to="架空書記官",
        papers_in=(WarrantPaper.REQUEST, WarrantPaper.EVIDENCE),
        reference="令8(ハ)1",
    )
    return replace(facts, **more)


def drafted(cast: Cast, case: Case, *, by: str = "caseworker", **more: Any) -> WarrantDraft:
    """The draft of a request, by the person in charge."""
    with acting_as(cast.positions[by]):
        fresh = Case.objects.select_related("office", "child").get(pk=case.pk)
        return draft_request(fresh, replace(FACTS, **more), by=cast.positions[by])


def approved(cast: Cast, case: Case, **more: Any) -> WarrantDraft:
    """The same, approved by the director."""
    row = drafted(cast, case, **more)
    with acting_as(cast.director):
        return REQUEST.decide(row, Verdict.APPROVE, by=cast.director)


def requested(cast: Cast, start: CustodyDecision, **more: Any) -> WarrantRequest:
    """Approved and handed in."""
    row = approved(cast, start.case)
    with acting_as(cast.caseworker):
        return hand_in(row, handed_in(**more), by=cast.caseworker)


FACTS_OF: dict[WarrantState, dict[str, Any]] = {
    WarrantState.ASKED_MORE: {"asked": "疎明資料の追完（架空）", "due_on": date(2099, 4, 1)},
    WarrantState.ANSWERED: {"answer": "学校からの聴取書（架空）"},
    WarrantState.ISSUED: {"number": "令8(ハ)1", "judge": "架空裁判官", "until": date(2099, 4, 1)},
    WarrantState.REJECTED: {"judge": "架空裁判官", "reason": "必要性の疎明がない（架空）"},
    WarrantState.REVIEW_ASKED: {"court": "架空地方裁判所", "grave_harm": "生命に重大な害（架空）"},
    WarrantState.UPHELD: {"reason": "理由がない（架空）"},
    WarrantState.QUASHED: {"reason": "理由がある（架空）"},
}
"""What is written with each step."""


def stepped(
    cast: Cast, request: WarrantRequest, to: WarrantState, *, by: str = "caseworker", **more: Any
) -> WarrantStep:
    """The next step, recorded on the page as it is now."""
    position = cast.positions[by]
    with acting_as(cast.caseworker):
        file = file_of(Case.objects.get(pk=request.case_id), request.pk)
        latest = file.latest.pk if file and file.latest else None
    facts: dict[str, Any] = {"happened_at": timezone.now(), "follows": latest, **FACTS_OF[to], **more}
    with acting_as(position):
        return record_step(request, to, by=position, **facts)
