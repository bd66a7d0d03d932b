"""A tie from the frozen urn to the proclaimed result: the lot from the slips, or on paper (protocol.md §10)."""

import json
from dataclasses import replace

import pytest

from elections import counting, drawing, keyholders
from elections.demo.staging import OFFICER, PRESIDENT, QUORUM, SECRETARY
from elections.drawing import Paper
from elections.protocol.canonical import encode
from elections.registry import ceremony, journal
from elections.registry.journal import Actor
from elections.rules.lots import PAPER, SLIPS
from elections.rules.phases import Phase, Role
from elections.verify import verify
from tests.doors.world import FREEZING, HOUR, SEALED, SECOND, made_once, open_copy
from tests.refused import refused

COUNTED, PROCLAIMED = FREEZING + HOUR, FREEZING + 2 * HOUR
BY_HAND = Paper([1], FREEZING + SECOND, "le président du bureau de vote", "deux bulletins pliés tirés d'une urne")


@pytest.fixture(scope="session")
def tied_master(master, tmp_path_factory):
    """A vote for each of two tickets, frozen and decrypted by a quorum: the lot is asked for."""

    def make(folder):
        world = open_copy(master / "open", folder)
        for number, choice in ((1, 0), (2, 1)):
            world.cast(number, world.prepare(number, choice))
        world.freeze()
        world.staging.decrypt(folder / "frozen", COUNTED)
        world.store.close()

    return made_once(tmp_path_factory, "tied", make)


@pytest.fixture
def tied(tied_master, tmp_path):
    world = open_copy(tied_master, tmp_path / "world")
    yield world
    world.store.close()


def asked(world):
    """What each holder is given, by role."""
    return {
        role: document
        for role, (step, document) in keyholders.inputs(world.store, world.staging.uuid, OFFICER, COUNTED).items()
        if step == "lot"
    }


def opened(world, role):
    """What a holder's program answers."""
    return world.holder(role).lot(world.folder / "frozen", asked(world)[role]).answer


def take(world, raw):
    return keyholders.take(world.store, world.staging.uuid, raw, OFFICER, COUNTED)


def enter(world, paper=BY_HAND, actor=PRESIDENT, contest=None):
    drawing.enter(world.store, contest or world.a, paper, actor, COUNTED)


def count(world):
    return counting.count(world.store, world.staging.uuid, PRESIDENT, COUNTED)


def proclaim(world):
    """The folder of the record, and the result of the tied contest."""
    folder, _ = counting.proclaim(world.store, world.staging.uuid, PRESIDENT, PROCLAIMED)
    return folder, json.loads((folder / world.a / "result.json").read_bytes())


def lines(world):
    with world.store.registry_reader() as session:
        return journal.lines(session, world.staging.uuid)


# --- From the slips -------------------------------------------------------------------------------------


def test_a_tie_is_drawn_before_it_is_counted(tied):
    before = lines(tied)
    with refused("counting.lot"):
        count(tied)
    assert lines(tied) == before
    assert tied.phases()[0] is Phase.FROZEN


def test_the_holders_who_have_decrypted_are_asked_and_nobody_else(tied):
    assert keyholders.waiting_for(tied.store, tied.staging.uuid) == ("lot", list(QUORUM))
    assert sorted(asked(tied)) == sorted(QUORUM)
    value = json.loads(asked(tied)["president"])["contests"]
    assert list(value) == [tied.a]
    assert value[tied.a]["matter"]["between"] == [0, 1]
    [pending] = drawing.pending(tied.store, tied.staging.uuid)
    assert (pending.contest, pending.seats, pending.opened, pending.decided) == (tied.a, 1, (), False)
    assert [(place, votes) for place, _, votes in pending.between] == [(0, 1), (1, 1)]


