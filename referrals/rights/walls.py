"""Letters of children belong to the rights bureau alone: its counselors and the head of its section read them, nobody else.

The one thing that leaves is a filing, like anybody's; the one thing that comes back is its receipt, and a text for the child.
"""

from agencies.staff.roles import Permission, Role, in_sql
from referrals.rights.codes import MOVES, SPOKEN, LetterState
from security.walls.declare import SIGNED_IN, Policy, Recorded, Table
from security.walls.moments import HAPPENED, NOW, POST, kept_by
from security.walls.pages import PLACE, page_function

S = LetterState
KEEPERS = in_sql(role for role in Role if role.may(Permission.KEEP_LETTERS))
DECIDERS = in_sql(role for role in Role if role.may(Permission.DECIDE_LETTERS))
CASEWORK = in_sql(role for role in Role if role.may(Permission.WORK_ON_CASES))
KEEPS = f"(SELECT wall.my_role()) IN ({KEEPERS})"
OF_MY_BUREAU = f"(office_id = (SELECT wall.my_office()) AND {KEEPS})"
FOLLOWING = ", ".join(f"('{before}', '{after}')" for before, states in MOVES.items() for after in states)
SPEAKS = ", ".join(f"'{channel.value}'" for channel in SPOKEN)
DRAFTS = ("referrals_letterreply", "referrals_letternotice")
ROWS = ("referrals_letterreading", "referrals_dangercheck", "referrals_letternote")
UNRECORDED = (
    "it would name who at the center wrote it and when, and so join the filing with its case; the row never changes, and the"
    " progress record of the case has the text and its writer"
)


def _of_letter(owner: str) -> str:
    """SQL: the letter is one that the caller sees (the inner table has its own wall)."""
    return f"(SELECT true FROM public.referrals_childletter l WHERE l.id = {owner} LIMIT 1)"


def _written(table: str, update: str = "") -> Table:
    """A table of what the bureau writes of its letters."""
    mine = _of_letter(f"{table}.letter_id")
    policies = [Policy("SELECT", using=mine), Policy("INSERT", check=mine)]
    if update:
        policies.append(Policy("UPDATE", using=mine, check=mine))
    rights = "SELECT, INSERT" + (f", UPDATE ({update})" if update else "")
    filed = Recorded(key_kind="rights", key_owner="letter_id")
    return Table(table, {"runtime": rights}, tuple(policies), recorded=filed)


SIGNED = "decided_by_id, decided_person_id, decided_at, approved, note"
TABLES = (
    Table(
        "referrals_childletter",
        {"runtime": "SELECT, INSERT, UPDATE (state)"},
        (
            Policy("SELECT", using=OF_MY_BUREAU),
            Policy("INSERT", check=OF_MY_BUREAU),
            Policy("UPDATE", using=OF_MY_BUREAU, check=OF_MY_BUREAU),
        ),
        recorded=Recorded(key_kind="rights", key_owner="id"),
    ),
    *(_written(table) for table in ROWS),
    _written("referrals_letterreply", f"{SIGNED}, sent_at"),
    _written("referrals_letternotice", f"{SIGNED}, filing_id"),
    Table(
        "referrals_wordforchild",
        {"runtime": "SELECT, INSERT"},
        (
            # The bureau reads it; the center writes it and does not see it again here.
            Policy("SELECT", using="filing_id = ANY(ARRAY(SELECT wall.filings_of_my_letters()))"),
            Policy("INSERT", check="wall.takes_word(filing_id)"),
        ),
        unrecorded=UNRECORDED,
    ),
)

MOMENTS = {
    "referrals_childletter": {"received_at": HAPPENED, "registered_by_id": POST, "registered_at": NOW},
    **{table: {"written_by_id": POST, "written_at": NOW} for table in ROWS},
    **{
        table: dict.fromkeys(
            (
                "drafted_by_id",
                "drafted_person_id",
                "drafted_at",
                "decided_by_id",
                "decided_person_id",
                "decided_at",
            ),
            kept_by("b_signed"),
        )
        for table in DRAFTS
    },
    "referrals_wordforchild": {"sent_at": kept_by("b_day")},
}
MOMENTS["referrals_letterreply"]["sent_at"] = kept_by("c_sent")

POLICIES = {
    "keys.data_key": (
        Policy("SELECT", using=f"kind = 'rights' AND {_of_letter('data_key.owner_id')}"),
        Policy(
            "INSERT",
            check=f"kind = 'rights' AND office_id = (SELECT wall.my_office()) AND {KEEPS}"
            " AND (SELECT wall.my_office_kind()) = 'rights'",
        ),
        # Made by the filer with the filing, so that no key of a later hour joins the text with the case it was written in.
        Policy(
            "INSERT",
            check="kind = 'childword' AND office_id = (SELECT wall.my_office()) AND wall.is_my_filing(owner_id)",
        ),
        Policy(
            "SELECT",
            using="kind = 'childword' AND (SELECT data_key.owner_id = ANY(ARRAY(SELECT wall.filings_of_my_letters())))",
        ),
        Policy(
            "SELECT",
            using=f"kind = 'childword' AND {SIGNED_IN} AND (SELECT wall.takes_word(data_key.owner_id))",
        ),
    ),
}

