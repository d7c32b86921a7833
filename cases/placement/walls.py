"""A placement follows the order of the law, with a hearing of its own; the court's term runs from a decision; the child comes to where
it was decided, and not while temporary custody lasts."""

from cases.decisions.walls import act_moments, act_table, act_triggers
from cases.placement.codes import ACTS, CONFERENCE_ON
from cases.placement.models import PlacementDecision
from security.walls.declare import of_case
from security.walls.moments import HAPPENED, NOW, POST, kept_by

COLUMNS = tuple(
    f"{name}_id" if name in ("start", "hearing", "item") else name for name in PlacementDecision.CONTENT
)

TABLES = (
    act_table("cases_placementdecision", content=", ".join(COLUMNS)),
    of_case("cases_placementhearing"),
    of_case("cases_placementanswer"),
    of_case("cases_placementcourt"),
    of_case("cases_placementarrival"),
    of_case("cases_placementexplained"),
    of_case("cases_placementvisit"),
)

RECORDED = {"recorded_at": NOW, "recorded_by_id": POST}

MOMENTS = {
    "cases_placementdecision": {
        **act_moments("b_placement_signed"),
        **dict.fromkeys(("effective_on", "review_on"), kept_by("act_stays")),
    },
    "cases_placementhearing": RECORDED,
    "cases_placementanswer": RECORDED,
    "cases_placementcourt": RECORDED,
    "cases_placementexplained": RECORDED,
    "cases_placementvisit": RECORDED,
    "cases_placementarrival": {**RECORDED, "arrived_at": HAPPENED},
}

DECIDED_BY = " ".join(
    f"WHEN '{kind}' THEN ARRAY[{', '.join(repr(str(one)) for one in sorted(measures))}]"
    for kind, measures in CONFERENCE_ON.items()
)
"""SQL of a CASE: what a support policy conference has decided before a decision of each kind."""

