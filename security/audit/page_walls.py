"""Pages of the access log, read within the database: the reader's right is checked there, row by row, newest first.

A page is wanted by case or person, days and kind, and continues at a key. Under the policies only ids may be asked of an index,
since a comparison of times or texts could tell something of a hidden row; within a definer function all of them may.
"""

from dataclasses import dataclass

from security.walls.declare import mine

OWN = "actor_id = (SELECT staff_id FROM wall.my_identity())"
READS_ALL = "(SELECT wall.reads_all_evidence())"
# Those at the cases one is in charge of or supervises, and everything for the privacy officer.
REVIEWED = f"{READS_ALL} OR {mine('case_id', 'manage')}"
SHOWN = "public.security_casetrace t CROSS JOIN LATERAL unnest(t.case_ids) AS shown(case_id)"

# The right to one case ($1) is asked once.
REVIEWED_CASE = f"{READS_ALL} OR {mine('$1', 'manage')}"

# What a list is of: the condition that an index answers. $1 is the case or the person.
OF_CASE = "case_ids @> ARRAY[$1] AND case_id = $1"
TRACES = {
    "case": OF_CASE,
    "others": f"{OF_CASE} AND actor_id IS DISTINCT FROM (SELECT staff_id FROM wall.my_identity())",
    "person": "actor_id = $1",
    "outside": (
        "relation NOT IN ('lead', 'member', 'line') AND verb <> 'AUDIT_VIEW'"
        " AND actor_id IS DISTINCT FROM (SELECT staff_id FROM wall.my_identity())"
    ),
}
EVENTS = {"denied": "decision = 'denied'"}


@dataclass(frozen=True)
class Shape:
    """What a page is read from: tables, the moment, the key of a row and the page's edge, and the columns of a row."""

    source: str
    at: str
    key: str
    edge: str
    columns: str
    returns: str


# Of one event several cases may be shown at the same moment: the case is part of the key. The first comparison is the index's.
OF_TRACES = Shape(
    SHOWN,
    "at",
    "at %1$s, id %1$s, case_id %1$s",
    "(at, id) %2$s= ($7, $8) AND (at, id, case_id) %2$s ($7, $8, $10)",
    "id, event_uuid, at, case_id, relation, verb, decision, actor_id, post_id, role, office_id, panels",
    "TABLE (id bigint, event_uuid uuid, at timestamptz, case_id uuid, relation text, verb text, decision text, actor_id uuid,"
    " post_id uuid, role text, office_id uuid, panels text[])",
)
OF_EVENTS = Shape(
    "public.security_event",
    '"timestamp"',
    '"timestamp" %1$s, id %1$s',
    '("timestamp", id) %2$s ($7, $8)',
    "*",
    "SETOF public.security_event",
)


def _page_function(name: str, shape: Shape, leads: dict[str, str]) -> str:
    cases = "\n".join(f"    WHEN '{lead}' THEN $lead${condition}$lead$" for lead, condition in leads.items())
    return f"""
-- One page, of one ``lead``, on the ``newer`` or older side of the key (edge_at, edge_id, edge_case); ``reviewed``: without the
-- reader's own. Most pages lie within the last months, so those parts are planned and read first, and the others only where they
-- do not fill the page.
CREATE OR REPLACE FUNCTION wall.{name}(lead text, whom uuid, reviewed boolean, person uuid, wanted text, result text,
  since timestamptz, until timestamptz, edge_at timestamptz, edge_id bigint, edge_case uuid, newer boolean, size integer)
RETURNS {shape.returns} LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 50 SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  led text := CASE lead
{cases} END;
  seen text := CASE WHEN lead IN ('case', 'others') THEN $seen${REVIEWED_CASE}$seen$ ELSE $seen${REVIEWED}$seen$ END;
  recent timestamptz := least(until, edge_at, now()) - interval '6 months';
  page text;
  found integer;
BEGIN
  IF led IS NULL THEN RAISE EXCEPTION 'no such list: %', lead; END IF;
  IF NOT reviewed THEN seen := seen || $own$ OR {OWN}$own$; END IF;
  page := format('SELECT {shape.columns} FROM {shape.source} WHERE %3$s AND (%4$s) AND ($2 IS NULL OR actor_id = $2)'
    ' AND ($3 = '''' OR verb = $3) AND ($4 = '''' OR decision = $4) AND {shape.at} >= $5 AND {shape.at} < $6'
    ' AND {shape.edge} ORDER BY {shape.key} LIMIT $9',
    CASE WHEN newer THEN 'ASC' ELSE 'DESC' END, CASE WHEN newer THEN '>' ELSE '<' END, led, seen);
  IF newer OR since >= recent THEN
    RETURN QUERY EXECUTE page USING whom, person, wanted, result, since, until, edge_at, edge_id, size, edge_case;
    RETURN;
  END IF;
  RETURN QUERY EXECUTE page USING whom, person, wanted, result, recent, until, edge_at, edge_id, size, edge_case;
  GET DIAGNOSTICS found = ROW_COUNT;
  IF found < size THEN
    RETURN QUERY EXECUTE page USING whom, person, wanted, result, since, recent, edge_at, edge_id, size - found, edge_case;
  END IF;
END $$;
"""


