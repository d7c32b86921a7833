"""A session belongs to a course of help of its case and is recorded once; the note of a psychologist is sealed apart from it."""

from django.utils.translation import gettext_lazy as _

from agencies.staff.roles import Role
from cases.sessions.models import Session
from security.walls.apart import Apart
from security.walls.declare import Held, of_case
from security.walls.moments import NOW, ONCE, POST, by, kept_by

WRITTEN = ", ".join(Session.WRITTEN)
EMPTY = " AND ".join(f"NEW.{name} IS NULL" for name in ("held_at", "ended_at", *Session.WRITTEN))
# The owner of the key is the course, whose first plan has its id.
NOTES = Apart(
    table="cases_sessionnote",
    column="course_id",
    owners="cases_counselingplan",
    kind="session",
    reads="(SELECT wall.reads_findings('psychological', o.case_id))",
)

TABLES = (
    of_case("cases_session", update=f"planned_for, place, held_at, ended_at, ended_by_id, {WRITTEN}"),
    NOTES.walled(),
)

MOMENTS = {
    "cases_session": {
        "provider_id": kept_by("a_fits"),
        "planned_for": kept_by("b_stays"),
        "planned_at": NOW,
        "planned_by_id": POST,
        "held_at": kept_by("b_stays"),
        "ended_at": ONCE,
        "ended_by_id": by("ended_at"),
    },
    "cases_sessionnote": {"written_at": NOW, "written_by_id": POST},
}

POLICIES = {"keys.data_key": NOTES.key_policies()}

PLANNED = """
  SELECT s.case_id FROM public.cases_session s WHERE s.provider_id = which AND s.ended_at IS NULL AND s.planned_for > after.at
"""
HELD = {"sessions": Held(_("planned sessions"), PLANNED)}

