"""The story, step by step, over HTTP: one child from the first call to the read audit (docs/story.md).

Each step does what the person of that step would do on the pages, and then looks whether the promise holds. A later issue adds
its steps to ``STEPS``.
"""

import html
import re
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from cases.records.models import UNKNOWN
from desk.story.case_file import CaseFile
from desk.story.visitor import Page, Visitor
from security.walls import clock

ITEMS = ("identity_min", "incident_outline", "considerations")
OUTSIDERS = ("stranger", "police", "policechief", "school", "privacy", "admin")


class Broken(Exception):
    """A step did not come out as promised."""


def at_the_demos_door(visitor: Visitor, username: str) -> Page:
    """Sign in with one click, as the demo offers it."""
    door = visitor.get("/demo/")
    return visitor.send(
        door, door.form(having="csrfmiddlewaretoken", action="/demo/"), {"username": username}
    )


@dataclass
class Story:
    """The story while it is told: who is signed in, and the ids it has met so far."""

    file: CaseFile
    base: str
    sign_in: Callable[[Visitor, str], Page] = at_the_demos_door
    people: dict[str, Visitor] = field(default_factory=dict)
    case: str = ""
    reference: str = ""
    ids: dict[str, str] = field(default_factory=dict)

    def as_(self, username: str) -> Visitor:
        """The person's browser, signed in."""
        if username not in self.people:
            visitor = Visitor(self.base)
            page = self.sign_in(visitor, username)
            self.expect(page.status == 200, f"{username} cannot sign in")
            self.people[username] = visitor
        return self.people[username]

    def who(self, username: str, part: str) -> str:
        """The ``name`` or ``office`` of a person, as the head of every page shows it."""
        found = re.search(rf'class="who__{part}"[^>]*>([^<]+)<', self.as_(username).get("/").text)
        self.expect(found is not None, f"{username} is not signed in")
        return html.unescape(found[1]).strip() if found else ""

    def path(self, name: str, *more: str) -> str:
        """The address of a page of this case."""
        return reverse(name, args=[self.case, *more])

    def case_page(self, username: str, name: str = "case") -> Page:
        """A page of the case (the overview) as this person sees it."""
        page = self.as_(username).get(self.path(name))
        self.expect(page.status == 200, f"{username} cannot open the case")
        return page

    @staticmethod
    def expect(held: bool, what: str) -> None:
        """Go on only if it is as promised."""
        if not held:
            raise Broken(what)


Step = Callable[[Story], str]


def tell(
    file: CaseFile, base: str, sign_in: Callable[[Visitor, str], Page] = at_the_demos_door
) -> Iterator[str]:
    """Tell the whole story against the server at ``base``; one line a step. Raises Broken where a promise does not hold."""
    story = Story(file, base, sign_in)
    for step in STEPS:
        try:
            yield step(story)
        except LookupError as error:
            raise Broken(f"{step.__name__}: {error}") from error
        except Broken as broken:
            raise Broken(f"{step.__name__}: {broken}") from None


def register_call(story: Story) -> str:
    """A nursing teacher's call is written down; the case opens at once."""
    worker, path = story.as_("caseworker"), reverse("register_call")
    page = worker.get(path)
    child, told, notifier = story.file["child"], story.file["notification"], story.file["notifier"]
    values: dict[str, str | list[str]] = {**child, **story.file["case"]}
    values |= {name: told[name] for name in ("words", "question", "observed")}
    values |= {f"notifier_{name}": notifier[name] for name in ("name", "relation", "telephone")}
    values |= {
        "asked_by": told["asker"],
        "situation": story.file["case"]["outline"],
    }
    if child["birth_date"] == UNKNOWN:
        values |= {"birth_date": "", "birth_date_unknown": "on"}
    values |= {
        "channel": "telephone",
        "kind": "tsukoku",
        "source": "school",
        "basis": "from_child",
        "place_of_stay": "home",
    }
    values |= {"grounds": ["effects"]}
    values |= {"child_knows": "yes", "custodian_knows": "no"}
    if not values["address_withheld"]:
        del values["address_withheld"]
    page = worker.send(page, page.form(having="situation"), values)
    found = re.search(r"/cases/([0-9a-f-]{36})/reception/$", page.url)
    story.expect(page.status == 200 and found is not None, "the call did not open a case")
    story.case = found[1] if found else ""
    for name in ("family_name", "given_name"):
        story.expect(child[name] in _text(page), "the child's name is not kept byte for byte")
    return _("A call is registered in the child's own words; the case opens at once.")


