"""A request for a place is read by the case it was sent from and by the one institution it was sent to; neither reads the other's.

The institution's rows hold nothing that leads to the case: that is in the links, which the case alone reads.
"""

from agencies.staff.roles import Permission, Role, in_sql
from referrals.places.codes import BY_CENTER, BY_INSTITUTION, ENDED, LONGEST_OFFER_DAYS, READ_DAYS, PlaceState
from security.walls.declare import Policy, Recorded, Table, mine, of_case
from security.walls.moments import NAMED, NOW, POST, WALL, kept_by

S = PlaceState
KEEPERS = in_sql(role for role in Role if role.may(Permission.KEEP_VACANCIES))
HERE = f"""(institution_id = (SELECT wall.my_office()) AND (SELECT wall.my_role()) IN ({KEEPERS})
  AND (ended_at IS NULL OR ended_at > (SELECT wall.places_since())))"""
SEEN_BY_CASE = (
    "(SELECT true FROM public.referrals_placelink l WHERE l.ask_id = {}"
    f" AND {mine('l.case_id', 'view')} LIMIT 1)"
)
OF_CASE = (
    "(SELECT true FROM public.referrals_placelink l WHERE l.ask_id = {}"
    f" AND {mine('l.case_id', 'edit')} LIMIT 1)"
)
ASK_SEEN = "(SELECT true FROM public.referrals_placeask a WHERE a.id = {} LIMIT 1)"
ENDS = ", ".join(f"'{state}'" for state in ENDED)


def _pairs(steps: dict[PlaceState, tuple[PlaceState, ...]]) -> str:
    return ", ".join(f"('{before}', '{after}')" for before, states in steps.items() for after in states)


TABLES = (
    of_case("referrals_placesearch"),
    of_case("referrals_placelink"),
    Table(
        "referrals_placeask",
        {"runtime": "SELECT, INSERT, UPDATE (state, seen_at, offer_until, ended_at, decline)"},
        (
            Policy("SELECT", using=SEEN_BY_CASE.format("referrals_placeask.id")),
            Policy("SELECT", using=HERE),
            Policy(
                "INSERT",
                check=f"center_id = (SELECT wall.my_office()) AND {OF_CASE.format('referrals_placeask.id')}"
                " AND institution_id = ANY(ARRAY(SELECT wall.institutions()))",
            ),
            Policy(
                "UPDATE",
                using=OF_CASE.format("referrals_placeask.id"),
                check=OF_CASE.format("referrals_placeask.id"),
            ),
            Policy("UPDATE", using=HERE, check=HERE),
        ),
        recorded=Recorded(key_kind="placeask", key_owner="id"),
    ),
    Table(
        "referrals_placeword",
        {"runtime": "SELECT, INSERT"},
        (
            Policy("SELECT", using=ASK_SEEN.format("referrals_placeword.ask_id")),
            Policy("INSERT", check="wall.side_of_ask(ask_id) <> ''"),
        ),
        recorded=Recorded(key_kind="placeask", key_owner="ask_id"),
    ),
)

MOMENTS = {
    "referrals_placesearch": {"sent_by_id": POST, "sent_at": NOW},
    "referrals_placeask": {
        "sent_at": NOW,
        "answer_by": NAMED,
        "seen_at": kept_by("b_moves"),
        "offer_until": kept_by("b_moves"),
        "ended_at": kept_by("b_moves"),
        "warned_at": WALL,
    },
    "referrals_placeword": {"written_at": NOW},
}

POLICIES = {
    "keys.data_key": (
        Policy("SELECT", using=f"kind = 'placeask' AND {ASK_SEEN.format('data_key.owner_id')}"),
        Policy(
            "INSERT",
            check=f"kind = 'placeask' AND office_id = (SELECT wall.my_office()) AND {OF_CASE.format('owner_id')}",
        ),
    ),
}

