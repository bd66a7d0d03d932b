"""A set-up to read and to change, with a key of every party; the one RSA key is made once a process."""

from functools import cache

from elections.protocol.ballot import Election
from elections.protocol.canonical import sha256_hex
from elections.protocol.elgamal import prove_possession
from elections.protocol.group import group_by_name
from elections.protocol.note import NoteKey
from elections.protocol.pedersen import HolderKey
from elections.protocol.setup import Setup
from elections.protocol.token import IssuerKey
from elections.protocol.trustees import Single, Trustees, write

CONTEST, OTHER, ELECTION = "C" * 14, "D" * 14, "E" * 14
URN, RECORD = NoteKey("urn", bytes(range(32))), NoteKey("record", bytes(range(1, 33)))
ROLES = ("president", "secretary", "delegate-a", "delegate-b", "delegate-c")


@cache
def issuer_key(name="office"):
    """An issuer's key of 3072 bits."""
    return IssuerKey.generate(name)


def value(**changes):
    """The JSON of a set-up, with some of its fields replaced."""
    return {
        "audience": ["president", "delegate", "elector"],
        "batches": {"at_once": 64, "every": 600, "keep_back": 20, "publish_at": 40, "single_below": 200},
        "booth": {"booth.js": "b" * 64},
        "candidacies": [
            {"id": "list-1", "names": [_name("Ada", "Bea"), _name("Cia", None)], "title": "Liste « A »"},
            {"id": "list-2", "names": [_name("Dea", "Eva"), _name("Fee", None)], "title": "Liste B"},
        ],
        "closing": "2026-02-12T15:00:00Z",
        "contest": {"college": "Collège général", "title": "Représentants", "uuid": CONTEST},
        "contests": [CONTEST, OTHER],
        "election": {"title": "CAV 2026", "uuid": ELECTION},
        "format": "isoloir-setup-1",
        "grace": 1800,
        "issuers": [issuer_key().public.json()],
        "link_key": "1" * 64,
        "model": "cav-2026",
        "opening": "2026-02-06T08:00:00Z",
        "policy": [{"holders": [*ROLES[:2]], "threshold": 1}, {"holders": [*ROLES[2:]], "threshold": 2}],
        "record_key": RECORD.vkey,
        "rehearsal": False,
        "roll": {"digest": "2" * 64, "size": 400},
        "rule": {"method": "largest_remainder", "parameters": {}, "seats": 2},
        "software": {"digest": "5" * 64, "version": "1.0"},
        "trustees": "7" * 64,
        "urn": {"key": URN.vkey, "name": "urn-1"},
        **changes,
    }


def _name(titular, substitute):
    return {"substitute": substitute, "titular": titular}


def setup(**changes):
    """The set-up with these changes."""
    return Setup.build(value(**changes))


def bound(**changes):
    """A set-up, and the election and trustees it names, all fitting, with one holder."""
    group = group_by_name("Ed25519")
    trustees = Trustees.parse(write([Single(HolderKey(prove_possession(group, 5), group.power_g(5)))]), group)
    policy = [{"holders": ["president"], "threshold": 1}]
    read = setup(policy=policy, trustees=sha256_hex(trustees.raw), **changes)
    return read, Election.parse(read.election_record(group, group.power_g(5))), trustees
