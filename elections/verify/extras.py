"""What is compared with a record from outside it, or exported beside it: minutes (V15), anchor, receipt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from elections.protocol.canonical import Json, fields, parse, parse_canonical
from elections.protocol.errors import ProtocolError
from elections.protocol.record import MINUTES, urn_receipt_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from elections.verify.contest import Contest
    from elections.verify.report import Report

_FIGURES = ("ballots", "blank", "roll", "seats", "signatures", "valid", "votes")


def v15_minutes(report: Report, files: dict[str, bytes], contests: Sequence[Contest]) -> None:
    """Compare the minutes' data with result.json, contest by contest, where there are minutes.

    What stands beside them without data that could be compared is refused: nothing would vouch for it.
    """
    known = {f"{MINUTES}/{contest.uuid}.json" for contest in contests} & files.keys()
    known |= {path.removesuffix(".json") + ".pdf" for path in known}
    for path in sorted(files):
        if path == "result.cdf.json" or (path.startswith(f"{MINUTES}/") and path not in known):
            report.refuse("V15", None, ProtocolError("verify.unjudged", path=path))
    for contest in contests:
        path = f"{MINUTES}/{contest.uuid}.json"
        if path not in files:
            report.absent("V15", contest.uuid, "no minutes in this record")
            continue
        report.run("V15", contest.uuid, lambda c=contest, p=path: _check_minutes(c, files[p], p))  # type: ignore[misc]


def _check_minutes(contest: Contest, raw: bytes, what: str) -> None:
    minutes = parse_canonical(raw, what)
    result = parse_canonical(contest.raw("result.json"), contest.name("result.json"))
    if not isinstance(minutes, dict) or any(minutes.get(key) != result.get(key) for key in _FIGURES):
        raise ProtocolError("verify.minutes", what=what)


def check_anchor(report: Report, raw: bytes) -> str:
    """The figures of the signed minutes against those of the record (contracts.md, anchor FILE)."""
    anchored: Json = fields(parse(raw, "anchor"), "anchor", ("contests",))["contests"]
    own = {item.contest: item for item in report.figures}
    if not isinstance(anchored, dict) or anchored.keys() != own.keys():
        raise ProtocolError("verify.anchor-contests")
    for uuid, expected in anchored.items():
        fields(expected, f"anchor, {uuid}", ("fingerprint", "root", "setup", "size"))
        for field, value in expected.items():
            if getattr(own[uuid], field) != value:
                raise ProtocolError("verify.anchor", contest=uuid, field=field)
    report.anchored = True
    return f"{len(anchored)} contests"


def check_receipt(contests: Sequence[Contest], raw: bytes) -> str:
    """A signed urn receipt and the final log: a valid receipt without its leaf is proof against the urn.

    `raw` is the urn's receipt alone, or the file that the booth saves: both receipts with a line `----` between.
    """
    try:
        note, _, rest = raw.decode().partition("----\n")
    except UnicodeDecodeError as error:
        raise ProtocolError("json.utf8", what="receipt") from error
    lines = note.split("\n")
    for contest in contests:
        if len(lines) > 1 and lines[1] == contest.uuid:
            if rest:
                contest.setup.record_key.check(rest, "register receipt")
            return _find(contest, note)
    raise ProtocolError("verify.receipt-contest")


def _find(contest: Contest, note: str) -> str:
    text = contest.setup.urn_key.check(note, "receipt")
    fingerprint = contest.election.fingerprint
    for entry in contest.entries:
        if urn_receipt_text(contest.uuid, fingerprint, entry.tracker, entry.leaf_hash) == text:
            return f"ballot {entry.tracker} of {contest.setup.title}"
    raise ProtocolError("verify.receipt")
