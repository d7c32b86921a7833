"""A diagnosis is written by its profession and frozen once it is submitted; its findings are sealed under a key of their own."""

from agencies.staff.roles import Role, in_sql
from cases.decisions.walls import act_moments, act_table, act_triggers
from cases.diagnoses.codes import WRITERS, DiagnosisKind
from cases.shelter.walls import WORKS_THERE
from security.walls.apart import Apart
from security.walls.declare import Policy, Recorded, Table, mine, of_case
from security.walls.moments import NAMED, NOW, ONCE, POST, WALL, by, kept_by

WRITTEN = "begun_at, submitted_at, submitted_by_id, version, texts, self_harm, before_facts, said_words, said_at, said_where, said_to"
RETURNED = "returned_at, returned_by_id, returned_why"
PROFESSION = "CASE of_kind " + " ".join(
    f"WHEN '{kind.value}' THEN wall.my_role() IN ({in_sql(roles)})" for kind, roles in WRITERS.items()
)


AT_FACILITY = f"""{WORKS_THERE} AND (SELECT true FROM public.cases_admission a
  WHERE a.id = cases_facilitydiagnosis.admission_id AND a.case_id = cases_facilitydiagnosis.case_id LIMIT 1)"""
BY_FACILITY = "version, texts, said_words, said_at, said_where, said_to, submitted_at, submitted_by_id"

FINDINGS = Apart(
    table="cases_findings",
    column="diagnosis_id",
    owners="cases_diagnosis",
    kind="findings",
    reads="(SELECT wall.reads_findings(o.kind, o.case_id))",
)

TABLES = (
    of_case("cases_diagnosis", update=f"{WRITTEN}, {RETURNED}, accepted_at"),
    FINDINGS.walled(update="found, tests"),
    Table(
        "cases_facilitydiagnosis",
        {"runtime": f"SELECT, INSERT, UPDATE ({BY_FACILITY}, returned_at, returned_why)"},
        (
            Policy("SELECT", using=AT_FACILITY),
            # The case reads no draft of the facility.
            Policy("SELECT", using=f"submitted_at IS NOT NULL AND {mine('case_id', 'view')}"),
            Policy("INSERT", check=AT_FACILITY),
            Policy("UPDATE", using=AT_FACILITY, check=AT_FACILITY),
            Policy("UPDATE", using=mine("case_id", "manage"), check=mine("case_id", "manage")),
        ),
        recorded=Recorded("case_id", key_kind="shelter", key_owner="admission_id"),
    ),
    act_table(
        "cases_judgement",
        content="entry_id, rests_on, needs, view, dissent, dissent_who, support, child_said, custodians_said, open_questions",
    ),
)

MOMENTS = {
    "cases_diagnosis": {
        "asked_at": NOW,
        "asked_by_id": POST,
        "writer_id": NAMED,
        "due_on": NAMED,
        "begun_at": ONCE,
        "submitted_at": ONCE,
        "submitted_by_id": by("submitted_at"),
        "returned_at": ONCE,
        "returned_by_id": by("returned_at"),
        "accepted_at": kept_by("b_stays"),
        "superseded_at": WALL,
    },
    "cases_facilitydiagnosis": {
        "written_by_id": POST,
        "written_at": NOW,
        "submitted_at": ONCE,
        "submitted_by_id": by("submitted_at"),
        "returned_at": ONCE,
    },
    "cases_judgement": act_moments("b_judgement_signed"),
}

POLICIES = {"keys.data_key": FINDINGS.key_policies()}

