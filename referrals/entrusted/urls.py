"""Addresses of entrusted plans: those of the case, and those of the office that gives the help."""

from django.urls import path

from referrals.entrusted import desk_views, head_views, views

CASE = "cases/<uuid:case_id>/entrusted/<uuid:entrusted_id>/"
PLAN = "entrusted/<uuid:entrusted_id>/"

urlpatterns = [
    path(
        "cases/<uuid:case_id>/counseling/<uuid:counseling_id>/entrust/", views.entrust_new, name="entrust_new"
    ),
    path(CASE, views.entrusted, name="entrusted"),
    path(f"{CASE}answer/", views.entrusted_answer, name="entrusted_answer"),
    path(f"{CASE}withdraw/", views.entrusted_withdraw, name="entrusted_withdraw"),
    path(f"{CASE}sent/<uuid:return_id>/accept/", views.return_accept, name="return_accept"),
    path(f"{CASE}sent/<uuid:return_id>/back/", views.return_back, name="return_back"),
    path("entrusted/", desk_views.entrusted_list, name="entrusted_list"),
    path("entrusted/here/", head_views.entrusted_here, name="entrusted_here"),
    path(PLAN, desk_views.entrusted_plan, name="entrusted_plan"),
    path(f"{PLAN}name/", head_views.entrusted_name, name="entrusted_name"),
    path(f"{PLAN}accept/", desk_views.entrusted_accept, name="entrusted_accept"),
    path(f"{PLAN}question/", desk_views.entrusted_question, name="entrusted_question"),
    path(f"{PLAN}decline/", desk_views.entrusted_decline, name="entrusted_decline"),
    path(f"{PLAN}sessions/new/", desk_views.kept_session_new, name="kept_session_new"),
    path(f"{PLAN}sessions/<uuid:kept_id>/", desk_views.kept_session, name="kept_session"),
    path(f"{PLAN}send/<slug:sending>/", desk_views.entrusted_send, name="entrusted_send"),
]
