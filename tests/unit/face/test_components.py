"""Every component renders by itself, escapes what it is given, and carries its accessible names."""

import datetime as dt
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.template import Context, Template, TemplateSyntaxError
from django.utils import timezone, translation

from face.consequences import Consequences
from face.forms import Change
from face.keyset import Page
from face.templatetags.face import duration

ROOT = Path(__file__).parents[3] / "templates/components"
NOW = dt.datetime(2025, 6, 1, 3, 0, tzinfo=dt.UTC)
EVIL = "<b>&\"'"
ITEM = {"label": EVIL, "url": "/x/", "value": EVIL, "current": True, "count": 0}

# Component → what it is given; each must be listed here (the completeness test fails otherwise).
SAMPLES: dict[str, dict[str, object]] = {
    "alert": {"kind": "warning", "heading": EVIL, "text": "t", "live": True},
    "badge": {"kind": "danger", "text": EVIL},
    "breadcrumb": {"items": [ITEM, ITEM]},
    "button": {"label": EVIL, "kind": "primary", "name": "go", "value": "1"},
    "card": {"heading": EVIL, "id": "a", "meta": "m"},
    "clock": {"label": EVIL, "due": NOW, "left": dt.timedelta(hours=1), "state": "running"},
    "conflict": {"changes": [Change(EVIL, "a", "b")]},
    "consequences": {"of": Consequences(EVIL, EVIL, EVIL)},
    "dl": {"columns": 2},
    "empty": {"text": EVIL, "hint": "h"},
    "fact": {"label": EVIL, "value": EVIL, "verbatim": True},
    "fieldset": {"legend": EVIL, "hint": "h"},
    "form_card": {"form": SimpleNamespace(groups=[ITEM]), "label": EVIL, "back_url": "/x/"},
    "link_button": {"label": EVIL, "url": "/x/"},
    "page_head": {"heading": EVIL, "over": "o"},
    "pagination": {"page": Page([], newer="", older=EVIL)},
    "reason_button": {"label": EVIL, "reason": EVIL, "reason_id": "r1"},
    "note": {"note": {"text": EVIL, "at": NOW}},
    "restored": {},
    "table": {"caption": EVIL, "columns": ["a", EVIL]},
    "tabs": {"label": "t", "tabs": [ITEM]},
    "timeline": {"label": EVIL},
    "timeline_item": {"at": NOW, "heading": EVIL, "text": "a\nb", "by": "c"},
}
# Drawn through a form or another tag, with tests of their own.
ELSEWHERE = {
    "draft_button",
    "draft_line",
    "field",
    "field_mark",
    "field_row",
    "form",
    "form_notices",
    "error_summary",
    "language_switch",
}


def render(source: str, **context: object) -> str:
    return Template("{% load face i18n %}" + source).render(Context(context))


def test_every_component_has_a_sample() -> None:
    assert {path.stem for path in ROOT.glob("*.html")} == set(SAMPLES) | ELSEWHERE


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_a_component_renders_and_escapes(name: str, language: str) -> None:
    values = SAMPLES[name]
    pairs = " ".join(f"{key}=v.{key}" for key in values)
    with translation.override(language):
        html = render("{% ui name " + pairs + " %}", name=name, v=values)
    assert html.strip()
    assert "<b>" not in html
    assert "style=" not in html


def test_a_component_sees_no_outer_variable() -> None:
    html = render('{% uiblock "card" heading="x" %}{{ outer }}{% enduiblock %}', outer="shown", meta="leaked")
    assert "shown" in html
    assert "leaked" not in html


def test_slots_reach_their_place_and_leave_the_body() -> None:
    source = '{% uiblock "card" heading="h" %}BODY{% slot "actions" %}ACT{% endslot %}{% enduiblock %}'
    html = render(source)
    assert '<div class="card__actions">ACT</div>' in html
    assert '<div class="card__body">BODY</div>' in html


WRONG = ["{% uiblock %}{% enduiblock %}", '{% uiblock "card" x %}{% enduiblock %}', "{% slot %}{% endslot %}"]


@pytest.mark.parametrize("source", WRONG)
def test_a_wrong_tag_is_refused(source: str) -> None:
    with pytest.raises(TemplateSyntaxError):
        render(source)


def test_an_unknown_component_fails_loudly() -> None:
    with pytest.raises(Exception, match="no_such"):
        render('{% ui "no_such" %}')


def test_a_grey_control_shows_its_reason() -> None:
    html = render('{% reason_button "Report" "/report/" reason method="post" %}', reason="Not yet confirmed.")
    assert 'aria-disabled="true"' in html
    assert "Not yet confirmed." in html
    assert "/report/" not in html
    assert "<form" not in html
    described = html.split('aria-describedby="')[1].split('"')[0]
    assert f'id="{described}"' in html


