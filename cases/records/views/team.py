"""Who may work on a case: the team, and whom a conflict of interest keeps out."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.html import format_html
from django.utils.translation import gettext as _

from agencies.staff.access import StaffRequest, form_page
from agencies.staff.models import Position
from agencies.staff.pages import posted
from agencies.staff.roles import CASEWORK
from cases.records.actions import add_to_team, block_person, lift_block, take_off_team
from cases.records.codes import Level, Relation
from cases.records.forms import BlockForm, ConfirmForm, TeamForm
from cases.records.models import Block, Grant
from cases.records.pages import back_to_team, case_form, case_to_change
from cases.records.queries import colleagues, standing_grants
from cases.records.rules import worked_on_by
from face.consequences import Consequences
from face.templatetags.face import ja
from security.walls import clock


@form_page(*CASEWORK)
def team_add(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Let a colleague of the office join the team."""
    case = case_to_change(request, case_id, "team", level=Level.MANAGE)
    there = (
        standing_grants(case, clock.now())
        .exclude(relation=Relation.GLASS)
        .values_list("position_id", flat=True)
    )
    positions = _without(colleagues(case, worked_on_by(case)), set(there))
    form = TeamForm(posted(request), positions=positions)
    return case_form(
        request,
        case,
        form,
        lambda: add_to_team(case, form.chosen_position(), by=request.by, **form.facts()),
        section="team",
        done=_("The colleague is on the team, or will be from the first day."),
        heading=_("Add a colleague to the team"),
    )


@form_page(*CASEWORK)
def grant_end(request: StaffRequest, case_id: UUID, grant_id: UUID) -> HttpResponse:
    """Ask once more, then end a person's access."""
    case = case_to_change(request, case_id, "team", level=Level.MANAGE)
    grants = Grant.objects.select_related("content_object", "position__staff")
    grant = get_object_or_404(grants, content_object=case, pk=grant_id, ended_at=None)
    form = ConfirmForm(posted(request))
    return case_form(
        request,
        case,
        form,
        lambda: take_off_team(grant, by=request.by),
        section="team",
        done=_("The access has ended."),
        to=lambda _made: back_to_team(request, case),
        heading=_("End this access to the case"),
        intro=format_html(
            _("{name} no longer sees the case from the next page on."), name=ja(grant.position.staff.name)
        ),
        label=_("End the access"),
        kind="danger",
    )


@form_page(*CASEWORK)
def block_add(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Record a conflict of interest."""
    case = case_to_change(request, case_id, "team", level=Level.MANAGE)
    form = BlockForm(posted(request), positions=_people(colleagues(case)))
    return case_form(
        request,
        case,
        form,
        lambda: block_person(case, form.chosen_position().staff, by=request.by),
        section="team",
        done=_("The colleague is barred from the case."),
        to=lambda _made: back_to_team(request, case),
        heading=_("Bar a colleague from the case"),
        intro=_(
            "For a relative of somebody in the case, a person who works where the accused works, and the like."
            " Whatever access the person has or gets, the case stays closed to them."
        ),
        consequences=Consequences(
            _("The colleague sees nothing of the case from the next page on, also in lists and search."),
            _("The case shows its team who is barred. The colleague is not told."),
            _(
                "The colleague's notices about the case are deleted. Only a supervisor or the director can lift the bar."
            ),
        ),
    )


@form_page(*CASEWORK)
def block_lift(request: StaffRequest, case_id: UUID, block_id: UUID) -> HttpResponse:
    """Ask once more, then lift a block."""
    case = case_to_change(request, case_id, "team", level=Level.MANAGE)
    block = get_object_or_404(Block.objects.select_related("staff"), pk=block_id, case=case, ended_at=None)
    form = ConfirmForm(posted(request))
    return case_form(
        request,
        case,
        form,
        lambda: lift_block(case, block.pk, by=request.by),
        section="team",
        done=_("The bar has been lifted."),
        heading=_("Lift the bar"),
        intro=format_html(
            _("{name} can then be given access again, and access given before counts again."),
            name=ja(block.staff.name),
        ),
        label=_("Lift the bar"),
        kind="danger",
    )


def _without(positions: list[Position], taken: set[object]) -> list[Position]:
    return [position for position in positions if position.pk not in taken]


def _people(positions: list[Position]) -> list[Position]:
    """One position of each person."""
    return list({position.staff_id: position for position in positions}.values())
