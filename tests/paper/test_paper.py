"""The minutes on paper, opened as a reader would: tags, title, language, words; the same bytes for the same data."""

import json
import re
import subprocess
import sys
from copy import deepcopy
from pathlib import Path

import pytest

from elections import paper
from elections.protocol.canonical import encode, sha256_hex
from elections.protocol.errors import ProtocolError
from elections.rules import minutes
from elections.rules.words import ACTS

ROOT = Path(__file__).parents[2]


def data_of(record, college):
    return json.loads(record.files[f"minutes/{record.contests[college]}.json"])


@pytest.fixture
def opened(poppler, tmp_path):
    """What a program says of a PDF."""

    def run(raw, program, *options):
        path = tmp_path / "minutes.pdf"
        path.write_bytes(raw)
        last = ["-"] if program == "pdftotext" else []
        # pdfinfo prints the titles of headings as the PDF has them, in UTF-16.
        done = subprocess.run([program, *options, path, *last], check=True, capture_output=True)
        return done.stdout.decode(errors="replace")

    return run


@pytest.fixture
def words(opened):
    """The words of a PDF, spaces made plain."""

    def read(raw):
        return re.sub(r"\s+", " ", opened(raw, "pdftotext", "-layout"))

    return read


def plain(text):
    return re.sub(r"\s+", " ", text)


# --- The bytes ----------------------------------------------------------------------------------------------


def test_published_minutes_are_set_again_to_the_same_bytes(commission):
    pdfs = [path for path in commission.files if path.endswith(".pdf")]
    assert len(pdfs) == len(commission.contests), "one is of the operations, and the stopped contest has none"
    for path in pdfs:
        assert paper.typeset(commission.files[path.removesuffix(".pdf") + ".json"], path) == commission.files[path]


def test_another_process_in_another_zone_gives_the_same_bytes(commission, tmp_path):
    raw = commission.files[minutes.OPERATIONS]
    (tmp_path / "data.json").write_bytes(raw)
    code = "import sys; from pathlib import Path; from elections import paper; "
    code += "sys.stdout.buffer.write(paper.typeset(Path(sys.argv[1]).read_bytes()))"
    done = subprocess.run(
        [sys.executable, "-c", code, tmp_path / "data.json"],
        check=True, capture_output=True, cwd=ROOT,
        env={"TZ": "Asia/Tokyo", "HOME": str(tmp_path), "LC_ALL": "C"},
    )  # fmt: skip
    assert done.stdout == paper.typeset(raw)


def test_a_pdf_names_the_digest_of_its_data_and_both_standards(commission):
    for path, raw in commission.files.items():
        if path.startswith("minutes/") and path.endswith(".json"):
            pdf = commission.files[minutes.pdf_of(path)].decode("latin-1")
            assert f"<pdf:Keywords>sha256:{sha256_hex(raw)}</pdf:Keywords>" in pdf
            assert "<pdfaid:part>2</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance>" in pdf
            assert "<pdfuaid:part>1</pdfuaid:part>" in pdf
            assert "/Lang(fr-FR)" in pdf


@pytest.mark.parametrize("raw", [b"{}", b"[]", b'{"format":"isoloir-result-1"}', b'{"format":["isoloir-minutes-1"]}'])
def test_other_data_are_refused(raw):
    with pytest.raises(ProtocolError) as refused:
        paper.typeset(raw)
    assert refused.value.rule == "paper.format"


# --- What a reader's program sees ---------------------------------------------------------------------------


@pytest.mark.parametrize("college", ["s1", None])
def test_title_tags_and_fonts(college, commission, opened):
    path = minutes.OPERATIONS if college is None else f"minutes/{commission.contests[college]}.json"
    pdf = commission.files[minutes.pdf_of(path)]
    told = opened(pdf, "pdfinfo")
    title = "Procès-verbal des résultats" if college else "Procès-verbal des opérations électorales"
    assert re.search(rf"Title: +{title} – Élection des membres de la commission d’avancement", told)
    assert re.search(r"Tagged: +yes", told)
    tags = set(re.findall(r"^ *(\w+)", opened(pdf, "pdfinfo", "-struct"), re.MULTILINE))
    assert {"H1", "P", "L", "LI", "Table", "THead", "TH", "TBody", "TR", "TD"} <= tags
    fonts = opened(pdf, "pdffonts").splitlines()[2:]
    assert fonts
    assert all(re.search(r"yes yes yes +\d+ +\d+$", line) for line in fonts)


def test_the_minutes_of_a_result_say_what_the_result_says(commission, words):
    data, text = data_of(commission, "s1"), words(commission.files[f"minutes/{commission.contests['s1']}.pdf"])
    result = data["result"]
    for figure in (data["fingerprint"], data["setup"], data["checkpoint"]["root"], data["result_sha256"]):
        assert figure in text
    for name, votes in zip(result["names"], result["votes"], strict=True):
        assert re.search(rf"{re.escape(name)} {votes} ", text)
    for step in result["steps"]:
        assert plain(step["fr"]) in text.replace("- ", "-")
    for item in result["elected"]:
        assert all(name in text for name in (*item["titulars"], *item["substitutes"]))
    assert f"Participation : {result['signatures']} votants pour {result['roll']} inscrits, soit" in text
    assert "Ouverture : vendredi 6 février 2026 à 9 h 00 (heure de Paris ; 08:00:00 UTC)" in text
    assert "président du bureau de vote oui secrétaire du bureau de vote non" in text
    assert "Sont proclamés élus" in text
    assert "Nom et prénom" in text
    assert "PROJET" not in text


