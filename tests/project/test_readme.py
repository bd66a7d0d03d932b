"""README and docs say what is there: the two commands, the links, and the versions behind them."""

import re
import tomllib
from pathlib import Path

import click
import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from elections.cli import main

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
PAGES = ["README.md", *(str(page.relative_to(ROOT)) for page in sorted((ROOT / "docs").rglob("*.md")))]


def test_readme_opens_with_the_two_commands():
    blocks = re.findall(r"```sh\n(.*?)```", README.split("## ")[0], re.DOTALL)
    assert "".join(blocks).splitlines() == [
        "python3 -m venv .venv && .venv/bin/pip install -c constraints.txt -e . && .venv/bin/elections demo",
        "python3 -m venv .venv && .venv/bin/pip install -c constraints.txt -e '.[test]' && .venv/bin/pytest",
    ]


@pytest.mark.parametrize("page", PAGES)
def test_commands_named_in_a_page_exist(page):
    named = set(re.findall(r"(?:`|bin/)elections ([a-z]+)", (ROOT / page).read_text()))
    assert named <= set(main.list_commands(click.Context(main)))


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page):
    links = re.findall(r"\]\(([^)#]+)[^)]*\)", (ROOT / page).read_text())
    gone = [link for link in links if "://" not in link and not (ROOT / page).parent.joinpath(link).exists()]
    assert not gone


def test_every_dependency_has_its_reason_beside_it():
    extras = PROJECT["project"]["optional-dependencies"]
    wanted = PROJECT["project"]["dependencies"] + [line for extra in extras.values() for line in extra]
    text = (ROOT / "pyproject.toml").read_text()
    assert [line for line in wanted if not re.search(rf'"{re.escape(line)}", # \w', text)] == []


def test_constraints_pin_what_the_readme_installs():
    pins = {}
    for line in (ROOT / "constraints.txt").read_text().splitlines():
        if not line.startswith("#"):
            name, _, version = line.partition("==")
            pins[name] = version
    wanted = PROJECT["project"]["dependencies"] + PROJECT["project"]["optional-dependencies"]["test"]
    for requirement in map(Requirement, wanted):
        assert requirement.specifier.contains(pins[canonicalize_name(requirement.name)]), requirement


def test_build_requirements_are_pinned():
    for requirement in map(Requirement, PROJECT["build-system"]["requires"]):
        assert [clause.operator for clause in requirement.specifier] == ["=="]
