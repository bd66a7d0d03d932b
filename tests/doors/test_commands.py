"""A whole rehearsal from the command line alone, but for the votes, which have no command (contracts.md)."""

import json
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner

from elections import casting
from elections.casting import Voter
from elections.cli import main
from elections.commands import _state
from elections.elector import Booth, Elector
from elections.holder.keyfile import LOWEST_COST
from elections.holder.program import Holder
from elections.registry import elections, roll
from elections.storage import Store
from tests.doors.world import MODEL, fiction

OPEN = (
    'method = "plurality"\nparameters = { article = "art. 2", tie = "draw" }',
    'method = "block"\nparameters = { article = "art. 2" }',
)
"""The second contest elects two of three tickets, and leaves open who wins among equals."""
GRACE = timedelta(seconds=600)
ELECTORS = 5
ROLES = ("president", "secretary", "delegate-1", "delegate-2", "delegate-3")


class Desk:
    """The machine of the office and those of the holders: folders, commands, and an hour that tests set."""

    def __init__(self, folder, clock):
        self.folder, self.clock = folder, clock
        self.state, self.exchange = folder / "state", folder / "exchange"
        self.election = ""
        self.contests = {}
        (folder / "passphrase").write_text("a long passphrase\n")

    def run(self, *words, status=0):
        """A command, its exit status as expected; what it printed on stdout, or on stderr if it was refused."""
        state = [] if words[0] in {"trustee", "verify"} or words[:2] == ("codes", "make") else ["--state", self.state]
        done = CliRunner().invoke(main, [str(word) for word in (*words, *state)], prog_name="elections")
        assert done.exit_code == status, f"{words}: {done.output} {done.exception!r}"
        assert "Traceback" not in done.output
        return done.stderr if status else done.stdout

    @property
    def model(self):
        """The model file of the office."""
        return self.folder / "small.toml"

    def write(self, name, data):
        """A file on the office's machine."""
        (self.folder / name).write_bytes(data)
        return self.folder / name

    def key(self, role):
        """Where a holder keeps her key."""
        return self.folder / f"{role}.key"

    def trustee(self, command, role, given, answer):
        """What a holder does on her own machine."""
        self.run("trustee", command, self.key(role), given, answer, "--passphrase-file", self.folder / "passphrase")

    def exchange_files(self):
        """Office and holders hand each other files until nobody is waited for; the steps that were made."""
        steps = []
        while self.run("ceremony", self.election, "--dir", self.exchange):
            for given in sorted(self.exchange.glob("*.in.json")):
                role, step = given.name.removesuffix(".in.json").rsplit(".", 1)
                command = {"rehearsal": "rehearse", "seal": "seal", "amend": "amend"}.get(step, "step")
                self.trustee(command, role, given, self.exchange / f"{role}.{step}.out.json")
                given.unlink()
                steps.append(step)
        shutil.rmtree(self.exchange)
        return list(dict.fromkeys(steps))

    def letters(self, folder):
        """The voting codes as their electors read them, by number."""
        texts = [path.read_text().splitlines() for path in (folder / "letters").iterdir()]
        return {int(lines[1].split()[1]): lines[2].removeprefix("voting code ") for lines in texts}

    def vote(self, identifier, college, choice, codes):
        """What the booth does."""
        now, uuid = _state.now(), self.contests[college]
        with Store.open(self.state) as store:
            with store.registry_reader() as session:
                person = roll.by_identifier(session, self.election, identifier)
                assert person
                number = person.number
            booth, voter = Booth.open(*casting.open_booth(store, uuid)), Voter(number, now)
            elector = Elector(booth, [codes[number]], number, casting.give_salt(store, uuid, voter, now))
            tokens = []
            for public in booth.setup.issuers:
                z, signature = elector.request(public)
                answer = casting.issue_token(store, uuid, voter, public.id, z, signature, now)
                tokens.append(elector.token(public, answer))
            request = elector.cast(booth.vote(choice), tokens)
            receipts = casting.cast(store, uuid, voter, request.encode(booth.length), now)
            elector.check_receipts(request, receipts.urn or "", receipts.register)
            return receipts


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """The small election's model, as a rehearsal; key files at the lowest cost; an hour of ours."""
    clock = [datetime(2026, 1, 5, 9, 0, tzinfo=UTC)]

    class Clock(datetime):
        @classmethod
        def now(cls, tz=None):
            return clock[0].astimezone(tz)

    monkeypatch.setattr(_state, "datetime", Clock)
    head, key, second = MODEL.replace("rehearsal = false", "rehearsal = true").rpartition('key = "b"')
    second = second.replace("seats = 1", "seats = 2").replace(*OPEN)
    (tmp_path / "small.toml").write_text(f"{head}{key}{second}")
    monkeypatch.setattr(vars(Holder)["create"].__func__, "__defaults__", (LOWEST_COST,))
    return Desk(tmp_path, clock)


