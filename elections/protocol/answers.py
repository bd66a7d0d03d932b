"""A key holder's side of the ceremony: her secrets, and her answer to each round (protocol.md §9).

She never sends a secret: shares leave sealed for one recipient each, the polynomial leaves in the exponent
only and is forgotten once it is revealed, the key for shares is forgotten once they are read. What remains
for each contest is her share x of its key and the key by which she signs.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from elections.protocol.canonical import Json, encode
from elections.protocol.ceremony import KINDS, answer_text
from elections.protocol.elgamal import prove_possession, sign
from elections.protocol.errors import ProtocolError
from elections.protocol.pedersen import HolderKey, Signed, certificate_message, coefficients_message
from elections.protocol.shares import (
    commitment,
    open_share,
    random_opening,
    random_polynomial,
    seal_share,
    value_at,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from elections.protocol.ceremony import Ceremony
    from elections.protocol.dealing import Dealing
    from elections.protocol.group import Group
    from elections.protocol.invitation import Seat


@dataclass(frozen=True)
class Secrets:
    """What a holder keeps of one contest; None is what she has not made yet, or has forgotten."""

    signing: int = field(repr=False)
    encryption: int | None = field(repr=False)
    coefficients: tuple[int, ...] | None = field(default=None, repr=False)
    opening: str | None = field(default=None, repr=False)
    share: int | None = field(default=None, repr=False)


def answer(ceremony: Ceremony, seat: Seat, kept: Mapping[str, Secrets]) -> tuple[dict[str, Secrets], bytes]:
    """A holder's answer to the next round, and what she keeps after it; `kept` is empty before the first.

    Refused with `ceremony.share`, naming the sender, if a share that she was sent is wrong.
    """
    if ceremony.round == len(KINDS):
        raise ProtocolError("ceremony.over")
    secrets: dict[str, Secrets] = {}
    parts: dict[str, Json] = {}
    for uuid, dealing in ceremony.dealings.items():
        if ceremony.round == 0:
            secrets[uuid], parts[uuid] = _certificates(ceremony.invitation.group, seat)
        else:
            step = (_commitments, _reveals, _keys)[ceremony.round - 1]
            secrets[uuid], parts[uuid] = step(dealing, seat, _own(dealing, seat, kept.get(uuid)))
    document: dict[str, Json] = {**ceremony.envelope(seat.role), "contests": parts}
    text, group = answer_text(document), ceremony.invitation.group
    document["signatures"] = {uuid: sign(group, item.signing, text).json() for uuid, item in secrets.items()}
    return secrets, encode(document)


def _own(dealing: Dealing, seat: Seat, kept: Secrets | None) -> Secrets:
    group = dealing.invitation.group
    if kept is None or dealing.signer(seat.role) != group.generator.secret_power(kept.signing):
        raise ProtocolError("ceremony.own", role=seat.role, contest=dealing.contest)
    return kept


def _signed(group: Group, secret: int, message: str) -> Json:
    return Signed(message, sign(group, secret, message)).json()


def _certificates(group: Group, seat: Seat) -> tuple[Secrets, Json]:
    kept = Secrets(signing=group.random_scalar(), encryption=(encryption := group.random_scalar()))
    keys = group.generator.secret_power(kept.signing), group.generator.secret_power(encryption)
    return kept, _signed(group, kept.signing, certificate_message(seat.context(group), *keys))


def _message(group: Group, coefficients: tuple[int, ...]) -> str:
    return coefficients_message([group.generator.secret_power(coefficient) for coefficient in coefficients])


def _commitments(dealing: Dealing, seat: Seat, kept: Secrets) -> tuple[Secrets, Json]:
    group = dealing.invitation.group
    coefficients, opening = random_polynomial(group, seat.threshold), random_opening()
    message = _message(group, coefficients)
    part = commitment(dealing.invitation.id, dealing.contest, seat.owner, opening, message)
    return replace(kept, coefficients=coefficients, opening=opening), part


def _reveals(dealing: Dealing, seat: Seat, kept: Secrets) -> tuple[Secrets, Json]:
    if kept.coefficients is None or kept.opening is None:
        raise ProtocolError("ceremony.forgotten", role=seat.role, contest=dealing.contest)
    group = dealing.invitation.group
    shares = {}
    for role in seat.holders:
        recipient = dealing.invitation.seats[role]
        share = value_at(group, kept.coefficients, recipient.index)
        route, key = dealing.route(seat, recipient), dealing.certificates[role].encryption
        shares[role] = seal_share(group, route, key, share).json()
    part = {
        "coefexps": _signed(group, kept.signing, _message(group, kept.coefficients)),
        "opening": kept.opening,
        "shares": shares,
    }
    return replace(kept, coefficients=None, opening=None), part


def _keys(dealing: Dealing, seat: Seat, kept: Secrets) -> tuple[Secrets, Json]:
    if kept.encryption is None:
        raise ProtocolError("ceremony.forgotten", role=seat.role, contest=dealing.contest)
    group = dealing.invitation.group
    share = 0
    for role in seat.holders:
        route = dealing.route(dealing.invitation.seats[role], seat)
        powers = dealing.coefficients[role].powers
        sealed = dealing.shares[route]
        share += open_share(group, route, kept.encryption, sealed, powers, seat.index, role)
    share %= group.q
    public_key = group.generator.secret_power(share)
    key = HolderKey(prove_possession(group, share), public_key, sign(group, kept.signing, public_key.text))
    part = {"key": key.json(), "signature": sign(group, kept.signing, dealing.joint_text(seat)).json()}
    return replace(kept, encryption=None, share=share), part
