"""All checks on a record or an archive, in order; one that fails does not hide the next."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from elections.protocol.canonical import base64_encode, sha256_hex
from elections.protocol.errors import ProtocolError
from elections.protocol.journal import JournalEntry, parse_journal
from elections.protocol.record import JOURNAL, MANIFEST, MANIFEST_NOTE, Manifest, manifest_text
from elections.verify import checks
from elections.verify.archive import judge_archive
from elections.verify.contest import Contest
from elections.verify.extras import check_anchor, check_receipt, v15_minutes
from elections.verify.files import read_file, read_record
from elections.verify.report import Figures, Report
from elections.verify.timeline import v14_journal

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

_BEFORE_RESULT = (
    ("V02", checks.v02_setup),
    ("V03", checks.v03_archive),
    ("V04", checks.v04_trustees),
    ("V05", checks.v05_ballots),
    ("V06", checks.v06_distinct),
    ("V07", checks.v07_tokens),
    ("V08", checks.v08_log),
    ("V09", checks.v09_tally),
)
_RESULT = (("V10", checks.v10_decryptions), ("V11", checks.v11_result))
_STOPPED = ("V03", "V04", "V05", "V06", "V07", "V09", "V10", "V11", "V12", "V13")


def verify(path: Path, *, jobs: int = 1, anchor: Path | None = None, receipt: Path | None = None) -> Report:
    """Judge the record in the folder `path`, or the bare archive in the file `path`."""
    if not path.is_dir():
        return judge_archive(read_file(path, path.name), path.name)
    return judge_record(read_record(path), jobs=jobs, anchor=anchor, receipt=receipt)


def judge_record(
    files: dict[str, bytes], *, jobs: int = 1, anchor: Path | None = None, receipt: Path | None = None
) -> Report:
    """Judge a record given as its files; `anchor` and `receipt` are compared with it where given."""
    report = Report("record")
    contests = [Contest(uuid, _files_of(files, uuid), jobs) for uuid in _uuids(files)]
    report.run("V01", None, partial(_v01_manifest, files, contests))
    for contest in contests:
        _judge_contest(report, contest)
    report.run("V04", None, lambda: checks.v04_distinct_keys(contests))
    _judge_journal(report, files, contests)
    v15_minutes(report, files, contests)
    report.frozen = any("decryptions.jsonl" not in contest.files for contest in contests if not contest.stopped)
    for contest in contests:
        _add_figures(report, contest)
    if anchor is not None:
        report.run("anchor", None, lambda: check_anchor(report, read_file(anchor, anchor.name)))
    if receipt is not None:
        report.run("receipt", None, lambda: check_receipt(contests, read_file(receipt, receipt.name)))
    return report


def _uuids(files: dict[str, bytes]) -> list[str]:
    """The contests in the manifest's order; where that cannot be read, the folders there are."""
    folders = sorted({path.split("/")[0] for path in files if path.endswith("/setup.json")})
    try:
        named = Manifest.parse(files.get(MANIFEST, b"")).contests
    except ProtocolError:
        return folders
    return [*named, *(folder for folder in folders if folder not in named)]


def _files_of(files: dict[str, bytes], uuid: str) -> dict[str, bytes]:
    return {path.removeprefix(f"{uuid}/"): data for path, data in files.items() if path.startswith(f"{uuid}/")}


def _judge_contest(report: Report, contest: Contest) -> None:
    def run(check: str, action: Callable[[Contest], str | None]) -> None:
        if contest.stopped and check in _STOPPED:
            report.absent(check, contest.uuid, "stopped contest")
        else:
            report.run(check, contest.uuid, lambda: action(contest))

    for check, action in _BEFORE_RESULT:
        run(check, action)
    frozen = _is_frozen(contest)
    for check, action in (*_RESULT, ("V12", checks.v12_register), ("V13", checks.v13_seats)):
        if frozen and check != "V12":
            report.absent(check, contest.uuid, "frozen record: not yet counted")
        else:
            run(check, action)


def _is_frozen(contest: Contest) -> bool:
    """A frozen record has neither decryptions nor result, and its archive ends at the tally."""
    if contest.stopped or {"decryptions.jsonl", "result.json"} & contest.files.keys():
        return False
    try:
        return contest.archive.result is None and not contest.archive.decryptions
    except ProtocolError:
        return True


def _v01_manifest(files: dict[str, bytes], contests: Sequence[Contest]) -> str | None:
    for name in (MANIFEST, MANIFEST_NOTE, JOURNAL):
        if name not in files:
            raise ProtocolError("record.missing", path=name)
    manifest = Manifest.parse(files[MANIFEST])
    for path, (digest, size) in manifest.files.items():
        if path not in files:
            raise ProtocolError("record.missing", path=path)
        if (sha256_hex(files[path]), len(files[path])) != (digest, size):
            raise ProtocolError("record.digest", path=path)
    for path in files:
        if path not in manifest.files and path not in (MANIFEST, MANIFEST_NOTE):
            raise ProtocolError("record.extra", path=path[:80])
    if not contests:
        raise ProtocolError("record.contests", what=MANIFEST)
    note = _note_text(files[MANIFEST_NOTE])
    keys = set()
    for contest in contests:
        setup = contest.setup
        keys.add(setup.record_key)
        if setup.contests != manifest.contests or setup.uuid != contest.uuid:
            raise ProtocolError("record.contests", what=contest.name("setup.json"))
        if (setup.election_title, setup.election_uuid) != (manifest.title, manifest.uuid) or len(keys) != 1:
            raise ProtocolError("record.election", what=contest.name("setup.json"))
    if keys.pop().check(note, MANIFEST_NOTE) != manifest_text(manifest.uuid, files[MANIFEST]):
        raise ProtocolError("record.digest", path=MANIFEST)
    return f"{len(manifest.files)} files"


def _note_text(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        raise ProtocolError("json.utf8", what=MANIFEST_NOTE) from error


def _judge_journal(report: Report, files: dict[str, bytes], contests: Sequence[Contest]) -> None:
    entries: list[JournalEntry] = []

    def chain() -> str:
        entries.extend(parse_journal(files.get(JOURNAL, b"")))
        return f"{len(entries)} acts, last digest {entries[-1].digest if entries else 'none'}"

    report.run("V14", None, chain)
    for contest in contests:
        kind = "stopped" if contest.stopped else "frozen" if _is_frozen(contest) else "full"
        report.run("V14", contest.uuid, partial(v14_journal, contest, entries, kind))


def _add_figures(report: Report, contest: Contest) -> None:
    """What the verdict prints; a contest too broken to have figures has none."""
    try:
        setup = contest.setup
        last = contest.checkpoints[-1]
        fingerprint = "" if contest.stopped else contest.election.fingerprint
    except (ProtocolError, IndexError):
        return
    root = base64_encode(last.root)
    report.figures.append(
        Figures(contest.uuid, setup.title, fingerprint, setup.digest, last.size, root, setup.holders)
    )