def test_a_rehearsal_from_its_creation_to_a_verified_record(desk):
    opening = desk.clock[0] + timedelta(days=30)
    _set_up(desk, opening)
    _make_keys_and_codes(desk)
    codes = desk.letters(desk.folder / "codes")
    _seal(desk)

    # One code is issued anew after the seal.
    desk.run("codes", "export", desk.election, desk.folder / "again.json", "--again", "electrice-002")
    desk.run("codes", "make", desk.folder / "again.json", "--out", desk.folder / "again")
    keys = desk.folder / "again" / "public-keys.json"
    assert "together" in desk.run("codes", "reissue", desk.election, keys, "--as", "officer", status=1)
    desk.run("codes", "reissue", desk.election, keys, "--as", "president")
    codes |= desk.letters(desk.folder / "again")

    _vote(desk, opening, codes)
    _close(desk)
    _count(desk)


def _set_up(desk, opening):
    people = fiction(ELECTORS)
    desk.run("init")
    assert desk.run("init", status=1)
    created = desk.run(
        "create", desk.model, "--opening", opening.isoformat(),
        "--closing", (opening + timedelta(days=3)).isoformat(),
        "--delegates", 3, "--title", "Vote d'essai",
    )  # fmt: skip
    desk.election = created.strip()
    filed = people.candidacies + b"b;b-3;;CANDIDAT3 b;SUPPLEANT3 b\n"
    desk.run("candidacies", "import", desk.election, desk.write("candidacies.csv", filed))
    sheet = desk.write("roll.csv", people.roll)
    desk.run("roll", "import", desk.election, sheet)
    assert desk.run("codes", "issue", desk.election, "--out", desk.folder / "nobody", status=1), "a dry run wrote"
    desk.run("roll", "import", desk.election, sheet, "--apply")
    with Store.open(desk.state) as store, store.registry_reader() as session:
        desk.contests = {contest.key: contest.uuid for contest in elections.find(session, desk.election).contests}


def _make_keys_and_codes(desk):
    desk.run("codes", "issue", desk.election, "--out", desk.folder / "codes")
    for role in ROLES:
        desk.run("trustee", "create", desk.key(role), "--passphrase-file", desk.folder / "passphrase")
    steps = desk.exchange_files()
    assert steps[-1] == "rehearsal"
    assert len(steps) == 5


def _seal(desk):
    assert desk.run("open", desk.election, "--as", "president", status=1)
    assert desk.run("seal", desk.election, "--as", "president", status=1)
    assert "'tie' has no default" in desk.run("seal", desk.election, "--as", "officer", status=1)
    rule = ("rule", desk.election, desk.contests["b"])
    desk.run(*rule, "--tie", "oldest")
    assert "'order' must hold" in desk.run("seal", desk.election, "--as", "officer", status=1)
    assert json.loads(desk.run(*rule, "--order", "b-3, b-1, b-2"))["parameters"]["order"] == [2, 0, 1]
    desk.run("seal", desk.election, "--as", "officer")
    assert desk.run(*rule, "--tie", "draw", status=1)
    assert desk.run("seal", desk.election, "--as", "president", status=1)
    desk.run("seal", desk.election, "--as", "officer", "--unlock")
    desk.run("seal", desk.election, "--as", "officer")
    assert desk.exchange_files() == ["seal"]
    sheet = desk.run("seal", desk.election, "--as", "officer", "--sheet").splitlines()[-1].split()[0]
    assert desk.run("seal", desk.election, "--as", "officer", "--seen", sheet, status=1)
    assert "must" not in desk.run("seal", desk.election, "--as", "president", "--seen", sheet)
    present = ("--present", "president", "--present", "delegate-1", "--present", "delegate-2")
    assert "delegate-1, delegate-2" in desk.run("seal", desk.election, "--as", "president", *present, status=1)
    for number in ("1", "2"):
        desk.run("seal", desk.election, "--as", "delegate", "--number", number, "--seen", sheet)
    assert "2 delegates" in desk.run("seal", desk.election, "--as", "president", status=1)
    desk.run("seal", desk.election, "--as", "president", *present)


