"""Sessions of signed-in browsers: found by their cookie, ended from here, never kept in clear."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text

from elections.registry import accounts, roll, sessions
from elections.registry.accounts import NewAccount
from elections.registry.tables import Elector, WebSession
from elections.rules.phases import Role
from tests.refused import refused
from tests.registry.common import MINUTE, NOW, OFFICER, enrolled, sheet


@pytest.fixture
def ada(session):
    return roll.by_identifier(session, enrolled(session).uuid, "ada")


@pytest.fixture
def token(session, ada):
    return sessions.open_for(session, ada, NOW)


def test_a_session_leads_to_its_person_and_says_when_it_began(session, ada, token):
    row = sessions.find(session, token, NOW + MINUTE)
    assert (row.opened_at, row.kind, row.election_uuid) == (NOW, "elector", ada.election_uuid)
    assert sessions.person(session, row) is ada


def test_an_officers_session_leads_to_the_account(session):
    new = NewAccount("o", "N", "n@exemple.fr", Role.OFFICER, "a long enough password")
    account = accounts.create(session, new, OFFICER, NOW)
    row = sessions.find(session, sessions.open_for(session, account, NOW), NOW)
    assert sessions.person(session, row) is account


def test_what_the_cookie_holds_is_not_kept(session, token):
    assert token not in str(session.execute(text("SELECT * FROM web_session")).all())
    assert len(token) == 43


@pytest.mark.parametrize("wrong", ["", "x", "é\udcff"])
def test_another_cookie_finds_nothing(session, token, wrong):
    for value in (wrong, token + wrong + "x"):
        with refused("sign-in.session"):
            sessions.find(session, value, NOW)


def test_an_ended_session_stays_ended(session, token):
    sessions.end(session, token, NOW + MINUTE)
    sessions.end(session, token, NOW + 2 * MINUTE)
    assert session.scalar(select(WebSession.ended_at)) == NOW + MINUTE
    for use in (sessions.find, sessions.touch):
        with refused("sign-in.session"):
            use(session, token, NOW + 2 * MINUTE)


def test_a_session_left_alone_is_over_and_one_in_use_is_not(session, token):
    last = NOW
    for _ in range(3):
        last += sessions.IDLE - MINUTE
        sessions.touch(session, token, last)
    with refused("sign-in.session"):
        sessions.touch(session, token, last + sessions.IDLE)


def test_no_session_is_longer_than_its_life(session, token):
    now = NOW
    while now + sessions.IDLE / 2 < NOW + sessions.LIFE:
        now += sessions.IDLE / 2
        sessions.touch(session, token, now)
    with refused("sign-in.session"):
        sessions.find(session, token, NOW + sessions.LIFE)


def test_most_requests_only_read(session, token):
    row = sessions.find(session, token, NOW)
    assert not sessions.due(row, NOW + timedelta(seconds=59))
    sessions.touch(session, token, NOW + timedelta(seconds=59))
    assert row.last_seen == NOW
    sessions.touch(session, token, NOW + MINUTE)
    assert row.last_seen == NOW + MINUTE


def test_all_sessions_of_a_person_are_ended_and_nobody_elses(session, ada, token):
    other = sessions.open_for(session, ada, NOW)
    same_number = sessions.open_for(session, session.get_one(Elector, (enrolled(session).uuid, 1)), NOW)
    sessions.end_all(session, ada, NOW)
    for gone in (token, other):
        with refused("sign-in.session"):
            sessions.find(session, gone, NOW)
    assert sessions.find(session, same_number, NOW).ended_at is None


def test_who_left_the_roll_is_signed_out(session, ada, token):
    election = ada.election_uuid
    file = roll.read_file(session, election, sheet("bea;N;P;b@exemple.fr;list;U"))
    roll.apply(session, election, file, OFFICER, NOW)
    with refused("sign-in.session"):
        sessions.person(session, sessions.find(session, token, NOW))


def test_what_awaits_a_second_factor_is_over_soon(session):
    new = NewAccount("o", "N", "n@exemple.fr", Role.OFFICER, "a long enough password")
    account = accounts.create(session, new, OFFICER, NOW)
    waiting = sessions.open_for(session, account, NOW, proved=False)
    assert not sessions.fresh(sessions.find(session, waiting, NOW), NOW)
    assert sessions.of(session, account, NOW) == []
    with refused("sign-in.session"):
        sessions.find(session, waiting, NOW + sessions.FRESH)


def test_a_proof_is_fresh_for_some_minutes_and_of_one_session(session):
    new = NewAccount("o", "N", "n@exemple.fr", Role.OFFICER, "a long enough password")
    account = accounts.create(session, new, OFFICER, NOW)
    mine, other = (sessions.open_for(session, account, NOW) for _ in range(2))
    later = NOW + sessions.FRESH
    row, beside = (sessions.find(session, token, NOW) for token in (mine, other))
    assert sessions.fresh(row, later - timedelta(seconds=1))
    assert not sessions.fresh(row, later)
    sessions.prove(session, mine, later)
    assert (sessions.fresh(row, later), sessions.fresh(beside, later)) == (True, False)


def test_one_session_is_ended_by_its_owner_only(session):
    people = [
        accounts.create(
            session, NewAccount(name, "N", "n@exemple.fr", Role.OFFICER, "a long enough password"), OFFICER, NOW
        )
        for name in ("o", "p")
    ]
    mine, other = (sessions.open_for(session, people[0], NOW) for _ in range(2))
    name = sessions.find(session, other, NOW).id_hash
    sessions.end_named(session, people[1], name, NOW)
    assert len(sessions.of(session, people[0], NOW)) == 2
    sessions.end_named(session, people[0], name, NOW)
    assert [row.id_hash for row in sessions.of(session, people[0], NOW)] == [sessions.find(session, mine, NOW).id_hash]
    third = sessions.open_for(session, people[0], NOW)
    sessions.end_all(session, people[0], NOW, but=third)
    assert [row.id_hash for row in sessions.of(session, people[0], NOW)] == [sessions.find(session, third, NOW).id_hash]
