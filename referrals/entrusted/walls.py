"""An entrusted plan is read by its case and by the one position that it was entrusted to, as long as it is open there.

What that office keeps for itself is under a key that it makes: the center has neither the rows nor the key.
"""

from collections.abc import Iterable

from agencies.staff.roles import Permission, Role, in_sql
from referrals.disclosures.codes import SUPPORT_ONLY
from referrals.entrusted.codes import (
    BY_CENTER,
    BY_OFFICE,
    GIVING,
    KINDS,
    LATEST_ANSWER_DAYS,
    OVER,
    READ_DAYS,
    EntrustState,
    ReturnKind,
    ReturnState,
)
from security.walls.declare import Policy, Recorded, Table, mine
from security.walls.moments import NOW, ONCE, POST, WALL, kept_by

S, R = EntrustState, ReturnState
GIVERS = in_sql(role for role in Role if role.may(Permission.GIVE_ENTRUSTED))
I_GIVE = f"(SELECT wall.my_role()) IN ({GIVERS})"
TO_ME = f"(provider_id = (SELECT wall.my_position()) AND office_id = (SELECT wall.my_office()) AND {I_GIVE})"
HEADS = in_sql(role for role in Role if role.may(Permission.NAME_GIVERS))
I_HEAD = f"(SELECT wall.my_role()) IN ({HEADS})"
# The head of the office sees to whom a plan is entrusted, and holds no key of it.
AT_MY_OFFICE = f"(office_id = (SELECT wall.my_office()) AND ended_at IS NULL AND {I_HEAD})"
OPEN_TO_ME = "{} = ANY(ARRAY(SELECT wall.my_entrusted()))"
MINE_AT_ALL = "(SELECT true FROM public.referrals_entrusted e WHERE e.id = {} AND e.provider_id = (SELECT wall.my_position()) LIMIT 1)"
OF_CASE = "(SELECT true FROM public.referrals_entrusted e WHERE e.id = {} AND {} LIMIT 1)"


def _listed(codes: Iterable[str]) -> str:
    return ", ".join(f"'{code}'" for code in codes)


def _pairs(steps: dict[EntrustState, tuple[EntrustState, ...]]) -> str:
    return ", ".join(f"('{before}', '{after}')" for before, states in steps.items() for after in states)


def _shared(name: str, *inserts: Policy, update: str = "") -> Table:
    """A table of what the two offices tell each other of one plan."""
    policies = [
        Policy("SELECT", using=mine("case_id", "view")),
        Policy("SELECT", using=OPEN_TO_ME.format("entrusted_id")),
        *inserts,
    ]
    rights = "SELECT, INSERT"
    if update:
        policies.append(Policy("UPDATE", using=mine("case_id", "edit"), check=mine("case_id", "edit")))
        rights += f", UPDATE ({update})"
    filed = Recorded("case_id", key_kind="entrusted", key_owner="entrusted_id")
    return Table(name, {"runtime": rights}, tuple(policies), recorded=filed)


