"""What an amendment of a plan changes: field by field, before and after."""

from cases.counseling.models import CounselingPlan
from cases.counseling.queries import answers_of, given_by
from face.forms import Change, changes_between
from face.wareki import format_date, format_datetime
from security.encryption.fields import words_of

SAID = (
    *("kind", "for_whom", "child_goal", "child_stand", "child_words", "needs", "goals", "done_when", "risks"),
    *("frequency", "amount"),
)
DAYS = ("ends_on", "review_on")


def _words(row: CounselingPlan) -> dict[str, str]:
    """A plan as texts by the names of its columns."""
    days = {name: getattr(row, name) for name in DAYS}
    return {
        **{name: words_of(getattr(row, name)) for name in SAID},
        **{name: format_date(day) if day else "" for name, day in days.items()},
        "legal_form": str(row.get_legal_form_display()),
        "provider": given_by(row),
        "asked": "\n".join(
            f"{words_of(one.person.name) if one.person else ''} {one.stand.label}"
            f" {format_datetime(one.at, style='short')} {one.words}"
            for one in answers_of(row)
        ),
    }


def changes_of(before: CounselingPlan, after: CounselingPlan) -> list[Change]:
    """What ``after`` says otherwise than ``before``, in the order of the plan."""
    names = ("legal_form", *SAID, "asked", "provider", *DAYS)
    labels = [(name, CounselingPlan._meta.get_field(name).verbose_name) for name in names]  # type: ignore[union-attr]  # a field
    return changes_between(_words(before), _words(after), labels)
