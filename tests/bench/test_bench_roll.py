"""`elections bench roll`: what is measured is what the site does, and the figures have the shape of contracts.md."""

import json
from random import Random

from click.testing import CliRunner

from elections.bench import rolls
from elections.bench.workbooks import WRITERS
from elections.cli import main
from elections.registry import roll
from elections.storage import Store


def test_every_format_is_measured():
    done = CliRunner().invoke(main, ["bench", "roll", "--electors", "40", "--json"])
    assert (done.exit_code, done.stderr) == (0, "making and reading rolls of 40 electors\n")
    found = json.loads(done.stdout)
    assert (found["electors"], list(found["formats"])) == (40, ["CSV", "XLSX", "ODS"])
    for figures in found["formats"].values():
        assert set(figures) == {
            "apply_cpu_seconds", "apply_seconds", "bytes", "dry_run_cpu_seconds", "dry_run_seconds", "ratio",
            "reading_seconds",
        }  # fmt: skip
        assert figures["dry_run_seconds"] > 0


def test_people_read_a_table():
    done = CliRunner().invoke(main, ["bench", "roll", "--electors", "10"])
    assert [line.split()[0] for line in done.stdout.splitlines()] == ["plain", "CSV", "XLSX", "ODS", "slowest"]


def test_the_roll_of_the_bench_is_one_without_trouble(tmp_path):
    """A file that is refused would be quick."""
    with Store.create(tmp_path / "state") as store:
        election = rolls._draft(store)
        data = WRITERS["ODS"](rolls._rows(200, Random(1)))
        rolls._use(store, election, data)
        with store.registry_reader() as session:
            assert len(roll.in_place(session, election)) == 200
