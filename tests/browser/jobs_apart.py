"""Jobs of a child taken from home, as tests/browser/test_counts.py counts them."""

from django.urls import reverse

from cases.custody.codes import Consent
from desk.story.telling import in_days, in_minutes
from tests import requesting
from tests.browser.conftest import Office
from tests.browser.counts import Count, Hand, Job
from tests.cast import a_case
from tests.unit.cases.custody.test_actions import in_custody
from tests.unit.cases.custody.test_consent_of_each import a_parent
from tests.unit.cases.shelter.test_sheet import works_at


def limits(hand: Hand, office: Office) -> None:
    row = in_custody(office.cast)
    person = a_parent(office.cast, row, "架空　渉")
    hand.begin(reverse("case_custody", args=[row.case_id]))
    hand.go(reverse("contact_limit_new", args=[row.case_id]))
    hand.give(person=str(person.pk), kinds="visit", extent="all", basis="suspected", starts_on="今日")
    hand.give(review_on=in_days(30), child_view="会いたくない", reason="こわがっている")
    hand.save("extent")


def requests_warrant(hand: Hand, office: Office) -> None:
    row = in_custody(office.cast, consent=Consent.OBJECTS)
    hand.begin(reverse("case_custody", args=[row.case_id]))
    hand.go(reverse("warrant_draft", args=[row.case_id]))
    hand.give(court="架空家庭裁判所", papers_there="request", missing_why="取り寄せ中", reason="安全のため")
    hand.save("papers_there")


def hands_in(hand: Hand, office: Office) -> None:
    row = in_custody(office.cast, consent=Consent.OBJECTS)
    draft = requesting.approved(office.cast, row.case)
    hand.begin(reverse("case_custody", args=[row.case_id]))
    hand.go(reverse("warrant_hand_in", args=[row.case_id, draft.pk]))
    hand.give(handed_to="架空書記官")
    hand.save("papers_in")


def continues(hand: Hand, office: Office) -> None:
    """Two people are asked, one is against it; the court is asked; then the draft."""
    row = in_custody(office.cast)
    both = [a_parent(office.cast, row, name) for name in ("架空　和歌", "架空　渉")]
    hand.begin(reverse("case_custody", args=[row.case_id]))
    hand.go(reverse("continuing_stand", args=[row.case_id]))
    for person, stand in zip(both, ("agrees", "against"), strict=True):
        hand.give(person=str(person.pk), stand=stand, how="telephone", words="架空の考え")
        if stand == "agrees":
            hand.press("main button[name=_more]")
    hand.save("stand")
    hand.go(reverse("continuing_court", args=[row.case_id]))
    hand.give(step="asked", step_on="今日", court="架空家庭裁判所")
    hand.save("step")
    hand.go(reverse("continuing_new", args=[row.case_id]))
    hand.give(reason="安全のため", opinion="帰りたくない")
    hand.save("until_on")


def moves(hand: Hand, office: Office) -> None:
    row = in_custody(office.cast)
    hand.begin(reverse("case_custody", args=[row.case_id]))
    hand.go(reverse("place_change", args=[row.case_id]))
    hand.give(place_kind="foster", place="架空の里親", reason="通学のため", told="no")
    hand.save("place_kind")


def admits(hand: Hand, office: Office) -> None:
    works_at(office.cast)
    row = in_custody(office.cast)
    hand.begin(reverse("case_custody", args=[row.case_id]))
    hand.go(reverse("shelter_new", args=[row.case_id]))
    hand.page.locator("main [name=facility] option[value]:not([value=''])").first.wait_for(state="attached")
    choice = hand.page.locator("main [name=facility] option[value]:not([value=''])").first
    hand.give(facility=choice.get_attribute("value") or "", admitted_at=in_minutes(5), allergy="no")
    hand.give(self_harm="none", may_come="担当者", not_to_ask="家であったこと")
    hand.save("self_harm")


def signs(hand: Hand, office: Office) -> None:
    """A line of the progress list, from home."""
    case = a_case(office.cast)
    hand.begin()
    hand.go(reverse("review_list"))
    hand.press(f"main a[href^='{reverse('review_sign', args=[case.pk])}']")
    hand.give(next_task="来週訪問する", next_on=in_days(20))
    hand.save("next_task")


JOBS_APART = (
    Job("limit contact with a child", None, Count(2, 8, 2), "caseworker", limits),
    Job("draft the request for a warrant", None, Count(2, 4, 2), "caseworker", requests_warrant),
    Job("record that the request was handed in", None, Count(2, 1, 2), "caseworker", hands_in),
    Job(
        "draft the continuing of custody, against one of two people",
        None,
        Count(7, 13, 7),
        "caseworker",
        continues,
    ),
    Job("draft another place of custody", None, Count(2, 4, 2), "caseworker", moves),
    Job("send the admission sheet to the facility", None, Count(2, 6, 2), "caseworker", admits),
    Job("sign a line of the progress list, from home", None, Count(3, 2, 3), "supervisor", signs),
)
