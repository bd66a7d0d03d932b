"""The code maker's two files and its work, without a database (protocol.md §1, §4).

The office hands over which numbers need a code; the maker, on another machine, makes codes, keeps one letter
for each number, and hands public keys back. The maker learns no name and the office no code. Both files are one
canonical JSON object and name the election, into whose uuid the keys are bound:

    {"election":u,"format":"isoloir-code-request-1","issuers":[id…],"numbers":[n…]}
    {"election":u,"format":"isoloir-code-keys-1","keys":[{"number":n,"register":hex,"requests":{issuer:hex}}…]}
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from elections.protocol import code, ed25519
from elections.protocol.ballot import UUID_PATTERN
from elections.protocol.canonical import array, encode, fields, hexadecimal, integer, parse_canonical, string
from elections.protocol.errors import ProtocolError
from elections.protocol.setup import URN_PATTERN

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from elections.protocol.canonical import Json

REQUEST = "isoloir-code-request-1"
KEYS = "isoloir-code-keys-1"
KEYS_FILE = "public-keys.json"
LETTERS = "letters"


@dataclass(frozen=True, slots=True)
class CodeRequest:
    """Which numbers of an election need a code, and for which issuers."""

    election: str
    issuers: tuple[str, ...]
    numbers: tuple[int, ...]

    def encode(self) -> bytes:
        """The file for the maker."""
        value = {"election": self.election, "issuers": list(self.issuers), "numbers": list(self.numbers)}
        return encode({**value, "format": REQUEST})

    @classmethod
    def parse(cls, raw: bytes, what: str = "code request") -> CodeRequest:
        """Read the file strictly: at least one issuer and one number, each once, numbers in order."""
        value = fields(parse_canonical(raw, what), what, ("election", "format", "issuers", "numbers"))
        string(value["format"], f"{what}, format", REQUEST)
        issuers = tuple(string(item, f"{what}, issuer", URN_PATTERN) for item in array(value["issuers"], what))
        numbers = tuple(integer(item, f"{what}, number", 1) for item in array(value["numbers"], what))
        if not issuers or len(set(issuers)) != len(issuers):
            raise ProtocolError("codes.issuers", what=what)
        if not numbers or list(numbers) != sorted(set(numbers)):
            raise ProtocolError("codes.numbers", what=what)
        return cls(string(value["election"], f"{what}, election", UUID_PATTERN), issuers, numbers)


@dataclass(frozen=True, slots=True)
class PublicKeys:
    """What one elector's code gives to registry and issuers, in hexadecimal."""

    number: int
    register: str
    requests: dict[str, str]


@dataclass(frozen=True, slots=True)
class MadeCode:
    """A code with its elector's number and public keys; the code itself is in nobody's `repr`."""

    code: str = field(repr=False)
    keys: PublicKeys


def make(request: CodeRequest) -> list[MadeCode]:
    """A new code for every number of the request, one for all issuers."""
    made = []
    for number in request.numbers:
        text = code.make()
        keys = code.VotingKeys([code.read(text)], request.election, number, request.issuers)
        made.append(MadeCode(text, PublicKeys(*keys.row)))
    return made


def write_keys(election: str, keys: Sequence[PublicKeys]) -> bytes:
    """The file for the office, in the order of numbers."""
    rows = [
        {"number": row.number, "register": row.register, "requests": row.requests}
        for row in sorted(keys, key=lambda row: row.number)
    ]
    return encode({"election": election, "format": KEYS, "keys": rows})


def read_keys(raw: bytes, election: str, issuers: Sequence[str], what: str = "public keys") -> list[PublicKeys]:
    """Read the maker's answer for this election strictly: numbers in order, every key usable, none twice.

    A key that stands twice would let one elector sign for another, so it is refused wherever it stands.
    """
    value = fields(parse_canonical(raw, what), what, ("election", "format", "keys"))
    string(value["format"], f"{what}, format", KEYS)
    if value["election"] != election:
        raise ProtocolError("codes.election", what=what)
    rows: list[PublicKeys] = []
    seen: set[str] = set()
    for place, item in enumerate(array(value["keys"], what), 1):
        row = _row(item, issuers, f"{what}, row {place}")
        if rows and row.number <= rows[-1].number:
            raise ProtocolError("codes.numbers", what=what)
        public = {row.register, *row.requests.values()}
        if seen & public:
            raise ProtocolError("codes.key-twice", what=f"{what}, row {place}", number=row.number)
        seen |= public
        rows.append(row)
    return rows


def check_keys(keys: PublicKeys, issuers: Sequence[str], what: str) -> None:
    """Refuse keys that are not one for the register and one for each issuer, all different and all usable."""
    fields(keys.requests, f"{what}, requests", issuers)
    integer(keys.number, f"{what}, number", 1)
    publics = (keys.register, *keys.requests.values())
    for public in publics:
        ed25519.public_key(bytes.fromhex(hexadecimal(public, what)), what)
    if len(set(publics)) != len(publics):
        raise ProtocolError("codes.key-twice", what=what, number=keys.number)


def _row(value: Json, issuers: Sequence[str], what: str) -> PublicKeys:
    row = fields(value, what, ("number", "register", "requests"))
    keys = PublicKeys(row["number"], row["register"], row["requests"])
    check_keys(keys, issuers, what)
    return keys


def write_folder(folder: Path, election: str, made: Sequence[MadeCode], address: str | None = None) -> None:
    """Write one letter for each number, readable by its owner alone, and the keys for the office.

    The folder must be empty or not yet there: letters of two makings must not lie together. With the address of a
    site that allows it, each letter has a link that carries the code in its fragment, which no server is sent.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise ProtocolError("codes.folder", path=folder)
    folder.chmod(0o700)
    letters = folder / LETTERS
    letters.mkdir(mode=0o700)
    for item in made:
        text = f"election {election}\nelector {item.keys.number}\nvoting code {item.code}\n"
        if address is not None:
            text += f"link {address}/mes-scrutins#code={item.code}\n"
        _write(letters / f"{item.keys.number}.txt", text.encode())
    _write(folder / KEYS_FILE, write_keys(election, [item.keys for item in made]))


def _write(path: Path, data: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
