"""setup.json: all that is sealed of one contest, and the Belenios election computed from it (protocol.md §3).

The election record's description carries the digest of setup.json, and φ is the digest of the election
record; φ stands in every ballot, so every ballot commits to everything here. What is read is canonical,
complete and sane, or refused (V02).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from elections.protocol.ballot import UUID_PATTERN, Election, Question, write_election
from elections.protocol.canonical import (
    Json,
    array,
    boolean,
    encode,
    fields,
    hexadecimal,
    hour,
    integer,
    parse_canonical,
    sha256_hex,
    string,
)
from elections.protocol.errors import ProtocolError
from elections.protocol.note import Verifier
from elections.protocol.token import IssuerPublic

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from elections.protocol.group import Element, Group
    from elections.protocol.trustees import Trustees

FORMAT = "isoloir-setup-1"
QUOTIENT_METHODS = ("largest_remainder", "highest_average")
ROLE_PATTERN = "[a-z0-9-]{1,64}"
URN_PATTERN = "[a-z0-9-]{1,32}"

_KEYS = (
    "audience", "batches", "booth", "candidacies", "closing", "contest", "contests", "election", "format", "grace",
    "issuers", "link_key", "model", "opening", "policy", "record_key", "rehearsal", "roll", "rule", "software",
    "trustees", "urn",
)  # fmt: skip
_BATCH_KEYS = ("at_once", "every", "keep_back", "publish_at", "single_below")


@dataclass(frozen=True, slots=True)
class Name:
    """One elected person and the substitute on the same line, where there is one."""

    titular: str
    substitute: str | None


@dataclass(frozen=True, slots=True)
class Candidacy:
    """A list or a ticket that stands, in the order electors see."""

    id: str
    title: str
    names: tuple[Name, ...]


@dataclass(frozen=True, slots=True)
class KeyHolders:
    """One threshold group of the policy: any `threshold` of the `holders`, given by role."""

    holders: tuple[str, ...]
    threshold: int


@dataclass(frozen=True, slots=True)
class Batches:
    """When waiting ballots are published (protocol.md §7); `every` in seconds, the rest in ballots."""

    at_once: int
    every: int
    keep_back: int
    publish_at: int
    single_below: int


@dataclass(frozen=True, slots=True)
class Rule:
    """How seats are won: method, its parameters, seats to fill."""

    method: str
    parameters: Mapping[str, Json]
    seats: int


@dataclass(frozen=True)
class Setup:
    """One contest as sealed. `raw` are the canonical bytes, `digest` their SHA-256."""

    raw: bytes = field(repr=False)
    value: Json = field(repr=False)
    uuid: str
    title: str
    college: str
    election_uuid: str
    election_title: str
    contests: tuple[str, ...]
    opening: datetime
    closing: datetime
    grace: timedelta
    rehearsal: bool
    candidacies: tuple[Candidacy, ...]
    rule: Rule
    roll_size: int
    roll_digest: str
    issuers: tuple[IssuerPublic, ...]
    policy: tuple[KeyHolders, ...]
    batches: Batches
    urn_name: str
    urn_key: Verifier
    record_key: Verifier
    trustees_digest: str
    link_key_digest: str
    software_digest: str

    @cached_property
    def digest(self) -> str:
        """SHA-256 of setup.json, hexadecimal."""
        return sha256_hex(self.raw)

    @property
    def origin(self) -> str:
        """The origin of the urn's checkpoints for this contest (protocol.md §7)."""
        return f"{self.urn_name}/{self.uuid}"

    @property
    def holders(self) -> tuple[str, ...]:
        """The roles of all key holders; owner n of trustees.json is the n-th, from 1."""
        return tuple(role for group in self.policy for role in group.holders)

    @property
    def question(self) -> Question:
        """The one question, exactly as computed from the setup (protocol.md §3)."""
        by_list = self.rule.method in QUOTIENT_METHODS
        answers = tuple(item.title if by_list else _ticket(item) for item in self.candidacies)
        maximum = min(self.rule.seats, len(answers)) if self.rule.method == "block" else 1
        return Question(self.title, answers, blank=True, minimum=1, maximum=maximum)

    @property
    def description(self) -> str:
        """The Belenios description: the college, and the commitment to setup.json."""
        return f"{self.college}\nsetup sha256:{self.digest}"

    def election_record(self, group: Group, public_key: Element) -> bytes:
        """The bytes of the Belenios election; their Base64Compact is φ."""
        return write_election(self.uuid, self.election_title, self.description, group, public_key, [self.question])

    @classmethod
    def build(cls, value: Json) -> Setup:
        """A setup from its JSON value, checked as if it were read."""
        return cls.parse(encode({**value, "format": FORMAT}))

    @classmethod
    def parse(cls, raw: bytes, what: str = "setup.json") -> Setup:
        """Read setup.json: canonical, complete, sane; issuers' keys as protocol.md §5."""
        value = fields(parse_canonical(raw, what), what, _KEYS)
        string(value["format"], f"{what}, format", FORMAT)
        election = fields(value["election"], f"{what}, election", ("title", "uuid"))
        contest = fields(value["contest"], f"{what}, contest", ("college", "title", "uuid"))
        roll = fields(value["roll"], f"{what}, roll", ("digest", "size"))
        urn = fields(value["urn"], f"{what}, urn", ("key", "name"))
        software = fields(value["software"], f"{what}, software", ("digest", "version"))
        string(software["version"], f"{what}, software")
        _check_roles_and_files(value, what)
        opening, closing = hour(value["opening"], f"{what}, opening"), hour(value["closing"], f"{what}, closing")
        if not opening < closing:
            raise ProtocolError("setup.hours", what=what)
        setup = cls(
            raw=raw,
            value=value,
            uuid=string(contest["uuid"], f"{what}, contest", UUID_PATTERN),
            title=_text(contest["title"], f"{what}, contest title"),
            college=_text(contest["college"], f"{what}, college"),
            election_uuid=string(election["uuid"], f"{what}, election", UUID_PATTERN),
            election_title=_text(election["title"], f"{what}, election title"),
            contests=tuple(string(uuid, f"{what}, contests", UUID_PATTERN) for uuid in array(value["contests"], what)),
            opening=opening,
            closing=closing,
            grace=timedelta(seconds=integer(value["grace"], f"{what}, grace", 0, 24 * 3600)),
            rehearsal=boolean(value["rehearsal"], f"{what}, rehearsal"),
            candidacies=_candidacies(value["candidacies"], f"{what}, candidacies"),
            rule=_rule(value["rule"], f"{what}, rule"),
            roll_size=integer(roll["size"], f"{what}, roll size"),
            roll_digest=hexadecimal(roll["digest"], f"{what}, roll digest"),
            issuers=_issuers(value["issuers"], f"{what}, issuers"),
            policy=_policy(value["policy"], f"{what}, policy"),
            batches=_batches(value["batches"], f"{what}, batches"),
            urn_name=string(urn["name"], f"{what}, urn name", URN_PATTERN),
            urn_key=Verifier.parse(string(urn["key"], f"{what}, urn key"), f"{what}, urn key"),
            record_key=Verifier.parse(string(value["record_key"], f"{what}, record_key"), f"{what}, record_key"),
            trustees_digest=hexadecimal(value["trustees"], f"{what}, trustees"),
            link_key_digest=hexadecimal(value["link_key"], f"{what}, link_key"),
            software_digest=hexadecimal(software["digest"], f"{what}, software digest"),
        )
        if setup.uuid not in setup.contests or len(set(setup.contests)) != len(setup.contests):
            raise ProtocolError("setup.contests", what=what)
        if len(set(setup.question.answers)) != len(setup.candidacies):
            raise ProtocolError("setup.candidacies", what=what)
        return setup