PAGE = page_function(
    "letters_page",
    "of_state text",
    "referrals_childletter",
    "received_at",
    f"t.office_id = (SELECT wall.my_office()) AND {KEEPS} AND (of_state = '' OR t.state = of_state)",
    chosen=True,
)
FUNCTIONS = f"""{PAGE}
-- The filings that the calling position's bureau made of its letters.
CREATE OR REPLACE FUNCTION wall.filings_of_my_letters() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER ROWS 20
SET search_path = pg_catalog, pg_temp AS $$
  SELECT n.filing_id FROM public.referrals_letternotice n JOIN public.referrals_childletter l ON l.id = n.letter_id
  WHERE l.office_id = wall.my_office() AND wall.my_role() IN ({KEEPERS}) AND n.filing_id IS NOT NULL
$$;

-- How far the filings of one letter came, as their filer reads it: the whole bureau answers the child.
CREATE OR REPLACE FUNCTION wall.receipts_of_letter(which uuid) RETURNS SETOF public.cases_filing
LANGUAGE sql STABLE SECURITY DEFINER ROWS 5 SET search_path = pg_catalog, pg_temp AS $$
  SELECT f.* FROM public.cases_filing f JOIN public.referrals_letternotice n ON n.filing_id = f.id
  WHERE n.letter_id = which AND f.id IN (SELECT wall.filings_of_my_letters())
$$;

-- Whether the caller works on cases at the center that opened a case with this filing of a rights bureau.
CREATE OR REPLACE FUNCTION wall.takes_word(which uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
  SELECT EXISTS (SELECT 1 FROM public.cases_filing f JOIN public.referrals_letternotice n ON n.filing_id = f.id
                 WHERE f.id = which AND f.recipient_id = wall.my_office() AND f.registered_at IS NOT NULL
                   AND wall.my_role() IN ({CASEWORK}))
$$;

-- The filing with this reference, for whoever may write to its bureau. The reference is kept with who notified; nobody guesses it.
CREATE OR REPLACE FUNCTION wall.filing_for_word(named text) RETURNS uuid LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
  SELECT f.id FROM public.cases_filing f WHERE f.reference = named AND wall.takes_word(f.id)
$$;

-- A word for a child comes on a day and from nobody.
CREATE OR REPLACE FUNCTION wall.word_of_day() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  NEW.sent_at := wall.day_of(wall.clock());
  RETURN NEW;
END $$;

-- Whether the caller keeps this letter.
CREATE OR REPLACE FUNCTION wall.keeps_letter(which uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
  SELECT EXISTS (SELECT 1 FROM public.referrals_childletter l
                 WHERE l.id = which AND l.office_id = wall.my_office() AND wall.my_role() IN ({KEEPERS}))
$$;

-- A letter begins as received, at a rights bureau; it moves as the table says, and only where the row is there that the state is of.
CREATE OR REPLACE FUNCTION wall.letter_moves() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.state <> '{S.RECEIVED}'
       OR NOT EXISTS (SELECT 1 FROM public.agencies_office o WHERE o.id = NEW.office_id AND o.kind = 'rights') THEN
      RAISE EXCEPTION 'a letter begins as received' USING ERRCODE = '23514', CONSTRAINT = 'letter_begins';
    END IF;
    RETURN NEW;
  END IF;
  IF NEW.state = OLD.state THEN RETURN NEW; END IF;
  IF (OLD.state, NEW.state) NOT IN ({FOLLOWING}) THEN
    RAISE EXCEPTION 'this state does not follow' USING ERRCODE = '23514', CONSTRAINT = 'letter_moves';
  END IF;
  IF NOT (CASE NEW.state
    WHEN '{S.READ}' THEN EXISTS (SELECT 1 FROM public.referrals_letterreading r WHERE r.letter_id = NEW.id)
    WHEN '{S.CHECKED}' THEN EXISTS (SELECT 1 FROM public.referrals_dangercheck d WHERE d.letter_id = NEW.id)
    WHEN '{S.REPLIED}' THEN EXISTS (SELECT 1 FROM public.referrals_letterreply r
                                    WHERE r.letter_id = NEW.id AND r.approved AND r.sent_at IS NOT NULL)
    WHEN '{S.NOTIFIED}' THEN EXISTS (SELECT 1 FROM public.referrals_letternotice n
                                     WHERE n.letter_id = NEW.id AND n.filing_id IS NOT NULL)
    ELSE EXISTS (SELECT 1 FROM public.referrals_letternote n WHERE n.letter_id = NEW.id) END) THEN
    RAISE EXCEPTION 'nothing says that it came so far' USING ERRCODE = '23514', CONSTRAINT = 'letter_came_so_far';
  END IF;
  RETURN NEW;
END $$;

-- A closed letter is closed; nothing is answered or notified before the danger was judged. The letter is held meanwhile.
CREATE OR REPLACE FUNCTION wall.letter_is_open() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  now_at text;
BEGIN
  IF NOT wall.is_seeder() AND NOT wall.keeps_letter(NEW.letter_id) THEN RETURN NEW; END IF;  -- the policy refuses
  SELECT l.state INTO now_at FROM public.referrals_childletter l WHERE l.id = NEW.letter_id FOR NO KEY UPDATE;
  IF now_at = '{S.CLOSED}' OR (TG_NARGS > 0 AND now_at IN ('{S.RECEIVED}', '{S.READ}'))
     OR (TG_TABLE_NAME = 'referrals_dangercheck' AND now_at = '{S.RECEIVED}') THEN
    RAISE EXCEPTION 'this is not written of a letter now' USING ERRCODE = '23514', CONSTRAINT = 'letter_is_open';
  END IF;
  RETURN NEW;
END $$;

-- What the bureau drafts is signed by the database, and decided once, by the head of the section, who is another person. Nothing
-- else of a draft changes.
CREATE OR REPLACE FUNCTION wall.letter_signed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  changes text[] := ARRAY['decided_by_id', 'decided_person_id', 'decided_at', 'approved', 'note', 'sent_at', 'filing_id'];
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.decided_at IS NOT NULL OR NEW.approved IS NOT NULL OR NEW.note IS NOT NULL OR NEW.decided_by_id IS NOT NULL
       OR NEW.decided_person_id IS NOT NULL THEN
      RAISE EXCEPTION 'a draft begins undecided' USING ERRCODE = '23514', CONSTRAINT = 'letter_draft_begins';
    END IF;
    IF wall.is_seeder() THEN RETURN NEW; END IF;
    NEW.drafted_by_id := wall.my_position();
    NEW.drafted_person_id := wall.my_staff();
    NEW.drafted_at := wall.clock();
    RETURN NEW;
  END IF;
  IF (to_jsonb(NEW) - changes) IS DISTINCT FROM (to_jsonb(OLD) - changes)
     OR (OLD.decided_at IS NOT NULL AND (NEW.decided_by_id, NEW.decided_person_id, NEW.decided_at, NEW.approved, NEW.note)
         IS DISTINCT FROM (OLD.decided_by_id, OLD.decided_person_id, OLD.decided_at, OLD.approved, OLD.note)) THEN
    RAISE EXCEPTION 'a draft stays, and so does its decision' USING ERRCODE = '23514', CONSTRAINT = 'letter_draft_stays';
  END IF;
  IF OLD.decided_at IS NULL THEN
    IF (NEW.decided_at IS NULL) <> (NEW.approved IS NULL)
       OR (NEW.decided_at IS NULL AND (NEW.note IS NOT NULL OR NEW.decided_by_id IS NOT NULL OR NEW.decided_person_id IS NOT NULL))
       OR (NEW.approved IS FALSE AND NEW.note IS NULL) THEN
      RAISE EXCEPTION 'a decision is whole' USING ERRCODE = '23514', CONSTRAINT = 'letter_decision_whole';
    END IF;
    IF NEW.decided_at IS NOT NULL THEN
      IF NOT wall.is_seeder() THEN
        NEW.decided_by_id := wall.my_position();
        NEW.decided_person_id := wall.my_staff();
        NEW.decided_at := wall.clock();
      END IF;
      IF NEW.decided_person_id = OLD.drafted_person_id OR (NOT wall.is_seeder() AND wall.my_role() NOT IN ({DECIDERS})) THEN
        RAISE EXCEPTION 'the head decides, who did not draft it' USING ERRCODE = '23514', CONSTRAINT = 'letter_decider';
      END IF;
    END IF;
  END IF;
  RETURN NEW;
END $$;

-- A reply goes out once it was approved, between then and now. One given in a conversation was: it is approved afterwards.
CREATE OR REPLACE FUNCTION wall.reply_is_sent() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF wall.is_seeder() THEN RETURN NEW; END IF;
  IF NEW.sent_at > wall.clock() + interval '10 minutes'
     OR (TG_OP = 'INSERT' AND NEW.sent_at IS NOT NULL AND NOT EXISTS (
         SELECT 1 FROM public.referrals_childletter l WHERE l.id = NEW.letter_id AND wall.keeps_letter(l.id)
           AND l.channel IN ({SPEAKS}) AND NEW.sent_at >= l.received_at))
     OR (TG_OP = 'UPDATE' AND NEW.sent_at IS DISTINCT FROM OLD.sent_at
         AND (OLD.sent_at IS NOT NULL OR OLD.approved IS NOT TRUE OR NEW.sent_at < date_trunc('minute', OLD.decided_at))) THEN
    RAISE EXCEPTION 'a reply is sent once it was approved' USING ERRCODE = '23514', CONSTRAINT = 'reply_is_sent';
  END IF;
  RETURN NEW;
END $$;

-- A notification of a letter is the caller's own filing with that center; against the child's wish it comes with the approval.
CREATE OR REPLACE FUNCTION wall.notice_is_filed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF (TG_OP = 'INSERT' AND (NEW.filing_id IS NULL) IS DISTINCT FROM NEW.takes_two)
     OR (TG_OP = 'UPDATE' AND NOT OLD.takes_two AND NEW.decided_at IS NOT NULL)
     OR (TG_OP = 'UPDATE' AND OLD.takes_two AND (NEW.filing_id IS NOT NULL) IS DISTINCT FROM (NEW.approved IS TRUE))
     OR (TG_OP = 'UPDATE' AND OLD.filing_id IS NOT NULL AND NEW.filing_id IS DISTINCT FROM OLD.filing_id) THEN
    RAISE EXCEPTION 'what the child is against is decided by the head' USING ERRCODE = '23514', CONSTRAINT = 'notice_takes_two';
  END IF;
  IF NEW.filing_id IS NOT NULL AND (TG_OP = 'INSERT' OR OLD.filing_id IS NULL) AND NOT wall.is_seeder()
     AND NOT EXISTS (SELECT 1 FROM public.cases_filing f WHERE f.id = NEW.filing_id AND f.filed_by_id = wall.my_position()
                       AND f.recipient_id = NEW.recipient_id) THEN
    RAISE EXCEPTION 'a notification of a letter is filed by the caller' USING ERRCODE = '23514', CONSTRAINT = 'notice_is_filed';
  END IF;
  RETURN NEW;
END $$;

-- A word that the child was told came for this letter.
CREATE OR REPLACE FUNCTION wall.word_of_letter() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NEW.word_id IS NOT NULL AND (wall.is_seeder() OR wall.keeps_letter(NEW.letter_id)) AND NOT EXISTS (
      SELECT 1 FROM public.referrals_wordforchild w JOIN public.referrals_letternotice n ON n.filing_id = w.filing_id
      WHERE w.id = NEW.word_id AND n.letter_id = NEW.letter_id) THEN
    RAISE EXCEPTION 'a word for another child' USING ERRCODE = '23514', CONSTRAINT = 'word_of_letter';
  END IF;
  RETURN NEW;
END $$;
"""

