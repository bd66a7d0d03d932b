"""A lot on the holder's side: only the product that was remembered with the tally, only if the totals need it."""

import json
import shutil

import pytest
from click.testing import CliRunner

from elections.cli import main
from elections.protocol.canonical import encode
from elections.protocol.slips import Slip, make_slip, product
from elections.protocol.tally import PartialDecryption, check_partial, check_strong
from elections.protocol.trustees import Trustees, combine
from elections.verify.contest import Contest
from tests.holder.ceremonies import CONTESTS
from tests.holder.world import PASSPHRASE
from tests.refused import refused

FIRST, SECOND = CONTESTS
QUORUM = ("secretary", "delegate-b", "delegate-d")
EQUAL = ((0, 1, 0), (0, 0, 1))
"""A vote for each of the two lists: the one seat must be drawn."""


@pytest.fixture(scope="session")
def tied(_sealed, tmp_path_factory):
    """The folder of a frozen record whose totals need a lot in both contests; not to be changed."""
    return _sealed.record(tmp_path_factory.mktemp("tied"), votes=EQUAL)


def decrypted(world, record, roles=QUORUM):
    """What these holders have given for the totals, by role."""
    return {role: json.loads(world.holder(role).decrypt(record).answer) for role in roles}


def asked(world, answers, contests=CONTESTS, **changes):
    """What the office asks for once they have."""
    found: dict[str, object] = {}
    for uuid in contests:
        rows = [
            {
                "owner": answer["owner"],
                "partial": answer["contests"][uuid]["partial"],
                "proofs": answer["contests"][uuid]["strong"]["proofs"],
            }
            for answer in answers.values()
        ]
        matter = {
            "ballots": 2, "between": [0, 1], "blank": 0, "contest": uuid, "method": "largest_remainder",
            "names": ["one", "two"], "seats": 1, "votes": [1, 1],
        }  # fmt: skip
        found[uuid] = {"decryptions": rows, "matter": matter | changes}
    return {"contests": found, "format": "isoloir-lot-1"}


def slips(world, uuid=FIRST):
    return [Slip.parse(item, world.elections[uuid], "slip") for item in world.slips[uuid]]


def test_every_seal_comes_with_a_slip_of_its_own(sealed):
    for uuid in CONTESTS:
        assert [slip.role for slip in slips(sealed, uuid)] == sealed.roles
        elements = [e for slip in slips(sealed, uuid) for e in (slip.ciphertext.alpha, slip.ciphertext.beta)]
        assert len(set(elements)) == 2 * len(sealed.roles)


def test_a_quorum_opens_the_product_and_every_proof_holds(sealed, tied):
    document = encode(asked(sealed, decrypted(sealed, tied)))
    answers = [json.loads(sealed.holder(role).lot(tied, document).answer) for role in QUORUM]
    for uuid in CONTESTS:
        election = sealed.elections[uuid]
        trustees, whole = Trustees.parse(sealed.trustees[uuid], election.group), product(election, slips(sealed, uuid))
        factors = {}
        for answer in answers:
            part, owner = answer["contests"][uuid], answer["owner"]
            partial = PartialDecryption.parse(part["partial"].encode(), election, "partial", whole.shape)
            key = trustees.verification_keys[owner - 1]
            check_partial(election, whole, key, partial, "partial")
            check_strong(election, whole, owner, key, partial, part["strong"], "strong")
            assert (part["fingerprint"], part["product"]) == (election.fingerprint, whole.digest)
            factors[owner] = partial.factors[0][0]
        assert combine(election.group, trustees, factors) == _mask(sealed, uuid)


def _mask(world, uuid):
    """y^r of the product, from the secret shares together: what only a test may compute."""
    election = world.elections[uuid]
    trustees = Trustees.parse(world.trustees[uuid], election.group)
    [[ciphertext]] = product(election, slips(world, uuid)).columns
    shares = {}
    for role in QUORUM:
        state = world.holder(role).state
        shares[state.finished()[1].owner] = ciphertext.alpha ** state.share(uuid)
    return combine(election.group, trustees, shares)


def test_the_same_product_may_be_opened_again_and_nothing_is_saved_for_it(sealed, tied):
    document = encode(asked(sealed, decrypted(sealed, tied)))
    before = sealed.path("secretary").read_bytes()
    given = [json.loads(sealed.holder("secretary").lot(tied, document).answer) for _ in range(2)]
    factors = [json.loads(item["contests"][FIRST]["partial"])["decryption_factors"] for item in given]
    assert factors[0] == factors[1]
    assert sealed.path("secretary").read_bytes() == before


def test_a_key_that_has_not_opened_its_totals_opens_no_product(sealed, tied):
    document = encode(asked(sealed, decrypted(sealed, tied)))
    with refused("holder.lot-early"):
        sealed.holder("president").lot(tied, document)


def test_no_lot_is_opened_that_the_totals_do_not_need(sealed, record):
    """Whatever the office says: the program counts itself."""
    document = encode(asked(sealed, decrypted(sealed, record), ballots=3))
    with refused("holder.no-lot"):
        sealed.holder("secretary").lot(record, document)


