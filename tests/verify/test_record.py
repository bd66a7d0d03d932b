"""Honest records: the verdict of each check, its words, its JSON; what is compared from outside; the command."""

import json
import os

import pytest
from click.testing import CliRunner

from elections.cli import main
from elections.protocol.canonical import base64_encode, encode, sha256_hex
from elections.protocol.log import Checkpoint
from elections.protocol.record import urn_receipt_text
from elections.publication import write_folder
from elections.verify import verify
from elections.verify.judge import judge_record
from elections.verify.report import SENTENCES
from tests.attacks import Forger, limits

EVERY = [f"V{number:02}" for number in range(1, 16)]


def verdicts(report, contest=None):
    """The verdict of each check on a contest, or on the whole record."""
    return {check.id: check.verdict for check in report.checks if check.contest == contest}


def absent(report, contest):
    """The checks of a contest that had nothing to look at."""
    return {check for check, verdict in verdicts(report, contest).items() if verdict == "absent"}


def failing(report):
    """Rule by check, of all that fails."""
    return {check.id: check.detail.rpartition("[")[2][:-1] for check in report.checks if check.verdict == "fails"}


# --- Verdicts -----------------------------------------------------------------------------------------------


def test_a_finished_record_is_consistent(commission):
    report = judge_record(commission.files)
    assert (report.verdict, report.holds, failing(report)) == ("consistent", True, {})
    assert absent(report, commission.contests["s1"]) == set()
    assert absent(report, commission.contests["s2b"]) == set()
    assert set(verdicts(report)) == {"V01", "V02", "V04", "V14", "V15"}
    # A draw on paper is shown by no calculation, and the verdict says so.
    (remark,) = report.remarks
    assert commission.contests["s4a"] in remark
    assert "rests on the board's word" in remark


def test_a_lot_from_the_slips_is_drawn_again(rehearsal, belenios):
    for finished, college in ((rehearsal, "s2a"), (belenios, "s2a")):
        checks = judge_record(finished.files).checks
        (detail,) = (c.detail for c in checks if (c.id, c.contest) == ("V13", finished.contests[college]))
        assert detail == "a lot was drawn from the sealed slips, and drawn again here"


def test_of_a_stopped_contest_there_is_little_to_check(commission):
    report = judge_record(commission.files)
    stopped = commission.contests["s3a"]
    assert absent(report, stopped) == {*EVERY[2:7], *EVERY[8:13], "V15"}
    assert {check for check, verdict in verdicts(report, stopped).items() if verdict == "holds"} == {
        "V02",
        "V08",
        "V14",
    }


def test_a_frozen_record_is_judged_but_for_its_result(commission):
    report = judge_record(commission.frozen)
    assert (report.verdict, report.holds) == ("frozen", True)
    assert absent(report, commission.contests["s1"]) == {"V10", "V11", "V13", "V15"}


def test_amendments_are_printed_in_their_order(commission):
    checks = judge_record(commission.files).checks
    (detail,) = (c.detail for c in checks if (c.id, c.contest) == ("V14", commission.contests["s2a"]))
    words = ["suspend at 2026-02-06T12:00:00Z", "resume at 2026-02-06T14:00:00Z"]
    assert detail == "; ".join([*words, "closing hour changed to 2026-02-13T15:00:00Z"])


def test_minutes_that_were_never_made_are_absent(commission, quick):
    told = {path: raw for path, raw in commission.files.items() if not path.startswith(("minutes/", "result.cdf"))}
    report = judge_record(Forger(commission, told).finish(commission.record_key))
    assert failing(report) == {}
    assert absent(report, commission.contests["s1"]) == {"V15"}


def test_a_rehearsal_says_so_in_its_verdict(rehearsal):
    report = judge_record(rehearsal.files)
    assert report.verdict == "consistent"
    (remark,) = report.remarks
    assert "a rehearsal, which elects nobody; closed early at 2026-02-06T10:00:00Z" in remark


