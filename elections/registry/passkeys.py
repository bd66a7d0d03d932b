"""Passkeys (WebAuthn): enrolled with a browser, then a second factor or the whole sign-in.

What a passkey is asked to sign is kept here until it answers, once and within `PATIENCE`. The answer is bound to the
site's own address by the browser, which is why no copy of the site gets one that opens anything here.
"""

from __future__ import annotations

import hashlib
import ipaddress
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sqlalchemy import delete, select
from webauthn import (
    base64url_to_bytes,
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import (
    bytes_to_base64url,
    parse_authentication_credential_json,
    parse_client_data_json,
    parse_registration_credential_json,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from elections.protocol.errors import ProtocolError
from elections.registry import accounts, factors
from elections.registry.account_tables import Factor, PasskeyChallenge

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session
    from webauthn.helpers.structs import AuthenticationCredential

    from elections.registry.tables import Account

PATIENCE = timedelta(minutes=5)
LONGEST = 16_000
"""The longest answer of a browser that is read, in characters."""
_BAD = (WebAuthnException, ValueError, LookupError, TypeError, AttributeError, OverflowError)
"""What an answer raises that is none; it comes from outside, and the library checks it piece by piece."""


@dataclass(frozen=True, slots=True)
class Party:
    """For whom a passkey signs: the site's host, and its address as a browser writes it."""

    host: str
    origin: str

    @classmethod
    def at(cls, address: str) -> Party | None:
        """The party of a site's address; None where it is a number, for which browsers have no passkeys."""
        parts = urlsplit(address.lower())
        host = parts.hostname or ""
        try:
            ipaddress.ip_address(host)
        except ValueError:
            return cls(host, f"{parts.scheme}://{parts.netloc}")
        return None


def invite(session: Session, party: Party, account: Account, now: datetime) -> str:
    """What a browser needs to enrol a passkey for an account, as JSON."""
    options = generate_registration_options(
        rp_id=party.host,
        rp_name="Isoloir",
        user_id=_handle(account.login),
        user_name=account.login,
        user_display_name=account.name,
        exclude_credentials=_known(session, account.login),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED, user_verification=UserVerificationRequirement.PREFERRED
        ),
    )
    _keep(session, options.challenge, now)
    return options_to_json(options)


def ask(session: Session, party: Party, login: str | None, now: datetime) -> str:
    """What a browser needs to have a passkey answer: any of an account, or without one any that names its owner."""
    whole = login is None
    options = generate_authentication_options(
        rp_id=party.host,
        allow_credentials=[] if login is None else _known(session, login),
        user_verification=UserVerificationRequirement.REQUIRED if whole else UserVerificationRequirement.PREFERRED,
    )
    _keep(session, options.challenge, now)
    return options_to_json(options)


def add(session: Session, party: Party, account: Account, answer: str, name: str, now: datetime) -> Factor:
    """Keep the passkey that answered, under a name of its owner's; refused by `factors.passkey`."""
    try:
        credential = parse_registration_credential_json(answer)
        verified = verify_registration_response(
            credential=credential,
            expected_challenge=_take(session, credential.response.client_data_json, now),
            expected_rp_id=party.host,
            expected_origin=party.origin,
        )
    except _BAD as error:
        raise _refusal(error, "factors.passkey") from error
    handle = bytes_to_base64url(verified.credential_id)
    if session.scalar(select(Factor).where(Factor.handle == handle)) is not None:
        raise ProtocolError("factors.passkey")
    key, count = verified.credential_public_key, verified.sign_count
    return factors.add(
        session,
        Factor(login=account.login, kind=factors.PASSKEY, name=name, secret=key, handle=handle, counter=count),
        now,
    )


def check(session: Session, party: Party, login: str, answer: str, now: datetime) -> None:
    """Take the answer of a passkey of this account as its second factor. Refused by `factors.refused`."""
    _check(session, party, answer, now, login)


def come_in(session: Session, party: Party, answer: str, now: datetime) -> Account:
    """Whose passkey this is, which asked her finger or her number: it is password and second factor in one."""
    login = _check(session, party, answer, now, None)
    account = accounts.by_login(session, login)
    if account is None:
        raise ProtocolError("factors.refused")
    return account


def sweep(session: Session, now: datetime) -> None:
    """Forget what no passkey may answer any more."""
    session.execute(delete(PasskeyChallenge).where(PasskeyChallenge.expires <= now))


def _check(session: Session, party: Party, answer: str, now: datetime, login: str | None) -> str:
    """The login of the passkey that answered: a certain one, or None for any with the verification of its owner."""
    try:
        credential = parse_authentication_credential_json(answer)
        challenge = _take(session, credential.response.client_data_json, now)
        factor = _factor(session, credential, login)
        verified = verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=party.host,
            expected_origin=party.origin,
            credential_public_key=factor.secret,
            credential_current_sign_count=factor.counter,
            require_user_verification=login is None,
        )
    except _BAD as error:
        raise _refusal(error, "factors.refused") from error
    factor.counter, factor.used_at = verified.new_sign_count, now
    return factor.login


def _factor(session: Session, credential: AuthenticationCredential, login: str | None) -> Factor:
    handle = bytes_to_base64url(credential.raw_id)
    factor = session.scalar(select(Factor).where(Factor.handle == handle).with_for_update())
    named = credential.response.user_handle
    if (
        factor is None
        or factor.login != (login or factor.login)
        or (named is not None and named != _handle(factor.login))
    ):
        raise ProtocolError("factors.refused")
    return factor


def _keep(session: Session, challenge: bytes, now: datetime) -> None:
    text = hashlib.sha256(challenge).hexdigest()
    session.add(PasskeyChallenge(challenge=text, expires=now + PATIENCE))
    session.flush()


def _take(session: Session, client_data: bytes, now: datetime) -> bytes:
    """The challenge that an answer names, used up; refused unless it was given from here, and lately."""
    challenge = parse_client_data_json(client_data).challenge
    row = session.get(PasskeyChallenge, hashlib.sha256(challenge).hexdigest(), with_for_update=True)
    if row is None or now >= row.expires:
        raise ProtocolError("factors.refused")
    session.delete(row)
    session.flush()
    return challenge


def _known(session: Session, login: str) -> list[PublicKeyCredentialDescriptor]:
    mine = [factor.handle for factor in factors.of(session, login) if factor.handle is not None]
    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(handle)) for handle in mine]


def _handle(login: str) -> bytes:
    """By what a passkey knows an account: nothing that names anybody."""
    return hashlib.sha256(f"isoloir|subject|passkey|{login}".encode()).digest()


def _refusal(error: BaseException, rule: str) -> ProtocolError:
    return error if isinstance(error, ProtocolError) else ProtocolError(rule)