@pytest.mark.parametrize(
    "change",
    [{"between": [0]}, {"names": ["one", "three"]}, {"seats": 2}, {"votes": [2, 0]}, {"ballots": 3}, {"more": 1}],
)
def test_another_lot_than_the_one_needed_is_not_opened(sealed, tied, change):
    document = encode(asked(sealed, decrypted(sealed, tied), **change))
    with refused("holder.other-lot"):
        sealed.holder("secretary").lot(tied, document)


def test_the_decryptions_must_be_enough_and_proved(sealed, tied):
    answers = decrypted(sealed, tied)
    few = {role: answers[role] for role in QUORUM[:2]}
    twice = {**few, "again": answers["delegate-b"]}
    swapped = {**answers, "secretary": {**answers["secretary"], "owner": 1}}
    for given, rule in ((few, "trustees.policy"), (twice, "verify.owner-twice"), (swapped, "tally.strong-proof")):
        with refused(rule):
            sealed.holder("secretary").lot(tied, encode(asked(sealed, given)))
    value = asked(sealed, answers)
    proof = value["contests"][SECOND]["decryptions"][0]["proofs"][0][0]
    proof["challenge"] = "1"
    with refused("tally.strong-proof"):
        sealed.holder("secretary").lot(tied, encode(value))


def test_slips_exchanged_after_the_totals_are_not_opened(sealed, tied, tmp_path):
    """Even one that its holder made anew and signed: the product was settled before any total was known."""
    document = encode(asked(sealed, decrypted(sealed, tied)))
    signing = sealed.holder("president").state.held(FIRST).secrets.signing
    sealed.slips = {**sealed.slips, FIRST: list(sealed.slips[FIRST])}
    sealed.slips[FIRST][0] = make_slip(sealed.elections[FIRST], 1, "president", signing)
    folder = shutil.copytree(tied, tmp_path / "other")
    (folder / FIRST / "slips.json").write_bytes(encode(sealed.slips[FIRST]))
    sealed.sign_manifest(folder)
    with refused("holder.other-product"):
        sealed.holder("secretary").lot(folder, document)
    with refused("holder.other-product"):
        sealed.holder("secretary").decrypt(folder)
    sealed.holder("secretary").lot(tied, document)


def test_a_record_with_other_totals_is_not_the_one_that_was_opened(sealed, tied, tmp_path):
    document = encode(asked(sealed, decrypted(sealed, tied)))
    other = sealed.record(tmp_path / "other", votes=EQUAL)
    with refused("holder.other-tally"):
        sealed.holder("secretary").lot(other, document)


def test_a_record_whose_slips_do_not_hold_is_not_decrypted(sealed, tied, tmp_path):
    folder = shutil.copytree(tied, tmp_path / "other")
    (folder / FIRST / "slips.json").write_bytes(encode(sealed.slips[FIRST][:-1]))
    sealed.sign_manifest(folder)
    with refused("verify.required"):
        sealed.holder("president").decrypt(folder)
    assert sealed.holder("president").state.held(FIRST).product is None


def test_a_holder_whose_slip_is_not_in_the_seal_is_told(sealed, tied, tmp_path):
    assert not any("slip" in line and "not" in line for line in sealed.holder("president").decrypt(tied).said)
    late = sealed.without("secretary")
    folder = late.record(tmp_path / "late", votes=EQUAL)
    said = late.holder("secretary").decrypt(folder).said
    assert sum("neither your signature nor your slip" in line for line in said) == len(CONTESTS)


@pytest.mark.parametrize(
    ("rule", "change"),
    [
        ("json.type", lambda value: value.update(contests={})),
        ("json.type", lambda value: value.update(contests=[])),
        ("text.pattern", lambda value: value.update(format="isoloir-lot-2")),
        ("holder.contest", lambda value: value["contests"].update({"C" * 14: value["contests"][FIRST]})),
        ("json.missing", lambda value: value["contests"][FIRST].pop("matter")),
        ("json.type", lambda value: value["contests"][FIRST].update(decryptions={})),
        ("json.unknown", lambda value: value["contests"][FIRST]["decryptions"][0].update(more=1)),
    ],
)
def test_a_wrong_document_opens_nothing(sealed, tied, rule, change):
    value = asked(sealed, decrypted(sealed, tied))
    change(value)
    with refused(rule):
        sealed.holder("secretary").lot(tied, encode(value))


def test_the_command_says_what_is_drawn(sealed, tied, tmp_path):
    document, answer, secret = (tmp_path / name for name in ("in.json", "out.json", "passphrase"))
    document.write_bytes(encode(asked(sealed, decrypted(sealed, tied))))
    secret.write_text(PASSPHRASE)
    words = ["trustee", "lot", sealed.path("secretary"), tied, document, answer, "--passphrase-file", secret]
    done = CliRunner().invoke(main, [str(word) for word in words], prog_name="elections")
    assert (done.exit_code, done.stderr) == (0, "")
    assert "1 of these: “one”, “two”" in done.stdout
    assert json.loads(answer.read_bytes())["format"] == "isoloir-lot-opened-1"


def test_a_contest_of_the_record_knows_whether_slips_belong_to_it(sealed, tied):
    files = {path.name: path.read_bytes() for path in (tied / FIRST).iterdir()}
    assert Contest(FIRST, files).lots
    setup = json.loads(files["setup.json"])
    setup["candidacies"] = setup["candidacies"][:1]
    assert not Contest(FIRST, {**files, "setup.json": encode(setup)}).lots