CALLERS = {
    "runtime": (
        "filings_of_my_letters()",
        "receipts_of_letter(uuid)",
        "takes_word(uuid)",
        "filing_for_word(text)",
        f"letters_page(text, {PLACE})",
    ),
}

TRIGGERS = (
    """
CREATE OR REPLACE TRIGGER b_moves BEFORE INSERT OR UPDATE ON referrals_childletter
  FOR EACH ROW EXECUTE FUNCTION wall.letter_moves();
CREATE OR REPLACE TRIGGER b_word BEFORE INSERT ON referrals_letternote FOR EACH ROW EXECUTE FUNCTION wall.word_of_letter();
CREATE OR REPLACE TRIGGER b_day BEFORE INSERT ON referrals_wordforchild FOR EACH ROW EXECUTE FUNCTION wall.word_of_day();
CREATE OR REPLACE TRIGGER c_sent BEFORE INSERT OR UPDATE ON referrals_letterreply
  FOR EACH ROW EXECUTE FUNCTION wall.reply_is_sent();
CREATE OR REPLACE TRIGGER c_filed BEFORE INSERT OR UPDATE ON referrals_letternotice
  FOR EACH ROW EXECUTE FUNCTION wall.notice_is_filed();
"""
    + "".join(
        f"CREATE OR REPLACE TRIGGER b_signed BEFORE INSERT OR UPDATE ON {table}\n"
        "  FOR EACH ROW EXECUTE FUNCTION wall.letter_signed();\n"
        f"CREATE OR REPLACE TRIGGER b_open BEFORE INSERT ON {table}\n"
        "  FOR EACH ROW EXECUTE FUNCTION wall.letter_is_open('judged');\n"
        for table in DRAFTS
    )
    + "".join(
        f"CREATE OR REPLACE TRIGGER b_open BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION wall.letter_is_open();\n"
        for table in ROWS
    )
)
