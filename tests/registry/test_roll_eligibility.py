"""A roll file with positions and functions: the rules say who votes where, or why nowhere, and no more is kept."""

import pytest
from sqlalchemy import delete

from elections.protocol.errors import ProtocolError
from elections.registry import elections, electors, roll, roll_changes, roll_file, roll_trials
from elections.registry.tables import Elector, ElectorKey, Entitlement
from elections.rules.french import PARIS
from elections.rules.models import load
from tests.refused import refused
from tests.registry.common import CLOSING, HEADER, MINUTE, NOW, OFFICER, OPENING, coded, draft, enrolled, line, sheet

COMPUTED = "identifiant;nom;prénom;email;position;fonction;situations;rôle d'inscription"
JUDGE, HEAD = "juge", "Premier président d’une cour d'appel"


def one(identifier, function=JUDGE, position="Activité", situations="", name="Nom"):
    return f"{identifier};{name} {identifier};P;{identifier}@exemple.fr;{position};{function};{situations};Paris"


@pytest.fixture
def cav(session):
    """A draft of the CAV, whose model has rules for each contest."""
    return elections.create(session, load("cav-2026"), OFFICER, NOW, opening=OPENING, closing=CLOSING)


def read(session, election, *lines, header=COMPUTED):
    return roll.read_file(session, election.uuid, sheet(*lines, header=header))


def test_college_and_reason_follow_from_function_and_position(session, cav):
    file = read(session, cav, one("ada"), one("bea", HEAD), one("cleo", position="congé parental"))
    assert [(row.identifier, row.college, row.reason) for row in file.rows] == [
        ("ada", "s1", "others"),
        ("bea", "s2a", "functions"),
        ("cleo", "s1", "others"),
    ]
    assert file.problems == ()
    assert file.reasons == {("s1", "others"): 2, ("s2a", "functions"): 1}
    # A function that no contest names may be one that is spelled wrong: it is told once, with how many have it.
    assert [(item.rule, item.values["count"]) for item in file.warnings] == [("roll.others", 2)]


@pytest.mark.parametrize(
    ("who", "reason"),
    [
        (one("x", position="disponibilité"), "positions"),
        (one("x", situations='"mi-temps ; congé de longue durée"'), "situations"),
        (one("x", "procureur général près la Cour de cassation"), "nowhere"),
    ],
)
def test_who_is_no_elector_is_left_out_with_the_reason(session, cav, who, reason):
    file = read(session, cav, one("ada"), who)
    assert [row.identifier for row in file.rows] == ["ada"]
    [left] = file.left_out
    assert (left.row.identifier, left.row.line, left.membership.step.id) == ("x", 3, reason)
    assert file.problems == ()


@pytest.mark.parametrize("turned", [False, True])
def test_who_is_an_elector_by_one_line_and_none_by_another_is_told(session, cav, turned):
    """One of the two lines is out of date, and nothing says which: the order of lines decides nothing."""
    lines = [one("x", position="disponibilité"), one("x")]
    file = read(session, cav, one("ada"), *(lines[::-1] if turned else lines))
    assert [(item.rule, item.values["line"]) for item in file.problems] == [("roll.twice", 4)]


@pytest.mark.parametrize("turned", [False, True])
def test_the_address_of_who_is_no_elector_is_no_trouble(session, cav, turned):
    lines = [one("x", position="disponibilité").replace("x@", "ada@"), one("ada")]
    file = read(session, cav, *(lines[::-1] if turned else lines))
    assert (file.problems, [row.identifier for row in file.rows]) == ((), ["ada"])


def test_a_college_that_is_given_besides_must_be_the_one_that_is_computed(session, cav):
    header = f"{COMPUTED};collège"
    lines = [
        f"{one('ada')};s1",
        f"{one('bea', HEAD)};s1",
        f"{one('cleo', position='disponibilité')};s1",
        f"{one('dina')};",
    ]
    file = read(session, cav, *lines, header=header)
    assert [(item.rule, item.values["line"], item.values["computed"]) for item in file.problems] == [
        ("roll.disagrees", 3, "s2a"),
        ("roll.disagrees", 4, "–"),
    ]
    assert [row.college for row in file.rows if row.identifier == "dina"] == ["s1"]


