"""Search tokens: no login reads them. The application puts those of a record, and asks with a token for records it already sees."""

FUNCTIONS = """
-- In plpgsql, which looks its functions up when it runs: these are raised before the walls of the record.
-- The records whose search tokens the caller may write: one of the own office that is in no case yet, or one within the caller's
-- reach. A caller who could delete a colleague's would hide that child from the search before the glass.
CREATE OR REPLACE FUNCTION wall.may_index(which uuid) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN wall.my_office_kind() IN ('cgc', 'police')
    AND EXISTS (SELECT 1 FROM public.cases_child k WHERE k.id = which AND k.office_id = wall.my_office())
    AND (NOT EXISTS (SELECT 1 FROM public.cases_case c WHERE c.child_id = which)
      OR EXISTS (SELECT 1 FROM public.cases_case c
                 WHERE c.child_id = which AND wall.holds_on(c.id, 'edit')));
END $$;

-- Replaces the tokens of a record: those of the kinds named are deleted, the new ones added (kinds and tokens in pairs).
CREATE OR REPLACE FUNCTION wall.put_tokens(which uuid, dropped text[], kinds text[], tokens bytea[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF wall.may_index(which) IS NOT TRUE THEN
    RAISE EXCEPTION 'this record is not the caller''s to index' USING ERRCODE = '23514', CONSTRAINT = 'indexed_by_right';
  END IF;
  DELETE FROM public.security_searchtoken t WHERE t.object_id = which AND t.kind = ANY(dropped);
  INSERT INTO public.security_searchtoken (id, office_id, kind, token, object_id)
  SELECT gen_random_uuid(), wall.my_office(), n.kind, n.token, which FROM unnest(kinds, tokens) AS n (kind, token);
END $$;

-- The children who may be meant by a token, among those the caller sees: of all others it does not even tell that there are some.
-- Outside the caller's cases there is only the search before the glass. Coincidences are a few; 200 would be no search.
CREATE OR REPLACE FUNCTION wall.children_by_token(of_kind text, wanted bytea) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 5 SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN QUERY SELECT DISTINCT t.object_id FROM public.security_searchtoken t
  WHERE t.office_id = (SELECT wall.my_office()) AND t.kind = of_kind AND t.token = wanted AND EXISTS (
    SELECT 1 FROM public.cases_case c JOIN wall.my_grants g ON g.held_case = c.id
    WHERE c.child_id = t.object_id AND g.held_permission = ANY((SELECT wall.permissions_from('view'))::integer[]))
  LIMIT 200;
END $$;

-- The cases of the caller's office with one of these numbers, among those the caller sees. Under the policy a number is no
-- condition of an index, and every case of the office would be read.
CREATE OR REPLACE FUNCTION wall.my_cases_numbered(wanted text[]) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 5 SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN QUERY SELECT c.id FROM public.cases_case c
  WHERE c.office_id = (SELECT wall.my_office()) AND c.number = ANY(wanted) AND EXISTS (
    SELECT 1 FROM wall.my_grants g
    WHERE g.held_case = c.id AND g.held_permission = ANY((SELECT wall.permissions_from('view'))::integer[]))
  LIMIT 50;
END $$;
"""

CALLERS = {
    "runtime": (
        "put_tokens(uuid, text[], text[], bytea[])",
        "children_by_token(text, bytea)",
        "my_cases_numbered(text[])",
    )
}
