"""Pages of exceptions to the child's intention: asking for one."""

from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _

from agencies.directory.models import OfficeKind
from agencies.staff.access import StaffRequest, form_page
from agencies.staff.pages import posted
from agencies.staff.roles import Permission
from cases.cautions.pages import shown_not_to_tell
from cases.decisions.pages import earlier_draft, waits_for, why_not_draft
from cases.records.pages import case_form, case_to_change
from referrals.consent import actions, rules
from referrals.consent.forms import ExceptionForm, typed_before
from referrals.consent.queries import intentions_of, labels_of, tellable_items
from security.encryption.fields import value_of


@form_page(Permission.WORK_ON_CASES)
def exception_new(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Ask for an exception, with a typed ground and a written reason."""
    case = case_to_change(request, case_id, "intention")
    earlier = earlier_draft(request, actions.EXCEPTION, case)
    initial = typed_before(earlier) if earlier else {}
    form = ExceptionForm(posted(request), case=case, items=tellable_items(OfficeKind.POLICE), initial=initial)
    return case_form(
        request,
        case,
        form,
        lambda: actions.request_exception(case, by=request.by, earlier=earlier, **form.facts()),
        section="intention",
        done=waits_for(actions.EXCEPTION, request.by),
        template="referrals/consent/exception_new.html",
        heading=_("Draft a report without the child's answer"),
        label=_("Draft it"),
        born=value_of(case.child.birth_date),
        formed=rules.is_formed(case),
        not_to_tell=shown_not_to_tell(request, case),
        answers=intentions_of(case),
        refused=labels_of(sorted(rules.refused_items(case))),
        earlier=earlier,
        reason=why_not_draft(request, actions.EXCEPTION, case, earlier),
    )
