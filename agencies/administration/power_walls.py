"""What gives power, a delegation or an agreement, is drafted by one person, decided by another, and does not change after that."""

from agencies.staff.roles import DELEGATES, known_acts
from agencies.staff.walls import DRAFTED
from security.walls.moments import kept_by

ROLES = ", ".join(f"'{role.value}'" for role in sorted(DELEGATES))
ACTS = ",".join(sorted(known_acts()))

SIGNED = dict.fromkeys(DRAFTED, kept_by("a_sign")) | dict.fromkeys(
    ("starts_on", "ends_on"), kept_by("b_stays")
)
MOMENTS = {
    "agencies_sharingagreement": SIGNED,
    "agencies_delegation": {**SIGNED, "ended_at": kept_by("b_stays")},
}

FUNCTIONS = f"""
CREATE OR REPLACE FUNCTION wall.delegation_stays() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF wall.is_seeder() THEN RETURN NEW; END IF;
  IF TG_OP = 'INSERT' THEN
    IF NEW.ended_at IS NOT NULL OR NEW.starts_on < wall.today() OR cardinality(NEW.acts) = 0
       OR NOT NEW.acts::text[] <@ '{{{ACTS}}}'::text[]
       OR NOT EXISTS (SELECT 1 FROM public.agencies_position p WHERE p.id = NEW.to_position_id AND p.office_id = NEW.office_id
                        AND p.role IN ({ROLES}) AND p.staff_id <> wall.my_staff() AND wall.position_holds(p.id)) THEN
      RAISE EXCEPTION 'no such delegation' USING ERRCODE = '23514', CONSTRAINT = 'delegation_sound';
    END IF;
    RETURN NEW;
  END IF;
  IF (NEW.id, NEW.office_id, NEW.to_position_id, NEW.acts, NEW.starts_on, NEW.ends_on)
     IS DISTINCT FROM (OLD.id, OLD.office_id, OLD.to_position_id, OLD.acts, OLD.starts_on, OLD.ends_on)
     OR ((OLD.ended_at IS NOT NULL OR NOT OLD.approved) AND NEW IS DISTINCT FROM OLD) THEN
    RAISE EXCEPTION 'these columns of a delegation cannot be changed' USING ERRCODE = '23514', CONSTRAINT = 'delegation_stays';
  END IF;
  IF NEW.ended_at IS NOT NULL AND OLD.ended_at IS NULL THEN
    IF NOT (wall.my_role() = 'director' OR (OLD.decided_at IS NULL AND OLD.drafted_person_id = wall.my_staff())) THEN
      RAISE EXCEPTION 'a delegation is ended by a director, a draft also by its drafter' USING ERRCODE = '23514', CONSTRAINT = 'delegation_ended_by_right';
    END IF;
    NEW.ended_at := wall.clock();
  END IF;
  IF NEW.decided_at IS NOT NULL AND OLD.decided_at IS NULL
     AND EXISTS (SELECT 1 FROM public.agencies_position p WHERE p.id = NEW.to_position_id AND p.staff_id = wall.my_staff()) THEN
    RAISE EXCEPTION 'a delegation is given to another person' USING ERRCODE = '23514', CONSTRAINT = 'delegated_to_another';
  END IF;
  RETURN NEW;
END $$;

-- A ground switched on opens children's data without their word: it begins with the decision, never in the past. The last day is
-- brought forward by the director alone, since the items of an agreement narrow what goes.
CREATE OR REPLACE FUNCTION wall.agreement_stays() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  responsible uuid := coalesce((SELECT o.id FROM public.agencies_office o WHERE o.id = NEW.sender_id AND o.kind = 'cgc'),
                               (SELECT o.id FROM public.agencies_office o WHERE o.id = NEW.recipient_id AND o.kind = 'cgc'));
BEGIN
  IF wall.is_seeder() THEN RETURN NEW; END IF;
  IF TG_OP = 'INSERT' THEN
    -- An office's own written rule, which has no recipient, is the rule of a center: only there a director decides.
    IF responsible IS NULL OR NEW.starts_on < wall.today() THEN
      RAISE EXCEPTION 'no such agreement' USING ERRCODE = '23514', CONSTRAINT = 'agreement_sound';
    END IF;
    RETURN NEW;
  END IF;
  IF (NEW.id, NEW.sender_id, NEW.recipient_id, NEW.reference, NEW.items, NEW.listed, NEW.grounds, NEW.starts_on)
     IS DISTINCT FROM (OLD.id, OLD.sender_id, OLD.recipient_id, OLD.reference, OLD.items, OLD.listed, OLD.grounds, OLD.starts_on)
     OR ((NOT OLD.approved OR OLD.ends_on < wall.today()) AND NEW IS DISTINCT FROM OLD) THEN
    RAISE EXCEPTION 'these columns of an agreement cannot be changed' USING ERRCODE = '23514', CONSTRAINT = 'agreement_stays';
  END IF;
  IF wall.my_office() IS DISTINCT FROM responsible THEN
    RAISE EXCEPTION 'the responsible office decides' USING ERRCODE = '23514', CONSTRAINT = 'agreement_decided_by_right';
  END IF;
  IF NEW.ends_on <> OLD.ends_on
     AND (OLD.approved IS NULL OR NEW.ends_on > OLD.ends_on OR NEW.ends_on < greatest(wall.today(), NEW.starts_on)) THEN
    RAISE EXCEPTION 'the last day of an agreement can only be brought forward, and not before today' USING ERRCODE = '23514', CONSTRAINT = 'agreement_ends';
  END IF;
  RETURN NEW;
END $$;
"""

TRIGGERS = "".join(
    f"""
CREATE OR REPLACE TRIGGER a_sign BEFORE INSERT OR UPDATE ON {table}
  FOR EACH ROW EXECUTE FUNCTION wall.sign_act('{act}');
CREATE OR REPLACE TRIGGER b_stays BEFORE INSERT OR UPDATE ON {table}
  FOR EACH ROW EXECUTE FUNCTION wall.{stays}();
"""
    # No delegation can name these two acts: a director decides them.
    for table, act, stays in (
        ("agencies_delegation", "delegation", "delegation_stays"),
        ("agencies_sharingagreement", "agreement", "agreement_stays"),
    )
)