FUNCTIONS = f"""
-- Who reads the findings of a kind of diagnosis of one case: a psychologist of its team, alone; of a medical one a doctor of its
-- team, the person in charge and the supervisor of its line. Never by broken glass, and of no other kind anybody: none has any.
CREATE OR REPLACE FUNCTION wall.reads_findings(of_kind text, of_case uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
  SELECT EXISTS (
    SELECT 1 FROM public.cases_grant g
    WHERE g.case_id = of_case AND g.position_id = wall.my_position() AND g.ended_at IS NULL AND g.starts_at <= wall.begun()
      AND (g.ends_at IS NULL OR g.ends_at > wall.moment()) AND g.case_id <> ALL (wall.my_blocked_case_ids())
      AND CASE of_kind
        WHEN '{DiagnosisKind.PSYCHOLOGICAL.value}' THEN
          wall.my_role() = '{Role.PSYCHOLOGIST.value}' AND g.relation IN ('lead', 'member')
        WHEN '{DiagnosisKind.MEDICAL.value}' THEN
          g.relation = 'lead' OR (g.relation = 'member' AND wall.my_role() = '{Role.DOCTOR.value}')
          OR (g.relation = 'line' AND wall.my_role() = '{Role.SUPERVISOR.value}')
        ELSE false END)
$$;

-- Whether the caller is of the profession that writes a kind of diagnosis.
CREATE OR REPLACE FUNCTION wall.writes_diagnosis(of_kind text) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$ SELECT coalesce({PROFESSION} ELSE false END, false) $$;

-- Asked for without a word of it; written by its profession alone, until it is submitted; then frozen. Returned by those who manage
-- the case, with the reason; accepted by nothing but an approved comprehensive diagnosis that rests on it. What replaces another is
-- of the same case and kind, and of one that was returned or accepted.
CREATE OR REPLACE FUNCTION wall.diagnosis_stays() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  later text[] := ARRAY['returned_at', 'returned_by_id', 'returned_why', 'accepted_at', 'superseded_at'];
BEGIN
  IF wall.is_seeder() OR NOT wall.holds_on(NEW.case_id, 'edit') THEN RETURN NEW; END IF;  -- the policy refuses
  IF TG_OP = 'INSERT' THEN
    IF (NEW.begun_at, NEW.submitted_at, NEW.returned_at, NEW.accepted_at, NEW.superseded_at) IS DISTINCT FROM
       (NULL, NULL, NULL, NULL, NULL) OR NEW.texts IS NOT NULL OR NEW.self_harm IS NOT NULL OR NEW.before_facts IS NOT NULL
       OR NEW.said_words IS NOT NULL OR NEW.said_at IS NOT NULL OR NEW.said_where IS NOT NULL OR NEW.said_to IS NOT NULL
       OR NEW.returned_why IS NOT NULL OR NEW.facility_id IS NOT NULL OR NEW.question IS NULL THEN
      RAISE EXCEPTION 'a diagnosis begins empty' USING ERRCODE = '23514', CONSTRAINT = 'diagnosis_begins_empty';
    END IF;
    IF NEW.replaces_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM public.cases_diagnosis o WHERE o.id = NEW.replaces_id AND o.case_id = NEW.case_id AND o.kind = NEW.kind
          AND (o.returned_at IS NOT NULL OR o.accepted_at IS NOT NULL)) THEN
      RAISE EXCEPTION 'it replaces what was returned or accepted' USING ERRCODE = '23514', CONSTRAINT = 'diagnosis_replaces';
    END IF;
    RETURN NEW;
  END IF;
  IF (to_jsonb(NEW) - later) IS DISTINCT FROM (to_jsonb(OLD) - later)
     AND (OLD.submitted_at IS NOT NULL OR NOT wall.writes_diagnosis(NEW.kind) OR NEW.begun_at IS NULL) THEN
    RAISE EXCEPTION 'a diagnosis is written by its profession until it is submitted' USING ERRCODE = '23514', CONSTRAINT = 'diagnosis_stays';
  END IF;
  IF (NEW.returned_at, NEW.returned_why) IS DISTINCT FROM (OLD.returned_at, OLD.returned_why)
     AND (OLD.submitted_at IS NULL OR OLD.returned_at IS NOT NULL OR OLD.accepted_at IS NOT NULL OR NEW.returned_why IS NULL
          OR NOT wall.holds_on(NEW.case_id, 'manage')
          OR EXISTS (SELECT 1 FROM public.agencies_position p WHERE p.id = OLD.submitted_by_id AND p.staff_id = wall.my_staff())) THEN
    RAISE EXCEPTION 'a diagnosis is returned once, by another person' USING ERRCODE = '23514', CONSTRAINT = 'diagnosis_returned';
  END IF;
  IF NEW.accepted_at IS DISTINCT FROM OLD.accepted_at THEN
    IF OLD.accepted_at IS NOT NULL OR OLD.submitted_at IS NULL OR NEW.returned_at IS NOT NULL OR NOT EXISTS (
        SELECT 1 FROM public.cases_judgement j WHERE j.case_id = NEW.case_id AND j.approved AND NEW.id = ANY(j.rests_on)) THEN
      RAISE EXCEPTION 'a comprehensive diagnosis accepts it' USING ERRCODE = '23514', CONSTRAINT = 'diagnosis_accepted';
    END IF;
    NEW.accepted_at := wall.clock();
  END IF;
  RETURN NEW;
END $$;

-- The facility writes its own until it is submitted. The case returns it with the reason, once it has returned what stands for it.
CREATE OR REPLACE FUNCTION wall.facility_diagnosis_stays() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  later text[] := ARRAY['returned_at', 'returned_why'];
  there boolean := wall.my_role() = '{Role.CUSTODY_STAFF.value}' AND wall.writes_of_stay(NEW.admission_id);
BEGIN
  IF wall.is_seeder() OR NOT (there OR wall.holds_on(NEW.case_id, 'manage')) THEN RETURN NEW; END IF;  -- the policy refuses
  IF TG_OP = 'INSERT' THEN
    IF NEW.returned_why IS NOT NULL THEN
      RAISE EXCEPTION 'a diagnosis begins empty' USING ERRCODE = '23514', CONSTRAINT = 'diagnosis_begins_empty';
    END IF;
    RETURN NEW;
  END IF;
  IF (to_jsonb(NEW) - later) IS DISTINCT FROM (to_jsonb(OLD) - later) AND (OLD.submitted_at IS NOT NULL OR NOT there) THEN
    RAISE EXCEPTION 'a diagnosis is written by its profession until it is submitted' USING ERRCODE = '23514', CONSTRAINT = 'diagnosis_stays';
  END IF;
  IF (NEW.returned_at, NEW.returned_why) IS DISTINCT FROM (OLD.returned_at, OLD.returned_why)
     AND (OLD.returned_at IS NOT NULL OR NEW.returned_at IS NULL OR NEW.returned_why IS NULL OR there OR NOT EXISTS (
       SELECT 1 FROM public.cases_diagnosis d WHERE d.facility_id = NEW.id AND d.returned_at IS NOT NULL)) THEN
    RAISE EXCEPTION 'a diagnosis is returned once, by another person' USING ERRCODE = '23514', CONSTRAINT = 'diagnosis_returned';
  END IF;
  RETURN NEW;
END $$;

-- Submitted, it is one of the diagnoses of the case: clear columns alone, since the facility holds no key of the case. Those in
-- charge are told. It takes the place of the returned one of the same stay.
CREATE OR REPLACE FUNCTION wall.facility_diagnosis_stands() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  made uuid := gen_random_uuid();
BEGIN
  INSERT INTO public.cases_diagnosis (id, case_id, kind, asked_by_id, asked_at, writer_id, due_on, begun_at, submitted_at,
                                      submitted_by_id, version, facility_id, replaces_id)
  VALUES (made, NEW.case_id, '{DiagnosisKind.BEHAVIOURAL.value}', NEW.written_by_id, NEW.written_at, NEW.submitted_by_id, wall.today(),
          NEW.written_at, NEW.submitted_at, NEW.submitted_by_id, 1, NEW.id, (
            SELECT d.id FROM public.cases_diagnosis d JOIN public.cases_facilitydiagnosis f ON f.id = d.facility_id
            WHERE f.admission_id = NEW.admission_id AND d.returned_at IS NOT NULL
              AND NOT EXISTS (SELECT 1 FROM public.cases_diagnosis n WHERE n.replaces_id = d.id)
            ORDER BY d.returned_at DESC LIMIT 1));
  PERFORM wall.notify(ARRAY(SELECT wall.positions_on_case(c.id, ARRAY['lead', 'line'])), 'shelter_calls', c.number,
                      '/cases/' || c.id || '/diagnoses/' || made || '/', made::text)
  FROM public.cases_case c WHERE c.id = NEW.case_id;
  RETURN NULL;
END $$;

-- Returned, it is told to those of the facility who wrote and submitted it, with no word of why: that they read on their page, as long
-- as they work there and read the child's stay.
CREATE OR REPLACE FUNCTION wall.facility_diagnosis_returned() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM wall.notify(
    ARRAY(SELECT p.id FROM public.agencies_position p JOIN public.cases_admission a ON a.id = NEW.admission_id
          WHERE p.id IN (NEW.written_by_id, NEW.submitted_by_id) AND wall.position_holds(p.id) AND p.office_id = a.office_id
            AND NOT EXISTS (SELECT 1 FROM public.cases_block b
                            WHERE b.case_id = NEW.case_id AND b.staff_id = p.staff_id AND b.ended_at IS NULL)),
    'diagnosis_returned', '', '/shelter/' || a.id || '/diagnosis/', 'returned:' || NEW.id)
  FROM public.cases_admission a WHERE a.id = NEW.admission_id;
  RETURN NULL;
END $$;

-- With the acceptance of what replaces it an accepted diagnosis is superseded, also where what replaced it first was returned and
-- written again, however often.
CREATE OR REPLACE FUNCTION wall.diagnosis_supersedes() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  WITH RECURSIVE before AS (
    SELECT d.id, d.replaces_id, d.accepted_at FROM public.cases_diagnosis d WHERE d.id = NEW.replaces_id
    UNION
    SELECT d.id, d.replaces_id, d.accepted_at FROM before b JOIN public.cases_diagnosis d ON d.id = b.replaces_id
    WHERE b.accepted_at IS NULL)
  UPDATE public.cases_diagnosis SET superseded_at = wall.clock()
  WHERE id IN (SELECT b.id FROM before b) AND accepted_at IS NOT NULL AND superseded_at IS NULL;
  RETURN NULL;
END $$;

-- Whether the diagnosis that somebody owes was submitted.
CREATE OR REPLACE FUNCTION wall.diagnosis_settled(of_case uuid, which uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
  SELECT EXISTS (SELECT 1 FROM public.cases_diagnosis d WHERE d.id = which AND d.case_id = of_case AND d.submitted_at IS NOT NULL)
$$;

-- Findings belong to their diagnosis, are written by its profession, and are frozen with it.
CREATE OR REPLACE FUNCTION wall.findings_stay() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  d public.cases_diagnosis;
BEGIN
  IF wall.is_seeder() OR NOT wall.holds_on(NEW.case_id, 'edit') THEN RETURN NEW; END IF;  -- the policy refuses
  SELECT o.* INTO d FROM public.cases_diagnosis o WHERE o.id = NEW.diagnosis_id AND o.case_id = NEW.case_id FOR NO KEY UPDATE;
  IF d.id IS NULL OR NOT wall.reads_findings(d.kind, d.case_id) THEN RETURN NEW; END IF;  -- the policy refuses
  IF NOT wall.writes_diagnosis(d.kind) OR d.submitted_at IS NOT NULL THEN
    RAISE EXCEPTION 'findings are written by their profession until they are submitted' USING ERRCODE = '23514', CONSTRAINT = 'findings_stay';
  END IF;
  RETURN NEW;
END $$;
"""

