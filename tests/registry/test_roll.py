"""The roll of an election: a file is looked at, then applied whole, and numbers are for ever."""

from sqlalchemy import func, select

from elections.protocol.code import roll_digest
from elections.registry import journal, roll, sealing
from elections.registry.tables import Elector, ElectorKey, Entitlement
from tests.refused import refused
from tests.registry.common import NOW, OFFICER, ROLL, coded, draft, enrolled, line, prepared, sheet


def take(session, election, *lines):
    file = roll.read_file(session, election.uuid, sheet(*lines))
    return roll.apply(session, election.uuid, file, OFFICER, NOW)


def numbers(session):
    return {elector.identifier: elector.number for elector in session.scalars(select(Elector))}


def college(session, election, number):
    return [contest.key for contest in roll.contests_of(session, election.uuid, number)]


def test_numbers_follow_identifiers_whatever_the_order_of_lines(session):
    election = draft(session)
    take(session, election, line("eve", "one"), line("ada"), line("cleo"))
    assert numbers(session) == {"ada": 1, "cleo": 2, "eve": 3}
    assert [college(session, election, number) for number in (1, 2, 3)] == [["list"], ["list"], ["one"]]


def test_looking_writes_nothing(session):
    election = draft(session)
    before = journal.lines(session, election.uuid)
    difference = roll.compare(session, election.uuid, roll.read_file(session, election.uuid, ROLL))
    assert (len(difference.added), difference.totals) == (5, {"list": 3, "one": 2})
    assert session.scalar(select(func.count()).select_from(Elector)) == 0
    assert journal.lines(session, election.uuid) == before


def test_a_second_file_says_what_it_changes_and_keeps_numbers(session):
    election, _ = coded(session)
    difference = take(session, election, line("ada"), line("bea", nom="Autre"), line("dina", "list"), line("abby"))
    assert difference.added == ("abby",)
    assert difference.changed == ("bea", "dina")
    assert difference.removed == ("cleo", "eve")
    assert (difference.unchanged, difference.totals) == (1, {"list": 4, "one": 0})
    assert numbers(session) == {"ada": 1, "bea": 2, "dina": 4, "abby": 6}
    bea = roll.by_identifier(session, election.uuid, " BEA ")
    assert bea is not None
    assert (bea.number, bea.last_name) == (2, "Autre")
    assert college(session, election, 4) == ["list"]


def test_a_number_is_never_given_twice(session):
    election = enrolled(session)
    take(session, election, line("ada"))
    take(session, election, line("ada"), line("eve"))
    assert numbers(session) == {"ada": 1, "eve": 6}


def test_who_leaves_the_roll_takes_her_keys_along(session):
    election, _ = coded(session)
    take(session, election, line("ada"))
    for table in (ElectorKey, Entitlement):
        assert list(session.scalars(select(table.number))) == [1]


def test_a_file_with_trouble_is_not_applied(session):
    election = enrolled(session)
    with refused("roll.refused"):
        take(session, election, line("ada"), line("new", "nowhere"))
    assert len(numbers(session)) == 5


def test_journal_tells_counts_and_nobody(session):
    election = enrolled(session)
    entry = journal.entries(session, election.uuid)[-1]
    assert (entry.act, entry.details) == (
        "roll",
        {"added": 5, "changed": 0, "colleges": {"list": 3, "one": 2}, "removed": 0},
    )
    assert b"ada" not in journal.lines(session, election.uuid)


def test_a_fixed_roll_cannot_be_changed_until_the_draft_is_unlocked(session):
    election, _, _ = prepared(session)
    with refused("registry.locked"):
        take(session, election, line("ada"))
    sealing.unlock(session, election.uuid, OFFICER, NOW)
    assert take(session, election, line("ada")).removed == ("bea", "cleo", "dina", "eve")


def test_digest_is_of_one_contests_keys(session):
    election, _ = coded(session)
    contest = election.contests[1].uuid
    rows = roll.keys(session, contest)
    assert [number for number, _, _ in rows] == [4, 5]
    assert roll.digest(session, contest) == roll_digest(rows)


def test_digest_waits_for_every_code(session):
    election = enrolled(session)
    with refused("roll.keyless"):
        roll.digest(session, election.contests[0].uuid)


def test_rolls_of_two_elections_do_not_meet(session):
    first, second = enrolled(session), enrolled(session)
    take(session, first, line("ada"))
    assert roll.size(session, second.contests[0].uuid) == 3
    assert roll.by_identifier(session, first.uuid, "eve") is None
    assert roll.by_identifier(session, second.uuid, "eve") is not None


def test_ten_thousand_lines_take_seconds(session):
    """U1. The time is not measured: with a query for each line the suite would not end."""
    election, size = draft(session), 10_000
    file = roll.read_file(session, election.uuid, sheet(*(line(f"e{n}") for n in range(size))))
    assert roll.apply(session, election.uuid, file, OFFICER, NOW).totals == {"list": size, "one": 0}
    assert roll.compare(session, election.uuid, file).unchanged == size
