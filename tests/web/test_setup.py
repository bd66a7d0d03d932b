"""Setting up on screen: every part of a configuration, its bad values, two officers at once."""

import html
import re

import pytest

from elections.demo.staging import OFFICER
from elections.registry import elections
from elections.rules.models import load
from tests.doors.world import CLOSING, DRAFTED, OPENING
from tests.web.site import Site
from tests.web.test_public import text


@pytest.fixture
def site(drafted):
    """The site while elections are prepared."""
    return Site(drafted, DRAFTED)


@pytest.fixture
def commission(site):
    """An election of the commission, by its uuid."""
    with site.world.store.registry.begin() as session:
        return elections.create(session, load("cav-2026"), OFFICER, DRAFTED, opening=OPENING, closing=CLOSING).uuid


def test_every_page_opens(site, commission):
    officer = site.desk("officer")
    index = officer.get(f"/bureau/election/{commission}/reglages")
    assert index.status_code == 200
    seen, todo = set(), [f"/bureau/election/{commission}/reglages"]
    while todo:
        path = todo.pop()
        if path in seen:
            continue
        seen.add(path)
        answer = officer.get(path)
        assert answer.status_code == 200, (path, answer.text)
        todo += [html.unescape(link) for link in re.findall(r'href="(/bureau/election/[^"#?]*/reglages[^"#?]*)"', answer.text)]
    assert len(seen) > 140
