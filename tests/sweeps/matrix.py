"""Ask every address as everybody and compare with the declared table."""

import uuid
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.sweeps.declared import ROWS, Row
from tests.sweeps.reading import forms_of
from tests.sweeps.world import World, fingerprint

SAVED = (200, 204, 302, 303)


def routes(patterns: Iterable[Any] | None = None, space: str = "") -> Iterator[tuple[str, tuple[str, ...]]]:
    """Every name of an address with its arguments, from the resolver."""
    for one in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(one, URLResolver):
            yield from routes(one.url_patterns, f"{one.namespace}:" if one.namespace else space)
        elif isinstance(one, URLPattern):
            yield f"{space}{one.name}", tuple(one.pattern.converters)


NAMES = sorted(name for name, _ in routes())
ARGUMENTS = dict(routes())


def path_of(name: str, world: World, **other: object) -> str:
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
    for name, value in world.cookies[relation].items():
        client.cookies[name] = value
    return client


def faults_of(
    world: World, name: str, methods: Iterable[str] = ("GET", "HEAD", "PUT", "DELETE")
) -> list[str]:
    """What is not as declared when everybody asks for one address; empty when all is well."""
    found: list[str] = []
    path = path_of(name, world)
    for relation in world.people:
        for method in methods:
            client = client_of(world, relation)
            send = partial(client.generic, method, path)
            fault = _fault(world, ROWS[name], relation, method, send)
            found += [f"{method} {path} ({name}) as {relation}: {fault}"] if fault else []
    return found


def _fault(world: World, row: Row, relation: str, method: str, send: Callable[[], Any]) -> str:
    answer = send()
    status, wanted = answer.status_code, expected(row, relation, method)
    where = answer.headers.get("Location", "")
    if status not in wanted:
        return f"{status} {where} instead of {wanted}"
    if (
        wanted == (302,)
        and relation in ("anonymous", "moved")
        and "/sign-in/" not in where
        and "/post/" not in where
    ):
        return f"sent to {where}"
    if status == 404 and method != "HEAD" and answer.content != world.nothing:
        return "this 404 differs from that of a page that does not exist"
    return leak(world, relation, answer.content.decode())


def expected(row: Row, relation: str, method: str) -> tuple[int, ...]:
    """The answers that are right: exactly one, but for a form that may be taken or shown again."""
    if relation == "anonymous" and row.to != "public":
        return (302,)
    if relation == "moved" and row.to == "post":
        return (302,)
    admitted = {"GET": row.get, "HEAD": row.get, "POST": row.post}.get(method)
    if admitted is None:
        return (405,)
    if relation not in admitted:
        return (404,)
    return SAVED if method == "POST" else row.answer


def leak(world: World, relation: str, text: str) -> str:
    """Names the content of the case that stands on a page of somebody who may not read it."""
    if relation in world.readers:
        return ""
    return ", ".join(f"shows {word!r}" for word in world.secrets if word in text)


def nested_faults(world: World, name: str) -> list[str]:
    """An address inside the case answers 404 to the one in charge, too, for anything that is not of this case."""
    wanted = ARGUMENTS[name]
    found = []
    for argument in wanted if "case_id" in wanted or len(wanted) > 1 else ():
        foreign = [uuid.uuid4(), world.foreign.pk] if argument == "case_id" else [uuid.uuid4()]
        for other in foreign:
            row = ROWS[name]
            method = "GET" if row.get is not None else "POST"
            admitted = sorted((row.get if method == "GET" else row.post) or ())
            for relation in admitted:
                answer = client_of(world, relation).generic(method, path_of(name, world, **{argument: other}))
                if answer.status_code != 404 or answer.content != world.nothing:
                    found.append(
                        f"{method} {name} as {relation} with a foreign {argument}: {answer.status_code}"
                    )
    return found


def harvest(world: World) -> dict[str, dict[str, dict[str, list[str]]]]:
    """Every form that anybody finds on a page, by the path it goes to and by who found it, filled in as a person might."""
    if not world.forms:
        for name in NAMES:
            row = ROWS.get(name)
            for relation in sorted(row.get or ()) if row else ():
                path = path_of(name, world)
                answer = client_of(world, relation).get(path)
                for form in forms_of(path, answer.content.decode()) if answer.status_code == 200 else ():
                    world.forms.setdefault(form.action, {}).setdefault(relation, form.fields)
    return world.forms


def filled(world: World, path: str, relation: str) -> dict[str, list[str]]:
    """What ``relation`` would send to ``path``: the form found by that one, else the one that another found."""
    found = harvest(world).get(path, {})
    return found.get(relation) or next(iter(found.values()), {"text": ["テスト"]})


def post_faults(world: World, name: str) -> list[str]:
    """What is not as declared when everybody sends one form, filled in; whoever is not admitted changes nothing."""
    row, path = ROWS[name], path_of(name, world)
    harvest(world)
    outside = [relation for relation in world.people if relation not in (row.post or ())]
    before = fingerprint()
    found = [_post_fault(world, row, relation, path) for relation in outside]
    if fingerprint() != before:
        found.append("somebody who is not admitted changed something")
    for relation in sorted(row.post or ()):
        fault = _post_fault(world, row, relation, path)
        if fault:
            world.renew()  # somebody before may have taken away what this one needs
            fault = _post_fault(world, row, relation, path)
        found.append(fault)
    return [f"POST {path} ({name}) {fault}" for fault in found if fault]


def _post_fault(world: World, row: Row, relation: str, path: str) -> str:
    send = partial(client_of(world, relation).post, path, filled(world, path, relation))
    fault = _fault(world, row, relation, "POST", send)
    return fault and f"as {relation}: {fault}"
