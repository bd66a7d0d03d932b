"""From a draft to a sealed election, and codes issued anew (protocol.md §4, §14 steps 2 to 13)."""

import json

import pytest

from elections import casting, counting, issuer, keyholders, sealing, server_keys, urn
from elections.demo.staging import OFFICER, PRESIDENT, SECRETARY
from elections.elector import Booth
from elections.protocol.canonical import encode
from elections.protocol.log import Checkpoint, root
from elections.registry import code_files, register
from elections.registry.journal import CLOCK, Actor, entries, lines
from elections.registry.tables import Contest
from elections.rules.phases import Act, Phase, Role
from elections.verify import verify
from tests.doors.faults import crash_before, meanwhile
from tests.doors.world import CLOSING, DRAFTED, FRESH, HOUR, NOON, OPENING, SEALED, STRANGER
from tests.refused import refused

SEEN = ("president", "secretary", "delegate-1", "delegate-2", "delegate-3", "delegate-4")


def prepare(world, now=SEALED):
    sealing.prepare(world.store, world.staging.uuid, OFFICER, now)


def sign(world, roles=None):
    """These holders, or all, check and sign what is prepared."""
    for role, (step, document) in keyholders.inputs(world.store, world.staging.uuid, OFFICER, SEALED).items():
        assert step == "seal"
        if roles is None or role in roles:
            keyholders.take(world.store, world.staging.uuid, world.holder(role).seal(document).answer, OFFICER, SEALED)


def finish(world, signatures=None, actor=PRESIDENT, present=None):
    given = keyholders.seal_signatures(world.store, world.staging.uuid) if signatures is None else signatures
    here = present or (actor.role.value, "delegate-1", "delegate-2")
    world.staging.look(SEALED, [name for name in here if name in SEEN])
    sealing.finish(world.store, world.staging.uuid, given, here, actor, SEALED)


def acts(world):
    with world.store.registry_reader() as session:
        return [entry.act for entry in entries(session, world.staging.uuid)]


def setups(world):
    with world.store.registry_reader() as session:
        return {uuid: session.get_one(Contest, uuid).setup for uuid in (world.a, world.b)}


# --- First run ------------------------------------------------------------------------------------------


def test_a_draft_without_trustees_is_not_prepared(drafted):
    with refused("registry.missing"):
        prepare(drafted)
    assert setups(drafted) == {drafted.a: None, drafted.b: None}


@pytest.mark.parametrize("actor", [PRESIDENT, SECRETARY, Actor(Role.DELEGATE), CLOCK])
def test_the_office_prepares_and_nobody_else(held, actor):
    with refused("rules.role"):
        sealing.prepare(held.store, held.staging.uuid, actor, SEALED)


def test_preparing_gives_every_party_its_part(held):
    prepare(held)
    raw = setups(held)
    for uuid in (held.a, held.b):
        booth = Booth.open(*casting.open_booth(held.store, uuid))
        with held.store.urn_reader() as session:
            assert urn.received(session, uuid)[0] == raw[uuid]
            (note,) = urn.checkpoints(session, uuid)
        checkpoint = Checkpoint.parse(booth.setup.urn_key.check(note, "note"), "note")
        assert (checkpoint.size, checkpoint.root, checkpoint.origin) == (0, root([]), f"urn/{uuid}")
    assert held.phases() == (Phase.DRAFT,) * 3


def test_preparing_again_changes_nothing(held):
    prepare(held)
    before, journal = setups(held), acts(held)
    prepare(held, SEALED + HOUR)
    assert (setups(held), acts(held)) == (before, journal)


@pytest.mark.parametrize(
    ("module", "name", "nth"), [(urn, "receive", 1), (urn, "receive", 2), (issuer, "receive", 2), (sealing, "_fix", 2)]
)
def test_preparing_goes_on_after_a_crash(held, module, name, nth):
    with crash_before(module, name, nth):
        prepare(held)
    prepare(held)
    sign(held)
    finish(held)
    assert held.phases() == held.phases(held.b) == (Phase.SEALED,) * 3


def test_server_keys_are_made_once(held):
    folder, uuid = held.store.keys, held.staging.uuid
    before = {path.name: path.read_bytes() for path in (folder.root / uuid).iterdir()}
    sealing.make_keys(held.store, uuid)
    assert {path.name: path.read_bytes() for path in (folder.root / uuid).iterdir()} == before
    # urn, record; per contest two issuers, link, cast.
    assert len(before) == 2 + 2 * 4
    assert len(set(before.values())) == len(before)
    assert {path.stat().st_mode & 0o777 for path in (folder.root / uuid).iterdir()} == {0o600}


def test_unlocking_voids_what_was_prepared_and_signed(held):
    prepare(held)
    sign(held, ("president", "delegate-1"))
    sealing.unlock(held.store, held.staging.uuid, OFFICER, SEALED)
    assert setups(held) == {held.a: None, held.b: None}
    assert keyholders.seal_signatures(held.store, held.staging.uuid) == {}
    with held.store.urn_reader() as session, refused("urn.unknown"):
        urn.received(session, held.a)
    prepare(held)
    sign(held)
    finish(held)
    assert held.phases() == (Phase.SEALED,) * 3


