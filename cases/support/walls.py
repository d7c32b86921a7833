"""What a support case of the police has belongs to that case; a reception, a notice and a review never change, and designation and
release take two people."""

from cases.decisions.walls import act_moments, act_table, act_triggers
from cases.support.models import Designation, Release
from security.walls.declare import of_case
from security.walls.moments import NOW, POST

DESIGNED = ", ".join(f"{name}_id" if name == "guardian" else name for name in Designation.CONTENT)

TABLES = (
    of_case("cases_supportreception"),
    of_case("cases_supportnotice", write="manage"),
    of_case("cases_supportreview"),
    of_case("cases_supporter"),
    of_case("cases_supporterreport"),
    act_table("cases_designation", content=DESIGNED),
    act_table("cases_release", content=", ".join(Release.CONTENT)),
)

MOMENTS = {
    "cases_supportreception": {"received_at": NOW, "received_by_id": POST},
    "cases_supportnotice": {"sent_at": NOW, "sent_by_id": POST},
    "cases_supportreview": {"reviewed_at": NOW, "reviewed_by_id": POST},
    "cases_supporter": {"named_at": NOW, "named_by_id": POST},
    "cases_supporterreport": {"told_at": NOW, "told_by_id": POST},
    "cases_designation": act_moments("b_support_designation_signed"),
    "cases_release": act_moments("b_support_release_signed"),
}

FUNCTIONS = """
-- Whether an office keeps support cases: one of the police.
CREATE OR REPLACE FUNCTION wall.is_support(office uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
  SELECT EXISTS (SELECT 1 FROM public.agencies_office o WHERE o.id = office AND o.kind = 'police')
$$;

-- Whether continuing support is designated in this transaction (wall.clock() is constant within one), so that no approval is kept for
-- later.
CREATE OR REPLACE FUNCTION wall.support_designated(of_case uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
  SELECT EXISTS (SELECT 1 FROM public.cases_designation d
                 WHERE d.case_id = of_case AND d.approved AND d.decided_at = wall.clock())
$$;

-- What a support case has, a case of another office has not; the guardian who agrees is around this juvenile. Of a foreign case the
-- policy refuses, and says nothing of its office.
CREATE OR REPLACE FUNCTION wall.of_support() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF wall.is_seeder() OR NOT wall.holds_on(NEW.case_id, 'edit') THEN RETURN NEW; END IF;
  IF NOT EXISTS (SELECT 1 FROM public.cases_case c WHERE c.id = NEW.case_id AND wall.is_support(c.office_id)) THEN
    RAISE EXCEPTION 'this is no support case' USING ERRCODE = '23514', CONSTRAINT = 'of_support';
  END IF;
  IF to_jsonb(NEW) ->> 'guardian_id' IS NOT NULL AND NOT EXISTS (
      SELECT 1 FROM public.cases_person p WHERE p.id = (to_jsonb(NEW) ->> 'guardian_id')::uuid AND p.case_id = NEW.case_id) THEN
    RAISE EXCEPTION 'the guardian is of this case' USING ERRCODE = '23514', CONSTRAINT = 'guardian_of_case';
  END IF;
  IF to_jsonb(NEW) ->> 'supporter_id' IS NOT NULL AND NOT EXISTS (
      SELECT 1 FROM public.cases_supporter s WHERE s.id = (to_jsonb(NEW) ->> 'supporter_id')::uuid AND s.case_id = NEW.case_id) THEN
    RAISE EXCEPTION 'the supporter is of this case' USING ERRCODE = '23514', CONSTRAINT = 'supporter_of_case';
  END IF;
  RETURN NEW;
END $$;
"""

ROWS = (
    "cases_supportreception", "cases_supportnotice", "cases_supportreview", "cases_supporter", "cases_supporterreport",
)  # fmt: skip
ACTS = ("cases_designation", "cases_release")
TRIGGERS = (
    act_triggers("cases_designation", {"": "support_designation"})
    + act_triggers("cases_release", {"": "support_release"})
    + "".join(
        f"CREATE OR REPLACE TRIGGER a_of_support BEFORE INSERT{' OR UPDATE' if table in ACTS else ''} ON {table}"
        " FOR EACH ROW EXECUTE FUNCTION wall.of_support();\n"
        f"CREATE OR REPLACE TRIGGER on_open_case BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION wall.case_is_open();\n"
        for table in (*ROWS, *ACTS)
    )
)
