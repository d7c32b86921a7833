"""Whoever saves something on a case comes back to its card, which says what was saved; nothing of that needs a script."""

import re
from urllib.parse import urldefrag

from face.forms import SAVE_AND_NEXT
from tests.sweeps.matrix import client_of, harvest, path_of
from tests.sweeps.world import World

ON_A_PAGE_OF_ITS_OWN = {
    # They lead to the page of what they are about, or say on it what has ended.
    *("duty_take_over", "intention_new", "intention_withdraw", "intention_withdrawn"),
    *("report_close", "report_edit", "report_new", "report_send"),
    # The reviewer goes on with the next glass.
    "glass_review",
    # It leads to the sheet that was printed.
    "print_new",
    # It changes who sees the case: whoever gave the own access away is led to the list.
    "grant_end",
}
SAID = re.compile(r'<div class="alert alert--\w+" role="status"')
GONE_WITH_THE_LAST = {"duties"}
"""Cards that are not drawn once nothing is open: what was done stands above the page then."""


def card_of(text: str, name: str) -> str:
    """The card of a page, up to where its body begins."""
    found = re.search(rf'<section class="card[^>]*\sid="{name}".*?<div class="card__body">', text, re.DOTALL)
    return found[0] if found else ""


def test_every_form_of_a_case_leads_to_its_card_which_says_so(world: World) -> None:
    came_back, faults = set(), []
    others = {path_of(name, world) for name in ON_A_PAGE_OF_ITS_OWN}
    for path, found in harvest(world).items():
        if not path.startswith(f"/cases/{world.case.pk}/") or path in others:
            continue
        for relation, form in found.items():
            if "queue" in form.query:
                continue  # found in the queue of the director: it leads on to the next draft
            world.renew()
            client = client_of(world, relation)
            answer = client.post(f"{path}?{form.query}", form.fields)
            if answer.status_code != 302:
                continue
            page, section = urldefrag(answer["Location"])
            came_back.add((path, section))
            text = client.get(page).content.decode()
            if not SAID.search(card_of(text, section)) and section not in GONE_WITH_THE_LAST:
                faults.append(f"{path} as {relation}: {answer['Location']} does not say it there")
            if len(SAID.findall(text)) != 1:
                faults.append(f"{path} as {relation}: said {len(SAID.findall(text))} times")
            break
    assert faults == []
    assert len({section for _path, section in came_back}) > 5, came_back


def test_what_several_are_recorded_of_is_saved_and_begun_anew(world: World) -> None:
    offered, again = [], []
    for path, found in harvest(world).items():
        relation, form = next(iter(found.items()))
        client = client_of(world, relation)
        if f'name="{SAVE_AND_NEXT}"' not in client.get(path).content.decode():
            continue
        offered.append(path)
        answer = client.post(path, {**form.fields, SAVE_AND_NEXT: "1"})
        if answer.status_code != 302:
            continue
        assert answer["Location"] == path
        text = client.get(path).content.decode()
        assert len(SAID.findall(text)) == 1, path
        again.append(path)
    assert len(offered) > 2
    assert again
