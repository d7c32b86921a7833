"""The gate. No disclosure comes into being, and none can be read, without a basis that holds at that moment (promise 1)."""

from agencies.directory.models import OfficeKind
from referrals.disclosures.catalogue import CEILINGS
from security.walls.declare import Policy, Table, mine

RECEIVED = "disclosure_id = ANY(ARRAY(SELECT wall.my_disclosures()))"
OWN_OFFICE = "office_id = (SELECT wall.my_office())"
OFFICERS = "(SELECT wall.my_role()) IN ('juvenile_officer', 'police_supervisor')"
AT_MY_DESK = f"recipient_id = (SELECT wall.my_office()) AND {OFFICERS}"


def _ceilings() -> str:
    """The ceilings of the catalogue as rows for SQL."""
    rows = [
        f"('{kind.value}', ARRAY[{', '.join(repr(item.value) for item in sorted(items))}]::text[])"
        for kind, items in CEILINGS.items()
    ]
    return ", ".join(rows) or f"('{OfficeKind.POLICE.value}', ARRAY[]::text[])"


TABLES = (
    Table(
        "referrals_disclosure",
        {"runtime": "SELECT, INSERT, UPDATE"},
        (
            Policy("SELECT", using=mine("case_id", "view")),
            Policy("SELECT", using="id = ANY(ARRAY(SELECT wall.my_disclosures()))"),
            Policy("INSERT", check=mine("case_id", "edit")),
            Policy("UPDATE", using=mine("case_id", "edit"), check=mine("case_id", "edit")),
        ),
    ),
    Table(
        "referrals_packageitem",
        {"runtime": "SELECT, INSERT, UPDATE"},
        (
            Policy("SELECT", using=mine("case_id", "view")),
            Policy("SELECT", using=RECEIVED),
            Policy("INSERT", check=mine("case_id", "edit")),
            Policy("UPDATE", using=mine("case_id", "edit"), check=mine("case_id", "edit")),
        ),
    ),
    Table(
        "referrals_envelope",
        {"runtime": "SELECT, INSERT, UPDATE"},
        (
            Policy("SELECT", using=AT_MY_DESK),
            Policy("SELECT", using="disclosure_id = ANY(ARRAY(SELECT wall.disclosures_of_my_cases('view')))"),
            Policy("INSERT", check="disclosure_id = ANY(ARRAY(SELECT wall.disclosures_of_my_cases('edit')))"),
            Policy(
                "UPDATE",
                using="disclosure_id = ANY(ARRAY(SELECT wall.disclosures_of_my_cases('edit')))",
                check="disclosure_id = ANY(ARRAY(SELECT wall.disclosures_of_my_cases('edit')))",
            ),
        ),
    ),
    Table(
        "referrals_assignment",
        {"runtime": "SELECT"},
        (
            Policy("SELECT", using="disclosure_id = ANY(ARRAY(SELECT wall.disclosures_of_my_cases('view')))"),
            Policy("SELECT", using="disclosure_id = ANY(ARRAY(SELECT wall.envelopes_at_my_desk()))"),
        ),
    ),
)

POLICIES = {
    "keys.data_key": (
        Policy("SELECT", using="kind = 'disclosure' AND owner_id = ANY(ARRAY(SELECT wall.disclosures_of_my_cases('view')))"),
        Policy("SELECT", using="kind = 'disclosure' AND owner_id = ANY(ARRAY(SELECT wall.my_disclosures()))"),
        Policy("INSERT", check=f"kind = 'disclosure' AND {OWN_OFFICE} AND (SELECT wall.my_office_kind()) = 'cgc'"),
    ),
}