def test_the_same_reason_twice_on_a_page_has_two_ids() -> None:
    button = '{% reason_button "Report" "/r/" "No." %}'
    html = render(button * 2, request=SimpleNamespace())
    ids = [part.split('"')[0] for part in html.split(' id="')[1:]]
    assert len(set(ids)) == 2


def test_without_a_reason_the_button_works() -> None:
    position = render('{% reason_button "Report" "/r/" "" method="post" %}', csrf_token="tok")
    assert '<form method="post" action="/r/">' in position
    assert 'value="tok"' in position
    assert 'href="/r/"' in render('{% reason_button "Report" "/r/" %}')
    assert "<form" not in render('{% reason_button "Report" method="submit" %}')


@pytest.mark.parametrize(
    ("hours", "done", "state"),
    [(30, None, "running"), (3, None, "soon"), (-1, None, "overdue"), (30, -1, "done"), (-2, -1, "late")],
)
def test_the_clock_knows_its_state(hours: int, done: int | None, state: str) -> None:
    now = timezone.now()
    done_at = None if done is None else now + dt.timedelta(hours=done)
    html = render(
        '{% clock "Safety" due done_at %}', due=now + dt.timedelta(hours=hours, minutes=1), done_at=done_at
    )
    assert f"clock--{state}" in html


@pytest.mark.parametrize(
    ("length", "text"),
    [
        (dt.timedelta(minutes=59, seconds=59), "59 min"),
        (dt.timedelta(hours=3, minutes=20), "3 h 20 min"),
        (dt.timedelta(hours=48), "48 h 0 min"),
        (dt.timedelta(days=6, hours=5), "6 days"),
        (dt.timedelta(0), "0 min"),
    ],
)
def test_lengths_in_words(length: dt.timedelta, text: str) -> None:
    with translation.override("en"):
        assert duration(length) == text


def test_remaining_and_overdue() -> None:
    with translation.override("en"):
        assert render("{{ t|remaining }}", t=dt.timedelta(hours=3, minutes=20)) == "3 h 20 min left"
        assert render("{{ t|remaining }}", t=dt.timedelta(hours=-1, minutes=-5)) == "overdue by 1 h 5 min"
        assert render("{{ t|remaining }}", t=None) == ""


def test_dates_in_templates() -> None:
    assert render("{{ d|wareki }}", d=dt.date(2025, 6, 1)) == "令和7年6月1日（日）"
    assert render('{{ d|wareki:"short" }}', d=dt.date(2025, 6, 1)) == "R7.6.1"
    assert render("{% when d %}", d=NOW).startswith(
        '<time datetime="2025-06-01T12:00:00+09:00">令和7年6月1日'
    )
    assert render("{% when d %}{{ d|wareki }}{{ d|age }}", d=None) == ""
    assert render("{{ b|age:on }}", b=dt.date(2016, 4, 10), on=dt.date(2026, 4, 9)) == "9"


def test_japanese_says_its_language_in_an_english_page() -> None:
    with translation.override("en"):
        assert render("{{ n|ja }}", n="山田<") == '<span lang="ja">山田&lt;</span>'
        assert render("{{ n|ja }}{{ none|ja }}", n="Yamada", none=None) == "YamadaNone"
        assert '<dd><span lang="ja">山田</span></dd>' in render('{% fact "Name" n %}', n="山田")
    with translation.override("ja"):
        assert render("{{ n|ja }}", n="山田") == "山田"


def test_a_fact_shows_dates_lists_and_nothing_as_a_reader_expects() -> None:
    assert '<dd><time datetime="2025-06-01T12:00:00+09:00">R7.6.1' in render(
        '{% fact "At" t style="short" %}', t=NOW
    )
    assert "<dd>a<br>&lt;b</dd>" in render('{% fact "Items" i %}', i=["a", "<b"])
    assert "<dd>–</dd>" in render('{% fact "Note" n %}', n="")
    assert "<dd>A <time" in render('{% fact "By" "A" at=t %}', t=NOW)
    assert render('{% fact "Note" n optional=True %}{% fact "By" n at=n optional=True %}', n=None) == ""


def test_a_breadcrumb_links_every_step_but_the_page_itself() -> None:
    html = render('{% breadcrumb "Up" "/up/" "Here" %}')
    assert '<a href="/up/">Up</a>' in html
    assert '<span aria-current="page">Here</span>' in html


def test_brackets_bring_the_space_of_their_language() -> None:
    """Japanese has none before its full-width brackets, so no template puts one there."""
    for language, drawn in (("en", "A (b)"), ("ja", "A（b）")):
        with translation.override(language):
            assert render("A{{ 'b'|in_brackets }}") == drawn
