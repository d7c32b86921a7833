"""Forms: labels, summary, restored text, versions, and what a browser may keep."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django import forms
from django.http import QueryDict
from django.template import Context, Template
from django.urls import get_resolver
from django.utils import translation

from agencies.directory.models import Office
from face.fields import CodeField, JapaneseDateField, JapaneseDateTimeField, LongTextField, NameField
from face.forms import DASHES, BaseForm, Change, GroupedForm, VersionedForm, changes_between
from face.templatetags.face import choices_shape, named_in_full, row_shape


class Sample(BaseForm):
    """One field of each kind."""

    name = NameField(label="Name", help_text="As in the register.")
    birth = JapaneseDateField(label="Birth date", allow_unknown=True)
    at = JapaneseDateTimeField(label="Received", required=False)
    how = forms.ChoiceField(
        label="How", choices=[("phone", "Phone"), ("visit", "Visit")], widget=forms.RadioSelect
    )
    kinds = forms.MultipleChoiceField(
        label="Kinds", choices=[("a", "A")], widget=forms.CheckboxSelectMultiple, required=False
    )
    office = forms.ChoiceField(label="Office", choices=[("x", "X")])
    locked = forms.BooleanField(label="Locked", required=False, help_text="Hides it.")
    words = LongTextField(label="Words", limit=20)


class Row(VersionedForm):
    """A stored row."""

    name = NameField(label="Name")


@pytest.fixture(autouse=True)
def english(japanese: None) -> Any:
    with translation.override("en"):
        yield


def ids(html: str) -> list[str]:
    return re.findall(r'\sid="([^"]+)"', html)


@pytest.mark.parametrize("data", [None, {}, {"words": "x" * 30, "name": "a\0", "how": "zzz"}])
def test_every_reference_in_a_form_leads_to_an_element(data: dict[str, str] | None) -> None:
    html = str(Sample(data))
    found = ids(html)
    assert len(found) == len(set(found))
    for group in re.findall(r'(?:aria-describedby|for)="([^"]+)"', html):
        assert set(group.split()) <= set(found), group
    for target in re.findall(r'href="#([^"]+)"', html):
        assert target in found


def test_the_error_summary_links_each_error_to_its_field() -> None:
    html = str(Sample({}))
    for target in ("id_name", "id_birth_0", "id_how_0", "id_words"):
        assert f'href="#{target}"' in html
    assert 'role="alert"' in html
    assert 'aria-invalid="true"' in html
    assert "Enter this." in html
    assert "Choose one." in html


def test_labels_say_required_or_optional() -> None:
    html = str(Sample())
    assert html.count("(required)") == 5
    assert html.count("(optional)") == 2  # not at the single checkbox
    assert "placeholder" not in html
    assert not re.search(r"\srequired[\s>]", html)


def test_a_browser_keeps_and_sends_nothing() -> None:
    html = str(Sample())
    for control in re.findall(r'<(?:input type="text"|textarea|select)[^>]*>', html):
        assert 'autocomplete="off"' in control
    for control in re.findall(r'<(?:input type="text"|textarea)[^>]*>', html):
        assert 'spellcheck="false"' in control


def test_typed_text_comes_back_as_typed() -> None:
    html = str(
        Sample(
            {
                "name": "\ufa19<b>",
                "birth_era": "heisei",
                "birth_year": "x",
                "birth_unknown": "on",
                "words": "y" * 25,
            }
        )
    )
    assert "\ufa19&lt;b&gt;" in html
    assert '<option value="heisei" selected>' in html
    assert 'value="x"' in html
    assert "checked" in html
    assert "data-over" in html


def test_a_restored_form_shows_the_text_unchecked() -> None:
    form = Sample(QueryDict("_restore=1&name=&words=kept"))
    assert form.restored
    assert not form.is_valid()
    html = str(form)
    assert "kept" in html
    assert "data-restored" in html
    assert "error-summary" not in html
    assert "_restore" not in html


def test_a_form_over_the_same_version_saves() -> None:
    assert Row({"name": "a", "version": "3"}, current_version=3).is_valid()


def test_a_newer_version_keeps_the_text_and_shows_the_changes() -> None:
    data = {"name": "mine", "version": "2"}
    form = Row(
        data, current_version=3, changes=lambda started: [Change("Name", "old", f"new since {started}")]
    )
    assert not form.is_valid()
    assert form.conflict is not None
    html = str(form)
    assert "mine" in html
    assert "new since 2" in html
    assert '<input type="hidden" name="version" value="3"' in html


def test_a_first_conflict_can_be_saved_the_second_time() -> None:
    form = Row({"name": "mine", "version": "2"}, current_version=3)
    assert form.has_error("__all__", "stale")
    assert Row({"name": "mine", "version": str(form["version"].value())}, current_version=3).is_valid()


@pytest.mark.parametrize("version", ["", "-1", "x", "9" * 400])
def test_a_broken_version_is_an_error_not_a_fault(version: str) -> None:
    form = Row({"name": "a", "version": version}, current_version=3)
    assert not form.is_valid()
    assert str(form)


def test_only_differing_fields_are_changes() -> None:
    changes = changes_between(
        {"a": "1", "b": "2"}, {"a": "1", "b": "3", "c": "4"}, [("a", "A"), ("b", "B"), ("c", "C")]
    )
    assert changes == [Change("B", "2", "3"), Change("C", "", "4")]


def test_stock_forms_wear_the_same_face() -> None:
    class Stock(forms.Form):
        name = forms.CharField(required=False)

    assert 'class="field"' in Template("{{ form }}").render(Context({"form": Stock()}))


class _Parts(GroupedForm):
    telephone = forms.CharField(label="Telephone")
    other_telephone = forms.CharField(label="Telephone")
    name = forms.CharField(label="Name")
    later = forms.CharField(label="Added later")

    GROUPS = (("Child", "", ("name",)), ("Notifier", "", (("other_telephone", "telephone"),)))


def test_a_field_that_no_part_names_is_asked_for_all_the_same() -> None:
    parts = [[field.name for row in part["rows"] for field in row] for part in _Parts().groups()]
    assert parts == [["name"], ["other_telephone", "telephone", "later"]]


def test_a_part_whose_fields_were_all_left_out_is_not_drawn() -> None:
    form = _Parts()
    del form.fields["name"]
    assert [part["legend"] for part in form.groups()] == ["Notifier"]


class _Later(GroupedForm):
    name = forms.CharField(required=False)
    at = JapaneseDateTimeField(required=False)

    GROUPS = (("Now", "", ("name",)),)
    LATER = (("Later", "", ("at",)),)


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        (None, True),
        ({"name": "x", "at_era": "R", "at": ""}, True),
        ({"at_era": "R", "at": "今日 0:00"}, False),
        ({"at_era": "R", "at_year": "8"}, False),
        ({"at": "x"}, False),
        ({"name": "x", "_restore": "1"}, True),
    ],
)
def test_a_later_part_is_folded_until_something_is_typed_in_it(
    typed: dict[str, str] | None, folded: bool
) -> None:
    now, later = _Later(typed).groups()
    assert (now["later"], later["later"], later["folded"]) == (False, True, folded)


def test_the_error_summary_follows_the_parts_and_tells_equal_labels_apart() -> None:
    form = _Parts({})
    assert [named_in_full(form[name]) for name in form.errors] == [
        "Name",
        "Notifier / Telephone",
        "Notifier / Telephone",
        "Added later",
    ]
    assert list(form.errors) == ["name", "other_telephone", "telephone", "later"]


class _Beside(BaseForm):
    SIDE_BY_SIDE = (("kana", "birth"),)
    name = forms.CharField()
    kana = forms.CharField()
    note = forms.CharField()
    birth = JapaneseDateTimeField()


def test_short_fields_stand_beside_each_other_and_a_moment_gets_room() -> None:
    rows = list(_Beside().rows())
    assert [[field.name for field in row] for row in rows] == [["name"], ["kana", "birth"], ["note"]]
    assert row_shape(rows[1]) == " field-row--moment-last"


class _Days(BaseForm):
    SIDE_BY_SIDE = (("birth", "sex"), ("since", "until"))
    birth = JapaneseDateField()
    sex = forms.CharField()
    since = JapaneseDateField()
    until = JapaneseDateField()


def test_labels_stand_level_beside_a_day() -> None:
    assert [row_shape(row) for row in _Days().rows()] == [" field-row--day", ""]


@pytest.mark.parametrize(
    ("labels", "shape"),
    [
        (("女", "男", "その他・不明"), " choices--row"),
        (("保護者の死亡・行方不明・拘禁・入院等、又は児童の家出",) * 2, ""),
        (("保護者の死亡・行方不明・拘禁・入院等、又は児童の家出",) * 4, " choices--wide"),
        (tuple("子丑寅卯辰巳午未申酉"), " choices--row"),
        (tuple("子丑寅卯辰巳午未申酉戌"), " choices--wide"),
        ((), " choices--row"),
    ],
)
def test_choices_stand_in_a_line_only_where_they_are_short(labels: tuple[str, ...], shape: str) -> None:
    assert choices_shape([("", [{"label": label} for label in labels], 0)]) == shape


def kinds_of(base: type[BaseForm]) -> Iterator[type[BaseForm]]:
    yield base
    for kind in base.__subclasses__():
        yield from kinds_of(kind)


def test_a_list_in_which_nothing_is_chosen_says_so_in_one_way() -> None:
    """Other words stand there only where an empty choice means something."""
    get_resolver().url_patterns  # noqa: B018  # reads the forms of all pages
    lines = set()
    for kind in kinds_of(BaseForm):
        for field in kind.base_fields.values():
            if isinstance(field, forms.ModelChoiceField) and isinstance(field.widget, forms.Select):
                lines.add(str(field.empty_label))
            elif isinstance(field, CodeField) and not isinstance(field.widget, forms.RadioSelect):
                lines.add(str(next(iter(field.widget.choices))[1]))
    assert lines - {"no section", "all", "none: the office's own written rule"} == {DASHES, "Choose"}

    class Sender(BaseForm):
        office = forms.ModelChoiceField(Office.objects.none())

    assert '<option value="" selected>Choose</option>' in Sender().as_p()


@pytest.mark.parametrize(
    ("language", "says"),
    [
        ("en", "Use at most 5 characters (7 are entered)."),
        ("ja", "5文字以内で入力してください（現在7文字です）。"),
    ],
)
def test_a_short_field_that_is_too_long_says_it_in_our_words(language: str, says: str) -> None:
    class Short(BaseForm):
        place = forms.CharField(max_length=5)

    with translation.override(language):
        form = Short({"place": "x" * 7})
        assert form.errors["place"] == [says]
    assert form["place"].value() == "x" * 7