def test_position_and_function_may_not_be_empty(session, cav):
    file = read(session, cav, one("ada", ""), one("bea", position=""))
    told = [(item.rule, item.values["line"], item.values["field"]) for item in file.problems]
    assert told == [("roll.text", 2, "fonction"), ("roll.text", 3, "position")]


def test_a_model_without_rules_cannot_be_asked(session):
    election = draft(session)
    with refused("roll.no-rules"):
        roll.read_file(session, election.uuid, sheet(one("ada"), header=COMPUTED))


def test_only_the_reason_is_kept(session, cav):
    file = read(session, cav, one("ada"), one("bea", HEAD, situations="décharge syndicale"))
    roll.apply(session, cav.uuid, file, OFFICER, NOW)
    known = electors.one(session, cav.uuid, 2)
    assert (known.contest.key, known.reason) == ("s2a", "functions")
    columns = {column.name for table in (Elector, Entitlement) for column in table.__table__.columns}
    assert columns == {
        "election_uuid", "number", "identifier", "last_name", "first_name", "email", "phone", "roll_unit", "folded",
        "contest_uuid", "reason",
    }  # fmt: skip
    # The same people by college: nothing changes but why.
    given = sheet(line("ada", "s1", nom="Nom ada", prénom="P"), line("bea", "s2a", nom="Nom bea", prénom="P"))
    again = roll.read_file(session, cav.uuid, given)
    difference = roll.apply(session, cav.uuid, again, OFFICER, NOW)
    assert (difference.changed, difference.unchanged) == ((), 2)
    assert electors.one(session, cav.uuid, 2).reason == "given"


def test_a_college_may_be_called_by_its_name_without_accents(session, cav):
    file = roll.read_file(
        session, cav.uuid, sheet(line("ada", "PREMIERS PRESIDENTS DES COURS D’APPEL"), line("bea", "S1", nom="Autre"))
    )
    assert [(row.college, row.reason) for row in file.rows] == [("s2a", "given"), ("s1", "given")]


def test_a_roll_that_was_changed_since_it_was_seen_is_not_replaced(session):
    election = draft(session)
    first = roll.read_file(session, election.uuid, sheet(line("bea")))
    seen = roll.compare(session, election.uuid, first).digest
    roll.apply(session, election.uuid, first, OFFICER, NOW, seen=seen)
    with refused("roll.moved"):
        roll.apply(session, election.uuid, first, OFFICER, NOW, seen=seen)
    now = roll.compare(session, election.uuid, first).digest
    assert roll.apply(session, election.uuid, first, OFFICER, NOW, seen=now).unchanged == 1


def test_a_file_that_means_something_else_than_was_seen_is_not_applied(session):
    """Somebody has said meanwhile that two headings mean the reverse, or codes of those who go were made meanwhile."""
    election, _codes = coded(session)
    data = sheet(line("ada", nom="DUPONT", prénom="Anne"))
    seen = roll.compare(session, election.uuid, roll.read_file(session, election.uuid, data)).digest
    roll_trials.remember(session, election.uuid, {"nom": "first_name", "prénom": "last_name"})
    with refused("roll.moved"):
        roll.apply(session, election.uuid, roll.read_file(session, election.uuid, data), OFFICER, NOW, seen=seen)
    session.execute(delete(ElectorKey))
    found = roll.compare(session, election.uuid, roll.read_file(session, election.uuid, data))
    assert (found.codes_lost, len(found.removed)) == (0, 4)
    bea = roll.in_place(session, election.uuid)["bea"].number
    session.add(ElectorKey(election_uuid=election.uuid, number=bea, register="a", requests={}))
    session.flush()
    file = roll.read_file(session, election.uuid, data)
    with refused("roll.moved"):
        roll.apply(session, election.uuid, file, OFFICER, NOW, seen=found.digest)


