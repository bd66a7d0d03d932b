"""What the script of the booth asks for (docs/web.md): bytes in, bytes out, through the casting door.

The shapes are read strictly. Nothing here looks into a ballot, and nothing is logged.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, jsonify, request

from elections import casting
from elections.casting import Voter
from elections.protocol.canonical import base64_decode, base64_encode, fields, hour_text, parse, string
from elections.protocol.errors import ProtocolError
from elections.protocol.setup import Setup
from elections.registry import elections, register
from elections.rules.phases import Phase
from elections.web import visit
from elections.web.access import FIXED, OPENED, PUBLISHED, VOTING, WATCHING, access, to
from elections.web.elector.views import may_vote
from elections.web.visit import ANYONE, ELECTOR

if TYPE_CHECKING:
    from elections.protocol.canonical import Json

blueprint = Blueprint("booth", __name__)

_REQUEST = 2_048
_BALLOT = 2_000_000
"""No request of a contest is longer; its own length is checked by the door."""


@blueprint.get("/scrutin/<contest_uuid>/etat.json")
@access({ELECTOR: OPENED}, json=True)
def state(contest_uuid: str) -> Response:
    """Where this elector stands: what a browser asks after a lost connection."""
    visitor = visit.visitor()
    with visit.store().registry_reader() as session:
        contest = elections.contest(session, contest_uuid)
        signature = register.signature_of(session, contest_uuid, visitor.number)
        return jsonify(
            closing=hour_text(contest.closing),
            contest=contest_uuid,
            last=hour_text(register.last_hour(contest)),
            may_vote=signature is None and may_vote(contest, visitor.opened_at),
            now=hour_text(visit.now()),
            number=visitor.number,
            phase=Phase(contest.phase).value,
            signed_at=None if signature is None else hour_text(signature.at),
        )


@blueprint.post("/scrutin/<contest_uuid>/sel")
@access({ELECTOR: VOTING}, json=True, body=_REQUEST)
def salt(contest_uuid: str) -> Response:
    """The elector salt, never to be stored (protocol.md §4)."""
    visit.check_ready(contest_uuid)
    return jsonify(salt=base64_encode(casting.give_salt(visit.store(), contest_uuid, _voter(), visit.now())))


@blueprint.post("/scrutin/<contest_uuid>/jeton/<issuer>")
@access({ELECTOR: VOTING}, json=True, body=_REQUEST)
def token(contest_uuid: str, issuer: str) -> Response:
    """An issuer's answer to a blinded request (protocol.md §5)."""
    visit.check_ready(contest_uuid)
    what = "token request"
    value = fields(_json(what), what, ("signature", "z"))
    z, signature = base64_decode(value["z"], f"{what}, z"), string(value["signature"], f"{what}, signature")
    answer = casting.issue_token(visit.store(), contest_uuid, _voter(), issuer, z, signature, visit.now())
    return jsonify(s=base64_encode(answer))


@blueprint.post("/scrutin/<contest_uuid>/bulletin")
@access({ELECTOR: OPENED}, json=True, body=_BALLOT)
def cast(contest_uuid: str) -> Response:
    """Cast the ballot, or hear that this elector has voted (protocol.md §6)."""
    visit.check_ready(contest_uuid)
    receipts = casting.cast(visit.store(), contest_uuid, _voter(), request.get_data(cache=False), visit.now())
    return jsonify(already=receipts.already, hour=hour_text(receipts.at), register=receipts.register, urn=receipts.urn)


@blueprint.get("/scrutin/<contest_uuid>/empreintes")
@access(to((ELECTOR, *WATCHING), FIXED) | {ANYONE: PUBLISHED}, json=True)
def leaves(contest_uuid: str) -> Response:
    """All published leaf hashes, under the last checkpoint; it takes no parameter (protocol.md §8)."""
    with visit.store().registry_reader() as session:
        contest = elections.contest(session, contest_uuid)
        audience = Setup.parse(contest.setup or b"").value["audience"]
        published = contest.phase in PUBLISHED
    if not published and visit.visitor().role not in audience:
        raise ProtocolError("web.role")
    checkpoint, hashes = casting.leaf_hashes(visit.store(), contest_uuid)
    return jsonify(checkpoint=checkpoint, leaves=base64_encode(b"".join(hashes)))


def _voter() -> Voter:
    visitor = visit.visitor()
    return Voter(visitor.number, visitor.opened_at)


def _json(what: str) -> Json:
    if not request.is_json:
        raise ProtocolError("web.body")
    return parse(request.get_data(cache=False), what)
