"""Every job of the office with the fewest clicks, fields and loads: half of what it took before, or the reason why not."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from agencies.staff.acting import acting_as
from agencies.training.actions import keep_training
from agencies.training.codes import Course
from cases.custody.codes import Consent
from cases.records.actions import write_progress
from cases.records.codes import ContactMethod
from cases.records.models import Case
from security.walls import clock
from tests.accepting import drafted
from tests.browser.conftest import Office
from tests.browser.counts import Count, Hand, Job, table
from tests.browser.jobs_apart import JOBS_APART
from tests.cast import CHILD, a_case
from tests.unit.cases.custody.test_actions import in_custody
from tests.unit.cases.custody.test_consent_of_each import a_parent
from tests.unit.cases.intake.test_actions import a_call
from tests.unit.referrals import steps

pytestmark = pytest.mark.browser
DOCUMENT = Path(__file__).parents[2] / "docs/counts.md"


def of(case: Case, name: str, *more: Any) -> str:
    return reverse(name, args=[case.pk, *more])


def register(hand: Hand, office: Office) -> None:
    """A caller who leaves a name and a number; nothing yet of what the child said."""
    hand.begin()
    hand.go(reverse("register_call"))
    hand.give(
        notifier_name="架空　通子",
        notifier_telephone="03-0000-2222",
        source="school",
        channel="telephone",
        kind="tsukoku",
    )
    hand.give(family_name="灯野", given_name="架", family_kana="トモシノ", given_kana="カケル")
    hand.give(birth_date="H28.5.1", sex="male", place_of_stay="home", item_sexual="yes")
    hand.give(situation="架空の通告", track="abuse")
    hand.save("situation")


def accept(hand: Hand, office: Office) -> None:
    case = a_case(office.cast)
    hand.begin(of(case, "case"))
    hand.go(of(case, "accept_case"))
    hand.give(facts="架空の通告", social="直ちに会う", child_view="未聴取", view_how="未聴取")
    hand.give(custodians_view="未聴取", decision="直ちに安全確認", reasons="安全が未確認", next_on="今日")
    hand.save("decision")


def accepts(hand: Hand, office: Office) -> None:
    """The director, of one conference that was written down."""
    case = a_call(office.cast).case
    drafted(office.cast, case, office.cast.caseworker, office.cast.caseworker)
    hand.begin()
    hand.press("main button[name=verdict][value=approve]")


def safety(hand: Hand, office: Office) -> None:
    case = a_case(office.cast)
    hand.begin(of(case, "case_reception"))
    hand.go(of(case, "safety_check"))
    hand.give(outcome="seen", place="学校", condition="落ち着いている")
    hand.save("condition")


def custody(hand: Hand, office: Office) -> None:
    case = a_case(office.cast)
    hand.begin(of(case, "case_custody"))
    hand.go(of(case, "custody_start"))
    until = clock.today() + timedelta(days=30)
    hand.give(
        grounds="1",
        purpose="safety",
        place_kind="facility",
        place="一時保護所",
        consent="objects",
        reason="安全のため",
    )
    hand.give(heard="before", opinion="帰りたくない", expected_until=f"{until.month}/{until.day}")
    hand.save("grounds")


def consents(hand: Hand, office: Office) -> None:
    """Two people with parental authority, one after the other."""
    row = in_custody(office.cast, consent=Consent.NOT_ASKED)
    both = [a_parent(office.cast, row, name) for name in ("架空　和歌", "架空　渉")]
    hand.begin(of(row.case, "case_custody"))
    hand.go(of(row.case, "custody_consent", row.pk))
    for person, said in zip(both, ("consents", "objects"), strict=True):
        hand.give(person=str(person.pk), consent=said, how="meeting", note="架空の答え")
        if said == "consents":
            hand.press("main button[name=_more]")
    hand.save("consent")


def joint(hand: Hand, office: Office) -> None:
    """From the proposal to the agreed plan, with an interviewer of the center."""
    case, interviewer = a_case(office.cast), office.cast.colleague.staff
    with acting_as(office.cast.admin):
        today = clock.today()
        keep_training(interviewer, Course.NICHD, today, today + timedelta(days=300), by=office.cast.admin)
    hand.begin(of(case, "progress_list"))
    hand.go(of(case, "joint_new"))
    hand.give(prosecutor_who="架空検事")
    hand.save("prosecutor_who")
    plans = f"{of(case, 'case')}interviews/joint/"
    hand.press(f"main a[href^='{plans}']:not([href$='/new/'])")
    hand.press(f"main a[href^='{plans}'][href$='/step/']")
    hand.give(step="conferring", words="電話で協議")
    hand.save("words")
    hand.press(f"main a[href^='{plans}']:not([href$='/new/'])")
    hand.press(f"main a[href^='{plans}'][href$='/change/']")
    at = clock.today() + timedelta(days=2)
    hand.give(planned_for=f"{at.month}/{at.day} 10:00", place="面接室", protocol="nichd", aim="一度だけ聞く")
    hand.give(
        topics="何があったか", child_told="やめてもよい", agreed="電話で合意", interviewer=str(interviewer.pk)
    )
    hand.save("agreed")


def intention(hand: Hand, office: Office) -> None:
    case = a_case(office.cast)
    hand.begin(of(case, "case_wishes"))
    hand.go(of(case, "intention_new"))
    hand.give(recipient=str(office.cast.offices["support"].pk), place="面接室")
    hand.give(
        advocate="なし",
        by_suspect_side="no",
        in_suspect_home="no",
        result="wishes",
        words="話してもいい",
    )
    hand.give(understood_who="yes", understood_what="yes", understood_stop="yes", understood_told="yes")
    items = hand.page.locator("main [name^=item_][value=yes]").all()
    hand.give(**{item.get_attribute("name") or "": "yes" for item in items})
    hand.save("understanding")


def report(hand: Hand, office: Office) -> None:
    case = a_case(office.cast)
    steps.confirmed(office.cast, case)
    hand.begin(of(case, "case_wishes"))
    hand.go(of(case, "report_new"))
    hand.give(paper_kind="joho", text_incident_outline="架空の概要", urgency="A")
    hand.save("urgency")


def entries(hand: Hand, office: Office) -> None:
    case = a_case(office.cast)
    hand.begin(of(case, "progress_list"))
    hand.go(of(case, "progress_add"))
    hand.give(method="telephone", with_whom="母", body="一つ目", body_2="二つ目", body_3="三つ目")
    hand.save("body")


def correction(hand: Hand, office: Office) -> None:
    case = a_case(office.cast)
    with acting_as(worker := office.cast.caseworker):
        write_progress(
            case,
            by=worker,
            happened_at=clock.now(),
            method=ContactMethod.TELEPHONE,
            with_whom="母",
            body="一つ目",
        )
    hand.begin(of(case, "progress_list"))
    hand.press("main a[href$='/correct/']")
    hand.give(body="正しくは、こうです")
    hand.save("body")


def person(hand: Hand, office: Office) -> None:
    case = a_case(office.cast)
    hand.begin(of(case, "people_list"))
    hand.go(of(case, "person_add"))
    hand.give(name="髙橋　架子", relation_code="jitsubo", role="custodian")
    hand.save("role")


def hand_over(hand: Hand, office: Office) -> None:
    case = a_case(office.cast)
    hand.begin(of(case, "case_manage"))
    hand.go(of(case, "lead_change"))
    hand.give(position=str(office.cast.colleague.pk))
    hand.save("position")


def close(hand: Hand, office: Office) -> None:
    case = a_case(office.cast)
    hand.begin()
    hand.go(of(case, "closing_new"))
    hand.give(kind="mistake", reason="重複して登録した")
    hand.save("kind")


def find(hand: Hand, office: Office) -> None:
    a_case(office.cast, child=replace(CHILD, family_name="葛󠄀城", family_kana="カツラギ", birth_date=None))
    hand.begin(reverse("inbox"))
    hand.page.fill("#find-anywhere", "カツラ")
    hand.fields += 1
    hand.press("form[role=search] button")
    assert "葛󠄀城" in hand.page.inner_text("main")


def drafts(hand: Hand, office: Office) -> None:
    for _draft in range(8):
        case = a_case(office.cast)
        steps.confirmed(office.cast, case)
        steps.drafted(office.cast, case)
    hand.begin()
    for _draft in range(8):
        hand.press("main button[name=verdict][value=approve]")


def glass(hand: Hand, office: Office) -> None:
    case = a_case(office.cast)
    hand.begin()
    hand.page.fill("#find-anywhere", case.number)
    hand.fields += 1
    hand.press("form[role=search] button")
    hand.go(of(case, "case_glass"))
    hand.give(reason="今夜、このこどもについて警察から電話があった")
    hand.save("reason")


def reads(hand: Hand, office: Office) -> None:
    steps.readable(office.cast)
    hand.begin()
    hand.press("main .lines__link[href^='/police/']")


def assigns(hand: Hand, office: Office) -> None:
    case = a_case(office.cast)
    steps.confirmed(office.cast, case)
    sent = steps.sent(office.cast, steps.decided(office.cast, steps.drafted(office.cast, case)))
    hand.begin()
    hand.go(reverse("envelopes"))
    hand.press(f"main a[href='{reverse('envelope_assign', args=[sent.pk])}']")
    hand.give(officer=str(office.cast.police.pk))
    hand.save("officer")


def files(hand: Hand, office: Office) -> None:
    hand.begin()
    hand.go(reverse("file_notification"))
    recipient = str(office.cast.offices["kita"].pk)
    hand.give(recipient=recipient, family_name="灯野", given_name="架", situation="架空の通告")
    hand.save("situation")


def staff(hand: Hand, office: Office) -> None:
    hand.begin()
    hand.go(reverse("staff_list"))
    hand.go(reverse("staff_add"))
    hand.give(username="newcomer", name="新野　人", kana="アラノ ヒト")
    hand.save("username")


def position(hand: Hand, office: Office) -> None:
    """Of somebody who holds none yet."""
    hand.begin()
    hand.press("#without a")
    kita, section = office.cast.offices["kita"], office.cast.caseworker.section_id
    hand.give(office=str(kita.pk), section=str(section), role="caseworker")
    hand.save("role")


def position_end(hand: Hand, office: Office) -> None:
    hand.begin()
    hand.go(reverse("staff_list"))
    hand.go(reverse("staff_person", args=[office.cast.other_section.staff_id]))
    hand.press("main a[href*='/positions/']:not([href$='/add/'])")
    hand.give(ends_on="R9.3.31")
    hand.save("ends_on")


def agreement(hand: Hand, office: Office) -> None:
    hand.begin()
    hand.go(reverse("agreement_list"))
    hand.go(reverse("agreement_add"))
    offices = office.cast.offices
    hand.give(sender=str(offices["kita"].pk), recipient=str(offices["support2"].pk), reference="協定1")
    hand.give(items="identity_min", starts_on="今日", ends_on="R9.3.31")
    hand.save("reference")


def notice(hand: Hand, office: Office) -> None:
    hand.begin()
    hand.press("main form[action^='/inbox/'] button")


LAW_CUSTODY = "each is asked by law: the purpose, the grounds, the place, consent, the child's opinion, the reason, the end"
PAPER = "the kind of paper decides to which desk it may go, and nothing is chosen for anybody"
LAW_CHILD = (
    "a wish counts once four things are understood, and not before the suspect's side or at its home; the text for the age asks"
    " less by itself"
)
PERSON = "what the person is to the child is a code of its own, which the role does not say"
ENTRIES = "how and with whom is said once, then three texts; preset, either would record a contact that did not happen"
AGREEMENT = "the items and the days are what an agreement is about"
MINUTED = "the minutes of the first conference hold what those of every other do: facts, opinion, views, reasons, the next time"
RECEIPT = "the kind of receipt decides which law's limit runs, and nothing is chosen for anybody"

JOBS = (
    Job("register a call", Count(2, 28, 2), Count(2, 15, 2), "caseworker", register, RECEIPT),
    Job("record the intake conference", Count(2, 2, 2), Count(2, 8, 2), "caseworker", accept, MINUTED),
    Job("accept a case, from home", None, Count(1, 0, 1), "director", accepts),
    Job("record that the child was seen", Count(2, 4, 2), Count(2, 3, 2), "caseworker", safety),
    Job("draft custody", Count(2, 11, 2), Count(2, 9, 2), "caseworker", custody, LAW_CUSTODY),
    Job("record what two parents say to custody", None, Count(3, 8, 3), "caseworker", consents),
    Job("plan a joint interview, until it is agreed", None, Count(8, 11, 8), "caseworker", joint),
    Job("record the child's answer", Count(2, 12, 2), Count(2, 14, 2), "caseworker", intention, LAW_CHILD),
    Job("draft a report", Count(2, 2, 2), Count(2, 3, 2), "caseworker", report, PAPER),
    Job("write three progress entries", Count(6, 9, 3), Count(2, 5, 1), "caseworker", entries, ENTRIES),
    Job("correct an entry", Count(2, 1, 2), Count(2, 1, 2), "caseworker", correction),
    Job("add a person of the case", Count(2, 5, 2), Count(2, 3, 2), "caseworker", person, PERSON),
    Job("hand a case over", Count(2, 1, 2), Count(2, 1, 2), "caseworker", hand_over),
    *JOBS_APART,
    Job("draft the closing, from home", Count(5, 2, 4), Count(2, 2, 2), "caseworker", close),
    Job("find a child, from anywhere", Count(4, 5, 4), Count(1, 1, 1), "caseworker", find),
    Job("decide eight drafts, from home", Count(24, 0, 24), Count(8, 0, 8), "director", drafts),
    Job("open a case in an emergency", Count(3, 2, 3), Count(3, 2, 3), "duty", glass),
    Job("read a report, from home", Count(1, 0, 1), Count(1, 0, 1), "police", reads),
    Job("assign an officer, from home", Count(3, 1, 3), Count(3, 1, 3), "policechief", assigns),
    Job("file a notification", Count(2, 8, 2), Count(2, 4, 2), "school", files),
    Job("add an account", Count(3, 3, 3), Count(3, 3, 3), "admin", staff),
    Job("add a position", Count(5, 3, 5), Count(2, 3, 2), "admin", position),
    Job("end a position", Count(4, 3, 4), Count(4, 1, 4), "admin", position_end),
    Job("draft an agreement", Count(3, 4, 3), Count(3, 6, 3), "admin", agreement, AGREEMENT),
    Job("read what a notice is of, from home", Count(2, 0, 2), Count(1, 0, 1), "caseworker", notice),
)


def test_every_job_takes_half_of_what_it_took_or_says_why_not(
    office: Office, record_property: Callable[[str, object], None]
) -> None:
    done = {job: job.done_by(office) for job in JOBS}
    record_property("shown", table(done))
    assert {job.name: count for job, count in done.items()} == {job.name: job.today for job in JOBS}
    assert [job.name for job in JOBS if job.is_met is bool(job.stands)] == []
    assert table(done) in DOCUMENT.read_text(encoding="utf-8"), "the table in the document is of another day"
