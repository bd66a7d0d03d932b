"""Signed notes and their keys, as C2SP `signed-note` has them (https://c2sp.org/signed-note).

A note is a text that ends with a line feed, an empty line, and signature lines
`— <key name> <base64 of key id and signature>`. Checkpoints, receipts and the manifest's signature
are notes, so other programs of that family can read them. Ours are all signed with Ed25519.

A line by an unknown key is a cosignature and is tolerated; a malformed line, or two by the same
key, refuse the whole note.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass, field
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from elections.protocol import ed25519
from elections.protocol.canonical import base64_decode, base64_encode
from elections.protocol.errors import ProtocolError

_ED25519 = b"\x01"
_KEY_ID = 4
_NAME = re.compile(r"[^\s+\x00-\x1f\ud800-\udfff]+")
_FORBIDDEN = re.compile(r"[\x00-\x09\x0b-\x1f\ud800-\udfff]")


class SignatureLine(NamedTuple):
    """One signature line of a note: the key's name, its id of 4 bytes, the signature's bytes."""

    name: str
    key_id: bytes
    signature: bytes


def split(note: str, what: str) -> tuple[str, list[SignatureLine]]:
    """The signed text, line feed included, and the signature lines of a note; nothing is verified."""
    head, blank, tail = note.rpartition("\n\n")
    if not blank or not tail.endswith("\n") or _FORBIDDEN.search(note):
        raise ProtocolError("note.form", what=what)
    lines: list[SignatureLine] = []
    seen: set[tuple[str, bytes]] = set()
    for number, text in enumerate(tail[:-1].split("\n"), 1):
        line = _line(text, f"{what}, signature line {number}")
        if (line.name, line.key_id) in seen:
            raise ProtocolError("note.double", what=what, name=line.name)
        seen.add((line.name, line.key_id))
        lines.append(line)
    return head + "\n", lines


def _line(text: str, what: str) -> SignatureLine:
    dash, _, rest = text.partition(" ")
    name, _, encoded = rest.partition(" ")
    if dash != "—" or not _NAME.fullmatch(name):
        raise ProtocolError("note.line", what=what)
    data = base64_decode(encoded, what)
    if len(data) <= _KEY_ID:
        raise ProtocolError("note.line", what=what)
    return SignatureLine(name, data[:_KEY_ID], data[_KEY_ID:])


def _key_id(name: str, public: bytes) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + _ED25519 + public).digest()[:_KEY_ID]


@dataclass(frozen=True)
class NoteKey:
    """A private key that signs notes under a name without white space or plus sign."""

    name: str
    seed: bytes = field(repr=False)
    """The 32 bytes of the private key (RFC 8032): the one thing to store, mode 0600."""

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name) or len(self.seed) != 32:
            raise ProtocolError("note.key", what=f"signing key {self.name!r}")

    @classmethod
    def generate(cls, name: str) -> NoteKey:
        """A new key from the system's generator."""
        return cls(name, secrets.token_bytes(32))

    @classmethod
    def from_bytes(cls, name: str, seed: bytes) -> NoteKey:
        """The key whose `seed` was stored."""
        return cls(name, seed)

    @property
    def public(self) -> bytes:
        """The public key, 32 bytes."""
        return self._private.public_key().public_bytes_raw()

    @property
    def vkey(self) -> str:
        """The public key as C2SP writes it: `<name>+<8 hex of key id>+<base64 of 0x01 and key>`."""
        return f"{self.name}+{_key_id(self.name, self.public).hex()}+{base64_encode(_ED25519 + self.public)}"

    def line(self, text: str) -> str:
        """One signature line over `text`: appended to a note of that text it is a cosignature."""
        if not text.endswith("\n") or _FORBIDDEN.search(text):
            raise ProtocolError("note.form", what="text to sign")
        data = _key_id(self.name, self.public) + self._private.sign(text.encode())
        return f"— {self.name} {base64_encode(data)}\n"

    def sign(self, text: str) -> str:
        """The whole note: `text`, which must end with a line feed, an empty line, our signature."""
        return f"{text}\n{self.line(text)}"

    @property
    def _private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)


@dataclass(frozen=True)
class Verifier:
    """A public key that checks notes, as setup.json names it."""

    name: str
    public: bytes

    @classmethod
    def parse(cls, vkey: str, what: str) -> Verifier:
        """Read a vkey strictly: Ed25519, its id the one computed from name and key."""
        # Base64 may hold a plus sign too, the name and the id may not.
        name, _, rest = vkey.partition("+")
        key_id, _, encoded = rest.partition("+")
        data = base64_decode(encoded, what, 33)
        if not _NAME.fullmatch(name) or data[:1] != _ED25519 or key_id != _key_id(name, data[1:]).hex():
            raise ProtocolError("note.key", what=what)
        ed25519.public_key(data[1:], what)
        return cls(name, data[1:])

    def check(self, note: str, what: str) -> str:
        """The text that this key signed; refused if the key did not sign it or the note is malformed."""
        text, line = self._find(note, what)
        ed25519.check(self.public, line.signature, text.encode(), f"{what}, signature by {self.name}")
        return text

    def own(self, note: str, what: str) -> str:
        """The note as this key signed it, before anybody cosigned it; the signature is not checked here."""
        text, line = self._find(note, what)
        return f"{text}\n— {line.name} {base64_encode(line.key_id + line.signature)}\n"

    def _find(self, note: str, what: str) -> tuple[str, SignatureLine]:
        text, lines = split(note, what)
        mine = (self.name, _key_id(self.name, self.public))
        for line in lines:
            if (line.name, line.key_id) == mine:
                return text, line
        raise ProtocolError("note.unsigned", what=what, name=self.name)