def _ticket(candidacy: Candidacy) -> str:
    name = candidacy.names[0]
    return f"{name.titular} (suppléant : {name.substitute})" if name.substitute else name.titular


def _text(value: Json, what: str) -> str:
    # One line: the description's own line feed must be the only one.
    return string(value, what, r"[^\x00-\x1f]{1,500}")


def _check_roles_and_files(value: Json, what: str) -> None:
    for role in array(value["audience"], f"{what}, audience"):
        string(role, f"{what}, audience", ROLE_PATTERN)
    if not isinstance(value["booth"], dict):
        raise ProtocolError("json.type", what=f"{what}, booth", expected="an object")
    for name, digest in value["booth"].items():
        hexadecimal(digest, f"{what}, booth {name}")
    string(value["model"], f"{what}, model")


def _candidacies(value: Json, what: str) -> tuple[Candidacy, ...]:
    result = []
    for number, item in enumerate(array(value, what), 1):
        place = f"{what}, {number}"
        fields(item, place, ("id", "names", "title"))
        names = []
        for name in array(item["names"], place):
            fields(name, place, ("substitute", "titular"))
            substitute = None if name["substitute"] is None else _text(name["substitute"], place)
            names.append(Name(_text(name["titular"], place), substitute))
        if not names:
            raise ProtocolError("setup.candidacies", what=place)
        result.append(Candidacy(string(item["id"], place, ROLE_PATTERN), _text(item["title"], place), tuple(names)))
    ids, titles = {item.id for item in result}, {item.title for item in result}
    if not result or len(ids) != len(result) or len(titles) != len(result):
        raise ProtocolError("setup.candidacies", what=what)
    return tuple(result)


