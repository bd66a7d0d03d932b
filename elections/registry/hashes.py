"""Passwords and one-time codes as the registry keeps them: Argon2id in the PHC string format (RFC 9106).

A password lasts for months and gets the first setting of OWASP's list, and a salt of its own. A one-time code is
random and lasts fifteen minutes: a fifth of that work asks ten thousand cores of who wants to find it in time from
what is kept. Its salt is its subject, so that one computation tells whether it is any of those that were sent to her.
"""

from __future__ import annotations

import secrets
from functools import cache
from typing import NamedTuple

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from elections.protocol.errors import ProtocolError


class Cost(NamedTuple):
    """How much work a hash is: memory in KiB, and passes over it."""

    memory: int
    passes: int


PASSWORD = Cost(19_456, 2)
CODE = Cost(4_096, 2)


def make(secret: str, cost: Cost) -> str:
    """The hash of a secret, under a new salt."""
    salt = secrets.token_bytes(16)
    argon = Argon2id(salt=salt, length=32, iterations=cost.passes, lanes=1, memory_cost=cost.memory)
    return argon.derive_phc_encoded(secret.encode(errors="replace"))


def one_time(code: str, subject: str) -> str:
    """The hash of a one-time code of a subject, itself a digest, in hexadecimal; the same code gives the same."""
    salt = bytes.fromhex(subject)[:16]
    argon = Argon2id(salt=salt, length=32, iterations=CODE.passes, lanes=1, memory_cost=CODE.memory)
    return argon.derive(code.encode(errors="replace")).hex()


def check(secret: str, known: str | None, cost: Cost) -> None:
    """Refuse (`sign-in.refused`) unless this is the secret that was hashed.

    None stands for somebody who does not exist, and is refused after the same work: the time of an answer must
    not tell who has an account.
    """
    try:
        Argon2id.verify_phc_encoded(secret.encode(errors="replace"), known or _nobody(cost))
    except InvalidKey as error:
        raise ProtocolError("sign-in.refused") from error
    if known is None:
        raise ProtocolError("sign-in.refused")


@cache
def _nobody(cost: Cost) -> str:
    return make(secrets.token_hex(16), cost)
