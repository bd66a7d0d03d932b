"""The tables of the registry (protocol.md §1, §4, §6).

An elector is known by her number, one in the whole election. `signature` and `journal` only grow: triggers of
the first migration refuse to change or delete a row, whatever the program does. No table has a column that comes from a
ballot: `attempt.a` is random, and what an attempt carries besides names elector and contest only.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, ForeignKey, ForeignKeyConstraint, Index, LargeBinary, String, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.types import TypeDecorator

from elections.protocol.canonical import hour, hour_text
from elections.storage import Phased, RegistryBase

if TYPE_CHECKING:
    from sqlalchemy import Dialect


class Hour(TypeDecorator[datetime]):
    """An hour as records write it: text in UTC, whole seconds, which sorts as time does."""

    impl = String(20)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:  # noqa: ARG002, D102
        return None if value is None else hour_text(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:  # noqa: ANN401, ARG002, D102
        return None if value is None else hour(value, "an hour of the registry")


class Election(RegistryBase):
    """The whole operation, in several contests; what stands here is common to all of them."""

    __tablename__ = "election"

    uuid: Mapped[str] = mapped_column(String(64), primary_key=True)
    title: Mapped[str]
    model: Mapped[str]
    model_table: Mapped[dict[str, Any]] = mapped_column(JSON)
    """The whole model with which the election began: an office may have written it, and change it later."""
    group: Mapped[str] = mapped_column("group_name")
    rehearsal: Mapped[bool]
    opening: Mapped[datetime] = mapped_column(Hour)
    closing: Mapped[datetime] = mapped_column(Hour)
    grace: Mapped[int]
    """Seconds after the closing hour for who signed in before it."""
    urn_name: Mapped[str]
    issuers: Mapped[list[str]] = mapped_column(JSON)
    audience: Mapped[list[str]] = mapped_column(JSON)
    batches: Mapped[dict[str, int]] = mapped_column(JSON)
    policy: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    record_key: Mapped[str | None]
    """The vkey of the record key, and `urn_key` that of the urn's log, once they are made."""
    urn_key: Mapped[str | None]
    last_number: Mapped[int] = mapped_column(default=0)
    """The highest number ever given: a number is never given twice."""
    published: Mapped[datetime | None] = mapped_column(Hour)
    """When the office showed the candidacies to everybody, if it did so before the seal."""
    alarm: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """The details of the journal's last `software-differs`, as long as what runs is not what was sealed."""
    roll_published: Mapped[datetime | None] = mapped_column(Hour)
    """When the office showed the roll to its electors (R. 211-529), if it did."""
    code_maker: Mapped[str | None] = mapped_column(String(9))
    """Who made the voting codes: `elsewhere`, or `site` as soon as this machine made one of them."""
    code_form: Mapped[str | None] = mapped_column(String(6))
    """What carried the codes that this machine made: `text`, `letter`, `table` or `mail`."""

    contests: Mapped[list[Contest]] = relationship(back_populates="election", order_by="Contest.position")


