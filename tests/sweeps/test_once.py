"""Every form of the product that is sent twice changes something once."""

from tests.sweeps.matrix import client_of, harvest
from tests.sweeps.world import World, fingerprint


def test_every_form_acts_once(world: World) -> None:
    acted, faults = [], []
    for path, found in harvest(world).items():
        relation, form = next(iter(found.items()))
        client = client_of(world, relation)
        first = client.post(f"{path}?{form.query}", form.fields)
        if first.status_code != 302:
            continue
        acted.append(path)
        before = fingerprint()
        second = client.post(f"{path}?{form.query}", form.fields)
        if (second.status_code, second.get("Location")) != (302, first["Location"]):
            faults.append(f"{path} as {relation}: {second.status_code} {second.get('Location')}")
        if fingerprint() != before:
            faults.append(f"{path} as {relation} acted twice")
    assert faults == []
    assert len(acted) > 10, acted
