"""The finished records, and a verifier that does not judge the same bytes twice."""

import pytest

from elections.protocol.errors import ProtocolError
from elections.protocol.setup import Setup
from elections.protocol.trustees import Trustees
from elections.verify import judge
from elections.verify.ballots import judge as judge_ballots
from elections.verify.report import Report
from tests.records import finished

_KNOWN: dict = {}


@pytest.fixture(scope="session")
def record(tmp_path_factory):
    """The finished record of a name; played by who asks first."""
    known = {}

    def get(name):
        if name not in known:
            known[name] = finished(name, tmp_path_factory)
        return known[name]

    return get


@pytest.fixture(scope="session")
def commission(record):
    """Five contests: in several batches, amended, empty, stopped, drawn on paper."""
    return record("commission")


@pytest.fixture(scope="session")
def rehearsal(record):
    """One contest with two issuers, closed early, its lot drawn from the slips."""
    return record("rehearsal")


@pytest.fixture(scope="session")
def belenios(record):
    """Two contests in BELENIOS-2048, one of them without any ballot."""
    return record("belenios")


@pytest.fixture
def quick(monkeypatch):
    """What was judged once in a session is not judged again: contests, ballots, trustees, setups of the same bytes."""

    def once(function, key):
        def judged(*args, **more):
            place = (function, key(*args, **more))
            if place not in _KNOWN:
                try:
                    _KNOWN[place] = function(*args, **more)
                except ProtocolError as refusal:
                    _KNOWN[place] = refusal
            known = _KNOWN[place]
            if isinstance(known, ProtocolError):
                raise ProtocolError(known.rule, **known.values)
            return known

        return judged

    def ballots(election, tasks, *, own, jobs):
        return election.raw, tuple(task.raw for task in tasks), own

    checks = once(_checks_of, lambda contest: (contest.uuid, frozenset(contest.files.items())))
    monkeypatch.setattr(judge, "_judge_contest", lambda report, contest: report.checks.extend(checks(contest)))
    monkeypatch.setattr("elections.verify.contest.judge", once(judge_ballots, ballots))
    monkeypatch.setattr(Setup, "parse", once(Setup.parse, lambda raw, what="setup.json": (raw, what)))
    monkeypatch.setattr(Trustees, "check", once(Trustees.check, lambda self, what="trustees": (self.raw, what)))


_judge_contest = judge._judge_contest


def _checks_of(contest):
    """The checks of one contest by its own files, V02 to V13."""
    report = Report("record")
    _judge_contest(report, contest)
    return report.checks
