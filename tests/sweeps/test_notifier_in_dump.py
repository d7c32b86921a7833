"""Who filed a notification (児童虐待防止法7条) is joined to its case by nothing that a dump of the database says in clear.

Every row of every table, as a superuser reads it, is a knot; two rows are joined by any value they share that names something:
an id, a moment, a transaction, a reference, the key of a sealed value, wherever it stands in a text or in JSON. From the person,
position and office that filed no way may lead to the case. Not followed: the people and office that received it, who stand on all
of their cases, and days.
"""

import re
from base64 import b64decode
from collections import defaultdict
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone

from agencies.staff.acting import acting_as
from cases.intake.models import Filing, Notification
from cases.records.models import Case
from cases.support.codes import Aid
from referrals.rights.models import WordForChild
from security.encryption.envelope import HEAD, HEAD_BYTES
from tests.cast import Cast, a_case
from tests.client import signed_in
from tests.sweeps.test_explain import superuser
from tests.unit.cases.intake.test_filing_pages import filing_data
from tests.unit.cases.support.made import as_shown, support_case
from tests.unit.referrals.rights.steps import notified, ready
from tests.unit.referrals.rights.test_notices import registered

UUIDS = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}")
REFERENCES = re.compile(r"N-[2-9A-Z]{8}|[A-Z]+-20[0-9]{2}-[0-9]{4,}")
SEALED = re.compile(r"[A-Za-z0-9+/]{80,}={0,2}")
MOMENTS = re.compile(r"20[0-9]{2}-[01][0-9]-[0-3][0-9][T ][0-9:]{8}[0-9.]*")
NUMBERED = ("xid",)
JAPAN = ZoneInfo("Asia/Tokyo")

Row = tuple[str, int]
TABLES = """
SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND n.nspname IN ('public', 'wall', 'keys')
"""


def names_in(column: str, value: Any) -> set[str]:
    """What a cell names that another cell may name, too."""
    if isinstance(value, datetime):
        moment = value.astimezone(JAPAN)
        return set() if (moment.hour, moment.minute, moment.second) == (0, 0, 0) else {_moment(moment)}
    if column in NUMBERED:
        return {f"{column} {value}"}
    text = bytes(value).hex() if isinstance(value, bytes | memoryview) else str(value)
    found = {str(UUID(one)) for one in UUIDS.findall(text)} if not isinstance(value, bytes) else {text}
    found |= set(REFERENCES.findall(text))
    found |= {_moment(datetime.fromisoformat(one).replace(tzinfo=None)) for one in MOMENTS.findall(text)}
    for sealed in SEALED.findall(text):
        head = b64decode(sealed[:80])
        if head.startswith(HEAD):
            found.add(str(UUID(bytes=head[len(HEAD) : HEAD_BYTES])))
    return {one for one in found if len(one) >= 8}


def _moment(moment: datetime) -> str:
    if moment.tzinfo is not None:
        moment = moment.astimezone(ZoneInfo("UTC"))
    return moment.replace(tzinfo=None).isoformat(timespec="microseconds")


def read_all(database: str) -> dict[Row, set[str]]:
    """Every row of the database with what it names."""
    rows: dict[Row, set[str]] = {}
    with superuser(database) as session:
        for schema, table in session.execute(TABLES).fetchall():
            cursor = session.execute(f'SELECT * FROM "{schema}"."{table}"')
            columns = [column.name for column in cursor.description or ()]
            for number, cells in enumerate(cursor.fetchall()):
                named = [names_in(*cell) for cell in zip(columns, cells, strict=True) if cell[1] is not None]
                rows[f"{schema}.{table}", number] = set().union(*named)
    return rows


def reached(rows: dict[Row, set[str]], start: set[str], closed: set[str]) -> dict[str, list[str]]:
    """Every name to which a way leads from ``start``, with the tables on the way."""
    at: dict[str, set[Row]] = defaultdict(set)
    for row, names in rows.items():
        for name in names - closed:
            at[name].add(row)
    ways: dict[str, list[str]] = {name: [] for name in start}
    waiting = list(start)
    for name in waiting:
        for row in at[name]:
            for other in rows[row] - closed - ways.keys():
                ways[other] = [*ways[name], row[0]]
                waiting.append(other)
    return ways


def at_the_center(rows: dict[Row, set[str]], cast: Cast) -> set[str]:
    """The people and the office that received it, and what every row of a kind names (content types, the demo mark)."""
    people = [
        position for position in cast.positions.values() if position.office_id == cast.caseworker.office_id
    ]
    ids = {str(one) for position in people for one in (position.pk, position.staff_id)} | {
        str(cast.caseworker.office_id)
    }
    sections = {str(position.section_id) for position in people if position.section_id}
    # Moments at which the database was made stand on all its first rows.
    made = [names for (table, _number), names in rows.items() if table == "public.django_migrations"]
    return ids | sections | set().union(*made)


OF_POLICE = {"police_form": "shorui", "law": "jifuku_25", "document": "架空発第9号", "dated_on": "2026-04-01"}


