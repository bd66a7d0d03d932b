"""Codes that the site makes itself: for newcomers at once, anew only by two people, and whole or not at all."""

import html
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from elections import enrolment, making, post
from elections.config import Config
from elections.post import Outbox
from elections.protocol import code
from elections.registry import code_files, codes, electors, journal, reissues, roll
from elections.registry.code_files import CodeRequest
from elections.registry.roll_changes import CLAIM, Cause
from elections.registry.roll_file import Row
from elections.registry.tables import Elector, ElectorKey
from elections.ticking import Ticker
from tests.doors.world import DRAFTED
from tests.refused import refused
from tests.registry.common import OFFICER, PRESIDENT
from tests.registry.mailserver import mail_server
from tests.web.site import FIRST, Site

CONFIG = Config(address="http://localhost")
WHY = Cause(CLAIM, None, "")
MINUTE = timedelta(minutes=1)


@pytest.fixture
def draft(drafted):
    """The site of an election in preparation whose codes this machine made, as letters."""
    site = Site(drafted, DRAFTED)
    form(site, "letter")
    return site


def form(site, name, maker="site"):
    with site.world.store.registry.begin() as session:
        from elections.registry import elections

        found = elections.find(session, site.election)
        found.code_maker, found.code_form = maker, name


def row(site):
    with site.world.store.registry_reader() as session:
        known = electors.one(session, site.election, 1)
        return Row(
            line=0, identifier="nouvelle", last_name="NOUVELLE", first_name="Ève", email="eve@exemple.fr", phone=None,
            college=known.contest.key, roll_unit="Paris",
        )  # fmt: skip


def as_it_is(site, number, **values):
    with site.world.store.registry_reader() as session:
        known = electors.one(session, site.election, number)
        own = {name: getattr(known.elector, name) for name in ("identifier", *roll.FIELDS)}
        return Row(line=0, college=known.contest.key, **own | values)


def come(site):
    enrolment.add(site.world.store, site.election, row(site), WHY, OFFICER, site.now)


def key(site, number):
    with site.world.store.registry_reader() as session:
        return session.get_one(ElectorKey, (site.election, number)).register


def keyless(site):
    with site.world.store.registry_reader() as session:
        return codes.keyless(session, site.election)


def folders(site):
    where = site.world.store.state / "codes" / site.election
    return sorted(where.iterdir()) if where.exists() else []


def test_who_comes_late_gets_a_first_code_by_itself(draft):
    come(draft)
    making.pay(draft.world.store, CONFIG, draft.now)
    assert keyless(draft) == []
    (folder,) = folders(draft)
    (letter,) = (folder / "letters").iterdir()
    assert letter.read_bytes().startswith(b"%PDF")
    assert letter.stat().st_mode & 0o077 == 0
    with draft.world.store.registry_reader() as session:
        entry = journal.entries(session, draft.election)[-1]
    assert (entry.act, entry.role, entry.details) == ("codes", "clock", {"electors": 1, "maker": "site"})
    making.pay(draft.world.store, CONFIG, draft.now + MINUTE)
    assert folders(draft) == [folder]
    page = html.unescape(draft.desk("officer").get(f"/bureau/election/{draft.election}/codes").text)
    assert folder.name in page
    assert "1 fichier à imprimer" in page
    assert folder.name not in draft.desk("president").get(f"/bureau/election/{draft.election}/codes").text
    assert code_files.forget(folder) == 1
    assert making.batches(draft.world.store, draft.election) == []


def test_where_another_machine_makes_them_the_clock_makes_none(draft):
    form(draft, None, "elsewhere")
    come(draft)
    making.pay(draft.world.store, CONFIG, draft.now)
    assert len(keyless(draft)) == 1
    assert folders(draft) == []


def test_a_new_code_asked_for_with_a_correction_waits_for_the_board(draft):
    store, before = draft.world.store, key(draft, 1)
    new = as_it_is(draft, 1, email="ailleurs@exemple.fr")
    enrolment.correct(store, draft.election, 1, new, WHY, OFFICER, draft.now, again=True)
    making.pay(store, CONFIG, draft.now)
    assert key(draft, 1) == before
    assert folders(draft) == []
    with store.registry.begin() as session:
        assert list(reissues.agreed(session, draft.election)) == []
        reissues.agree(session, draft.election, 1, PRESIDENT, draft.now)
    making.pay(store, CONFIG, draft.now)
    assert key(draft, 1) != before
    assert [folder.name.rpartition("-")[2] for folder in folders(draft)] == ["again"]
    with store.registry_reader() as session:
        assert reissues.waiting(session, draft.election) == []
        raw = journal.lines(session, draft.election).decode()
    assert FIRST.identifier not in raw


