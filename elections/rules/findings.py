"""What an examination finds: one line for each rule and what it concerns, with its article.

A line is `met`, a `fault`, or `open` where something is not known that the rule asks about. The authority rules on
admissibility: a fault is shown, with whom it concerns and until when it may be mended, and decides nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from elections.protocol.canonical import Json
    from elections.rules.steps import Step


class Kind(StrEnum):
    """How a rule fares; as a verdict, that of the worst line."""

    MET = "met"
    OPEN = "open"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line. `assumed`: the rule rests on no text that was read whole; `persons`: the names concerned.

    `until` is the last day to mend it, which ends at midnight in Paris; None where no text says.
    """

    kind: Kind
    step: Step
    assumed: bool = False
    persons: tuple[str, ...] = ()
    until: date | None = None

    def json(self) -> dict[str, Json]:
        """One item of `findings` in the report of `elections candidacies check`."""
        return {
            **self.step.json(),
            "assumed": self.assumed,
            "kind": self.kind.value,
            "persons": list(self.persons),
            "until": self.until and self.until.isoformat(),
        }


@dataclass(frozen=True, slots=True)
class Examined:
    """A candidacy and every line about it."""

    id: str
    title: str
    findings: tuple[Finding, ...]

    @property
    def verdict(self) -> Kind:
        """A fault if there is one, else open if anything is; without rules, met."""
        return max((finding.kind for finding in self.findings), key=list(Kind).index, default=Kind.MET)

    @property
    def faults(self) -> tuple[Finding, ...]:
        """The lines on which the authority has to rule."""
        return tuple(finding for finding in self.findings if finding.kind is Kind.FAULT)

    def json(self) -> dict[str, Json]:
        """One item of `candidacies` in the report."""
        return {
            "findings": [finding.json() for finding in self.findings],
            "id": self.id,
            "title": self.title,
            "verdict": self.verdict.value,
        }
