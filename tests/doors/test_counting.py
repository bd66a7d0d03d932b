"""From the freeze to the published record: nothing that does not verify is done (protocol.md §10, §14; R13)."""

import json
import re

import pytest

from elections import counting, keyholders, urn
from elections.demo.staging import OFFICER, PRESIDENT, SECRETARY
from elections.protocol.canonical import encode, sha256_hex
from elections.registry import journal
from elections.registry.journal import Actor
from elections.rules.phases import Act, Phase, Role
from elections.verify import judge, verify
from tests.doors.faults import crash_before
from tests.doors.victims import ticker
from tests.doors.world import FREEZING, HOUR, NOON, STRANGER, made_once, open_copy
from tests.refused import refused

COUNTED, PROCLAIMED = FREEZING + HOUR, FREEZING + 2 * HOUR


HOLDERS = ("president", "secretary", "delegate-1", "delegate-2", "delegate-3", "delegate-4")


def freeze_and_decrypt(master, folder):
    """Five votes in one contest and none in the other, frozen; the frozen record, and what each holder answers."""
    world = open_copy(master / "open", folder)
    for number in range(1, 6):
        world.cast(number)
    world.freeze()
    counting.export(world.store, world.staging.uuid, folder / "frozen")
    (folder / "answers").mkdir()
    for role in HOLDERS:
        (folder / "answers" / f"{role}.json").write_bytes(world.holder(role).decrypt(folder / "frozen").answer)
    world.store.close()


@pytest.fixture(scope="session")
def frozen_master(master, tmp_path_factory):
    return made_once(tmp_path_factory, "frozen", lambda folder: freeze_and_decrypt(master, folder))


@pytest.fixture
def frozen(frozen_master, tmp_path):
    world = open_copy(frozen_master, tmp_path / "world")
    yield world
    world.store.close()


def answer(world, role):
    """What a holder's program has given for the frozen record."""
    return (world.folder / "answers" / f"{role}.json").read_bytes()


def take(world, raw):
    return keyholders.take(world.store, world.staging.uuid, raw, OFFICER, COUNTED)


def decrypt(world, *roles):
    for role in roles:
        take(world, answer(world, role))


def count(world, actor=PRESIDENT):
    return counting.count(world.store, world.staging.uuid, actor, COUNTED)


def proclaim(world, actor=PRESIDENT):
    return counting.proclaim(world.store, world.staging.uuid, actor, PROCLAIMED)


def lines(world):
    with world.store.registry_reader() as session:
        return journal.lines(session, world.staging.uuid)


