"""An answer is written by an officer to whom the disclosure is open at that moment, what the center says to it by who works on the
case; both sides read both. Neither changes."""

from referrals.answers.codes import ACCEPT_DAYS, MOVES, OWED, SAID_AFTER, Says
from security.walls.declare import Policy, Recorded, Table, mine
from security.walls.moments import NOW, POST

MINE_TO_READ = "disclosure_id = ANY(ARRAY(SELECT wall.my_disclosures()))"
SAYING = ", ".join(f"('{before}', '{says.value}')" for before, after in SAID_AFTER.items() for says in after)
FOLLOWING = ", ".join(f"('{before}', '{after}')" for before, steps in MOVES.items() for after in steps)

TABLES = (
    Table(
        "referrals_answer",
        {"runtime": "SELECT, INSERT"},
        (
            Policy("SELECT", using=mine("case_id", "view")),
            Policy("SELECT", using=MINE_TO_READ),
            Policy("INSERT", check=MINE_TO_READ),
        ),
        recorded=Recorded("case_id", key_kind="disclosure", key_owner="disclosure_id"),
    ),
    Table(
        "referrals_answerword",
        {"runtime": "SELECT, INSERT"},
        (
            Policy("SELECT", using=mine("case_id", "view")),
            Policy("SELECT", using=MINE_TO_READ),
            Policy("INSERT", check=mine("case_id", "edit")),
        ),
        recorded=Recorded("case_id", key_kind="disclosure", key_owner="disclosure_id"),
    ),
)

MOMENTS = {
    "referrals_answer": {"answered_at": NOW, "answered_by_id": POST},
    "referrals_answerword": {"said_at": NOW, "said_by_id": POST},
}

