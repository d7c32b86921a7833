"""The register of training: an administrator enters a row of somebody else; the person's office reads it, and no row changes."""

from agencies.directory.codes import INTERVIEW_YEARS_MOST, PEER_REVIEW_MONTHS_MOST
from agencies.directory.walls import ADMINISTRATOR
from agencies.training.codes import INTERVIEW
from security.walls.declare import Policy, Table
from security.walls.moments import NOW, ONCE, POST, by, kept_by

OTHERS = f"{ADMINISTRATOR} AND staff_id <> (SELECT wall.my_staff())"
COLLEAGUES = "staff_id IN (SELECT p.staff_id FROM public.agencies_position p WHERE p.office_id = (SELECT wall.my_office()))"

TABLES = (
    Table(
        "agencies_training",
        {"runtime": "SELECT, INSERT, UPDATE (withdrawn_by_id, withdrawn_at)"},
        (
            Policy("SELECT", using=ADMINISTRATOR),
            Policy("SELECT", using=COLLEAGUES),
            Policy("INSERT", check=OTHERS),
            Policy("UPDATE", using=OTHERS, check=OTHERS),
        ),
    ),
)

MOMENTS = {
    "agencies_training": {
        "starts_on": kept_by("b_in_order"),
        "ends_on": kept_by("b_in_order"),
        "applied_on": kept_by("b_in_order"),
        "certified_on": kept_by("b_in_order"),
        "expires_on": kept_by("b_in_order"),
        "peer_review_on": kept_by("b_in_order"),
        "kept_at": NOW,
        "kept_by_id": POST,
        "withdrawn_at": ONCE,
        "withdrawn_by_id": by("withdrawn_at"),
    }
}

COURSES = ", ".join(f"'{course.value}'" for course in INTERVIEW)

FUNCTIONS = f"""
-- What a row says happened is not in the future. A certificate to interview ends within three years, and only such a one is
-- reviewed. A row that follows another is of the same person and course, and leaves what was certified as it was. The columns
-- cannot be written later.
CREATE OR REPLACE FUNCTION wall.training_in_order() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  interviews boolean := NEW.course IN ({COURSES});
BEGIN
  -- Whom the policy refuses learns no more: what follows would tell by its error which rows there are.
  IF wall.is_seeder() OR NOT {ADMINISTRATOR} THEN RETURN NEW; END IF;
  IF NEW.certified_on > wall.today() OR NEW.peer_review_on > wall.today() OR NEW.applied_on > wall.today()
     OR NEW.attended AND coalesce(NEW.ends_on, NEW.starts_on) > wall.today()
     OR interviews AND NEW.certified_on IS NOT NULL AND NEW.expires_on IS NULL
     OR interviews AND NEW.expires_on > (NEW.certified_on + interval '{INTERVIEW_YEARS_MOST} years')::date
     OR NOT interviews AND NEW.peer_review_on IS NOT NULL THEN
    RAISE EXCEPTION 'a certificate has its days in order' USING ERRCODE = '23514', CONSTRAINT = 'training_in_order';
  END IF;
  IF NEW.follows_id IS NOT NULL AND NOT EXISTS (
      SELECT 1 FROM public.agencies_training t
      WHERE t.id = NEW.follows_id AND t.staff_id = NEW.staff_id AND t.course = NEW.course AND t.withdrawn_at IS NULL
        AND (t.certified_on IS NULL OR interviews
             AND (t.certified_on, t.expires_on) IS NOT DISTINCT FROM (NEW.certified_on, NEW.expires_on))) THEN
    RAISE EXCEPTION 'a row follows one of the same course' USING ERRCODE = '23514', CONSTRAINT = 'training_follows';
  END IF;
  RETURN NEW;
END $$;

-- Whether a person is trained to interview a child on a day: by a certificate that was not withdrawn, for the years that the offices
-- take it where the person holds a position today, and with a review within their months; of several offices the strictest.
CREATE OR REPLACE FUNCTION wall.is_trained(person uuid, on_day date) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
  SELECT EXISTS (
    SELECT 1 FROM public.agencies_training t, (
      SELECT coalesce(min(o.interview_years), {INTERVIEW_YEARS_MOST}) AS years,
        coalesce(min(o.peer_review_months), {PEER_REVIEW_MONTHS_MOST}) AS months
      FROM public.agencies_position p JOIN public.agencies_office o ON o.id = p.office_id
      WHERE p.staff_id = person AND wall.position_holds(p.id)) AS term
    WHERE t.staff_id = person AND t.withdrawn_at IS NULL AND t.course IN ({COURSES})
      AND on_day BETWEEN t.certified_on AND t.expires_on
      AND on_day <= (t.certified_on + make_interval(years => term.years))::date
      AND on_day <= (greatest(t.certified_on, t.peer_review_on) + make_interval(months => term.months))::date)
$$;
"""

TRIGGERS = """
CREATE OR REPLACE TRIGGER b_in_order BEFORE INSERT ON agencies_training FOR EACH ROW EXECUTE FUNCTION wall.training_in_order();
"""