FUNCTIONS = (
    """
CREATE OR REPLACE FUNCTION wall.ceiling(kind text) RETURNS text[] LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce((SELECT c.items FROM (VALUES """
    + _ceilings()
    + """) AS c (kind, items) WHERE c.kind = $1), ARRAY[]::text[])
$$;

-- Whether a basis holds now for this case, recipient, purpose and set of items. Expiry needs no job: it compares with the clock.
CREATE OR REPLACE FUNCTION wall.basis_holds(d public.referrals_disclosure) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
  SELECT EXISTS (
      SELECT 1 FROM public.referrals_intention i
      WHERE i.id = d.intention_id AND i.case_id = d.case_id AND i.recipient_id = d.recipient_id AND i.purpose = d.purpose
        AND i.result = 'wishes' AND i.superseded_at IS NULL AND i.withdrawn_at IS NULL AND i.valid_until > wall.clock()
        AND d.items::text[] <@ i.items::text[])
    OR EXISTS (
      SELECT 1 FROM public.referrals_exceptionrequest e
      WHERE e.id = d.exception_id AND e.case_id = d.case_id AND e.recipient_id = d.recipient_id AND e.purpose = d.purpose
        AND e.approved AND e.expires_at > wall.clock() AND (e.spent_on IS NULL OR e.spent_on = d.id)
        AND d.items::text[] <@ e.items::text[])
$$;

-- What the calling identity may open as a receiver: sent to its office, assigned to its post, open, on a basis that holds now,
-- and not blocked for this person.
CREATE OR REPLACE FUNCTION wall.my_disclosures() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER ROWS 20
SET search_path = pg_catalog, pg_temp AS $$
  SELECT d.id FROM public.referrals_assignment a JOIN public.referrals_disclosure d ON d.id = a.disclosure_id
  WHERE a.post_id = (SELECT wall.my_post()) AND a.ended_at IS NULL AND d.recipient_id = (SELECT wall.my_office())
    AND d.sent_at IS NOT NULL AND d.ended_at IS NULL AND wall.basis_holds(d)
    AND NOT EXISTS (SELECT 1 FROM public.cases_block b
                    WHERE b.case_id = d.case_id AND b.staff_id = (SELECT wall.my_staff()) AND b.ended_at IS NULL)
$$;

CREATE OR REPLACE FUNCTION wall.disclosures_of_my_cases(level text) RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
  SELECT d.id FROM public.referrals_disclosure d WHERE d.case_id = ANY(ARRAY(SELECT wall.my_cases(level)))
$$;

CREATE OR REPLACE FUNCTION wall.envelopes_at_my_desk() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
  SELECT e.disclosure_id FROM public.referrals_envelope e
  WHERE e.recipient_id = wall.my_office() AND wall.my_role() IN ('juvenile_officer', 'police_supervisor')
$$;

-- The gate itself. Runs as wall; FOR SHARE makes a withdrawal that is under way finish first (RECIPES.md, Gate).
CREATE OR REPLACE FUNCTION wall.gate() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  recipient_kind text;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF (NEW.case_id, NEW.kind, NEW.recipient_id, NEW.purpose, NEW.items, NEW.intention_id, NEW.exception_id, NEW.reference)
       IS DISTINCT FROM
       (OLD.case_id, OLD.kind, OLD.recipient_id, OLD.purpose, OLD.items, OLD.intention_id, OLD.exception_id, OLD.reference)
       OR (OLD.ended_at IS NOT NULL AND NEW.ended_at IS NULL)
       OR (OLD.sent_at IS NOT NULL AND NEW.sent_at IS DISTINCT FROM OLD.sent_at) THEN
      RAISE EXCEPTION 'a disclosure stays what it was' USING ERRCODE = '23514', CONSTRAINT = 'disclosure_stays';
    END IF;
  ELSIF NEW.sent_at IS NOT NULL THEN
    RAISE EXCEPTION 'a disclosure is drafted before it is sent' USING ERRCODE = '23514', CONSTRAINT = 'disclosure_drafted_first';
  END IF;
  IF NEW.ended_at IS NOT NULL THEN
    RETURN NULL;  -- ending is always possible
  END IF;
  SELECT o.kind INTO recipient_kind FROM public.agencies_office o WHERE o.id = NEW.recipient_id AND o.active;
  IF NOT coalesce(NEW.items::text[] <@ wall.ceiling(recipient_kind), false) OR cardinality(NEW.items) = 0 THEN
    RAISE EXCEPTION 'beyond the ceiling of that kind of office' USING ERRCODE = '23514', CONSTRAINT = 'disclosure_ceiling';
  END IF;
  PERFORM 1 FROM public.referrals_intention i WHERE i.id = NEW.intention_id FOR SHARE;
  PERFORM 1 FROM public.referrals_exceptionrequest e WHERE e.id = NEW.exception_id FOR UPDATE;
  IF NOT wall.gate_holds(NEW) THEN
    RAISE EXCEPTION 'no confirmed intention and no exception' USING ERRCODE = '23514', CONSTRAINT = 'gate';
  END IF;
  IF NEW.sent_at IS NOT NULL AND NEW.exception_id IS NOT NULL THEN
    UPDATE public.referrals_exceptionrequest e SET spent_at = wall.clock(), spent_on = NEW.id
    WHERE e.id = NEW.exception_id AND e.spent_at IS NULL;
  END IF;
  RETURN NULL;
END $$;

-- Volatile on purpose: its queries see what a withdrawal committed while the gate waited for the lock.
CREATE OR REPLACE FUNCTION wall.gate_holds(d public.referrals_disclosure) RETURNS boolean LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$ BEGIN RETURN wall.basis_holds(d); END $$;

-- A package is written while its disclosure is a draft, holds only the disclosure's items, and stays when it is sent.
CREATE OR REPLACE FUNCTION wall.package_gate() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM 1 FROM public.referrals_disclosure d
  WHERE d.id = NEW.disclosure_id AND d.case_id = NEW.case_id AND NEW.item = ANY(d.items::text[])
    AND d.sent_at IS NULL AND d.ended_at IS NULL AND d.decided_at IS NULL;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'this item cannot be put into that package' USING ERRCODE = '23514', CONSTRAINT = 'package_of_draft';
  END IF;
  RETURN NEW;
END $$;

-- An envelope lies at the desk of the recipient of a disclosure that was sent, under the same reference.
CREATE OR REPLACE FUNCTION wall.envelope_gate() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM 1 FROM public.referrals_disclosure d
  WHERE d.id = NEW.disclosure_id AND d.recipient_id = NEW.recipient_id AND d.reference = NEW.reference AND d.sent_at IS NOT NULL;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'no such disclosure was sent' USING ERRCODE = '23514', CONSTRAINT = 'envelope_of_sent';
  END IF;
  RETURN NEW;
END $$;

-- Taking and assigning: the supervisor of the receiving office assigns; an officer may take what nobody has taken yet.
CREATE OR REPLACE FUNCTION wall.assign(new_id uuid, of_disclosure uuid, to_post uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  e public.referrals_envelope;
  d public.referrals_disclosure;
BEGIN
  SELECT x.* INTO e FROM public.referrals_envelope x
  WHERE x.disclosure_id = of_disclosure AND x.recipient_id = wall.my_office() AND x.closed_at IS NULL FOR UPDATE;
  SELECT x.* INTO d FROM public.referrals_disclosure x WHERE x.id = of_disclosure;
  IF e.id IS NULL OR d.ended_at IS NOT NULL OR NOT wall.basis_holds(d)
     OR NOT EXISTS (SELECT 1 FROM public.agencies_post p
                    WHERE p.id = to_post AND p.office_id = wall.my_office()
                      AND p.role IN ('juvenile_officer', 'police_supervisor') AND wall.post_holds(p.id))
     OR NOT (wall.my_role() = 'police_supervisor'
             OR (wall.my_role() = 'juvenile_officer' AND to_post = wall.my_post() AND e.taken_by_id IS NULL)) THEN
    RAISE EXCEPTION 'this envelope cannot be assigned so' USING ERRCODE = '23514', CONSTRAINT = 'assigned_by_right';
  END IF;
  INSERT INTO public.referrals_assignment (id, disclosure_id, post_id, assigned_by_id, assigned_at)
  VALUES (new_id, of_disclosure, to_post, wall.my_post(), wall.clock());
  UPDATE public.referrals_envelope x SET taken_by_id = wall.my_post(), taken_at = wall.clock()
  WHERE x.id = e.id AND x.taken_at IS NULL;
  PERFORM wall.note_disclosure('ROW_UPDATE', of_disclosure, d.case_id,
                               jsonb_build_object('assigned_to', jsonb_build_array('', to_post)));
END $$;

-- Whatever ends a confirmation ends every open disclosure and draft that rests on it, in the same transaction (promise 2). It
-- looks in a statement after the ending's own UPDATE, so that a report the gate let through a moment before is found.
CREATE OR REPLACE FUNCTION wall.close_what_rests_on_it() RETURNS trigger LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  closed record;
BEGIN
  FOR closed IN
    UPDATE public.referrals_disclosure d
    SET ended_at = wall.clock(), ending = CASE WHEN NEW.withdrawn_at IS NOT NULL THEN 'withdrawn' ELSE 'superseded' END
    WHERE d.intention_id = NEW.id AND d.ended_at IS NULL RETURNING d.id, d.case_id, d.ending
  LOOP
    PERFORM wall.note_disclosure('ROW_UPDATE', closed.id, closed.case_id, jsonb_build_object('ending', jsonb_build_array('', closed.ending)));
  END LOOP;
  UPDATE public.referrals_envelope e SET closed_at = wall.clock()
  FROM public.referrals_disclosure d
  WHERE d.id = e.disclosure_id AND d.intention_id = NEW.id AND d.ended_at IS NOT NULL AND e.closed_at IS NULL;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION wall.note_disclosure(what text, pk uuid, of_case uuid, changed jsonb) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  INSERT INTO public.security_event (uuid, verb, actor_id, post_id, case_id, action, content_type_id, object_pk, changes)
  SELECT gen_random_uuid(), what, wall.my_staff(), wall.my_post(), of_case, CASE what WHEN 'ROW_CREATE' THEN 0 ELSE 1 END, t.id,
         pk::text, changed
  FROM public.django_content_type t WHERE t.app_label = 'referrals' AND t.model = 'disclosure'
$$;

-- Housekeeping without an identity: marks what has expired already (the policies showed nothing any more) and answers ids only.
CREATE OR REPLACE FUNCTION wall.close_expired() RETURNS SETOF uuid LANGUAGE sql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
  WITH ended AS (
    UPDATE public.referrals_disclosure d SET ended_at = wall.clock(), ending = 'expired'
    WHERE d.ended_at IS NULL AND NOT wall.basis_holds(d) RETURNING d.id),
  closed AS (
    UPDATE public.referrals_envelope e SET closed_at = wall.clock()
    WHERE e.closed_at IS NULL AND e.disclosure_id IN (SELECT ended.id FROM ended) RETURNING 1)
  SELECT ended.id FROM ended
$$;
"""
)

