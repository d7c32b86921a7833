"""Pages of the access log, read within the database: the reader's right is checked there, row by row, newest first.

A page is wanted by case or person, days and kind, and continues at a key. Under the policies only ids may be asked of an index,
since a comparison of times or texts could tell something of a hidden row; within a definer function all of them may.
"""

from dataclasses import dataclass

from security.walls.declare import mine

OWN = "actor_id = (SELECT staff_id FROM wall.my_identity())"
READS_ALL = "(SELECT wall.reads_access_log())"
# Those at the cases that the caller is in charge of or supervises, and everything for the privacy officer.
REVIEWED = f"{READS_ALL} OR {mine('case_id', 'manage')}"
SHOWN = "public.security_casetrace t CROSS JOIN LATERAL unnest(t.case_ids) AS shown(case_id)"

LAST = 9223372036854775807
FEW = 1000
NOT_MINE = "actor_id IS DISTINCT FROM (SELECT staff_id FROM wall.my_identity())"


@dataclass(frozen=True)
class Lead:
    """What a list is of: the condition that an index answers ($1 is the case, child or person), and when a reviewer sees it.

    ``reviewed`` is empty where that is asked for each row.
    """

    condition: str
    reviewed: str = ""


# The right to one case is asked once.
OF_CASE = f"{READS_ALL} OR {mine('$1', 'manage')}"
OF_CHILD = "(SELECT wall.manages_child($1))"
OUTSIDE = f"relation NOT IN ('lead', 'member', 'line') AND verb <> 'AUDIT_VIEW' AND {NOT_MINE}"
# Not the sheets of a night, which name no child: a colleague reads on them that a case was opened, and by whom. A dozen of their
# rows would push an attempt at a foreign case off the list.
MORE_THAN_A_NUMBER = "(verb <> 'CASE_LIST' OR panels IS DISTINCT FROM ARRAY['behind_glass'])"
SHOWS_CASE = "case_ids @> ARRAY[$1] AND case_id = $1"
TRACES = {
    "case": Lead(SHOWS_CASE, OF_CASE),
    "person": Lead("actor_id = $1"),
    "outside": Lead(OUTSIDE),
    # The facility where a child sleeps looks several times a day: it is named on the case's own page.
    "into cases": Lead(f"{OUTSIDE} AND {MORE_THAN_A_NUMBER} AND relation <> 'facility'"),
}
EVENTS = {
    "denied": Lead("decision = 'denied'"),
    "changes": Lead("case_id = $1 AND action < 3", OF_CASE),
    "changes of child": Lead("scope_kind = 'child' AND scope_id = $1 AND action < 3", OF_CHILD),
}


@dataclass(frozen=True)
class Shape:
    """What a page is read from: tables, the moment, the key of a row and the page's edge, and the columns of a row.

    ``few`` are the rows of a reviewer of few cases ($11): the index finds them, where a walk from the newest would read all.
    """

    source: str
    at: str
    key: str
    edge: str
    few: str
    columns: str
    returns: str


# Of one event several cases may be shown at the same moment: the case is part of the key. The first comparison is the index's.
OF_TRACES = Shape(
    SHOWN,
    "at",
    "at %1$s, id %1$s, case_id %1$s",
    "(at, id) %2$s= ($7, $8) AND (at, id, case_id) %2$s ($7, $8, $10)",
    "case_ids && $11 AND case_id = ANY($11)",
    "id, event_uuid, at, case_id, relation, verb, decision, actor_id, position_id, role, office_id, panels",
    "TABLE (id bigint, event_uuid uuid, at timestamptz, case_id uuid, relation text, verb text, decision text, actor_id uuid,"
    " position_id uuid, role text, office_id uuid, panels text[])",
)
OF_EVENTS = Shape(
    "public.security_event",
    '"timestamp"',
    '"timestamp" %1$s, id %1$s',
    '("timestamp", id) %2$s ($7, $8)',
    "case_id = ANY($11)",
    "*",
    "SETOF public.security_event",
)