def file_and_register(cast: Cast, kind: str, filer: str) -> tuple[Filing, Case]:
    """A filer files on its page; the center opens, reads and registers or attaches it on its own pages."""
    known = a_case(cast) if kind == "attach" else None
    school, center = signed_in(cast.positions[filer]), signed_in(cast.caseworker)
    school.post("/filings/new/", filing_data(cast, **(OF_POLICE if filer == "station_officer" else {})))
    with acting_as(cast.caseworker):
        filing = Filing.objects.get()
    path = f"/intake/filings/{filing.pk}/"
    for supervisor in ("supervisor", "duty"):
        desk = signed_in(cast.positions[supervisor])
        desk.get("/notices/")
        desk.get(path)
    center.post(f"{path}open/")
    center.get(path)
    facts = {"track": "abuse", "urgency": "B", "in_charge": str(cast.caseworker.pk)}
    answer = center.post(f"{path}{kind}/", {"number": known.number} if known else facts)
    assert answer.status_code == 302, answer.content.decode()
    school.get("/filings/")
    with acting_as(cast.caseworker):
        case = Case.objects.get()
        center.get(f"/cases/{case.pk}/")
        center.get(f"/cases/{case.pk}/notifications/{Notification.objects.get().pk}/notifier/")
    return filing, case


@pytest.mark.parametrize("filer", ["school", "station_officer"])
@pytest.mark.parametrize("kind", ["register", "attach"])
def test_no_way_leads_from_the_notifier_to_the_case(cast: Cast, database: str, kind: str, filer: str) -> None:
    filing, case = file_and_register(cast, kind, filer)
    by = cast.positions[filer]
    rows = read_all(database)
    closed = at_the_center(rows, cast)
    start = {str(one) for one in (by.pk, by.staff_id, by.office_id)}
    ways = reached(rows, start, closed)
    with acting_as(cast.caseworker):
        notifications = {str(pk) for pk in Notification.objects.values_list("pk", flat=True)}
    goals = {str(case.pk), str(case.child_id), case.number} | notifications
    assert {str(filing.pk), filing.reference} <= ways.keys()  # the receipt itself is the school's
    assert len(rows) > 200
    assert {goal: ways[goal] for goal in goals & ways.keys()} == {}
    # The walk finds a single row that names both.
    rows["planted", 0] = {str(filing.pk), str(case.pk)}
    assert goals <= reached(rows, start, closed).keys()


def test_no_way_leads_from_a_support_case_of_the_police_to_the_case(cast: Cast, database: str) -> None:
    """The police notify from their own case; nothing there names the case that the center opens."""
    support = support_case(cast, aid=Aid.ABUSE)
    path = reverse("support_notify", args=[support.pk])
    police = signed_in(cast.police)
    sent = as_shown(police.get(path).context["form"]) | {"recipient": cast.offices["kita"].pk}
    assert police.post(path, sent).status_code == 302
    center = signed_in(cast.caseworker)
    with acting_as(cast.caseworker):
        filing = Filing.objects.get()
    for step in ("open", "register"):
        facts = {"track": "abuse", "urgency": "A", "in_charge": str(cast.caseworker.pk)}
        assert center.post(f"/intake/filings/{filing.pk}/{step}/", facts).status_code == 302
    signed_in(cast.police).get(f"/cases/{support.pk}/")
    with acting_as(cast.caseworker):
        case = Case.objects.get()
        goals = {str(case.pk), str(case.child_id), case.number, str(Notification.objects.get().pk)}
    rows = read_all(database)
    closed = at_the_center(rows, cast)
    ways = reached(rows, {str(support.pk), str(cast.police.pk), str(cast.police.office_id)}, closed)
    assert str(filing.pk) in ways
    assert {goal: ways[goal] for goal in goals & ways.keys()} == {}
    rows["planted", 0] = {str(support.pk), str(case.pk)}
    assert goals <= reached(rows, {str(support.pk)}, closed).keys()


def test_no_way_leads_from_a_childs_letter_to_the_case(cast: Cast, database: str) -> None:
    """The bureau notified, the center opened a case and asked to tell the child something, and the child was told."""
    letter = ready(cast)
    row = notified(cast, letter)
    notification = registered(cast)
    center, bureau = signed_in(cast.caseworker), signed_in(cast.rights)
    asks = reverse("child_word_new", args=[notification.case_id, notification.pk])
    center.get(asks)
    assert center.post(asks, {"text": "がっこうで　あえます（架空）"}).status_code == 302
    page = reverse("child_letter", args=[letter.pk])
    bureau.get("/")
    with acting_as(cast.rights):
        word = WordForChild.objects.get()
        case_of = Case.objects.count()
    told = {"happened_at": timezone.localtime().strftime("%Y-%m-%dT%H:%M"), "words": "電話で伝えた"}
    assert bureau.post(f"{page}note/?word={word.pk}", told).status_code == 302
    bureau.get(page)
    rows = read_all(database)
    closed = at_the_center(rows, cast)
    start = {str(one) for one in (cast.rights.pk, cast.rights.staff_id, cast.rights.office_id, letter.pk)}
    ways = reached(rows, start, closed)
    with acting_as(cast.caseworker):
        case = Case.objects.get()
    goals = {str(case.pk), str(case.child_id), case.number, str(notification.pk)}
    assert {str(row.filing_id), str(word.pk)} <= ways.keys()  # what the bureau has
    assert case_of == 0
    assert {goal: ways[goal] for goal in goals & ways.keys()} == {}
    rows["planted", 0] = {str(word.pk), str(case.pk)}
    assert goals <= reached(rows, start, closed).keys()
