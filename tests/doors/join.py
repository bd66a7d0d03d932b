"""An election of two hundred ballots for the join test: what each device knew, and where it is looked for.

Three kinds of values. `who` names an elector, `what` comes from her ballot, `between` is what casting knew for a
moment and should have forgotten. A value is looked for as bytes, in hexadecimal and in Base64, and so is its SHA-256.
"""

import base64
import hashlib
import logging
import pickle
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random
from unittest import mock

from elections import counting, server_keys, urn
from elections.protocol.ballot import Ballot
from elections.protocol.canonical import base64_decode, hour_text
from elections.protocol.code import blinding, pss_salt
from elections.registry import register
from elections.registry.tables import Elector, ElectorKey, Signature
from elections.urn.marks import marks_of
from tests.doors.victims import ticker
from tests.doors.world import CLOSING, FREEZING, OPENING, SIZE, open_copy

RECORDED = {"z of issuer-1", "z of issuer-2"}
"""The issuers keep the SHA-256 of these, and the test has it among `who`."""
WINDOW = 12
"""A value is found by its first twelve bytes: by chance once in 10^20 where they are random."""


@dataclass
class Trace:
    """All that was ever known of one vote: byte strings or texts by name."""

    number: int
    hour: str
    lengths: tuple
    """Of the ballot, of the request that carried it, and of the urn's receipt."""
    who: dict = field(default_factory=dict)
    what: dict = field(default_factory=dict)
    between: dict = field(default_factory=dict)


@dataclass
class Voted:
    """What `play` has left: the traces, secret keys that are gone, what was logged, and files as they were when."""

    folder: Path
    traces: list
    wanted: dict
    """By kind, what to look for (`needles`)."""
    keys: dict
    log: list
    live: dict
    """Every file of the state before the freeze, by path."""
    frozen: dict
    """And after it."""
    record: dict


def play(master, folder):
    """Everybody votes, the contest is frozen, the frozen record exported."""
    world = open_copy(master / "open", folder)
    drawn = Random(1)
    order = drawn.sample(range(1, SIZE + 1), SIZE)
    seconds = sorted(drawn.sample(range(int((CLOSING - OPENING).total_seconds())), SIZE))
    ticking = ticker(world)
    log: list[tuple[str, str]] = []
    traces: list[Trace] = []
    for number, second in zip(order, seconds, strict=True):
        now = OPENING + timedelta(seconds=second)
        # The database's own log is long: a few votes are enough to see what it says.
        with _logged(log, "sqlalchemy" if len(traces) < 9 else "elections"):
            traces.append(_vote(world, number, now))
            if len(traces) % 3 == 0:
                ticking.tick(now)
    keys = {
        name: getattr(server_keys, name)(world.store.keys, world.staging.uuid, world.a)
        for name in ("link_key", "cast_key")
    }
    live = _files(world.store.state)
    with _logged(log, "elections"):
        ticking.tick(FREEZING)
    counting.export(world.store, world.staging.uuid, folder / "frozen")
    frozen = _files(world.store.state)
    _names(world, traces)
    world.store.close()
    wanted = {kind: needles(traces, kind) for kind in ("who", "what", "between")}
    voted = Voted(folder, traces, wanted, keys, log, live, frozen, _files(folder / "frozen"))
    (folder / "voted.pickle").write_bytes(pickle.dumps(voted))


def read(folder):
    return pickle.loads((folder / "voted.pickle").read_bytes())  # noqa: S301 - written by this run


