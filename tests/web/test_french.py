"""On an English page the office's own words are marked as French, so that a screen reader says them as such."""

from html.parser import HTMLParser

import pytest

from elections.registry import elections
from elections.rules.french import typeset
from tests.doors.world import DRAFTED
from tests.web.site import ROLES, Site

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}


class Texts(HTMLParser):
    """Every text of a page's body, with the language that it stands in."""

    def __init__(self, page):
        super().__init__()
        self.languages, self.found, self.inside = [], [], False
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        """An element begins, in the language of what holds it or its own."""
        if tag not in VOID:
            inherited = self.languages[-1][1] if self.languages else ""
            self.languages.append((tag, dict(attributes).get("lang", inherited)))
            self.inside = self.inside or tag == "body"

    def handle_endtag(self, tag):
        """An element ends, and whatever in it was left open."""
        while self.languages and self.languages.pop()[0] != tag:
            pass

    def handle_data(self, data):
        """A text."""
        if self.inside and data.strip():
            self.found.append((" ".join(data.split()), self.languages[-1][1]))


def french_words(site):
    """What the office has written: titles of the election and its contests, their colleges. Names have no language."""
    with site.world.store.registry_reader() as session:
        election = elections.find(session, site.election)
        titles = {election.title}
        for contest in election.contests:
            titles |= {contest.title, contest.college}
    return {" ".join(typeset(title).split()) for title in titles if len(title) > 3}


def pages(site, browser):
    """(address, page) of what this visitor may read in English, with no more than an election or a contest named."""
    values = {"election_uuid": site.election, "contest_uuid": site.contest}
    for rule in site.app.url_map.iter_rules():
        if "GET" in rule.methods and rule.arguments <= set(values):
            named = {name: values[name] for name in rule.arguments}
            address = site.app.url_map.bind("localhost").build(rule.endpoint, named)
            answer = browser.get(f"{address}?langue=en")
            if answer.status_code == 200 and answer.mimetype == "text/html":
                yield rule.endpoint, answer.text


def unmarked(site, browser):
    """Where a page says something of the office's without saying in which language."""
    words = french_words(site)
    for endpoint, page in pages(site, browser):
        for text, language in Texts(page).found:
            if language != "fr" and any(word in text for word in words):
                yield endpoint, text


@pytest.mark.parametrize("role", ["anyone", "elector", *ROLES])
def test_titles_are_french_on_english_pages(world, role):
    site = Site(world)
    assert list(unmarked(site, site.visitor(role))) == []


@pytest.mark.parametrize("role", ["officer", "president"])
def test_titles_are_french_on_english_pages_of_a_draft(drafted, role):
    site = Site(drafted, DRAFTED)
    assert list(unmarked(site, site.desk(role))) == []


def test_a_text_that_is_not_marked_is_found():
    found = Texts(
        '<html lang="en"><head><title>Liste A</title></head><body><p>Liste A<br><b lang="fr">Liste A</b></p>'
    ).found
    assert found == [("Liste A", "en"), ("Liste A", "fr")]