def test_a_quorum_draws_the_lot_and_the_record_shows_it(tied):
    for number, role in enumerate(QUORUM, 1):
        with refused("counting.lot"):
            count(tied)
        assert take(tied, opened(tied, role)) == role
        assert len(drawing.pending(tied.store, tied.staging.uuid)[0].opened) == number
    assert drawing.pending(tied.store, tied.staging.uuid)[0].decided
    assert count(tied).holds
    folder, result = proclaim(tied)
    report = verify(folder)
    assert report.verdict == "consistent"
    assert any(check.id == "V13" and "drawn again here" in str(check.detail) for check in report.checks)
    transcript, [draw] = result["lot"]["transcript"], result["lot"]["transcript"]["draws"]
    assert transcript["kind"] == SLIPS
    assert transcript["deposited"] == list(tied.staging.passphrases)
    assert [row["owner"] for row in transcript["decryptions"]] == [1, 3, 5]
    assert result["seats"] == [int(place == draw["candidacy"]) for place in (0, 1)]
    assert [person["candidacy"] for person in result["elected"]] == [draw["candidacy"]]
    assert [step["id"] for step in result["steps"]][-2:] == ["drawn", "settled"]


def test_other_holders_than_those_of_the_totals_may_open_the_lot(tied):
    for role in ("secretary", "delegate-2", "delegate-4"):
        take(tied, tied.holder(role).decrypt(tied.folder / "frozen").answer)
        take(tied, opened(tied, role))
    assert count(tied).holds


def test_who_has_not_opened_the_totals_cannot_open_the_lot(tied):
    document = asked(tied)["president"]
    with refused("holder.lot-early"):
        tied.holder("secretary").lot(tied.folder / "frozen", document)
    answer = json.loads(opened(tied, "president"))
    with refused("keyholders.early"):
        take(tied, encode(answer | {"owner": 2, "role": "secretary"}))


def test_what_is_not_the_product_of_the_slips_is_refused_when_it_is_handed_in(tied):
    given, other = (json.loads(opened(tied, role)) for role in QUORUM[:2])

    def changed(**parts):
        return encode(given | {"contests": {tied.a: given["contests"][tied.a] | parts}})

    for rule, raw in (
        ("keyholders.other-lot", changed(product="0" * 64)),
        ("keyholders.other-lot", changed(fingerprint="x")),
        ("tally.strong-line", changed(strong=other["contests"][tied.a]["strong"])),
        ("tally.factor-proof", changed(partial=other["contests"][tied.a]["partial"])),
        ("drawing.none", encode(given | {"contests": given["contests"] | {tied.b: {}}})),
        ("json.unknown", encode(given | {"contests": given["contests"] | {"u": {}}})),
        ("json.missing", encode(given | {"contests": {}})),
        ("setup.seal-holder", encode(given | {"owner": 3})),
        ("tally.factor-proof", encode(given | {"owner": 3, "role": "delegate-1"})),
    ):
        with refused(rule):
            take(tied, raw)
    assert keyholders.waiting_for(tied.store, tied.staging.uuid)[1] == list(QUORUM)
    assert take(tied, encode(given)) == take(tied, encode(given)) == "president"
    with refused("registry.document"):
        take(tied, opened_again(tied))


def opened_again(world):
    """Another answer of the president's, with fresh proofs."""
    with world.store.registry_reader() as session:
        document = ceremony.get(session, world.staging.uuid, "office", "lot")
    return world.holder("president").lot(world.folder / "frozen", document).answer


def test_no_lot_is_asked_for_where_nobody_is_equal(world):
    for number in range(1, 4):
        world.cast(number, world.prepare(number, 0))
    world.freeze()
    world.staging.decrypt(world.folder / "frozen", COUNTED)
    assert keyholders.waiting_for(world.store, world.staging.uuid)[0] == "decrypt"
    assert drawing.pending(world.store, world.staging.uuid) == []
    with refused("drawing.none"):
        enter(world)
    assert count(world).holds


# --- On paper -------------------------------------------------------------------------------------------