FUNCTIONS = f"""
-- A session is one of a course of its own case, at a moment at which its help is given here: by the plan that was approved last of those
-- that had begun, and until the day on which the help was ended. A plan begins with its first day, and not before the day on which it was
-- approved; an amendment not before that moment. Who gives it holds a position of the case's office today.
CREATE OR REPLACE FUNCTION wall.session_fits() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  moments timestamptz[] := ARRAY[NEW.planned_for];
BEGIN
  IF wall.is_seeder() OR NOT wall.holds_on(NEW.case_id, 'edit') THEN RETURN NEW; END IF;  -- the policy refuses
  IF TG_OP = 'UPDATE' THEN
    IF (NEW.course_id, NEW.provider_id) IS DISTINCT FROM (OLD.course_id, OLD.provider_id) THEN
      RAISE EXCEPTION 'a session keeps its course and who gives it' USING ERRCODE = '23514', CONSTRAINT = 'session_fits';
    END IF;
    IF NEW.planned_for = OLD.planned_for THEN moments := '{{}}'; END IF;
    IF NEW.held_at IS DISTINCT FROM OLD.held_at AND NEW.held_at IS NOT NULL THEN
      moments := moments || NEW.held_at;
    END IF;
  ELSIF NOT EXISTS (
      SELECT 1 FROM public.agencies_position p JOIN public.cases_case c ON c.office_id = p.office_id
      WHERE p.id = NEW.provider_id AND c.id = NEW.case_id AND wall.position_holds(p.id)) THEN
    RAISE EXCEPTION 'a session is given by the office of its case' USING ERRCODE = '23514', CONSTRAINT = 'session_fits';
  END IF;
  IF EXISTS (SELECT 1 FROM unnest(moments) AS m (at) WHERE (
      SELECT p.provider_id FROM public.cases_counselingplan p
      WHERE p.course = NEW.course_id AND p.case_id = NEW.case_id AND p.approved
        AND m.at >= greatest(p.starts_on::timestamp AT TIME ZONE 'Asia/Tokyo',
                             CASE WHEN p.amends_id IS NULL THEN date_trunc('day', p.decided_at, 'Asia/Tokyo') ELSE p.decided_at END)
      ORDER BY p.decided_at DESC LIMIT 1) IS NULL OR EXISTS (
      SELECT 1 FROM public.cases_counselingplan e
      WHERE e.course = NEW.course_id AND e.case_id = NEW.case_id AND e.approved
        AND (e.ended_at AT TIME ZONE 'Asia/Tokyo')::date < (m.at AT TIME ZONE 'Asia/Tokyo')::date)) THEN
    RAISE EXCEPTION 'a session is held while its plan runs' USING ERRCODE = '23514', CONSTRAINT = 'session_fits';
  END IF;
  RETURN NEW;
END $$;

-- A session begins without a word of what became of it. While it is planned it is moved; then it is recorded once, after it was
-- held. Of a session that a psychologist gives the note is not here but sealed apart.
CREATE OR REPLACE FUNCTION wall.session_stays() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF wall.is_seeder() OR NOT wall.holds_on(NEW.case_id, 'edit') THEN RETURN NEW; END IF;  -- the policy refuses
  IF NEW.ended_at IS NULL AND NOT ({EMPTY}) THEN
    RAISE EXCEPTION 'what became of a session is recorded at once' USING ERRCODE = '23514', CONSTRAINT = 'session_stays';
  END IF;
  IF TG_OP = 'INSERT' THEN
    IF NEW.ended_at IS NOT NULL THEN
      RAISE EXCEPTION 'a session is planned first' USING ERRCODE = '23514', CONSTRAINT = 'session_stays';
    END IF;
    RETURN NEW;
  END IF;
  IF OLD.ended_at IS NOT NULL OR (NEW.ended_at IS NOT NULL AND (NEW.planned_for <> OLD.planned_for OR NEW.attendance IS NULL)) THEN
    RAISE EXCEPTION 'a session is recorded once' USING ERRCODE = '23514', CONSTRAINT = 'session_stays';
  END IF;
  IF NEW.held_at > wall.clock() + interval '10 minutes' THEN
    RAISE EXCEPTION 'a session is recorded when it was held' USING ERRCODE = '23514', CONSTRAINT = 'session_has_come';
  END IF;
  IF NEW.note IS NOT NULL AND EXISTS (
      SELECT 1 FROM public.agencies_position p WHERE p.id = NEW.provider_id AND p.role = '{Role.PSYCHOLOGIST.value}') THEN
    RAISE EXCEPTION 'the note of a psychologist is sealed apart' USING ERRCODE = '23514', CONSTRAINT = 'session_note_apart';
  END IF;
  RETURN NEW;
END $$;

-- A note is on a session of its own case and course that is recorded.
CREATE OR REPLACE FUNCTION wall.session_note_fits() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF wall.is_seeder() OR NOT wall.holds_on(NEW.case_id, 'edit') OR NOT wall.reads_findings('psychological', NEW.case_id) THEN
    RETURN NEW;  -- the policy refuses
  END IF;
  IF NOT EXISTS (SELECT 1 FROM public.cases_session s JOIN public.agencies_position p ON p.id = s.provider_id
                 WHERE s.id = NEW.session_id AND s.case_id = NEW.case_id AND s.course_id = NEW.course_id
                   AND s.ended_at IS NOT NULL AND p.role = '{Role.PSYCHOLOGIST.value}') THEN
    RAISE EXCEPTION 'a note is on a recorded session of its course' USING ERRCODE = '23514', CONSTRAINT = 'session_note_fits';
  END IF;
  RETURN NEW;
END $$;

-- The sessions that the acting position gives in a span of time, or those of them that are not recorded. Its own ids alone: whether it
-- reads their cases the policy says. Without it a comparison of moments is made after the policy, for each session of ten years.
CREATE OR REPLACE FUNCTION wall.my_sessions(from_at timestamptz, to_at timestamptz, only_open boolean) RETURNS uuid[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce(array_agg(found.id), '{{}}') FROM (
    SELECT s.id FROM public.cases_session s  -- a list of its own: years of recorded ones are not looked through
    WHERE only_open AND s.ended_at IS NULL
      AND s.provider_id = wall.my_position() AND s.planned_for >= from_at AND s.planned_for < to_at
    UNION ALL
    SELECT s.id FROM public.cases_session s
    WHERE NOT only_open AND s.provider_id = wall.my_position() AND s.planned_for >= from_at AND s.planned_for < to_at
  ) found
$$;

-- For a job: tells those in charge and the line of each course of help in which nobody was met for as many days as the office lets
-- pass; how many courses. A matter, that is a course and when it was last met, is told once to each (the cause of a notice).
CREATE OR REPLACE FUNCTION wall.warn_silent_courses() RETURNS integer LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  of record;
  told integer := 0;
BEGIN
  FOR of IN
    SELECT p.course, p.case_id, c.number, l.since
    FROM public.cases_counselingplan p JOIN public.cases_case c ON c.id = p.case_id JOIN public.agencies_office o ON o.id = c.office_id
    CROSS JOIN LATERAL (
      SELECT coalesce((SELECT max(s.held_at) FROM public.cases_session s WHERE s.course_id = p.course AND s.held_at IS NOT NULL),
                      (SELECT min(greatest(f.decided_at, f.starts_on::timestamp AT TIME ZONE 'Asia/Tokyo'))
                       FROM public.cases_counselingplan f WHERE f.course = p.course AND f.approved)) AS since) l
    WHERE p.approved AND p.ended_at IS NULL AND p.superseded_at IS NULL AND p.provider_id IS NOT NULL AND c.closed_at IS NULL
      AND wall.today() - (l.since AT TIME ZONE 'Asia/Tokyo')::date >= o.session_gap_days
    ORDER BY p.case_id, p.course
  LOOP
    PERFORM wall.notify(ARRAY(SELECT wall.positions_on_case(of.case_id, ARRAY['lead', 'line'])), 'course_silent', of.number,
                        '/cases/' || of.case_id || '/counseling/' || of.course || '/', 'silent:' || of.course || ':' || of.since::date);
    told := told + 1;
  END LOOP;
  RETURN told;
END $$;
"""

CALLERS = {
    "runtime": ("my_sessions(timestamptz, timestamptz, boolean)",),
    "worker": ("warn_silent_courses()",),
}

TRIGGERS = """
CREATE OR REPLACE TRIGGER a_fits BEFORE INSERT OR UPDATE ON cases_session FOR EACH ROW EXECUTE FUNCTION wall.session_fits();
CREATE OR REPLACE TRIGGER b_stays BEFORE INSERT OR UPDATE ON cases_session FOR EACH ROW EXECUTE FUNCTION wall.session_stays();
CREATE OR REPLACE TRIGGER a_fits BEFORE INSERT ON cases_sessionnote FOR EACH ROW EXECUTE FUNCTION wall.session_note_fits();
CREATE OR REPLACE TRIGGER on_open_case BEFORE INSERT OR UPDATE ON cases_session FOR EACH ROW EXECUTE FUNCTION wall.case_is_open();
CREATE OR REPLACE TRIGGER on_open_case BEFORE INSERT ON cases_sessionnote FOR EACH ROW EXECUTE FUNCTION wall.case_is_open();
"""
