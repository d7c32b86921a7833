"""Scenes of the story in a browser: children of one home, what both parents say, and one interview. Each as its own person."""

import re
from datetime import timedelta

from django.urls import reverse

from security.walls import clock
from tests.browser.people import People, Person, Values

PARENTS = {"mother": "架空　和歌", "father": "架空　渉"}

STEPS: dict[str, Values] = {
    "asked_more": {"asked": "架空の疎明資料"},
    "answered": {"answer": "架空の写し"},
    "issued": {"number": "令8(ハ)1", "until": "明日"},
}
"""What the judge and the office do after a request was handed in."""


def row_of_brother() -> Values:
    """What a call says of a further child whom nobody has seen yet."""
    row: Values = {
        "given_name": "架人",
        "given_kana": "カケト",
        "sex": "male",
        "relation": "ototo",
        "seen": "not_yet",
    }
    return {f"child2_{name}": value for name, value in row.items()} | {"child2_birth_date_unknown": True}


def brother_beside(worker: Person, case: str) -> str:
    """The case of the brother, found on the card of the home; he has not been seen with his sister."""
    card = worker.page.locator("#household")
    links = card.locator("tbody a[href^='/cases/']").all()
    others = {link.get_attribute("href") or "" for link in links} - {reverse("case", args=[case])}
    assert len(others) == 1, others
    return others.pop().split("/")[2]


def see(worker: Person, case: str) -> None:
    """Seen by sight, and his own limit is met with it."""
    worker.open(reverse("safety_check", args=[case]))
    worker.send(
        {"outcome": "seen", "place": "教室", "seen_by": "担当者", "condition": "けがはなく元気"}, "condition"
    )
    worker.open(reverse("case", args=[case]))
    assert worker.page.locator(".clock--done").count() == 1


def parents(worker: Person, case: str) -> None:
    """Both have parental authority; the father is the suspect as well."""
    for name, relation, role in (("mother", "jitsubo", "non_offending"), ("father", "jippu", "suspect")):
        worker.open(reverse("person_add", args=[case]))
        worker.send(
            {
                "name": PARENTS[name],
                "relation_code": relation,
                "role": role,
                "roles_more": "parental_authority",
                "authority_known": "koseki",
            },
            "relation_code",
        )
    assert all(name in worker.page.inner_text("main") for name in PARENTS.values())


def consents(worker: Person, case: str, custody: str) -> None:
    """The mother consents and the father objects: the limit of the warrant runs on, and the page says why."""
    path = reverse("custody_consent", args=[case, custody])
    for name, said in (("mother", "consents"), ("father", "objects")):
        worker.open(path)
        choice = worker.page.locator("[name=person] option", has_text=PARENTS[name])
        values: Values = {"person": choice.get_attribute("value") or "", "consent": said, "how": "meeting"}
        worker.send({**values, "note": "架空の答え"}, "consent")
        worker.open(reverse("case", args=[case]))
        assert worker.page.locator("#limit-warrant:not(.clock--done, .clock--late)").count() == 1, said
    worker.open(path)
    assert all(name in worker.page.inner_text("main") for name in PARENTS.values())


def limit_contact(worker: Person, director: Person, case: str) -> None:
    """On suspicion, while custody lasts; the director decides it."""
    worker.open(reverse("contact_limit_new", args=[case]))
    choice = worker.page.locator("[name=person] option", has_text=PARENTS["father"])
    values: Values = {"person": choice.get_attribute("value") or "", "kinds": "visit", "extent": "all"}
    values |= {"basis": "suspected", "starts_on": "今日", "review_on": _in_days(30)}
    worker.send({**values, "child_view": "会いたくない", "reason": "こわがっている"}, "extent")
    _approve(worker, director, case, "contact_limit")


def move(worker: Person, director: Person, case: str) -> None:
    """To a foster family; custody and its limits go on."""
    worker.open(reverse("place_change", args=[case]))
    values: Values = {"place_kind": "foster", "place": "架空の里親", "reason": "通学のため", "told": "no"}
    worker.send(values, "place_kind")
    _approve(worker, director, case, "custody_place")


def warrant(worker: Person, director: Person, case: str) -> None:
    """Drafted, decided and handed in, which ends the limit; supplemented and issued, after which nothing follows."""
    worker.open(reverse("warrant_draft", args=[case]))
    worker.send(
        {
            "court": "架空家庭裁判所",
            "papers_there": "request",
            "reason": "安全のため",
            "missing_why": "取り寄せ中",
        },
        "papers_there",
    )
    draft = _approve(worker, director, case, "warrant_request")
    worker.open(reverse("warrant_hand_in", args=[case, draft]))
    worker.send({"handed_to": "架空書記官"}, "papers_in")
    found = re.search(rf"/cases/{case}/warrants/([0-9a-f-]{{36}})/steps/", worker.page.content())
    assert found
    for step, values in STEPS.items():
        worker.open(reverse("warrant_step", args=[case, found[1], step]))
        worker.send(values, "happened_at")
    assert not worker.page.locator("#warrant a[href*='/steps/']").count()
    worker.open(reverse("case", args=[case]))
    assert not worker.page.locator("#limit-warrant:not(.clock--done, .clock--late)").count()


