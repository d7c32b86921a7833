"""The gate. No disclosure can be made, and none can be read, without a basis that holds at that moment."""

from collections.abc import Iterable

from django.db.models import TextChoices

from agencies.directory.models import OfficeKind
from cases.decisions.walls import act_moments, act_triggers
from referrals.disclosures.catalogue import CEILINGS, NAMING
from referrals.disclosures.codes import DESKS, NAMELESS, PAPERS_OF_GROUND, SUPPORT_ONLY, PaperKind
from security.walls.declare import SIGNATURE, Policy, Recorded, Table, mine
from security.walls.moments import kept_by

OWN_OFFICE = "office_id = (SELECT wall.my_office())"
# A position that sees a disclosure, at the sending or at the receiving desk, has its key: the inner table has its own wall, and
# is asked for the disclosures of a page alone, where the list of all visible ones would be made for every page.
SEEN = "(SELECT true FROM public.referrals_disclosure d WHERE d.id = data_key.owner_id LIMIT 1)"
WRITTEN = f"(SELECT true FROM public.referrals_disclosure d WHERE d.id = owner_id AND {mine('d.case_id', 'edit')} LIMIT 1)"


def _ceilings() -> str:
    """The ceilings of the catalogue as rows for SQL."""
    rows = [
        f"('{kind.value}', ARRAY[{', '.join(repr(item.value) for item in sorted(items))}]::text[])"
        for kind, items in CEILINGS.items()
    ]
    return ", ".join(rows) or f"('{OfficeKind.POLICE.value}', ARRAY[]::text[])"


def _listed(codes: Iterable[TextChoices]) -> str:
    return ", ".join(f"'{code.value}'" for code in codes)


TABLES = (
    Table(
        "referrals_disclosure",
        {
            "runtime": f"SELECT, INSERT, UPDATE (urgency, due_at, sent_at, ended_at, ending, {SIGNATURE}, refused, taken_back_at)"
        },
        (
            Policy("SELECT", using=mine("case_id", "view")),
            Policy("SELECT", using="id = ANY(ARRAY(SELECT wall.my_disclosures()))"),
            Policy("INSERT", check=mine("case_id", "edit")),
            Policy("UPDATE", using=mine("case_id", "edit"), check=mine("case_id", "edit")),
        ),
        recorded=Recorded("case_id", key_kind="case", key_owner="case_id"),
    ),
    Table(
        "referrals_packageitem",
        {"runtime": "SELECT, INSERT, UPDATE (content)"},
        (
            Policy("SELECT", using=mine("case_id", "view")),
            Policy("SELECT", using="disclosure_id = ANY(ARRAY(SELECT wall.my_disclosures()))"),
            Policy("INSERT", check=mine("case_id", "edit")),
            Policy("UPDATE", using=mine("case_id", "edit"), check=mine("case_id", "edit")),
        ),
        recorded=Recorded("case_id", key_kind="disclosure", key_owner="disclosure_id"),
    ),
)

POLICIES = {
    "keys.data_key": (
        Policy("SELECT", using=f"kind = 'disclosure' AND {SEEN}"),
        Policy(
            "INSERT",
            check=f"kind = 'disclosure' AND {OWN_OFFICE} AND {WRITTEN}",
        ),
    ),
}

MOMENTS = {
    "referrals_disclosure": {
        **act_moments("b_police_report_signed"),
        **dict.fromkeys(("due_at", "sent_at", "ended_at"), kept_by("a_stamp")),
    },
}

