"""What a draft still needs: each line as the election comes along, and when it is late."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from elections.protocol.canonical import encode
from elections.registry import (
    accounts,
    candidacies,
    ceremony,
    checklist,
    display_order,
    documents,
    elections,
    journal,
    lifecycle,
    roll_changes,
    rules,
    sealing,
    viewings,
)
from elections.registry.account_tables import Factor
from elections.registry.checklist import State
from elections.registry.journal import Actor
from elections.registry.tables import Elector, ElectorKey, Entitlement
from elections.rules import models
from elections.rules.phases import Act, Role
from tests.registry.common import (
    CLOSING,
    FILED,
    NOW,
    OFFICER,
    OPENING,
    PRESIDENT,
    coded,
    draft,
    enrolled,
    prepared,
    sealed,
    set_seal,
)


def lines(session, election, now=NOW):
    return {entry.item.key: entry for entry in checklist.read(session, election.uuid, now)}


def states(session, election, now=NOW):
    return {key: entry.state.value for key, entry in lines(session, election, now).items()}


def counts(entry):
    return entry.item.done, entry.item.of


def commission(session, **hours):
    given = {"opening": OPENING, "closing": CLOSING} | hours
    return elections.create(session, models.load("cav-2026"), OFFICER, NOW, **given)


def test_a_new_draft_lacks_everything(session):
    election = draft(session)
    found = lines(session, election)
    assert {key for key, entry in found.items() if entry.state is State.LACKING} == {
        "candidacies", "publication", "roll", "codes", "accounts", "keys", "rehearsal", "prepare", "signatures",
        "viewings",
    }  # fmt: skip
    assert found["candidacies"].item.contests == ("list", "one")
    assert found["rules"].state is State.DONE
    assert found["keys"].item.holders == ("president", "secretary", "delegate-1", "delegate-2", "delegate-3")
    assert checklist.lacking(found.values()) == 10


def test_a_roll_and_its_codes(session):
    election = enrolled(session)
    found = lines(session, election)
    assert (found["roll"].state, found["codes"].state) == (State.DONE, State.LACKING)
    electors = found["codes"].item.of
    assert counts(found["codes"]) == (0, electors)
    assert counts(found["colleges"]) == counts(found["contact"]) == (electors, electors)
    assert "phones" not in found
    assert found["posted"].state is State.OPEN
    roll_changes.publish(session, election.uuid, OFFICER, NOW)
    assert lines(session, election)["posted"].state is State.DONE


def test_every_code_counts(session):
    election, codes = coded(session)
    assert lines(session, election)["codes"].state is State.DONE
    session.delete(session.get(ElectorKey, (election.uuid, next(iter(codes)))))
    session.flush()
    found = lines(session, election)["codes"]
    assert (found.state, counts(found)) == (State.LACKING, (len(codes) - 1, len(codes)))


def test_an_elector_without_a_college_and_one_whom_nothing_reaches(session):
    election, codes = coded(session)
    one, other, *_ = codes
    contest = next(item for item in election.contests if session.get(Entitlement, (item.uuid, one)))
    session.delete(session.get(Entitlement, (contest.uuid, one)))
    session.execute(update(Elector).where(Elector.number == other).values(email=""))
    session.execute(update(Elector).where(Elector.number == one).values(phone="+33123456789"))
    session.flush()
    session.expire_all()
    found = lines(session, election)
    for key in ("colleges", "contact"):
        assert (found[key].state, counts(found[key])) == (State.LACKING, (len(codes) - 1, len(codes)))
    assert (found["phones"].state, counts(found["phones"])) == (State.OPEN, (1, len(codes)))


def test_candidacies_their_documents_and_their_publication(session):
    election = draft(session)
    lists, one = election.contests
    candidacies.replace(session, lists.uuid, FILED["list"], OFFICER, NOW)
    found = lines(session, election)
    assert found["candidacies"].item.contests == ("one",)
    assert (found["logos"].state, counts(found["logos"])) == (State.OPEN, (0, 3))
    candidacies.replace(session, one.uuid, FILED["one"], OFFICER, NOW)
    documents.publish(session, election.uuid, OFFICER, NOW)
    found = lines(session, election)
    assert (found["candidacies"].state, found["publication"].state) == (State.DONE, State.DONE)
    assert found["statements"].item.contests == ("list", "one")


def test_what_no_text_settles_is_chosen(session):
    election = commission(session)
    found = lines(session, election)["rules"]
    assert (found.state, counts(found)) == (State.LACKING, (1, 7))
    for contest in election.contests:
        if rules.missing(contest):
            rules.choose(session, contest.uuid, {"tie": "draw"}, OFFICER, NOW)
    assert lines(session, election)["rules"].state is State.DONE


def test_the_electorate_is_asked_for_where_a_rule_needs_it(session):
    found = lines(session, commission(session))
    assert found["electorate"].item.article == "décret 2025-659, art. 7"
    assert found["electorate"].item.contests == ("s1",)
    assert "electorate" not in lines(session, draft(session))


def test_keys_and_seal(session):
    election, holders, _ = prepared(session)
    found = states(session, election)
    assert (found["keys"], found["prepare"], found["rehearsal"], found["signatures"]) == (
        "done",
        "done",
        "todo",
        "todo",
    )
    for role in ("president", "delegate-1"):
        ceremony.put(session, election.uuid, role, ceremony.SEALED, encode(role), OFFICER, NOW)
    entry = lines(session, election)["signatures"]
    assert (entry.state, counts(entry)) == (State.LACKING, (2, 5))
    assert entry.item.holders == ("secretary", "delegate-2", "delegate-3")
    ceremony.put(session, election.uuid, "delegate-3", ceremony.SEALED, encode("x"), OFFICER, NOW)
    entry = lines(session, election)["signatures"]
    assert (entry.state, counts(entry), entry.item.holders) == (State.DONE, (3, 5), ())
    for contest in election.contests:
        set_seal(session, contest, holders)
        lifecycle.act(session, contest.uuid, Act.SEAL, PRESIDENT, NOW)
    assert checklist.read(session, election.uuid, NOW) == []


def test_the_board_looks_at_what_is_prepared_now(session):
    election, _, _ = prepared(session)
    digest = viewings.current(session, election.uuid).digest
    for actor in (PRESIDENT, Actor(Role.DELEGATE, 1)):
        viewings.mark(session, election.uuid, digest, actor, NOW)
    entry = lines(session, election)["viewings"]
    assert (entry.state, counts(entry)) == (State.LACKING, (2, 5))
    viewings.mark(session, election.uuid, digest, Actor(Role.DELEGATE, 3), NOW)
    assert lines(session, election)["viewings"].state is State.DONE
    sealing.unlock(session, election.uuid, OFFICER, NOW)
    assert counts(lines(session, election)["viewings"]) == (0, 5)


def test_accounts_count_once_their_owners_have_come_with_a_second_factor(session):
    election = draft(session)
    for login, role in (("p", Role.PRESIDENT), ("d", Role.DELEGATE)):
        new = accounts.NewAccount(login, login, "a@exemple.fr", role, "mot de passe assez long", 1, election.uuid)
        accounts.create(session, new, OFFICER, NOW)
    assert counts(lines(session, election)["accounts"]) == (0, 5)
    session.add(Factor(login="d", kind="totp", name="Téléphone", secret=b"x", counter=0, added_at=NOW))
    session.flush()
    entry = lines(session, election)["accounts"]
    assert counts(entry) == (1, 5)
    assert "delegate-1" not in entry.item.holders


def test_the_order_is_drawn_where_there_are_two_to_draw_between(session):
    election = draft(session)
    lists, _ = election.contests
    assert "order" not in lines(session, election)
    candidacies.replace(session, lists.uuid, FILED["list"], OFFICER, NOW)
    assert lines(session, election)["order"].item.contests == ("list",)
    ids = [item.id for item in lists.candidacies]
    display_order.enter(session, lists.uuid, ids, (NOW, "le bureau", "au chapeau"), OFFICER, NOW)
    assert lines(session, election)["order"].state is State.DONE


def test_the_notice_counts_once_it_is_queued(session):
    election, _ = coded(session)
    assert lines(session, election)["notice"].state is State.LACKING
    journal.append(session, election.uuid, "notices", OFFICER, NOW, details={"electors": 1, "repeated": False})
    assert lines(session, election)["notice"].state is State.DONE


def test_the_seal_takes_what_the_checklist_needs_and_no_more(session):
    """Of what is needed nothing is lacking in an election that could be sealed, but what its holders do elsewhere."""
    election, _, _ = prepared(session)
    lacking = {key for key, entry in lines(session, election).items() if entry.item.needed and not entry.item.complete}
    assert lacking == {"rehearsal", "signatures", "viewings"}
    done, _, _ = sealed(session)
    assert checklist.read(session, done.uuid, NOW) == []


# --- Late -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "late"),
    [
        (0, set()),
        (1, {"candidacies"}),  # lists: one month before, on 6 January
        (10, {"candidacies"}),
        (11, {"candidacies", "roll"}),  # rolls: 21 days before, on 16 January
        (17, {"candidacies", "publication", "roll", "codes"}),  # 15 days before, on 22 January
    ],
)
def test_a_line_is_late_from_the_day_after_its_date(session, days, late):
    election = commission(session)
    now = NOW.replace(day=6, hour=12) + timedelta(days=days)
    assert {key for key, state in states(session, election, now).items() if state == "late"} == late


def test_a_rehearsal_is_not_late_by_the_dates_of_the_law(session):
    model = models.load("cav-2026-rehearsal")
    election = elections.create(session, model, OFFICER, NOW, opening=OPENING, closing=CLOSING)
    assert elections.timetable(election)
    assert "late" not in states(session, election, OPENING - timedelta(days=1)).values()
    assert states(session, election, OPENING)["roll"] == "late"


def test_a_date_of_contests_that_lack_nothing_makes_nothing_late(session):
    election = commission(session)
    [lists] = [contest for contest in election.contests if contest.key == "s1"]
    filed = [{"id": "l1", "names": [{"substitute": "S", "titular": "T"}] * 6, "title": "Liste"}]
    candidacies.replace(session, lists.uuid, filed, OFFICER, NOW)
    entry = lines(session, election, NOW + timedelta(days=5))["candidacies"]
    # The list was due on 6 January; what lacks are tickets, eight days before the opening.
    assert (entry.state, entry.until and entry.until.isoformat()) == (State.LACKING, "2026-01-29")


def test_whatever_is_not_done_when_the_vote_should_open_is_late(session):
    election = draft(session)
    found = states(session, election, OPENING)
    assert set(found.values()) == {"late", "done"} or set(found.values()) == {"late", "done", "open"}
    assert found["keys"] == found["roll"] == "late"
