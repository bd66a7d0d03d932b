"""The server's secrets by what they are for, as files of the keys folder (protocol.md §1, §4–7; architecture).

None of them lies in a database or beside one. Link and cast keys exist from the preparation of the seal to
the freeze of their contest and are then destroyed: without them nothing stored ties an elector to a credential.
"""

from __future__ import annotations

import secrets
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from elections.protocol.errors import ProtocolError
from elections.protocol.note import NoteKey
from elections.protocol.token import IssuerKey

if TYPE_CHECKING:
    from collections.abc import Sequence

    from elections.storage import KeyFolder

_URN = "urn"
_RECORD = "record"
_SITE = "site"
"""The folder of what belongs to no election."""


def site_key(folder: KeyFolder, name: Literal["cookie", "factors"]) -> bytes:
    """Signs the forms' cookie, or seals the secrets of second factors: made once, the same in every process."""
    if not folder.exists(_SITE, name):
        try:
            folder.write(_SITE, name, secrets.token_bytes(32))
        except ProtocolError as error:
            # Another process was quicker.
            if error.rule != "storage.key_exists":
                raise
    return folder.read(_SITE, name)


def make_election_keys(folder: KeyFolder, election: str, urn_name: str) -> tuple[NoteKey, NoteKey]:
    """The urn key and the record key of an election; those that are there already are kept."""
    for name in (_URN, _RECORD):
        if not folder.exists(election, name):
            folder.write(election, name, secrets.token_bytes(32))
    return urn_key(folder, election, urn_name), record_key(folder, election)


def make_contest_keys(folder: KeyFolder, election: str, contest: str, issuers: Sequence[str]) -> None:
    """The keys of one contest, where they are missing: each issuer's, link and cast."""
    for issuer in issuers:
        name = _issuer(issuer, contest)
        if not folder.exists(election, name):
            folder.write(election, name, IssuerKey.generate(issuer).encode())
    for name in (_link(contest), _cast(contest)):
        if not folder.exists(election, name):
            folder.write(election, name, secrets.token_bytes(32))


def urn_key(folder: KeyFolder, election: str, urn_name: str) -> NoteKey:
    """Signs checkpoints and the urn's receipts."""
    return NoteKey.from_bytes(urn_name, folder.read(election, _URN))


def record_key(folder: KeyFolder, election: str) -> NoteKey:
    """Signs the manifest and the register's receipts."""
    return NoteKey.from_bytes(f"record-{election}", folder.read(election, _RECORD))


def issuer_key(folder: KeyFolder, election: str, contest: str, issuer: str) -> IssuerKey:
    """Signs blinded requests of one contest."""
    return _parsed(folder.read(election, _issuer(issuer, contest)))


@lru_cache(maxsize=256)
def _parsed(raw: bytes) -> IssuerKey:
    # Its roots take a tenth of a second; a key is parsed once in the life of the process.
    return IssuerKey.parse(raw, "issuer's key")


def link_key(folder: KeyFolder, election: str, contest: str) -> bytes:
    """From which elector salts come, 32 bytes."""
    return folder.read(election, _link(contest))


def cast_key(folder: KeyFolder, election: str, contest: str) -> bytes:
    """Under which the urn knows attempts, 32 bytes."""
    return folder.read(election, _cast(contest))


def destroy_linking_keys(folder: KeyFolder, election: str, contest: str) -> None:
    """Destroy what ties an elector to a credential and an attempt to an arrival; may be repeated."""
    folder.destroy(election, _link(contest))
    folder.destroy(election, _cast(contest))


def linking_keys_exist(folder: KeyFolder, election: str, contest: str) -> bool:
    """Whether anything is left of the contest's link and cast keys: a crash may have cut their destruction off."""
    return folder.remains(election, _link(contest)) or folder.remains(election, _cast(contest))


def _issuer(issuer: str, contest: str) -> str:
    return f"issuer-{issuer}-{contest}"


def _link(contest: str) -> str:
    return f"link-{contest}"


def _cast(contest: str) -> str:
    return f"cast-{contest}"
