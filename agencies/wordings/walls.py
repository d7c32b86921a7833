"""Texts of an office: its people read and draft them, its director decides; nothing of one changes after it was drafted."""

from agencies.staff.roles import Permission, Role, in_sql
from agencies.staff.walls import DRAFTED
from security.walls.declare import DECIDED, Policy, Table
from security.walls.moments import kept_by

OWN = "office_id = (SELECT wall.my_office())"
WRITERS = in_sql(sorted(role for role in Role if role.may(Permission.WORK_ON_CASES)))
DIRECTOR = f"(SELECT wall.my_role()) = 'director' AND {OWN}"

TABLES = (
    Table(
        "agencies_wording",
        {"runtime": f"SELECT, INSERT, UPDATE ({DECIDED})"},
        (
            Policy("SELECT", using=OWN),
            Policy("INSERT", check=f"{OWN} AND (SELECT wall.my_role()) IN ({WRITERS})"),
            Policy("UPDATE", using=DIRECTOR, check=DIRECTOR),
        ),
    ),
)

MOMENTS = {
    "agencies_wording": dict.fromkeys(DRAFTED, kept_by("a_sign")) | {"starts_on": kept_by("b_stays")},
}

FUNCTIONS = """
-- A text is read out from its first day on, which is not in the past, and stays as it was drafted and decided. It has the next number
-- of its office.
CREATE OR REPLACE FUNCTION wall.wording_stays() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF wall.is_seeder() THEN RETURN NEW; END IF;
  IF TG_OP = 'INSERT' THEN
    IF NEW.starts_on < wall.today() OR btrim(NEW.text) = ''
       OR NOT EXISTS (SELECT 1 FROM public.agencies_office o WHERE o.id = NEW.office_id AND o.kind = 'cgc') THEN
      RAISE EXCEPTION 'no such text' USING ERRCODE = '23514', CONSTRAINT = 'wording_sound';
    END IF;
    IF NEW.office_id = wall.my_office() THEN
      PERFORM 1 FROM public.agencies_office o WHERE o.id = NEW.office_id FOR NO KEY UPDATE;  -- two at once: one after the other
      SELECT 1 + coalesce(max(w.number), 0) INTO NEW.number FROM public.agencies_wording w WHERE w.office_id = NEW.office_id;
    END IF;
    RETURN NEW;
  END IF;
  IF (NEW.id, NEW.office_id, NEW.about, NEW.band, NEW.number, NEW.text, NEW.starts_on)
     IS DISTINCT FROM (OLD.id, OLD.office_id, OLD.about, OLD.band, OLD.number, OLD.text, OLD.starts_on) THEN
    RAISE EXCEPTION 'these columns of a text cannot be changed' USING ERRCODE = '23514', CONSTRAINT = 'wording_stays';
  END IF;
  RETURN NEW;
END $$;
"""

TRIGGERS = """
CREATE OR REPLACE TRIGGER a_sign BEFORE INSERT OR UPDATE ON agencies_wording
  FOR EACH ROW EXECUTE FUNCTION wall.sign_act('wording');
CREATE OR REPLACE TRIGGER b_stays BEFORE INSERT OR UPDATE ON agencies_wording
  FOR EACH ROW EXECUTE FUNCTION wall.wording_stays();
"""
