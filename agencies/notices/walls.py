"""The inbox: a position reads its own notices and marks them as read. The database writes them, and notes the mail of each."""

from agencies.notices.codes import BY_DATABASE, NoticeKind
from security.walls.declare import Policy, Table
from security.walls.moments import ONCE
from security.walls.pages import PLACE, page_function

OWN = "position_id = (SELECT wall.my_position())"

TABLES = (
    Table(
        "agencies_notice",
        {"runtime": "SELECT, UPDATE (read_at)"},
        (Policy("SELECT", using=OWN), Policy("UPDATE", using=OWN, check=OWN)),
        unrecorded="its cause is recorded; the row itself carries no content",
    ),
)

MOMENTS = {"agencies_notice": {"read_at": ONCE}}

# A mail carries the reference out of the house, so it is a case number (KITA-2026-0001), a notification's (N-ABCDEFGH) or an
# envelope's (29HBR-SX85S), and never a sentence.
REFERENCE = "^([A-Z0-9-]{1,12}-20[0-9]{2}-[0-9]{4,7}|N-[2-9A-Z]{8}|[2-9A-Z]{5}-[2-9A-Z]{5}|)$"
WITHIN_HERE = "^(/([A-Za-z0-9][A-Za-z0-9/_.?=&#-]*)?|)$"

PAGE = page_function(
    "inbox_page", "", "agencies_notice", "last_at", "t.position_id = (SELECT wall.my_position())"
)
FUNCTIONS = f"""{PAGE}
-- Tell positions of one matter (kind, reference, path). On one day it is one notice with a count: 44 looks are one line and one
-- mail. A cause is told once; it is remembered until another cause of the same matter follows on the same day. Called by the
-- functions of other rooms, in the transaction of the cause; the application calls wall.tell.
CREATE OR REPLACE FUNCTION wall.notify(positions uuid[], of_kind text, about text, leads_to text, of_cause text) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT of_kind = ANY('{{{",".join(NoticeKind.values)}}}'::text[]) OR about !~ '{REFERENCE}' OR leads_to !~ '{WITHIN_HERE}'
     OR leads_to ~ '[.][.]' THEN
    RAISE EXCEPTION 'no such notice' USING ERRCODE = '23514', CONSTRAINT = 'notice_of_known_form';
  END IF;
  -- Always in the same order, so that two looks at the same time cannot deadlock.
  INSERT INTO public.agencies_notice AS n (id, position_id, kind, reference, path, cause, day, count, created_at, last_at)
  SELECT gen_random_uuid(), told.position, of_kind, about, leads_to, of_cause, wall.today(), 1, wall.clock(), wall.clock()
  FROM (SELECT DISTINCT unnest(positions) AS position) told
  WHERE told.position IS NOT NULL AND NOT EXISTS (SELECT 1 FROM public.agencies_notice o WHERE o.position_id = told.position AND o.kind = of_kind
                      AND o.reference = about AND o.path = leads_to AND o.cause = of_cause)
  ORDER BY told.position
  ON CONFLICT (position_id, kind, reference, path, day) DO UPDATE
  SET count = n.count + 1, last_at = excluded.last_at, cause = excluded.cause, read_at = NULL
  WHERE n.cause <> excluded.cause;
END $$;

-- For the application: what the acting position itself causes. What the database tells by itself it does not tell, nor of a page of a
-- case that it cannot open (wall.may_lead_to, of the cases).
CREATE OR REPLACE FUNCTION wall.tell(positions uuid[], of_kind text, about text, leads_to text, of_cause text) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF wall.my_position() IS NULL THEN
    RAISE EXCEPTION 'a notice needs an acting position' USING ERRCODE = '42501';
  END IF;
  IF of_kind = ANY('{{{",".join(sorted(BY_DATABASE))}}}'::text[]) OR NOT wall.may_lead_to(of_kind, leads_to) THEN
    RAISE EXCEPTION 'no such notice of this position' USING ERRCODE = '42501', CONSTRAINT = 'notice_within_reach';
  END IF;
  PERFORM wall.notify(positions, of_kind, about, leads_to, of_cause);
END $$;

-- The only writer of the outbox: a notice is mailed once, when it comes. The row has the notice's id and no other payload.
CREATE OR REPLACE FUNCTION wall.mail_notice() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  INSERT INTO public.security_outbox (id, kind, payload, created_at, next_at, attempts)
  VALUES (NEW.id, 'notice_mail', jsonb_build_object('notice', NEW.id), wall.clock(), wall.clock(), 0)
  ON CONFLICT (id) DO NOTHING;
  RETURN NULL;
END $$;

-- The worker that mails has no identity: it learns address and reference of a notice whose mail waits, and nothing else.
CREATE OR REPLACE FUNCTION wall.mail_of(which uuid) RETURNS TABLE (address text, reference text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN QUERY SELECT s.email::text, n.reference::text FROM public.agencies_notice n
  JOIN public.agencies_position p ON p.id = n.position_id JOIN public.agencies_staff s ON s.id = p.staff_id
  WHERE n.id = which AND s.email <> '' AND wall.position_holds(p.id) AND n.reference ~ '{REFERENCE}'
    AND EXISTS (SELECT 1 FROM public.security_outbox o WHERE o.id = n.id AND o.kind = 'notice_mail' AND o.done_at IS NULL);
END $$;

-- For reconciliation: notes again what should have been mailed and is not in the outbox; how many.
CREATE OR REPLACE FUNCTION wall.mail_lost_notices() RETURNS bigint
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  WITH noted AS (
    INSERT INTO public.security_outbox (id, kind, payload, created_at, next_at, attempts)
    SELECT n.id, 'notice_mail', jsonb_build_object('notice', n.id), wall.clock(), wall.clock(), 0 FROM public.agencies_notice n
    WHERE n.created_at > wall.clock() - interval '7 days' AND NOT EXISTS (SELECT 1 FROM public.security_outbox o WHERE o.id = n.id)
    LIMIT 1000 ON CONFLICT (id) DO NOTHING RETURNING 1)
  SELECT count(*) FROM noted
$$;
"""

TRIGGERS = """
CREATE OR REPLACE TRIGGER is_mailed AFTER INSERT ON agencies_notice
  FOR EACH ROW EXECUTE FUNCTION wall.mail_notice();
"""

CALLERS = {
    "runtime": ("tell(uuid[], text, text, text, text)", f"inbox_page({PLACE})"),
    "worker": ("mail_of(uuid)", "mail_lost_notices()"),
}