FUNCTIONS = (
    """
CREATE OR REPLACE FUNCTION wall.ceiling(kind text) RETURNS text[] LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce((SELECT c.items FROM (VALUES """
    + _ceilings()
    + """) AS c (kind, items) WHERE c.kind = $1), ARRAY[]::text[])
$$;

-- Whether an office of the police is sent such a paper: a crime is reported where police officers receive it. A new disclosure
-- says its kind; one from before may go on its way without.
CREATE OR REPLACE FUNCTION wall.paper_fits(paper text, desk text, is_new boolean) RETURNS boolean LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, pg_temp AS $$
  SELECT """
    + f"""coalesce((paper IN ({_listed(PaperKind)}) OR (paper = '' AND NOT is_new))"""
    + "".join(f" AND (paper <> '{paper}' OR desk IN ({_listed(desks)}))" for paper, desks in DESKS.items())
    + """, false)
$$;

-- Whether a basis holds now for this case, recipient, purpose and set of items. Expiry needs no job: it compares with the clock.
-- A child who has answered meanwhile can form an intention: an exception because it cannot be formed ends with that answer. A
-- ground that an agreement switched on ends with that agreement. A wish counts where the child understood what it wishes; the two
-- first texts asked no such thing, and what was answered to them counts as it did.
CREATE OR REPLACE FUNCTION wall.basis_holds(d public.referrals_disclosure) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
  SELECT EXISTS (
      SELECT 1 FROM public.referrals_intention i
      WHERE i.id = d.intention_id AND i.case_id = d.case_id AND i.recipient_id = d.recipient_id AND i.purpose = d.purpose
        AND i.result = 'wishes' AND coalesce(i.understood, i.wording_version IN ('2026-1', '2026-2')) AND i.superseded_at IS NULL AND i.withdrawn_at IS NULL AND i.valid_until > wall.moment()
        AND NOT EXISTS (SELECT 1 FROM public.referrals_withdrawal w WHERE w.intention_id = i.id)
        AND d.items::text[] <@ i.items::text[])
    OR EXISTS (
      SELECT 1 FROM public.referrals_exceptionrequest e
      WHERE e.id = d.exception_id AND e.case_id = d.case_id AND e.recipient_id = d.recipient_id AND e.purpose = d.purpose
        AND e.approved AND e.expires_at > wall.moment() AND (e.spent_on IS NULL OR e.spent_on = d.id)
        AND (e.ground <> 'cannot_form' OR NOT wall.intention_is_formed(e.case_id, e.purpose))
        AND wall.ground_is_on(e.ground, e.case_id, e.recipient_id, d.items::text[])
        AND d.items::text[] <@ e.items::text[])
$$;

-- Agreements in force between the two offices narrow what may go; they never widen it.
CREATE OR REPLACE FUNCTION wall.agreements_allow(d public.referrals_disclosure) RETURNS boolean LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT NOT EXISTS (
    SELECT 1 FROM public.agencies_sharingagreement a
    WHERE a.sender_id = d.sender_id AND a.recipient_id = d.recipient_id AND a.approved AND a.starts_on <= wall.today()
      AND a.ends_on >= wall.today() AND NOT d.items::text[] <@ a.items::text[])
$$;

-- Two reports to one office are not open at the same time. What has expired already is closed first, as housekeeping would; of
-- two that are drafted at the same moment the index one_open_report accepts one.
CREATE OR REPLACE FUNCTION wall.one_open_report() RETURNS trigger LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  run_out uuid;
  why text;
BEGIN
  SELECT d.id, CASE WHEN EXISTS (SELECT 1 FROM public.referrals_withdrawal w WHERE w.intention_id = d.intention_id)
                    THEN 'withdrawn' ELSE 'expired' END INTO run_out, why
  FROM public.referrals_disclosure d
  WHERE d.case_id = NEW.case_id AND d.recipient_id = NEW.recipient_id AND d.ended_at IS NULL AND NOT wall.basis_holds(d)
    AND wall.holds_on(d.case_id, 'edit');
  PERFORM wall.end_disclosures(ARRAY[run_out], why) WHERE run_out IS NOT NULL;
  RETURN NEW;
END $$;

-- A disclosure keeps what was drafted; the sending office, whom to call, and every moment come from the database.
CREATE OR REPLACE FUNCTION wall.stamp_disclosure() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  may_change text[] := ARRAY['sent_at', 'ended_at', 'ending'];
  of_draft text[] := ARRAY['urgency', 'due_at', 'version', 'note', 'decided_by_id', 'decided_person_id', 'decided_at', 'approved',
    'refused', 'taken_back_at'];
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.sent_at IS NOT NULL OR NEW.ended_at IS NOT NULL THEN
      RAISE EXCEPTION 'a disclosure is drafted before it is sent' USING ERRCODE = '23514', CONSTRAINT = 'disclosure_drafted_first';
    END IF;
    SELECT o.id, left(concat_ws(' / ', o.name, s.name, nullif(o.telephone, '')), 240) INTO NEW.sender_id, NEW.contact
    FROM public.cases_case c JOIN public.agencies_office o ON o.id = c.office_id
    LEFT JOIN public.agencies_staff s ON s.id = coalesce(wall.my_staff(), NEW.drafted_person_id)
    WHERE c.id = NEW.case_id;
    RETURN NEW;
  END IF;
  IF OLD.decided_at IS NULL AND OLD.ended_at IS NULL THEN may_change := may_change || of_draft; END IF;
  IF to_jsonb(NEW) - may_change IS DISTINCT FROM to_jsonb(OLD) - may_change
     OR (OLD.ended_at IS NOT NULL
         AND (NEW.sent_at, NEW.ended_at, NEW.ending) IS DISTINCT FROM (OLD.sent_at, OLD.ended_at, OLD.ending))
     OR (OLD.sent_at IS NOT NULL AND NEW.sent_at IS DISTINCT FROM OLD.sent_at) THEN
    RAISE EXCEPTION 'these columns of a disclosure cannot be changed' USING ERRCODE = '23514', CONSTRAINT = 'disclosure_stays';
  END IF;
  IF OLD.sent_at IS NULL AND NEW.sent_at IS NOT NULL THEN NEW.sent_at := wall.clock(); END IF;
  IF OLD.ended_at IS NULL AND NEW.ended_at IS NOT NULL THEN NEW.ended_at := wall.clock(); END IF;
  RETURN NEW;
END $$;

-- The gate itself. Runs as wall; FOR SHARE makes a withdrawal that is under way finish first (ADR 9).
CREATE OR REPLACE FUNCTION wall.gate() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  recipient_kind text;
  desk text;
BEGIN
  IF NEW.ended_at IS NOT NULL THEN
    IF NEW.sent_at IS NOT NULL AND (TG_OP = 'INSERT' OR OLD.sent_at IS NULL) THEN
      RAISE EXCEPTION 'a closed disclosure cannot be sent' USING ERRCODE = '23514', CONSTRAINT = 'disclosure_stays';
    END IF;
    RETURN NULL;  -- ending is always possible
  END IF;
  SELECT o.kind, o.police_desk INTO recipient_kind, desk FROM public.agencies_office o WHERE o.id = NEW.recipient_id AND o.active;
  IF (NEW.kind, NEW.purpose, recipient_kind) IS DISTINCT FROM ('police_report', 'police_report', 'police')
     OR NOT coalesce(NEW.items::text[] <@ wall.ceiling(recipient_kind), false) OR cardinality(NEW.items) = 0 THEN
    RAISE EXCEPTION 'beyond the ceiling of that kind of office' USING ERRCODE = '23514', CONSTRAINT = 'disclosure_ceiling';
  END IF;
  IF desk <> 'sc' AND NEW.items::text[] && ARRAY["""
    + _listed(sorted(SUPPORT_ONLY))
    + """] THEN
    RAISE EXCEPTION 'only a juvenile support center is told that' USING ERRCODE = '23514', CONSTRAINT = 'disclosure_ceiling';
  END IF;
  IF NOT wall.paper_fits(NEW.paper_kind, desk, TG_OP = 'INSERT') THEN
    RAISE EXCEPTION 'this kind of paper does not go to that desk' USING ERRCODE = '23514', CONSTRAINT = 'disclosure_paper';
  END IF;
  IF NEW.paper_kind IN ("""
    + _listed(NAMELESS)
    + """) AND NEW.items::text[] && ARRAY["""
    + _listed(NAMING)
    + """] THEN
    RAISE EXCEPTION 'that paper names nobody' USING ERRCODE = '23514', CONSTRAINT = 'disclosure_nameless';
  END IF;
  IF NOT wall.agreements_allow(NEW) THEN
    RAISE EXCEPTION 'beyond the agreement of the two offices' USING ERRCODE = '23514', CONSTRAINT = 'disclosure_agreement';
  END IF;
  PERFORM 1 FROM public.referrals_intention i WHERE i.id = NEW.intention_id FOR SHARE;
  PERFORM 1 FROM public.referrals_exceptionrequest e WHERE e.id = NEW.exception_id FOR UPDATE;
  IF NOT wall.gate_holds(NEW) THEN
    RAISE EXCEPTION 'no confirmed intention and no exception' USING ERRCODE = '23514', CONSTRAINT = 'gate';
  END IF;
  IF NEW.paper_kind NOT IN ('', """
    + _listed(NAMELESS)
    + """) AND EXISTS (SELECT 1 FROM public.referrals_intention i
                       WHERE i.id = NEW.intention_id AND NOT i.items::text[] && ARRAY["""
    + _listed(NAMING)
    + """]) THEN
    RAISE EXCEPTION 'without a name only a consultation' USING ERRCODE = '23514', CONSTRAINT = 'disclosure_named';
  END IF;
  IF (TG_OP = 'INSERT' OR OLD.sent_at IS NULL) AND NEW.paper_kind <> '' AND EXISTS (
      SELECT 1 FROM public.referrals_exceptionrequest e WHERE e.id = NEW.exception_id AND ("""
    + " OR ".join(
        f"(e.ground = '{ground}' AND NEW.paper_kind NOT IN ({_listed(sorted(papers))}))"
        for ground, papers in PAPERS_OF_GROUND.items()
    )
    + """)) THEN
    RAISE EXCEPTION 'that ground carries its own paper' USING ERRCODE = '23514', CONSTRAINT = 'disclosure_ground';
  END IF;
  -- Asked of each step until it is sent: an item that the child has refused meanwhile is not sent. What was sent because of
  -- danger stays readable.
  IF NEW.exception_id IS NOT NULL AND NOT wall.exception_keeps_refusals(NEW) THEN
    RAISE EXCEPTION 'the child does not want that told' USING ERRCODE = '23514', CONSTRAINT = 'exception_refused_items';
  END IF;
  IF TG_OP = 'UPDATE' AND OLD.sent_at IS NULL AND NEW.sent_at IS NOT NULL THEN
    PERFORM wall.send_off(NEW);
  END IF;
  RETURN NULL;
END $$;

-- Volatile on purpose: its queries see what a withdrawal committed while the gate waited for the lock.
CREATE OR REPLACE FUNCTION wall.gate_holds(d public.referrals_disclosure) RETURNS boolean LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$ BEGIN RETURN wall.basis_holds(d); END $$;

CREATE OR REPLACE FUNCTION wall.exception_keeps_refusals(d public.referrals_disclosure) RETURNS boolean LANGUAGE plpgsql VOLATILE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN (SELECT wall.refusals_are_kept(e, d.items::text[]) FROM public.referrals_exceptionrequest e WHERE e.id = d.exception_id);
END $$;

-- Sending: the package is whole, an exception is spent, and the envelope is at the recipient's desk, in the same statement. It
-- has the id of its disclosure; the pages of the desk find it by that index.
CREATE OR REPLACE FUNCTION wall.send_off(d public.referrals_disclosure) RETURNS void LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM unnest(d.items::text[]) AS i (item)
             WHERE NOT EXISTS (SELECT 1 FROM public.referrals_packageitem p WHERE p.disclosure_id = d.id AND p.item = i.item)) THEN
    RAISE EXCEPTION 'an item of the package is missing' USING ERRCODE = '23514', CONSTRAINT = 'package_whole';
  END IF;
  UPDATE public.referrals_exceptionrequest e SET spent_at = wall.clock(), spent_on = d.id
  WHERE e.id = d.exception_id AND e.spent_at IS NULL;
  INSERT INTO public.referrals_envelope
    (id, disclosure_id, reference, kind, paper_kind, sender_id, contact, recipient_id, urgency, due_at, sent_at, open_by)
  SELECT d.id, d.id, d.reference, d.kind, d.paper_kind, d.sender_id, d.contact, d.recipient_id, d.urgency, d.due_at, d.sent_at,
    d.sent_at + make_interval(hours => CASE d.urgency WHEN 'AA' THEN o.unopened_hours_aa ELSE o.unopened_hours END)
  FROM public.agencies_office o WHERE o.id = d.sender_id;
END $$;

-- A package is written by its drafter while its disclosure is a draft, holds only the disclosure's items, and stays when it is
-- decided. Every change gives the draft another version, so that a decider who read the one before is refused. FOR UPDATE: a
-- decision that is under way finishes first.
CREATE OR REPLACE FUNCTION wall.package_gate() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND (NEW.id, NEW.disclosure_id, NEW.case_id, NEW.item)
     IS DISTINCT FROM (OLD.id, OLD.disclosure_id, OLD.case_id, OLD.item) THEN
    RAISE EXCEPTION 'an item cannot be moved to another package' USING ERRCODE = '23514', CONSTRAINT = 'package_of_draft';
  END IF;
  PERFORM 1 FROM public.referrals_disclosure d
  WHERE d.id = NEW.disclosure_id AND d.case_id = NEW.case_id AND NEW.item = ANY(d.items::text[])
    AND d.sent_at IS NULL AND d.ended_at IS NULL AND d.decided_at IS NULL
    AND (wall.is_seeder() OR d.drafted_person_id = wall.my_staff()) FOR UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'this item cannot be put into that package' USING ERRCODE = '23514', CONSTRAINT = 'package_of_draft';
  END IF;
  UPDATE public.referrals_disclosure d SET version = d.version + 1 WHERE d.id = NEW.disclosure_id;
  RETURN NEW;
END $$;

-- The end of a confirmation ends every open disclosure and draft that rests on it, in the same transaction. It
-- looks in a statement after the ending's own UPDATE, so that a report the gate let through a moment before is found.
CREATE OR REPLACE FUNCTION wall.close_what_rests_on_it() RETURNS trigger LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM wall.end_disclosures(ARRAY(SELECT d.id FROM public.referrals_disclosure d WHERE d.intention_id = NEW.id),
                               CASE WHEN NEW.withdrawn_at IS NOT NULL THEN 'withdrawn' ELSE 'superseded' END);
  RETURN NULL;
END $$;

-- Ends what is open of these. It waits a second for the transaction that holds one; one held longer cannot be read, since its
-- basis is gone, and is ended by wall.close_expired.
CREATE OR REPLACE FUNCTION wall.end_disclosures(which uuid[], why text) RETURNS void LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET lock_timeout = '1s' AS $$
BEGIN
  BEGIN
    PERFORM 1 FROM public.referrals_disclosure d WHERE d.id = ANY(which) AND d.ended_at IS NULL ORDER BY d.id FOR NO KEY UPDATE;
  EXCEPTION WHEN lock_not_available THEN
    RAISE WARNING 'a disclosure is closed later';
  END;
  UPDATE public.referrals_disclosure d SET ended_at = wall.clock(), ending = why
  WHERE d.id IN (SELECT x.id FROM public.referrals_disclosure x WHERE x.id = ANY(which) AND x.ended_at IS NULL
                 FOR NO KEY UPDATE SKIP LOCKED);
END $$;

-- A child who answers can form an intention: what rested on the contrary closes.
CREATE OR REPLACE FUNCTION wall.close_cannot_form() RETURNS trigger LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM wall.end_disclosures(ARRAY(
    SELECT d.id FROM public.referrals_disclosure d JOIN public.referrals_exceptionrequest e ON e.id = d.exception_id
    WHERE e.ground = 'cannot_form' AND e.case_id = NEW.case_id AND e.purpose = NEW.purpose), 'superseded');
  RETURN NULL;
END $$;

-- How often the receiver opened and printed a disclosure of the caller's cases. Figures only: the person who may say it to the
-- child need not be allowed to read the access log.
CREATE OR REPLACE FUNCTION wall.looks_at_disclosures(of_case uuid)
RETURNS TABLE (disclosure_id uuid, opened bigint, printed bigint, last_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT d.id, count(*) FILTER (WHERE e.verb = 'DISCLOSURE_VIEW'), count(*) FILTER (WHERE e.verb = 'DISCLOSURE_PRINT'),
         max(e."timestamp")
  FROM public.referrals_disclosure d
  JOIN public.security_event e ON e.case_id = d.case_id AND e.object_pk = d.id::text AND e.office_id = d.recipient_id
   AND e.verb IN ('DISCLOSURE_VIEW', 'DISCLOSURE_PRINT') AND e.decision = 'allowed'
  WHERE d.case_id = of_case AND wall.holds_on(of_case, 'view') GROUP BY d.id
$$;

-- Housekeeping without an identity: marks what has expired, or rests on a withdrawn confirmation, already (the policies showed
-- nothing any more) and answers ids only.
CREATE OR REPLACE FUNCTION wall.close_expired() RETURNS SETOF uuid LANGUAGE sql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
  SELECT wall.settle_withdrawals();
  UPDATE public.referrals_disclosure d
  SET ended_at = wall.clock(),
      ending = CASE WHEN EXISTS (SELECT 1 FROM public.referrals_withdrawal w WHERE w.intention_id = d.intention_id)
                    THEN 'withdrawn' ELSE 'expired' END
  WHERE d.id IN (SELECT x.id FROM public.referrals_disclosure x
                 WHERE x.ended_at IS NULL AND NOT wall.basis_holds(x) FOR NO KEY UPDATE SKIP LOCKED)
  RETURNING d.id
$$;
"""
)

