from django.apps import AppConfig


class SecurityConfig(AppConfig):
    name = "security"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from face.errors import keep_forms_with
        from security.audit import access_event
        from security.audit.verbs import Verb
        from security.encryption.keyring import Failure, on_failure
        from security.signin.parked import park_refused

        def record(failure: Failure) -> None:
            look = access_event.current_or_none()
            if look is not None:
                look.note(
                    Verb.DECRYPTION_FAIL, rule=f"{failure.place} {failure.error}", object_pk=str(failure.row)
                )

        on_failure(record)
        keep_forms_with(park_refused)
