"""A challenge against what was sealed: the ballot that a device opened is of this election, and was not cast.

It stands against the sealed dossier of its contest, which anybody may fetch while the vote is open, or against a
finished record. What no program can see remains for the elector: that the choices are hers, and the tracker the one
she was shown before she asked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from elections.protocol.ballot import Election
from elections.protocol.canonical import fields, parse, string
from elections.protocol.challenge import Challenge
from elections.protocol.errors import ProtocolError
from elections.protocol.setup import Setup, check_binding
from elections.protocol.trustees import Trustees
from elections.verify.report import Report

if TYPE_CHECKING:
    from collections.abc import Sequence

    from elections.verify.contest import Contest


def judge_dossier(dossier: bytes, challenge: bytes) -> Report:
    """Judge a challenge by the sealed files of its contest, `{"election":s,"setup":s,"trustees":s}` (docs/web.md)."""
    report = Report("dossier")
    sealed: list[Election] = []

    def check_dossier() -> str:
        value = fields(parse(dossier, "dossier"), "dossier", ("election", "setup", "trustees"))
        texts = {name: string(text, f"dossier, {name}").encode() for name, text in value.items()}
        setup, election = Setup.parse(texts["setup"]), Election.parse(texts["election"])
        check_binding(setup, election, Trustees.parse(texts["trustees"], election.group))
        sealed.append(election)
        return f"{setup.title} ({setup.uuid}), fingerprint {election.fingerprint}, setup sha256 {setup.digest}"

    report.run("dossier", None, check_dossier)
    report.run("challenge", None, lambda: _check(sealed, challenge)[1])
    return report


def check_challenge(contests: Sequence[Contest], raw: bytes) -> str:
    """A challenge against a record: of an election in it, and neither ballot nor randomness is in the final log.

    Randomness that was used again opens the ballot that was cast to whoever has the file.
    """
    challenge, said = _check([contest.election for contest in contests if not contest.stopped], raw)
    opened = {alpha.text for alpha in challenge.opened.ballot.alphas}
    for contest in contests:
        if contest.uuid == challenge.election.uuid and any(not opened.isdisjoint(row) for row in contest.judged.alphas):
            raise ProtocolError("verify.challenge-cast")
    return f"{said}; it is not in the urn"


def _check(sealed: Sequence[Election], raw: bytes) -> tuple[Challenge, str]:
    """The challenge, and what it shows: tracker and choices, in words."""
    challenge = Challenge.parse(raw)
    if challenge.election.raw not in [election.raw for election in sealed]:
        raise ProtocolError("verify.challenge-election")
    chosen = [answer or "blank vote" for answers in challenge.answers for answer in answers]
    return challenge, f"ballot {challenge.tracker} holds: {'; '.join(chosen)}"