def test_a_draw_on_paper_stands_in_the_journal_and_rests_on_the_board_s_word(tied):
    enter(tied)
    assert keyholders.waiting_for(tied.store, tied.staging.uuid)[0] == "decrypt"
    assert count(tied).holds
    folder, result = proclaim(tied)
    line = next(json.loads(line) for line in lines(tied).splitlines() if json.loads(line)["act"] == "lot")
    assert line["actor"]["role"] == "president"
    assert result["lot"]["transcript"] == {**line["details"], "kind": PAPER}
    assert result["seats"] == [0, 1]
    report = verify(folder)
    assert report.verdict == "consistent"
    assert any("rests on the board's word" in remark for remark in report.remarks)


@pytest.mark.parametrize(
    ("rule", "changes"),
    [
        ("lots.chosen", {"chosen": [0, 1]}),
        ("lots.chosen", {"chosen": []}),
        ("lots.chosen", {"chosen": [2]}),
        ("drawing.hour", {"drawn_at": FREEZING - SECOND}),
        ("drawing.hour", {"drawn_at": COUNTED + SECOND}),
        ("text.plain", {"drawn_by": ""}),
        ("text.plain", {"how": "two\u202epapers"}),
    ],
)
def test_a_draw_on_paper_that_could_not_be_is_refused(tied, rule, changes):
    before = lines(tied)
    with refused(rule):
        enter(tied, replace(BY_HAND, **changes))
    assert lines(tied) == before


def test_a_draw_on_paper_names_nobody_on_the_roll(tied):
    identifier = next(iter(tied.staging.numbers))
    before = lines(tied)
    with refused("text.elector"):
        enter(tied, replace(BY_HAND, drawn_by=f"Prénom de {identifier} Nom de {identifier}"))
    assert lines(tied) == before


def test_only_the_board_enters_a_draw_and_only_where_one_is_needed(tied):
    for actor in (OFFICER, Actor(Role.DELEGATE), Actor(Role.SUPERVISION)):
        with refused("rules.role"):
            enter(tied, actor=actor)
    with refused("drawing.none"):
        enter(tied, contest=tied.b)
    enter(tied, actor=SECRETARY)
    with refused("drawing.none"):
        enter(tied)


def test_the_first_way_that_is_complete_decides(tied):
    """Who has seen the product cannot choose paper instead, and after paper no product is opened."""
    answers = [opened(tied, role) for role in QUORUM]
    take(tied, answers[0])
    enter(tied)
    for answer in answers[1:]:
        with refused("drawing.none"):
            take(tied, answer)


def test_no_paper_after_the_product_was_opened(tied):
    for role in QUORUM:
        take(tied, opened(tied, role))
    with refused("drawing.none"):
        enter(tied)


# --- The slips ------------------------------------------------------------------------------------------


def test_a_holder_who_hands_in_a_slip_of_another_is_told_at_once(held):
    from elections import sealing

    sealing.prepare(held.store, held.staging.uuid, OFFICER, SEALED)
    asked_ = keyholders.inputs(held.store, held.staging.uuid, OFFICER, SEALED)
    first, second = (json.loads(held.holder(role).seal(asked_[role][1]).answer) for role in QUORUM[:2])

    def hand_in(answer):
        return keyholders.take(held.store, held.staging.uuid, encode(answer), OFFICER, SEALED)

    assert hand_in(first) == "president"
    mine, theirs = second["slips"][held.a], first["slips"][held.a]
    for rule, slip in (
        ("slips.holders", theirs),
        ("slips.twice", {**theirs, "owner": mine["owner"], "role": mine["role"]}),
        ("slips.proof", {**mine, "proof": theirs["proof"]}),
        ("elgamal.signature", {**mine, "signature": theirs["signature"]}),
    ):
        with refused(rule):
            hand_in(second | {"slips": second["slips"] | {held.a: slip}})
    with refused("json.missing"):
        hand_in(second | {"slips": {}})
    assert hand_in(second) == "delegate-1"


def test_the_journal_names_the_slips_with_the_seal(sealed):
    with sealed.store.registry_reader() as session:
        seals = [line for line in journal.entries(session, sealed.staging.uuid) if line.act == "seal"]
    assert all(set(line.details) == {"fingerprint", "seal", "setup", "slips"} for line in seals)