def test_after_the_eve_no_file_is_applied_and_no_publication_withdrawn(session):
    """Décret 2025-659, art. 17 and 28: what is not entered on the eve is not entered, by whatever door."""
    election = enrolled(session)
    file = roll.read_file(session, election.uuid, sheet(line("ada")))
    eve = OPENING.astimezone(PARIS).replace(hour=0)
    roll_changes.publish(session, election.uuid, OFFICER, NOW)
    with refused("roll.eve"):
        roll_changes.withdraw(session, election.uuid, OFFICER, eve)
    roll_changes.withdraw(session, election.uuid, OFFICER, eve - MINUTE)
    with refused("roll.eve"):
        roll.apply(session, election.uuid, file, OFFICER, eve)
    assert len(roll.apply(session, election.uuid, file, OFFICER, eve - MINUTE).removed) == 4


def test_changes_are_told_field_by_field(session):
    election = draft(session)
    roll.apply(session, election.uuid, roll.read_file(session, election.uuid, sheet(line("ada"))), OFFICER, NOW)
    file = roll.read_file(session, election.uuid, sheet(line("ada", "one", nom="Autre", unit="Lyon")))
    [changes] = roll.compare(session, election.uuid, file).changes.values()
    assert [(change.field, change.before, change.after) for change in changes] == [
        ("last_name", "Nom", "Autre"),
        ("roll_unit", "Paris", "Lyon"),
        ("college", "list", "one"),
    ]


def test_headings_are_remembered_until_another_takes_their_place(session):
    election = draft(session)
    roll_trials.remember(session, election.uuid, {"Matricule": "identifier", "Obs.": ""})
    roll_trials.remember(session, election.uuid, {"N° agent": "identifier"})
    assert roll_trials.headings(session, election.uuid) == {"obs.": "", "n° agent": "identifier"}
    data = sheet(f"{line('ada')};x", header=f"{HEADER.replace('identifiant', 'N° AGENT')};obs.")
    assert roll.read_file(session, election.uuid, data).rows[0].identifier == "ada"
    for wrong in ({"a": "email", "b": "email"}, {"a": "password"}):
        with refused("roll.heading"):
            roll_trials.remember(session, election.uuid, wrong)


def test_a_column_without_heading_counts_only_where_something_stands_in_it():
    colleges = {"list": roll_file.College("list", "Un collège")}
    assert roll_file.read(sheet(f"{line('ada')};", header=f"{HEADER};"), colleges).problems == ()
    with pytest.raises(ProtocolError) as caught:
        roll_file.read(sheet(f"{line('ada')};x", header=f"{HEADER};"), colleges)
    assert caught.value.rule == "roll.columns"


def test_of_many_files_that_wait_the_oldest_go(session):
    election, other = draft(session), draft(session)
    hers = roll_trials.keep(session, other.uuid, "hers.csv", b"x", NOW)
    made = [roll_trials.keep(session, election.uuid, "x.csv", b"x", NOW + n * MINUTE) for n in range(10)]
    with refused("roll.trial"):
        roll_trials.find(session, election.uuid, made[1], NOW)
    assert [roll_trials.find(session, election.uuid, trial, NOW).id for trial in made[2:]] == made[2:]
    assert roll_trials.find(session, other.uuid, hers, NOW).id == hers


def test_a_file_that_waits_is_swept_after_its_hour_and_no_sooner(session):
    election = draft(session)
    trial = roll_trials.keep(session, election.uuid, "a.csv", sheet(line("ada")), NOW)
    roll_trials.sweep(session, NOW + roll_trials.LIFE)
    assert roll_trials.find(session, election.uuid, trial, NOW + roll_trials.LIFE).name == "a.csv"
    roll_trials.sweep(session, NOW + roll_trials.LIFE + MINUTE)
    session.expire_all()
    with refused("roll.trial"):
        roll_trials.find(session, election.uuid, trial, NOW)
