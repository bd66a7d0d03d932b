"""The configuration of a draft in the registry: read, changed with what was seen, made anew; its commands."""

import pytest

from elections.registry import candidacies, configuration, elections, journal, roll_changes, roll_file, rules
from elections.registry.configuration import Stale
from elections.registry.roll_changes import MISTAKE, Cause
from elections.rules.configuration import parse, write
from elections.rules.models import load, names
from elections.verify.timeline import check_places
from tests.refused import refused
from tests.registry.common import CLOSING, FILED, NOW, OFFICER, OPENING, draft, prepared
from tests.registry.test_commands import HOURS, file, run, state, uuid

__all__ = ["file", "state", "uuid"]


def change(session, election, name, contest=None, key="", **wanted):
    seen = configuration.values(election, name, contest, key) or {}
    configuration.change(session, election.uuid, name, contest, seen, {**seen, **wanted}, OFFICER, NOW, key)


@pytest.mark.parametrize("name", names())
def test_a_draft_is_written_and_made_anew(session, name):
    made = elections.create(session, load(name), OFFICER, NOW, opening=OPENING, closing=CLOSING)
    body = write(configuration.read(made))
    again = configuration.create(session, parse(body), OFFICER, NOW, made.uuid)
    assert again.uuid != made.uuid
    assert write(configuration.read(again)) == body
    for before, after in zip(made.contests, again.contests, strict=True):
        assert before.uuid != after.uuid
        columns = ("key", "title", "college", "method", "seats", "parameters", "kind", "display_order", "admission")
        assert [getattr(before, column) for column in columns] == [getattr(after, column) for column in columns]
    assert (made.policy, made.batches, made.audience) == (again.policy, again.batches, again.audience)
    assert journal.entries(session, again.uuid)[-1].details["source"] == made.uuid


def test_what_the_office_chose_is_in_the_file_and_what_belongs_to_candidacies_is_not(session):
    made = draft(session)
    one = made.contests[1]
    candidacies.replace(session, one.uuid, FILED["one"], OFFICER, NOW)
    rules.choose(session, one.uuid, {"tie": "oldest"}, OFFICER, NOW)
    rules.choose(session, one.uuid, {"order": ["t1"]}, OFFICER, NOW)
    table = configuration.read(made).table
    assert table["contests"][1]["parameters"] == {"article": "art. 2", "tie": "oldest"}
    assert b"DUPONT" not in write(configuration.read(made))
    # Another change of the contest leaves the order of ages as it is; another tie does not.
    change(session, made, "contest", one.uuid, title="Une autre")
    assert one.parameters["order"] == [0]
    change(session, made, "rule", one.uuid, tie="draw")
    assert "order" not in one.parameters


def test_what_was_seen_is_compared_with_what_stands(session):
    made = draft(session)
    seen = configuration.values(made, "grace", None) or {}
    change(session, made, "grace", minutes=20)
    with pytest.raises(Stale) as stale:
        configuration.change(session, made.uuid, "grace", None, seen, {"minutes": 5, "seconds": 0}, OFFICER, NOW)
    assert stale.value.values == {"minutes": 20, "seconds": 0}
    assert made.grace == 1200
    lines = len(journal.entries(session, made.uuid))
    configuration.change(session, made.uuid, "grace", None, seen, {"minutes": 20, "seconds": 0}, OFFICER, NOW)
    assert len(journal.entries(session, made.uuid)) == lines


def test_the_journal_tells_what_changed_and_no_long_text(session):
    made = draft(session)
    change(session, made, "title", title="Autre titre")
    assert journal.entries(session, made.uuid)[-1].details == {
        "part": "title",
        "old": {"title": "Petite élection"},
        "new": {"title": "Autre titre"},
    }
    change(session, made, "sources", sources=["x" * 300])
    assert journal.entries(session, made.uuid)[-1].details["new"] == {"sources": "…"}


def test_nothing_of_what_is_fixed_changes(session):
    made, _, _ = prepared(session)
    before = write(configuration.read(made))
    one = made.contests[0].uuid
    for act in (
        lambda: change(session, made, "title", title="x"),
        lambda: configuration.add_contest(session, made.uuid, {}, one, OFFICER, NOW),
        lambda: configuration.remove_contest(session, made.uuid, one, OFFICER, NOW),
        lambda: configuration.move_contest(session, made.uuid, one, 1, OFFICER, NOW),
    ):
        with refused("registry.locked"):
            act()
    assert write(configuration.read(made)) == before


