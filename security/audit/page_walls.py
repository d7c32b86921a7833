"""Pages of the access log, read within the database: the reader's right is checked there, row by row, newest first.

A page is wanted by case or person, days and kind, and continues at a key. Under the policies only ids may be asked of an index,
since a comparison of times or texts could tell something of a hidden row; within a definer function all of them may.
"""

from security.walls.declare import mine

OWN = "actor_id = (SELECT staff_id FROM wall.my_identity())"
# Those at the cases one is in charge of or supervises, and everything for the privacy officer.
REVIEWED = f"(SELECT wall.reads_all_evidence()) OR {mine('case_id', 'manage')}"

# What a list is of: the condition that an index answers. $1 is the case or the person.
TRACES = {
    "case": "case_id = $1",
    "others": "case_id = $1 AND actor_id IS DISTINCT FROM (SELECT staff_id FROM wall.my_identity())",
    "person": "actor_id = $1",
    "outside": (
        "relation NOT IN ('lead', 'member', 'line') AND verb <> 'AUDIT_VIEW'"
        " AND actor_id IS DISTINCT FROM (SELECT staff_id FROM wall.my_identity())"
    ),
}
EVENTS = {"denied": "decision = 'denied'"}


def _page_function(name: str, table: str, at: str, leads: dict[str, str]) -> str:
    cases = "\n".join(f"    WHEN '{lead}' THEN $lead${condition}$lead$" for lead, condition in leads.items())
    return f"""
-- One page of {table}: of one ``lead``, on the ``newer`` or older side of the key (edge_at, edge_id); ``reviewed``: without the
-- reader's own. Most pages lie within the last months, so those parts are planned and read first, and the others only where they
-- do not fill the page.
CREATE OR REPLACE FUNCTION wall.{name}(lead text, whom uuid, reviewed boolean, person uuid, wanted text, result text,
  since timestamptz, until timestamptz, edge_at timestamptz, edge_id bigint, newer boolean, size integer)
RETURNS SETOF public.{table} LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 50 SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  led text := CASE lead
{cases} END;
  seen text := CASE WHEN reviewed THEN $seen${REVIEWED}$seen$ ELSE $seen${OWN} OR {REVIEWED}$seen$ END;
  side text := CASE WHEN newer THEN '>' ELSE '<' END;
  way text := CASE WHEN newer THEN 'ASC' ELSE 'DESC' END;
  recent timestamptz := least(until, edge_at, now()) - interval '6 months';
  page text;
  found integer;
BEGIN
  IF led IS NULL THEN RAISE EXCEPTION 'no such list: %', lead; END IF;
  page := format('SELECT * FROM public.{table} WHERE %s AND (%s) AND ($2 IS NULL OR actor_id = $2) AND ($3 = '''' OR verb = $3)'
    ' AND ($4 = '''' OR decision = $4) AND {at} >= $5 AND {at} < $6 AND ({at}, id) %s ($7, $8) ORDER BY {at} %s, id %s LIMIT $9',
    led, seen, side, way, way);
  IF newer OR since >= recent THEN
    RETURN QUERY EXECUTE page USING whom, person, wanted, result, since, until, edge_at, edge_id, size;
    RETURN;
  END IF;
  RETURN QUERY EXECUTE page USING whom, person, wanted, result, recent, until, edge_at, edge_id, size;
  GET DIAGNOSTICS found = ROW_COUNT;
  IF found < size THEN
    RETURN QUERY EXECUTE page USING whom, person, wanted, result, since, recent, edge_at, edge_id, size - found;
  END IF;
END $$;
"""


FUNCTIONS = (
    _page_function("traces_page", "security_casetrace", "at", TRACES)
    + _page_function("events_page", "security_event", '"timestamp"', EVENTS)
    + f"""
-- Who occurs in the newest thousand looks at a case, for whoever reviews it.
CREATE OR REPLACE FUNCTION wall.people_in_log(of_case uuid) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 20 SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF coalesce((SELECT {REVIEWED} FROM (SELECT of_case AS case_id) asked), false) THEN
    RETURN QUERY SELECT DISTINCT r.actor_id FROM (SELECT t.actor_id FROM public.security_casetrace t
      WHERE t.case_id = of_case ORDER BY t.at DESC, t.id DESC LIMIT 1000) r WHERE r.actor_id IS NOT NULL;
  END IF;
END $$;

-- How many looks each person took at the cases the caller reviews, since a moment within the last month.
CREATE OR REPLACE FUNCTION wall.viewers_of_my_cases(since timestamptz) RETURNS TABLE (who uuid, looks bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 100 SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  -- IS TRUE keeps the ids of the cases a hash that is asked for each look; as a join they would be looked up one by one.
  RETURN QUERY EXECUTE $query$
    SELECT t.actor_id, count(*) FROM public.security_casetrace t
    WHERE t.at >= $1 AND (t.case_id IN (SELECT unnest(wall.my_case_ids('manage')))) IS TRUE GROUP BY t.actor_id
  $query$ USING greatest(since, now() - interval '1 month');
END $$;

-- For the privacy officer: who looked at most different cases since a moment within the last month.
CREATE OR REPLACE FUNCTION wall.most_active_viewers(since timestamptz, size integer)
RETURNS TABLE (who uuid, cases bigint, looks bigint) LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 10
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN QUERY EXECUTE $query$
    SELECT t.actor_id, count(DISTINCT t.case_id), count(*) FROM public.security_casetrace t
    WHERE t.at >= $1 AND t.decision = 'allowed' AND t.actor_id IS NOT NULL AND wall.reads_all_evidence()
    GROUP BY t.actor_id ORDER BY 2 DESC, 3 DESC, 1 LIMIT $2
  $query$ USING greatest(since, now() - interval '1 month'), size;
END $$;

-- For the privacy officer: the cases in the log whose id lies between two ids.
CREATE OR REPLACE FUNCTION wall.cases_in_log(lowest uuid, highest uuid, size integer) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 20 SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF wall.reads_all_evidence() THEN
    RETURN QUERY SELECT DISTINCT t.case_id FROM public.security_casetrace t
      WHERE t.case_id BETWEEN lowest AND highest ORDER BY t.case_id LIMIT size;
  END IF;
END $$;
"""
)

_PAGE = (
    "text, uuid, boolean, uuid, text, text, timestamptz, timestamptz, timestamptz, bigint, boolean, integer"
)
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