class Contest(Phased, RegistryBase):
    """One vote to decide, with a college and an urn of its own."""

    __tablename__ = "contest"
    __table_args__ = (UniqueConstraint("election_uuid", "position"), UniqueConstraint("election_uuid", "key"))

    uuid: Mapped[str] = mapped_column(String(64), primary_key=True)
    election_uuid: Mapped[str] = mapped_column(ForeignKey("election.uuid"))
    position: Mapped[int]
    key: Mapped[str] = mapped_column(String(32))
    """The contest's name in the model: the college column of a roll file uses it."""
    title: Mapped[str]
    college: Mapped[str]
    method: Mapped[str]
    seats: Mapped[int]
    parameters: Mapped[dict[str, Any]] = mapped_column(JSON)
    kind: Mapped[str]
    """What electors choose: `list` or `ticket`."""
    closing: Mapped[datetime] = mapped_column(Hour)
    """The closing hour in force: the sealed one, or that of the last amendment."""
    halted: Mapped[bool] = mapped_column(default=False)
    """The freeze has begun: no attempt is taken any more, those that are open are resolved."""
    trustees: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    """trustees.json, what the ceremony made."""
    setup: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    record: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    """The Belenios election, computed from `setup` and the key; its fingerprint is φ."""
    seal: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    slips: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    """slips.json, with the seal; None where no lot is possible."""
    fingerprint: Mapped[str | None]
    roll_size: Mapped[int | None]
    """Size and digest of the roll as sealed; re-issues of codes do not change them."""
    roll_digest: Mapped[str | None]
    display_order: Mapped[str | None]
    """`drawn` or `alphabetical`."""
    admission: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """What the model asks of candidacies: the table `[contests.candidacies]` (rules/filing.py)."""
    electorate: Mapped[dict[str, int] | None] = mapped_column(JSON(none_as_null=True))
    """`{"men":n,"women":n}` among the electors, once the office has given them."""

    election: Mapped[Election] = relationship(back_populates="contests")
    candidacies: Mapped[list[Candidacy]] = relationship(
        order_by="Candidacy.position", cascade="all, delete-orphan", passive_deletes=True
    )
    documents: Mapped[list[Document]] = relationship(cascade="all, delete-orphan")
    nominations: Mapped[list[Nomination]] = relationship(cascade="all, delete-orphan", order_by="Nomination.candidacy")
    drawn_order: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """`{"candidacies":[id…],"commitment":hex,"order":[id…] or null}`: the draw of the display order, begun or done."""


