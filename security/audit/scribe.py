"""Write a look into the access log, as the role ``scribe``, on its own small pool: committed before any content leaves."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.db import connections, transaction

from security.audit.access_event import AccessEvent
from security.audit.models import ENCODING
from security.walls.identity import set_identity

# One statement, so one round trip and one commit: both tables or neither.
STATEMENT = """
WITH event AS (
  INSERT INTO security_event (uuid, verb, decision, rule, purpose, actor_id, position_id, role, office_id, relation, case_id,
                              request_id, panels, fields, detail, object_pk, remote_addr, action, encoding)
  VALUES (%(uuid)s, %(verb)s, %(decision)s, %(rule)s, %(purpose)s, %(actor)s, %(position)s, %(role)s, %(office)s, %(relation)s,
          %(case)s, %(request)s, %(panels)s, %(fields)s, %(detail)s, %(object)s, %(address)s, 3, %(encoding)s)
)
INSERT INTO security_casetrace (event_uuid, case_ids, relation, panels, verb, decision, actor_id, position_id, role, office_id)
SELECT %(uuid)s, array_agg(c.case_id ORDER BY c.case_id), c.relation, string_to_array(c.panels, ' '), %(verb)s, %(decision)s,
       %(actor)s, %(position)s, %(role)s, %(office)s
FROM unnest(%(cases)s::uuid[], %(relations)s::text[], %(case_panels)s::text[]) AS c (case_id, relation, panels)
GROUP BY c.relation, c.panels
"""


def write(look: AccessEvent, fields: set[str], relations: Mapping[uuid.UUID, str] | None = None) -> None:
    """Record ``look`` and every case it showed. Raises django.db.Error when the access log cannot be written.

    ``relations`` None: they are asked for now. The database compares who looked with the owner of the session
    (``wall.looks_as``): the holder of the scribe's password alone can write nothing in another's name.
    """
    relations = look.relations() if relations is None else relations
    with transaction.atomic(using="audit"), connections["audit"].cursor() as cursor:
        set_identity(look.session, using="audit")
        cursor.execute(STATEMENT, _values(look, fields, relations))


def _values(look: AccessEvent, fields: set[str], relations: Mapping[uuid.UUID, str]) -> dict[str, Any]:
    cases = sorted(look.cases)
    only = cases[0] if len(cases) == 1 else None
    return {
        "uuid": uuid.uuid4(),
        "verb": look.verb.value,
        "decision": look.decision.value,
        "rule": look.rule,
        "purpose": look.purpose,
        "actor": look.staff_id,
        "position": look.position_id,
        "role": look.role,
        "office": look.office_id,
        "relation": relations.get(only, "none") if only else "",
        "case": only,
        "request": look.request_id,
        "panels": sorted(set().union(*look.cases.values())),
        "fields": sorted(fields),
        "detail": look.detail,
        "object": look.object_pk[:255],
        "address": look.address,
        "encoding": ENCODING,
        "cases": cases,
        "relations": [relations.get(case_id, "none") for case_id in cases],
        "case_panels": [" ".join(sorted(look.cases[case_id])) for case_id in cases],
    }