def test_a_signed_change_of_software_is_an_amendment(commission, quick):
    forger = Forger(commission, dict(commission.files))
    change = {"software": {"digest": "0" * 64, "version": "2"}}
    forger.amend("s1", "software", change)
    forger.amend("s1", "take-over", {"device": "the second server"})
    report = judge_record(forger.finish(commission.record_key))
    assert failing(report) == {}
    (detail,) = (c.detail for c in report.checks if (c.id, c.contest) == ("V14", commission.contests["s1"]))
    assert "software changed" in str(detail)
    assert "taken over" in str(detail)


def test_ballots_may_be_judged_by_several_processes(commission):
    assert judge_record(commission.files, jobs=2).json() == judge_record(commission.files).json()


# --- The report ---------------------------------------------------------------------------------------------


def test_the_report_has_the_shape_that_others_rely_on(commission):
    value = judge_record(commission.files).json()
    assert set(value) == {"checks", "format", "holds", "subject"}
    assert (value["format"], value["holds"], value["subject"]) == ("isoloir-report-1", True, "record")
    for check in value["checks"]:
        assert set(check) == {"contest", "detail", "id", "sentence", "verdict"}
        assert check["contest"] is None or check["contest"] in commission.contests.values()
        assert check["sentence"] == SENTENCES[check["id"]]
        assert check["verdict"] in ("holds", "fails", "absent")
        assert check["detail"] is None or isinstance(check["detail"], str)
    per_contest = {(check["id"], check["contest"]) for check in value["checks"]}
    assert len(per_contest) == len(value["checks"])
    assert {check for check, contest in per_contest if contest == commission.contests["s1"]} == set(EVERY[1:])


def test_the_figures_are_those_of_the_record(commission):
    figures = {item.contest: item for item in judge_record(commission.files).figures}
    assert {uuid: item["size"] for uuid, item in anchor_of(commission)["contests"].items()} == {
        uuid: item.size for uuid, item in figures.items()
    }
    assert figures[commission.contests["s1"]].size == 25
    assert figures[commission.contests["s1"]].holders[:2] == ("president", "secretary")


# --- The anchor ---------------------------------------------------------------------------------------------


def anchor_of(record, files=None):
    """What signed minutes would say of every contest: computed from the files, not by the verifier."""
    forger = Forger(record, files or record.files)
    lines = forger.read("journal.jsonl")
    sealed = {line["contest"]: line["details"]["fingerprint"] for line in lines if line["act"] == "seal"}
    figures = {}
    for college, uuid in record.contests.items():
        size, root = forger.trees(college)[-1]
        setup = sha256_hex(forger.files[f"{uuid}/setup.json"])
        fingerprint = sealed[uuid] if college == "s3a" else forger.election(college).fingerprint
        figures[uuid] = {"fingerprint": fingerprint, "root": base64_encode(root), "setup": setup, "size": size}
    return {"contests": figures}


def anchored(tmp_path, files, anchor):
    """The report on a record with this anchor beside it."""
    path = tmp_path / "anchor.json"
    path.write_bytes(anchor if isinstance(anchor, bytes) else encode(anchor))
    return judge_record(files, anchor=path)


def test_with_the_figures_of_the_minutes_a_record_is_verified(commission, tmp_path, quick):
    report = anchored(tmp_path, commission.files, anchor_of(commission))
    assert (report.verdict, verdicts(report)["anchor"]) == ("verified", "holds")


def test_a_frozen_record_stays_frozen_with_its_figures(commission, tmp_path, quick):
    report = anchored(tmp_path, commission.frozen, anchor_of(commission))
    assert (report.verdict, verdicts(report)["anchor"]) == ("frozen", "holds")


@pytest.mark.parametrize("college", ["s1", "s3a"])
@pytest.mark.parametrize(
    ("field", "other"), [("fingerprint", "A" * 43), ("root", "A" * 43 + "="), ("setup", "0" * 64), ("size", 24)]
)
def test_another_figure_is_refused(field, other, college, commission, tmp_path, quick):
    anchor = anchor_of(commission)
    anchor["contests"][commission.contests[college]][field] = other
    report = anchored(tmp_path, commission.files, anchor)
    assert (report.verdict, failing(report)) == ("refused", {"anchor": "verify.anchor"})


