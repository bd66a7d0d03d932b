"""The key ceremony on the holder's side: from the office's input to her answer, one round at a time."""

from __future__ import annotations

from elections.holder.state import Held, Outcome, State
from elections.protocol.answers import answer
from elections.protocol.canonical import encode, parse
from elections.protocol.ceremony import KINDS, Ceremony
from elections.protocol.errors import ProtocolError

_SAID = (
    "made your keys for signatures and for shares, one pair for each contest",
    "made your secret polynomials and committed to them",
    "revealed your polynomials in the exponent and sealed a share for every holder of your group",
    "checked every share that you were sent, and made your key",
)


def step(state: State, raw: bytes) -> Outcome:
    """Answer the next round; `raw` and the answer are the documents of protocol/ceremony.py.

    A round is answered once. The same input again gets the same answer again, should it have got lost;
    another input for a round that was answered is refused, and so is another ceremony.
    """
    ceremony, seat = Ceremony.parse_input(raw)
    invitation = ceremony.invitation
    if state.invitation is not None and (state.invitation.id, state.role) != (invitation.id, seat.role):
        raise ProtocolError("holder.ceremony", role=state.role)
    number = ceremony.round + 1
    if number == state.answered and state.answer is not None:
        if parse(state.answer.encode(), "answer")["seen"] != ceremony.seen:
            raise ProtocolError("holder.answered", number=number)
        again = f"Gave the answer to round {number} again; nothing has changed."
        return Outcome(state, state.answer.encode(), (again,))
    if number != state.answered + 1:
        raise ProtocolError("holder.round", number=number, answered=state.answered)
    if state.answered and encode(ceremony.answers[seat.role][-1]).decode() != state.answer:
        raise ProtocolError("holder.answered", number=state.answered)
    secrets, document = answer(ceremony, seat, {uuid: held.secrets for uuid, held in state.contests.items()})
    contests = {uuid: Held(item) for uuid, item in secrets.items()}
    said = (
        f"Ceremony {invitation.id} for {len(contests)} contests in the group {invitation.group.name}.",
        f"You are {seat.role}; {seat.threshold} of {', '.join(seat.holders)} will be needed.",
        f"Round {number} of {len(KINDS)}: {_SAID[ceremony.round]}.",
    )
    return Outcome(State(invitation, seat.role, number, document.decode(), contests), document, said)
