"""The file of a key holder: JSON, encrypted under her passphrase, replaced as a whole or not at all.

`{"data":base64,"format":"isoloir-holder-1","kdf":{"n":n,"name":"scrypt","p":1,"r":8,"salt":base64},"nonce":base64}`
in canonical JSON. The key is scrypt (RFC 7914) of the passphrase in NFC, 32 bytes; data is AES-256-GCM of
the content under a fresh nonce, with the rest of the file as associated data, so that nothing in it can be
changed unnoticed. The cost n is stored; one that is too low to protect, or too high to be honest, is refused.

A copy of the file is as good as the file: a substitute holds one, and a second medium should (R2). What
one copy remembers, the others do not know.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import unicodedata
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from elections.protocol.canonical import (
    Json,
    base64_decode,
    base64_encode,
    encode,
    fields,
    integer,
    parse_canonical,
    string,
)
from elections.protocol.errors import ProtocolError

if TYPE_CHECKING:
    from pathlib import Path

FORMAT = "isoloir-holder-1"
COST = 2**17
"""scrypt's n for files in use: 128 MiB and some tenths of a second for each guess."""
LOWEST_COST = 2**14
_HIGHEST_COST = 2**20
_BLOCK = 8
_SALT = 16
_NONCE = 12
_LARGEST = 2**26
_SHORTEST_PASSPHRASE = 8


@dataclass(frozen=True)
class KeyFile:
    """An open key file: where it lies, its content, and what is needed to write it again."""

    path: Path
    content: Json = field(repr=False)
    cost: int
    _salt: bytes = field(repr=False)
    _key: bytes = field(repr=False)
    _raw: bytes = field(repr=False)
    """The bytes as they were read or last written."""

    @classmethod
    def create(cls, path: Path, passphrase: str, content: Json, cost: int = COST) -> KeyFile:
        """Write a new file of mode 0600; a file that is there already is never overwritten.

        A `cost` below the default is for tests and demonstrations.
        """
        if len(passphrase) < _SHORTEST_PASSPHRASE:
            raise ProtocolError("holder.passphrase-short", least=_SHORTEST_PASSPHRASE)
        _check_cost(cost, str(path))
        salt = secrets.token_bytes(_SALT)
        new = cls(path, content, cost, salt, _derive(passphrase, salt, cost), b"")
        raw = new._encrypt(content)
        try:
            _write(path, raw)
        except FileExistsError as error:
            raise ProtocolError("holder.exists", path=path) from error
        return replace(new, _raw=raw)

    @classmethod
    def open(cls, path: Path, passphrase: str) -> KeyFile:
        """Read and decrypt; a wrong passphrase and an altered file cannot be told apart, and are refused."""
        what = str(path)
        if path.stat().st_size > _LARGEST:
            raise ProtocolError("holder.large", what=what)
        raw = path.read_bytes()
        value = fields(parse_canonical(raw, what), what, ("data", "format", "kdf", "nonce"))
        string(value["format"], f"{what}, format", FORMAT)
        kdf = fields(value["kdf"], f"{what}, kdf", ("n", "name", "p", "r", "salt"))
        string(kdf["name"], f"{what}, kdf", "scrypt")
        integer(kdf["p"], f"{what}, kdf, p", 1, 1)
        integer(kdf["r"], f"{what}, kdf, r", _BLOCK, _BLOCK)
        cost = integer(kdf["n"], f"{what}, kdf, n")
        _check_cost(cost, what)
        salt = base64_decode(kdf["salt"], f"{what}, kdf, salt", _SALT)
        nonce = base64_decode(value["nonce"], f"{what}, nonce", _NONCE)
        data = base64_decode(value["data"], f"{what}, data")
        key = _derive(passphrase, salt, cost)
        try:
            content = AESGCM(key).decrypt(nonce, data, _header(cost, salt, nonce))
        except InvalidTag as error:
            raise ProtocolError("holder.passphrase", path=path) from error
        return cls(path, parse_canonical(content, what), cost, salt, key, raw)

    def save(self, content: Json) -> KeyFile:
        """Replace the content. The file on disk is the old one or the new one, at every moment.

        Refused if the file is no longer the one that was opened: two programs at once must not both
        believe that theirs was the first tally of a key.
        """
        if self.path.read_bytes() != self._raw:
            raise ProtocolError("holder.changed", path=self.path)
        raw = self._encrypt(content)
        write_atomically(self.path, raw)
        return replace(self, content=content, _raw=raw)

    def _encrypt(self, content: Json) -> bytes:
        nonce = secrets.token_bytes(_NONCE)
        data = AESGCM(self._key).encrypt(nonce, encode(content), _header(self.cost, self._salt, nonce))
        kdf = _kdf(self.cost, self._salt)
        return encode({"data": base64_encode(data), "format": FORMAT, "kdf": kdf, "nonce": base64_encode(nonce)})


def _kdf(cost: int, salt: bytes) -> Json:
    return {"n": cost, "name": "scrypt", "p": 1, "r": _BLOCK, "salt": base64_encode(salt)}


def _header(cost: int, salt: bytes, nonce: bytes) -> bytes:
    return encode({"format": FORMAT, "kdf": _kdf(cost, salt), "nonce": base64_encode(nonce)})


def _check_cost(cost: int, what: str) -> None:
    if not LOWEST_COST <= cost <= _HIGHEST_COST or cost & (cost - 1):
        raise ProtocolError("holder.cost", what=what, least=LOWEST_COST, most=_HIGHEST_COST)


def _derive(passphrase: str, salt: bytes, cost: int) -> bytes:
    # The same letters typed on two systems may come composed or decomposed.
    secret = unicodedata.normalize("NFC", passphrase).encode()
    return Scrypt(salt, 32, n=cost, r=_BLOCK, p=1).derive(secret)


def _write(path: Path, data: bytes, mode: int = 0o600) -> None:
    """Write a file that must not be there yet, down to the disk."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        path.unlink()
        raise


def write_atomically(path: Path, data: bytes, mode: int = 0o600) -> None:
    """Write a file beside its place and move it there: never half of it, even after a crash."""
    beside = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    _write(beside, data, mode)
    try:
        beside.replace(path)
    except BaseException:
        beside.unlink()
        raise
    # The new name itself must reach the disk; systems that cannot open a folder do without.
    with contextlib.suppress(OSError):
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
