"""An answer is written by an officer to whom the disclosure is open at that moment, and read by both sides. It never changes."""

from referrals.answers.codes import MOVES
from security.walls.declare import Policy, Recorded, Table, mine
from security.walls.moments import NOW, POST

MINE_TO_READ = "disclosure_id = ANY(ARRAY(SELECT wall.my_disclosures()))"
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
)

MOMENTS = {"referrals_answer": {"answered_at": NOW, "answered_by_id": POST}}

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
"""

TRIGGERS = """
CREATE OR REPLACE TRIGGER b_follows BEFORE INSERT ON referrals_answer FOR EACH ROW EXECUTE FUNCTION wall.answer_follows();
"""
