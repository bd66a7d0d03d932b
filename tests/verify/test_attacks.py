"""Every attack of tests/attacks, twice: with the manifest mended and its note left, and signed anew."""

import re
from pathlib import Path

import pytest

from elections.verify.judge import judge_record
from tests.attacks import ATTACKS, CLAUSES, LIMITS, Forger

ROOT = Path(__file__).parents[2]


def failing(report):
    """The checks that fail, each once."""
    return {check.id for check in report.checks if check.verdict == "fails"}


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_an_attack_is_refused(attack, record, quick):
    """By the manifest, and by the check that it names once the record key is in the attacker's hand too."""
    target = record(attack.record)
    forger = Forger(target, dict(target.frozen if attack.frozen else target.files))
    attack.edit(forger)
    assert "V01" in failing(judge_record(forger.finish(None)))

    report = judge_record(forger.finish(target.record_key))
    details = [check.detail for check in report.checks if (check.id, check.verdict) == (attack.check, "fails")]
    assert any(f"[{attack.rule}]" in str(detail) for detail in details), details
    others = [check for check in report.checks if check.verdict == "fails" and check.id != attack.check]
    assert attack.also is None or {check.id for check in others} == set(attack.also), others
    assert report.verdict == "refused"


def test_every_sentence_is_attacked():
    assert {(attack.check, attack.clause) for attack in ATTACKS} == {
        (check, clause) for check, clauses in CLAUSES.items() for clause in clauses
    }


@pytest.mark.parametrize("edit", LIMITS, ids=lambda edit: edit.__name__)
def test_what_no_check_can_refuse_is_told(edit, commission, quick):
    forger = Forger(commission, dict(commission.files))
    edit(forger)
    report = judge_record(forger.finish(commission.record_key))
    assert report.verdict == "consistent", failing(report)
    told = re.sub(r"\s+", " ", (ROOT / "docs" / "limitations.md").read_text())
    assert f"`{edit.__name__}`" in told
