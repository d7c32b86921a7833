"""The sheet of a night and its receipt: for whoever takes contacts or reviews a line at the office, and of the last two weeks."""

from agencies.staff.roles import Permission, Role
from cases.nights.codes import BACK, LONGEST, MOST
from security.walls.declare import Policy, Table
from security.walls.moments import NAMED, NOW, POST

READERS = ", ".join(
    f"'{role.value}'"
    for role in Role
    if role.may(Permission.TAKE_CONTACTS) or role.may(Permission.REVIEW_LINE)
)
MY_SHEETS = f"office_id = (SELECT wall.my_office()) AND (SELECT wall.my_role()) IN ({READERS})"
TODAY = "(SELECT wall.today())"
COLUMNS = "case_id uuid, number text, in_charge text, telephone text, at timestamptz, what text"

TABLES = (
    Table(
        "cases_nightsheet",
        {"runtime": "SELECT, INSERT"},
        (
            Policy("SELECT", using=MY_SHEETS),
            # A sheet is not received before its night has passed; which days are holidays, the database does not know.
            Policy("INSERT", check=f"{MY_SHEETS} AND night < {TODAY} AND night >= {TODAY} - {BACK}"),
        ),
    ),
)

MOMENTS = {"cases_nightsheet": {"night": NAMED, "taken_by_id": POST, "taken_at": NOW}}


def night_function(name: str, happened: str, rows: int) -> str:
    """SQL of the function ``name`` of night and morning: of what happened in the caller's office in that night as much of each
    case as is shown before the glass. ``happened`` selects subject (a case), moment and matter by ``office``, ``began`` and
    ``ended``; ``rows`` are as many as are expected.

    In plpgsql, which looks its functions up when it runs: it is raised before the walls of the record. And its plan is made for
    two moments, so that it begins at the index of the moments and not at the office's cases.
    """
    return f"""
CREATE OR REPLACE FUNCTION {name}(night date, morning date) RETURNS TABLE ({COLUMNS})
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS {rows} SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  office uuid := wall.my_office();
  began timestamptz;
  ended timestamptz;
BEGIN
  SELECT l.since, l.until INTO began, ended FROM wall.night_lasts(night, morning) l;
  RETURN QUERY SELECT shown.case_id, shown.number, shown.in_charge, shown.telephone, h.moment, h.matter
  FROM ({happened}) h CROSS JOIN LATERAL wall.before_glass(h.subject) shown;
END $$;
"""


HAPPENED = f"""
    (SELECT n.case_id AS subject, n.received_at AS moment, CASE WHEN EXISTS (
         SELECT 1 FROM public.cases_notification o WHERE o.case_id = n.case_id AND (o.received_at, o.id) < (n.received_at, n.id))
       THEN 'added' ELSE 'opened' END AS matter
     FROM public.cases_notification n JOIN public.cases_case c ON c.id = n.case_id AND c.office_id = office
     WHERE n.received_at >= began AND n.received_at < ended ORDER BY n.received_at LIMIT {MOST})
    UNION ALL
    -- What was received before the night and registered in it.
    (SELECT c.id, c.opened_at, 'opened' FROM public.cases_case c
     WHERE c.office_id = office AND c.opened_at >= began AND c.opened_at < ended AND coalesce((
       SELECT min(n.received_at) FROM public.cases_notification n WHERE n.case_id = c.id), '-infinity') < began
     ORDER BY c.opened_at LIMIT {MOST})
    UNION ALL
    (SELECT d.case_id, d.effective_at, 'oral' FROM public.cases_custodydecision d
     JOIN public.cases_case c ON c.id = d.case_id AND c.office_id = office
     WHERE d.is_oral AND d.effective_at >= began AND d.effective_at < ended ORDER BY d.effective_at LIMIT {MOST})
    UNION ALL
    (SELECT g.case_id, g.created_at, 'glass' FROM public.cases_grant g JOIN public.cases_case c ON c.id = g.case_id AND c.office_id = office
     WHERE g.relation = 'glass' AND g.created_at >= began AND g.created_at < ended ORDER BY g.created_at LIMIT {MOST})
"""
"""What is on the sheet of a night, each at most ``MOST`` times."""

FUNCTIONS = f"""
-- From when until when the night of a sheet lasts; no row for who reads no sheets, and none of a night long ago.
CREATE OR REPLACE FUNCTION wall.night_lasts(night date, morning date) RETURNS TABLE (since timestamptz, until timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER ROWS 1 SET search_path = pg_catalog, pg_temp AS $$
  SELECT (night + time '17:15') AT TIME ZONE 'Asia/Tokyo', (morning + time '9:00') AT TIME ZONE 'Asia/Tokyo'
  WHERE wall.my_role() IN ({READERS}) AND night BETWEEN wall.today() - {BACK} AND wall.today()
    AND morning > night AND morning - night <= {LONGEST}
$$;
""" + night_function("wall.night_of", HAPPENED, 20)

CALLERS = {"runtime": ("night_of(date, date)",)}