FUNCTIONS = f"""
-- An answer is numbered, belongs to the case of its disclosure, and follows from the answer that holds. The envelope's row is
-- locked first: of two officers who answer at once the second is asked against the first one's answer. The disclosure is not
-- locked, so that a withdrawal waits for nobody: what it has ended before this statement is refused.
CREATE OR REPLACE FUNCTION wall.answer_follows() RETURNS trigger LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  holds public.referrals_answer;
  before text;
BEGIN
  UPDATE public.referrals_envelope e SET answered_at = coalesce(e.answered_at, wall.clock())
  WHERE e.disclosure_id = NEW.disclosure_id;
  SELECT d.case_id INTO NEW.case_id FROM public.referrals_disclosure d
  WHERE d.id = NEW.disclosure_id AND (wall.is_seeder() OR d.id IN (SELECT wall.my_disclosures()));
  IF NOT FOUND THEN
    RAISE EXCEPTION 'this disclosure takes no answer' USING ERRCODE = '23514', CONSTRAINT = 'answer_open';
  END IF;
  SELECT count(*) + 1 INTO NEW.number FROM public.referrals_answer a WHERE a.disclosure_id = NEW.disclosure_id;
  SELECT a.* INTO holds FROM public.referrals_answer a
  WHERE a.disclosure_id = NEW.disclosure_id
    AND NOT EXISTS (SELECT 1 FROM public.referrals_answer later WHERE later.corrects_id = a.id)
  ORDER BY a.number DESC LIMIT 1;
  before := holds.step;
  IF NEW.corrects_id IS NOT NULL THEN
    SELECT max(a.step) INTO before FROM public.referrals_answer a
    WHERE a.disclosure_id = NEW.disclosure_id AND a.number = (
      SELECT max(b.number) FROM public.referrals_answer b
      WHERE b.disclosure_id = NEW.disclosure_id AND b.id <> holds.id
        AND NOT EXISTS (SELECT 1 FROM public.referrals_answer later WHERE later.corrects_id = b.id));
  END IF;
  IF (NEW.corrects_id IS NOT NULL AND NEW.corrects_id IS DISTINCT FROM holds.id)
     OR (coalesce(before, 'received'), NEW.step) NOT IN ({FOLLOWING}) THEN
    RAISE EXCEPTION 'this answer does not follow' USING ERRCODE = '23514', CONSTRAINT = 'answer_follows';
  END IF;
  RETURN NEW;
END $$;

-- The center speaks to the answer that holds now, and follows what it said of it before. It asks back while the police can answer.
-- The envelope is locked as above: of an answer and a word that come at once the second is asked against the first.
CREATE OR REPLACE FUNCTION wall.word_follows() RETURNS trigger LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  before text;
BEGIN
  IF NOT wall.is_seeder() AND NOT wall.holds_on(NEW.case_id, 'edit') THEN RETURN NEW; END IF;  -- the policy refuses
  PERFORM 1 FROM public.referrals_envelope e WHERE e.disclosure_id = NEW.disclosure_id FOR NO KEY UPDATE;
  SELECT w.says INTO before FROM public.referrals_answerword w WHERE w.answer_id = NEW.answer_id ORDER BY w.said_at DESC, w.id LIMIT 1;
  IF NOT EXISTS (SELECT 1 FROM public.referrals_answer a
                 WHERE a.id = NEW.answer_id AND a.disclosure_id = NEW.disclosure_id AND a.case_id = NEW.case_id
                   AND NOT EXISTS (SELECT 1 FROM public.referrals_answer l
                                   WHERE l.disclosure_id = a.disclosure_id AND l.number > a.number))
     OR (coalesce(before, ''), NEW.says) NOT IN ({SAYING}) THEN
    RAISE EXCEPTION 'this does not follow' USING ERRCODE = '23514', CONSTRAINT = 'word_follows';
  END IF;
  IF NEW.says = '{Says.ASKED_BACK.value}' AND NOT EXISTS (
      SELECT 1 FROM public.referrals_disclosure d WHERE d.id = NEW.disclosure_id AND d.ended_at IS NULL AND wall.basis_holds(d)) THEN
    RAISE EXCEPTION 'this disclosure takes no answer' USING ERRCODE = '23514', CONSTRAINT = 'answer_open';
  END IF;
  RETURN NEW;
END $$;

-- Whether the answer to a report that holds now was accepted.
CREATE OR REPLACE FUNCTION wall.answer_accepted(of_case uuid, of_disclosure uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
  SELECT EXISTS (
    SELECT 1 FROM public.referrals_answer a JOIN public.referrals_answerword w ON w.answer_id = a.id AND w.says = '{Says.ACCEPTED.value}'
    WHERE a.case_id = of_case AND a.disclosure_id = of_disclosure AND NOT EXISTS (
      SELECT 1 FROM public.referrals_answer l WHERE l.disclosure_id = a.disclosure_id AND l.number > a.number))
$$;

-- An answer is owed a word of the center by whoever is in charge of the case (else of the line), until one is accepted: asking back
-- does not end it. One such duty is open on a report.
CREATE OR REPLACE FUNCTION wall.answer_is_owed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  owner uuid := coalesce((SELECT min(p::text)::uuid FROM wall.positions_on_case(NEW.case_id, ARRAY['lead']) p),
                         (SELECT min(p::text)::uuid FROM wall.positions_on_case(NEW.case_id, ARRAY['line']) p));
BEGIN
  IF owner IS NULL OR EXISTS (SELECT 1 FROM public.cases_duty d
      WHERE d.case_id = NEW.case_id AND d.cause = NEW.disclosure_id AND d.kind = '{OWED}' AND d.done_at IS NULL)
     OR EXISTS (SELECT 1 FROM public.cases_case c WHERE c.id = NEW.case_id AND c.stage = 'closed') THEN
    RETURN NULL;
  END IF;
  INSERT INTO public.cases_duty (id, case_id, kind, cause, owner_id, barred, left_at, due_at)
  VALUES (gen_random_uuid(), NEW.case_id, '{OWED}', NEW.disclosure_id, owner, '{{}}', wall.clock(),
          wall.clock() + interval '{ACCEPT_DAYS} days');
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION wall.word_settles() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  UPDATE public.cases_duty SET done_at = wall.clock(), done_by_id = NEW.said_by_id
  WHERE case_id = NEW.case_id AND cause = NEW.disclosure_id AND kind = '{OWED}' AND done_at IS NULL;
  RETURN NULL;
END $$;
"""

TRIGGERS = f"""
CREATE OR REPLACE TRIGGER b_follows BEFORE INSERT ON referrals_answerword
  FOR EACH ROW EXECUTE FUNCTION wall.word_follows();
CREATE OR REPLACE TRIGGER z_settles AFTER INSERT ON referrals_answerword
  FOR EACH ROW WHEN (NEW.says = '{Says.ACCEPTED.value}') EXECUTE FUNCTION wall.word_settles();
CREATE OR REPLACE TRIGGER z_owed AFTER INSERT ON referrals_answer FOR EACH ROW EXECUTE FUNCTION wall.answer_is_owed();
CREATE OR REPLACE TRIGGER b_follows BEFORE INSERT ON referrals_answer FOR EACH ROW EXECUTE FUNCTION wall.answer_follows();
"""
