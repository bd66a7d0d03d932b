"""All checks on a record or an archive, in order; one that fails does not hide the next."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from elections.protocol.canonical import base64_encode, sha256_hex
from elections.protocol.errors import ProtocolError
from elections.protocol.journal import JournalEntry, parse_journal
from elections.protocol.record import JOURNAL, MANIFEST, MANIFEST_NOTE, MINUTES, Manifest, manifest_text
from elections.verify import checks
from elections.verify.archive import judge_archive
from elections.verify.challenge import check_challenge, judge_dossier
from elections.verify.contest import Contest
from elections.verify.extras import check_anchor, check_receipt, v15_minutes
from elections.verify.files import read_file, read_record
from elections.verify.journal import SUFFIX, judge_journal
from elections.verify.report import Figures, Report
from elections.verify.timeline import Timeline, check_places, sealed_fingerprint

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from elections.protocol.note import Verifier

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


def verify(
    path: Path,
    *,
    jobs: int = 1,
    anchor: Path | None = None,
    receipt: Path | None = None,
    challenge: Path | None = None,
) -> Report:
    """Judge the record in the folder `path`, or the bare archive in the file `path`.

    A folder that holds anything but plain files is refused by V01, and nothing in it is looked at. With a challenge a
    file is the sealed dossier of its contest instead of an archive; a file `*.jsonl` is a journal.
    """
    if not path.is_dir():
        raw = read_file(path, path.name)
        if challenge is not None:
            return judge_dossier(raw, read_file(challenge, challenge.name))
        if path.suffix == SUFFIX:
            return judge_journal(raw, path.name)
        return judge_archive(raw, path.name, jobs)
    try:
        files = read_record(path)
    except ProtocolError as error:
        report = Report("record")
        report.refuse("V01", None, error)
        return report
    return judge_record(files, jobs=jobs, anchor=anchor, receipt=receipt, challenge=challenge)


def judge_record(
    files: dict[str, bytes],
    *,
    jobs: int = 1,
    anchor: Path | None = None,
    receipt: Path | None = None,
    challenge: Path | None = None,
) -> Report:
    """Judge a record given as its files; `anchor`, `receipt` and `challenge` are compared with it where given."""
    report = Report("record")
    contests = [Contest(uuid, _files_of(files, uuid), jobs) for uuid in _uuids(files)]
    report.run("V01", None, partial(_v01_manifest, files, contests))
    for contest in contests:
        _judge_contest(report, contest)
    report.run("V02", None, lambda: checks.v02_distinct_issuers(contests))
    report.run("V04", None, lambda: checks.v04_distinct_keys(contests))
    journal = _judge_journal(report, files, contests)
    v15_minutes(report, files, contests, journal)
    report.frozen = any(contest.frozen for contest in contests)
    for contest in contests:
        _add_figures(report, contest, journal)
    if anchor is not None:
        report.run("anchor", None, lambda: check_anchor(report, read_file(anchor, anchor.name)))
    if receipt is not None:
        report.run("receipt", None, lambda: check_receipt(contests, read_file(receipt, receipt.name)))
    if challenge is not None:
        report.run("challenge", None, lambda: check_challenge(contests, read_file(challenge, challenge.name)))
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
    for check, action in (*_RESULT, ("V12", checks.v12_register), ("V13", checks.v13_seats)):
        if contest.frozen and check != "V12":
            report.absent(check, contest.uuid, "frozen record: not yet counted")
        else:
            run(check, action)


def _v01_manifest(files: dict[str, bytes], contests: Sequence[Contest]) -> str | None:
    for name in (MANIFEST, MANIFEST_NOTE, JOURNAL):
        if name not in files:
            raise ProtocolError("record.missing", path=name)
    manifest = Manifest.parse(files[MANIFEST])
    _check_listing(files, manifest)
    key = _check_setups(manifest, contests)
    try:
        note = files[MANIFEST_NOTE].decode()
    except UnicodeDecodeError as error:
        raise ProtocolError("json.utf8", what=MANIFEST_NOTE) from error
    if key.check(note, MANIFEST_NOTE) != manifest_text(manifest.uuid, files[MANIFEST]):
        raise ProtocolError("record.digest", path=MANIFEST)
    return f"{len(manifest.files)} files"


def _check_listing(files: dict[str, bytes], manifest: Manifest) -> None:
    """Exactly the files of the manifest are there, each with its digest, in the folders of its contests."""
    for path, (digest, size) in manifest.files.items():
        if path not in files:
            raise ProtocolError("record.missing", path=path)
        if (sha256_hex(files[path]), len(files[path])) != (digest, size):
            raise ProtocolError("record.digest", path=path)
    for path in files:
        if path not in manifest.files and path not in (MANIFEST, MANIFEST_NOTE):
            raise ProtocolError("record.extra", path=path[:80])
    folders = {path.partition("/")[0] for path in manifest.files if "/" in path} - {MINUTES}
    if not manifest.contests or folders != set(manifest.contests):
        raise ProtocolError("record.contests", what=MANIFEST)


def _check_setups(manifest: Manifest, contests: Sequence[Contest]) -> Verifier:
    """The contests are those of every setup, each with the files of its kind; the record key, the same in all."""
    keys = set()
    for contest in contests:
        setup = contest.setup
        keys.add(setup.record_key)
        if setup.contests != manifest.contests or setup.uuid != contest.uuid:
            raise ProtocolError("record.contests", what=contest.name("setup.json"))
        if (setup.election_title, setup.election_uuid) != (manifest.title, manifest.uuid) or len(keys) != 1:
            raise ProtocolError("record.election", what=contest.name("setup.json"))
        contest.check_files()
    return keys.pop()


def _judge_journal(report: Report, files: dict[str, bytes], contests: Sequence[Contest]) -> list[JournalEntry]:
    """V14; the entries of the journal, none where it is broken."""
    entries: list[JournalEntry] = []

    def chain() -> str:
        if JOURNAL not in files:
            raise ProtocolError("record.missing", path=JOURNAL)
        entries.extend(parse_journal(files[JOURNAL]))
        check_places(entries, {contest.uuid for contest in contests})
        return f"{len(entries)} acts, last digest {entries[-1].digest if entries else 'none'}"

    report.run("V14", None, chain)
    for contest in contests:
        timeline = Timeline(contest, entries)
        report.run("V14", contest.uuid, timeline.judge)
        told = [timeline.rehearsal, checks.PAPER_REMARK if timeline.paper else None]
        report.remarks += [f"{contest.setup.title} ({contest.uuid}): {remark}" for remark in told if remark]
    return entries


def _add_figures(report: Report, contest: Contest, journal: Sequence[JournalEntry]) -> None:
    """What the verdict prints; a contest too broken to have figures has none."""
    try:
        setup = contest.setup
        last = contest.checkpoints[-1]
        fingerprint = sealed_fingerprint(contest.uuid, journal) if contest.stopped else contest.election.fingerprint
    except ProtocolError:
        return
    root = base64_encode(last.root)
    report.figures.append(Figures(contest.uuid, setup.title, fingerprint, setup.digest, last.size, root, setup.holders))
