"""Who is told of a child's letter or call that was not answered in time."""

from agencies.staff.roles import Permission, Role, in_sql
from referrals.rights.codes import LetterState

KEEPERS = in_sql(
    role for role in Role if role.may(Permission.KEEP_LETTERS) and not role.may(Permission.DECIDE_LETTERS)
)
DECIDERS = in_sql(role for role in Role if role.may(Permission.DECIDE_LETTERS))
UNANSWERED = ", ".join(
    f"'{state.value}'" for state in (LetterState.RECEIVED, LetterState.READ, LetterState.CHECKED)
)

FUNCTIONS = f"""
-- For a job: letters and calls that were to be answered are told the counselors of the bureau; a working day later the heads, too. A
-- notice is written once for each, however often the job runs. Which days are holidays, the database does not know: it is told, for
-- each number of working days, the latest day on which a letter came that is due or late. How many are due; it learns no more.
CREATE OR REPLACE FUNCTION wall.warn_letters(due date[], late date[]) RETURNS integer LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  of record;
  found integer := 0;
BEGIN
  FOR of IN
    SELECT l.id, l.office_id, came.day <= late[o.letter_reply_days] AS is_late
    FROM public.agencies_office o JOIN public.referrals_childletter l ON l.office_id = o.id
    CROSS JOIN LATERAL (SELECT (l.received_at AT TIME ZONE 'Asia/Tokyo')::date AS day) came
    WHERE o.kind = 'rights' AND l.state IN ({UNANSWERED}) AND came.day <= due[o.letter_reply_days]
    ORDER BY l.received_at, l.id
  LOOP
    PERFORM wall.notify(ARRAY(SELECT p.id FROM public.agencies_position p
                              WHERE p.office_id = of.office_id AND p.role IN ({KEEPERS}) AND wall.position_holds(p.id)),
                        'letter_due', '', '/letters/' || of.id || '/', 'letter:' || of.id);
    IF of.is_late THEN
      PERFORM wall.notify(ARRAY(SELECT p.id FROM public.agencies_position p
                                WHERE p.office_id = of.office_id AND p.role IN ({DECIDERS}) AND wall.position_holds(p.id)),
                          'letter_late', '', '/letters/' || of.id || '/', 'letter:' || of.id);
    END IF;
    found := found + 1;
  END LOOP;
  RETURN found;
END $$;
"""

CALLERS = {"worker": ("warn_letters(date[], date[])",)}