FUNCTIONS = f"""
-- The latest approved decision of this case that moved the state of its placement: a renewal moves none.
CREATE OR REPLACE FUNCTION wall.placement_last(of_case uuid) RETURNS public.cases_placementdecision
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT d FROM public.cases_placementdecision d WHERE d.case_id = of_case AND d.approved AND d.kind <> 'renew'
  ORDER BY d.decided_at DESC, d.id DESC LIMIT 1
$$;

-- Whether a placement of this case was decided that has not ended.
CREATE OR REPLACE FUNCTION wall.placement_lasts(of_case uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce((wall.placement_last(of_case)).kind <> 'end', false)
$$;

-- Whether the child was seen, as was owed since an arrival or a visit before, or is placed no more.
CREATE OR REPLACE FUNCTION wall.placement_visited(of_case uuid, cause uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
  SELECT NOT wall.placement_lasts(of_case)
    OR EXISTS (SELECT 1 FROM public.cases_placementvisit v WHERE v.case_id = of_case AND v.follows = cause)
$$;

-- What a decision rests on is of its own case: the hearing of the child, a decision of a conference that was approved, and the decision
-- that the placement began with. Approved, it can follow where the placement is, and takes effect after the decision before it: nothing
-- begins while one lasts, and nothing else is decided without one; the case is held meanwhile, so that of two approved at once the second sees the first. What is returned or taken
-- back is not looked at again.
CREATE OR REPLACE FUNCTION wall.placement_follows() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  before public.cases_placementdecision;
  wanted text[] := CASE NEW.kind {DECIDED_BY} END;
BEGIN
  IF wall.is_seeder() OR NOT wall.holds_on(NEW.case_id, 'edit') THEN RETURN NEW; END IF;  -- the policy refuses
  IF TG_OP = 'UPDATE' AND NEW.kind <> OLD.kind THEN
    RAISE EXCEPTION 'a decision stays what it is about' USING ERRCODE = '23514', CONSTRAINT = 'placement_follows';
  END IF;
  IF (TG_OP = 'INSERT' OR (NEW.hearing_id, NEW.item_id, NEW.start_id) IS DISTINCT FROM (OLD.hearing_id, OLD.item_id, OLD.start_id))
     AND (NOT EXISTS (SELECT 1 FROM public.cases_placementhearing h WHERE h.id = NEW.hearing_id AND h.case_id = NEW.case_id)
       OR (NEW.item_id IS NOT NULL AND NOT EXISTS (
         SELECT 1 FROM public.cases_conferenceitem i WHERE i.id = NEW.item_id AND i.case_id = NEW.case_id AND i.approved))
       OR (NEW.start_id IS NOT NULL AND NOT EXISTS (
         SELECT 1 FROM public.cases_placementdecision s
         WHERE s.id = NEW.start_id AND s.case_id = NEW.case_id AND s.kind = 'start' AND s.approved))) THEN
    RAISE EXCEPTION 'no such hearing, conference or placement of this case' USING ERRCODE = '23514', CONSTRAINT = 'placement_of_case';
  END IF;
  IF TG_OP = 'UPDATE' AND NEW.approved AND OLD.approved IS NOT TRUE THEN
    PERFORM FROM public.cases_case c WHERE c.id = NEW.case_id FOR NO KEY UPDATE;
    before := wall.placement_last(NEW.case_id);
    IF (NEW.kind = 'start') = coalesce(before.kind <> 'end', false)
       OR (NEW.kind IN ('change', 'suspend') AND before.kind = 'suspend') OR (NEW.kind = 'resume' AND before.kind <> 'suspend')
       OR (NEW.kind <> 'renew' AND NEW.effective_on < before.effective_on)
       OR (NEW.kind <> 'start' AND NEW.start_id IS DISTINCT FROM CASE before.kind WHEN 'start' THEN before.id ELSE before.start_id END) THEN
      RAISE EXCEPTION 'this does not follow where the placement is' USING ERRCODE = '23514', CONSTRAINT = 'placement_follows';
    END IF;
    IF wanted IS NOT NULL AND (NOT wall.item_opens(NEW.case_id, NEW.item_id, wanted) OR EXISTS (
        SELECT 1 FROM public.cases_placementdecision o
        WHERE o.case_id = NEW.case_id AND o.item_id = NEW.item_id AND o.kind = NEW.kind AND o.approved AND o.id <> NEW.id)) THEN
      RAISE EXCEPTION 'a conference decides on a placement' USING ERRCODE = '23514', CONSTRAINT = 'placement_by_conference';
    END IF;
  END IF;
  RETURN NEW;
END $$;

-- An answer is of one of the people of the same case. Of another's case nothing is said.
CREATE OR REPLACE FUNCTION wall.answers_in_case() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF wall.is_seeder() OR NOT wall.holds_on(NEW.case_id, 'edit') THEN RETURN NEW; END IF;  -- the policy refuses
  IF NEW.person_id IS NOT NULL AND NOT EXISTS (
      SELECT 1 FROM public.cases_person p WHERE p.id = NEW.person_id AND p.case_id = NEW.case_id) THEN
    RAISE EXCEPTION 'no such person of this case' USING ERRCODE = '23514', CONSTRAINT = 'answers_in_case';
  END IF;
  RETURN NEW;
END $$;

-- The child comes to where an approved decision of the same case has it stay, from its first day on, and not within temporary custody.
CREATE OR REPLACE FUNCTION wall.arrives_placed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF wall.is_seeder() OR NOT wall.holds_on(NEW.case_id, 'edit') THEN RETURN NEW; END IF;  -- the policy refuses
  IF NOT EXISTS (SELECT 1 FROM public.cases_placementdecision d
       WHERE d.id = NEW.decision_id AND d.case_id = NEW.case_id AND d.kind <> 'renew' AND d.approved
         AND NEW.arrived_at >= d.effective_on::timestamp AT TIME ZONE 'Asia/Tokyo')
     OR EXISTS (SELECT 1 FROM public.cases_custodydecision c
       WHERE c.case_id = NEW.case_id AND c.kind = 'start' AND wall.custody_in_effect(c) AND c.effective_at <= NEW.arrived_at
         AND coalesce(c.ended_at, 'infinity') > NEW.arrived_at) THEN
    RAISE EXCEPTION 'a child comes to where it was placed, after custody' USING ERRCODE = '23514', CONSTRAINT = 'arrives_placed';
  END IF;
  RETURN NEW;
END $$;

-- The midnight in Japan at which a placement that began at a moment has lasted two years: a day that the year after next has not is
-- its last day (as cases.clocks.rules.last_day counts, Civil Code, Art. 143).
CREATE OR REPLACE FUNCTION wall.two_years_over(started_at timestamptz) RETURNS timestamptz
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  first date := (started_at AT TIME ZONE 'Asia/Tokyo')::date;
  same date := (first + interval '2 years')::date;
BEGIN
  RETURN (same + CASE WHEN date_part('day', same) < date_part('day', first) THEN 1 ELSE 0 END)::timestamp AT TIME ZONE 'Asia/Tokyo';
END $$;

-- The court's term is over two years after its beginning at the latest, for the seeder too. It starts with the first day of a decision
-- that is approved in this transaction, and is met by one.
CREATE OR REPLACE FUNCTION wall.placement_term() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' AND NEW.due_at >= wall.two_years_over(NEW.started_at) THEN
    RAISE EXCEPTION 'the court approves two years at most' USING ERRCODE = '23514', CONSTRAINT = 'placement_term';
  END IF;
  IF wall.is_seeder() OR NOT wall.holds_on(NEW.case_id, 'edit') THEN RETURN NEW; END IF;  -- the policy refuses
  IF (TG_OP = 'INSERT' OR NEW.met_at IS DISTINCT FROM OLD.met_at) AND NOT EXISTS (
      SELECT 1 FROM public.cases_placementdecision d
      WHERE d.case_id = NEW.case_id AND d.approved AND d.decided_at >= wall.begun()
        AND (TG_OP = 'UPDATE' OR d.effective_on::timestamp AT TIME ZONE 'Asia/Tokyo' = NEW.started_at)) THEN
    RAISE EXCEPTION 'the term of a placement runs by a decision' USING ERRCODE = '23514', CONSTRAINT = 'placement_term';
  END IF;
  RETURN NEW;
END $$;
"""

