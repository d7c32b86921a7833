"""Pages of the case list, of a progress record and of the people around a child: the database reads them off an index."""

from security.walls.declare import among_mine, mine
from security.walls.pages import PLACE, page_function

CHOSEN = (
    "(stage_is = '' OR t.stage = stage_is) AND (urgency_is = '' OR t.urgency = urgency_is)"
    " AND (state_is = 'all' OR (t.stage = 'closed') = (state_is = 'closed'))"
    " AND (lead_is IS NULL OR t.id = ANY(ARRAY(SELECT l.case_id FROM public.cases_grant l"
    " WHERE l.position_id = lead_is AND l.relation = 'lead' AND l.ended_at IS NULL AND l.starts_at <= wall.begun()"
    " AND (l.ends_at IS NULL OR l.ends_at > wall.moment()))))"
    " AND (NOT overdue_is OR t.id = ANY(ARRAY(SELECT k.case_id FROM public.cases_clock k"
    " WHERE k.met_at IS NULL AND k.ended_at IS NULL AND k.due_at < wall.moment())))"
)
ARGUMENTS = "stage_is text, urgency_is text, state_is text, lead_is uuid, overdue_is boolean"

FUNCTIONS = (
    # A caller in the line of most cases of the office reads them from the latest on and asks of each.
    page_function(
        "office_cases_page",
        ARGUMENTS,
        "cases_case",
        "opened_at",
        f"t.office_id = (SELECT wall.my_office()) AND {CHOSEN} AND {mine('t.id', 'view')}",
        chosen=True,
    )
    + page_function(
        "own_cases_page", ARGUMENTS, "cases_case", "opened_at", f"{among_mine('t.id', 'view')} AND {CHOSEN}"
    )
    + page_function(
        "progress_page",
        "of_case uuid, written_is uuid",
        "cases_progressentry",
        "written_at",
        f"t.case_id = of_case AND t.corrects_id IS NULL AND {mine('of_case', 'view')} AND (written_is IS NULL"
        " OR t.written_by_id = ANY(ARRAY(SELECT p.id FROM public.agencies_position p WHERE p.staff_id = written_is)))",
        chosen=True,
    )
    + page_function(
        "people_page",
        "of_case uuid",
        "cases_person",
        "written_at",
        f"t.case_id = of_case AND t.removed_at IS NULL AND {mine('of_case', 'view')}",
    )
)

CALLERS = {
    "runtime": (
        f"office_cases_page(text, text, text, uuid, boolean, {PLACE})",
        f"own_cases_page(text, text, text, uuid, boolean, {PLACE})",
        f"progress_page(uuid, uuid, {PLACE})",
        f"people_page(uuid, {PLACE})",
    )
}
