"""Passwords and one-time codes as the registry keeps them: Argon2id in the PHC string format (RFC 9106).

One setting for both, 19 MiB and two passes, the first of OWASP's list. A code of eight digits then takes a
reader of the database months of computing, and is over in minutes.
"""

from __future__ import annotations

import secrets
from functools import cache

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from elections.protocol.errors import ProtocolError

_MEMORY = 19_456
_PASSES = 2


def make(secret: str) -> str:
    """The hash of a secret, under a new salt."""
    salt = secrets.token_bytes(16)
    argon = Argon2id(salt=salt, length=32, iterations=_PASSES, lanes=1, memory_cost=_MEMORY)
    return argon.derive_phc_encoded(secret.encode())


def check(secret: str, known: str | None) -> None:
    """Refuse (`sign-in.refused`) unless this is the secret that was hashed.

    None stands for somebody who does not exist, and is refused after the same work: the time of an answer must
    not tell who has an account.
    """
    try:
        Argon2id.verify_phc_encoded(secret.encode(), known or _nobody())
    except InvalidKey as error:
        raise ProtocolError("sign-in.refused") from error
    if known is None:
        raise ProtocolError("sign-in.refused")


@cache
def _nobody() -> str:
    return make(secrets.token_hex(16))