_ACTS = {f"NEW.kind = '{kind.value}'": act.value for kind, act in ACTS.items()}
TRIGGERS = (
    act_triggers("cases_placementdecision", _ACTS)
    + """
CREATE OR REPLACE TRIGGER c_follows BEFORE INSERT OR UPDATE ON cases_placementdecision
  FOR EACH ROW EXECUTE FUNCTION wall.placement_follows();
CREATE OR REPLACE TRIGGER in_case BEFORE INSERT ON cases_placementanswer FOR EACH ROW EXECUTE FUNCTION wall.answers_in_case();
CREATE OR REPLACE TRIGGER in_case BEFORE INSERT ON cases_placementexplained FOR EACH ROW EXECUTE FUNCTION wall.answers_in_case();
CREATE OR REPLACE TRIGGER arrives BEFORE INSERT ON cases_placementarrival FOR EACH ROW EXECUTE FUNCTION wall.arrives_placed();
CREATE OR REPLACE TRIGGER placement_term BEFORE INSERT OR UPDATE ON cases_clock
  FOR EACH ROW WHEN (NEW.kind = 'placement_term') EXECUTE FUNCTION wall.placement_term();
"""
    + "".join(
        f"CREATE OR REPLACE TRIGGER on_open_case BEFORE INSERT ON cases_placement{name}\n"
        "  FOR EACH ROW EXECUTE FUNCTION wall.case_is_open();\n"
        for name in ("decision", "hearing", "answer", "court", "arrival", "explained", "visit")
    )
)