def test_who_changes_the_address_after_the_board_agreed_needs_its_agreement_again(draft):
    store, before = draft.world.store, key(draft, 1)
    with store.registry.begin() as session:
        reissues.ask(session, draft.election, FIRST.identifier, OFFICER, draft.now)
        reissues.agree(session, draft.election, 1, PRESIDENT, draft.now)
    new = as_it_is(draft, 1, email="ailleurs@exemple.fr")
    enrolment.correct(store, draft.election, 1, new, WHY, OFFICER, draft.now + MINUTE)
    making.pay(store, CONFIG, draft.now + MINUTE)
    assert key(draft, 1) == before
    with store.registry_reader() as session:
        assert len(reissues.waiting(session, draft.election)) == 1
        assert list(reissues.agreed(session, draft.election)) == []
    with store.registry.begin() as session:
        reissues.agree(session, draft.election, 1, PRESIDENT, draft.now + MINUTE)
    making.pay(store, CONFIG, draft.now + MINUTE)
    assert key(draft, 1) != before


def test_a_correction_on_screen_asks_for_it(draft):
    new = as_it_is(draft, 1)
    path = f"/bureau/election/{draft.election}/liste/electeurs/1/correction"
    officer = draft.desk("officer")
    assert "Demander aussi un nouveau code de vote" in html.unescape(officer.get(path).text)
    told = {name: getattr(new, name) or "" for name in (*roll.FIELDS, "college")}
    answer = officer.send(path, **told | {"email": "autre@exemple.fr", "cause": "claim", "again": "y"})
    assert answer.status_code == 303
    with draft.world.store.registry_reader() as session:
        ((asked, elector),) = reissues.waiting(session, draft.election)
    assert (asked.number, elector.email) == (1, "autre@exemple.fr")


@pytest.mark.parametrize(("name", "waiting"), [("mail", 1), ("letter", 0)])
def test_a_code_that_went_by_mail_follows_a_changed_address(draft, name, waiting):
    form(draft, name)
    new = as_it_is(draft, 1, email="ailleurs@exemple.fr")
    enrolment.correct(draft.world.store, draft.election, 1, new, WHY, OFFICER, draft.now)
    other = as_it_is(draft, 2, last_name="AUTREMENT")
    enrolment.correct(draft.world.store, draft.election, 2, other, WHY, OFFICER, draft.now)
    with draft.world.store.registry_reader() as session:
        assert len(reissues.waiting(session, draft.election)) == waiting


def test_board_and_office_are_told_once_of_what_waits_for_them(draft):
    store = draft.world.store
    form(draft, None, "elsewhere")
    draft.desk("officer")
    draft.desk("president")
    with store.registry.begin() as session:
        reissues.ask(session, draft.election, FIRST.identifier, OFFICER, draft.now)
    from elections import mailing

    for _ in range(2):
        mailing.look(store, CONFIG, draft.now)
    with store.registry.begin() as session:
        reissues.agree(session, draft.election, 1, PRESIDENT, draft.now)
    for _ in range(2):
        mailing.look(store, CONFIG, draft.now)
    with store.registry_reader() as session:
        told = list(session.scalars(select(Outbox).order_by(Outbox.id)))
        assert FIRST.identifier not in "".join(row.subject + row.body for row in told)
    assert [(one.recipient, one.kind.rpartition("-")[0]) for one in told] == [
        ("president@exemple.fr", "codes-asked"), ("officer@exemple.fr", "codes-agreed"),
    ]  # fmt: skip


def test_who_loses_her_code_twice_makes_the_board_be_told_twice(draft):
    from elections import mailing

    store, told = draft.world.store, []
    form(draft, None, "elsewhere")
    draft.desk("president")
    for now in (draft.now, draft.now + MINUTE):
        with store.registry.begin() as session:
            reissues.ask(session, draft.election, FIRST.identifier, OFFICER, now)
        mailing.look(store, CONFIG, now)
        with store.registry.begin() as session:
            told.append(len(list(session.scalars(select(Outbox).where(Outbox.recipient == "president@exemple.fr")))))
            reissues.withdraw(session, draft.election, 1, OFFICER, now)
    assert told == [1, 2]


