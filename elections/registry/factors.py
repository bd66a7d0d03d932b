"""Second factors of accounts: programs that show codes (TOTP, RFC 6238); passkeys have a room of their own.

The secret of such a program is sealed under a key of the server's folder before anybody sees it, bound to its account:
the form that shows it carries it sealed, and so it is kept once a code of it has come. A code serves once: the step
of time that it is of must be later than that of the last one.
"""

from __future__ import annotations

import base64
import secrets
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from sqlalchemy import delete, select

from elections.protocol.canonical import string
from elections.protocol.errors import ProtocolError
from elections.registry.account_tables import Factor
from elections.registry.tables import Election

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from elections.registry.tables import Account

CODES, PASSKEY = "totp", "passkey"
DIGITS = 6
STEP = 30
"""Seconds for which a code is shown; the one before and the one after are taken too, since clocks differ."""
MOST = 10
"""Factors of one account."""
_SECRET, _NONCE = 20, 12
_NAME = r"[^\x00-\x1f\x7f]{1,60}"
_ISSUER = "Isoloir"


def of(session: Session, login: str) -> list[Factor]:
    """The factors of an account, in the order in which they came."""
    return list(session.scalars(select(Factor).where(Factor.login == login).order_by(Factor.id)))


def excused(session: Session, account: Account) -> bool:
    """Whether the password alone opens the account: it is the demo's, or of a rehearsal, in which nobody is elected."""
    if account.excused:
        return True
    election = session.get(Election, account.election_uuid) if account.election_uuid is not None else None
    return election is not None and election.rehearsal


def owed(session: Session, account: Account) -> bool:
    """Whether its owner must enrol a second factor before she does anything else."""
    return not excused(session, account) and not of(session, account.login)


def draw(key: bytes, login: str) -> str:
    """A new secret for a program that shows codes, sealed for this account."""
    nonce = secrets.token_bytes(_NONCE)
    sealed = AESGCM(key).encrypt(nonce, secrets.token_bytes(_SECRET), login.encode())
    return base64.urlsafe_b64encode(nonce + sealed).decode()


def shown(key: bytes, login: str, sealed: str) -> tuple[str, str]:
    """What its owner copies into her program: the secret in Base32, and the address that a QR code holds."""
    secret = _unseal(key, login, _decoded(sealed))
    return base64.b32encode(secret).decode(), _totp(secret).get_provisioning_uri(login, _ISSUER)


def add_codes(
    session: Session, key: bytes, account: Account, sealed: str, code: str, name: str, now: datetime
) -> Factor:
    """Keep a program that shows codes, once it has shown a right one; refused (`factors.code`) otherwise.

    A form that was sent twice is kept once: of two rows with one secret each would take the same code.
    """
    raw = _decoded(sealed)
    step = _step(_unseal(key, account.login, raw), code, now, 0)
    if step is None:
        raise ProtocolError("factors.code")
    known = next((factor for factor in of(session, account.login) if factor.secret == raw), None)
    if known is not None:
        return known
    return add(session, Factor(login=account.login, kind=CODES, name=name, secret=raw, counter=step), now)


def add(session: Session, factor: Factor, now: datetime) -> Factor:
    """Keep a factor; its name is checked, and the account has no more than some."""
    factor.name = string(factor.name.strip(), "name", _NAME)
    if len(of(session, factor.login)) >= MOST:
        raise ProtocolError("factors.most", most=MOST)
    factor.added_at = now
    session.add(factor)
    session.flush()
    return factor


def check_code(session: Session, key: bytes, login: str, code: str, now: datetime) -> None:
    """Take a code of any of the account's programs, once. Refused by `factors.refused`, whatever the reason."""
    for factor in session.scalars(select(Factor).where(Factor.login == login, Factor.kind == CODES).with_for_update()):
        step = _step(_unseal(key, login, factor.secret), code, now, factor.counter + 1)
        if step is not None:
            factor.counter, factor.used_at = step, now
            return
    raise ProtocolError("factors.refused")


def remove(session: Session, login: str, factor_id: int) -> None:
    """Take a factor away, while another one is left (`factors.last`); unknown to the account, it is refused."""
    mine = of(session, login)
    factor = next((factor for factor in mine if factor.id == factor_id), None)
    if factor is None:
        raise ProtocolError("factors.unknown")
    if len(mine) == 1:
        raise ProtocolError("factors.last")
    session.delete(factor)
    session.flush()


def clear(session: Session, login: str) -> None:
    """Forget all factors of an account that is given back to its owner."""
    session.execute(delete(Factor).where(Factor.login == login))


def _step(secret: bytes, code: str, now: datetime, first: int) -> int | None:
    """The step of time, `first` or later, whose code this is; None if it is of none that is near."""
    typed = "".join(code.split()).encode(errors="replace")
    here = int(now.timestamp()) // STEP
    near = [step for step in (here - 1, here, here + 1) if step >= first]
    # Every step is tried, so that the time of the answer does not tell which one was right.
    right = [step for step in near if secrets.compare_digest(_totp(secret).generate(step * STEP), typed)]
    return right[0] if right else None


def _totp(secret: bytes) -> TOTP:
    # SHA-1 is what the programs of telephones know; as an HMAC it is sound.
    return TOTP(secret, DIGITS, SHA1(), STEP)  # noqa: S303


def _decoded(sealed: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(sealed.encode("ascii"))
    except ValueError as error:
        raise ProtocolError("web.body") from error


def _unseal(key: bytes, login: str, raw: bytes) -> bytes:
    try:
        return AESGCM(key).decrypt(raw[:_NONCE], raw[_NONCE:], login.encode())
    except (InvalidTag, ValueError) as error:
        raise ProtocolError("web.body") from error
