"""What a key file remembers, and what that forbids (protocol.md §9).

The content of the file, canonical JSON (secret numbers are decimal strings, null is what is not there):

    {"answer":s,"answered":n,"contests":{u:{
        "coefficients":[s…],"encryption":s,"opening":hex,"share":s,"signing":s,         the secrets
        "rehearsed":hex,                                                                SHA-256 of trustees.json
        "seal":{"fingerprint":φ,"setup":hex,"trustees":hex},"tally":hex,
        "product":hex}},                                                                of the slips, with the tally
     "format":"isoloir-holder-state-1","invitation":{…},"role":r}

Nothing in it ever goes back: a round is answered once, nothing is rehearsed after a seal, nothing is sealed
after a tally, and the first tally of a key is its last; so is the product of slips that is remembered with it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from elections.protocol.answers import Secrets
from elections.protocol.canonical import Json, array, decimal, fields, hexadecimal, integer, sha256_hex, string
from elections.protocol.ceremony import KINDS
from elections.protocol.errors import ProtocolError
from elections.protocol.invitation import Invitation
from elections.protocol.trustees import Trustees

if TYPE_CHECKING:
    from collections.abc import Mapping

    from elections.protocol.group import Group
    from elections.protocol.invitation import Seat

FORMAT = "isoloir-holder-state-1"
_KEYS = ("answer", "answered", "contests", "format", "invitation", "role")
_CONTEST_KEYS = (
    "coefficients", "encryption", "opening", "product", "rehearsed", "seal", "share", "signing", "tally",
)  # fmt: skip
_SEAL_KEYS = ("fingerprint", "setup", "trustees")


@dataclass(frozen=True, slots=True)
class Sealed:
    """What was sealed of a contest: φ, and the SHA-256 of setup.json and trustees.json."""

    fingerprint: str
    setup: str
    trustees: str


@dataclass(frozen=True, slots=True)
class Held:
    """One contest: its secrets, the trustees.json it was rehearsed with, its seal, SHA-256 of what it may open."""

    secrets: Secrets
    rehearsed: str | None = None
    seal: Sealed | None = None
    tally: str | None = None
    product: str | None = None
    """What may be opened besides, if the totals need a lot; None where no slips were sealed."""

    def json(self) -> Json:
        """As the file keeps it."""
        secrets = self.secrets
        coefficients = None if secrets.coefficients is None else [str(number) for number in secrets.coefficients]
        seal = None if self.seal is None else {key: getattr(self.seal, key) for key in _SEAL_KEYS}
        return {
            "coefficients": coefficients,
            "encryption": None if secrets.encryption is None else str(secrets.encryption),
            "opening": secrets.opening,
            "product": self.product,
            "rehearsed": self.rehearsed,
            "seal": seal,
            "share": None if secrets.share is None else str(secrets.share),
            "signing": str(secrets.signing),
            "tally": self.tally,
        }

    @classmethod
    def parse(cls, value: Json, group: Group, what: str) -> Held:
        """Read what the file kept of a contest."""
        fields(value, what, _CONTEST_KEYS)

        def number(item: Json) -> int:
            return decimal(item, what, group.q)

        def digest(item: Json) -> str | None:
            return None if item is None else hexadecimal(item, what)

        coefficients, encryption, share = value["coefficients"], value["encryption"], value["share"]
        secrets = Secrets(
            signing=number(value["signing"]),
            encryption=None if encryption is None else number(encryption),
            coefficients=None if coefficients is None else tuple(map(number, array(coefficients, what))),
            opening=digest(value["opening"]),
            share=None if share is None else number(share),
        )
        seal = None if value["seal"] is None else fields(value["seal"], f"{what}, seal", _SEAL_KEYS)
        sealed = None if seal is None else Sealed(*(string(seal[key], f"{what}, {key}") for key in _SEAL_KEYS))
        return cls(secrets, digest(value["rehearsed"]), sealed, digest(value["tally"]), digest(value["product"]))


@dataclass(frozen=True)
class State:
    """Everything a key file remembers; a new one remembers nothing."""

    invitation: Invitation | None = None
    role: str | None = None
    answered: int = 0
    """How many rounds of the ceremony were answered."""
    answer: str | None = field(default=None, repr=False)
    """The last answer, to be given again if it got lost."""
    contests: Mapping[str, Held] = field(default_factory=dict)

    def json(self) -> Json:
        """The content of the file."""
        return {
            "answer": self.answer,
            "answered": self.answered,
            "contests": {uuid: held.json() for uuid, held in self.contests.items()},
            "format": FORMAT,
            "invitation": None if self.invitation is None else self.invitation.json(),
            "role": self.role,
        }

    @classmethod
    def parse(cls, value: Json, what: str = "key file") -> State:
        """Read the content of a file."""
        fields(value, what, _KEYS)
        string(value["format"], f"{what}, format", FORMAT)
        if value["invitation"] is None:
            return cls()
        invitation = Invitation.parse(value["invitation"], what)
        contests = fields(value["contests"], what, invitation.contests)
        return cls(
            invitation,
            invitation.seat(string(value["role"], what), what).role,
            integer(value["answered"], what, 1, len(KINDS)),
            string(value["answer"], what),
            {uuid: Held.parse(item, invitation.group, f"{what}, contest {uuid}") for uuid, item in contests.items()},
        )

    def finished(self) -> tuple[Invitation, Seat]:
        """The invitation and the holder's place; refused before the ceremony has given every share."""
        if self.invitation is None or self.role is None or self.answered < len(KINDS):
            raise ProtocolError("holder.unfinished")
        return self.invitation, self.invitation.seats[self.role]

    def held(self, uuid: str) -> Held:
        """What is held of a contest; one that the ceremony was not for is refused."""
        if uuid not in self.contests:
            raise ProtocolError("holder.contest", contest=uuid)
        return self.contests[uuid]

    def share(self, uuid: str) -> int:
        """The secret share x of a contest's key."""
        share = self.held(uuid).secrets.share
        if share is None:
            raise ProtocolError("holder.unfinished")
        return share

    def sealed(self, uuid: str) -> Sealed:
        """What was sealed of a contest; refused if nothing was."""
        seal = self.held(uuid).seal
        if seal is None:
            raise ProtocolError("holder.unsealed", contest=uuid)
        return seal

    def with_contests(self, changed: Mapping[str, Held]) -> State:
        """The state with some contests replaced."""
        return replace(self, contests={**self.contests, **changed})

    def check_trustees(self, uuid: str, raw: bytes) -> Trustees:
        """trustees.json of a contest: all of V04 of it, this holder's certificate and key at her place.

        Her own certificate stands among those that all holders signed: had the office shown other
        certificates to others, this is where it would be seen.
        """
        invitation, seat = self.finished()
        group, what = invitation.group, f"trustees of contest {uuid}"
        trustees = Trustees.parse(raw, group, what)
        trustees.check(what)
        policy = [(len(item.holders), item.threshold) for item in invitation.policy]
        if trustees.policy() != policy:
            raise ProtocolError("holder.policy", what=what)
        certificate, place = trustees.certificates[seat.owner - 1], seat.owner - 1
        signer = group.generator.secret_power(self.held(uuid).secrets.signing)
        key = group.generator.secret_power(self.share(uuid))
        if certificate is None or certificate.verification != signer or trustees.verification_keys[place] != key:
            raise ProtocolError("holder.key", what=what, owner=seat.owner)
        return trustees

    def check_rehearsed(self, uuid: str, trustees: Trustees) -> None:
        """Refuse unless the contest was rehearsed, with these very trustees (R2)."""
        if self.held(uuid).rehearsed != sha256_hex(trustees.raw):
            raise ProtocolError("holder.unrehearsed", contest=uuid)


@dataclass(frozen=True)
class Outcome:
    """What an act gives: the state to save first, then the answer for the office, and plain words for the holder."""

    state: State
    answer: bytes
    said: tuple[str, ...]