def clock_runs(story: Story) -> str:
    """The 48-hour clock is on the page."""
    page = story.case_page("caseworker")
    story.expect('id="clocks"' in page.text and "clock--" in page.text, "no clock runs")
    return _("The 48-hour clock of the safety check is running and shown.")


def accept_case(story: Story) -> str:
    """The emergency intake conference, written by the supervisor; the director decides, and the case is accepted."""
    person = story.as_("supervisor")
    page = person.get(story.path("accept_case"))
    page = person.send(
        page, page.form(having="decision"), {**story.file["intake"], "kind": "emergency_intake"}
    )
    drafted = _id_in(page, rf"{story.path('case')}decisions/acceptance/([0-9a-f-]{{36}})/")
    path, director = story.path("decision", "acceptance", drafted), story.as_("director")
    page = director.get(path)
    page = director.send(page, page.form(having="verdict"), {"verdict": "approve"})
    told = page.status == 200 and page.url.endswith(story.path("case_reception"))
    story.expect(told, "the case was not accepted")
    return _("The emergency intake conference advises, the director decides: the case is accepted.")


def confirm_safety(story: Story) -> str:
    """The child is seen."""
    worker, told = story.as_("caseworker"), story.file["safety"]
    page = worker.get(story.path("safety_check"))
    values = {"outcome": "seen", "place": told["place"], "condition": told["how"]}
    values["seen_by"] = story.file["intention"]["asked_by"]
    page = worker.send(page, page.form(having="condition"), dict(values))
    story.expect(page.url.endswith(story.path("case_reception")), "the safety check was not recorded")
    story.expect("clock--done" in story.case_page("caseworker").text, "the clock was not met")
    return _("Safety is confirmed by sight; the clock is met.")


def custody(story: Story) -> str:
    """Drafted by the caseworker, who cannot decide it; decided by the director; the clock of the warrant starts."""
    worker, told = story.as_("caseworker"), story.file["custody"]
    page = worker.get(story.path("custody_start"))
    values: dict[str, str | list[str]] = {
        "grounds": ["1", "4"],
        "purpose": "safety",
        "place_kind": "facility",
        "consent": "objects",
    }
    values |= {"place": story.file["intention"]["place"], "expected_until": _in_days(40)}
    values |= {"reason": told["reason"], "heard": "before", "opinion": told["opinion"]}
    page = worker.send(page, page.form(having="grounds"), values)
    story.ids["custody"] = _id_in(page, rf"{story.path('case')}decisions/custody_start/([0-9a-f-]{{36}})/")
    path = story.path("decision", "custody_start", story.ids["custody"])
    own = worker.get(path)
    story.expect(not any("verdict" in form.names for form in own.forms), "the drafter may decide custody")
    worker.post(path, {**_token(own), "verdict": ["approve"]})
    director = story.as_("director")
    page = director.get(path)
    story.expect(
        page.form(having="verdict").names >= {"verdict", "note"}, "the drafter decided custody alone"
    )
    page = director.send(page, page.form(having="verdict"), {"verdict": "approve"})
    story.expect(page.url.endswith(story.path("case_custody")), "the director could not decide")
    clocks = story.case_page("director").text.count("clock--")
    story.expect(clocks >= 2, "the clock of the warrant does not run")
    return _("Temporary custody: drafted by the caseworker, decided by the director; the 7-day clock runs.")


def report_refused(story: Story) -> str:
    """Nothing goes to the police before the child's intention is confirmed."""
    worker, path = story.as_("caseworker"), story.path("report_new")
    page = story.case_page("caseworker", "case_wishes")
    story.expect("button--off" in page.text and path not in page.text, "the report button is not grey")
    refused = worker.get(path)
    story.expect(
        not any("text_identity_min" in form.names for form in refused.forms), "a report can be drafted"
    )
    worker.post(path, {**_token(refused), "text_identity_min": ["x"], "urgency": ["A"]})
    story.expect(
        "/reports/" not in _without(story.case_page("caseworker", "case_wishes").text, path),
        "a report came into being",
    )
    return _("A report to the police is refused, and the page says why.")