BY_CASE = Policy("INSERT", check=mine("case_id", "edit"))
BY_GIVER = Policy("INSERT", check=OPEN_TO_ME.format("entrusted_id"))
MY_NOTES = MINE_AT_ALL.format("referrals_entrustedsession.entrusted_id")
TABLES = (
    Table(
        "referrals_entrusted",
        {"runtime": "SELECT, INSERT, UPDATE (state, answer_by, opened_at, answered_at, ended_at)"},
        (
            Policy("SELECT", using=mine("case_id", "view")),
            Policy("SELECT", using=TO_ME),
            Policy("SELECT", using=AT_MY_OFFICE),
            Policy("INSERT", check=mine("case_id", "edit")),
            Policy("UPDATE", using=mine("case_id", "edit"), check=mine("case_id", "edit")),
            Policy("UPDATE", using=f"{TO_ME} AND {OPEN_TO_ME.format('id')}", check=TO_ME),
        ),
        recorded=Recorded("case_id", key_kind="case", key_owner="case_id"),
    ),
    _shared("referrals_entrusteditem", BY_CASE),
    _shared("referrals_entrustedword", BY_CASE, BY_GIVER),
    _shared("referrals_entrustedreturn", BY_GIVER, update="state, read_by_id, read_at, question"),
    Table(
        "referrals_entrustedsession",
        {"runtime": "SELECT, INSERT, UPDATE (planned_for, recorded_at, attendance, note)"},
        (
            Policy("SELECT", using=MY_NOTES),
            Policy("INSERT", check=OPEN_TO_ME.format("entrusted_id")),
            Policy(
                "UPDATE", using=OPEN_TO_ME.format("entrusted_id"), check=OPEN_TO_ME.format("entrusted_id")
            ),
        ),
        recorded=Recorded(key_kind="entrustnote", key_owner="entrusted_id"),
    ),
)

MOMENTS = {
    "referrals_entrusted": {
        "sent_at": NOW,
        "sent_by_id": POST,
        "provider_id": kept_by("b_moves"),
        **dict.fromkeys(("answer_by", "opened_at", "answered_at", "ended_at"), kept_by("b_moves")),
        **dict.fromkeys(("report_by", "review_by"), WALL),
    },
    "referrals_entrustedword": {"written_at": NOW, "written_by_id": POST},
    "referrals_entrustedreturn": {
        "written_at": NOW,
        "written_by_id": POST,
        "read_at": kept_by("b_answer"),
        "read_by_id": kept_by("b_answer"),
    },
    "referrals_entrustedsession": {
        "planned_for": kept_by("b_stays"),
        "planned_at": NOW,
        "planned_by_id": POST,
        "recorded_at": ONCE,
    },
}

POLICIES = {
    "keys.data_key": (
        Policy(
            "SELECT",
            using=f"kind = 'entrusted' AND ({OPEN_TO_ME.format('data_key.owner_id')}"
            f" OR {OF_CASE.format('data_key.owner_id', mine('e.case_id', 'view'))})",
        ),
        Policy(
            "INSERT",
            check="kind = 'entrusted' AND office_id = (SELECT wall.my_office())"
            f" AND {OF_CASE.format('owner_id', mine('e.case_id', 'edit'))}",
        ),
        Policy("SELECT", using=f"kind = 'entrustnote' AND {MINE_AT_ALL.format('data_key.owner_id')}"),
        Policy(
            "INSERT",
            check="kind = 'entrustnote' AND office_id = (SELECT wall.my_office())"
            f" AND {OPEN_TO_ME.format('owner_id')}",
        ),
    ),
}

