"""Things that rooms give a name when they are imported. A second of the same name raises, and so does an unknown one."""

from typing import Generic, TypeVar

Thing = TypeVar("Thing")


class Registry(Generic[Thing]):
    """Named things of one sort; ``sort`` is what an error calls them."""

    def __init__(self, sort: str) -> None:
        self.sort, self._things = sort, dict[str, Thing]()

    def add(self, name: str, thing: Thing) -> None:
        """Register ``thing``. Raises ValueError where the name is taken."""
        if name in self._things:
            raise ValueError(f"two {self.sort}s are called {name}")
        self._things[name] = thing

    def __getitem__(self, name: str) -> Thing:
        if name not in self._things:
            raise KeyError(f"no {self.sort} is called {name}")
        return self._things[name]

    def all(self) -> dict[str, Thing]:
        """Every one by its name, in the order of registration."""
        return dict(self._things)
