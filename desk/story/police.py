"""Scenes with the police: nothing before the child wishes it, the report, what the police answer, and its end."""

import re

from django.urls import reverse
from django.utils.translation import gettext as _

from desk.story.telling import Story, cells_of, id_in, kept, main_of, option, package_of, text_of, token_of


def report_refused(story: Story) -> str:
    """Nothing goes to the police before the child's intention is confirmed."""
    worker, path = story.as_("caseworker"), story.path("report_new")
    page = story.case_page("caseworker", "case_wishes")
    story.expect("button--off" in page.text and path not in page.text, "the report button is not grey")
    refused = worker.get(path)
    story.expect(
        not any("text_identity_min" in form.names for form in refused.forms), "a report can be drafted"
    )
    worker.post(path, {**token_of(refused), "text_identity_min": ["x"], "urgency": ["A"]})
    story.expect(
        "/reports/" not in story.case_page("caseworker", "case_wishes").text.replace(path, ""),
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
        {**told, **items, "result": "wishes", "recipient": option(page, story.who("police", "office"))},
    )
    story.expect(page.url.endswith(story.path("case_wishes")), "the intention was not recorded")
    story.expect(kept(told["words"]) in text_of(page), "the child's words are not on the page")
    return _("The child is asked in plain words and wishes it; the answer is recorded.")


def draft_and_preview(story: Story) -> str:
    """The report is drafted; its drafter cannot decide it."""
    worker, told = story.as_("caseworker"), story.file["report"]
    page = worker.get(story.path("report_new"))
    texts = {f"text_{name}": told[name] for name in ("incident_outline", "considerations")}
    page = worker.send(
        page, page.form(having="text_incident_outline"), {**texts, "paper_kind": "joho", "urgency": "A"}
    )
    story.ids["report"] = id_in(page, rf"{story.path('case')}decisions/police_report/([0-9a-f-]{{36}})/")
    own = worker.get(story.path("decision", "police_report", story.ids["report"]))
    decide = story.path("decision", "police_report", story.ids["report"])
    story.expect(not own.has_form(decide), "the drafter may decide the report")
    preview = worker.get(story.path("report_preview", story.ids["report"]))
    story.ids["preview"] = package_of(preview)
    story.expect(story.file["child"]["family_name"] in text_of(preview), "the preview lacks the name")
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
        story.file["child"]["given_name"] not in cells_of(desk, story.reference), "the envelope shows a name"
    )
    story.expect(
        chief.get(reverse("letter", args=[report])).status == 404, "the package opens without assignment"
    )
    page = chief.get(reverse("envelope_assign", args=[report]))
    officer = option(page, story.who("police", "name"))
    chief.send(page, page.form(having="officer"), {"officer": officer})
    page = story.as_("police").get(reverse("letter", args=[report]))
    story.expect(page.status == 200, "the assigned officer cannot read")
    story.expect(
        package_of(page) == story.ids["preview"], "the officer reads something else than the preview showed"
    )
    return _("The police supervisor assigns an officer, who reads exactly what was previewed.")


def police_answer(story: Story) -> str:
    """The officer accepts the report, which takes a section and a number, and answers. The center reads both."""
    officer, told = story.as_("police"), story.file["police"]
    path = reverse("letter_answer", args=[story.ids["report"]])
    page = officer.get(path)
    accepted = {"step": "accepted", "section": "", "police_number": "", "text": ""}
    page = officer.send(page, page.form(having="step"), {**accepted})
    story.expect(page.url.endswith(path), "a report is accepted without section and number")
    accepted |= {"section": told["section"], "police_number": told["number"], "officer": told["officer"]}
    page = officer.send(page, page.form(having="step"), {**accepted})
    story.expect(page.url.endswith(reverse("envelopes")), "the police could not accept the report")
    page = officer.get(path)
    page = officer.send(page, page.form(having="step"), {"step": "investigating", "text": told["answer"]})
    story.expect(page.url.endswith(reverse("envelopes")), "the police could not answer")
    read = main_of(story.case_page("caseworker", "case_wishes"))
    for words in (told["section"], told["number"], kept(told["answer"])):
        story.expect(words in read, "the center does not read the answer")
    return _(
        "The police accept the report with section and number, and answer; the center reads it on the case."
    )


def answer_accepted(story: Story) -> str:
    """The center asks back; the officer reads why and answers anew; the center accepts, and nothing is owed on it any more."""
    worker, officer, told = story.as_("caseworker"), story.as_("police"), story.file["police"]
    page = story.case_page("caseworker", "case_wishes")
    found = re.findall(rf"{story.path('case')}answers/([0-9a-f-]{{36}})/ask/", page.text)
    story.expect(len(found) == 1, "the center cannot ask back")
    ask = story.path("answer_ask_back", found[0])
    page = worker.get(ask)
    page = worker.send(page, page.form(having="question"), {"why": "next", "question": ""})
    story.expect(page.url.endswith(ask), "the police are asked back without a word")
    page = worker.send(page, page.form(having="question"), {"why": "next", "question": told["question"]})
    story.expect(not page.url.endswith(ask), "the police were not asked back")
    path = reverse("letter_answer", args=[story.ids["report"]])
    page = officer.get(path)
    story.expect(kept(told["question"]) in text_of(page), "the officer does not read what is asked")
    page = officer.get(f"{path}?corrects={found[0]}")
    page = officer.send(page, page.form(having="step"), {"step": "investigating", "text": told["anew"]})
    story.expect(page.url.endswith(reverse("envelopes")), "the police could not answer anew")
    page = story.case_page("caseworker", "case_wishes")
    story.expect(kept(told["anew"]) in main_of(page), "the center does not read the new answer")
    accept = re.search(rf"{story.path('case')}answers/[0-9a-f-]{{36}}/accept/", page.text)
    story.expect(accept is not None, "the center cannot accept the answer")
    if accept:
        worker.send(page, page.form(action=accept[0]))
    page = story.case_page("caseworker", "case_wishes")
    story.expect("/accept/" not in page.text, "the answer was not accepted")
    return _("The center asks the police back, who answer anew; the center accepts the answer.")


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
        story.expect(story.file["child"][name] not in main_of(page), "the closed page shows content")
    story.expect(
        kept(story.file["report"]["incident_outline"]) not in text_of(page), "the closed page shows content"
    )
    story.expect("package" not in re.findall(r'id="([^"]+)"', page.text), "the package is still there")
    return _("The police page is empty: reference, dates and whom to call remain.")
