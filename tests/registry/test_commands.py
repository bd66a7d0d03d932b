"""The office's commands, from an empty folder to codes: what they say, and with which status."""

import json
import re
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from elections.bench.workbooks import write_ods, write_xlsx
from elections.cli import main
from elections.config import Config
from elections.post import Outbox
from elections.protocol.canonical import sha256_hex
from elections.registry import candidacies, codes, documents, elections, invitations, roll, sign_in
from elections.registry.sign_in import Door, Subject
from elections.storage import Store
from tests.documents import pdf, png
from tests.refused import refused
from tests.registry.common import NOW, ROLL, by_password, line, sheet

HOURS = ("--opening", "2090-02-06T08:00+01:00", "--closing", "2090-02-12T16:00+01:00")
CANDIDACIES = sheet("s2a;t;;DUPONT Anne;", header="collège;candidature;titre;titulaire;suppléant")
CAV = ROLL.replace(b";list;", b";s1;").replace(b";one;", b";s2a;")


@pytest.fixture
def state(tmp_path, monkeypatch):
    monkeypatch.setenv("ELECTIONS_STATE", str(tmp_path / "state"))
    assert run("init").exit_code == 0
    return tmp_path / "state"


@pytest.fixture
def uuid(state):
    done = run("create", "cav-2026", *HOURS)
    assert done.exit_code == 0
    return done.stdout.strip()


@pytest.fixture
def file(tmp_path):
    """Writes a file and gives its path."""

    def write(data):
        path = tmp_path / "file"
        path.write_bytes(data)
        return str(path)

    return write


def run(*words):
    return CliRunner().invoke(main, [str(word) for word in words], prog_name="elections")


def asked(state, ask):
    with Store.open(state) as store, store.registry_reader() as session:
        return ask(session)


def size(state, uuid):
    return asked(state, lambda session: roll.size(session, elections.find(session, uuid).contests[0].uuid))


def test_a_state_is_made_once(state):
    assert (state / "registry.sqlite").exists()
    done = run("init")
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.startswith("Error: ")


def test_state_may_be_given(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert (run("init", "--state", "here").exit_code, run("init").exit_code) == (0, 0)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["here", "state"]


def test_commands_without_a_state_say_so(tmp_path):
    for words in (("create", "cav-2026", *HOURS), ("codes", "issue", "x", "--out", tmp_path / "o")):
        done = run(*words, "--state", tmp_path / "none")
        assert (done.exit_code, done.stdout) == (2, "")
        assert "none" in done.stderr


def test_a_new_election_is_told_by_its_uuid_alone(state, uuid):
    election = asked(state, lambda session: elections.find(session, uuid).title)
    assert election == "Élection des membres de la commission d'avancement"


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (("none", *HOURS), 1),
        (("cav-2026", *HOURS[:2], "--closing", "2020-01-01T00:00Z"), 1),
        (("cav-2026", *HOURS[2:], "--opening", "0001-01-01T00:00+01:00"), 1),
        (("cav-2026", *HOURS[:2], "--closing", "9999-12-31T23:00-05:00"), 1),
        (("cav-2026", *HOURS, "--title", "caf\udce9"), 1),
        (("cav-2026", *HOURS, "--delegates", "2"), 1),
        (("cav-2026", *HOURS, "--group", "P-256"), 1),
        (("cav-2026", *HOURS[:2], "--closing", "2099-01-01T00:00"), 2),
        (("cav-2026", *HOURS[:2], "--closing", "tomorrow"), 2),
        (("cav-2026",), 2),
    ],
)
def test_an_election_that_cannot_be_is_refused(state, words, status):
    done = run("create", *words)
    assert (done.exit_code, done.stdout) == (status, "")
    assert "Error: " in done.stderr
    assert asked(state, elections.everything) == []


def test_a_roll_is_looked_at_then_written(state, uuid, file):
    looked = run("roll", "import", uuid, file(CAV))
    assert (looked.exit_code, looked.stdout, size(state, uuid)) == (0, "", 0)
    assert "s1     3 electors" in looked.stderr
    assert "5 added, 0 changed, 0 removed, 0 unchanged" in looked.stderr
    assert run("roll", "import", uuid, file(CAV), "--apply").exit_code == 0
    assert size(state, uuid) == 3
    again = run("roll", "import", uuid, file(sheet(line("ada", "s1"), line("zoe", "s1"))))
    assert {"+ zoe", "- bea", "1 added, 0 changed, 4 removed, 1 unchanged"} <= set(again.stderr.splitlines())