CALLERS = {
    "runtime": (
        "my_disclosures()",
        "disclosures_of_my_cases(text)",
        "envelopes_at_my_desk()",
        "assign(uuid, uuid, uuid)",
        "close_expired()",
    ),
}

TRIGGERS = """
CREATE OR REPLACE TRIGGER gate AFTER INSERT OR UPDATE ON referrals_disclosure FOR EACH ROW EXECUTE FUNCTION wall.gate();
CREATE OR REPLACE TRIGGER signed BEFORE INSERT OR UPDATE ON referrals_disclosure
  FOR EACH ROW EXECUTE FUNCTION wall.sign_act('police_report');
CREATE OR REPLACE TRIGGER z_close_disclosures AFTER UPDATE OF withdrawn_at, superseded_at ON referrals_intention
  FOR EACH ROW WHEN ((NEW.withdrawn_at IS NOT NULL AND OLD.withdrawn_at IS NULL)
                     OR (NEW.superseded_at IS NOT NULL AND OLD.superseded_at IS NULL))
  EXECUTE FUNCTION wall.close_what_rests_on_it();
CREATE OR REPLACE TRIGGER package_gate BEFORE INSERT OR UPDATE ON referrals_packageitem
  FOR EACH ROW EXECUTE FUNCTION wall.package_gate();
CREATE OR REPLACE TRIGGER envelope_gate BEFORE INSERT OR UPDATE ON referrals_envelope
  FOR EACH ROW EXECUTE FUNCTION wall.envelope_gate();
"""
