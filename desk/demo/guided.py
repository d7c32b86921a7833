"""The support guideline of a demo case: drafted after the conference, decided by the director, explained to the child."""

from datetime import timedelta

from agencies.staff.roles import Role
from cases.decisions.codes import Verdict
from cases.guidelines import actions
from cases.guidelines.actions import GuidelineFacts
from cases.guidelines.codes import Horizon
from cases.guidelines.models import Guideline
from cases.guidelines.queries import Goal, Wish, custodians, policies_of
from cases.records.models import Case
from desk.demo.hours import OFFICE
from desk.demo.owner import at
from desk.demo.telling import Telling
from desk.demo.texts import texts
from security.walls import clock

LATELY = timedelta(days=120)
EVALUATED_IN = timedelta(days=150)
GOALS = {"sleep": (Horizon.SHORT, 60), "school": (Horizon.SHORT, 85), "home": (Horizon.LONG, 300)}


def guided(t: Telling) -> None:
    """Where support began lately, so that its evaluation lies ahead."""
    if t.limit - t.now > LATELY:
        return
    words, director = texts()["guideline"], t.of_role(Role.DIRECTOR)
    with at(t.later(OFFICE, days=1), t.lead):
        case = Case.objects.select_related("child", "office", "section").get(pk=t.case.pk)
        row = actions.draft_guideline(case, _facts(case), by=t.lead)
    with at(t.later(OFFICE, hours=3), director):
        row = actions.GUIDE.decide(row, Verdict.APPROVE, by=director)
    with at(t.later(OFFICE, days=2), t.lead):
        actions.record_told(row, words["told"] | {"told_at": clock.now()}, by=t.lead)


def _facts(case: Case) -> GuidelineFacts:
    words, today = texts()["guideline"], clock.today()
    asked, _suspects = custodians(case, today)
    return GuidelineFacts(
        texts={name: words[name] for name in Guideline.TEXTS if name in words},
        wishes=[Wish(one.pk, words["wish"]) for one in asked],
        goals=[
            Goal(kind, until=today + timedelta(days=days), **words["goals"][name])
            for name, (kind, days) in GOALS.items()
        ],
        review_on=today + EVALUATED_IN,
        item=next(iter(policies_of(case)), None),
    )
