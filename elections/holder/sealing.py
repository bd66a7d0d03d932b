"""The seal, and amendments of what was sealed: what a holder signs before and during the vote (protocol.md §9).

Seal, input `{"contests":{u:{"checkpoint":s,"election":s,"setup":s,"trustees":s}},"format":"isoloir-seal-1"}`:
the exact text of setup.json, election record, trustees.json, and the urn's checkpoint of size 0 as the signed
note that it is; of all contests, or of those that are sealed now.
Answer `{"contests":{u:row},"format":"isoloir-sealed-1","slips":{u:slip}}`: each the row of seal.json
`{"challenge":s,"owner":n,"response":s,"role":r}`, and the item of slips.json of every contest that may need a lot.

Amendment, input `{"amendments":[act…],"format":"isoloir-amendment-1"}` of acts
`{"change":{…},"contest":u,"fingerprint":φ,"line":hex,"setup":hex}`, `line` the SHA-256 of the act's journal line.
Answer `{"format":"isoloir-amended-1","signatures":[row…]}` in the same order, rows as above with `contest` and `line`.

All are Belenios signatures under the key of the holder's certificate for that contest.
"""

from __future__ import annotations

from dataclasses import replace

from elections.holder.state import Held, Outcome, Sealed, State
from elections.protocol.ballot import Election
from elections.protocol.canonical import Json, array, encode, fields, hexadecimal, parse_canonical, sha256_hex, string
from elections.protocol.elgamal import sign
from elections.protocol.errors import ProtocolError
from elections.protocol.log import Checkpoint, root
from elections.protocol.setup import Setup, amendment_text, check_binding, seal_text
from elections.protocol.slips import make_slip
from elections.rules.lots import possible
from elections.rules.seats import check_candidacies, check_rule

SEAL_FORMAT = "isoloir-seal-1"
SEALED_FORMAT = "isoloir-sealed-1"
AMENDMENT_FORMAT = "isoloir-amendment-1"
AMENDED_FORMAT = "isoloir-amended-1"
_SEAL_KEYS = ("checkpoint", "election", "setup", "trustees")
_AMENDMENT_KEYS = ("change", "contest", "fingerprint", "line", "setup")


def seal(state: State, raw: bytes) -> Outcome:
    """Check all that is to be sealed, sign it, remember it, and deposit a slip where a lot may be needed.

    A draft that was unlocked is sealed again: the new seal replaces the old one, until the key has its tally.
    What a slip hides is forgotten at once.
    """
    _, seat = state.finished()
    value = fields(parse_canonical(raw, "seal"), "seal", ("contests", "format"))
    string(value["format"], "seal, format", SEAL_FORMAT)
    if not isinstance(value["contests"], dict) or not value["contests"]:
        raise ProtocolError("json.type", what="seal, contests", expected="an object with a contest at least")
    rows: dict[str, Json] = {}
    slips: dict[str, Json] = {}
    changed: dict[str, Held] = {}
    said: list[str] = []
    for uuid, item in value["contests"].items():
        held = state.held(uuid)
        if held.tally is not None:
            raise ProtocolError("holder.counted", contest=uuid)
        setup, election, sealed, checkpoint = _check(state, uuid, fields(item, f"seal of contest {uuid}", _SEAL_KEYS))
        rows[uuid] = _signature(state, uuid, seal_text(sealed.fingerprint, sealed.setup, checkpoint))
        changed[uuid] = replace(held, seal=sealed)
        said.append(f"Sealed “{setup.title}” ({setup.college}), contest {uuid}.")
        said.append(f"  Its fingerprint is {sealed.fingerprint}: compare it with the board's.")
        if possible(setup.rule.parameters, len(setup.candidacies)):
            slips[uuid] = make_slip(election, seat.owner, seat.role, held.secrets.signing)
            said.append("  You deposit a slip with it, in case a lot must be drawn.")
        if held.seal not in {None, sealed}:
            said.append(f"  This replaces your seal of {held.seal.fingerprint}, which is void.")
    said.append("From now on this key opens no rehearsal, and nothing but these elections.")
    answer = encode({"contests": rows, "format": SEALED_FORMAT, "slips": slips})
    return Outcome(state.with_contests(changed), answer, tuple(said))


def _check(state: State, uuid: str, item: Json) -> tuple[Setup, Election, Sealed, str]:
    """V02, but for seal and slips, and V04 of one contest; the sealed digests, and the checkpoint's text."""
    what = f"seal of contest {uuid}"
    invitation, _ = state.finished()
    texts = {key: string(item[key], f"{what}, {key}") for key in _SEAL_KEYS}
    setup = Setup.parse(texts["setup"].encode(), f"{what}, setup.json")
    election = Election.parse(texts["election"].encode(), f"{what}, election")
    trustees = state.check_trustees(uuid, texts["trustees"].encode())
    state.check_rehearsed(uuid, trustees)
    if (setup.uuid, setup.election_uuid, set(setup.contests)) != (uuid, invitation.election, set(invitation.contests)):
        raise ProtocolError("holder.setup", what=what)
    if setup.policy != invitation.policy:
        raise ProtocolError("holder.policy", what=what)
    rule = setup.rule
    check_rule(rule.method, rule.seats, rule.parameters, len(setup.candidacies), f"{what}, rule")
    check_candidacies(rule.method, rule.seats, rule.parameters, setup.value["candidacies"])
    check_binding(setup, election, trustees)
    checkpoint = setup.urn_key.check(texts["checkpoint"], f"{what}, checkpoint")
    if checkpoint != Checkpoint(setup.origin, 0, root([])).text:
        raise ProtocolError("holder.checkpoint", what=what)
    return setup, election, Sealed(election.fingerprint, setup.digest, sha256_hex(trustees.raw)), checkpoint


def amend(state: State, raw: bytes) -> Outcome:
    """Sign acts of the board on contests that this key sealed."""
    state.finished()
    value = fields(parse_canonical(raw, "amendment"), "amendment", ("amendments", "format"))
    string(value["format"], "amendment, format", AMENDMENT_FORMAT)
    rows, said = [], []
    for number, item in enumerate(array(value["amendments"], "amendments"), 1):
        what = f"amendment {number}"
        fields(item, what, _AMENDMENT_KEYS)
        uuid = string(item["contest"], f"{what}, contest")
        sealed = state.sealed(uuid)
        if (item["fingerprint"], item["setup"]) != (sealed.fingerprint, sealed.setup):
            raise ProtocolError("holder.other-seal", what=what)
        if state.held(uuid).tally is not None:
            raise ProtocolError("holder.counted", contest=uuid)
        if not isinstance(item["change"], dict):
            raise ProtocolError("json.type", what=f"{what}, change", expected="an object")
        line = hexadecimal(item["line"], f"{what}, line")
        text = amendment_text(sealed.fingerprint, line, item["change"])
        rows.append({**_signature(state, uuid, text), "contest": uuid, "line": line})
        change = encode(item["change"]).decode()
        said.append(f"Contest {uuid}, fingerprint {sealed.fingerprint}: signed the change {change}.")
    return Outcome(state, encode({"format": AMENDED_FORMAT, "signatures": rows}), tuple(said))


def _signature(state: State, uuid: str, text: str) -> dict[str, Json]:
    invitation, seat = state.finished()
    proof = sign(invitation.group, state.held(uuid).secrets.signing, text)
    return {**proof.json(), "owner": seat.owner, "role": seat.role}
