"""Looks counted by day and person, within the database: as ``page_walls`` reads single looks, with the same rights."""

from security.audit.page_walls import FEW, NOT_MINE, OF_CASE, REVIEWED, SHOWN, SHOWS_CASE

NOBODY = "'00000000-0000-0000-0000-000000000000'::uuid"
"""In place of a person, for who was not signed in: a part of the key is never empty."""
DAY = "(at AT TIME ZONE 'Asia/Tokyo')::date"
LINE = f"({DAY}, coalesce(actor_id, {NOBODY}))"

FUNCTIONS = f"""
-- One page of lines, each a person's looks of one day in Japan: of a case (``lead`` case, or others: but the caller's own), or of a
-- person. ``kind`` and ``of_panels`` say which looks count, ``lists`` whether list views do. The page lies on the ``newer`` or older
-- side of the line (edge_day, edge_who). A line is never cut: what is read ends at midnight. Most pages lie near their edge, so that
-- is planned and read first. Whether the caller reviews a case is asked once for each case of a span, not for each look.
CREATE OR REPLACE FUNCTION wall.looks_by_day(lead text, whom uuid, kind text, of_panels text[], lists boolean, person uuid,
  since date, until date, edge_day date, edge_who uuid, newer boolean, size integer)
RETURNS TABLE (on_day date, who uuid, positions uuid[], relations text[], looks bigint, refused bigint, cases bigint, verbs text[],
               panels text)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 50 SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  led text := CASE lead WHEN 'case' THEN $lead$ {SHOWS_CASE} $lead$ WHEN 'others' THEN $lead$ {SHOWS_CASE} AND {NOT_MINE} $lead$
                        WHEN 'person' THEN 'actor_id = $1' END;
  counted text := CASE kind WHEN '' THEN 'true' WHEN 'glass' THEN 'relation = ''glass''' WHEN 'denied' THEN 'decision = ''denied'''
    WHEN 'print' THEN 'verb IN (''CASE_PRINT'', ''DISCLOSURE_PRINT'')'
    WHEN 'outside' THEN 'relation NOT IN (''lead'', ''member'', ''line'') AND verb <> ''AUDIT_VIEW''' END;
  seen text := $seen${OF_CASE}$seen$;
  ends date := least(until, (now() AT TIME ZONE 'Asia/Tokyo')::date + 1);
  near date := CASE WHEN newer THEN greatest(since, edge_day) ELSE least(ends, edge_day + 1) END;
  stop date := CASE WHEN newer THEN ends ELSE since END;
  far date;
  own uuid[];
  spans integer[] := CASE lead WHEN 'person' THEN ARRAY[7, 31, 184, NULL] ELSE ARRAY[31, 184, NULL] END;
  span integer;
  wanting integer := size;
  page text;
  found integer;
BEGIN
  IF led IS NULL OR counted IS NULL THEN RAISE EXCEPTION 'no such list: % %', lead, kind; END IF;
  IF lead = 'person' THEN
    seen := $seen${REVIEWED}$seen$;
    -- The index finds the looks at the cases of a reviewer of few, where a walk along the person's would read all.
    own := ARRAY(SELECT held_case FROM wall.my_grants
                 WHERE held_permission = ANY((SELECT wall.permissions_from('manage'))::integer[]) LIMIT {FEW} + 1);
    IF NOT wall.reads_access_log() AND cardinality(own) <= {FEW} THEN
      counted := counted || ' AND case_ids && $9 AND case_id = ANY($9)';
      spans := ARRAY[31, 184, NULL];
    END IF;
  END IF;
  page := format($page$
    WITH looked AS MATERIALIZED (
      SELECT t.*, case_id FROM {SHOWN}
      WHERE %1$s AND %3$s AND ($2 IS NULL OR actor_id = $2) AND at >= $3::timestamp AT TIME ZONE 'Asia/Tokyo'
        AND at < $4::timestamp AT TIME ZONE 'Asia/Tokyo' AND ($5 IS NULL OR {LINE} %5$s ($5, $6))
        AND (%6$L OR verb <> 'CASE_LIST') AND ($7 IS NULL OR panels && $7)),
    reviewed AS MATERIALIZED (SELECT case_id FROM (SELECT DISTINCT case_id FROM looked) AS every WHERE %2$s)
    SELECT {DAY}, coalesce(actor_id, {NOBODY}), array_agg(DISTINCT position_id) FILTER (WHERE position_id IS NOT NULL),
           array_agg(DISTINCT relation), count(DISTINCT event_uuid) FILTER (WHERE decision <> 'denied'),
           count(DISTINCT event_uuid) FILTER (WHERE decision = 'denied'), count(DISTINCT case_id), array_agg(DISTINCT verb),
           string_agg(DISTINCT array_to_string(panels, ' '), ' ')
    FROM looked WHERE case_id IN (SELECT case_id FROM reviewed)
    GROUP BY 1, 2 ORDER BY 1 %4$s, 2 %4$s LIMIT $8 $page$,
    led, seen, counted, CASE WHEN newer THEN 'ASC' ELSE 'DESC' END, CASE WHEN newer THEN '>' ELSE '<' END, lists);
  FOREACH span IN ARRAY spans LOOP
    far := CASE WHEN span IS NULL THEN stop WHEN newer THEN least(stop, near + span) ELSE greatest(stop, near - span) END;
    RETURN QUERY EXECUTE page USING whom, person, least(near, far), greatest(near, far), edge_day, edge_who, of_panels, wanting,
      own;
    GET DIAGNOSTICS found = ROW_COUNT;
    wanting := wanting - found;
    EXIT WHEN wanting = 0 OR far = stop;
    near := far;
  END LOOP;
END $$;
"""

CALLERS = {
    "runtime": (
        "looks_by_day(text, uuid, text, text[], boolean, uuid, date, date, date, uuid, boolean, integer)",
    ),
}