FUNCTIONS = f"""
CREATE OR REPLACE FUNCTION wall.institutions() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER ROWS 100
SET search_path = pg_catalog, pg_temp AS $$ SELECT o.id FROM public.agencies_office o WHERE o.kind = 'institution' AND o.active $$;

-- A request that ended after this moment is still read at the institution.
CREATE OR REPLACE FUNCTION wall.places_since() RETURNS timestamptz LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp AS $$ SELECT wall.moment() - interval '{READ_DAYS} days' $$;

-- On which side of a request the caller is: 'center', 'institution' or neither.
CREATE OR REPLACE FUNCTION wall.side_of_ask(which uuid) RETURNS text LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE
    WHEN EXISTS (SELECT 1 FROM public.referrals_placelink l WHERE l.ask_id = which AND wall.holds_on(l.case_id, 'edit')) THEN 'center'
    WHEN EXISTS (SELECT 1 FROM public.referrals_placeask a WHERE a.id = which AND a.institution_id = wall.my_office()
                   AND wall.my_role() IN ({KEEPERS}) AND a.ended_at IS NULL) THEN 'institution'
    ELSE '' END
$$;

-- A request belongs to a search of the same case.
CREATE OR REPLACE FUNCTION wall.link_of_search() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF (wall.is_seeder() OR wall.holds_on(NEW.case_id, 'edit')) AND NOT EXISTS (
      SELECT 1 FROM public.referrals_placesearch s WHERE s.id = NEW.search_id AND s.case_id = NEW.case_id) THEN
    RAISE EXCEPTION 'no such search of this case' USING ERRCODE = '23514', CONSTRAINT = 'link_of_search';
  END IF;
  RETURN NEW;
END $$;

-- A request begins as sent. Each side takes its own steps alone: the institution opens, asks back, offers for a time to come,
-- declines with a reason, and confirms once it was chosen; the center answers, chooses an offer that holds, and withdraws. One
-- offer of a search is chosen: the search is held meanwhile.
CREATE OR REPLACE FUNCTION wall.place_moves() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  side text;
  of_search uuid;
  asked integer;
  answered integer;
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.state <> '{S.SENT}' OR NEW.seen_at IS NOT NULL OR NEW.offer_until IS NOT NULL OR NEW.decline IS NOT NULL
       OR NEW.ended_at IS NOT NULL OR NEW.answer_by > wall.clock() + interval '8 days' THEN
      RAISE EXCEPTION 'a request begins as sent' USING ERRCODE = '23514', CONSTRAINT = 'place_begins';
    END IF;
    RETURN NEW;
  END IF;
  IF wall.is_seeder() THEN RETURN NEW; END IF;
  side := wall.side_of_ask(OLD.id);
  IF NOT (side = 'institution' AND (OLD.state, NEW.state) IN ({_pairs(BY_INSTITUTION)})
          OR side = 'center' AND (OLD.state, NEW.state) IN ({_pairs(BY_CENTER)})) THEN
    RAISE EXCEPTION 'this step does not follow' USING ERRCODE = '23514', CONSTRAINT = 'place_moves';
  END IF;
  SELECT count(*) FILTER (WHERE NOT w.from_center), count(*) FILTER (WHERE w.from_center) INTO asked, answered
  FROM public.referrals_placeword w WHERE w.ask_id = OLD.id;
  IF (NEW.state = '{S.ASKED_BACK}' AND asked <> answered + 1)
     OR (OLD.state = '{S.ASKED_BACK}' AND NEW.state = '{S.SEEN}' AND asked <> answered) THEN
    RAISE EXCEPTION 'a question is asked once, and answered once' USING ERRCODE = '23514', CONSTRAINT = 'place_words';
  END IF;
  NEW.seen_at := CASE WHEN OLD.state = '{S.SENT}' AND NEW.state = '{S.SEEN}' THEN wall.clock() ELSE OLD.seen_at END;
  NEW.ended_at := CASE WHEN NEW.state IN ({ENDS}) THEN wall.clock() END;
  IF NEW.state = '{S.OFFERED}' THEN
    IF (NEW.offer_until > wall.clock() AND NEW.offer_until <= wall.clock() + interval '{LONGEST_OFFER_DAYS} days 10 minutes')
       IS NOT TRUE THEN
      RAISE EXCEPTION 'an offer holds for a time to come' USING ERRCODE = '23514', CONSTRAINT = 'place_offer';
    END IF;
  ELSE
    NEW.offer_until := OLD.offer_until;
  END IF;
  IF (NEW.decline IS NOT NULL) <> (NEW.state = '{S.DECLINED}') THEN
    RAISE EXCEPTION 'a decline says why' USING ERRCODE = '23514', CONSTRAINT = 'place_decline';
  END IF;
  IF NEW.state = '{S.CHOSEN}' THEN
    SELECT l.search_id INTO of_search FROM public.referrals_placelink l WHERE l.ask_id = OLD.id;
    PERFORM 1 FROM public.referrals_placesearch s WHERE s.id = of_search FOR NO KEY UPDATE;
    IF OLD.offer_until <= wall.moment() OR EXISTS (
        SELECT 1 FROM public.referrals_placelink l JOIN public.referrals_placeask a ON a.id = l.ask_id
        WHERE l.search_id = of_search AND a.id <> OLD.id AND a.state IN ('{S.CHOSEN}', '{S.CONFIRMED}')) THEN
      RAISE EXCEPTION 'one offer that holds is chosen' USING ERRCODE = '23514', CONSTRAINT = 'place_chosen';
    END IF;
  END IF;
  RETURN NEW;
END $$;

-- Who writes a question is told by the database; the institution asks what it has opened, the center answers what was asked.
CREATE OR REPLACE FUNCTION wall.place_word() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  side text := wall.side_of_ask(NEW.ask_id);
  now_in text;
BEGIN
  IF side = '' THEN RETURN NEW; END IF;  -- the policy refuses
  SELECT a.state INTO now_in FROM public.referrals_placeask a WHERE a.id = NEW.ask_id FOR NO KEY UPDATE;
  IF now_in <> (CASE side WHEN 'center' THEN '{S.ASKED_BACK}' ELSE '{S.SEEN}' END) THEN
    RAISE EXCEPTION 'nothing is asked or answered now' USING ERRCODE = '23514', CONSTRAINT = 'place_word';
  END IF;
  NEW.from_center := side = 'center';
  RETURN NEW;
END $$;

-- Whom a case tells of its request: who sent it, as long as they are on the case, and who is in charge. Ids only.
CREATE OR REPLACE FUNCTION wall.tell_case_of_place(which uuid, of_kind text, of_cause text) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  found record;
BEGIN
  SELECT l.case_id, l.search_id, s.sent_by_id, c.number INTO found FROM public.referrals_placelink l
  JOIN public.referrals_placesearch s ON s.id = l.search_id JOIN public.cases_case c ON c.id = l.case_id WHERE l.ask_id = which;
  PERFORM wall.notify(
    ARRAY(SELECT p FROM wall.positions_on_case(found.case_id, ARRAY['lead', 'member', 'line']) p WHERE p = found.sent_by_id
          UNION SELECT p FROM wall.positions_on_case(found.case_id, ARRAY['lead']) p),
    of_kind, found.number, '/cases/' || found.case_id || '/places/' || found.search_id || '/', of_cause);
END $$;

-- Each step is told to the other side by the database: the institution learns nothing of who is told there.
CREATE OR REPLACE FUNCTION wall.place_tells() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  cause text := 'place:' || NEW.id || ':' || NEW.state || ':' || wall.clock();
  kind text;
BEGIN
  kind := CASE
    WHEN TG_OP = 'INSERT' THEN 'place_asked'
    WHEN OLD.state = '{S.ASKED_BACK}' AND NEW.state = '{S.SEEN}' THEN 'place_answer'
    WHEN NEW.state = '{S.CHOSEN}' THEN 'place_chosen'
    WHEN NEW.state = '{S.WITHDRAWN}' THEN 'place_withdrawn' END;
  IF kind IS NOT NULL THEN
    PERFORM wall.notify(ARRAY(SELECT wall.keepers_of(NEW.institution_id)), kind, '', '/places/' || NEW.id || '/', cause);
    RETURN NULL;
  END IF;
  kind := CASE NEW.state
    WHEN '{S.ASKED_BACK}' THEN 'place_question' WHEN '{S.OFFERED}' THEN 'place_offered'
    WHEN '{S.DECLINED}' THEN 'place_declined' WHEN '{S.CONFIRMED}' THEN 'place_confirmed' END;
  IF kind IS NOT NULL THEN PERFORM wall.tell_case_of_place(NEW.id, kind, cause); END IF;
  RETURN NULL;
END $$;

-- Tell, once, who asked for a place that an institution has not answered in time. Numbers only.
CREATE OR REPLACE FUNCTION wall.warn_unanswered_places() RETURNS integer LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  late uuid;
  told integer := 0;
BEGIN
  FOR late IN
    SELECT a.id FROM public.referrals_placeask a
    WHERE a.state IN ('{S.SENT}', '{S.SEEN}') AND a.ended_at IS NULL AND a.warned_at IS NULL AND a.answer_by <= wall.clock()
    ORDER BY a.answer_by LIMIT 500 FOR NO KEY UPDATE SKIP LOCKED
  LOOP
    UPDATE public.referrals_placeask a SET warned_at = wall.clock() WHERE a.id = late;
    PERFORM wall.tell_case_of_place(late, 'place_unanswered', 'late:' || late);
    told := told + 1;
  END LOOP;
  RETURN told;
END $$;
"""

TRIGGERS = """
CREATE OR REPLACE TRIGGER b_search BEFORE INSERT ON referrals_placelink FOR EACH ROW EXECUTE FUNCTION wall.link_of_search();
-- Not of warned_at alone, which no login of the application writes.
CREATE OR REPLACE TRIGGER b_moves BEFORE INSERT OR UPDATE OF state, seen_at, offer_until, ended_at, decline ON referrals_placeask
  FOR EACH ROW EXECUTE FUNCTION wall.place_moves();
CREATE OR REPLACE TRIGGER y_tells AFTER INSERT OR UPDATE OF state ON referrals_placeask
  FOR EACH ROW EXECUTE FUNCTION wall.place_tells();
CREATE OR REPLACE TRIGGER b_word BEFORE INSERT ON referrals_placeword FOR EACH ROW EXECUTE FUNCTION wall.place_word();
"""

CALLERS = {
    "runtime": ("institutions()", "places_since()", "side_of_ask(uuid)"),
    "worker": ("warn_unanswered_places()",),
}
