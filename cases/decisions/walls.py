"""How the database keeps a draft and its decision, the same for every table of them."""

from security.walls.declare import SIGNATURE, Table, of_case
from security.walls.moments import kept_by


def act_table(name: str, *, content: str, later: str = "") -> Table:
    """The wall of a table of decisions. ``content``: the columns its drafter writes; ``later``: what is written after the decision."""
    columns = [f"{SIGNATURE}, refused, taken_back_at, {content}", *([later] if later else [])]
    return of_case(name, update=", ".join(columns))


def act_moments(signed_by: str = "b_signed") -> dict[str, str]:
    """The moments and signatures of a draft, for ``MOMENTS``; ``signed_by`` is the trigger that signs it."""
    drafted = dict.fromkeys(("drafted_at", "drafted_by_id", "drafted_person_id"), kept_by(signed_by))
    decided = dict.fromkeys(("decided_at", "decided_by_id", "decided_person_id"), kept_by(signed_by))
    return {**drafted, **decided, "taken_back_at": kept_by("act_stays")}


def act_triggers(
    name: str, acts: dict[str, str], later: tuple[str, ...] = (), *, by_line: bool = False
) -> str:
    """SQL of the triggers that sign a draft and freeze it. ``acts``: condition on the row → the power it takes ('' always), which
    with ``by_line`` a supervisor has too."""
    named = ", ".join(f"'{column}'" for column in later)
    line = ", 'line'" if by_line else ""
    signers = [
        f"CREATE OR REPLACE TRIGGER b_{act}_signed BEFORE INSERT OR UPDATE ON {name}\n"
        f"  FOR EACH ROW {f'WHEN ({condition}) ' if condition else ''}EXECUTE FUNCTION wall.sign_act('{act}'{line});\n"
        for condition, act in acts.items()
    ]
    return "".join(signers) + (
        f"CREATE OR REPLACE TRIGGER act_stays BEFORE INSERT OR UPDATE ON {name}\n"
        f"  FOR EACH ROW EXECUTE FUNCTION wall.act_stays({named});\n"
    )


FUNCTIONS = """
-- Only its drafter may change a draft, and only while it waits; every change raises its version by one. Taken back or decided, it
-- does not change: the decision is about the text that the decider read. The arguments are the columns that are written later.
CREATE OR REPLACE FUNCTION wall.act_stays() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  signature text[] := ARRAY['decided_by_id', 'decided_person_id', 'decided_at', 'approved', 'refused', 'note', 'taken_back_at', 'version'];
  later text[] := coalesce(TG_ARGV, '{}');
  is_changed boolean;
BEGIN
  IF wall.is_seeder() THEN RETURN NEW; END IF;
  IF TG_OP = 'INSERT' THEN
    IF NEW.taken_back_at IS NOT NULL OR NEW.refused OR NEW.note IS NOT NULL THEN
      RAISE EXCEPTION 'a new draft has not been decided' USING ERRCODE = '23514', CONSTRAINT = 'draft_begins_undecided';
    END IF;
    NEW.version := 1;
    RETURN NEW;
  END IF;
  is_changed := (to_jsonb(NEW) - signature - later) IS DISTINCT FROM (to_jsonb(OLD) - signature - later);
  IF (is_changed OR NEW.taken_back_at IS DISTINCT FROM OLD.taken_back_at)
     AND (OLD.decided_at IS NOT NULL OR NEW.decided_at IS NOT NULL OR OLD.taken_back_at IS NOT NULL
          OR OLD.drafted_person_id IS DISTINCT FROM wall.my_staff()) THEN
    RAISE EXCEPTION 'only its drafter changes a draft, and only while it waits' USING ERRCODE = '23514', CONSTRAINT = 'draft_stays';
  END IF;
  IF (OLD.taken_back_at IS NOT NULL AND NEW.decided_at IS NOT NULL)
     OR (OLD.decided_at IS NOT NULL AND (NEW.note, NEW.refused) IS DISTINCT FROM (OLD.note, OLD.refused)) THEN
    RAISE EXCEPTION 'a decision is final' USING ERRCODE = '23514', CONSTRAINT = 'decision_is_final';
  END IF;
  IF is_changed THEN
    NEW.version := OLD.version + 1;
  ELSIF NEW.version NOT BETWEEN OLD.version AND OLD.version + 1 THEN
    RAISE EXCEPTION 'the version of a draft is raised by one' USING ERRCODE = '23514', CONSTRAINT = 'draft_stays';
  END IF;
  IF OLD.taken_back_at IS NULL AND NEW.taken_back_at IS NOT NULL THEN NEW.taken_back_at := wall.clock(); END IF;
  RETURN NEW;
END $$;
"""
