"""No person alone can give another the right to read: another person confirms a position that decides, supervises or audits."""

from agencies.staff.roles import CONFIRMED_ROLES
from security.walls.moments import WALL, kept_by

CONFIRMED = ", ".join(f"'{role.value}'" for role in sorted(CONFIRMED_ROLES))

MOMENTS = {
    "agencies_position": dict.fromkeys(
        (
            *("starts_on", "ends_on", "added_at", "added_by_id"),
            *("confirmed_at", "decided_by_id", "refused_at"),
        ),
        kept_by("keeps_person"),
    ),
    "agencies_staff": {"password_renewed_at": WALL},
}

FUNCTIONS = f"""
-- Whether the calling position confirms or refuses this one: the director of the office; the privacy officer for a director, and
-- where the office has no director. Never the person who added it, and never the person who is to hold it.
CREATE OR REPLACE FUNCTION wall.may_confirm(which uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
  SELECT EXISTS (
    SELECT 1 FROM public.agencies_position p JOIN public.agencies_office o ON o.id = p.office_id
    LEFT JOIN public.agencies_position adder ON adder.id = p.added_by_id
    WHERE p.id = which AND p.role IN ({CONFIRMED}) AND p.staff_id <> wall.my_staff()
      AND adder.staff_id IS DISTINCT FROM wall.my_staff()
      AND CASE WHEN p.role = 'director' OR o.kind <> 'cgc' THEN wall.my_role() = 'privacy_officer'
               ELSE wall.my_role() = 'director' AND p.office_id = wall.my_office() END)
$$;

-- The person, role and office of a position never change: its grants would pass to another person or role. Who added it and who
-- decided on it is written by the database; the last day is the administrator's, and is not put off where others
-- confirmed the position until that day.
CREATE OR REPLACE FUNCTION wall.position_keeps_person() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF wall.is_seeder() OR wall.acts_itself() THEN RETURN NEW; END IF;
  IF TG_OP = 'INSERT' THEN
    NEW.added_by_id := wall.my_position();
    NEW.added_at := wall.clock();
    NEW.decided_by_id := NULL;
    NEW.confirmed_at := NULL;
    NEW.refused_at := NULL;
    NEW.refusal := '';
    RETURN NEW;
  END IF;
  IF (NEW.id, NEW.staff_id, NEW.office_id, NEW.section_id, NEW.role, NEW.starts_on, NEW.added_by_id, NEW.added_at)
     IS DISTINCT FROM (OLD.id, OLD.staff_id, OLD.office_id, OLD.section_id, OLD.role, OLD.starts_on, OLD.added_by_id, OLD.added_at)
  THEN
    RAISE EXCEPTION 'person, office and role of a position cannot be changed' USING ERRCODE = '23514', CONSTRAINT = 'position_keeps_person';
  END IF;
  IF NEW.ends_on IS DISTINCT FROM OLD.ends_on THEN
    IF wall.my_role() IS DISTINCT FROM 'administrator' THEN
      RAISE EXCEPTION 'an administrator names the last day' USING ERRCODE = '23514', CONSTRAINT = 'position_ended_by_right';
    END IF;
    IF OLD.ends_on < wall.today() THEN
      RAISE EXCEPTION 'a position that has ended cannot be opened again' USING ERRCODE = '23514', CONSTRAINT = 'position_stays_over';
    END IF;
    IF NEW.role IN ({CONFIRMED}) AND OLD.ends_on IS NOT NULL AND coalesce(NEW.ends_on > OLD.ends_on, true) THEN
      RAISE EXCEPTION 'the last day of a confirmed position cannot be moved back' USING ERRCODE = '23514', CONSTRAINT = 'position_not_prolonged';
    END IF;
  END IF;
  IF (NEW.decided_by_id, NEW.confirmed_at, NEW.refused_at, NEW.refusal)
     IS DISTINCT FROM (OLD.decided_by_id, OLD.confirmed_at, OLD.refused_at, OLD.refusal) THEN
    IF OLD.confirmed_at IS NOT NULL OR OLD.refused_at IS NOT NULL OR num_nonnulls(NEW.confirmed_at, NEW.refused_at) <> 1 THEN
      RAISE EXCEPTION 'a position is confirmed or refused once' USING ERRCODE = '23514', CONSTRAINT = 'position_decided_once';
    END IF;
    IF NOT wall.may_confirm(OLD.id) THEN
      RAISE EXCEPTION 'another person confirms a position' USING ERRCODE = '23514', CONSTRAINT = 'position_confirmed_by_another';
    END IF;
    NEW.decided_by_id := wall.my_position();
    NEW.confirmed_at := CASE WHEN NEW.confirmed_at IS NOT NULL THEN wall.clock() END;
    NEW.refused_at := CASE WHEN NEW.refused_at IS NOT NULL THEN wall.clock() END;
  END IF;
  RETURN NEW;
END $$;

-- An account taken into use again: such positions of the person count only after they are confirmed again, and not by the one who
-- took the account into use.
CREATE OR REPLACE FUNCTION wall.positions_wait_again() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF wall.is_seeder() THEN RETURN NULL; END IF;
  UPDATE public.agencies_position SET confirmed_at = NULL, decided_by_id = NULL, added_by_id = wall.my_position(), added_at = wall.clock()
  WHERE staff_id = NEW.id AND role IN ({CONFIRMED}) AND confirmed_at IS NOT NULL
    AND (ends_on IS NULL OR ends_on >= wall.today());
  RETURN NULL;
END $$;

-- Who watches over an office: its directors, and the privacy officers.
CREATE OR REPLACE FUNCTION wall.watchers(offices uuid[]) RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
  SELECT ARRAY(SELECT p.id FROM public.agencies_position p
               WHERE (p.role = 'privacy_officer' OR (p.role = 'director' AND p.office_id = ANY(offices))) AND wall.position_holds(p.id))
$$;

CREATE OR REPLACE FUNCTION wall.positions_of(of_staff uuid) RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$ SELECT ARRAY(SELECT p.id FROM public.agencies_position p WHERE p.staff_id = of_staff) $$;

-- Those who watch, the person who added the position, and its holder are told that it was added, confirmed or refused.
CREATE OR REPLACE FUNCTION wall.tell_of_position() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  what text := 'position_added';
  at text := coalesce(NEW.confirmed_at, NEW.refused_at, NEW.added_at)::text;
BEGIN
  IF wall.is_seeder() OR NEW.role NOT IN ({CONFIRMED}) THEN RETURN NULL; END IF;
  IF TG_OP = 'UPDATE' THEN
    IF (NEW.confirmed_at, NEW.refused_at) IS NOT DISTINCT FROM (OLD.confirmed_at, OLD.refused_at) THEN RETURN NULL; END IF;
    IF NEW.confirmed_at IS NOT NULL THEN what := 'position_confirmed'; END IF;
    IF NEW.refused_at IS NOT NULL THEN what := 'position_refused'; END IF;
  END IF;
  PERFORM wall.notify(wall.watchers(ARRAY[NEW.office_id]), what, '', '/positions/' || NEW.id || '/', at);
  PERFORM wall.notify(wall.positions_of(NEW.staff_id), what, '', '/sessions/', NEW.id || at);
  IF what <> 'position_added' THEN
    PERFORM wall.notify(ARRAY[NEW.added_by_id], what, '', '/people/' || NEW.staff_id || '/', NEW.id || at);
  END IF;
  RETURN NULL;
END $$;

-- What loses its owner after the last day of a position, as the rooms declare it (HELD). Numbers, for the administrator, who reads
-- no case.
CREATE OR REPLACE FUNCTION wall.held_by(which uuid, last_day date) RETURNS TABLE (code text, number bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT left_one.code, count(*) FROM wall.left_behind(which, last_day) AS left_one
  WHERE (SELECT wall.my_role()) = 'administrator' GROUP BY left_one.code
$$;

-- Called by the sign-in gate where it stores a password that an administrator made.
CREATE OR REPLACE FUNCTION wall.tell_of_renewal(of_staff uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  offices uuid[] := ARRAY(SELECT p.office_id FROM public.agencies_position p WHERE p.staff_id = of_staff);
BEGIN
  UPDATE public.agencies_staff SET password_renewed_at = wall.clock() WHERE id = of_staff;
  PERFORM wall.notify(wall.watchers(offices), 'password_renewed', '', '/positions/', of_staff || ' ' || wall.clock());
  PERFORM wall.notify(wall.positions_of(of_staff), 'password_renewed', '', '/sessions/', of_staff || ' ' || wall.clock());
END $$;
"""

CALLERS = {"runtime": ("held_by(uuid, date)",)}

TRIGGERS = """
CREATE OR REPLACE TRIGGER keeps_person BEFORE INSERT OR UPDATE ON agencies_position
  FOR EACH ROW EXECUTE FUNCTION wall.position_keeps_person();
CREATE OR REPLACE TRIGGER tells AFTER INSERT OR UPDATE ON agencies_position
  FOR EACH ROW EXECUTE FUNCTION wall.tell_of_position();
CREATE OR REPLACE TRIGGER positions_wait_again AFTER UPDATE OF is_active ON agencies_staff
  FOR EACH ROW WHEN (NEW.is_active AND NOT OLD.is_active) EXECUTE FUNCTION wall.positions_wait_again();
"""