def beyond_two_months(worker: Person, director: Person, case: str) -> None:
    """The father is against it: refused without the family court, decided with its approval, and the term runs on."""
    for name, stand in (("mother", "agrees"), ("father", "against")):
        worker.open(reverse("continuing_stand", args=[case]))
        choice = worker.page.locator("[name=person] option", has_text=PARENTS[name])
        said: Values = {"person": choice.get_attribute("value") or "", "stand": stand, "how": "meeting"}
        worker.send({**said, "words": "架空の考え"}, "stand")
    worker.open(reverse("continuing_new", args=[case]))
    until = worker.page.locator("[name=until_on]").input_value()
    worker.send({"reason": "安全のため", "opinion": "帰りたくない"}, "until_on")
    found = re.search(rf"/cases/{case}/decisions/custody_continue/([0-9a-f-]{{36}})/", worker.page.content())
    assert found
    address = reverse("decision", args=[case, "custody_continue", found[1]])
    director.open(address)
    grey = director.page.locator("form:has([name='verdict']) [aria-disabled=true]")
    assert grey.count() == 1, "the director can continue custody against a will, without the family court"
    for step in ({"step": "asked"}, {"step": "granted", "approved_until": until}):
        worker.open(reverse("continuing_court", args=[case]))
        worker.send({"step_on": "今日", "court": "架空家庭裁判所", "reference": "架第2号", **step}, "step")
    director.open(address)
    director.send({}, "verdict", "[value=approve]")
    assert "架第2号" in director.page.inner_text("#continuing")


def answers(officer: Person, worker: Person, case: str, report: str) -> None:
    """The officer accepts the report with section and number; the center reads it on the case."""
    officer.open(reverse("letter_answer", args=[report]))
    officer.send(
        {"step": "accepted", "section": "架空課", "police_number": "架第1号", "officer": "架空巡査"}, "step"
    )
    officer.open(reverse("letter_answer", args=[report]))
    officer.send({"step": "investigating", "text": "架空の回答"}, "step")
    worker.open(reverse("case_wishes", args=[case]))
    read = worker.page.inner_text("main")
    assert all(words in read for words in ("架空課", "架第1号", "架空の回答"))


def train(admin: Person, interviewer: str) -> None:
    """The administrator enters the certificate of whoever is to interview."""
    admin.open(reverse("training_add"))
    values: Values = {
        "staff": interviewer,
        "course": "nichd",
        "certified_on": "昨日",
        "expires_on": _in_days(300),
    }
    admin.send(values, "course")


def interview(people: People, case: str) -> None:
    """Planned with the prosecutor, agreed with a trained interviewer, and held. A second one asks for reasons."""
    worker, interviewer = people["caseworker"], str(people.cast.colleague.staff_id)
    train(people["admin"], interviewer)
    worker.open(reverse("joint_new", args=[case]))
    worker.send({"prosecutor_who": "架空検事"}, "prosecutor_who")
    found = re.search(rf"/cases/{case}/interviews/joint/([0-9a-f-]{{36}})/", worker.page.content())
    assert found
    plan = found[1]
    worker.open(reverse("joint_step", args=[case, plan]))
    worker.send({"step": "conferring", "words": "電話で協議"}, "step")
    worker.open(reverse("joint_change", args=[case, plan]))
    values: Values = {"planned_for": f"{_in_days(1)} 10:00", "place": "面接室", "protocol": "nichd"}
    values |= {
        "aim": "一度だけ聞く",
        "topics": "何があったか",
        "child_told": "やめてもよい",
        "agreed": "電話で合意",
    }
    worker.send({**values, "interviewer": interviewer}, "agreed")
    worker.open(reverse("joint_plan", args=[case, plan]))
    worker.open(reverse("interview_new", args=[case]))
    assert not worker.page.locator("[name=cannot_serve]").count()
    held: Values = {"kind": "joint3", "protocol": "nichd", "aim_reached": "yes", "whole_recorded": "yes"}
    held |= {"began_at": "今日 0:00", "office": "検察庁", "interviewer": "架空検事", "place": "面接室"}
    worker.send({**held, "state_after": "落ち着いている", "kept_by": "検察庁"}, "whole_recorded")
    worker.open(reverse("interview_new", args=[case]))
    assert worker.page.locator("[name=cannot_serve]").count(), "a second interview asks for no reasons"


def _approve(worker: Person, director: Person, case: str, kind: str) -> str:
    found = re.search(rf"/cases/{case}/decisions/{kind}/([0-9a-f-]{{36}})/", worker.page.content())
    assert found, kind
    director.open(reverse("decision", args=[case, kind, found[1]]))
    director.send({}, "verdict", "[value=approve]")
    return found[1]


def _in_days(days: int) -> str:
    day = clock.today() + timedelta(days=days)
    return f"{day.month}/{day.day}" if days < 60 else day.isoformat()