def _page_function(name: str, shape: Shape, leads: dict[str, Lead]) -> str:
    cases = "\n".join(
        f"    WHEN '{name}' THEN ARRAY[$lead$ {lead.condition} $lead$, $seen$ {lead.reviewed} $seen$]"
        for name, lead in leads.items()
    )
    return f"""
-- One page, of one ``lead``, on the ``newer`` or older side of the key (edge_at, edge_id, edge_case); ``reviewed``: without the
-- reader's own. Most pages lie within a month of their edge, so that is planned and read first, then half a year, and the rest only
-- where these do not fill the page.
CREATE OR REPLACE FUNCTION wall.{name}(lead text, whom uuid, reviewed boolean, person uuid, wanted text, result text,
  since timestamptz, until timestamptz, edge_at timestamptz, edge_id bigint, edge_case uuid, newer boolean, size integer)
RETURNS {shape.returns} LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 50 SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  led text[] := CASE lead
{cases} END;
  seen text := nullif(btrim(led[2]), '');
  own uuid[];
  edge timestamptz := CASE WHEN newer THEN greatest(since, edge_at) ELSE least(until, edge_at, now()) END;
  near timestamptz := CASE WHEN newer THEN edge ELSE least(until, edge_at + interval '1 microsecond') END;
  stop timestamptz := CASE WHEN newer THEN until ELSE since END;
  far timestamptz;
  span interval;
  wanting integer := size;
  page text;
  found integer;
BEGIN
  IF led IS NULL THEN RAISE EXCEPTION 'no such list: %', lead; END IF;
  IF seen IS NULL AND NOT wall.reads_access_log() THEN
    own := ARRAY(SELECT held_case FROM wall.my_grants
                 WHERE held_permission = ANY((SELECT wall.permissions_from('manage'))::integer[]) LIMIT {FEW} + 1);
    IF cardinality(own) <= {FEW} THEN seen := '{shape.few}'; END IF;
  END IF;
  seen := coalesce(seen, $seen${REVIEWED}$seen$);
  IF NOT reviewed THEN seen := seen || $own$ OR {OWN}$own$; END IF;
  page := format('SELECT {shape.columns} FROM {shape.source} WHERE %3$s AND (%4$s) AND ($2 IS NULL OR actor_id = $2)'
    ' AND ($3 = '''' OR verb = $3) AND ($4 = '''' OR decision = $4) AND {shape.at} >= $5 AND {shape.at} < $6'
    ' AND {shape.edge} ORDER BY {shape.key} LIMIT $9',
    CASE WHEN newer THEN 'ASC' ELSE 'DESC' END, CASE WHEN newer THEN '>' ELSE '<' END, led[1], seen);
  FOREACH span IN ARRAY ARRAY['1 month', '6 months', NULL]::interval[] LOOP
    far := CASE WHEN span IS NULL THEN stop WHEN newer THEN least(stop, edge + span) ELSE greatest(stop, edge - span) END;
    RETURN QUERY EXECUTE page USING whom, person, wanted, result, least(near, far), greatest(near, far), edge_at, edge_id,
      wanting, edge_case, own;
    GET DIAGNOSTICS found = ROW_COUNT;
    wanting := wanting - found;
    EXIT WHEN wanting = 0 OR far = stop;
    near := far;
  END LOOP;
END $$;
"""


FUNCTIONS = (
    _page_function("traces_page", OF_TRACES, TRACES)
    + _page_function("events_page", OF_EVENTS, EVENTS)
    + f"""
-- Who occurs in the newest looks at a case and in its newest changes, for the person who reviews it.
CREATE OR REPLACE FUNCTION wall.people_in_log(of_case uuid, size integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER ROWS 20 SET search_path = pg_catalog, pg_temp AS $$
  SELECT actor_id FROM wall.traces_page('case', of_case, true, NULL, '', '', '-infinity', 'infinity', 'infinity', {LAST}, NULL,
                                        false, size) WHERE actor_id IS NOT NULL
  UNION
  SELECT actor_id FROM wall.events_page('changes', of_case, true, NULL, '', '', '-infinity', 'infinity', 'infinity', {LAST}, NULL,
                                        false, size) WHERE actor_id IS NOT NULL
$$;
"""
)

_PAGE = "text, uuid, boolean, uuid, text, text, timestamptz, timestamptz, timestamptz, bigint, uuid, boolean, integer"
CALLERS = {
    "runtime": (
        f"traces_page({_PAGE})",
        f"events_page({_PAGE})",
        "people_in_log(uuid, integer)",
    ),
}