def test_a_draft_that_is_not_prepared_is_not_unlocked(held):
    before = acts(held)
    with refused("registry.unprepared"):
        sealing.unlock(held.store, held.staging.uuid, OFFICER, SEALED)
    assert acts(held) == before


def test_an_unlocking_cut_off_is_done_again(held):
    prepare(held)
    sign(held, ("president",))
    with crash_before(urn, "discard", 2):
        sealing.unlock(held.store, held.staging.uuid, OFFICER, SEALED)
    assert None not in setups(held).values()
    sealing.unlock(held.store, held.staging.uuid, OFFICER, SEALED)
    assert setups(held) == {held.a: None, held.b: None}
    prepare(held)
    sign(held)
    finish(held)


def test_an_answer_signed_by_two_holders_is_nobody_s(held):
    prepare(held)
    asked = keyholders.inputs(held.store, held.staging.uuid, OFFICER, SEALED)
    mine, other = (json.loads(held.holder(role).seal(asked[role][1]).answer) for role in ("president", "delegate-1"))
    before = acts(held)
    with refused("keyholders.mixed"):
        mixed = mine | {"contests": mine["contests"] | {held.b: other["contests"][held.b]}}
        keyholders.take(held.store, held.staging.uuid, encode(mixed), OFFICER, SEALED)
    assert acts(held) == before


# --- Second run -----------------------------------------------------------------------------------------


def test_holders_sign_only_after_all_have_rehearsed_and_the_draft_is_prepared(drafted, held):
    with refused("keyholders.unrehearsed"):
        keyholders.seal_signatures(drafted.store, drafted.staging.uuid)
    assert keyholders.inputs(held.store, held.staging.uuid, OFFICER, SEALED) == {}
    assert keyholders.waiting_for(held.store, held.staging.uuid) == ("prepare", [])


@pytest.mark.parametrize(
    "roles",
    [(), ("president",), ("president", "delegate-1"), ("secretary", "president"), ("delegate-1", "delegate-2")],
)
def test_a_seal_without_president_or_secretary_and_two_delegates_is_refused_for_all_contests(held, roles):
    prepare(held)
    sign(held, roles)
    with refused("setup.seal"):
        finish(held)
    assert held.phases() == held.phases(held.b) == (Phase.DRAFT,) * 3


def test_the_seal_of_one_contest_is_none_for_another(held):
    prepare(held)
    sign(held)
    given = keyholders.seal_signatures(held.store, held.staging.uuid)
    with refused("elgamal.signature"):
        finish(held, {held.a: given[held.a], held.b: given[held.a]})
    assert held.phases() == held.phases(held.b) == (Phase.DRAFT,) * 3
    finish(held, given)


def test_the_board_seals_and_not_the_office(held):
    prepare(held)
    sign(held)
    with refused("rules.role"):
        finish(held, actor=OFFICER)
    finish(held, actor=SECRETARY)
    assert held.phases() == held.phases(held.b) == (Phase.SEALED,) * 3


def test_what_is_sealed_is_neither_prepared_nor_unlocked_nor_sealed_again(sealed):
    before = setups(sealed)
    with refused("rules.phase"):
        prepare(sealed)
    with refused("rules.phase"):
        finish(sealed)
    with refused("registry.locked"):
        sealing.unlock(sealed.store, sealed.staging.uuid, OFFICER, SEALED)
    assert setups(sealed) == before


def test_a_crash_between_registry_and_urn_is_mended_by_the_opening(held):
    prepare(held)
    sign(held)
    with crash_before(urn, "set_phase"):
        finish(held)
    assert held.phases() == (Phase.SEALED, Phase.SEALED, Phase.DRAFT)
    held.staging.open(OPENING)
    assert held.phases() == (Phase.OPEN,) * 3


def test_an_urn_with_ballots_is_not_sealed(held):
    prepare(held)
    sign(held)
    with held.store.urn.begin() as session:
        urn.set_phase(session, held.a, Phase.OPEN)
        urn.put(session, held.a, bytes(32), "c", "t", ["a"], b"leaf")
    with refused("sealing.not-empty"):
        finish(held)


# --- Opening --------------------------------------------------------------------------------------------


def test_neither_the_hour_nor_the_board_opens_alone(sealed):
    with refused("registry.act-hour"):
        sealed.act(Act.OPEN, PRESIDENT, OPENING - HOUR)
    for actor in (OFFICER, Actor(Role.DELEGATE), CLOCK):
        with refused("rules.role"):
            sealed.act(Act.OPEN, actor, OPENING)
    with refused("registry.act-hour"):
        sealed.act(Act.OPEN, PRESIDENT, CLOSING)
    sealed.act(Act.OPEN, PRESIDENT, OPENING)
    assert (sealed.phases(), sealed.phases(sealed.b)) == ((Phase.OPEN,) * 3, (Phase.SEALED,) * 3)