def confirm_intention(story: Story) -> str:
    """The child is asked in plain words and wishes it."""
    worker, told = story.as_("caseworker"), story.file["intention"]
    page = worker.get(story.path("intention_new"))
    form = page.form(having="understanding")
    items = {name: "yes" for name in form.names if name.startswith(("item_", "understood_"))}
    items |= {"by_suspect_side": "no", "in_suspect_home": "no"}
    page = worker.send(
        page,
        form,
        {**told, **items, "result": "wishes", "recipient": _option(page, story.who("police", "office"))},
    )
    story.expect(page.url.endswith(story.path("case_wishes")), "the intention was not recorded")
    story.expect(_kept(told["words"]) in _text(page), "the child's words are not on the page")
    return _("The child is asked in plain words and wishes it; the answer is recorded.")


def draft_and_preview(story: Story) -> str:
    """The report is drafted; its drafter cannot decide it."""
    worker, told = story.as_("caseworker"), story.file["report"]
    page = worker.get(story.path("report_new"))
    texts = {f"text_{name}": told[name] for name in ("incident_outline", "considerations")}
    page = worker.send(
        page, page.form(having="text_incident_outline"), {**texts, "paper_kind": "joho", "urgency": "A"}
    )
    story.ids["report"] = _id_in(page, rf"{story.path('case')}decisions/police_report/([0-9a-f-]{{36}})/")
    own = worker.get(story.path("decision", "police_report", story.ids["report"]))
    decide = story.path("decision", "police_report", story.ids["report"])
    story.expect(not own.has_form(decide), "the drafter may decide the report")
    preview = worker.get(story.path("report_preview", story.ids["report"]))
    story.ids["preview"] = _package(preview)
    story.expect(story.file["child"]["family_name"] in _text(preview), "the preview lacks the name")
    return _("The report is drafted and previewed; the drafter cannot decide it.")


def decide_and_send(story: Story) -> str:
    """The director approves, the caseworker sends."""
    director, report = story.as_("director"), story.ids["report"]
    page = director.get(story.path("decision", "police_report", report))
    form = page.form(having="verdict")
    director.send(page, form, {"verdict": "approve"})
    worker = story.as_("caseworker")
    page = worker.get(story.path("decision", "police_report", report))
    page = worker.send(page, page.form(action=story.path("report_send", report)))
    found = re.search(r"[2-9A-Z]{5}-[2-9A-Z]{5}", page.text)
    story.expect(page.status == 200 and found is not None, "the report was not sent")
    story.reference = found[0] if found else ""
    return _("The director approves; the report is sent under a reference of its own.")


def police_reads(story: Story) -> str:
    """The supervisor takes the envelope and assigns an officer, who reads the limited view and nothing else."""
    chief, report = story.as_("policechief"), story.ids["report"]
    desk = chief.get(reverse("envelopes"))
    story.expect(story.reference in desk.text, "the envelope did not arrive")
    story.expect(
        story.file["child"]["given_name"] not in _cells(desk, story.reference), "the envelope shows a name"
    )
    story.expect(
        chief.get(reverse("letter", args=[report])).status == 404, "the package opens without assignment"
    )
    page = chief.get(reverse("envelope_assign", args=[report]))
    officer = _option(page, story.who("police", "name"))
    chief.send(page, page.form(having="officer"), {"officer": officer})
    page = story.as_("police").get(reverse("letter", args=[report]))
    story.expect(page.status == 200, "the assigned officer cannot read")
    story.expect(
        _package(page) == story.ids["preview"], "the officer reads something else than the preview showed"
    )
    return _("The police supervisor assigns an officer, who reads exactly what was previewed.")


def nothing_else(story: Story) -> str:
    """Five foreign addresses each, for every outside person: all the same 404."""
    addresses = [
        story.path("case"),
        story.path("child_edit"),
        story.path("report_preview", story.ids["report"]),
        story.path("progress_list"),
        reverse("case", args=[uuid.uuid4()]),
    ]
    for username in OUTSIDERS:
        pages = [story.as_(username).get(address) for address in addresses]
        story.expect(all(page.status == 404 for page in pages), f"{username} opens a foreign address")
        story.expect(len({page.text for page in pages}) == 1, f"{username} can tell foreign from missing")
    return _("Five foreign addresses each, tried as %(count)s outside people: the same 404.") % {
        "count": len(OUTSIDERS)
    }


