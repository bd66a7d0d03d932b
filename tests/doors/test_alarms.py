"""The software that runs is the sealed one, or it is told: to the journal, to the board, on every page, until it is."""

import shutil
from datetime import timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from elections import alarms, counting, software
from elections.cli import main
from elections.demo.staging import OFFICER, PRESIDENT
from elections.post import Folder, Outbox
from elections.registry import accounts, journal, software_alarm
from elections.rules.phases import Act, Phase, Role
from elections.ticking import Ticker
from elections.verify import verify
from tests.doors.world import FREEZING, NOON, OPENING, SECOND
from tests.refused import refused
from tests.web.site import Site
from tests.web.test_public import text

MINUTE = timedelta(minutes=1)
FILE = "casting.py"
SHEET = "web/static/booth/site.css"


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """A copy of the installed package, on which the program looks from now on; what it has loaded stays loaded."""
    software.loaded()
    copy = tmp_path / "installed" / "elections"
    names = software.loaded().files
    for name in names:
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(software.PACKAGE / name, copy / name)
    monkeypatch.setattr(software, "PACKAGE", copy)
    return copy


@pytest.fixture
def reload(installed, monkeypatch):
    """The program starts again, on the files as they are now."""

    def again():
        reading = software.on_disk()
        monkeypatch.setattr(software, "loaded", lambda: reading)

    return again


def lines(world):
    with world.store.registry_reader() as session:
        found = journal.entries(session, world.staging.uuid)
    return [line for line in found if line.act.startswith("software-")]


def standing(world):
    with world.store.registry_reader() as session:
        return software_alarm.standing(session, world.staging.uuid)


def mails(world):
    with world.store.registry_reader() as session:
        return [
            (row.recipient, row.subject) for row in session.scalars(select(Outbox).where(Outbox.kind == "software"))
        ]


def people(world):
    with world.store.registry.begin() as session:
        for role in (Role.PRESIDENT, Role.DELEGATE, Role.SUPERVISION, Role.OFFICER):
            new = accounts.NewAccount(role, role, f"{role}@exemple.fr", role, "mot de passe assez long")
            accounts.create(session, new, OFFICER, NOON)


def test_what_was_sealed_raises_no_alarm(world, installed):
    alarms.compare(world.store, NOON)
    assert installed.is_dir()
    assert lines(world) == []
    assert standing(world) is None


def test_a_changed_file_is_told_once_and_so_is_its_return(world, installed):
    people(world)
    ticker = Ticker(world.store, Folder(world.folder / "outbox", "office@example.org"))
    ticker.tick(NOON)
    before = (installed / FILE).read_bytes()
    (installed / FILE).write_bytes(before + b"# one more\n")
    ticker.tick(NOON + SECOND)
    assert lines(world) == []  # a minute has not passed
    ticker.tick(NOON + MINUTE)
    ticker.tick(NOON + 2 * MINUTE)
    (line,) = lines(world)
    assert (line.act, line.role, line.number, line.contest) == ("software-differs", "clock", 0, None)
    assert line.details["sealed"] == software.loaded().software
    assert line.details["found"] == {"disk": software.on_disk().software}
    assert line.details["files"] == []
    assert standing(world) == line.details
    assert sorted(who for who, _ in mails(world)) == [
        f"{who}@exemple.fr" for who in ("delegate", "president", "supervision")
    ]
    assert all("Alerte" in subject for _, subject in mails(world))
    (installed / FILE).write_bytes(before)
    ticker.tick(NOON + 3 * MINUTE)
    assert [line.act for line in lines(world)] == ["software-differs", "software-equal"]
    assert standing(world) is None
    assert len(mails(world)) == 6


@pytest.mark.parametrize("change", ["changed", "added", "removed", "unreadable"])
def test_a_file_of_the_booth_is_named(world, installed, change):
    file = installed / SHEET
    if change == "changed":
        file.write_bytes(b"body{}")
    elif change == "added":
        file.with_name("more.js").write_bytes(b"1")
    else:
        file.unlink()
        if change == "unreadable":
            file.symlink_to(file)
    alarms.compare(world.store, NOON)
    (line,) = lines(world)
    assert line.details["files"] == ["more.js" if change == "added" else "site.css"]


