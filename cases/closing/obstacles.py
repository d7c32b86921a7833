"""What has to be finished before a case is closed. A higher room, which this one cannot know, registers its own at the start."""

from collections.abc import Callable

from django.utils.functional import Promise

from cases.records.models import Case

Obstacle = Callable[[Case], str | Promise]
_obstacles: list[Obstacle] = []


def register_obstacle(obstacle: Obstacle) -> None:
    """Add ``obstacle``: it gives the sentence that stands beside the grey button, or '' where nothing hinders."""
    if obstacle not in _obstacles:
        _obstacles.append(obstacle)


def obstacle_to(case: Case) -> str | Promise:
    """The first sentence of a higher room against closing this case, or ''."""
    return next((found for obstacle in _obstacles if (found := obstacle(case))), "")