FUNCTIONS = f"""
-- The plans that the calling identity gives the help of and may read now: entrusted to its position, not closed, and, of the police,
-- by a disclosure that is open to it at this moment. Who is excluded from the case reads nothing of it in another office either.
CREATE OR REPLACE FUNCTION wall.my_entrusted() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER ROWS 20
SET search_path = pg_catalog, pg_temp AS $$
  SELECT e.id FROM public.referrals_entrusted e
  WHERE e.provider_id = (SELECT wall.my_position()) AND e.office_id = (SELECT wall.my_office()) AND {I_GIVE}
    AND e.ended_at IS NULL
    AND (e.disclosure_id IS NULL OR e.disclosure_id IN (SELECT wall.my_disclosures()))
    AND NOT EXISTS (SELECT 1 FROM public.cases_block b
                    WHERE b.case_id = e.case_id AND b.staff_id = (SELECT wall.my_staff()) AND b.ended_at IS NULL)
$$;

-- Whether a plan can be entrusted so: it is current, that office gives its help, and the position is one of those there who give
-- help. A police office has no plan without a disclosure of the case that is sent, open and holds the plan; any other has none of it.
CREATE OR REPLACE FUNCTION wall.entrusted_fits(e public.referrals_entrusted) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
  SELECT EXISTS (
    SELECT 1 FROM public.cases_counselingplan p JOIN public.agencies_office o ON o.id = p.other_office_id
    JOIN public.agencies_position g ON g.office_id = o.id
    WHERE p.id = e.plan_id AND p.case_id = e.case_id AND p.approved AND p.ended_at IS NULL AND p.superseded_at IS NULL
      AND o.id = e.office_id AND o.active AND g.id = e.provider_id AND g.role IN ({GIVERS}) AND wall.position_holds(g.id)
      AND CASE WHEN o.police_desk = 'sc'
            THEN EXISTS (SELECT 1 FROM public.referrals_disclosure d
                         WHERE d.id = e.disclosure_id AND d.case_id = e.case_id AND d.recipient_id = o.id AND d.sent_at IS NOT NULL
                           AND d.ended_at IS NULL AND wall.basis_holds(d) AND d.items::text[] && ARRAY[{_listed(SUPPORT_ONLY)}]
                           AND EXISTS (SELECT 1 FROM public.referrals_assignment a
                                       WHERE a.disclosure_id = d.id AND a.position_id = g.id AND a.ended_at IS NULL))
            ELSE e.disclosure_id IS NULL AND o.kind IN ({_listed(KINDS)}) END)
$$;

-- On which side of an entrusted plan the caller is: 'center', 'office' or neither.
CREATE OR REPLACE FUNCTION wall.side_of_entrusted(which uuid) RETURNS text LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE
    WHEN which IN (SELECT wall.my_entrusted()) THEN 'office'
    WHEN EXISTS (SELECT 1 FROM public.referrals_entrusted e WHERE e.id = which AND wall.holds_on(e.case_id, 'edit')) THEN 'center'
    ELSE '' END
$$;

-- A plan begins as sent, with whom to call. Each side takes its own steps alone, and every moment is the database's. With a
-- session that was held the help runs; with the accepted end report it ends.
CREATE OR REPLACE FUNCTION wall.entrusted_moves() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  side text;
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NOT wall.is_seeder() AND NOT wall.holds_on(NEW.case_id, 'edit') THEN RETURN NEW; END IF;  -- the policy refuses
    SELECT o.id, left(concat_ws(' / ', o.name, s.name, nullif(o.telephone, '')), 240) INTO NEW.center_id, NEW.contact
    FROM public.cases_case c JOIN public.agencies_office o ON o.id = c.office_id
    LEFT JOIN public.agencies_position g ON g.id = coalesce(wall.my_position(), NEW.sent_by_id)
    LEFT JOIN public.agencies_staff s ON s.id = g.staff_id
    WHERE c.id = NEW.case_id;
    IF NEW.state <> '{S.SENT}' OR (NEW.opened_at, NEW.answered_at, NEW.ended_at) IS DISTINCT FROM (NULL, NULL, NULL)
       OR NEW.answer_by > wall.clock() + interval '{LATEST_ANSWER_DAYS + 1} days' THEN
      RAISE EXCEPTION 'an entrusted plan begins as sent' USING ERRCODE = '23514', CONSTRAINT = 'entrusted_begins';
    END IF;
    IF NOT wall.entrusted_fits(NEW) THEN
      RAISE EXCEPTION 'this plan is not entrusted to that office' USING ERRCODE = '23514', CONSTRAINT = 'entrusted_fits';
    END IF;
    RETURN NEW;
  END IF;
  IF NEW.ended_at IS NOT NULL AND OLD.ended_at IS NULL AND pg_trigger_depth() > 1 THEN
    NEW.ended_at := wall.clock();  -- its plan ended or was amended
    RETURN NEW;
  END IF;
  IF (NEW.report_by, NEW.review_by) IS DISTINCT FROM (OLD.report_by, OLD.review_by) THEN RETURN NEW; END IF;  -- wall.entrusted_owing
  IF wall.is_seeder() THEN RETURN NEW; END IF;
  IF NEW.provider_id <> OLD.provider_id THEN  -- by the head of that office alone (wall.entrusted_named)
    IF pg_trigger_depth() = 1 OR NOT EXISTS (
        SELECT 1 FROM public.referrals_entrustednaming n
        WHERE n.entrusted_id = OLD.id AND n.before_id = OLD.provider_id AND n.provider_id = NEW.provider_id) THEN
      RAISE EXCEPTION 'another person is named by the head of the office' USING ERRCODE = '23514', CONSTRAINT = 'entrusted_named';
    END IF;
    RETURN NEW;
  END IF;
  side := wall.side_of_entrusted(OLD.id);
  IF NEW.state = OLD.state AND side = 'office' AND OLD.opened_at IS NULL AND NEW.opened_at IS NOT NULL
     AND NEW.answer_by = OLD.answer_by THEN
    NEW.opened_at := wall.clock();  -- the first look
  ELSIF NOT (side = 'office' AND (OLD.state, NEW.state) IN ({_pairs(BY_OFFICE)})
          OR side = 'center' AND (OLD.state, NEW.state) IN ({_pairs(BY_CENTER)})) THEN
    RAISE EXCEPTION 'this step does not follow' USING ERRCODE = '23514', CONSTRAINT = 'entrusted_moves';
  ELSE
    NEW.opened_at := OLD.opened_at;
  END IF;
  IF NEW.state = '{S.ENDED}' AND NOT EXISTS (
      SELECT 1 FROM public.referrals_entrustedreturn r
      WHERE r.entrusted_id = OLD.id AND r.kind = '{ReturnKind.END}' AND r.state = '{R.ACCEPTED}') THEN
    RAISE EXCEPTION 'help ends by an accepted end report' USING ERRCODE = '23514', CONSTRAINT = 'entrusted_end';
  END IF;
  IF OLD.state = '{S.ASKED_BACK}' AND NEW.state = '{S.SENT}' THEN
    IF NEW.answer_by > wall.clock() + interval '{LATEST_ANSWER_DAYS + 1} days' THEN
      RAISE EXCEPTION 'an answer is wanted soon' USING ERRCODE = '23514', CONSTRAINT = 'entrusted_begins';
    END IF;
  ELSE
    NEW.answer_by := OLD.answer_by;
  END IF;
  NEW.answered_at := CASE WHEN OLD.answered_at IS NULL AND NEW.state IN ('{S.ACCEPTED}', '{S.DECLINED}') THEN wall.clock()
                          ELSE OLD.answered_at END;
  NEW.ended_at := CASE WHEN NEW.state IN ({_listed(OVER)}) THEN wall.clock() END;
  RETURN NEW;
END $$;

-- An item is told with the plan, before it was read there, under the ceiling of that kind of office and every agreement in force with it. Of the police the
-- package of the disclosure tells it, and nothing else does.
CREATE OR REPLACE FUNCTION wall.entrusted_item() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT wall.is_seeder() AND NOT wall.holds_on(NEW.case_id, 'edit') THEN RETURN NEW; END IF;  -- the policy refuses
  IF NOT EXISTS (
      SELECT 1 FROM public.referrals_entrusted e JOIN public.agencies_office o ON o.id = e.office_id
      WHERE e.id = NEW.entrusted_id AND e.case_id = NEW.case_id AND e.state = '{S.SENT}' AND e.opened_at IS NULL AND o.kind <> 'police'
        AND NEW.item = ANY(wall.ceiling(o.kind))
        AND NOT EXISTS (
          SELECT 1 FROM public.agencies_sharingagreement a
          WHERE a.sender_id = e.center_id AND a.recipient_id = e.office_id AND a.approved AND a.starts_on <= wall.today()
            AND a.ends_on >= wall.today() AND NOT NEW.item = ANY(a.items::text[]))) THEN
    RAISE EXCEPTION 'this office is not told that' USING ERRCODE = '23514', CONSTRAINT = 'entrusted_item';
  END IF;
  RETURN NEW;
END $$;

-- Who writes a word is told by the database: the office asks or declines while it has not accepted, the center answers a question.
CREATE OR REPLACE FUNCTION wall.entrusted_word() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  side text := wall.side_of_entrusted(NEW.entrusted_id);
  found public.referrals_entrusted;
BEGIN
  SELECT e.* INTO found FROM public.referrals_entrusted e WHERE e.id = NEW.entrusted_id FOR NO KEY UPDATE;
  IF wall.is_seeder() THEN
    NEW.case_id := found.case_id;
    RETURN NEW;
  END IF;
  IF side = '' THEN RETURN NEW; END IF;  -- the policy refuses
  IF (side = 'center' AND found.state <> '{S.ASKED_BACK}')
     OR (side = 'office' AND found.state NOT IN ('{S.SENT}', '{S.ASKED_BACK}')) THEN
    RAISE EXCEPTION 'nothing is asked or answered now' USING ERRCODE = '23514', CONSTRAINT = 'entrusted_word';
  END IF;
  NEW.case_id := found.case_id;
  NEW.from_center := side = 'center';
  RETURN NEW;
END $$;

-- What is sent back belongs to an accepted plan. Sent anew, it takes the place of one that was asked back, once.
CREATE OR REPLACE FUNCTION wall.entrusted_return() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  found public.referrals_entrusted;
BEGIN
  SELECT e.* INTO found FROM public.referrals_entrusted e WHERE e.id = NEW.entrusted_id FOR NO KEY UPDATE;
  IF wall.is_seeder() THEN
    NEW.case_id := found.case_id;
    RETURN NEW;
  END IF;
  IF wall.side_of_entrusted(NEW.entrusted_id) <> 'office' THEN RETURN NEW; END IF;  -- the policy refuses
  IF found.state NOT IN ({_listed(GIVING)}) OR NEW.state <> '{R.SENT}'
     OR (NEW.read_by_id, NEW.read_at, NEW.question) IS DISTINCT FROM (NULL, NULL, NULL)
     OR (NEW.corrects_id IS NOT NULL AND NOT EXISTS (
       SELECT 1 FROM public.referrals_entrustedreturn r WHERE r.id = NEW.corrects_id AND r.entrusted_id = NEW.entrusted_id
         AND r.kind = NEW.kind AND r.state = '{R.ASKED_BACK}')) THEN
    RAISE EXCEPTION 'nothing is sent back so' USING ERRCODE = '23514', CONSTRAINT = 'entrusted_return';
  END IF;
  NEW.case_id := found.case_id;
  RETURN NEW;
END $$;

-- The center accepts, or asks back with a question, once; that it was sent anew is written with the row that does.
CREATE OR REPLACE FUNCTION wall.entrusted_answer() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  may_change text[] := ARRAY['state', 'read_by_id', 'read_at', 'question'];
BEGIN
  IF wall.is_seeder() OR (OLD.state, NEW.state) = ('{R.ASKED_BACK}', '{R.CORRECTED}') AND pg_trigger_depth() > 1 THEN
    RETURN NEW;
  END IF;
  IF NOT wall.holds_on(NEW.case_id, 'edit') THEN RETURN NEW; END IF;  -- the policy refuses
  IF OLD.state <> '{R.SENT}' OR NEW.state NOT IN ('{R.ACCEPTED}', '{R.ASKED_BACK}')
     OR (NEW.state = '{R.ASKED_BACK}') <> (NEW.question IS NOT NULL)
     OR to_jsonb(NEW) - may_change IS DISTINCT FROM to_jsonb(OLD) - may_change
     OR (NEW.state = '{R.ASKED_BACK}' AND NOT EXISTS (
       SELECT 1 FROM public.referrals_entrusted e WHERE e.id = NEW.entrusted_id AND e.ended_at IS NULL)) THEN
    RAISE EXCEPTION 'what was sent back is answered once' USING ERRCODE = '23514', CONSTRAINT = 'entrusted_answer';
  END IF;
  NEW.read_by_id := wall.my_position();
  NEW.read_at := wall.clock();
  RETURN NEW;
END $$;

-- A session is planned first and recorded once, when its time has come or it was called off.
CREATE OR REPLACE FUNCTION wall.entrusted_session() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF wall.is_seeder() OR wall.side_of_entrusted(NEW.entrusted_id) <> 'office' THEN RETURN NEW; END IF;  -- the policy refuses
  IF (TG_OP = 'INSERT' AND (NEW.recorded_at, NEW.attendance, NEW.note) IS DISTINCT FROM (NULL, NULL, NULL))
     OR (TG_OP = 'UPDATE' AND (OLD.recorded_at IS NOT NULL OR (NEW.recorded_at IS NULL) <> (NEW.attendance IS NULL)
         OR (NEW.recorded_at IS NULL AND NEW.note IS NOT NULL)
         OR (NEW.recorded_at IS NOT NULL AND NEW.planned_for <> OLD.planned_for)))
     OR NOT EXISTS (SELECT 1 FROM public.referrals_entrusted e
                    WHERE e.id = NEW.entrusted_id AND e.state IN ({_listed(GIVING)})) THEN
    RAISE EXCEPTION 'a session is planned first, and recorded once' USING ERRCODE = '23514', CONSTRAINT = 'entrusted_session';
  END IF;
  RETURN NEW;
END $$;

-- Leave what came back to be read with whoever is in charge of a case, the line where nobody is.
CREATE OR REPLACE FUNCTION wall.entrusted_owes(of_case uuid, of_cause uuid, until timestamptz) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  owed uuid := gen_random_uuid();
  whose uuid := wall.entrusted_owner(of_case);
  about text;
BEGIN
  IF whose IS NULL THEN RETURN; END IF;
  SELECT c.number INTO about FROM public.cases_case c WHERE c.id = of_case;
  INSERT INTO public.cases_duty (id, case_id, kind, cause, owner_id, barred, left_at, due_at)
  VALUES (owed, of_case, 'entrusted_read', of_cause, whose, '{{}}', wall.clock(), until);
  PERFORM wall.notify(ARRAY[whose], 'duty_open', about, '/cases/' || of_case || '/duties/' || owed || '/', owed::text);
END $$;

-- Whether what is owed of an entrusted plan was done: the other office has answered, or sent anew, or is not asked any more; what
-- it sent was accepted or asked back; what it owes by a day is owed by another one now, or by none.
CREATE OR REPLACE FUNCTION wall.entrusted_settled(duty text, of_case uuid, which uuid) RETURNS boolean LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE duty
    WHEN 'entrusted_answer' THEN
      EXISTS (SELECT 1 FROM public.referrals_entrusted e WHERE e.id = which AND e.case_id = of_case AND e.state <> '{S.SENT}')
      OR EXISTS (SELECT 1 FROM public.referrals_entrustedreturn r JOIN public.referrals_entrusted e ON e.id = r.entrusted_id
                 WHERE r.id = which AND r.case_id = of_case AND (r.state = '{R.CORRECTED}' OR e.ended_at IS NOT NULL))
    WHEN 'entrusted_report' THEN NOT EXISTS (
      SELECT 1 FROM public.referrals_entrusted e JOIN public.cases_duty u ON u.cause = e.id AND u.kind = duty AND u.due_at = e.report_by
      WHERE e.id = which AND e.case_id = of_case AND u.done_at IS NULL)
    WHEN 'entrusted_review' THEN NOT EXISTS (
      SELECT 1 FROM public.referrals_entrusted e JOIN public.cases_duty u ON u.cause = e.id AND u.kind = duty AND u.due_at = e.review_by
      WHERE e.id = which AND e.case_id = of_case AND u.done_at IS NULL)
    ELSE EXISTS (SELECT 1 FROM public.referrals_entrustedreturn r
                 WHERE r.id = which AND r.case_id = of_case AND r.state <> '{R.SENT}') END
$$;

-- Each step is told to the other side by the database, and what was owed for it is done. The other office learns nothing of who is
-- told at the center, and sees no duty there.
CREATE OR REPLACE FUNCTION wall.entrusted_tells() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  cause text := 'entrusted:' || NEW.id || ':' || NEW.state || ':' || wall.clock();
  about text;
  kind text;
BEGIN
  kind := CASE
    WHEN TG_OP = 'INSERT' THEN 'entrusted_sent'
    WHEN OLD.state = '{S.ASKED_BACK}' AND NEW.state = '{S.SENT}' THEN 'entrusted_word'
    WHEN NEW.state IN ('{S.WITHDRAWN}', '{S.ENDED}') AND OLD.state <> NEW.state THEN 'entrusted_over' END;
  IF kind IS NOT NULL THEN
    PERFORM wall.notify(ARRAY[NEW.provider_id], kind, NEW.reference, '/entrusted/' || NEW.id || '/', cause);
  END IF;
  IF TG_OP = 'INSERT' OR OLD.state = NEW.state THEN RETURN NULL; END IF;
  kind := CASE NEW.state
    WHEN '{S.ACCEPTED}' THEN 'entrusted_accepted' WHEN '{S.ASKED_BACK}' THEN 'entrusted_question'
    WHEN '{S.DECLINED}' THEN 'entrusted_declined' END;
  IF kind IS NOT NULL THEN
    SELECT c.number INTO about FROM public.cases_case c WHERE c.id = NEW.case_id;
    PERFORM wall.notify(
      ARRAY(SELECT p FROM wall.positions_on_case(NEW.case_id, ARRAY['lead', 'member', 'line']) p WHERE p = NEW.sent_by_id
            UNION SELECT p FROM wall.positions_on_case(NEW.case_id, ARRAY['lead']) p),
      kind, about, '/cases/' || NEW.case_id || '/entrusted/' || NEW.id || '/', cause);
  END IF;
  UPDATE public.cases_duty u SET done_at = wall.clock(), done_by_id = NEW.provider_id
  WHERE u.case_id = NEW.case_id AND u.kind = 'entrusted_answer' AND u.done_at IS NULL
    AND (u.cause = NEW.id OR (NEW.ended_at IS NOT NULL AND u.cause IN (
      SELECT r.id FROM public.referrals_entrustedreturn r WHERE r.entrusted_id = NEW.id)));
  RETURN NULL;
END $$;

-- What comes back is read by whoever is in charge within some days, a sign of danger at once, and that is told to the line too. What
-- it is sent anew for is answered by it. What the center asks back is told to who gives the help.
CREATE OR REPLACE FUNCTION wall.entrusted_return_tells() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  found public.referrals_entrusted;
  danger boolean := NEW.kind = '{ReturnKind.DANGER}';
  about text;
BEGIN
  SELECT e.* INTO found FROM public.referrals_entrusted e WHERE e.id = NEW.entrusted_id;
  IF TG_OP = 'UPDATE' THEN
    IF NEW.state = '{R.ASKED_BACK}' AND OLD.state <> NEW.state THEN
      PERFORM wall.notify(ARRAY[found.provider_id], 'entrusted_again', found.reference, '/entrusted/' || found.id || '/',
                          'again:' || NEW.id);
    END IF;
    RETURN NULL;
  END IF;
  SELECT c.number INTO about FROM public.cases_case c WHERE c.id = NEW.case_id;
  PERFORM wall.entrusted_owes(NEW.case_id, NEW.id,
    wall.clock() + CASE WHEN danger THEN interval '1 hour' ELSE interval '{READ_DAYS} days' END);
  PERFORM wall.notify(
    ARRAY(SELECT wall.positions_on_case(NEW.case_id, CASE WHEN danger THEN ARRAY['lead', 'line'] ELSE ARRAY['lead'] END)),
    CASE WHEN danger THEN 'entrusted_danger' ELSE 'entrusted_return' END, about,
    '/cases/' || NEW.case_id || '/entrusted/' || NEW.entrusted_id || '/', 'return:' || NEW.id);
  IF NEW.corrects_id IS NOT NULL THEN
    UPDATE public.referrals_entrustedreturn r SET state = '{R.CORRECTED}' WHERE r.id = NEW.corrects_id;
    UPDATE public.cases_duty u SET done_at = wall.clock(), done_by_id = NEW.written_by_id
    WHERE u.case_id = NEW.case_id AND u.kind = 'entrusted_answer' AND u.cause = NEW.corrects_id AND u.done_at IS NULL;
  END IF;
  RETURN NULL;
END $$;

-- With its plan, ended or amended, the help that was entrusted is over: by an amendment it is entrusted anew.
CREATE OR REPLACE FUNCTION wall.entrusted_plan_over() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  UPDATE public.referrals_entrusted e
  SET state = CASE WHEN e.state IN ({_listed(GIVING)}) THEN '{S.ENDED}' ELSE '{S.WITHDRAWN}' END, ended_at = wall.clock()
  WHERE e.plan_id = NEW.id AND e.ended_at IS NULL;
  RETURN NULL;
END $$;
"""

