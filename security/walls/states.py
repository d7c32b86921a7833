"""Migrations draw again what a step changes, not everything that is related to it.

Django keeps a picture of all models beside the migrations, and after each step draws the changed model anew with all that are
related to it, at any distance: here nearly all of them, for hundreds of steps. An SQL step needs the changed one alone. A step
in Python sees all: for it Django draws every model anew where a picture says that it is not whole (``is_delayed``).
"""

from contextlib import nullcontext
from typing import Any, cast

from django.db import transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.migration import Migration
from django.db.migrations.state import ProjectState


class State(ProjectState):
    """Django's, with less drawn after a step that adds something, or that Django itself does not see as a change of relations."""

    _adds = False

    def add_model(self, *what: Any, **further: Any) -> None:
        self._add(super().add_model, *what, **further)

    def add_field(self, *what: Any, **further: Any) -> None:
        self._add(super().add_field, *what, **further)

    def _add(self, add: Any, *what: Any, **further: Any) -> None:
        self._adds = True
        try:
            add(*what, **further)
        finally:
            self._adds = False

    def _find_reload_model(
        self, app_label: str, model_name: str, delay: bool = False
    ) -> set[tuple[str, str]]:
        if delay or self._adds:
            self.is_delayed = True
            return {(app_label, model_name)}
        whole: Any = super()
        return set(whole._find_reload_model(app_label, model_name, delay))

    def clone(self) -> "State":
        """As Django's, of this kind."""
        copy: Any = super().clone()
        copy.__class__ = State
        return cast(State, copy)


class Executor(MigrationExecutor):
    """Django's, on such a picture, and cut off nowhere between a step and its record.

    Django records a step with indexes after it is committed: killed between the two, it would take the step again, and fail.
    """

    def _create_project_state(self, with_applied_migrations: bool = False) -> State:
        djangos: Any = super()
        state: State = djangos._create_project_state(with_applied_migrations)
        state.__class__ = State
        return state

    def apply_migration(
        self, state: ProjectState, migration: Migration, fake: bool = False, fake_initial: bool = False
    ) -> ProjectState:
        """As Django's; a step that is one transaction is recorded within it."""
        whole = transaction.atomic(using=self.connection.alias) if migration.atomic else nullcontext()
        with whole:
            return super().apply_migration(state, migration, fake, fake_initial)