def _vote(desk, opening, codes):
    assert "hour" in desk.run("open", desk.election, "--as", "president", status=1)
    desk.clock[0] = opening
    desk.run("tick")
    desk.run("open", desk.election, "--as", "secretary")
    for number, choice in enumerate((0, 1, 0, 1, None), 1):
        desk.clock[0] += timedelta(hours=1)
        desk.vote(f"electrice-{number:03}", "a", choice, codes)
    for number, several in enumerate(((0, 1), (0, 2), None), 1):
        desk.vote(f"suppleante-{number:03}", "b", several, codes)
    _suspend(desk, (desk.election, desk.contests["a"], "--as", "president"), opening)
    later = (opening + timedelta(days=4)).isoformat()
    desk.run("reschedule", desk.election, desk.contests["a"], "--closing", later, "--as", "president")
    assert desk.exchange_files() == ["amend"]


def _suspend(desk, act, noticed):
    """An incident, what was done about it, and how it ended."""
    why = ("--reason", "essai", "--authority", "garde des sceaux")
    assert "incident is missing" in desk.run("suspend", *act, *why, status=1)
    entered = (*act, "--category", "network", "--noticed", noticed.isoformat(), "--noticed-by", "help")
    named = f"panne chez {fiction().people[0].identifier.upper()}"
    assert "names an elector" in desk.run("incident", "enter", *entered, "--summary", named, status=1)
    number = desk.run("incident", "enter", *entered, "--summary", "panne", "--note", "Mme X appelle").strip()
    desk.run("suspend", *act, *why, "--incident", number)
    board = (desk.election, number, "--as", "secretary")
    desk.run("incident", "begin", *board, "--by", "prestataire", "--plan", "redémarrer")
    assert "has not ended" in desk.run("incident", "conclude", *board, "--outcome", "réparé", status=1)
    desk.run("incident", "end", *board, "--done", "redémarré")
    desk.run("incident", "note", *board, "--text", "Mme X rappelée")
    assert "signatures" in desk.run("resume", *act, *why, status=1)
    assert desk.exchange_files() == ["amend"]
    assert "authority is missing" in desk.run("resume", *act, "--reason", "réparé", status=1)
    desk.run("resume", *act, *why)
    desk.run("incident", "conclude", *board, "--outcome", "réparé")
    shown = desk.run("incident", "show", desk.election)
    assert "redémarré" in shown
    assert "réparé" in shown
    assert "Mme X" not in shown


def _close(desk):
    assert desk.run("export", desk.election, "--out", desk.folder / "early", status=1)
    assert desk.run("close", desk.election, "--as", "officer", status=1)
    desk.run("close", desk.election, desk.contests["b"], "--as", "president")
    desk.run("close", desk.election, "--as", "president")
    assert "closing" in desk.run("close", desk.election, "--as", "president", status=1)
    desk.run("tick")
    assert desk.run("count", desk.election, "--as", "president", status=1)
    desk.clock[0] += GRACE
    desk.run("tick")
    desk.run("export", desk.election, "--out", desk.folder / "frozen")
    desk.run("verify", desk.folder / "frozen")