def test_nothing_opens_with_another_link_key(sealed):
    folder, uuid = sealed.store.keys, sealed.staging.uuid
    key = server_keys.link_key(folder, uuid, sealed.a)
    folder.destroy(uuid, f"link-{sealed.a}")
    with refused("storage.key_missing"):
        sealed.act(Act.OPEN, PRESIDENT, OPENING)
    folder.write(uuid, f"link-{sealed.a}", bytes(32))
    with refused("counting.link-key"):
        sealed.act(Act.OPEN, PRESIDENT, OPENING)
    folder.destroy(uuid, f"link-{sealed.a}")
    folder.write(uuid, f"link-{sealed.a}", key)
    sealed.act(Act.OPEN, PRESIDENT, OPENING)


def test_nothing_opens_over_an_urn_that_is_not_empty(sealed):
    with sealed.store.urn.begin() as session:
        urn.set_phase(session, sealed.a, Phase.OPEN)
        urn.put(session, sealed.a, bytes(32), "c", "t", ["a"], b"leaf")
    with refused("registry.counts"):
        sealed.act(Act.OPEN, PRESIDENT, OPENING)
    assert sealed.phases()[0] is Phase.SEALED


@pytest.mark.parametrize("name", [Act.FREEZE, Act.COUNT, Act.PROCLAIM, Act.SEAL, Act.PREPARE, Act.ARCHIVE])
def test_acts_with_a_door_of_their_own_are_not_done_by_this_one(world, name):
    with refused("counting.act"):
        world.act(name, PRESIDENT, NOON)


# --- Codes issued anew ----------------------------------------------------------------------------------


def reissue(world, number, officer=OFFICER, board=PRESIDENT, now=NOON):
    """A new code for an elector; the code."""
    issuers = ("issuer-1", "issuer-2")
    (made,) = code_files.make(code_files.CodeRequest(world.staging.uuid, issuers, (number,)))
    sealing.reissue(world.store, world.staging.uuid, made.keys, officer, board, now)
    return made.code


def test_the_old_code_is_worth_nothing_and_the_new_one_votes(world):
    number = FRESH[0]
    old = world.elector(number)
    world.staging.codes[number] = reissue(world, number)
    public = world.booth.setup.issuers[0]
    with refused("ed25519.signature"):
        world.ask(old, public.id, *old.request(public))
    assert not world.cast(number, world.prepare(number)).already


def test_a_request_that_was_ready_under_the_old_code_is_refused(world):
    """Its tokens are good; the register's signature is not."""
    world.staging.codes[1] = reissue(world, 1)
    with refused("ed25519.signature"):
        world.cast(1)
    assert not world.cast(1, world.prepare(1)).already
    with world.store.registry_reader() as session:
        # What she had asked for before counts: as many more tokens as codes re-issued.
        assert issuer.token_counts(session, world.a) == {"issuer-1": 31, "issuer-2": 31}


def test_a_code_issued_anew_while_a_cast_stalls_stops_it(world):
    with meanwhile(register, "add_attempt", lambda: reissue(world, 1)), refused("ed25519.signature"):
        world.cast(1)
    assert world.counts() == (0, 0, 0)


def test_who_has_voted_or_is_about_to_keeps_her_code(world):
    world.cast(1)
    with refused("codes.voted"):
        reissue(world, 1)
    with crash_before(urn, "put"):
        world.cast(2)
    with refused("codes.voted"):
        reissue(world, 2)


def test_it_takes_the_office_and_the_board(world):
    for officer, board in ((OFFICER, OFFICER), (PRESIDENT, PRESIDENT), (OFFICER, Actor(Role.DELEGATE))):
        with refused("codes.two-people"):
            reissue(world, 1, officer, board)
    with refused("codes.number"):
        reissue(world, 999)
    assert not world.cast(1).already


def test_no_code_is_issued_anew_once_the_contest_is_closed(world):
    world.act(Act.CLOSE, CLOCK, CLOSING)
    with refused("codes.phase"):
        reissue(world, 1, now=CLOSING)


def test_a_draft_s_codes_are_issued_anew_without_the_issuers_who_know_nobody_yet(held):
    held.staging.codes[1] = reissue(held, 1, now=DRAFTED)
    prepare(held)
    sign(held)
    finish(held)
    held.staging.open(OPENING)
    assert not held.cast(1, held.prepare(1)).already


def test_a_vote_with_codes_issued_anew_is_verified(world):
    world.staging.codes[1] = reissue(world, 1)
    world.staging.codes[STRANGER] = reissue(world, STRANGER)
    world.cast(1, world.prepare(1))
    for number in range(2, 6):
        world.cast(number)
    world.freeze()
    record = world.finish()
    assert verify(record).holds
    with world.store.registry_reader() as session:
        journal = lines(session, world.staging.uuid)
        assert register.count(session, world.a).reissues == 1
    assert journal.count(b'"act":"reissue"') == 2
    assert counting.published(world.store, world.staging.uuid) == record