@pytest.mark.parametrize(
    ("edit", "rule"),
    [
        (lambda anchor: anchor["contests"].popitem(), "verify.anchor-contests"),
        (lambda anchor: anchor["contests"].update(X={}), "verify.anchor-contests"),
        (lambda anchor: anchor.update(contests=[]), "verify.anchor-contests"),
        (lambda anchor: anchor.update(more=1), "json.unknown"),
        (lambda anchor: next(iter(anchor["contests"].values())).pop("size"), "json.missing"),
    ],
)
def test_an_anchor_of_another_shape_is_refused(edit, rule, commission, tmp_path, quick):
    anchor = anchor_of(commission)
    edit(anchor)
    assert failing(anchored(tmp_path, commission.files, anchor)) == {"anchor": rule}


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b"\xff", b"null", b"[" * 100_000])
def test_an_anchor_that_is_none_is_refused(raw, commission, tmp_path, quick):
    assert set(failing(anchored(tmp_path, commission.files, raw))) == {"anchor"}


def test_the_anchor_shows_ballots_that_were_stuffed_after_the_minutes(commission, tmp_path, quick):
    forger = Forger(commission, dict(commission.files))
    limits.the_site_votes_for_abstainers(forger)
    report = anchored(tmp_path, forger.finish(commission.record_key), anchor_of(commission))
    assert failing(report) == {"anchor": "verify.anchor"}


# --- Receipts -----------------------------------------------------------------------------------------------


def shown(tmp_path, record, note, files=None):
    """The report on a record to which somebody shows a receipt."""
    path = tmp_path / "receipt.txt"
    path.write_bytes(note if isinstance(note, bytes) else note.encode())
    return judge_record(files or record.files, receipt=path)


def test_a_receipt_is_found_in_the_final_log(commission, tmp_path, quick):
    report = shown(tmp_path, commission, commission.receipts["urn"])
    assert (verdicts(report)["receipt"], report.verdict) == ("holds", "consistent")


def test_a_receipt_shows_that_its_ballot_was_dropped(commission, tmp_path, quick):
    forger = Forger(commission, dict(commission.files))
    tracker = commission.receipts["urn"].split("\n")[3]
    kept = [leaf for leaf in forger.leaves("s1") if forger.tracker(leaf) != tracker]
    forger.recount("s1", kept, batches=[4, 20])
    forger.put("s1/register.json", lambda value: {**value, "ballots": 24, "signatures": 24})
    files = forger.finish(commission.record_key)
    assert judge_record(files).holds
    assert failing(shown(tmp_path, commission, commission.receipts["urn"], files)) == {"receipt": "verify.receipt"}


def test_receipts_that_prove_nothing_are_refused(commission, tmp_path, quick):
    uuid, receipts = commission.contests["s1"], commission.receipts
    text = urn_receipt_text(uuid, "φ", "tracker", bytes(32))
    for note, rule in (
        (receipts["register"], "note.unsigned"),
        (receipts["urn"].replace("receipt/1", "receipt/2"), "ed25519.signature"),
        (receipts["urn"].replace(uuid, commission.contests["s2a"]), "ed25519.signature"),
        (receipts["urn"].replace(uuid, "1" * 22), "verify.receipt-contest"),
        (commission.urn_key.sign(text), "verify.receipt"),
        (commission.urn_key.sign(text.replace(uuid, commission.contests["s3a"])), "record.missing"),
        ("", "verify.receipt-contest"),
        (b"\xff\xfe", "json.utf8"),
        (f"x\n{uuid}", "note.form"),
    ):
        assert failing(shown(tmp_path, commission, note)) == {"receipt": rule}


# --- The command --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def folders(commission, tmp_path_factory):
    """A record, the same with a byte changed, and its frozen form."""
    folder = tmp_path_factory.mktemp("records")
    broken = {**commission.files, "journal.jsonl": commission.files["journal.jsonl"] + b"\n"}
    for name, files in (("good", commission.files), ("broken", broken), ("frozen", commission.frozen)):
        write_folder(files, folder / name)
    (folder / "anchor.json").write_bytes(encode(anchor_of(commission)))
    (folder / "receipt.txt").write_text(commission.receipts["urn"])
    return folder


def run(*arguments):
    """The command, as typed."""
    return CliRunner().invoke(main, ["verify", *map(str, arguments)])