CALLERS = {"runtime": ("looks_at_disclosures(uuid)",), "worker": ("close_expired()",)}

_LATER = ("sent_at", "ended_at", "ending")
TRIGGERS = (
    act_triggers("referrals_disclosure", {"": "police_report"}, later=_LATER)
    + """
CREATE OR REPLACE TRIGGER on_open_case BEFORE INSERT ON referrals_disclosure
  FOR EACH ROW EXECUTE FUNCTION wall.case_is_open();
CREATE OR REPLACE TRIGGER a_stamp BEFORE INSERT OR UPDATE ON referrals_disclosure
  FOR EACH ROW EXECUTE FUNCTION wall.stamp_disclosure();
CREATE OR REPLACE TRIGGER a_one_open BEFORE INSERT ON referrals_disclosure
  FOR EACH ROW EXECUTE FUNCTION wall.one_open_report();
CREATE OR REPLACE TRIGGER gate AFTER INSERT OR UPDATE ON referrals_disclosure FOR EACH ROW EXECUTE FUNCTION wall.gate();
CREATE OR REPLACE TRIGGER z_close_disclosures AFTER UPDATE OF withdrawn_at, superseded_at ON referrals_intention
  FOR EACH ROW WHEN ((NEW.withdrawn_at IS NOT NULL AND OLD.withdrawn_at IS NULL)
                     OR (NEW.superseded_at IS NOT NULL AND OLD.superseded_at IS NULL))
  EXECUTE FUNCTION wall.close_what_rests_on_it();
CREATE OR REPLACE TRIGGER z_close_cannot_form AFTER INSERT ON referrals_intention
  FOR EACH ROW WHEN (NEW.result <> 'unable') EXECUTE FUNCTION wall.close_cannot_form();
CREATE OR REPLACE TRIGGER z_close_cannot_form_too AFTER UPDATE OF withdrawn_at ON referrals_intention
  FOR EACH ROW WHEN (NEW.withdrawn_at IS NOT NULL AND OLD.withdrawn_at IS NULL) EXECUTE FUNCTION wall.close_cannot_form();
CREATE OR REPLACE TRIGGER package_gate BEFORE INSERT OR UPDATE ON referrals_packageitem
  FOR EACH ROW EXECUTE FUNCTION wall.package_gate();
"""
)