def files(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


# --- The frozen record ----------------------------------------------------------------------------------


def test_nothing_is_exported_before_all_contests_are_frozen(world, tmp_path):
    with refused("publication.phase"):
        counting.export(world.store, world.staging.uuid, tmp_path / "record")
    with world.store.urn_reader() as session, refused("urn.phase"):
        list(urn.entries(session, world.a))
    assert not (tmp_path / "record").exists()


def test_the_frozen_record_verifies_and_is_the_same_each_time(frozen, tmp_path):
    again = tmp_path / "again"
    assert counting.export(frozen.store, frozen.staging.uuid, again).verdict == "frozen"
    assert files(again) == files(frozen.folder / "frozen")
    assert verify(again).verdict == "frozen"
    assert not [path for path in files(again) if "result" in path or "decryptions" in path]


def test_a_folder_that_is_not_empty_is_left_alone(frozen, tmp_path):
    (tmp_path / "mine").write_text("mine")
    with refused("publication.folder"):
        counting.export(frozen.store, frozen.staging.uuid, tmp_path)
    assert (tmp_path / "mine").read_text() == "mine"


# --- What holders decrypted -----------------------------------------------------------------------------


def test_the_holders_are_waited_for_by_name(frozen):
    uuid = frozen.staging.uuid
    step, late = keyholders.waiting_for(frozen.store, uuid)
    assert (step, len(late)) == ("decrypt", 6)
    decrypt(frozen, "delegate-2")
    assert "delegate-2" not in keyholders.waiting_for(frozen.store, uuid)[1]
    # The input of this step is the record itself.
    assert keyholders.inputs(frozen.store, uuid, OFFICER, COUNTED) == {}


def test_too_few_holders_are_refused_and_nothing_is_counted(frozen):
    before = lines(frozen)
    with refused("counting.decryptions"):
        count(frozen)
    with refused("rules.phase"):
        proclaim(frozen)
    assert lines(frozen) == before
    decrypt(frozen, "president", "secretary", "delegate-1")
    before = lines(frozen)
    with refused("trustees.policy"):
        count(frozen)
    assert lines(frozen) == before
    assert frozen.phases() == (Phase.FROZEN,) * 3
    decrypt(frozen, "delegate-4")
    assert count(frozen).holds


def test_a_factor_without_its_proofs_is_refused_when_it_is_handed_in(frozen):
    given = json.loads(answer(frozen, "president"))
    other = json.loads(answer(frozen, "delegate-1"))
    attacks = []
    for key in ("partial", "strong"):
        changed = json.loads(json.dumps(given))
        changed["contests"][frozen.a][key] = other["contests"][frozen.a][key]
        attacks.append(changed)
    attacks.append(given | {"contests": dict.fromkeys(given["contests"], given["contests"][frozen.a])})
    attacks.append(given | {"owner": 3, "role": "delegate-1"})
    for attack in attacks:
        with pytest.raises(ValueError, match=r"\w"):
            take(frozen, encode(attack))
    for rule, attack in (
        ("setup.seal-holder", given | {"owner": 2}),
        ("setup.seal-holder", given | {"role": "nobody"}),
        ("setup.seal-holder", given | {"owner": 7}),
        ("keyholders.format", given | {"format": "isoloir-holder-9"}),
    ):
        with refused(rule):
            take(frozen, encode(attack))
    assert len(keyholders.waiting_for(frozen.store, frozen.staging.uuid)[1]) == 6
    assert take(frozen, encode(given)) == "president"
    # Again it changes nothing; another one in its place is refused.
    assert take(frozen, encode(given)) == "president"


def test_what_is_no_answer_is_refused(frozen):
    for rule, raw in (
        ("keyholders.format", b"[]"),
        ("keyholders.format", b"{}"),
        ("keyholders.format", b'{"format":["isoloir-decrypted-1"]}'),
        ("json.syntax", b"nothing"),
        ("json.utf8", b"\xff"),
        ("json.canonical", b'{ "format":"isoloir-sealed-1"}'),
    ):
        with refused(rule):
            take(frozen, raw)


# --- Count and proclamation -----------------------------------------------------------------------------


def test_the_count_is_the_board_s_and_comes_once(frozen):
    decrypt(frozen, "president", "delegate-1", "delegate-3")
    for actor in (OFFICER, Actor(Role.DELEGATE)):
        with refused("rules.role"):
            count(frozen, actor)
    assert count(frozen, SECRETARY).holds
    assert frozen.phases() == frozen.phases(frozen.b) == (Phase.COUNTED,) * 3
    with refused("rules.phase"):
        count(frozen)


def test_a_result_is_published_byte_for_byte_as_it_was_judged(frozen, tmp_path):
    decrypt(frozen, "president", "delegate-1", "delegate-3")
    with refused("rules.phase"):
        proclaim(frozen)
    count(frozen)
    folder, report = proclaim(frozen)
    assert report.holds
    assert verify(folder).verdict == "consistent"
    assert json.loads((folder / frozen.a / "result.json").read_bytes())["votes"] == [3, 1]
    assert json.loads((folder / frozen.b / "result.json").read_bytes())["votes"] == [0, 0]
    again = tmp_path / "again"
    counting.export(frozen.store, frozen.staging.uuid, again)
    assert files(again) == files(folder)
    with refused("rules.phase"):
        proclaim(frozen)
    assert [path.name for path in folder.parent.iterdir()] == [frozen.staging.uuid]


def _other_digit(match):
    return match[1] + str((int(match[2]) + 1) % 10).encode()


def test_nothing_is_committed_if_the_record_would_not_verify(frozen, monkeypatch):
    """An entry that was tampered with in the urn's file is found before anybody is told a result."""
    decrypt(frozen, "president", "delegate-1", "delegate-3")
    real = urn.entries

    def tampered(session, contest):
        return [re.sub(rb'(response\\":\\"\d*)(\d)', _other_digit, leaf, count=1) for leaf in real(session, contest)]

    monkeypatch.setattr(urn, "entries", tampered)
    before = lines(frozen)
    with refused("counting.unverified"):
        count(frozen)
    with refused("counting.unverified"):
        counting.export(frozen.store, frozen.staging.uuid, frozen.folder / "again")
    monkeypatch.undo()
    assert lines(frozen) == before
    assert not (frozen.folder / "again").exists()
    assert count(frozen).holds


def test_an_act_that_comes_between_is_not_overwritten(frozen, monkeypatch):
    """The journal moved on while the record was judged: the judgement is of another journal."""
    decrypt(frozen, "president", "delegate-1", "delegate-3")
    real = judge.judge_record

    def slowly(record, **options):
        decrypt(frozen, "secretary")
        return real(record, **options)

    monkeypatch.setattr(counting, "judge_record", slowly)
    with refused("counting.moved"):
        count(frozen)
    monkeypatch.undo()
    assert frozen.phases() == (Phase.FROZEN,) * 3
    assert count(frozen).holds


@pytest.mark.parametrize("name", ["align", "publish_record", "write_folder"])
def test_a_proclamation_that_was_cut_off_is_published_by_the_tick(frozen, name):
    decrypt(frozen, "president", "delegate-1", "delegate-3")
    count(frozen)
    with crash_before(counting, name):
        proclaim(frozen)
    assert not counting.published(frozen.store, frozen.staging.uuid).exists()
    ticker(frozen).tick(PROCLAIMED)
    assert verify(counting.published(frozen.store, frozen.staging.uuid)).verdict == "consistent"


def test_a_count_that_was_cut_off_may_be_done_again_or_is_done(frozen):
    decrypt(frozen, "president", "delegate-1", "delegate-3")
    with crash_before(counting, "judge_record"):
        count(frozen)
    assert frozen.phases()[0] is Phase.FROZEN
    with crash_before(counting, "align"):
        count(frozen)
    assert frozen.phases()[0] is Phase.COUNTED
    assert proclaim(frozen)[1].holds


# --- One contest stopped --------------------------------------------------------------------------------


def test_one_contest_is_stopped_and_the_others_are_counted(world):
    world.cast(STRANGER, world.prepare(STRANGER, college="b"), college="b")
    world.act(Act.STOP, SECRETARY, NOON, world.b, reason="incident")
    for number in range(1, 6):
        world.cast(number)
    ticker(world).tick(FREEZING)
    assert world.phases(world.b) == (Phase.STOPPED,) * 3
    folder = world.finish()
    assert verify(folder).holds
    stopped = {path.name for path in (folder / world.b).iterdir()}
    assert stopped == {"setup.json", "seal.json", "register.json", "checkpoints.jsonl"}
    # Its ballot is in the urn for ever, and nobody sees it.
    assert world.counts(world.b) == (1, 1, 0)
    with world.store.urn_reader() as session, refused("urn.phase"):
        list(urn.entries(session, world.b))


def test_freezing_and_counting_again_tells_the_same_figures(frozen):
    """The digest in the journal is that of the checkpoint in the record."""
    (checkpoint,) = frozen.checkpoints()[-1:]
    assert sha256_hex(checkpoint.encode()).encode() in lines(frozen)
    counting.freeze(frozen.store, frozen.a, FREEZING + HOUR)
    assert frozen.checkpoints()[-1] == checkpoint
    assert frozen.sizes() == [0, 5]
