"""Write a look into the evidence, as the role ``scribe``, on its own small pool: committed before any content leaves."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.db import connections, transaction

from security.audit.looks import Look
from security.audit.models import ENCODING

EVENT = """
INSERT INTO security_event (uuid, verb, decision, rule, purpose, actor_id, post_id, role, office_id, relation, case_id,
                            request_id, panels, fields, detail, object_pk, remote_addr, action, encoding)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, 3, %s)
"""
TRACES = """
INSERT INTO security_casetrace (event_uuid, case_id, relation, panels, verb, decision, actor_id, post_id, role, office_id)
SELECT %s, c.case_id, c.relation, string_to_array(c.panels, ' '), %s, %s, %s, %s, %s, %s
FROM unnest(%s::uuid[], %s::text[], %s::text[]) AS c (case_id, relation, panels)
"""


def write(look: Look, fields: set[str], relations: Mapping[uuid.UUID, str] | None = None) -> None:
    """Record ``look`` and every case it showed. Raises django.db.Error when the evidence cannot be written.

    ``relations`` None: they are asked for now.
    """
    event = uuid.uuid4()
    relations = look.relations() if relations is None else relations
    cases = sorted(look.cases)
    only = cases[0] if len(cases) == 1 else None
    panels = sorted(set().union(*look.cases.values())) if look.cases else []
    with transaction.atomic(using="audit"), connections["audit"].cursor() as cursor:
        relation = relations.get(only, "none") if only else ""
        cursor.execute(
            EVENT, _row(look, event, case_id=only, relation=relation, panels=panels, fields=sorted(fields))
        )
        if cases:
            cursor.execute(
                TRACES,
                [
                    event,
                    look.verb.value,
                    look.decision.value,
                    look.staff_id,
                    look.post_id,
                    look.role,
                    look.office_id,
                    cases,
                    [relations.get(case_id, "none") for case_id in cases],
                    [" ".join(sorted(look.cases[case_id])) for case_id in cases],
                ],
            )


def _row(
    look: Look,
    event: uuid.UUID,
    *,
    case_id: uuid.UUID | None,
    relation: str,
    panels: list[str],
    fields: list[str],
) -> list[Any]:
    return [
        event,
        look.verb.value,
        look.decision.value,
        look.rule,
        look.purpose,
        look.staff_id,
        look.post_id,
        look.role,
        look.office_id,
        relation,
        case_id,
        look.request_id,
        panels,
        fields,
        look.detail,
        # Part of it may be a path as somebody typed it, and PostgreSQL's text has no NUL.
        look.object_pk.replace("\0", "\N{REPLACEMENT CHARACTER}")[:255],
        look.address,
        ENCODING,
    ]
