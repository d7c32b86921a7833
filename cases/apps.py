from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "cases"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from agencies.staff.hooks import when_position_begins
        from cases.closing.actions import CLOSING
        from cases.custody.actions import END, START
        from cases.decisions.actions import declare
        from cases.intake.queries import cases_of_compartment
        from cases.records.line import extend_line
        from cases.records.queries import cases_of_children, relations_of
        from security.audit.access_event import register_relations, register_scope, register_scope_at_once

        register_relations(relations_of)
        register_scope("case", lambda case_id: [case_id])
        register_scope_at_once("child", cases_of_children)
        register_scope("compartment", cases_of_compartment)
        when_position_begins(extend_line)
        declare(START, END, CLOSING)
