"""What a verification says: one line a check, with id, sentence, verdict and detail (contracts.md)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from elections.protocol.errors import ProtocolError

if TYPE_CHECKING:
    from collections.abc import Callable

    from elections.protocol.canonical import Json

Verdict = Literal["holds", "fails", "absent"]

SENTENCES: dict[str, str] = {
    "V01": "the manifest is signed, and lists exactly the files and contests that are there",
    "V02": "the setup is canonical and sane, the election record computed from it, seal and slips complete",
    "V03": "the archive is a byte-exact, unbroken chain of the allowed events",
    "V04": "the trustees proved their keys, and the election key is the product of the sealed ones",
    "V05": "every ballot is canonical, of this election, proved and signed",
    "V06": "no two entries share a credential, a tracker or a randomness",
    "V07": "every ballot carries a token of every issuer",
    "V08": "the log grew by the sealed batches, each checkpoint signed, and holds exactly the archive's ballots",
    "V09": "the encrypted tally is the product of the ballots",
    "V10": "every decryption is proved twice, and the key holders' policy is satisfied",
    "V11": "every total is the one the decryptions show, and the totals fit the ballots",
    "V12": "ballots, signatures, tokens and roll agree",
    "V13": "the seats are those the sealed rule gives, line by line, and any lot is the one drawn",
    "V14": "the journal is unbroken, and every act came in its order and at its hour",
    "V15": "the minutes and the exported results are those that the record gives",
    "anchor": "fingerprints, setups and final checkpoints are those of the anchor",
    "receipt": "the urn's receipt is signed, and its ballot is in the final log",
    "journal": "the journal is an unbroken chain from its first line, and its hours never go back",
    "dossier": "the election record is computed from the setup, and its key is that of the sealed trustees",
    "challenge": "the challenged ballot is of a sealed election, and holds exactly the choices that its file states",
}


@dataclass(frozen=True)
class Check:
    """One verdict; `contest` is None for what concerns the whole record or a bare archive."""

    id: str
    contest: str | None
    verdict: Verdict
    detail: str | None

    def json(self) -> Json:
        """As `verify --json` shows it."""
        return {
            "contest": self.contest,
            "detail": self.detail,
            "id": self.id,
            "sentence": SENTENCES[self.id],
            "verdict": self.verdict,
        }


@dataclass(frozen=True)
class Figures:
    """What the verdict prints of a contest, to compare with the signed minutes."""

    contest: str
    title: str
    fingerprint: str
    setup: str
    size: int
    root: str
    holders: tuple[str, ...]


@dataclass
class Report:
    """All verdicts on one record, archive or journal, or on a challenge by the sealed dossier of its contest."""

    subject: Literal["record", "archive", "journal", "dossier"]
    checks: list[Check] = field(default_factory=list)
    figures: list[Figures] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    anchored: bool = False
    frozen: bool = False

    @property
    def holds(self) -> bool:
        """No check fails."""
        return all(check.verdict != "fails" for check in self.checks)

    @property
    def verdict(self) -> str:
        """One word: `refused`, `frozen`, `verified` (an anchor was compared) or `consistent`."""
        if not self.holds:
            return "refused"
        if self.frozen:
            return "frozen"
        return "verified" if self.anchored else "consistent"

    def run(self, check: str, contest: str | None, action: Callable[[], str | None]) -> None:
        """Run one check: it returns a detail or None, and raises to refuse."""
        try:
            self.checks.append(Check(check, contest, "holds", action()))
        except ProtocolError as error:
            self.refuse(check, contest, error)

    def refuse(self, check: str, contest: str | None, error: ProtocolError) -> None:
        """Say by which rule a check fails."""
        self.checks.append(Check(check, contest, "fails", f"{error} [{error.rule}]"))

    def absent(self, check: str, contest: str | None, why: str) -> None:
        """Say that there is nothing to check, and why that is allowed."""
        self.checks.append(Check(check, contest, "absent", why))

    def require(self, *ids: str) -> None:
        """Refuse unless each of these checks was made and none of them fails."""
        for check in self.checks:
            if check.id in ids and check.verdict == "fails":
                raise ProtocolError("verify.required", id=check.id, detail=check.detail)
        for missing in set(ids) - {check.id for check in self.checks}:
            raise ProtocolError("verify.required", id=missing, detail="not checked")

    def json(self) -> Json:
        """`verify --json` (contracts.md)."""
        checks = [check.json() for check in self.checks]
        return {"checks": checks, "format": "isoloir-report-1", "holds": self.holds, "subject": self.subject}
