"""The wall between the rooms: the contracts of pyproject.toml, and what contracts cannot say."""

import subprocess
import sys
from pathlib import Path
from pkgutil import iter_modules

import grimp
import pytest

from elections import commands

ROOT = Path(__file__).parents[2]

ASSEMBLY = {"bench", "cli", "commands", "demo", "ticking"}
DOORS = {
    "alarms", "casting", "counting", "drawing", "enrolment", "keyholders", "mailing", "making", "mandates", "opening",
    "ordering", "publication", "receiving", "sealing",
}  # fmt: skip
READERS = {
    "registry": {"registry", "app", "web"} | ASSEMBLY | DOORS,
    "issuer": {"issuer", "app", "web"} | ASSEMBLY | DOORS,
    "urn": {"urn"} | ASSEMBLY | DOORS,
}
"""Who may import each of the three rooms that know something of a vote: web reaches the urn through the doors."""

COMMANDS = ["elections.commands", *(module.name for module in iter_modules(commands.__path__, "elections.commands."))]


def python(code):
    return subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)


def test_import_contracts_hold():
    done = python("import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("room", READERS)
def test_only_doors_and_assembly_reach_the_parties(room):
    graph = grimp.build_graph("elections", cache_dir=None)
    modules = {name for name in graph.modules if f"{name}.".startswith(f"elections.{room}.")}
    importers = {importer for module in modules for importer in graph.find_modules_that_directly_import(module)}
    assert {importer.split(".")[1] for importer in importers} <= READERS[room]


@pytest.mark.parametrize("modules", ["elections.verify", "elections.rules", f"elections.cli, {', '.join(COMMANDS)}"])
def test_verifier_and_command_line_leave_web_databases_and_typesetter_alone(modules):
    done = python(f"import sys, {modules}; print({{'flask', 'sqlalchemy', 'typst'}} & set(sys.modules) or 'none')")
    assert (done.stdout.strip(), done.stderr) == ("none", "")
