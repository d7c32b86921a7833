"""Ask every address as everybody and compare with the declared table."""

import uuid
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from django.conf import settings
from django.test import Client
from django.test.client import ClientHandler
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.client import text_of
from tests.sweeps.canaries import issued
from tests.sweeps.declared import MAY_READ, ROWS, SEES, Relations, Row
from tests.sweeps.reading import Form, forms_of
from tests.sweeps.world import World, fingerprint

SAVED = (200, 204, 302, 303)
NESTED = 3  # of those admitted, how many try foreign ids


def routes(below: Iterable[Any] | None = None, space: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every name of an address with its pattern, from the resolver."""
    for one in get_resolver().url_patterns if below is None else below:
        if isinstance(one, URLResolver):
            yield from routes(one.url_patterns, f"{one.namespace}:" if one.namespace else space)
        elif isinstance(one, URLPattern):
            yield f"{space}{one.name}", one


NAMES = sorted(name for name, _ in routes())
ARGUMENTS = {name: tuple(one.pattern.converters) for name, one in routes()}


def path_of(name: str, world: World, /, **other: object) -> str:
    """The address with the world's own ids (``world.ids`` by argument), some of them replaced by ``other``."""
    wanted = ARGUMENTS[name]
    missing = [argument for argument in wanted if argument not in world.ids and argument not in other]
    assert not missing, (
        f"tests/sweeps/world.py knows no {missing} for the address {name}: add one to World.ids"
    )
    return reverse(
        name, kwargs={argument: other.get(argument, world.ids.get(argument)) for argument in wanted}
    )


def client_of(world: World, relation: str) -> Client:
    """A browser of somebody of the world, with the session made with the world. It answers errors, it does not raise them."""
    client = Client(raise_request_exception=False)
    client.handler = _handler(tuple(settings.MIDDLEWARE))
    for name, value in world.cookies[relation].items():
        client.cookies[name] = value
    return client


@cache
def _handler(middleware: tuple[str, ...]) -> ClientHandler:
    """The application, loaded once for all clients with this middleware."""
    return ClientHandler(enforce_csrf_checks=False)


# Methods that are the same for everybody are asked for by a few.
FEW = ("lead", "reader", "glass", "stranger", "disclosed", "chief", "admin", "privacy", "moved", "anonymous")
ASKED_BY: dict[str, tuple[str, ...] | None] = {"GET": None, "HEAD": FEW, "PUT": FEW[::3], "DELETE": FEW[::3]}


def faults_of(
    world: World, name: str, methods: Iterable[str] = tuple(ASKED_BY), *, alone: bool = False
) -> list[str]:
    """What is not as declared when everybody asks for one address; empty when all is well.

    ``alone``: the walls stand alone. They know who sees a case, and leave to Python which of its pages need more than that.
    """
    found: list[str] = []
    path = path_of(name, world)
    for method in methods:
        for relation in ASKED_BY[method] or world.people:
            answer = client_of(world, relation).generic(method, path)
            fault = _fault(world, ROWS[name], relation, method, answer, lax=alone and relation in SEES)
            if fault:
                found.append(f"{method} {path} ({name}) as {relation}: {fault}")
            elif method == "GET":
                _collect(world, name, relation, answer)
    return found


def _fault(world: World, row: Row, relation: str, method: str, answer: Any, *, lax: bool = False) -> str:
    status, wanted = answer.status_code, expected(row, relation, method)
    where = answer.headers.get("Location", "")
    if lax and status in (200, 302, 404):
        return leak(relation, text_of(answer))
    if status not in wanted:
        return f"{status} {where} instead of {wanted}"
    if (
        wanted == (302,)
        and relation in ("anonymous", "moved")
        and "/sign-in/" not in where
        and "/position/" not in where
    ):
        return f"sent to {where}"
    if status == 404 and method != "HEAD" and answer.content != world.nothing:
        return "this 404 differs from that of a page that does not exist"
    return leak(relation, text_of(answer))


def expected(row: Row, relation: str, method: str) -> tuple[int, ...]:
    """The answers that are right: exactly one, but for a form that may be taken or shown again."""
    if relation == "anonymous" and row.to != "public":
        return (302,)
    if relation == "moved" and row.to == "position":
        return (302,)
    admitted = {"GET": row.get, "HEAD": row.get, "POST": row.post}.get(method)
    if admitted is None:
        return (405,)
    if relation not in admitted:
        return (404,)
    return SAVED if method == "POST" else row.answer


def leak(relation: str, text: str) -> str:
    """Names the words of the world that stand on a page of somebody who may not read them."""
    return ", ".join(
        f"shows {label}"
        for label, word in issued().items()
        if word in text and relation not in may_read(label)
    )


def may_read(label: str) -> Relations:
    """Who may read the word of ``label``."""
    return next(readers for beginning, readers in MAY_READ if label.startswith(beginning))


def nested_faults(world: World, name: str) -> list[str]:
    """Whoever is admitted is answered 404, too, where an id in the address is of nothing, or of something elsewhere."""
    found = []
    for method, admitted in (("GET", ROWS[name].get), ("POST", ROWS[name].post)):
        for argument in set(ARGUMENTS[name]) - {"day", "night"}:  # a day names no row
            for other in (
                uuid.uuid4().hex if argument == "name" else uuid.uuid4(),
                *_foreign(world, argument),
            ):
                path = path_of(name, world, **{argument: other})
                for relation in sorted(admitted or ())[:NESTED]:
                    answer = client_of(world, relation).generic(method, path)
                    if answer.status_code != 404 or answer.content != world.nothing:
                        found.append(
                            f"{method} {name} as {relation}, foreign {argument}: {answer.status_code}"
                        )
    return found


def _foreign(world: World, argument: str) -> tuple[object, ...]:
    """An id that exists, but elsewhere."""
    other = world.elsewhere.get(argument)
    return () if other is None else (other,)


def harvest(world: World) -> dict[str, dict[str, Form]]:
    """Every form that anybody finds on a page, by the path it goes to and by who found it, filled in as a person might."""
    for name, row in ROWS.items():
        for relation in sorted((row.get or frozenset()) - world.collected.get(name, set())):
            _collect(world, name, relation, client_of(world, relation).get(path_of(name, world), follow=True))
    return world.forms


def _collect(world: World, name: str, relation: str, answer: Any) -> None:
    """Keep the forms of a page for ``harvest``; a page that leads on is left for it to follow."""
    if answer.status_code in (301, 302):
        return
    world.collected.setdefault(name, set()).add(relation)
    asked = answer.request["PATH_INFO"], answer.request["QUERY_STRING"]
    for form in forms_of(*asked, text_of(answer)) if answer.status_code == 200 else ():
        world.forms.setdefault(form.action, {}).setdefault(relation, form)
        world.found_on.setdefault((name, frozenset(form.fields)), relation)


def filled(world: World, path: str, relation: str) -> Form:
    """What ``relation`` would send to ``path``: the form found by that one, else the one that another found."""
    found = harvest(world).get(path, {})
    return found.get(relation) or (found[min(found)] if found else Form(path, "", {"text": ["テスト"]}))


def post_faults(world: World, name: str) -> list[str]:
    """What is not as declared when everybody sends one form, filled in; whoever may not write changes nothing."""
    row, path = ROWS[name], path_of(name, world)
    harvest(world)
    writers = sorted((row.post or frozenset()) if row.writes is None else row.writes)
    before = fingerprint()
    asking = world.people if row.post is not None else FEW
    found = [_post_fault(world, row, relation, path) for relation in asking if relation not in writers]
    if fingerprint() != before:
        changed = {table for table, content in fingerprint().items() if content != before[table]}
        found.append(f"somebody who may not write changed {changed}")
    for relation in writers:
        fault = _post_fault(world, row, relation, path)
        if fault:
            world.renew()  # somebody before may have taken away what this one needs
            fault = _post_fault(world, row, relation, path)
        found.append(fault)
    return [f"POST {path} ({name}) {fault}" for fault in found if fault]


def _post_fault(world: World, row: Row, relation: str, path: str) -> str:
    form = filled(world, path, relation)
    answer = client_of(world, relation).post(f"{path}?{form.query}", form.fields)
    fault = _fault(world, row, relation, "POST", answer)
    return fault and f"as {relation}: {fault}"