class Candidacy(RegistryBase):
    """A list or a ticket that stands; `position` is the order in which electors see it, from 0."""

    __tablename__ = "candidacy"

    contest_uuid: Mapped[str] = mapped_column(ForeignKey("contest.uuid", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    id: Mapped[str]
    title: Mapped[str]
    names: Mapped[list[dict[str, str | None]]] = mapped_column(JSON)
    """As in setup.json: `{"substitute":s or null,"titular":s}` in list order."""
    persons: Mapped[list[dict[str, dict[str, Any]]] | None] = mapped_column(JSON(none_as_null=True))
    """What is known of them, pair by pair: `{"substitute":{…},"titular":{…}}` (candidacy_file.py)."""
    union: Mapped[str | None] = mapped_column("union_name")
    delegate: Mapped[str | None]
    ruling: Mapped[str | None]
    """`admitted` or `refused`, once the authority has ruled."""


class Document(RegistryBase):
    """Logo or profession de foi of a candidacy, by its short name: a sheet read again keeps it."""

    __tablename__ = "document"

    contest_uuid: Mapped[str] = mapped_column(ForeignKey("contest.uuid"), primary_key=True)
    candidacy: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    """`logo` or `statement`, which are shown; `declared` or `accepted`, which only the authority reads."""
    suffix: Mapped[str] = mapped_column(String(3))
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    body: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)


class Nomination(RegistryBase):
    """What a list's delegate or the office prepares and files in a contest; a draft is its owner's alone."""

    __tablename__ = "nomination"

    contest_uuid: Mapped[str] = mapped_column(ForeignKey("contest.uuid"), primary_key=True)
    candidacy: Mapped[str] = mapped_column(String(64), primary_key=True)
    """The short name that the candidacy has, or will have."""
    owner: Mapped[int | None]
    """Which delegate's it is; None: nobody's but the office's."""
    office: Mapped[bool]
    """The office began it, for that delegate or for a candidate of no union."""
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    """The draft, `{"delegate","names","persons","title","union"}` as `candidacy_file.read` gives them."""
    revision: Mapped[int]
    """How often it was saved: what was typed on an older page does not overwrite what came since."""
    saved_at: Mapped[datetime] = mapped_column(Hour)
    filed_at: Mapped[datetime | None] = mapped_column(Hour)
    """When it was last filed; None before, and once it is withdrawn."""
    contested: Mapped[list[list[Any]] | None] = mapped_column(JSON(none_as_null=True))
    """The names that the authority found ineligible, by place: `[[0,"titular"],…]`; None once they are replaced."""
    contested_at: Mapped[datetime | None] = mapped_column(Hour)

    receipts: Mapped[list[NominationReceipt]] = relationship(
        cascade="all, delete-orphan", order_by="NominationReceipt.sequence"
    )


class NominationReceipt(RegistryBase):
    """An acknowledgement that was given, as it was signed; one for each filing, change and withdrawal."""

    __tablename__ = "nomination_receipt"
    __table_args__ = (
        ForeignKeyConstraint(
            ["contest_uuid", "candidacy"], ["nomination.contest_uuid", "nomination.candidacy"], ondelete="CASCADE"
        ),
    )

    contest_uuid: Mapped[str] = mapped_column(String(64), primary_key=True)
    candidacy: Mapped[str] = mapped_column(String(64), primary_key=True)
    sequence: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """From 1."""
    act: Mapped[str] = mapped_column(String(16))
    """`filed`, `changed`, `corrected` or `withdrawn`."""
    at: Mapped[datetime] = mapped_column(Hour)
    note: Mapped[str]


class Elector(RegistryBase):
    """A person entitled to vote, and where her one-time code goes: no more of her than that needs."""

    __tablename__ = "elector"
    __table_args__ = (UniqueConstraint("election_uuid", "identifier"),)

    election_uuid: Mapped[str] = mapped_column(ForeignKey("election.uuid"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    identifier: Mapped[str] = mapped_column(String(64))
    """Her sign-in name, in the one spelling that `roll_file.fold` gives it."""
    last_name: Mapped[str]
    first_name: Mapped[str]
    email: Mapped[str]
    phone: Mapped[str | None] = mapped_column(String(16))
    """Her telephone in E.164, where the roll has it: the other channel of her one-time codes."""
    roll_unit: Mapped[str]
    """The roll she is inscribed on: a court of appeal, the ministry, overseas (décret 2025-659, art. 3)."""
    folded: Mapped[str] = mapped_column(server_default=text("''"))
    """Last and first name as `rules.eligibility.plain` gives them: a roll is sorted and searched by it."""


class Entitlement(RegistryBase):
    """That an elector may vote in a contest."""

    __tablename__ = "entitlement"
    __table_args__ = (
        ForeignKeyConstraint(
            ["election_uuid", "number"], ["elector.election_uuid", "elector.number"], ondelete="CASCADE"
        ),
        # For the contests of one elector, and for what leaves the roll with her.
        Index("entitlement_elector", "election_uuid", "number"),
    )

    contest_uuid: Mapped[str] = mapped_column(ForeignKey("contest.uuid"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    election_uuid: Mapped[str] = mapped_column(String(64))
    reason: Mapped[str] = mapped_column(String(10), server_default="given")
    """Why she votes there: `given` by the office, or the key of the model's rule that says so (ADR 0024)."""


class ElectorKey(RegistryBase):
    """The public keys that come from an elector's voting code, in hexadecimal (protocol.md §4)."""

    __tablename__ = "elector_key"
    __table_args__ = (
        ForeignKeyConstraint(
            ["election_uuid", "number"], ["elector.election_uuid", "elector.number"], ondelete="CASCADE"
        ),
        UniqueConstraint("election_uuid", "register"),
    )

    election_uuid: Mapped[str] = mapped_column(String(64), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    register: Mapped[str]
    requests: Mapped[dict[str, str]] = mapped_column(JSON)


class Signature(RegistryBase):
    """That an elector has voted in a contest: the émargement. This table only grows."""

    __tablename__ = "signature"
    __table_args__ = (
        ForeignKeyConstraint(["contest_uuid", "number"], ["entitlement.contest_uuid", "entitlement.number"]),
    )

    contest_uuid: Mapped[str] = mapped_column(String(64), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(Hour)
    signature: Mapped[str]
    """Base64, by the elector's register key, over contest and number only."""


class Attempt(RegistryBase):
    """A cast between its two databases. With it a crash is repaired: it carries all that a signature needs."""

    __tablename__ = "attempt"
    __table_args__ = (
        ForeignKeyConstraint(["contest_uuid", "number"], ["entitlement.contest_uuid", "entitlement.number"]),
    )

    contest_uuid: Mapped[str] = mapped_column(String(64), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    a: Mapped[bytes] = mapped_column(LargeBinary(16))
    at: Mapped[datetime] = mapped_column(Hour)
    signature: Mapped[str]


class Account(RegistryBase):
    """Somebody of the office, the board or the supervision, who signs in by password."""

    __tablename__ = "account"

    login: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str]
    email: Mapped[str]
    role: Mapped[str]
    number: Mapped[int]
    """Which one of that role: the second delegate is number 2."""
    election_uuid: Mapped[str | None] = mapped_column(ForeignKey("election.uuid"))
    """None: for all elections, as for the office."""
    password: Mapped[str]
    """Argon2id in the PHC string format."""
    substitute: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether this is who replaces the secretary, or the delegate of that number, when prevented (R. 211-536, 538)."""
    excused: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether the password alone opens it: so the demo makes its accounts, and nobody else any."""


class OneTimeCode(RegistryBase):
    """A code of a subject that can still be used; only its Argon2id hash is kept."""

    __tablename__ = "one_time_code"

    subject: Mapped[str] = mapped_column(String(64), primary_key=True)
    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    expires: Mapped[datetime] = mapped_column(Hour)


class Knocks(RegistryBase):
    """How often somebody came to a door under a name in vain, whether or not anybody has that name."""

    __tablename__ = "knocks"

    subject: Mapped[str] = mapped_column(String(64), primary_key=True)
    door: Mapped[str] = mapped_column(String(16), primary_key=True)
    count: Mapped[int]
    last: Mapped[datetime] = mapped_column(Hour)


class WebSession(RegistryBase):
    """A signed-in browser; only the digest of what its cookie holds is kept."""

    __tablename__ = "web_session"

    id_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    """`elector`, then `name` is her number in `election_uuid`; or `account`, then it is the login."""
    election_uuid: Mapped[str | None] = mapped_column(ForeignKey("election.uuid"))
    name: Mapped[str] = mapped_column(String(64))
    opened_at: Mapped[datetime] = mapped_column(Hour)
    last_seen: Mapped[datetime] = mapped_column(Hour)
    proved_at: Mapped[datetime | None] = mapped_column(Hour)
    """When its person last proved who comes; None as long as an account's second factor is awaited."""
    ended_at: Mapped[datetime | None] = mapped_column(Hour)


class JournalLine(RegistryBase):
    """One line of an election's journal, as published (contracts.md). This table only grows."""

    __tablename__ = "journal"

    election_uuid: Mapped[str] = mapped_column(ForeignKey("election.uuid"), primary_key=True)
    sequence: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    line: Mapped[bytes] = mapped_column(LargeBinary)


class CeremonyDocument(RegistryBase):
    """What a key holder handed in at a step of the ceremony: public parts only, once and for all."""

    __tablename__ = "ceremony_document"

    election_uuid: Mapped[str] = mapped_column(ForeignKey("election.uuid"), primary_key=True)
    role: Mapped[str] = mapped_column(String(64), primary_key=True)
    step: Mapped[str] = mapped_column(String(100), primary_key=True)
    body: Mapped[bytes] = mapped_column(LargeBinary)


class MandateEvent(RegistryBase):
    """What happened to the mandates after the election: they begin, a seat falls vacant, an entry is withdrawn.

    A person is a place on a sealed candidacy. The cause stays here: it may tell of somebody's health, and neither the
    journal nor any public page repeats it. This table only grows.
    """

    __tablename__ = "mandate_event"

    election_uuid: Mapped[str] = mapped_column(ForeignKey("election.uuid"), primary_key=True)
    sequence: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(10))
    """`begin`, `vacancy` or `withdraw`."""
    at: Mapped[datetime] = mapped_column(Hour)
    """When it was entered; `day` is when it took effect."""
    day: Mapped[str | None] = mapped_column(String(10))
    contest_uuid: Mapped[str | None] = mapped_column(ForeignKey("contest.uuid"))
    candidacy: Mapped[int | None]
    rank: Mapped[str | None] = mapped_column(String(10))
    place: Mapped[int | None]
    cause: Mapped[str | None] = mapped_column(String(12))
    withdrawn: Mapped[int | None]
    """The sequence of the entry that this one takes back."""
