"""A conference says nothing of a case; its items are of their cases, written by its secretary and decided by the director."""

from agencies.staff.roles import Permission, Role
from cases.conferences.codes import INTAKE_KINDS, OF_KIND, SittingKind
from cases.conferences.council_walls import FUNCTIONS as COUNCIL_FUNCTIONS
from cases.conferences.council_walls import TRIGGERS as COUNCIL_TRIGGERS
from cases.conferences.models import Acceptance, ConferenceItem
from cases.decisions.walls import act_moments, act_table, act_triggers
from cases.intake.rules import AFTER_CHECK
from security.walls.declare import Policy, Table, of_case
from security.walls.moments import NAMED, NOW, POST, WALL, kept_by

OWN_OFFICE = "office_id = (SELECT wall.my_office()) AND (SELECT wall.my_office_kind()) = 'cgc'"
RECORDS = f"{OWN_OFFICE} AND (SELECT wall.my_position()) IN (chair_id, secretary_id)"


def _roles(*permissions: Permission) -> str:
    """SQL: the roles that have one of these permissions."""
    return ", ".join(f"'{role.value}'" for role in Role if any(role.may(one) for one in permissions))


PLANS = _roles(Permission.WORK_ON_CASES)
CHAIRS = _roles(Permission.MANAGE_TEAM, Permission.DECIDE)
WRITES = _roles(Permission.DRAFT_DECISIONS)
INTAKE = ", ".join(f"'{kind}'" for kind in sorted(INTAKE_KINDS))
CHECKED = ", ".join(sorted({f"('{was}', '{to}')" for led in AFTER_CHECK.values() for was, to in led.items()}))
"""SQL of pairs: from where to where a safety check takes a case."""
DECIDING = ", ".join(f"'{kind}'" for kind in SittingKind if kind in OF_KIND)

CHAIR = ("chair_signs", "chair_signed_by_id", "chair_signed_at")
SIGNED_LATER = "chair_signed_by_id, chair_signed_at"

TABLES = (
    Table(
        "cases_sitting",
        {"runtime": "SELECT, INSERT, UPDATE (held_to, present, by_telephone)"},
        (
            Policy("SELECT", using=OWN_OFFICE),
            Policy("INSERT", check=OWN_OFFICE),
            Policy("UPDATE", using=RECORDS, check=RECORDS),
        ),
    ),
    Table(
        "cases_sittingchange",
        {"runtime": "SELECT, INSERT"},
        (Policy("SELECT", using=OWN_OFFICE), Policy("INSERT", check=OWN_OFFICE)),
    ),
    of_case("cases_agendaentry"),
    act_table(
        "cases_conferenceitem",
        content=", ".join(
            ("to_stage", "opens", "next_on", "council_id", "hear_owner_id", *ConferenceItem.WRITTEN)
        ),
        later=SIGNED_LATER,
    ),
    of_case("cases_itemhearing"),
    of_case("cases_councilrecord"),
    act_table(
        "cases_acceptance",
        content=", ".join(("in_charge_id", "next_on", *Acceptance.WRITTEN)),
        later=SIGNED_LATER,
    ),
)

CHAIR_MOMENTS = dict.fromkeys(("chair_signed_by_id", "chair_signed_at"), kept_by("c_chair"))

MOMENTS = {
    "cases_sitting": {
        # Another time comes by the trigger of a change alone, which is the wall's.
        "held_from": NAMED,
        "cancelled_at": WALL,
        "held_to": kept_by("b_sits_once"),
        "chair_id": NAMED,
        "secretary_id": NAMED,
        "made_at": NOW,
        "made_by_id": POST,
    },
    "cases_sittingchange": {
        "was_from": kept_by("c_changes"),
        "new_from": kept_by("c_changes"),
        "made_at": NOW,
        "made_by_id": POST,
    },
    "cases_agendaentry": {"put_at": NOW, "put_by_id": POST},
    "cases_conferenceitem": {
        **act_moments("b_conference_item_signed"),
        **CHAIR_MOMENTS,
        "next_on": kept_by("act_stays"),
        "hear_owner_id": kept_by("act_stays"),
    },
    "cases_itemhearing": {"recorded_at": NOW, "recorded_by_id": POST},
    "cases_councilrecord": {"recorded_at": NOW, "recorded_by_id": POST},
    "cases_acceptance": {
        **act_moments("b_acceptance_signed"),
        **CHAIR_MOMENTS,
        "in_charge_id": kept_by("act_stays"),
        "next_on": kept_by("act_stays"),
    },
}

