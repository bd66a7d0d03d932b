"""What is compared with a record from outside it, or exported beside it: minutes (V15), anchor, receipt."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from elections.protocol.canonical import Json, fields, parse, parse_canonical, sha256_hex
from elections.protocol.errors import ProtocolError
from elections.protocol.record import MINUTES, urn_receipt_text
from elections.rules import cdf, minutes
from elections.rules.cdf import CDF
from elections.rules.cdf_schema import check as check_schema

if TYPE_CHECKING:
    from collections.abc import Sequence

    from elections.protocol.journal import JournalEntry
    from elections.verify.contest import Contest
    from elections.verify.report import Report


def v15_minutes(
    report: Report, files: dict[str, bytes], contests: Sequence[Contest], journal: Sequence[JournalEntry]
) -> None:
    """Write the data of the minutes and the export again from the rest of the record, and compare, where there are any.

    They are made together: if one is there, all must be, and nothing beside them, for nothing would vouch for it.
    """
    if not any(path == CDF or path.startswith(f"{MINUTES}/") for path in files):
        for contest in contests:
            report.absent("V15", contest.uuid, "no minutes in this record")
        return
    try:
        account = minutes.read({contest.uuid: contest.files for contest in contests}, journal)
        data, export = minutes.write(account), cdf.write(account)
    except ProtocolError as error:
        report.refuse("V15", None, error)
        return
    for contest in contests:
        path = f"{MINUTES}/{contest.uuid}.json"
        if path in data:
            report.run("V15", contest.uuid, partial(_check_minutes, files, path, data[path]))
        else:
            report.absent("V15", contest.uuid, "no result, so no minutes of one")
    report.run("V15", None, partial(_check_exports, files, account, data, export))


def _check_exports(
    files: dict[str, bytes], account: minutes.Account, data: dict[str, bytes], export: bytes
) -> str | None:
    """The minutes of the operations, the export, and that there is nothing else."""
    if account.concluded is None:
        raise ProtocolError("verify.minutes-early", what=MINUTES)
    _check_minutes(files, minutes.OPERATIONS, data[minutes.OPERATIONS])
    if CDF not in files:
        raise ProtocolError("record.missing", path=CDF)
    check_schema(parse_canonical(files[CDF], CDF), CDF)
    _compare(files[CDF], export, CDF)
    known = {CDF, *data, *map(minutes.pdf_of, data)}
    for path in sorted(files):
        if path.startswith(f"{MINUTES}/") and path not in known:
            raise ProtocolError("verify.unjudged", path=path)
    return f"{len(data)} minutes, and the export"


def _check_minutes(files: dict[str, bytes], path: str, expected: bytes) -> None:
    """The data as the record gives them; beside them a PDF that names their digest. What it shows is not read."""
    pdf = minutes.pdf_of(path)
    for name in (path, pdf):
        if name not in files:
            raise ProtocolError("record.missing", path=name)
    _compare(files[path], expected, path)
    if not files[pdf].startswith(b"%PDF-") or f"sha256:{sha256_hex(expected)}".encode() not in files[pdf]:
        raise ProtocolError("verify.minutes-pdf", what=pdf)


def _compare(raw: bytes, expected: bytes, what: str) -> None:
    if raw != expected:
        place = _difference(parse_canonical(raw, what), parse_canonical(expected, what))
        raise ProtocolError("verify.minutes", what=what, place=place or "/")


def _difference(stated: Json, expected: Json) -> str:
    """Where two values first part, as a JSON pointer: `/result/votes/0`."""
    if isinstance(stated, dict) and isinstance(expected, dict):
        for key in sorted(stated.keys() | expected.keys()):
            if key not in stated or key not in expected:
                return f"/{key}"
            if stated[key] != expected[key]:
                return f"/{key}{_difference(stated[key], expected[key])}"
    if isinstance(stated, list) and isinstance(expected, list):
        for place, (mine, theirs) in enumerate(zip(stated, expected, strict=False)):
            if mine != theirs:
                return f"/{place}{_difference(mine, theirs)}"
    return ""


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