CALLERS = {"runtime": ("reads_findings(text, uuid)",)}

TRIGGERS = (
    act_triggers("cases_judgement", {"": "judgement"})
    + """
CREATE OR REPLACE TRIGGER b_stays BEFORE INSERT OR UPDATE ON cases_diagnosis FOR EACH ROW EXECUTE FUNCTION wall.diagnosis_stays();
CREATE OR REPLACE TRIGGER supersedes AFTER UPDATE OF accepted_at ON cases_diagnosis
  FOR EACH ROW WHEN (NEW.accepted_at IS NOT NULL AND OLD.accepted_at IS NULL AND NEW.replaces_id IS NOT NULL)
  EXECUTE FUNCTION wall.diagnosis_supersedes();
CREATE OR REPLACE TRIGGER b_stays BEFORE INSERT OR UPDATE ON cases_findings FOR EACH ROW EXECUTE FUNCTION wall.findings_stay();
CREATE OR REPLACE TRIGGER on_open_case BEFORE INSERT OR UPDATE OF texts ON cases_diagnosis
  FOR EACH ROW EXECUTE FUNCTION wall.case_is_open();
CREATE OR REPLACE TRIGGER on_open_case BEFORE INSERT OR UPDATE ON cases_findings
  FOR EACH ROW EXECUTE FUNCTION wall.case_is_open();
CREATE OR REPLACE TRIGGER b_stays BEFORE INSERT OR UPDATE ON cases_facilitydiagnosis
  FOR EACH ROW EXECUTE FUNCTION wall.facility_diagnosis_stays();
CREATE OR REPLACE TRIGGER stands AFTER UPDATE OF submitted_at ON cases_facilitydiagnosis
  FOR EACH ROW WHEN (NEW.submitted_at IS NOT NULL AND OLD.submitted_at IS NULL) EXECUTE FUNCTION wall.facility_diagnosis_stands();
CREATE OR REPLACE TRIGGER y_returned AFTER UPDATE OF returned_at ON cases_facilitydiagnosis
  FOR EACH ROW WHEN (NEW.returned_at IS NOT NULL AND OLD.returned_at IS NULL)
  EXECUTE FUNCTION wall.facility_diagnosis_returned();
CREATE OR REPLACE TRIGGER on_open_case BEFORE INSERT ON cases_judgement FOR EACH ROW EXECUTE FUNCTION wall.case_is_open();
"""
)