FUNCTIONS = f"""
-- A conference is planned, and that it was held is written once, with those who sat; they are of its office, as are chair and secretary.
-- Those who work on cases plan it; its chair supervises or decides, its secretary drafts decisions, and they are two people.
CREATE OR REPLACE FUNCTION wall.sits_once() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF wall.is_seeder() THEN RETURN NEW; END IF;
  IF TG_OP = 'INSERT' AND (NEW.held_to IS NOT NULL OR NEW.cancelled_at IS NOT NULL OR NEW.present <> '{{}}'
     OR NEW.by_telephone <> '{{}}') THEN
    RAISE EXCEPTION 'a new conference is planned' USING ERRCODE = '23514', CONSTRAINT = 'sits_once';
  END IF;
  IF TG_OP = 'UPDATE' AND (NEW.held_from, NEW.cancelled_at) IS DISTINCT FROM (OLD.held_from, OLD.cancelled_at)
     AND OLD.held_to IS NULL AND OLD.cancelled_at IS NULL AND NEW.held_to IS NULL AND NEW.present = '{{}}'
     AND NEW.by_telephone = '{{}}' THEN
    RETURN NEW;  -- a change (changes_sitting): these two columns are the wall's
  END IF;
  IF TG_OP = 'UPDATE' AND (OLD.cancelled_at IS NOT NULL OR OLD.held_to IS NOT NULL OR NEW.held_to IS NULL OR NEW.held_to > wall.clock() + interval '10 minutes'
                           OR NEW.held_to < NEW.held_from OR NOT NEW.present @> ARRAY[NEW.chair_id, NEW.secretary_id]
                           OR NOT NEW.present @> NEW.by_telephone) THEN
    RAISE EXCEPTION 'a conference is held once' USING ERRCODE = '23514', CONSTRAINT = 'sits_once';
  END IF;
  IF EXISTS (SELECT 1 FROM unnest(ARRAY[NEW.chair_id, NEW.secretary_id] || NEW.present || NEW.invited) one
             WHERE NOT EXISTS (SELECT 1 FROM public.agencies_position p WHERE p.id = one AND p.office_id = NEW.office_id)) THEN
    RAISE EXCEPTION 'a conference sits with its own office' USING ERRCODE = '23514', CONSTRAINT = 'sits_with_own';
  END IF;
  IF TG_OP = 'INSERT' AND (coalesce(wall.my_role(), '') NOT IN ({PLANS}) OR NOT EXISTS (
      SELECT 1 FROM public.agencies_position c JOIN public.agencies_position s ON s.id = NEW.secretary_id
      WHERE c.id = NEW.chair_id AND c.role IN ({CHAIRS}) AND s.role IN ({WRITES}) AND s.staff_id <> c.staff_id)) THEN
    RAISE EXCEPTION 'who works on cases plans a conference, of two people' USING ERRCODE = '23514', CONSTRAINT = 'sits_with_two';
  END IF;
  RETURN NEW;
END $$;

-- A planned conference is moved or cancelled by its chair or its secretary, once at a time. Chair, secretary, those invited and those who
-- put a case before it are told; who put one is told to nobody.
CREATE OR REPLACE FUNCTION wall.changes_sitting() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  s public.cases_sitting;
  told uuid[];
BEGIN
  IF wall.is_seeder() THEN RETURN NEW; END IF;
  SELECT * INTO s FROM public.cases_sitting o WHERE o.id = NEW.sitting_id AND o.office_id = NEW.office_id
    AND o.office_id = wall.my_office() FOR UPDATE;
  IF NOT FOUND OR s.held_to IS NOT NULL OR s.cancelled_at IS NOT NULL OR wall.my_position() NOT IN (s.chair_id, s.secretary_id)
     OR NEW.was_from <> s.held_from OR NEW.new_from <= wall.clock() OR NEW.new_from = s.held_from
     OR (s.kind = 'emergency_intake' AND NEW.new_from IS NOT NULL) THEN
    RAISE EXCEPTION 'no such change of a conference' USING ERRCODE = '23514', CONSTRAINT = 'changes_sitting';
  END IF;
  IF NEW.new_from IS NULL THEN
    UPDATE public.cases_sitting SET cancelled_at = wall.clock() WHERE id = s.id;
  ELSE
    UPDATE public.cases_sitting SET held_from = NEW.new_from WHERE id = s.id;
  END IF;
  SELECT array_agg(e.put_by_id) INTO told FROM public.cases_agendaentry e WHERE e.sitting_id = s.id;
  PERFORM wall.notify(array_remove(ARRAY[s.chair_id, s.secretary_id] || s.invited || told, wall.my_position()),
                      CASE WHEN NEW.new_from IS NULL THEN 'sitting_cancelled' ELSE 'sitting_moved' END, '',
                      '/conferences/' || s.id || '/', NEW.id::text);
  RETURN NEW;
END $$;

-- A case comes before a conference of its own office that is still planned; a progress conference has the progress list. A foreign conference and a missing one are answered alike.
CREATE OR REPLACE FUNCTION wall.put_before_own() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM 1 FROM public.cases_sitting s JOIN public.cases_case c ON c.id = NEW.case_id AND c.office_id = s.office_id
  WHERE s.id = NEW.sitting_id AND s.kind <> 'progress' AND ((s.held_to IS NULL AND s.cancelled_at IS NULL) OR wall.is_seeder()) FOR SHARE OF s;
  IF NOT FOUND AND (wall.is_seeder() OR wall.holds_on(NEW.case_id, 'edit')) THEN
    RAISE EXCEPTION 'a case comes before a conference of its own' USING ERRCODE = '23514', CONSTRAINT = 'put_before_own';
  END IF;
  RETURN NEW;
END $$;

-- The minutes of an item are of its case and of one of these kinds of conference, and its secretary writes them once it was held.
-- Of the stages they lead to support and the investigation alone. New ones say on which of their measures an act of another room rests.
CREATE OR REPLACE FUNCTION wall.secretary_writes() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF to_jsonb(NEW) ->> 'to_stage' NOT IN ('support', 'investigation')
     OR (to_jsonb(NEW) -> 'opens' = 'null' AND (TG_OP = 'INSERT' OR to_jsonb(OLD) -> 'opens' <> 'null')
         AND NOT wall.is_seeder()) OR NOT EXISTS (
      SELECT 1 FROM public.cases_agendaentry e JOIN public.cases_sitting s ON s.id = e.sitting_id
      WHERE e.id = NEW.entry_id AND e.case_id = NEW.case_id AND s.kind = ANY(TG_ARGV)
        AND (wall.is_seeder() OR TG_OP = 'UPDATE' OR (s.held_to IS NOT NULL AND s.secretary_id = wall.my_position()))) THEN
    IF wall.is_seeder() OR wall.holds_on(NEW.case_id, 'edit') THEN
      RAISE EXCEPTION 'the secretary writes the minutes' USING ERRCODE = '23514', CONSTRAINT = 'secretary_writes';
    END IF;
  END IF;
  RETURN NEW;
END $$;

-- The chair signs minutes before they are approved, once for each version of them: not where the director was in the chair, who
-- decides, nor where the chair writes on the case no more. Whether it is needed is kept with the draft, as of its last change. What is
-- decided was signed before: a decision that was sent earlier, and waited for the signature, would bear the earlier moment.
CREATE OR REPLACE FUNCTION wall.chair_signs() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  head public.agencies_position;
BEGIN
  IF wall.is_seeder() OR NOT wall.holds_on(NEW.case_id, 'edit') THEN RETURN NEW; END IF;  -- the policy refuses
  SELECT p.* INTO head FROM public.cases_agendaentry e JOIN public.cases_sitting s ON s.id = e.sitting_id
  JOIN public.agencies_position p ON p.id = s.chair_id WHERE e.id = NEW.entry_id;
  IF TG_OP = 'INSERT' OR NEW.version <> OLD.version THEN
    NEW.chair_signed_by_id := NULL;
    NEW.chair_signed_at := NULL;
    NEW.chair_signs := head.role <> 'director' AND EXISTS (
      SELECT 1 FROM public.cases_grant g
      WHERE g.case_id = NEW.case_id AND g.position_id = head.id AND g.permission_id = ANY((SELECT wall.permissions_from('edit'))::integer[])
        AND g.ended_at IS NULL AND g.starts_at <= wall.clock() AND (g.ends_at IS NULL OR g.ends_at > wall.moment())
        AND wall.position_holds(head.id)
        AND NOT EXISTS (SELECT 1 FROM public.cases_block b WHERE b.case_id = g.case_id AND b.staff_id = head.staff_id AND b.ended_at IS NULL));
    RETURN NEW;
  END IF;
  NEW.chair_signs := OLD.chair_signs;
  IF (NEW.chair_signed_by_id, NEW.chair_signed_at) IS DISTINCT FROM (OLD.chair_signed_by_id, OLD.chair_signed_at) THEN
    IF NOT OLD.chair_signs OR OLD.chair_signed_at IS NOT NULL OR NEW.chair_signed_at IS NULL OR NEW.decided_at IS NOT NULL
       OR NEW.taken_back_at IS NOT NULL OR head.id IS DISTINCT FROM wall.my_position() THEN
      RAISE EXCEPTION 'the chair signs minutes once' USING ERRCODE = '23514', CONSTRAINT = 'chair_signs';
    END IF;
    NEW.chair_signed_by_id := wall.my_position();
    NEW.chair_signed_at := wall.clock();
  END IF;
  IF OLD.decided_at IS NULL AND NEW.approved AND NEW.chair_signs AND NEW.chair_signed_at IS NULL
     AND head.staff_id IS DISTINCT FROM wall.my_staff() THEN
    RAISE EXCEPTION 'the chair signs before it is approved' USING ERRCODE = '23514', CONSTRAINT = 'chair_first';
  END IF;
  IF OLD.decided_at IS NULL AND NEW.decided_at < NEW.chair_signed_at THEN
    RAISE EXCEPTION 'the chair signed after this was sent' USING ERRCODE = '23514', CONSTRAINT = 'chair_first';
  END IF;
  RETURN NEW;
END $$;

-- Support begins by minutes that are approved in this transaction (wall.clock() is constant within one), so that no approval is kept
-- for later. A supervisor's correction has its reason.
CREATE OR REPLACE FUNCTION wall.support_by_conference() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT wall.is_seeder() AND NOT wall.support_designated(NEW.case_id) AND NOT EXISTS (
      SELECT 1 FROM public.cases_conferenceitem i
      WHERE i.case_id = NEW.case_id AND i.to_stage = NEW.to_stage AND i.approved AND i.decided_at = wall.clock()) THEN
    RAISE EXCEPTION 'support begins by the decision of a conference' USING ERRCODE = '23514', CONSTRAINT = 'support_by_conference';
  END IF;
  RETURN NULL;
END $$;

-- To the investigation, or to where its safety is being confirmed, goes a case with what decides it in this transaction: an acceptance,
-- minutes that lead there, or a safety check, which is a fact, and takes no case out of support.
CREATE OR REPLACE FUNCTION wall.worked_by_decision() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT wall.is_seeder()
     AND NOT ((NEW.from_stage, NEW.to_stage) IN ({CHECKED}) AND EXISTS (
                SELECT 1 FROM public.cases_safetycheck k
                WHERE k.case_id = NEW.case_id AND k.retracts_id IS NULL AND k.recorded_at >= wall.begun()))
     AND NOT EXISTS (SELECT 1 FROM public.cases_conferenceitem i
                     WHERE i.case_id = NEW.case_id AND i.to_stage = NEW.to_stage AND i.approved AND i.decided_at = wall.clock())
     AND NOT (NEW.from_stage = 'accepted' AND EXISTS (
                SELECT 1 FROM public.cases_acceptance a
                WHERE a.case_id = NEW.case_id AND a.approved AND a.decided_at = wall.clock())) THEN
    RAISE EXCEPTION 'a stage follows a decision or a safety check' USING ERRCODE = '23514', CONSTRAINT = 'worked_by_decision';
  END IF;
  RETURN NULL;
END $$;

-- Whether these are approved minutes of a support policy conference on a case that decided one of these measures. Minutes of before
-- version 0.2.0 say none in clear: of them the rule asks, which reads what is sealed.
CREATE OR REPLACE FUNCTION wall.item_opens(of_case uuid, item uuid, acts text[]) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
  SELECT EXISTS (
    SELECT 1 FROM public.cases_conferenceitem i
    JOIN public.cases_agendaentry e ON e.id = i.entry_id JOIN public.cases_sitting s ON s.id = e.sitting_id
    WHERE i.id = item AND i.case_id = of_case AND i.approved AND s.kind = 'policy' AND (i.opens IS NULL OR i.opens::text[] && acts))
$$;

-- The same of the latest approved minutes of such a conference.
CREATE OR REPLACE FUNCTION wall.policy_opens(of_case uuid, acts text[]) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce(wall.item_opens(of_case, (
    SELECT i.id FROM public.cases_conferenceitem i
    JOIN public.cases_agendaentry e ON e.id = i.entry_id JOIN public.cases_sitting s ON s.id = e.sitting_id
    WHERE i.case_id = of_case AND i.approved AND s.kind = 'policy' ORDER BY i.decided_at DESC, i.id DESC LIMIT 1), acts), false)
$$;

-- A case is accepted by an intake conference whose decision is approved in this transaction, and in no other way.
CREATE OR REPLACE FUNCTION wall.accepted_by_conference() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT wall.is_seeder() AND NOT EXISTS (
      SELECT 1 FROM public.cases_acceptance a
      WHERE a.case_id = NEW.case_id AND a.approved AND a.decided_at = wall.clock()) THEN
    RAISE EXCEPTION 'a case is accepted by an intake conference' USING ERRCODE = '23514', CONSTRAINT = 'accepted_by_conference';
  END IF;
  RETURN NULL;
END $$;

-- How many items of an agenda its reader does not see: the number alone, to nobody but a reader of the conference.
CREATE OR REPLACE FUNCTION wall.others_on_agenda(of_sitting uuid) RETURNS integer LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
  SELECT count(*)::integer FROM public.cases_sitting s JOIN public.cases_agendaentry e ON e.sitting_id = s.id
  WHERE s.id = of_sitting AND s.office_id = wall.my_office() AND wall.my_office_kind() = 'cgc'
    AND NOT wall.holds_on(e.case_id, 'view')
$$;
"""