def test_columns_may_be_named_and_are_remembered(state, uuid, file):
    odd = file(CAV.replace(b"identifiant", b"Matricule").replace(b";nom;", b";Patronyme;"))
    assert run("roll", "import", uuid, odd).exit_code == 1
    named = ("--map", "identifiant=matricule", "--map", "nom=PATRONYME", "--skip", "Notes")
    assert run("roll", "import", uuid, odd, *named).exit_code == 0
    assert run("roll", "import", uuid, odd).exit_code == 1
    assert run("roll", "import", uuid, odd, *named, "--apply").exit_code == 0
    assert run("roll", "import", uuid, odd).exit_code == 0
    wrong = run("roll", "import", uuid, odd, "--map", "matricule")
    assert (wrong.exit_code, "COLUMN=HEADING" in wrong.stderr) == (2, True)


def test_a_workbook_says_what_it_changes_field_by_field(state, uuid, file):
    rows = [row.split(";") for row in CAV.decode().splitlines()]
    assert run("roll", "import", uuid, file(write_ods(rows)), "--apply").exit_code == 0
    rows[1][1] = "Autre"
    done = run("roll", "import", uuid, file(write_xlsx(rows)))
    assert "read as XLSX, sheet 'Feuil1'" in done.stderr
    assert "~ ada (last_name: 'Nom' -> 'Autre')" in done.stderr.splitlines()


def test_a_roll_is_published_once_every_college_has_electors(state, uuid, file):
    run("roll", "import", uuid, file(CAV), "--apply")
    done = run("roll", "publish", uuid)
    assert (done.exit_code, "no elector is on the roll" in done.stderr) == (1, True)
    everybody = sheet(*(line(f"e{key}", key, nom=key) for key in ("s1", "s2a", "s2b", "s3a", "s3b", "s4a", "s4b")))
    run("roll", "import", uuid, file(everybody), "--apply")
    assert run("roll", "publish", uuid).exit_code == 0
    late = run("roll", "import", uuid, file(CAV), "--apply")
    assert (late.exit_code, "its publication is withdrawn first" in late.stderr) == (1, True)


def test_a_bad_roll_is_told_line_by_line_and_not_written(state, uuid, file):
    bad = sheet(line("ada", "s1"), line("é", "s1", email="-"), line("bea", "nowhere"))
    done = run("roll", "import", uuid, file(bad), "--apply")
    assert (done.exit_code, done.stdout, size(state, uuid)) == (1, "", 0)
    lines = done.stderr.splitlines()
    assert [text.split(":")[0] for text in lines[:3]] == ["line 3, identifiant", "line 3, email", "line 4, collège"]
    assert lines[-1].startswith("Error: 3 troubles in the file, the first: line 3, identifiant")


@pytest.mark.parametrize("words", [("roll", "import"), ("candidacies", "import"), ("codes", "import")])
def test_files_that_are_not_there_or_of_no_election(state, uuid, file, words):
    assert run(*words, uuid, "nothing-here").exit_code == 2
    done = run(*words, "1" * 22, file(CAV))
    assert (done.exit_code, done.stderr) == (1, f"Error: there is no election {'1' * 22!r}\n")
    assert run(*words, uuid, file(b"\x00")).exit_code == 1


def test_candidacies_are_written_for_the_contests_of_the_file(state, uuid, file):
    assert run("candidacies", "import", uuid, file(CANDIDACIES)).exit_code == 0
    found = asked(state, lambda session: [candidacies.filed(each) for each in elections.find(session, uuid).contests])
    assert [len(filed) for filed in found] == [0, 1, 0, 0, 0, 0, 0]


def test_codes_go_to_another_machine_and_back(state, uuid, file, tmp_path):
    run("roll", "import", uuid, file(CAV), "--apply")
    request, out = tmp_path / "request.json", tmp_path / "made"
    assert run("codes", "export", uuid, request).exit_code == 0
    assert run("codes", "export", uuid, request).exit_code == 1
    assert run("codes", "make", request, "--out", out).exit_code == 0
    assert run("codes", "make", request, "--out", out).exit_code == 1
    linked = ("codes", "make", request, "--out", tmp_path / "linked", "--link")
    assert run(*linked, "vote.exemple.fr").exit_code == 1
    assert run(*linked, "https://vote.exemple.fr").exit_code == 0
    lines = next((tmp_path / "linked" / "letters").iterdir()).read_text().splitlines()
    assert lines[3] == f"link https://vote.exemple.fr/mes-scrutins#code={lines[2].split()[2]}"
    assert run("codes", "import", uuid, out / "public-keys.json").exit_code == 0
    done = run("codes", "import", uuid, out / "public-keys.json")
    assert (done.exit_code, run("codes", "export", uuid, tmp_path / "more").exit_code) == (1, 1)
    assert {stat.S_IMODE(path.stat().st_mode) for path in (out / "letters").iterdir()} == {0o600}


