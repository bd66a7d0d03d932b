"""belenios-tool 2.0 as the second judge of our archives: it accepts honest ones, and some that only ours refuses."""

import json

import pytest

from elections.protocol import archive
from tests.attacks import ATTACKS, Forger
from tests.belenios import judge_archive, require_belenios_tool

ACCEPTED = [attack for attack in ATTACKS if attack.accepted]


@pytest.mark.parametrize("college", ["s2a", "s2b"])
def test_the_tool_accepts_a_contest_with_ballots_and_one_without(college, belenios, tmp_path):
    require_belenios_tool()
    raw = belenios.files[f"{belenios.contests[college]}/archive.bel"]
    content = archive.read(raw)
    assert len(content.ballots) == (4 if college == "s2a" else 0)
    groups = [(kind, group["threshold"], len(group["certs"])) for kind, group in json.loads(content.trustees)]
    assert groups == [("Pedersen", 1, 2), ("Pedersen", 2, 4)]
    judgement = judge_archive(raw, tmp_path)
    assert judgement.accepted, judgement.output


def test_the_tool_misses_the_result_of_a_frozen_archive_only(belenios, tmp_path):
    require_belenios_tool()
    judgement = judge_archive(belenios.frozen[f"{belenios.contests['s2a']}/archive.bel"], tmp_path)
    assert not judgement.accepted
    assert "all checks passed" in judgement.output
    assert "no result to check" in judgement.output


@pytest.mark.parametrize("attack", ACCEPTED, ids=lambda attack: attack.name)
def test_the_tool_accepts_what_our_verifier_refuses(attack, belenios, tmp_path):
    """So that those attacks are about something."""
    require_belenios_tool()
    forger = Forger(belenios, dict(belenios.files))
    attack.edit(forger)
    judgement = judge_archive(forger.files[forger.path("s2a/archive.bel")], tmp_path)
    assert judgement.accepted, judgement.output