def _vote(world, number, now):
    elector = world.elector(number, now=now)
    attempts, arrivals = [], []
    add, put = register.add_attempt, urn.put

    def adding(*args):
        attempts.append(add(*args))
        return attempts[-1]

    def putting(*args):
        arrivals.append(args[2])
        return put(*args)

    with mock.patch.object(register, "add_attempt", adding), mock.patch.object(urn, "put", putting):
        answers, tokens = [], []
        for public in world.booth.setup.issuers:
            z, signature = elector.request(public)
            answers.append((public, z, signature, world.ask(elector, public.id, z, signature, now)))
            tokens.append(elector.token(public, answers[-1][3]))
        request = elector.cast(world.booth.vote((0, 0, 1, None)[number % 4]), tokens)
        body = request.encode(world.booth.length)
        receipts = world.cast(number, body, now)
    elector.check_receipts(request, receipts.urn, receipts.register)
    trace = Trace(number, hour_text(now), (len(request.entry.ballot), len(body), len(receipts.urn)))
    trace.between = {
        "voting code": world.staging.codes[number], "elector salt": elector.salt, "secret credential": elector._secret,
        "seed": elector._seed, "a": attempts[0], "a′": arrivals[0],
    }  # fmt: skip
    trace.who = {"register signature": base64_decode(request.signature, "signature")}
    for public, z, signature, answer in answers:
        trace.who[f"signature of the request to {public.id}"] = base64_decode(signature, "signature")
        trace.between |= {
            f"z of {public.id}": z, f"answer of {public.id}": answer,
            f"blinding of {public.id}": public.bytes_of(blinding(elector._seed, public.id, public.n)),
            f"salt of {public.id}": pss_salt(elector._seed, public.id),
        }  # fmt: skip
        trace.who[f"sha256 of z of {public.id}"] = hashlib.sha256(z).digest()
    ballot = Ballot.parse(request.entry.ballot, world.booth.election.group)
    entry = request.entry
    trace.what = {
        "last proof": entry.ballot[-60:], "leaf hash": entry.leaf_hash, "tracker": entry.tracker,
        "tracker's digest": hashlib.sha256(entry.ballot).digest(), "credential": ballot.credential.text,
        "credential's bytes": bytes.fromhex(ballot.credential.text), "hash of the ballot": ballot.signed_hash,
    }  # fmt: skip
    for place, alpha in enumerate(ballot.alphas):
        trace.what |= {f"α {place}": alpha.text, f"α {place} as bytes": bytes.fromhex(alpha.text)}
    for token in entry.tokens:
        trace.what[f"token of {token.issuer}"] = token.signature
    marks = marks_of(ballot.credential.text, entry.tracker, [alpha.text for alpha in ballot.alphas])
    trace.what |= {f"mark {place}": digest for place, (_, digest) in enumerate(marks)}
    return trace


def _names(world, traces):
    """What the registry knows of each person."""
    uuid = world.staging.uuid
    with world.store.registry_reader() as session:
        for trace in traces:
            person = session.get(Elector, (uuid, trace.number))
            keys = session.get(ElectorKey, (uuid, trace.number))
            signature = session.get(Signature, (world.a, trace.number))
            assert hour_text(signature.at) == trace.hour
            trace.who |= {"identifier": person.identifier, "name": person.last_name, "first name": person.first_name}
            trace.who |= {"address": person.email, "register key": bytes.fromhex(keys.register)}
            trace.who |= {f"request key {name}": bytes.fromhex(key) for name, key in keys.requests.items()}


class _Keeping(logging.Handler):
    """Keeps what is said."""

    def __init__(self, lines):
        super().__init__()
        self._lines = lines

    def emit(self, record):
        """Its logger and its text."""
        self._lines.append((record.name, record.getMessage()))


@contextmanager
def _logged(lines, loud):
    """All that any logger says, ours at every level; the `loud` one at a level that somebody may set by mistake."""
    handler = _Keeping(lines)
    levels = {"": logging.DEBUG, loud: logging.INFO, "elections": logging.DEBUG}
    before = {name: logging.getLogger(name).level for name in levels}
    logging.getLogger().addHandler(handler)
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)
    try:
        yield
    finally:
        logging.getLogger().removeHandler(handler)
        for name, level in before.items():
            logging.getLogger(name).setLevel(level)


def _files(folder):
    """Every file below a folder as raw bytes: free pages, journals and all."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


# --- Looking for values -----------------------------------------------------------------------------------


def shapes(value, *, hashed=True):
    """The first bytes of every shape in which a value, or its SHA-256, could be stored."""
    if isinstance(value, int):
        raw = value.to_bytes((value.bit_length() + 7) // 8, "big")
        forms = [str(value).encode(), raw, raw[::-1]]
    else:
        forms = [value.encode() if isinstance(value, str) else value]
    found = set()
    for form in forms:
        for data in (form, hashlib.sha256(form).digest())[: 2 if hashed else 1]:
            found |= {data, data.hex().encode(), base64.b64encode(data), base64.urlsafe_b64encode(data)}
    return {shape[:WINDOW] for shape in found if len(shape) >= WINDOW}


def needles(traces, kind):
    """By what to look for, the name of the value and the number of its elector."""
    return {
        shape: (name, trace.number)
        for trace in traces
        for name, value in getattr(trace, kind).items()
        for shape in shapes(value, hashed=name not in RECORDED)
    }


def windows(data):
    """All runs of twelve bytes."""
    return (data[start : start + WINDOW] for start in range(len(data) - WINDOW + 1))


def found(wanted, data):
    """The names of the values that are there."""
    return {wanted[hit] for hit in set(wanted).intersection(windows(data))}
