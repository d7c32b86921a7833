"""The facts of a receipt are written and never changed; how it ends is decided by a supervisor or the director."""

from cases.decisions.walls import act_moments, act_table, act_triggers
from security.walls.declare import of_case
from security.walls.moments import NOW, POST, kept_by

TABLES = (
    of_case("cases_receiptfacts"),
    act_table("cases_receiptoutcome", content="outcome, reason, advice, handed_to, other_number"),
    act_table("cases_receivedcorrection", content="reason"),
)

MOMENTS = {
    "cases_receiptfacts": {"recorded_at": NOW, "recorded_by_id": POST},
    "cases_receiptoutcome": act_moments("b_receipt_outcome_signed"),
    "cases_receivedcorrection": {
        **act_moments("b_received_correction_signed"),
        "held_at": kept_by("c_held"),
        "corrected_at": kept_by("c_held"),
    },
}

FUNCTIONS = """
-- What is written of a receipt, who notified, and how it ends, is about a notification of the same case.
CREATE OR REPLACE FUNCTION wall.receipt_of_case() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM 1 FROM public.cases_notification n WHERE n.id = NEW.notification_id AND n.case_id = NEW.case_id;
  IF NOT FOUND AND (wall.is_seeder() OR wall.holds_on(NEW.case_id, 'edit')) THEN
    RAISE EXCEPTION 'a receipt of another case' USING ERRCODE = '23514', CONSTRAINT = 'receipt_of_case';
  END IF;
  RETURN NEW;
END $$;

-- A correction is of the moment that holds: as the latest approved one has it, or as the receipt was written. The right moment
-- has come.
CREATE OR REPLACE FUNCTION wall.received_held() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT wall.is_seeder() AND NEW.corrected_at > wall.clock() + interval '10 minutes' THEN
    RAISE EXCEPTION 'a receipt has come' USING ERRCODE = '23514', CONSTRAINT = 'received_has_come';
  END IF;
  IF TG_OP = 'INSERT' THEN
    SELECT coalesce((SELECT d.corrected_at FROM public.cases_receivedcorrection d
                     WHERE d.notification_id = n.id AND d.approved ORDER BY d.drafted_at DESC, d.id DESC LIMIT 1), n.received_at)
      INTO NEW.held_at FROM public.cases_notification n WHERE n.id = NEW.notification_id AND n.case_id = NEW.case_id;
  ELSIF (NEW.held_at, NEW.corrected_at, NEW.notification_id)
        IS DISTINCT FROM (OLD.held_at, OLD.corrected_at, OLD.notification_id) THEN
    RAISE EXCEPTION 'a draft is about one receipt and one moment' USING ERRCODE = '23514', CONSTRAINT = 'received_stays';
  END IF;
  RETURN NEW;
END $$;

-- Whether a case that was never accepted ends with the outcomes of its receipts: every one of them is approved, and one of them in
-- this transaction.
CREATE OR REPLACE FUNCTION wall.receipts_ended(of_case uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
  SELECT EXISTS (SELECT 1 FROM public.cases_case c WHERE c.id = of_case AND c.stage = 'reception')
    AND EXISTS (SELECT 1 FROM public.cases_receiptoutcome o
                WHERE o.case_id = of_case AND o.approved AND o.decided_at = wall.clock())
    AND NOT EXISTS (SELECT 1 FROM public.cases_notification n WHERE n.case_id = of_case AND NOT EXISTS (
      SELECT 1 FROM public.cases_receiptoutcome o WHERE o.notification_id = n.id AND o.approved))
$$;
"""

TRIGGERS = (
    act_triggers("cases_receiptoutcome", {"": "receipt_outcome"}, by_line=True)
    + act_triggers("cases_receivedcorrection", {"": "received_correction"}, by_line=True)
    + """
CREATE OR REPLACE TRIGGER c_held BEFORE INSERT OR UPDATE ON cases_receivedcorrection
  FOR EACH ROW EXECUTE FUNCTION wall.received_held();
CREATE OR REPLACE TRIGGER of_case BEFORE INSERT ON cases_receivedcorrection
  FOR EACH ROW EXECUTE FUNCTION wall.receipt_of_case();
CREATE OR REPLACE TRIGGER on_open_case BEFORE INSERT ON cases_receivedcorrection
  FOR EACH ROW EXECUTE FUNCTION wall.case_is_open();
CREATE OR REPLACE TRIGGER of_case BEFORE INSERT ON cases_notifier
  FOR EACH ROW EXECUTE FUNCTION wall.receipt_of_case();
CREATE OR REPLACE TRIGGER of_case BEFORE INSERT ON cases_receiptfacts
  FOR EACH ROW EXECUTE FUNCTION wall.receipt_of_case();
CREATE OR REPLACE TRIGGER of_case BEFORE INSERT OR UPDATE ON cases_receiptoutcome
  FOR EACH ROW EXECUTE FUNCTION wall.receipt_of_case();
CREATE OR REPLACE TRIGGER on_open_case BEFORE INSERT ON cases_receiptfacts
  FOR EACH ROW EXECUTE FUNCTION wall.case_is_open();
CREATE OR REPLACE TRIGGER on_open_case BEFORE INSERT ON cases_receiptoutcome
  FOR EACH ROW EXECUTE FUNCTION wall.case_is_open();
"""
)
