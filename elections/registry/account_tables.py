"""The tables beside an account: by what its owner proves who comes, and how she gets, or gets back, the way in."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 - SQLAlchemy reads annotations

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from elections.registry.tables import Hour
from elections.storage import RegistryBase


class Factor(RegistryBase):
    """A second factor of an account: a program that shows codes, or a passkey."""

    __tablename__ = "factor"

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(ForeignKey("account.login"), index=True)
    kind: Mapped[str] = mapped_column(String(8))
    """`totp` or `passkey`."""
    name: Mapped[str] = mapped_column(String(60))
    """What its owner calls it."""
    secret: Mapped[bytes] = mapped_column(LargeBinary)
    """Of codes the secret, sealed under a key of the server's folder; of a passkey its public key."""
    handle: Mapped[str | None] = mapped_column(String(1400), unique=True)
    """By what a passkey names itself, in Base64url."""
    counter: Mapped[int] = mapped_column(BigInteger)
    """The last step of time whose code was used, or how often a passkey says that it has signed."""
    added_at: Mapped[datetime] = mapped_column(Hour)
    used_at: Mapped[datetime | None] = mapped_column(Hour)


class PasskeyChallenge(RegistryBase):
    """What a passkey was asked to sign: once, and soon."""

    __tablename__ = "passkey_challenge"

    challenge: Mapped[str] = mapped_column(String(64), primary_key=True)
    expires: Mapped[datetime] = mapped_column(Hour)


class Invitation(RegistryBase):
    """A link that was mailed: it opens an account, or gives one back to who has lost the way in. Used, it is gone."""

    __tablename__ = "invitation"

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    """SHA-256 of what the link holds."""
    login: Mapped[str | None] = mapped_column(String(64))
    """The login, where the office chose it or the account is there already."""
    recovers: Mapped[bool]
    name: Mapped[str]
    email: Mapped[str]
    role: Mapped[str]
    number: Mapped[int]
    substitute: Mapped[bool]
    election_uuid: Mapped[str | None] = mapped_column(ForeignKey("election.uuid"))
    expires: Mapped[datetime] = mapped_column(Hour)


class Recovery(RegistryBase):
    """That somebody of the office asked for an account to be given back; a second person has yet to agree."""

    __tablename__ = "recovery"

    login: Mapped[str] = mapped_column(ForeignKey("account.login"), primary_key=True)
    asked_by: Mapped[str] = mapped_column(ForeignKey("account.login"))
    asked_at: Mapped[datetime] = mapped_column(Hour)