def _count(desk):
    desk.exchange.mkdir()
    assert desk.run("count", desk.election, "--as", "president", status=1)
    for role in ("secretary", "delegate-2", "delegate-3"):
        desk.trustee("decrypt", role, desk.folder / "frozen", desk.exchange / f"{role}.decrypt.out.json")
    desk.run("ceremony", desk.election, "--dir", desk.exchange)
    assert desk.run("proclaim", desk.election, "--as", "president", status=1)
    _draw(desk)
    desk.run("count", desk.election, "--as", "president")
    desk.run("minutes", desk.election, "--out", desk.folder / "draft")
    told = json.loads((desk.folder / "draft" / "minutes" / "operations.json").read_bytes())
    assert told["concluded"] is None
    desk.run("proclaim", desk.election, "--as", "president")
    record = desk.state / "records" / desk.election
    _set_again(desk, record)
    verified = subprocess.run(
        [sys.executable, "-c", "from elections.cli import main; main()", "verify", record, "--json"],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    assert json.loads(verified.stdout)["holds"] is True
    result = json.loads((record / desk.contests["a"] / "result.json").read_bytes())
    assert (result["ballots"], result["signatures"], result["votes"][0]) == (ELECTORS, ELECTORS, 2)
    assert (sum(result["seats"]), result["lot"]["transcript"]["kind"]) == (1, "slips")
    result = json.loads((record / desk.contests["b"] / "result.json").read_bytes())
    assert (result["votes"], result["blank"], result["seats"], result["lot"]) == ([2, 1, 1], 1, [1, 0, 1], None)
    desk.run("export", desk.election, "--out", desk.folder / "again-full")
    assert (desk.folder / "again-full" / "manifest.json").read_bytes() == (record / "manifest.json").read_bytes()


def _set_again(desk, record):
    """The minutes of a record come out of it again, byte for byte, and of one that does not verify none do."""
    desk.run("minutes", "--record", record, "--out", desk.folder / "minutes")
    again = {path.name: path.read_bytes() for path in (desk.folder / "minutes" / "minutes").iterdir()}
    assert again == {path.name: path.read_bytes() for path in (record / "minutes").iterdir()}
    assert "not empty" in desk.run("minutes", "--record", record, "--out", desk.folder / "minutes", status=1)
    broken = shutil.copytree(record, desk.folder / "broken")
    (broken / "journal.jsonl").write_bytes(b"")
    assert "V01" in desk.run("minutes", "--record", broken, "--out", desk.folder / "none", status=1)
    assert not (desk.folder / "none").exists()


def _draw(desk):
    """One contest is a tie: holders open the product of the slips; paper would be too late then."""
    a = desk.contests["a"]
    assert "a lot must be drawn" in desk.run("count", desk.election, "--as", "president", status=1)
    shown = desk.run("lot", desk.election)
    assert f"{a}  Un délégué: 1 to be chosen, to be drawn" in shown
    assert "2. CANDIDAT2 a" in shown
    by_hand = ["lot", desk.election, a, "--as", "president", "--drawn", 2, "--at", desk.clock[0].isoformat()]
    by_hand += ["--by", "x"]
    assert "needs CONTEST" in desk.run(*by_hand, status=2)
    assert "needs CONTEST" in desk.run("lot", desk.election, a, "--as", "president", status=2)
    elsewhere = ["lot", "nothing", *by_hand[2:], "--how", "folded papers"]
    assert "there is no election" in desk.run(*elsewhere, status=1)
    assert "there is no contest 'z'" in desk.run("lot", desk.election, "z", status=1)
    for role in ("secretary", "delegate-2", "delegate-3"):
        files = (desk.exchange / f"{role}.lot.{way}.json" for way in ("in", "out"))
        secret = ("--passphrase-file", desk.folder / "passphrase")
        desk.run("trustee", "lot", desk.key(role), desk.folder / "frozen", *files, *secret)
    desk.run("ceremony", desk.election, "--dir", desk.exchange)
    shown = desk.run("lot", desk.election, a)
    assert "1 to be chosen, drawn" in shown
    assert desk.run("lot", desk.election, "a") == shown
    assert "no lot waits" in desk.run(*by_hand, "--how", "folded papers", status=1)


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (("minutes", "--out", "x"), 2),
        (("minutes", "nothing", "--out", "x"), 1),
        (("minutes", "nothing", "--record", ".", "--out", "x"), 2),
        (("open", "nothing", "--as", "president"), 1),
        (("count", "nothing", "--as", "president"), 1),
        (("ceremony", "nothing", "--dir", "exchange"), 1),
        (("codes", "reissue", "nothing", "nothing.json", "--as", "president"), 2),
        (("open", "nothing"), 2),
        (("open", "nothing", "--as", "king"), 2),
        (("create", "small", "--opening", "2026-02-06T08:00", "--closing", "2026-02-07T08:00Z"), 2),
    ],
)
def test_what_is_wrong_is_told_with_its_status(desk, words, status, monkeypatch):
    monkeypatch.chdir(desk.folder)
    desk.run("init")
    told = desk.run(*words, status=status)
    assert told.count("Error: ") == 1
    assert not (desk.folder / "exchange").exists()


@pytest.mark.parametrize("act", ["open", "resume", "close", "suspend", "stop"])
def test_no_act_of_the_vote_is_possible_in_a_draft(desk, act):
    desk.run("init")
    hours = ("--opening", "2026-02-06T08:00Z", "--closing", "2099-02-07T08:00Z")
    election = desk.run("create", desk.model, *hours).splitlines()[-1]
    assert desk.run(act, election, "--as", "president", status=1).endswith("is not possible in the phase draft\n")
