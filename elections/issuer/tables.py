"""The tables of the issuers, in the registry's database; an elector is her number (protocol.md §5)."""

from __future__ import annotations

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from elections.storage import Phased, RegistryBase


class IssuerContest(Phased, RegistryBase):
    """A contest as its issuers know it."""

    __tablename__ = "issuer_contest"

    contest: Mapped[str] = mapped_column(String(64), primary_key=True)
    fingerprint: Mapped[str]
    """φ, which stands in every request."""


class RequestKey(RegistryBase):
    """The key by which an elector signs her requests to one issuer today, in hexadecimal."""

    __tablename__ = "request_key"

    contest: Mapped[str] = mapped_column(String(64), primary_key=True)
    issuer: Mapped[str] = mapped_column(String(32), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    key: Mapped[str] = mapped_column(String(64))


class SignedRequest(RegistryBase):
    """A request that was answered, or would have been but for a crash: one for each key an elector had."""

    __tablename__ = "signed_request"

    contest: Mapped[str] = mapped_column(String(64), primary_key=True)
    issuer: Mapped[str] = mapped_column(String(32), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    """The request key in force when it came, under which `signature` verifies."""
    digest: Mapped[str] = mapped_column(String(64))
    """SHA-256 of z, in hexadecimal."""
    signature: Mapped[str]
    """The elector's, Base64."""