def test_hours_that_have_passed_are_refused(session):
    made = draft(session)
    with refused("registry.hours"):
        change(session, made, "hours", opening="2025-02-06T08:00:00Z", closing="2025-02-12T08:00:00Z")


def test_the_verifier_takes_what_was_done_to_a_contest_that_a_draft_lost(session):
    made = draft(session)
    kept, lost = (contest.uuid for contest in made.contests)
    candidacies.replace(session, lost, FILED["one"], OFFICER, NOW)
    change(session, made, "contest", lost, title="Une autre")
    configuration.remove_contest(session, made.uuid, lost, OFFICER, NOW)
    assert [contest.uuid for contest in made.contests] == [kept]
    entries = journal.entries(session, made.uuid)
    check_places(entries, {kept})
    with refused("verify.act-contest"):
        check_places(entries[:-1], {kept})
    journal.append(session, made.uuid, "open", OFFICER, NOW, contest=lost)
    with refused("verify.act-contest"):
        check_places(journal.entries(session, made.uuid), {kept})


def test_a_contest_whose_roll_was_changed_by_hand_goes_once_nobody_is_on_it(session):
    made = draft(session)
    row = roll_file.Row(0, "ada", "Nom", "Ada", "ada@exemple.fr", None, "one", "Paris")
    roll_changes.add(session, made.uuid, row, Cause(MISTAKE), OFFICER, NOW)
    roll_changes.remove(session, made.uuid, 1, Cause(MISTAKE), OFFICER, NOW)
    configuration.remove_contest(session, made.uuid, made.contests[1].uuid, OFFICER, NOW)
    assert roll_changes.changes(session, made.uuid) == ([], 1)


def test_an_election_keeps_one_contest(session):
    made = draft(session)
    configuration.remove_contest(session, made.uuid, made.contests[0].uuid, OFFICER, NOW)
    with refused("configuration.last"):
        configuration.remove_contest(session, made.uuid, made.contests[0].uuid, OFFICER, NOW)


# --- Commands ----------------------------------------------------------------------------------------


def test_a_file_goes_out_and_comes_back(state, uuid, tmp_path):
    first, second = tmp_path / "un.toml", tmp_path / "deux.toml"
    assert run("config", "export", uuid, first).exit_code == 0
    assert run("config", "export", uuid, first).exit_code == 1  # it is there already
    tried = run("config", "import", first)
    assert tried.exit_code == 0
    assert (tried.stdout, "nothing written" in tried.stderr) == ("", True)
    assert "s1     6 by largest_remainder" in tried.stderr
    made = run("config", "import", first, "--apply")
    assert made.exit_code == 0
    again = made.stdout.strip()
    assert again != uuid
    assert run("config", "export", again, second).exit_code == 0
    assert first.read_bytes() == second.read_bytes()


def test_an_election_is_cloned_at_other_hours(state, uuid, tmp_path):
    hours = ("--opening", "2091-02-06T08:00+01:00", "--closing", "2091-02-12T16:00+01:00")
    done = run("clone", uuid, *hours, "--title", "La suivante")
    assert done.exit_code == 0, done.output
    assert run("config", "export", done.stdout.strip(), tmp_path / "x.toml").exit_code == 0
    text = (tmp_path / "x.toml").read_text()
    assert 'title = "La suivante"' in text
    assert "opening = 2091-02-06T08:00:00+01:00" in text
    short = run("clone", uuid, *hours[:3], "2091-02-07T16:00+01:00")
    assert (short.exit_code, "R. 211-561" in short.output) == (1, True)
    past = run("clone", uuid, "--opening", "2020-02-06T08:00+01:00", "--closing", "2020-02-12T16:00+01:00")
    assert past.exit_code == 1
    assert run("clone", "1" * 22, *HOURS).exit_code == 1


def test_a_file_of_the_past_is_used_with_other_hours_and_a_wrong_one_is_told(state, file):
    body = write(parse(write(_past())))
    path = file(body)
    assert run("config", "import", path, "--apply").exit_code == 1
    assert run("config", "import", path, *HOURS, "--apply").exit_code == 0
    wrong = run("config", "import", file(body.replace(b"seats = 6", b"seats = -6")))
    assert wrong.exit_code == 1
    assert "contest 1 (s1), seats: out of range" in wrong.output
    assert "line 9" in run("config", "import", file(b"#\n" * 8 + b"a = =\n")).output
    assert run("config", "import", "/nulle/part").exit_code == 2


def _past():
    from tests.rules.test_configuration import CAV

    return CAV