FUNCTIONS += COUNCIL_FUNCTIONS

CALLERS = {"runtime": ("others_on_agenda(uuid)",)}

TRIGGERS = (
    act_triggers("cases_conferenceitem", {"": "conference_item"}, CHAIR)
    + act_triggers("cases_acceptance", {"": "acceptance"}, CHAIR)
    + f"""
CREATE OR REPLACE TRIGGER b_sits_once BEFORE INSERT OR UPDATE ON cases_sitting
  FOR EACH ROW EXECUTE FUNCTION wall.sits_once();
CREATE OR REPLACE TRIGGER c_changes BEFORE INSERT ON cases_sittingchange
  FOR EACH ROW EXECUTE FUNCTION wall.changes_sitting();
CREATE OR REPLACE TRIGGER before_own BEFORE INSERT ON cases_agendaentry
  FOR EACH ROW EXECUTE FUNCTION wall.put_before_own();
CREATE OR REPLACE TRIGGER on_open_case BEFORE INSERT ON cases_agendaentry
  FOR EACH ROW EXECUTE FUNCTION wall.case_is_open();
CREATE OR REPLACE TRIGGER support_by_conference AFTER INSERT ON cases_stagemove
  FOR EACH ROW WHEN (NEW.to_stage = 'support' AND NEW.reason IS NULL) EXECUTE FUNCTION wall.support_by_conference();
CREATE OR REPLACE TRIGGER worked_by_decision AFTER INSERT ON cases_stagemove
  FOR EACH ROW WHEN (NEW.to_stage IN ('safety', 'investigation') AND NEW.reason IS NULL) EXECUTE FUNCTION wall.worked_by_decision();
CREATE OR REPLACE TRIGGER by_secretary BEFORE INSERT OR UPDATE ON cases_conferenceitem
  FOR EACH ROW EXECUTE FUNCTION wall.secretary_writes({DECIDING});
CREATE OR REPLACE TRIGGER by_secretary BEFORE INSERT OR UPDATE ON cases_acceptance
  FOR EACH ROW EXECUTE FUNCTION wall.secretary_writes({INTAKE});
CREATE OR REPLACE TRIGGER c_chair BEFORE INSERT OR UPDATE ON cases_conferenceitem
  FOR EACH ROW EXECUTE FUNCTION wall.chair_signs();
CREATE OR REPLACE TRIGGER c_chair BEFORE INSERT OR UPDATE ON cases_acceptance
  FOR EACH ROW EXECUTE FUNCTION wall.chair_signs();
CREATE OR REPLACE TRIGGER on_open_case BEFORE INSERT ON cases_acceptance
  FOR EACH ROW EXECUTE FUNCTION wall.case_is_open();
CREATE OR REPLACE TRIGGER accepted_by_conference AFTER INSERT ON cases_stagemove
  FOR EACH ROW WHEN (NEW.to_stage = 'accepted' AND NEW.reason IS NULL) EXECUTE FUNCTION wall.accepted_by_conference();
CREATE OR REPLACE TRIGGER on_open_case BEFORE INSERT ON cases_conferenceitem
  FOR EACH ROW EXECUTE FUNCTION wall.case_is_open();
"""
    + COUNCIL_TRIGGERS
)