def _rule(value: Json, what: str) -> Rule:
    fields(value, what, ("method", "parameters", "seats"))
    if not isinstance(value["parameters"], dict):
        raise ProtocolError("json.type", what=f"{what}, parameters", expected="an object")
    return Rule(string(value["method"], what, "[a-z_]{1,40}"), value["parameters"], integer(value["seats"], what, 1))


def _issuers(value: Json, what: str) -> tuple[IssuerPublic, ...]:
    issuers = tuple(IssuerPublic.parse(item, what) for item in array(value, what))
    ids, moduli = {issuer.id for issuer in issuers}, {issuer.n for issuer in issuers}
    if not issuers or len(ids) != len(issuers) or len(moduli) != len(issuers):
        raise ProtocolError("setup.issuers", what=what)
    for issuer in issuers:
        issuer.check()
    return issuers


def _policy(value: Json, what: str) -> tuple[KeyHolders, ...]:
    groups = []
    for item in array(value, what):
        fields(item, what, ("holders", "threshold"))
        holders = tuple(string(role, what, ROLE_PATTERN) for role in array(item["holders"], what))
        threshold = integer(item["threshold"], what, 1)
        if not (threshold < len(holders) or threshold == len(holders) == 1):
            raise ProtocolError("setup.policy", what=what)
        groups.append(KeyHolders(holders, threshold))
    roles = [role for group in groups for role in group.holders]
    if not roles or len(set(roles)) != len(roles):
        raise ProtocolError("setup.policy", what=what)
    return tuple(groups)


def _batches(value: Json, what: str) -> Batches:
    fields(value, what, _BATCH_KEYS)
    numbers = [integer(value[key], f"{what}, {key}", 1) for key in _BATCH_KEYS]
    batches = Batches(*numbers)
    # A batch and what stays behind must both reach `keep_back`: that is what hides an elector.
    if min(batches.at_once, batches.publish_at) < 2 * batches.keep_back or batches.single_below < batches.at_once:
        raise ProtocolError("setup.batches", what=what)
    return batches


def check_binding(setup: Setup, election: Election, trustees: Trustees) -> None:
    """V02 and V04: refuse an election record or trustees that are not the sealed ones.

    The record must be, byte by byte, the one computed from the setup; the key the product of the
    trustees' keys; their groups those of the policy.
    """
    if election.raw != setup.election_record(election.group, election.public_key.element):
        raise ProtocolError("setup.election", what="election")
    if sha256_hex(trustees.raw) != setup.trustees_digest:
        raise ProtocolError("setup.trustees", what="trustees")
    if trustees.public_key(election.group) != election.public_key.element:
        raise ProtocolError("setup.key", what="election")
    if list(trustees.policy()) != [(len(group.holders), group.threshold) for group in setup.policy]:
        raise ProtocolError("setup.trustees-policy", what="trustees")


def seal_text(fingerprint: str, setup_digest: str, checkpoint_text: str) -> str:
    """What a holder signs at the seal (protocol.md §9); the checkpoint is the one of size 0."""
    return f"isoloir|seal|{fingerprint}|{setup_digest}|{sha256_hex(checkpoint_text.encode())}"


def amendment_text(fingerprint: str, act_digest: str, change: Json) -> str:
    """What a holder signs to ratify an act on a sealed contest; `act_digest` names its journal line."""
    return f"isoloir|amendment|{fingerprint}|{act_digest}|{sha256_hex(encode(change))}"


def missing_signatures(policy: Sequence[KeyHolders], signed: set[str]) -> list[KeyHolders]:
    """The groups of which too few signed a seal or an amendment.

    R. 211-552 asks for the president (or secretary) and two delegates, one if there is only one: of
    each group its threshold, and of a group of delegates two where it has two.
    """
    return [group for group in policy if len(signed & set(group.holders)) < _needed(group)]


def _needed(group: KeyHolders) -> int:
    delegates = all(role.startswith("delegate") for role in group.holders)
    return max(group.threshold, min(2, len(group.holders))) if delegates else group.threshold