def test_codes_are_issued_on_one_machine_for_who_has_none(state, uuid, file, tmp_path):
    run("roll", "import", uuid, file(CAV), "--apply")
    assert run("codes", "issue", uuid, "--out", tmp_path / "a").exit_code == 0
    assert len(list((tmp_path / "a" / "letters").iterdir())) == 5
    done = run("codes", "issue", uuid, "--out", tmp_path / "b")
    assert (done.exit_code, done.stderr) == (1, "Error: every elector has a voting code\n")
    with refused("codes.nobody"):
        asked(state, lambda session: codes.request(session, uuid))


def test_an_account_is_opened(state, uuid):
    words = ("account", "create", "anne", "--name", "Anne", "--email", "anne@exemple.fr", "--role")
    assert run(*words, "president", "--election", uuid, "--password", "a long enough password").exit_code == 0
    assert run(*words, "president", "--password", "a long enough password").exit_code == 1
    assert run(*words, "clock", "--password", "a long enough password").exit_code == 2
    with Store.open(state) as store, store.registry.begin() as session:
        knock = sign_in.knock(session, Subject("account", "anne"), Door.PASSWORD, NOW)
        assert by_password(session, knock, "a long enough password").election_uuid == uuid


def test_settings_come_from_the_environment():
    config = Config.from_environment(
        {"ELECTIONS_STATE": "/s", "ELECTIONS_ADDRESS": "https://vote.example/", "ELECTIONS_SMTP_PASSWORD": "hush"}
    )
    assert (str(config.state), config.address, config.smtp_port) == ("/s", "https://vote.example", 587)
    assert "hush" not in repr(config)
    assert Config.from_environment({"ELECTIONS_STATE": ""}) == Config()
    given = {"ELECTIONS_SMS_TEMPLATE": "/run/sms", "ELECTIONS_OIDC_SECRET": "/run/oidc", "ELECTIONS_CODE_LINK": "yes"}
    assert Config.from_environment(given) == Config(
        sms_template=Path("/run/sms"), oidc_secret=Path("/run/oidc"), code_link=True
    )
    assert not Config.from_environment({"ELECTIONS_CODE_LINK": "no"}).code_link
    for port in ("0", "65536", "x", "²"):
        with refused("registry.setting"):
            Config.from_environment({"ELECTIONS_SMTP_PORT": port})
    for address in (
        "https://[bad",
        "vote.example",
        "https://",
        "ftp://vote.example",
        "https://vote.example/a?b",
        "https://vote.example:65536",
    ):
        with refused("registry.address"):
            Config.from_environment({"ELECTIONS_ADDRESS": address})


# --- Admission of candidacies ------------------------------------------------------------------------------


def test_candidacies_are_examined_line_by_line(state, uuid, file):
    assert run("candidacies", "import", uuid, file(CANDIDACIES)).exit_code == 0
    done = run("candidacies", "check", uuid)
    assert (done.exit_code, done.stdout.count("Without a substitute: DUPONT Anne.")) == (1, 1)
    assert "    fault  1 name; 2 asked for.  [décret 2025-659, chapitre II] (until 2090-01-29)" in done.stdout
    assert "s1  Représentants" in done.stdout
    assert done.stderr.count("\n") == 1
    assert "on which nobody has ruled yet: t" in done.stderr
    assert "Sans suppléant" in run("candidacies", "check", uuid, "--language", "fr").stdout


def test_the_report_as_json_is_one_object(state, uuid, file):
    run("candidacies", "import", uuid, file(CANDIDACIES))
    contests = json.loads(run("candidacies", "check", uuid, "--json").stdout)["contests"]
    assert [contest["key"] for contest in contests] == ["s1", "s2a", "s2b", "s3a", "s3b", "s4a", "s4b"]
    assert [item["verdict"] for item in contests[1]["candidacies"]] == ["fault"]


def test_a_dry_run_shows_the_report_and_writes_nothing(state, uuid, file):
    done = run("candidacies", "import", uuid, file(CANDIDACIES), "--dry-run")
    assert done.exit_code == 0
    assert "Without a substitute: DUPONT Anne." in done.stdout
    assert asked(state, lambda session: elections.find(session, uuid).contests[1].candidacies) == []


