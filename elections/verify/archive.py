"""A bare Belenios archive, judged by V03–V06 and V09–V11; the rest needs a record of ours.

Belenios lets an elector vote again: a second, different ballot of a credential replaces the first, and
the report says so. An exact copy of an earlier ballot is a replay and refused. The 2.0 form of threshold
keys, without contexts and key signatures, is accepted and named.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from elections.protocol import archive as belenios
from elections.protocol.ballot import Election
from elections.protocol.errors import ProtocolError
from elections.protocol.tally import EncryptedTally
from elections.protocol.trustees import Trustees
from elections.verify.ballots import Judged, Task, judge
from elections.verify.checks import check_alphas, credential_of
from elections.verify.decryption import check_decryptions, check_result, check_tally
from elections.verify.report import Report

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass
class _Bare:
    raw: bytes
    what: str
    jobs: int

    @cached_property
    def archive(self) -> belenios.Archive:
        return belenios.read(self.raw, self.what)

    @cached_property
    def election(self) -> Election:
        return Election.parse(self.archive.election, "election")

    @cached_property
    def trustees(self) -> Trustees:
        return Trustees.parse(self.archive.trustees, self.election.group, "trustees")

    @cached_property
    def weights(self) -> dict[str, int]:
        return belenios.weights(self.archive.credentials)

    @cached_property
    def counted(self) -> dict[str, int]:
        """For each credential that voted, the position of its last ballot."""
        ballots = self.archive.ballots
        return {credential_of(raw, f"ballot {number}"): number for number, raw in enumerate(ballots)}

    @cached_property
    def judged(self) -> Judged:
        last = {number: self.weights.get(credential, 0) for credential, number in self.counted.items()}
        tasks = [Task(number + 1, raw, last.get(number, 0)) for number, raw in enumerate(self.archive.ballots)]
        return judge(self.election, tasks, own=False, jobs=self.jobs)

    @cached_property
    def tally(self) -> EncryptedTally:
        return EncryptedTally.parse(self.archive.encrypted_tally or b"", self.election)


def judge_archive(raw: bytes, what: str, jobs: int = 1) -> Report:
    """Judge the bytes of a `.bel`."""
    report = Report("archive")
    bare = _Bare(raw, what, jobs)
    checks: dict[str, Callable[[_Bare], str | None]] = {
        "V03": _v03, "V04": _v04, "V05": _v05, "V06": _v06, "V09": _v09, "V10": _v10, "V11": _v11,
    }  # fmt: skip
    for number in range(1, 16):
        check = f"V{number:02}"
        if check in checks:
            report.run(check, None, lambda action=checks[check]: action(bare))  # type: ignore[misc]
        else:
            report.absent(check, None, "bare archive")
    return report


def _v03(bare: _Bare) -> str | None:
    archive = bare.archive
    belenios.check_copies(archive, bare.what)
    if archive.result is None:
        raise ProtocolError("archive.unfinished", what=bare.what, last=archive.steps[-1].event)
    return f"{len(archive.ballots)} ballots"


def _v04(bare: _Bare) -> str | None:
    bare.trustees.check("trustees", allow_old=True)
    if bare.trustees.public_key(bare.election.group) != bare.election.public_key.element:
        raise ProtocolError("setup.key", what="election")
    return "threshold keys in the form of Belenios 2.0" if bare.trustees.old_form else None


def _v05(bare: _Bare) -> str | None:
    refusals = bare.judged.refusals
    if refusals:
        raise ProtocolError("verify.ballots", detail=refusals[0], more=len(refusals) - 1)
    for number, credential in enumerate(bare.judged.credentials, 1):
        if credential not in bare.weights:
            raise ProtocolError("verify.credential-list", what=f"ballot {number}")
    for number, credential in enumerate(bare.weights, 1):
        if credential not in bare.counted:
            bare.election.group.element(credential, f"credential {number}")
    return None


def _v06(bare: _Bare) -> str | None:
    check_alphas(bare.judged.alphas, "ballots")
    replaced = len(bare.archive.ballots) - len(bare.counted)
    return f"re-votes: {replaced}; of each credential the last ballot counts" if replaced else None


def _v09(bare: _Bare) -> str | None:
    weight = sum(bare.weights.get(credential, 0) for credential in bare.counted)
    check_tally(bare.archive, bare.tally, bare.judged.tally, len(bare.counted), weight)
    return None


def _v10(bare: _Bare) -> str | None:
    check_decryptions(bare.election, bare.trustees, bare.archive.decryptions, bare.tally, None)
    return "Belenios proofs only: a bare archive has no strong ones"


def _v11(bare: _Bare) -> str | None:
    factors = check_decryptions(bare.election, bare.trustees, bare.archive.decryptions, bare.tally, None)
    weight = sum(bare.weights.get(credential, 0) for credential in bare.counted)
    counts = check_result(bare.election, bare.trustees, bare.archive, bare.tally, factors, weight)
    return f"{counts}"
