"""The form of a report: everything that is missing is said at once."""

from django.utils import translation

from referrals.disclosures.codes import Item
from referrals.disclosures.forms import ReportForm


def test_an_empty_draft_hears_of_the_parts_and_of_the_urgency_at_once() -> None:
    with translation.override("en"):
        form = ReportForm({"urgency": ""}, items=[Item.INCIDENT_OUTLINE], texts={})
        assert "urgency" in form.errors
        assert form.non_field_errors() == ["Write at least one part."]


def test_a_part_that_is_too_long_is_not_called_missing() -> None:
    with translation.override("en"):
        text = {"text_incident_outline": "x" * 9000}
        form = ReportForm(text, items=[Item.INCIDENT_OUTLINE], texts={})
        assert "text_incident_outline" in form.errors
        assert not form.non_field_errors()
