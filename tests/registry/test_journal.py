"""The journal: a chain that any reader can check, without a gap whoever writes."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from time import process_time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from elections.protocol.journal import FIRST, parse_journal, write_entry
from elections.registry import journal
from elections.registry.journal import CLOCK, Actor
from elections.registry.tables import JournalLine
from elections.rules.phases import Role
from tests.refused import refused
from tests.registry.common import MINUTE, NOW, PRESIDENT, draft

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


def write(session, election, act="incident", now=NOW, **values):
    return journal.append(session, election.uuid, act, PRESIDENT, now, **values)


def test_lines_are_chained_from_the_first(session):
    election = draft(session)
    entry = write(session, election, contest="c", details={"z": 1, "a": "é"})
    first, second = journal.entries(session, election.uuid)
    assert (first.previous, second.previous, second.sequence) == (FIRST, first.digest, 1)
    assert second == entry
    assert entry.line.endswith(b'"sequence":1}')
    assert journal.lines(session, election.uuid) == first.line + b"\n" + second.line + b"\n"


def test_actors_are_roles(session):
    election = draft(session)
    for actor in (Actor(Role.DELEGATE, 2), CLOCK):
        entry = journal.append(session, election.uuid, "incident", actor, NOW)
        assert (entry.role, entry.number) == (actor.role, actor.number)


def test_hours_never_go_back_even_where_a_clock_does(session):
    election = draft(session)
    write(session, election, now=NOW + MINUTE)
    entry = write(session, election, now=NOW - timedelta(days=1))
    assert entry.at == NOW + MINUTE
    assert len(parse_journal(journal.lines(session, election.uuid))) == 3


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.from_regex("[a-z-]{1,40}", fullmatch=True), st.dictionaries(texts, texts, max_size=3)), max_size=6
    )
)
def test_whatever_is_written_is_read_back(session, acts):
    with session.begin_nested() as savepoint:
        election = draft(session)
        for act, details in acts:
            write(session, election, act, details=details)
        found = journal.entries(session, election.uuid)
        assert [(entry.act, entry.details) for entry in found[1:]] == acts
        savepoint.rollback()


def test_a_broken_chain_is_not_continued(session):
    election = draft(session)
    write(session, election)
    session.execute(text("DROP TRIGGER journal_no_update"))
    session.execute(text("UPDATE journal SET line = CAST(replace(line, 'officer', 'nobodyx') AS BLOB)"))
    with refused("journal.chain"):
        write(session, election)


def test_a_break_further_up_is_found_by_whoever_reads_the_whole(session):
    election = draft(session)
    for _ in range(3):
        write(session, election)
    session.execute(text("DROP TRIGGER journal_no_update"))
    session.execute(text("UPDATE journal SET line = CAST(replace(line, 'officer', 'nobodyx') AS BLOB)"))
    write(session, election)
    with refused("journal.chain"):
        journal.entries(session, election.uuid)


def test_a_line_that_was_taken_away_is_missed(session):
    election = draft(session)
    write(session, election)
    write(session, election)
    session.execute(text("DROP TRIGGER journal_no_delete"))
    session.execute(text("DELETE FROM journal WHERE sequence = 1"))
    with refused("journal.chain"):
        write(session, election)


def test_a_line_costs_the_same_however_long_the_journal_is(session):
    election = draft(session)

    def fastest():
        hours = []
        for _ in range(5):
            begun = process_time()
            write(session, election)
            hours.append(process_time() - begun)
        return min(hours)

    short, last = fastest(), journal.entries(session, election.uuid)[-1]
    for _ in range(3000):
        last = write_entry("incident", "president", 1, NOW, None, {"reason": "x" * 100}, last)
        session.add(JournalLine(election_uuid=election.uuid, sequence=last.sequence, line=last.line))
    session.flush()
    # Where the whole is read again for each line, this is some two hundred times as long.
    assert fastest() < 20 * short


def test_two_writers_leave_no_gap(store):
    with store.registry.begin() as session:
        uuid = draft(session).uuid

    def one(number):
        with store.registry.begin() as session:
            journal.append(session, uuid, "incident", PRESIDENT, NOW, details={"number": number})

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(one, range(40)))
    with store.registry_reader() as session:
        assert [entry.sequence for entry in journal.entries(session, uuid)] == list(range(41))


@pytest.mark.parametrize("act", ["", "Capital", "a b", "x" * 41])
def test_an_act_has_a_plain_name(session, act):
    with refused("text.pattern"):
        write(session, draft(session), act)