def test_the_authority_rules_by_command(state, uuid, file):
    run("candidacies", "import", uuid, file(CANDIDACIES))
    assert run("candidacies", "rule", uuid, "s2a", "t", "admitted", "--as", "officer").exit_code == 1
    assert run("candidacies", "rule", uuid, "s2a", "t", "admitted", "--as", "president").exit_code == 0
    done = run("candidacies", "check", uuid)
    assert (done.exit_code, done.stderr) == (0, "")
    assert "  t  DUPONT Anne: fault, admitted" in done.stdout


@pytest.mark.parametrize("words", [("s9", "t", "admitted"), ("s2a", "x", "admitted")])
def test_what_is_not_there_cannot_be_ruled_upon(state, uuid, file, words):
    run("candidacies", "import", uuid, file(CANDIDACIES))
    done = run("candidacies", "rule", uuid, *words, "--as", "president")
    assert (done.exit_code, done.stderr.count("\n")) == (1, 1)


def test_numbers_of_women_and_men_by_command(state, uuid):
    assert run("candidacies", "shares", uuid, "s1", "--women", "7", "--men", "3").exit_code == 0
    first = asked(state, lambda session: elections.find(session, uuid).contests[0])
    assert first.electorate == {"men": 3, "women": 7}
    assert run("candidacies", "shares", uuid, first.uuid, "--women", "0", "--men", "0").exit_code == 1


def test_documents_are_handed_in_and_candidacies_published_by_command(state, uuid, file):
    run("candidacies", "import", uuid, file(CANDIDACIES))
    done = run("candidacies", "document", uuid, "s2a", "t", "--logo", file(png()))
    assert (done.exit_code, done.stderr) == (0, f"s2a t: logo {sha256_hex(png())}\n")
    assert run("candidacies", "document", uuid, "s2a", "t", "--statement", file(pdf())).exit_code == 0
    second = asked(state, lambda session: documents.digests(elections.find(session, uuid).contests[1]))
    assert set(second) == {"candidacies/t/logo.png", "candidacies/t/statement.pdf"}
    done = run("candidacies", "publish", uuid)
    assert (done.exit_code, done.stderr.count("\n")) == (1, 1)


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (("s2a", "t"), 2),
        (("s2a", "t", "--logo", "/nowhere"), 2),
        (("s2a", "x", "--logo"), 1),
        (("s9", "t", "--logo"), 1),
        (("s2a", "t", "--statement"), 1),
    ],
)
def test_a_document_that_cannot_be_is_refused_in_one_line(state, uuid, file, words, status):
    run("candidacies", "import", uuid, file(CANDIDACIES))
    given = (*words, file(png())) if words[-1].startswith("--") else words
    done = run("candidacies", "document", uuid, *given)
    assert done.exit_code == status
    assert done.stderr.splitlines()[-1].startswith("Error: ")
    assert "Traceback" not in done.output
    assert asked(state, lambda session: documents.digests(elections.find(session, uuid).contests[1])) == {}


def test_an_account_is_offered_by_mail(state, uuid):
    guest = ("--name", "DUPONT Anne", "--role", "delegate", "--number", "2", "--substitute", "--election", uuid)
    assert run("account", "invite", "anne@exemple.fr", *guest).exit_code == 0
    ((recipient, body),) = asked(state, lambda session: session.execute(select(Outbox.recipient, Outbox.body)).all())
    assert recipient == "anne@exemple.fr"
    assert "délégué de liste n° 2, suppléant" in " ".join(body.split())
    token = re.search(r"http://127\.0\.0\.1:8000/invitation/([\w-]{43})\n", body)
    assert token
    found = asked(state, lambda session: invitations.open_link(session, token[1], datetime.now(UTC)))
    assert (found.role, found.number, found.substitute, found.election_uuid) == ("delegate", 2, True, uuid)
    # The place is hers now; and a president has no substitute.
    assert run("account", "invite", "b@exemple.fr", *guest).exit_code == 1
    assert run("account", "invite", "b@exemple.fr", "--name", "B", "--role", "president", "--substitute").exit_code == 1
    assert (
        run("account", "invite", "b@exemple.fr", "--name", "B", "--role", "officer", "--election", "x").exit_code == 1
    )
    assert asked(state, lambda session: session.scalar(select(func.count()).select_from(Outbox))) == 1
