"""What a position is to a case, for the access log."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db import connection

from cases.records.codes import Relation
from cases.records.queries import rank
from security.walls import clock

RECEIVER = "receiver"
"""The relation, for the access log, of who will be in charge of a case on a day to come."""
RELATIONS = """
SELECT held.case_id, CASE WHEN held.starts_at > %(now)s THEN %(receiver)s ELSE held.relation END
FROM cases_grant held
WHERE held.position_id = %(position)s AND held.case_id = ANY(%(cases)s)
  AND (held.ended_at IS NULL OR held.ended_at >= transaction_timestamp())
  AND (held.created_at < transaction_timestamp() OR EXISTS (
    SELECT FROM cases_case opened WHERE opened.id = held.case_id AND opened.opened_at >= transaction_timestamp()))
  AND (held.starts_at <= %(now)s OR held.relation = %(lead)s)
  AND (held.ends_at IS NULL OR held.ends_at > %(now)s)
"""
"""SQL as it stands: every page of a case asks this, and to make it anew each time took longer than its answer."""


def relations_of(position_id: UUID, case_ids: Iterable[UUID]) -> Mapping[UUID, str]:
    """The position's strongest relation to each case (lead, member, line, glass) when the request began, for the access log;
    "receiver" of a case that it will be in charge of on a day to come.

    A grant that this request itself ended counts, one that it gave does not: who hands a case over, joins its team or breaks its
    glass has looked with the relation held before. Nobody had one to a case that was opened meanwhile: what that gave counts.
    """
    given: dict[str, Any] = {"position": position_id, "cases": list(case_ids), "now": clock.now()}
    with connection.cursor() as cursor:
        cursor.execute(RELATIONS, given | {"lead": Relation.LEAD.value, "receiver": RECEIVER})
        rows = cursor.fetchall()
    return dict(sorted(rows, key=lambda row: rank(row[1]), reverse=True))
