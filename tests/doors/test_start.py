"""What holds around the vote: a start of the site, the frozen record after an answer, the receipts' file."""

import json

from elections import counting, keyholders
from elections.app import create_app
from elections.config import Config
from elections.demo.staging import OFFICER
from elections.registry import roll, sessions
from elections.verify import verify
from tests.doors.world import FREEZING, HOUR, NOON


def _client(world, identifier):
    with world.store.registry.begin() as session:
        person = roll.by_identifier(session, world.staging.uuid, identifier)
        assert person
        token = sessions.open_for(session, person, NOON)
    app = create_app(Config(state=world.folder), world.store, lambda: NOON)
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    client.set_cookie("isoloir", token)
    return client


def test_a_whole_contest_is_ready_after_a_start(world):
    world.cast(1)
    assert counting.unready(world.store) == frozenset()
    assert _client(world, "electrice-001").post(f"/scrutin/{world.a}/sel").status_code == 200


def test_no_cast_is_taken_in_a_contest_that_lost_its_link_key(world, monkeypatch):
    monkeypatch.setattr(counting, "_PAUSE", 0)
    keys, name = world.store.keys, f"link-{world.a}"
    key = keys.read(world.staging.uuid, name)
    keys.destroy(world.staging.uuid, name)
    assert counting.unready(world.store) == {world.a}
    client = _client(world, "electrice-001")
    for path in ("sel", "jeton/issuer-1", "bulletin"):
        answer = client.post(f"/scrutin/{world.a}/{path}", json={})
        assert (answer.status_code // 100, answer.json["error"]) == (4, "counting.unready"), path
    keys.write(world.staging.uuid, name, key)
    assert client.post(f"/scrutin/{world.a}/sel").status_code == 200


def test_the_record_stays_frozen_until_the_count_and_receipts_are_found_in_it(world, tmp_path):
    receipts = world.cast(1)
    world.freeze()
    counting.export(world.store, world.staging.uuid, world.folder / "frozen")
    for role in ("president", "delegate-1", "delegate-3"):
        answer = world.holder(role).decrypt(world.folder / "frozen").answer
        keyholders.take(world.store, world.staging.uuid, answer, OFFICER, FREEZING + HOUR)
        again = tmp_path / f"after-{role}"
        assert counting.export(world.store, world.staging.uuid, again).verdict == "frozen"
    published = world.staging.proclaim(FREEZING + 2 * HOUR)[0]
    saved = tmp_path / "recepisse.txt"
    saved.write_text(f"{receipts.urn}----\n{receipts.register}")
    assert json.loads((published / world.a / "result.json").read_bytes())["ballots"] == 1
    assert verify(published, receipt=saved).holds
    saved.write_text(f"{receipts.urn}----\n{receipts.register.replace('T12', 'T13')}")
    assert not verify(published, receipt=saved).holds
