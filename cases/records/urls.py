"""The addresses of the case record. The case page itself is the desk's."""

from django.urls import path

from cases.records.views import basics, child, glass, people, progress, team

CASE = "cases/<uuid:case_id>/"

urlpatterns = [
    path(f"{CASE}glass/", glass.case_glass, name="case_glass"),
    path(f"{CASE}glass/<uuid:grant_id>/review/", glass.glass_review, name="glass_review"),
    path(f"{CASE}child/edit/", child.child_edit, name="child_edit"),
    path(f"{CASE}child/address/", child.child_address, name="child_address"),
    path(f"{CASE}basics/edit/", basics.basics_edit, name="basics_edit"),
    path(f"{CASE}stage/correct/", basics.stage_correct, name="stage_correct"),
    path(f"{CASE}people/", people.people_list, name="people_list"),
    path(f"{CASE}people/add/", people.person_add, name="person_add"),
    path(f"{CASE}people/<uuid:person_id>/edit/", people.person_edit, name="person_edit"),
    path(f"{CASE}people/<uuid:person_id>/address/", people.person_address, name="person_address"),
    path(f"{CASE}people/<uuid:person_id>/remove/", people.person_remove, name="person_remove"),
    path(f"{CASE}progress/add/", progress.progress_add, name="progress_add"),
    path(f"{CASE}progress/<uuid:entry_id>/correct/", progress.progress_correct, name="progress_correct"),
    path(f"{CASE}team/add/", team.team_add, name="team_add"),
    path(f"{CASE}team/<uuid:grant_id>/end/", team.grant_end, name="grant_end"),
    path(f"{CASE}team/blocks/add/", team.block_add, name="block_add"),
    path(f"{CASE}team/blocks/<uuid:block_id>/lift/", team.block_lift, name="block_lift"),
]
