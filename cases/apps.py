from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "cases"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from agencies.staff.hooks import when_position_begins
        from cases.records.line import extend_line

        when_position_begins(extend_line)