def test_who_has_voted_keeps_her_code_and_holds_up_nobody(site):
    form(site, "text")
    with site.world.store.registry.begin() as session:
        for number in (1, 2):
            elector = session.get_one(Elector, (site.election, number))
            reissues.ask(session, site.election, elector.identifier, OFFICER, site.now)
            reissues.agree(session, site.election, number, PRESIDENT, site.now)
    before = [key(site, number) for number in (1, 2)]
    site.world.cast(1)
    making.pay(site.world.store, CONFIG, site.now)
    assert (key(site, 1) == before[0], key(site, 2) == before[1]) == (True, False)


@pytest.mark.parametrize("when", ["before the keys", "after the keys"])
def test_cut_off_in_between_no_letter_opens_nothing_and_no_elector_is_shut_out(draft, monkeypatch, when):
    store, taken = draft.world.store, codes.take_keys

    class Killed(BaseException):
        pass

    def die(*arguments, **more):
        if when == "after the keys":
            monkeypatch.setattr("pathlib.Path.rename", fail)
            return taken(*arguments, **more)
        raise Killed

    def fail(*_):
        raise Killed

    come(draft)
    form(draft, "text")
    with monkeypatch.context() as patched:
        patched.setattr(codes, "take_keys", die)
        with pytest.raises(Killed):
            making.pay(store, CONFIG, draft.now)
        monkeypatch.undo()
    making.pay(store, CONFIG, draft.now + MINUTE)
    assert keyless(draft) == []
    (folder,) = folders(draft)
    (letter,) = (folder / "letters").iterdir()
    said = letter.read_text().split()[-1]
    number = int(letter.stem)
    with store.registry_reader() as session:
        made = code_files.read_keys((folder / "public-keys.json").read_bytes(), draft.election,
                                    tuple(session.get_one(ElectorKey, (draft.election, number)).requests))  # fmt: skip
    assert made[0].register == key(draft, number)
    assert code.read(said)


def test_who_leaves_the_roll_after_a_crash_takes_nobody_else_s_letter_along(draft, monkeypatch):
    store = draft.world.store
    come(draft)
    other = replace(row(draft), identifier="autre", email="autre@exemple.fr")
    enrolment.add(store, draft.election, other, WHY, OFFICER, draft.now)
    form(draft, "text")
    first, second = keyless(draft)
    rename = Path.rename

    def die(path, target):
        if path.name == "new":
            raise KeyboardInterrupt
        return rename(path, target)

    with monkeypatch.context() as patched:
        patched.setattr("pathlib.Path.rename", die)
        with pytest.raises(KeyboardInterrupt):
            making.pay(store, CONFIG, draft.now)
    enrolment.remove(store, draft.election, first, WHY, OFFICER, draft.now)
    making.pay(store, CONFIG, draft.now + MINUTE)
    (folder,) = folders(draft)
    assert (folder / "letters" / f"{second}.txt").is_file()


def test_codes_of_a_rehearsal_go_by_mail_and_no_database_holds_one(draft):
    store = draft.world.store
    form(draft, "mail")
    with store.registry.begin() as session:
        from elections.registry import elections

        elections.find(session, draft.election).rehearsal = True
    come(draft)
    with mail_server() as (handler, config):
        Ticker(store, post.carrier(config), config=replace(config, address="http://localhost")).send(draft.now)
        ((_recipient, mail),) = [one for one in handler.taken if one[0] == "eve@exemple.fr"]
    assert making.batches(store, draft.election) == []
    said = mail.decode().split("\r\n    ")[1].split()[0]
    assert code.read(said)
    for name in ("registry.sqlite", "urn.sqlite"):
        assert said.encode() not in (store.state / name).read_bytes()


def test_a_making_that_is_cut_off_leaves_no_folder(tmp_path, monkeypatch):
    request = CodeRequest("1" * 22, ("issuer-1",), (1, 2))
    monkeypatch.setattr("pathlib.Path.rename", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        making.make(request, b"", "text", tmp_path / "out")
    monkeypatch.undo()
    assert not (tmp_path / "out").exists()
    assert len(making.make(request, b"", "text", tmp_path / "out")) == 2
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    with refused("codes.folder"):
        making.make(request, b"", "text", tmp_path / "out")
