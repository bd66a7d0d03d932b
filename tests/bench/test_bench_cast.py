"""`elections bench cast`: a real server, few electors, and figures in the shape of contracts.md."""

import json

import pytest
from click.testing import CliRunner

from elections.bench.casting import Run
from elections.cli import main

RUN = ["casts", "casts_per_second", "cpu_ms_per_cast", "errors", "latency_ms"]


def run(*words):
    return CliRunner().invoke(main, ["bench", "cast", "--electors", "40", "--clients", "3", *words])


def test_half_press_and_half_read_and_every_ballot_is_there():
    pytest.importorskip("gunicorn")
    done = run("--think", "0.1", "--json")
    assert done.exit_code == 0, done.output
    figures = json.loads(done.stdout)
    assert list(figures) == ["clients", "electors", "group", "invariant", "pressing", "reading", "server", "think"]
    assert (figures["clients"], figures["group"], figures["think"]) == (3, "Ed25519", 0.1)
    pressing, reading = figures["pressing"], figures["reading"]
    assert list(pressing) == list(reading) == RUN
    assert pressing["casts"] + reading["casts"] == figures["electors"]
    assert abs(pressing["casts"] - reading["casts"]) <= 1
    assert figures["invariant"] == {"ballots": figures["electors"], "holds": True, "signatures": figures["electors"]}
    for found in (pressing, reading):
        latency = found["latency_ms"]
        assert 0 < latency["p50"] <= latency["p95"] <= latency["p99"]


def test_without_reading_all_press_and_the_text_says_so():
    pytest.importorskip("gunicorn")
    done = run("--think", "0")
    assert done.exit_code == 0, done.output
    assert "3 clients that never pause: " in done.stdout
    assert "who read" not in done.stdout
    assert "invariant holds" in done.stdout


def test_percentiles_are_those_of_the_good_casts():
    found = Run(seconds=2.0, latencies=[float(each) for each in range(100, 0, -1)], errors=3, cpu_seconds=1.0)
    assert [found.percentile(share) for share in (0.5, 0.95, 0.99)] == [51.0, 96.0, 100.0]
    assert found.json() | {"latency_ms": None} == {
        "casts": 100,
        "casts_per_second": 50.0,
        "cpu_ms_per_cast": 10.0,
        "errors": 3,
        "latency_ms": None,
    }
    assert Run(1.0, [], 1, 0.0).percentile(0.95) == 0.0
