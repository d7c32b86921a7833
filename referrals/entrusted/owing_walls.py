"""What the office that gives the help owes, and until when: attendance with two lines, and its review.

The two days stand on the entrusted plan, where both sides read them; whoever is in charge at the center has a duty for each, which
only the return, a later day or the end of the help there does.
"""

from referrals.disclosures.codes import Item
from referrals.entrusted.codes import GIVING, ReturnKind

_GIVING = ", ".join(f"'{state}'" for state in GIVING)

FUNCTIONS = f"""
-- Who owes at the center what follows from an entrusted plan: whoever is in charge of the case, the line where nobody is.
CREATE OR REPLACE FUNCTION wall.entrusted_owner(of_case uuid) RETURNS uuid LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce((SELECT p FROM wall.positions_on_case(of_case, ARRAY['lead']) p ORDER BY p LIMIT 1),
                  (SELECT p FROM wall.positions_on_case(of_case, ARRAY['line']) p ORDER BY p LIMIT 1))
$$;

-- Until when attendance is told next: as many days after this one, or after the first day of the plan, as the center lets pass
-- without a session of its own.
CREATE OR REPLACE FUNCTION wall.entrusted_report_by(e public.referrals_entrusted) RETURNS timestamptz LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT wall.days_after(greatest(wall.clock(), p.starts_on::timestamp AT TIME ZONE 'Asia/Tokyo'), o.session_gap_days)
  FROM public.cases_counselingplan p, public.agencies_office o WHERE p.id = e.plan_id AND o.id = e.center_id
$$;

-- Until when the review is told: the day of the next review of the plan, as the last one or the plan says. NULL where that office is
-- not told the day (the child may not want it), where that review came to the end, and where the day has passed.
CREATE OR REPLACE FUNCTION wall.entrusted_review_by(e public.referrals_entrusted) RETURNS timestamptz LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT wall.days_after(f.day::timestamp AT TIME ZONE 'Asia/Tokyo', 0)
  FROM (SELECT CASE WHEN v.id IS NULL THEN p.review_on ELSE v.next_on END AS day
        FROM public.cases_counselingplan p
        LEFT JOIN LATERAL (SELECT r.id, r.next_on FROM public.cases_planreview r WHERE r.plan_id = p.id
                           ORDER BY r.recorded_at DESC, r.id DESC LIMIT 1) v ON true
        WHERE p.id = e.plan_id) f
  WHERE f.day >= wall.today()
    AND (e.disclosure_id IS NOT NULL OR EXISTS (
      SELECT 1 FROM public.referrals_entrusteditem i WHERE i.entrusted_id = e.id AND i.item = '{Item.PLAN_REVIEW}'))
$$;

-- What that office owes changes: its day, the duty that was left for the day before, and the next one. The day comes first, because
-- by it a duty is done (wall.entrusted_settled). NULL: it owes no such thing.
CREATE OR REPLACE FUNCTION wall.entrusted_owing(which uuid, of_kind text, until timestamptz, done_by uuid) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  e public.referrals_entrusted;
  owner uuid;
BEGIN
  SELECT f.* INTO e FROM public.referrals_entrusted f WHERE f.id = which FOR NO KEY UPDATE;
  IF until IS NOT DISTINCT FROM (CASE of_kind WHEN 'entrusted_report' THEN e.report_by ELSE e.review_by END) THEN RETURN; END IF;
  IF of_kind = 'entrusted_report' THEN
    UPDATE public.referrals_entrusted f SET report_by = until WHERE f.id = which;
  ELSE
    UPDATE public.referrals_entrusted f SET review_by = until WHERE f.id = which;
  END IF;
  UPDATE public.cases_duty u SET done_at = wall.clock(), done_by_id = done_by
  WHERE u.case_id = e.case_id AND u.kind = of_kind AND u.cause = which AND u.done_at IS NULL;
  owner := wall.entrusted_owner(e.case_id);
  IF until IS NULL OR owner IS NULL THEN RETURN; END IF;
  INSERT INTO public.cases_duty (id, case_id, kind, cause, owner_id, barred, left_at, due_at)
  VALUES (gen_random_uuid(), e.case_id, of_kind, which, owner, '{{}}', wall.clock(), until);
END $$;

-- With its acceptance the other office owes; when the help there is over, it owes nothing.
CREATE OR REPLACE FUNCTION wall.entrusted_state_owes() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  gives boolean := NEW.state IN ({_GIVING});
BEGIN
  IF NOT gives OR OLD.state NOT IN ({_GIVING}) THEN
    PERFORM wall.entrusted_owing(NEW.id, 'entrusted_report', CASE WHEN gives THEN wall.entrusted_report_by(NEW) END, NEW.provider_id);
    PERFORM wall.entrusted_owing(NEW.id, 'entrusted_review', CASE WHEN gives THEN wall.entrusted_review_by(NEW) END, NEW.provider_id);
  END IF;
  RETURN NULL;
END $$;

-- A return does what is owed: attendance, of which the next is owed anew, and the review; with the end report nothing more is. A sign of
-- danger alone says nothing of attendance, and what is sent anew was owed by a duty of its own.
CREATE OR REPLACE FUNCTION wall.entrusted_return_owes() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  e public.referrals_entrusted;
BEGIN
  SELECT f.* INTO e FROM public.referrals_entrusted f WHERE f.id = NEW.entrusted_id;
  IF e.state NOT IN ({_GIVING}) OR e.report_by IS NULL THEN RETURN NULL; END IF;  -- its end report was sent
  PERFORM wall.entrusted_owing(e.id, 'entrusted_report',
    CASE WHEN NEW.kind <> '{ReturnKind.END}' THEN wall.entrusted_report_by(e) END, NEW.written_by_id);
  IF NEW.kind <> '{ReturnKind.SESSION}' THEN
    PERFORM wall.entrusted_owing(e.id, 'entrusted_review', NULL, NEW.written_by_id);
  END IF;
  RETURN NULL;
END $$;

-- A review at the center names the day of the next, there too; of an office that sent its end report nothing more is wanted.
CREATE OR REPLACE FUNCTION wall.entrusted_review_owes() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM wall.entrusted_owing(e.id, 'entrusted_review', wall.entrusted_review_by(e), NEW.recorded_by_id)
  FROM public.referrals_entrusted e
  WHERE e.plan_id = NEW.plan_id AND e.state IN ({_GIVING}) AND e.report_by IS NOT NULL;
  RETURN NULL;
END $$;
"""

TRIGGERS = f"""
CREATE OR REPLACE TRIGGER z_owes AFTER UPDATE OF state ON referrals_entrusted
  FOR EACH ROW EXECUTE FUNCTION wall.entrusted_state_owes();
CREATE OR REPLACE TRIGGER z_owes AFTER INSERT ON referrals_entrustedreturn
  FOR EACH ROW WHEN (NEW.corrects_id IS NULL AND NEW.kind <> '{ReturnKind.DANGER}')
  EXECUTE FUNCTION wall.entrusted_return_owes();
CREATE OR REPLACE TRIGGER z_entrusted AFTER INSERT ON cases_planreview
  FOR EACH ROW EXECUTE FUNCTION wall.entrusted_review_owes();
"""