def test_the_digest_of_the_result_is_on_every_page(commission, opened):
    pages = opened(commission.files[f"minutes/{commission.contests['s1']}.pdf"], "pdftotext").split("\f")[:-1]
    digest = data_of(commission, "s1")["result_sha256"]
    assert len(pages) > 1
    for number, page in enumerate(pages, 1):
        assert f"SHA-256 de result.json : {digest}" in plain(page)
        assert re.search(rf"{number} ?/ ?{len(pages)}", plain(page))


def test_the_minutes_of_the_operations_tell_what_happened(commission, words):
    text = words(commission.files[minutes.pdf_of(minutes.OPERATIONS)])
    for said in (
        "Suspension du scrutin (scrutin n° 2), le 06/02/2026 13:00:00",
        "président du bureau de vote : incident n° 2 ; the network of the court is down",
        "Avenant signé par les détenteurs de clé (scrutin n° 2)",
        "nouvelle heure de clôture : vendredi 13 février 2026 à 16 h 00",
        "Arrêt définitif du scrutin (scrutin n° 4)",
        "the wrong candidates were shown",
        "Code de vote remplacé",
        "arrêté",
        "À compléter à la main",
    ):
        assert plain(said) in text, said
    for item in json.loads(commission.files[minutes.OPERATIONS])["contests"]:
        assert item["fingerprint"] in text
        assert item["checkpoint"]["root"] in text


# --- What is not the common case ----------------------------------------------------------------------------


def test_a_draft_says_so(commission, words):
    data = data_of(commission, "s1")
    data["hours"]["proclaim"] = None
    text = words(paper.typeset(encode(data)))
    assert "Projet. Le résultat n’est pas proclamé." in text
    assert "Seraient proclamés élus" in text
    told = json.loads(commission.files[minutes.OPERATIONS])
    assert "Projet." in words(paper.typeset(encode({**told, "concluded": None})))


def test_a_rehearsal_says_so(commission, words):
    text = words(paper.typeset(encode({**data_of(commission, "s1"), "rehearsal": True})))
    assert "Rien de ce que rapporte ce procès-verbal n’élit personne." in text


def test_a_contest_without_a_valid_vote_gives_no_seat(commission, words):
    text = words(commission.files[f"minutes/{commission.contests['s2b']}.pdf"])
    assert "Aucun siège n’est attribué." in text
    assert "aucun siège n'est attribué" in text.replace("’", "'")


def lot_of(commission, transcript):
    """Minutes in which the first two candidacies of a contest were equal."""
    data = deepcopy(data_of(commission, "s2a"))
    data["result"]["lot"] = {"between": [0, 1], "seats": 1, "transcript": transcript}
    return paper.typeset(encode(data)), data["result"]["names"]


def test_a_lot_still_to_be_drawn_is_named(commission, words):
    pdf, names = lot_of(commission, {})
    assert f"par le sort entre {names[0]} et {names[1]}, pour 1 siège. Le tirage reste à faire." in words(pdf)


def test_a_lot_from_slips_is_told(commission, words):
    draws = [{"among": [0, 1], "candidacy": 1, "read": ["ff", "3f"]}]
    transcript = {"deposited": ["president", "delegate-2"], "draws": draws, "element": "ab" * 32, "seed": "cd" * 32}
    pdf, names = lot_of(commission, {**transcript, "decryptions": [], "kind": "slips"})
    text = words(pdf)
    assert "Plis déposés par : président du bureau de vote, délégué de liste n° 2" in text
    assert f"Siège n° 1 : entre {names[0]}, {names[1]} ; octets lus : ff 3f ; désigne {names[1]}" in text
    assert f"Graine : {'cd' * 32}" in text


def test_a_lot_on_paper_is_told(commission, words):
    told = {"chosen": [1], "drawn_at": "2026-02-12T18:00:00Z", "drawn_by": "la présidente", "how": "deux bulletins"}
    pdf, names = lot_of(commission, {**told, "kind": "paper"})
    text = words(pdf)
    assert "Tirage sur papier : jeudi 12 février 2026 à 19 h 00 (heure de Paris ; 18:00:00 UTC)" in text
    assert "De quelle manière : deux bulletins" in text
    assert f"Le sort a désigné : {names[1]}" in text


def test_what_a_journal_may_hold_is_said(commission, words):
    told = json.loads(commission.files[minutes.OPERATIONS])
    line = {**told["acts"][-1], "contest": told["contests"][0]["contest"]["uuid"]}
    changes = [
        {"act": "software", "details": {"change": {"software": {"digest": "0" * 64, "version": "2.0"}}}},
        {"act": "take-over", "details": {"change": {"device": "le second serveur"}}},
        {"act": "unheard-of", "details": {}},
    ]
    told["acts"] += [{**line, **change} for change in changes]
    text = words(paper.typeset(encode(told)))
    for said in ("logiciel : 2.0", "relève par : le second serveur", "unheard-of"):
        assert said in text


def test_counts_that_differ_are_said(commission, words):
    told = json.loads(commission.files[minutes.OPERATIONS])
    told["contests"][0]["register"]["ballots"] += 1
    assert "ne contient pas autant de bulletins" in words(paper.typeset(encode(told)))


def test_every_act_has_its_words():
    from elections.paper.view import act_name, role_name

    assert all(act_name(act) != act for act in ACTS)
    assert role_name("delegate-3") == "délégué de liste n°\N{NO-BREAK SPACE}3"
    assert role_name("notary") == "notary"
