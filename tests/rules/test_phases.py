"""The lifecycle is the issue's, nobody does what is another's, and the page is drawn from the table."""

from itertools import product
from pathlib import Path

import pytest

from elections.protocol.errors import ProtocolError
from elections.rules.phases import (
    PHASES,
    ROLES,
    TRANSITIONS,
    Act,
    Phase,
    Role,
    after,
    allowed,
    least_advanced,
    mermaid,
    page,
    permit,
    rows,
)

BOARD = {Role.PRESIDENT, Role.SECRETARY}
EXPECTED = {
    ("draft", "prepare"): "draft",
    ("draft", "seal"): "sealed",
    ("sealed", "open"): "open",
    ("open", "suspend"): "suspended",
    ("suspended", "resume"): "open",
    ("open", "stop"): "stopped",
    ("suspended", "stop"): "stopped",
    ("open", "close"): "closing",
    ("closing", "freeze"): "frozen",
    ("frozen", "count"): "counted",
    ("counted", "proclaim"): "proclaimed",
    ("proclaimed", "archive"): "archived",
}


@pytest.mark.parametrize(("phase", "act"), list(product(Phase, Act)))
def test_every_act_in_every_phase(phase, act):
    target = EXPECTED.get((phase, act))
    if target:
        assert after(phase, act) == target
    else:
        for attempt in (lambda: after(phase, act), lambda: permit(phase, act, Role.PRESIDENT, rehearsal=True)):
            with pytest.raises(ProtocolError, match=f"{act} is not possible in the phase {phase}") as caught:
                attempt()
            assert caught.value.rule == "rules.phase"


def test_archived_and_stopped_are_the_only_ends():
    assert {phase for phase in Phase if not any(phase in row.sources for row in TRANSITIONS)} == {"archived", "stopped"}


@pytest.mark.parametrize(("phase", "role", "rehearsal"), list(product(Phase, Role, (False, True))))
def test_what_is_allowed_is_permitted_and_nothing_else(phase, role, rehearsal):
    acts = allowed(phase, role, rehearsal=rehearsal)
    assert len(set(acts)) == len(acts)
    for act in Act:
        if act in acts:
            row = permit(phase, act, role, rehearsal=rehearsal)
            assert row in rows(phase, role, rehearsal=rehearsal)
            assert row.target is after(phase, act)
        else:
            with pytest.raises(ProtocolError) as caught:
                permit(phase, act, role, rehearsal=rehearsal)
            assert caught.value.rule in {"rules.phase", "rules.role"}


def test_real_vote_is_closed_by_the_clock_alone():
    assert {role for role in Role if Act.CLOSE in allowed(Phase.OPEN, role)} == {Role.CLOCK}
    assert {role for role in Role if Act.CLOSE in allowed(Phase.OPEN, role, rehearsal=True)} == {Role.CLOCK, *BOARD}
    with pytest.raises(ProtocolError) as caught:
        permit(Phase.OPEN, Act.CLOSE, Role.PRESIDENT)
    assert caught.value.rule == "rules.role"


def test_clock_closes_and_freezes_and_never_opens():
    assert {act for phase in Phase for act in allowed(phase, Role.CLOCK, rehearsal=True)} == {Act.CLOSE, Act.FREEZE}


@pytest.mark.parametrize("role", [Role.DELEGATE, Role.SUPERVISION])
def test_who_watches_moves_nothing(role):
    assert not any(allowed(phase, role, rehearsal=True) for phase in Phase)


def test_secretary_replaces_the_president():
    for phase in Phase:
        assert allowed(phase, Role.SECRETARY) == allowed(phase, Role.PRESIDENT)


def test_office_neither_seals_nor_opens_nor_counts():
    assert {act for phase in Phase for act in allowed(phase, Role.OFFICER)} == {Act.PREPARE, Act.ARCHIVE}


def test_every_row_has_its_words_and_article():
    for row in TRANSITIONS:
        assert row.article.startswith("R. 211-")
        assert all((row.label.en, row.label.fr, row.needs.en, row.needs.fr))
        assert row.roles
        assert row.sources
    assert set(PHASES) == set(Phase)
    assert set(ROLES) == set(Role)


@pytest.mark.parametrize(
    ("phases", "shown"),
    [
        (["draft", "open", "archived"], "draft"),
        (["open", "suspended"], "open"),
        (["suspended", "closing"], "suspended"),
        (["counted", "proclaimed", "counted"], "counted"),
        (["stopped", "open"], "open"),
        (["stopped", "archived"], "archived"),
        (["stopped", "stopped"], "stopped"),
    ],
)
def test_election_shows_the_least_advanced(phases, shown):
    assert least_advanced(Phase(phase) for phase in phases) == shown
    assert least_advanced([Phase(phase) for phase in reversed(phases)]) == shown


def test_election_without_contest_has_no_phase():
    with pytest.raises(ProtocolError, match="without a contest"):
        least_advanced([])


def test_page_is_drawn_from_the_table():
    text = (Path(__file__).parents[2] / "docs" / "lifecycle.md").read_text(encoding="utf-8")
    assert text == page(), "write elections.rules.phases.page() to docs/lifecycle.md"


def test_diagram_has_every_edge_once():
    lines = [line.strip() for line in mermaid().splitlines()[1:]]
    edges = {f"{source} --> {target}: {act}" for (source, act), target in EXPECTED.items()}
    assert set(lines) == edges | {"[*] --> draft", "archived --> [*]", "stopped --> [*]"}
    assert len(set(lines)) == len(lines)