def test_what_is_loaded_counts_as_much_as_what_lies_on_the_disk(world, installed, reload):
    before = (installed / FILE).read_bytes()
    (installed / FILE).write_bytes(b"another program\n")
    reload()
    (installed / FILE).write_bytes(before)
    alarms.compare(world.store, NOON)
    (line,) = lines(world)
    assert set(line.details["found"]) == {"loaded"}
    # A start that looks only at itself ends no alarm.
    reload()
    alarms.compare(world.store, NOON + MINUTE, disk=False)
    assert len(lines(world)) == 1
    alarms.compare(world.store, NOON + MINUTE)
    assert len(lines(world)) == 2


def test_the_site_compares_as_it_starts_and_shows_the_alarm(world, installed, reload):
    (installed / FILE).write_bytes(b"another program\n")
    reload()
    site = Site(world)
    assert len(lines(world)) == 1
    told = "Le logiciel en service n’est pas celui qui est scellé"
    officer, president = site.desk("officer"), site.desk("president")
    base = f"/bureau/election/{site.election}"
    for browser, path in (
        (officer, base), (president, f"{base}/journal"), (president, f"{base}/incidents"),
        (president, f"/bureau/scrutin/{site.contest}/suspendre"), (site.client(), f"/election/{site.election}"),
        (site.client(), f"/scrutin/{site.contest}"),
    ):  # fmt: skip
        page = browser.get(path)
        assert told in text(page)
        assert software.loaded().software["digest"] in page.text
    for browser, path in ((officer, "/bureau"), (site.elector(), f"/scrutin/{site.contest}/vote")):
        assert told not in text(browser.get(path))


def test_no_contest_opens_on_another_software(sealed, installed):
    (installed / FILE).write_bytes(b"another program\n")
    site = Site(sealed, OPENING)
    president, act = site.desk("president"), f"/bureau/scrutin/{sealed.a}/ouvrir"
    assert "anomalie" in text(president.get(act))
    answer = president.send(act)
    assert answer.status_code == 422
    assert "le logiciel n’est pas celui qui est scellé" in text(answer)
    with refused("opening.software"):
        counting.act(sealed.store, sealed.a, Act.OPEN, PRESIDENT, OPENING)
    assert site.phase() == "sealed"


def test_drafts_and_proclaimed_elections_are_nobodys_concern(drafted, installed):
    (installed / FILE).write_bytes(b"another program\n")
    alarms.compare(drafted.store, NOON)
    assert lines(drafted) == []


def test_an_election_with_alarms_and_incidents_verifies_and_its_minutes_tell_of_them(world, installed):
    people(world)
    before = (installed / FILE).read_bytes()
    (installed / FILE).write_bytes(b"another program\n")
    alarms.compare(world.store, NOON)
    (installed / FILE).write_bytes(before)
    alarms.compare(world.store, NOON + MINUTE)
    world.act(Act.STOP, PRESIDENT, NOON + 2 * MINUTE, world.b, "urne altérée")
    for number in (1, 3, 4):
        world.cast(number)
    world.freeze()
    folder = world.finish()
    report = verify(folder)
    assert report.holds, [check.detail for check in report.checks if check.verdict == "fails"]
    told = (folder / "minutes/operations.json").read_bytes()
    for act in (b'"software-differs"', b'"software-equal"', b'"incident"', b'"present"', b'"seen"'):
        assert act in told
    assert FREEZING > NOON
    assert world.phases(world.b)[0] is Phase.STOPPED


def test_the_command_prints_the_digest_and_compares(world, installed, tmp_path):
    def run(*words, status=0):
        done = CliRunner().invoke(main, ["software", *words])
        assert done.exit_code == status, done.output
        return done

    state = ("--state", str(world.store.state))
    reading = software.on_disk()
    assert run().stdout == f"{reading.software['digest']}  isoloir {reading.version}\n"
    listed = run("--files").stdout
    assert f"{reading.files[FILE]}  {FILE}\n" in listed
    (tmp_path / "list").write_text(listed)
    assert "This is what was sealed." in run(world.staging.uuid, *state).stderr
    (installed / SHEET).write_bytes(b"body{}")
    wrong = run(world.staging.uuid, *state, status=1)
    assert "site.css" in wrong.stderr
    assert f"sealed was {reading.software['digest']}" in wrong.stderr
    assert run("nothing", *state, status=1)
