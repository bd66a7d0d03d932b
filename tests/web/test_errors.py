"""A French sentence for every refusal, and none for what is never refused."""

import ast
import re
import string
from pathlib import Path

import pytest

import elections
from elections import web
from elections.protocol.errors import RULES, ProtocolError
from elections.web.errors import BOOTH, booth_sentences, sentence
from elections.web.sentences import SENTENCES

BOOTH_RULES = Path(web.__file__).parent / "booth/src/errors.js"


def fields(text):
    return {name.partition("!")[0] for _, name, _, _ in string.Formatter().parse(text) if name}


def test_the_two_lists_are_the_same():
    assert sorted(SENTENCES) == sorted(RULES)


def test_whatever_is_raised_by_name_is_on_the_list_with_the_values_of_its_sentence():
    raised = [
        (place.args[0].value, {value.arg for value in place.keywords}, f"{path.name}:{place.lineno}")
        for path in Path(elections.__file__).parent.rglob("*.py")
        for place in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(place, ast.Call) and isinstance(place.func, ast.Name) and place.func.id == "ProtocolError"
        if isinstance(place.args[0], ast.Constant)
    ]
    assert len(raised) > 300
    for rule, values, place in raised:
        assert rule in RULES, place
        assert None in values or fields(RULES[rule]) <= values, place


@pytest.mark.parametrize("rule", SENTENCES)
def test_a_sentence_uses_no_value_that_its_rule_lacks(rule):
    assert fields(SENTENCES[rule]) <= fields(RULES.get(rule, ""))


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("configuration, election, opening", "configuration, « election », « opening »"),
        ("model cav-2026, contests 2 (s1), seats", "modèle cav-2026, scrutin 2 (s1), « seats »"),
        ("model x, calendar, date 3 (lists), offset", "modèle x, « calendar », échéance 3 (lists), « offset »"),
    ],
)
def test_a_place_in_a_configuration_is_told_in_french_but_for_its_keys(site, place, said):
    with site.app.test_request_context():
        told = sentence(ProtocolError("json.range", what=place))
    assert re.sub(r"[\u00a0\u202f]", " ", told) == f"{said} : valeur hors des limites."


@pytest.mark.parametrize("rule", SENTENCES)
def test_a_sentence_is_one(rule):
    text = SENTENCES[rule]
    assert re.match(r"[A-ZÀÉ«{]", text)
    assert re.search(r"[.}\-)]$", text)
    assert "  " not in text
    assert "’" not in text  # as the keyboard types it: the screen sets it


def test_the_booths_rules_all_have_a_sentence(site):
    source = BOOTH_RULES.read_text("utf-8")
    rules = re.findall(r'^  "([a-z0-9._-]+)": "', source, re.MULTILINE)
    assert len(rules) > 30
    with site.app.test_request_context():
        said = booth_sentences()
    assert set(rules) <= set(said)
    assert set(BOOTH) <= set(rules)


@pytest.mark.parametrize(
    ("error", "fr"),
    [
        (
            ProtocolError("rules.phase", act="open", phase="draft"),
            "« Ouverture du scrutin » n’est pas possible\u202f: le scrutin est en préparation.",
        ),
        (
            ProtocolError("registry.signed", at="2026-02-09T12:00:00Z"),
            "Votre vote a été enregistré le lundi 9 février 2026 à 13 h 00.",
        ),
        (
            ProtocolError("json.syntax", what="answer of a key holder", detail="Expecting value: line 1 column 1"),
            "pièce d’un détenteur de clé : ce n’est pas du JSON.",
        ),
        (
            ProtocolError("json.missing", what="casting request, ballot", key="z"),
            "demande de dépôt, ballot : la clé « z » manque.",
        ),
        (ProtocolError("roll.email", line=3, field="email", text="x"), "Ligne 3, email : « x » n’est pas une adresse."),
        (
            ProtocolError("setup.seal", what="s1", roles="president, delegate-2"),
            "s1 : il manque au scellement des signatures de président du bureau de vote, délégué de liste n° 2.",
        ),
    ],
)
def test_values_are_said_as_people_read_them(site, error, fr):
    with site.app.test_request_context():
        assert re.sub(r"\s", " ", sentence(error)) == re.sub(r"\s", " ", fr)
    with site.app.test_request_context("/?langue=en"):
        assert sentence(error) == str(error)


def test_hostile_values_stay_text(site):
    with site.app.test_request_context():
        assert "{what}" in sentence(ProtocolError("json.utf8", what="{what}"))
