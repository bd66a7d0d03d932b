"""A small urn for its tests: ballots are random bytes of a ballot's form, for the urn never looks inside."""

import secrets
from dataclasses import dataclass, field

from elections import urn
from elections.protocol.canonical import base64_compact, encode
from elections.protocol.log import leaf_hash
from elections.protocol.note import NoteKey, Verifier
from elections.protocol.setup import Batches
from elections.rules.phases import Phase

CONTEST = "dBRFsGMXpcQZvR"
OTHER = "7pGdQmXkLr4TzN"
KEY = NoteKey("urn-demo", bytes(32))
VERIFIER = Verifier(KEY.name, KEY.public)
BATCHES = Batches(at_once=64, every=600, keep_back=20, publish_at=40, single_below=200)
ROLL = 400
SETUP, RECORD = b'{"format":"isoloir-setup-1"}', b'{"version":1}'


@dataclass(frozen=True)
class Cast:
    """What a cast brings to the urn, all of it random unless a test says otherwise."""

    arrival: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    credential: str = field(default_factory=lambda: secrets.token_hex(32))
    alphas: tuple[str, ...] = field(default_factory=lambda: tuple(secrets.token_hex(32) for _ in range(4)))
    length: int = 300

    @property
    def ballot(self):
        """Bytes of some length, the values among them."""
        return f"{self.credential}{','.join(self.alphas)}".ljust(self.length, ".").encode()

    @property
    def tracker(self):
        """As the browser computes it."""
        return base64_compact(self.ballot)

    @property
    def leaf(self):
        """The entry that holds the ballot."""
        return encode({"ballot": self.ballot.decode(), "tokens": []})

    @property
    def hash(self):
        """Of the leaf."""
        return leaf_hash(self.leaf)

    def put(self, session, contest=CONTEST):
        """Step 3 of the cast."""
        urn.put(session, contest, self.arrival, self.credential, self.tracker, self.alphas, self.leaf)


def opened(store, *contests):
    """The urn of `store`, with contests that are open."""
    for contest in contests or (CONTEST,):
        with store.urn.begin() as session:
            urn.receive(session, contest, SETUP, RECORD, KEY, "demo")
            urn.set_phase(session, contest, Phase.OPEN)
    return store.urn


def cast(sessions, number, contest=CONTEST, **values):
    """Put so many ballots, in one transaction, and give them."""
    casts = [Cast(**values) for _ in range(number)]
    with sessions.begin() as session:
        for each in casts:
            each.put(session, contest)
    return casts


def publish(sessions, *, elapsed=False, roll=ROLL, contest=CONTEST):
    with sessions.begin() as session:
        return urn.publish(session, contest, KEY, BATCHES, roll, elapsed=elapsed)


def move(sessions, phase, contest=CONTEST):
    with sessions.begin() as session:
        urn.set_phase(session, contest, phase)


def freeze(sessions, contest=CONTEST):
    """Close the urn for good, and give the last checkpoint."""
    move(sessions, Phase.FROZEN, contest)
    with sessions.begin() as session:
        return urn.freeze(session, contest, KEY)
