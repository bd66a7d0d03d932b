"""A journal alone, before there is a record: its chain, and what to compare with the minutes.

That its acts came in their order and at their hours depends on what was sealed, and is judged with the record (V14).
"""

from __future__ import annotations

from elections.protocol.errors import ProtocolError
from elections.protocol.journal import parse_journal
from elections.verify.report import Report

SUFFIX = ".jsonl"


def judge_journal(raw: bytes, what: str) -> Report:
    """Judge the bytes of a journal.jsonl."""
    report = Report("journal")

    def chain() -> str:
        entries = parse_journal(raw, what)
        if not entries:
            raise ProtocolError("journal.chain", what=what)
        return f"{len(entries)} acts, last digest {entries[-1].digest}"

    report.run("journal", None, chain)
    return report