FUNCTIONS = (
    _page_function("traces_page", OF_TRACES, TRACES)
    + _page_function("events_page", OF_EVENTS, EVENTS)
    + f"""
-- Who occurs in the newest thousand looks at a case, for whoever reviews it.
CREATE OR REPLACE FUNCTION wall.people_in_log(of_case uuid) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 20 SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF coalesce((SELECT {REVIEWED} FROM (SELECT of_case AS case_id) asked), false) THEN
    RETURN QUERY SELECT DISTINCT r.actor_id FROM (SELECT t.actor_id FROM public.security_casetrace t
      WHERE t.case_ids @> ARRAY[of_case] ORDER BY t.at DESC, t.id DESC LIMIT 1000) r WHERE r.actor_id IS NOT NULL;
  END IF;
END $$;

-- How many looks each person took at the cases the caller reviews, since a moment within the last month.
CREATE OR REPLACE FUNCTION wall.viewers_of_my_cases(since timestamptz) RETURNS TABLE (who uuid, looks bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 100 SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  -- IS TRUE keeps the ids of the cases a hash that is asked for each look; as a join they would be looked up one by one.
  RETURN QUERY EXECUTE $query$
    SELECT t.actor_id, count(*) FROM {SHOWN}
    WHERE t.at >= $1 AND (case_id IN (SELECT unnest(wall.my_case_ids('manage')))) IS TRUE GROUP BY t.actor_id
  $query$ USING greatest(since, now() - interval '1 month');
END $$;

-- For the privacy officer: who looked at most different cases since a moment within the last month.
CREATE OR REPLACE FUNCTION wall.most_active_viewers(since timestamptz, size integer)
RETURNS TABLE (who uuid, cases bigint, looks bigint) LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 10
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN QUERY EXECUTE $query$
    SELECT t.actor_id, count(DISTINCT case_id), count(*) FROM {SHOWN}
    WHERE t.at >= $1 AND t.decision = 'allowed' AND t.actor_id IS NOT NULL AND wall.reads_all_evidence()
    GROUP BY t.actor_id ORDER BY 2 DESC, 3 DESC, 1 LIMIT $2
  $query$ USING greatest(since, now() - interval '1 month'), size;
END $$;

-- For the privacy officer: the cases in the log whose id lies between two ids. Each has events of its own, its opening first.
CREATE OR REPLACE FUNCTION wall.cases_in_log(lowest uuid, highest uuid, size integer) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 20 SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF wall.reads_all_evidence() THEN
    RETURN QUERY SELECT DISTINCT e.case_id FROM public.security_event e
      WHERE e.case_id BETWEEN lowest AND highest ORDER BY e.case_id LIMIT size;
  END IF;
END $$;
"""
)

_PAGE = "text, uuid, boolean, uuid, text, text, timestamptz, timestamptz, timestamptz, bigint, uuid, boolean, integer"
CALLERS = {
    "runtime": (
        f"traces_page({_PAGE})",
        f"events_page({_PAGE})",
        "people_in_log(uuid)",
        "viewers_of_my_cases(timestamptz)",
        "most_active_viewers(timestamptz, integer)",
        "cases_in_log(uuid, uuid, integer)",
    ),
}