TRIGGERS = """
CREATE OR REPLACE TRIGGER on_open_case BEFORE INSERT ON referrals_entrusted FOR EACH ROW EXECUTE FUNCTION wall.case_is_open();
CREATE OR REPLACE TRIGGER b_moves BEFORE INSERT OR UPDATE ON referrals_entrusted
  FOR EACH ROW EXECUTE FUNCTION wall.entrusted_moves();
CREATE OR REPLACE TRIGGER y_tells AFTER INSERT OR UPDATE OF state ON referrals_entrusted
  FOR EACH ROW EXECUTE FUNCTION wall.entrusted_tells();
CREATE OR REPLACE TRIGGER b_item BEFORE INSERT ON referrals_entrusteditem FOR EACH ROW EXECUTE FUNCTION wall.entrusted_item();
CREATE OR REPLACE TRIGGER b_word BEFORE INSERT ON referrals_entrustedword FOR EACH ROW EXECUTE FUNCTION wall.entrusted_word();
CREATE OR REPLACE TRIGGER b_return BEFORE INSERT ON referrals_entrustedreturn
  FOR EACH ROW EXECUTE FUNCTION wall.entrusted_return();
CREATE OR REPLACE TRIGGER b_answer BEFORE UPDATE ON referrals_entrustedreturn
  FOR EACH ROW EXECUTE FUNCTION wall.entrusted_answer();
CREATE OR REPLACE TRIGGER y_tells AFTER INSERT OR UPDATE OF state ON referrals_entrustedreturn
  FOR EACH ROW EXECUTE FUNCTION wall.entrusted_return_tells();
CREATE OR REPLACE TRIGGER b_stays BEFORE INSERT OR UPDATE ON referrals_entrustedsession
  FOR EACH ROW EXECUTE FUNCTION wall.entrusted_session();
CREATE OR REPLACE TRIGGER z_entrusted AFTER UPDATE OF ended_at, superseded_at ON cases_counselingplan
  FOR EACH ROW WHEN ((NEW.ended_at IS NOT NULL AND OLD.ended_at IS NULL)
                     OR (NEW.superseded_at IS NOT NULL AND OLD.superseded_at IS NULL))
  EXECUTE FUNCTION wall.entrusted_plan_over();
"""

CALLERS = {"runtime": ("my_entrusted()",)}
