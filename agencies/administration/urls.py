"""Addresses of the administrator's pages and of the director's delegations."""

from django.urls import path

from agencies.administration import (
    agreement_views,
    delegation_views,
    office_views,
    people_views,
    position_views,
)

urlpatterns = [
    path("offices/", office_views.office_list, name="office_list"),
    path("offices/add/", office_views.office_add, name="office_add"),
    path("offices/<uuid:office_id>/", office_views.office, name="office"),
    path("offices/<uuid:office_id>/sections/add/", office_views.section_add, name="section_add"),
    path("offices/<uuid:office_id>/sections/<uuid:section_id>/", office_views.section, name="section"),
    path("people/", people_views.people, name="staff_list"),
    path("people/add/", people_views.person_add, name="staff_add"),
    path("people/<uuid:staff_id>/", people_views.person, name="staff_person"),
    path("people/<uuid:staff_id>/password/", people_views.password_renew, name="staff_password"),
    path("people/<uuid:staff_id>/use/", people_views.person_use, name="staff_use"),
    path("people/<uuid:staff_id>/positions/add/", people_views.position_add, name="position_add"),
    path(
        "people/<uuid:staff_id>/positions/<uuid:position_id>/", people_views.position_end, name="position_end"
    ),
    path("positions/", position_views.positions, name="positions"),
    path("positions/<uuid:waiting_id>/", position_views.position, name="position"),
    path("agreements/", agreement_views.agreement_list, name="agreement_list"),
    path("agreements/add/", agreement_views.agreement_add, name="agreement_add"),
    path("agreements/<uuid:agreement_id>/", agreement_views.agreement, name="agreement"),
    path("agreements/<uuid:agreement_id>/decide/", agreement_views.agreement_decide, name="agreement_decide"),
    path("delegations/", delegation_views.delegations, name="delegations"),
    path(
        "delegations/<uuid:delegation_id>/decide/",
        delegation_views.delegation_decide,
        name="delegation_decide",
    ),
    path("delegations/<uuid:delegation_id>/end/", delegation_views.delegation_end, name="delegation_end"),
]
