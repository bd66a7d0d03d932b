"""The code maker's two files and its work, without a database (protocol.md §1, §4).

The office hands over which numbers need a code; the maker, on another machine, makes codes, keeps one letter for each
number, and hands public keys back. Of people the maker learns what a letter must say (`code_letters`), and the office
no code. `taken` are the channels by which the site sends identifiers and one-time codes: a voting code must come by
another (R. 211-555). Both files are one canonical JSON object and name the election, to which the keys are bound:

    {"election":u,"format":"isoloir-code-request-1","issuers":[id…],"numbers":[n…],"taken":[channel…],"vote":VOTE}
    {"election":u,"format":"isoloir-code-keys-1","keys":[{"number":n,"register":hex,"requests":{issuer:hex}}…]}

VOTE is null, or what letters say: `{"closing":T,"help":s,"opening":T,"site":s,"title":s}`.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from elections.protocol import code, ed25519
from elections.protocol.ballot import UUID_PATTERN
from elections.protocol.canonical import (
    array,
    encode,
    fields,
    hexadecimal,
    hour,
    hour_text,
    integer,
    parse_canonical,
    string,
)
from elections.protocol.errors import ProtocolError
from elections.protocol.setup import URN_PATTERN

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from elections.protocol.canonical import Json

REQUEST = "isoloir-code-request-1"
KEYS = "isoloir-code-keys-1"
KEYS_FILE = "public-keys.json"
LETTERS = "letters"
_LINE = r"[^\x00-\x1f]{0,400}"


@dataclass(frozen=True, slots=True)
class Vote:
    """What a letter says of the vote: `site` is the address at which one votes, `help` whom to ask."""

    title: str
    opening: datetime
    closing: datetime
    site: str = ""
    help: str = ""

    def json(self) -> Json:
        """As it stands in the request."""
        hours = {"closing": hour_text(self.closing), "opening": hour_text(self.opening)}
        return {**hours, "help": self.help, "site": self.site, "title": self.title}

    @classmethod
    def read(cls, value: Json, what: str) -> Vote:
        """Read it strictly: texts of one line."""
        given = fields(value, what, ("closing", "help", "opening", "site", "title"))
        texts = {name: string(given[name], f"{what}, {name}", _LINE) for name in ("help", "site", "title")}
        opening, closing = (hour(given[name], f"{what}, {name}") for name in ("opening", "closing"))
        return cls(texts["title"], opening, closing, texts["site"], texts["help"])


@dataclass(frozen=True, slots=True)
class CodeRequest:
    """Which numbers of an election need a code, for which issuers, by which channel it must not come."""

    election: str
    issuers: tuple[str, ...]
    numbers: tuple[int, ...]
    taken: tuple[str, ...] = ()
    vote: Vote | None = None

    def encode(self) -> bytes:
        """The file for the maker."""
        value = {"election": self.election, "issuers": list(self.issuers), "numbers": list(self.numbers)}
        vote = None if self.vote is None else self.vote.json()
        return encode({**value, "format": REQUEST, "taken": list(self.taken), "vote": vote})

    @classmethod
    def parse(cls, raw: bytes, what: str = "code request") -> CodeRequest:
        """Read the file strictly: at least one issuer and one number, each once, numbers in order."""
        names = ("election", "format", "issuers", "numbers", "taken", "vote")
        value = fields(parse_canonical(raw, what), what, names)
        string(value["format"], f"{what}, format", REQUEST)
        issuers = tuple(string(item, f"{what}, issuer", URN_PATTERN) for item in array(value["issuers"], what))
        numbers = tuple(integer(item, f"{what}, number", 1) for item in array(value["numbers"], what))
        if not issuers or len(set(issuers)) != len(issuers):
            raise ProtocolError("codes.issuers", what=what)
        if not numbers or list(numbers) != sorted(set(numbers)):
            raise ProtocolError("codes.numbers", what=what)
        election = string(value["election"], f"{what}, election", UUID_PATTERN)
        taken = tuple(string(item, f"{what}, taken", "mail|sms") for item in array(value["taken"], what))
        vote = None if value["vote"] is None else Vote.read(value["vote"], f"{what}, vote")
        return cls(election, issuers, numbers, taken, vote)


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


def new_folder(folder: Path, election: str, made: Sequence[MadeCode]) -> Path:
    """A new folder with the keys for the office and a place for the letters, which is given back.

    The folder must be empty or not yet there: letters of two makings must not lie together.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise ProtocolError("codes.folder", path=folder)
    folder.chmod(0o700)
    letters = folder / LETTERS
    letters.mkdir(mode=0o700)
    write_private(folder / KEYS_FILE, write_keys(election, [item.keys for item in made]))
    return letters


def write_folder(folder: Path, election: str, made: Sequence[MadeCode], address: str | None = None) -> None:
    """Write one plain letter for each number, readable by its owner alone, and the keys for the office.

    With the address of a site that allows it, each letter has a link that carries the code in its fragment, which no
    server is sent.
    """
    letters = new_folder(folder, election, made)
    for item in made:
        text = f"election {election}\nelector {item.keys.number}\nvoting code {item.code}\n"
        if address is not None:
            text += f"link {link(address, item.code)}\n"
        write_private(letters / f"{item.keys.number}.txt", text.encode())


def link(address: str, voting_code: str) -> str:
    """The address that brings a code along; a browser keeps what stands behind the # to itself."""
    return f"{address}/mes-scrutins#code={voting_code}"


def forget(folder: Path) -> int:
    """Overwrite and delete whatever holds a code in a maker's folder; how many files. The keys for the office stay.

    Refused (`codes.no-folder`) where the folder is none of a maker's. What a solid-state disk, a backup or a printer's
    queue still hold is out of reach: an encrypted disk, or none at all, is the better precaution.
    """
    if not (folder / KEYS_FILE).is_file() or not (folder / LETTERS).is_dir():
        raise ProtocolError("codes.no-folder", path=folder)
    files = [path for path in sorted((folder / LETTERS).iterdir()) if path.is_file() and not path.is_symlink()]
    for path in files:
        erase(path)
    return len(files)


def erase(path: Path) -> None:
    """Overwrite a file with zeros, on the disk, and delete it."""
    with path.open("r+b") as file:
        file.write(bytes(path.stat().st_size))
        file.flush()
        os.fsync(file.fileno())
    path.unlink()


def write_private(path: Path, data: bytes) -> None:
    """A new file that its owner alone may read."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