def test_the_command_judges_a_folder(folders, commission):
    done = run(folders / "good")
    assert (done.exit_code, done.stderr) == (0, "")
    assert "CONSISTENT: all checks hold; compare the figures above" in done.stdout
    for figure in anchor_of(commission)["contests"].values():
        assert all(str(value) in done.stdout for value in figure.values())
    assert "president, secretary, delegate-1" in done.stdout


def test_the_command_says_frozen_and_verified(folders, quick):
    done = run(folders / "frozen")
    assert (done.exit_code, "FROZEN: " in done.stdout) == (0, True)
    done = run(folders / "good", "--anchor", folders / "anchor.json", "--receipt", folders / "receipt.txt")
    assert (done.exit_code, "VERIFIED: " in done.stdout) == (0, True)


def test_the_command_refuses_with_status_1(folders, quick):
    done = run(folders / "broken")
    assert (done.exit_code, "REFUSED: " in done.stdout) == (1, True)
    assert "FAILS  V01" in done.stdout


@pytest.mark.parametrize(("name", "holds"), [("good", True), ("broken", False), ("frozen", True)])
def test_the_command_prints_the_report_and_nothing_else(name, holds, folders, quick):
    done = run(folders / name, "--json")
    assert (done.exit_code, done.stderr) == (1 - holds, "")
    assert json.loads(done.stdout) == verify(folders / name).json()
    assert json.loads(done.stdout)["holds"] is holds


def test_the_command_says_that_a_rehearsal_is_one(rehearsal, quick):
    done = run(rehearsal.folder / "record")
    assert done.exit_code == 0
    assert done.stdout.splitlines()[-1].startswith("NOTE: ")
    assert "a rehearsal" in done.stdout.splitlines()[-1]


def test_wrong_usage_has_status_2(folders):
    archive = folders / "good" / "x.bel"
    for arguments in (
        [],
        [folders / "nowhere"],
        [folders / "good", "--jobs", "0"],
        [folders / "good", "--anchor", folders / "nowhere"],
        [folders / "good", "--receipt", folders],
        [folders / "anchor.json", "--anchor", folders / "anchor.json"],
        [archive],
    ):
        assert run(*arguments).exit_code == 2, arguments


def test_an_empty_folder_is_refused(tmp_path):
    done = run(tmp_path, "--json")
    assert done.exit_code == 1
    failed = {check["id"] for check in json.loads(done.stdout)["checks"] if check["verdict"] == "fails"}
    assert failed == {"V01", "V14"}


@pytest.mark.parametrize("kind", ["link", "dangling", "loop", "fifo", "folder"])
def test_what_is_no_plain_file_is_refused(kind, commission, tmp_path, quick):
    folder = tmp_path / "record"
    write_folder(commission.files, folder)
    place = folder / commission.contests["s1"] / "seal.json"
    if kind in ("link", "dangling"):
        place.rename(tmp_path / "seal.json")
        place.symlink_to(tmp_path / ("seal.json" if kind == "link" else "nothing"))
    elif kind == "loop":
        (folder / "more").symlink_to(folder, target_is_directory=True)
    elif kind == "fifo":
        os.mkfifo(folder / "journal")
    else:
        place.unlink()
        place.mkdir()
    done = run(folder, "--json")
    assert done.exit_code == 1
    checks = json.loads(done.stdout)["checks"]
    (detail,) = (check["detail"] for check in checks if (check["id"], check["verdict"]) == ("V01", "fails"))
    assert str(detail).endswith("[record.missing]" if kind == "folder" else "[record.file]")


def test_a_file_above_the_limit_is_refused_unread(commission, tmp_path, monkeypatch):
    monkeypatch.setattr("elections.verify.files.LARGEST", 100)
    write_folder(commission.files, tmp_path / "record")
    (check,) = verify(tmp_path / "record").checks
    assert str(check.detail).endswith("[record.large]")


def test_a_checkpoint_is_no_receipt(commission, tmp_path, quick):
    forger = Forger(commission, dict(commission.files))
    note = forger.read("s1/checkpoints.jsonl")[-1]["note"]
    assert Checkpoint.parse(note.partition("\n\n")[0] + "\n", "note").size == 25
    assert failing(shown(tmp_path, commission, note)) == {"receipt": "verify.receipt-contest"}
