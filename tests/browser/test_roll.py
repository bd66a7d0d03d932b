"""The pages of the roll with ten thousand electors: they fit a small telephone, and axe finds nothing in them."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest

from elections.bench.rolls import _rows
from elections.bench.workbooks import write_csv, write_ods, write_xlsx
from elections.registry import elections, roll, roll_changes, roll_trials, sessions
from elections.registry.journal import Actor
from elections.registry.roll_changes import Cause
from elections.rules.models import load
from elections.rules.phases import Role
from tests.browser.test_site import account, look

__all__ = ["look"]

OFFICER = Actor(Role.OFFICER)
ODD = [
    ["Matricule", "Patronyme", "prénom", "email", "collège", "ressort"],
    ["a1", "Nom", "Zoé", "a@b.fr", "s1", "Paris"],
]


@pytest.fixture
def draft(world):
    """A draft of the CAV with its roll, and files that wait: one to apply, one that is wrong, one with odd headings."""
    rows = _rows(10_000, Random(1))
    changed = [*rows[:1], *[[*row[:1], f"{row[1]} bis", *row[2:]] for row in rows[100:400]], *rows[500:]]
    wrong = [rows[0], *[[*row[:3], "pas une adresse", *row[4:]] for row in rows[1:200]]]
    with world.store.registry.begin() as session:
        opening, closing = world.now + timedelta(days=60), world.now + timedelta(days=64)
        model = load("cav-2026")
        uuid = elections.create(session, model, OFFICER, world.now, opening=opening, closing=closing).uuid
        roll.apply(session, uuid, roll.read_file(session, uuid, write_csv(rows)), OFFICER, world.now)
        trials = [
            roll_trials.keep(session, uuid, name, data, world.now)
            for name, data in (("a.xlsx", write_xlsx(changed)), ("b.ods", write_ods(wrong)), ("c.csv", write_csv(ODD)))
        ]
    return uuid, trials


def test_the_desk_of_ten_thousand(world, draft, look):
    uuid, (change, wrong, odd) = draft
    base, cookie = f"/bureau/election/{uuid}/liste", account(world, "officer")
    look(
        world,
        (
            base,
            f"{base}?langue=en",
            f"{base}/electeurs?langue=fr",
            f"{base}/electeurs?nom=etienne&college=s1&tri=ressort&page=2",
            f"{base}/electeurs/1",
            f"{base}/electeurs/1/correction",
            f"{base}/electeurs/1/radiation",
            f"{base}/inscription",
            f"{base}/publication",
            f"{base}/essai/{change}",
            f"{base}/essai/{change}?partie=retraits&page=2",
            f"{base}/essai/{wrong}",
            f"{base}/essai/{odd}",
        ),
        cookie,
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_roll_that_is_shown(world, draft, look, scheme):
    uuid, _ = draft
    with world.store.registry.begin() as session:
        roll_changes.publish(session, uuid, OFFICER, world.now)
        roll_changes.remove(session, uuid, 2, Cause("event", world.now.date(), "Décret"), OFFICER, world.now)
        elector = roll.by_identifier(session, uuid, "magistrat000000")
        assert elector
        cookie = sessions.open_for(session, elector, world.now)
        contest = roll.contests_of(session, uuid, elector.number)[0].uuid
    posted = f"/scrutin/{contest}/liste-electorale"
    look(world, ("/mes-scrutins", posted, f"{posted}?nom=saïd&page=3"), cookie, color_scheme=scheme)
    base, officer = f"/bureau/election/{uuid}/liste", account(world, "officer")
    look(world, (base, f"{base}/changements", f"/election/{uuid}/connexion"), officer, color_scheme=scheme)