def worker_is_told(story: Story) -> str:
    """The look is in the caseworker's inbox."""
    page = story.as_("caseworker").get(reverse("inbox"))
    story.expect(story.reference in page.text, "the caseworker was not told of the look")
    return _("The caseworker is told that the police looked.")


def withdraw(story: Story) -> str:
    """One click."""
    page = story.case_page("caseworker", "case_wishes")
    form = next(form for form in page.forms if re.search(r"/intention/[0-9a-f-]{36}/withdraw/$", form.action))
    page = story.as_("caseworker").send(page, form)
    story.expect(page.status == 200, "the withdrawal failed")
    reason = story.file["withdrawal"]["reason"]
    if reason:
        story.as_("caseworker").send(page, page.form(having="reason"), {"reason": reason})
    return _("The child withdraws: one click, the reason follows.")


def police_page_is_empty(story: Story) -> str:
    """The former receiver sees one page without case content."""
    page = story.as_("police").get(reverse("letter", args=[story.ids["report"]]))
    story.expect(page.status == 200 and story.reference in page.text, "the closed page is missing")
    for name in ("family_name", "family_kana"):
        story.expect(story.file["child"][name] not in _main(page), "the closed page shows content")
    story.expect(
        _kept(story.file["report"]["incident_outline"]) not in _text(page), "the closed page shows content"
    )
    story.expect("package" not in re.findall(r'id="([^"]+)"', page.text), "the package is still there")
    return _("The police page is empty: reference, dates and whom to call remain.")


def supervisor_reads(story: Story) -> str:
    """The supervisor reads who looked, the police among them; the privacy officer reads it without content."""
    page = story.as_("supervisor").get(story.path("case_looks"))
    story.expect(page.status == 200, "the supervisor cannot read who looked")
    story.expect(story.who("police", "name") in _text(page), "the look of the police left no trace")
    story.expect(
        story.as_("privacy").get(reverse("access_log")).status == 200,
        "the privacy officer cannot read the access log",
    )
    return _("The supervisor reads who looked; the trace stays.")


STEPS: tuple[Step, ...] = (
    register_call,
    clock_runs,
    accept_case,
    confirm_safety,
    custody,
    report_refused,
    confirm_intention,
    draft_and_preview,
    decide_and_send,
    police_reads,
    nothing_else,
    worker_is_told,
    withdraw,
    police_page_is_empty,
    nothing_else,
    supervisor_reads,
)


def _text(page: Page) -> str:
    return html.unescape(page.text)


def _kept(text: str) -> str:
    """A long text as the pages keep it: without blanks around it, its line ends those of every system."""
    return text.strip().replace("\r\n", "\n").replace("\r", "\n")


def _token(page: Page) -> dict[str, list[str]]:
    return {"csrfmiddlewaretoken": page.form(having="csrfmiddlewaretoken").fields["csrfmiddlewaretoken"]}


def _main(page: Page) -> str:
    found = re.search(r"<main.*?</main>", page.text, re.DOTALL)
    return html.unescape(found[0] if found else page.text)


def _package(page: Page) -> str:
    """The block of the page that preview and received page share."""
    found = re.search(r'<article class="package".*?</article>', page.text, re.DOTALL)
    if found is None:
        raise Broken("there is no package on the page")
    return found[0]


def _cells(page: Page, reference: str) -> str:
    """The row of a table that holds ``reference``."""
    rows = re.findall(r"<tr.*?</tr>", page.text, re.DOTALL)
    return html.unescape(next((row for row in rows if reference in row), ""))


def _id_in(page: Page, pattern: str) -> str:
    found = re.search(pattern, page.text)
    if found is None:
        raise Broken(f"nothing like {pattern} on the page (status {page.status})")
    return found[1]


def _without(text: str, part: str) -> str:
    return text.replace(part, "")


def _option(page: Page, label: str) -> str:
    """The value of the choice (of a list or of radio buttons) with this label."""
    found = re.search(rf'value="([0-9a-f-]{{36}})"[^>]*>[^<]*{re.escape(label)}', _text(page))
    if found is None:
        raise Broken(f"there is no choice {label}")
    return found[1]


def _in_days(days: int) -> str:
    return (clock.today() + timedelta(days=days)).isoformat()
