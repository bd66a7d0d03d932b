"""Logos and professions de foi: what is taken in, what is refused, what is sealed."""

import pytest
from pypdf.generic import ArrayObject, NameObject

from elections.protocol.canonical import sha256_hex
from elections.registry import admission, candidacies, documents, elections, journal, pictures, sealing, statements
from tests.documents import PNG, chunk, dictionary, jpeg, linked, packed, pdf, png, segment
from tests.refused import refused
from tests.registry.common import FILED, NOW, OFFICER, draft, fixed, prepared

LATER = b"%PDF-1.7 after the end of the picture"


@pytest.fixture
def contest(session):
    found = draft(session).contests[0]
    candidacies.replace(session, found.uuid, FILED["list"], OFFICER, NOW)
    return found


def put(session, contest, candidacy="l1", kind="logo", raw=None):
    return documents.put(session, contest.uuid, candidacy, kind, png() if raw is None else raw, OFFICER, NOW)


# --- Pictures ---------------------------------------------------------------------------------------------


def test_of_a_picture_only_what_draws_is_kept():
    remark = chunk(b"tEXt", b"Comment\0where she lives")
    assert pictures.read(png(more=[remark]) + LATER, "logo") == ("png", png())
    place = segment(0xE1, b"Exif\0\0where she lives") + segment(0xFE, b"remark")
    assert pictures.read(jpeg(more=place) + LATER, "logo") == ("jpg", jpeg())


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"GIF89a" + bytes(100),
        b"PK\3\4" + bytes(100),
        PNG,
        png()[:-20],
        png().replace(b"IDAT", b"IDAX"),
        png()[:40] + b"\0" + png()[41:],
        png(rows=15),
        png(rows=17),
        png(rows=100_000),
        png(interlace=1),
        png(cut=4),
        png(more=[chunk(b"acTL", bytes(8))]),
        PNG + chunk(b"IEND"),
        PNG + chunk(b"IHDR", bytes(5)) + chunk(b"IEND"),
        jpeg()[:-2],
        jpeg()[:30],
        jpeg(frame=0xC9),
        jpeg(more=segment(0xC0, b"\x08\0\x20\0\x20\1\1\x11\0")),
        b"\xff\xd8\xff\xd9",
        b"\xff\xd8" + segment(0xE0)[:3],
    ],
)
def test_what_is_no_plain_picture_is_refused(raw):
    with refused("documents.picture"):
        pictures.read(raw, "logo")


@pytest.mark.parametrize("sides", [(15, 16), (16, 15), (601, 16), (16, 601), (0, 0), (65_535, 65_535)])
@pytest.mark.parametrize("make", [png, jpeg])
def test_a_picture_too_small_or_too_large_is_refused_unread(make, sides):
    raw = png(*sides, rows=1) if make is png else jpeg(*sides)
    with refused("documents.pixels"):
        pictures.read(raw, "logo")


# --- Statements -------------------------------------------------------------------------------------------


def _opens(writer):
    writer.root_object[NameObject("/OpenAction")] = dictionary(S="/JavaScript", JS="app.alert(1)")


def _acts_by_itself(writer):
    writer.pages[0][NameObject("/AA")] = dictionary(O=dictionary(S="/GoTo"))


def _hidden(writer):
    # Nothing refers to it, and a viewer that mends files would find it.
    writer._add_object(dictionary(S="/Launch", F="calculator"))


def _form(writer):
    writer.root_object[NameObject("/AcroForm")] = dictionary(XFA="<xdp/>")


def _far(writer):
    # The name of the action is an object of its own.
    writer._add_object(dictionary(S=writer._add_object(NameObject("/Launch"))))


def _annotated(subtype):
    def edit(writer):
        writer.pages[0][NameObject("/Annots")] = ArrayObject([dictionary(Type="/Annot", Subtype=subtype)])

    return edit


@pytest.mark.parametrize(
    ("edit", "name"),
    [
        (lambda writer: writer.add_attachment("a.exe", b"MZ"), "/EF"),
        (lambda writer: writer.encrypt("", "owner"), "/Encrypt"),
        (lambda writer: writer.encrypt("secret"), "/Encrypt"),
        (_opens, "/JS"),
        (_acts_by_itself, "/AA"),
        (_hidden, "/Launch"),
        (_form, "/AcroForm"),
        (_far, "/Launch"),
        (_annotated("/FileAttachment"), "/FileAttachment"),
        (_annotated("/RichMedia"), "/RichMedia"),
        (_annotated("/Widget"), "/Widget"),
        (linked(S="/GoToR", F="\\\\server\\share"), "/GoToR"),
        (linked(S="/SubmitForm", F="https://example.org"), "/SubmitForm"),
        (linked(S="/URI", URI="javascript:alert(1)"), "/URI"),
        (linked(S="/URI", URI="file:///etc/passwd"), "/URI"),
    ],
)
def test_a_statement_that_acts_is_refused(edit, name):
    with refused("documents.active") as error:
        statements.check(pdf(edit), "statement")
    assert error.value.values["name"] == name


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"%PDF-1.7\n%%EOF",
        b"<html>",
        png(),
        pdf()[:-40],
        pdf()[200:],
        pdf().replace(b"xref", b"xrex"),
        # What a reader might mend, and each in its own way.
        b"junk\n" + pdf(),
        pdf().replace(b"startxref\n", b"startxref\n9"),
        pdf().replace(b"0000000015 00000 n", b"0000000016 00000 n"),
        pdf().replace(b"2 0 obj", b"7 0 obj"),
    ],
)
def test_what_cannot_be_read_strictly_is_refused(raw):
    with refused("documents.pdf"):
        statements.check(raw, "statement")


def test_a_name_written_otherwise_is_the_same_name():
    raw = pdf(_hidden)
    assert b"/Launch" in raw
    with refused("documents.active"):
        statements.check(raw.replace(b"/Launch", b"/L#61unch").replace(b"calculator", b"calculat"), "statement")


def test_a_plain_statement_with_links_is_taken():
    for edit in (linked(S="/URI", URI="https://example.org"), linked(S="/GoTo", D="intro")):
        statements.check(pdf(edit), "statement")


@pytest.mark.parametrize("pages", [0, 41])
def test_a_statement_has_pages_and_not_too_many(pages):
    with refused("documents.pages"):
        statements.check(pdf(pages=pages), "statement")


def test_a_statement_that_swells_is_refused():
    statements.check(packed(1000), "statement")
    with refused("documents.pdf"):
        statements.check(packed(50_000_000), "statement")


# --- Candidacies ------------------------------------------------------------------------------------------


def test_a_document_is_known_by_its_digest_and_stands_in_the_journal(session, contest):
    kept = put(session, contest)
    assert (kept.sha256, kept.size) == (sha256_hex(png()), len(png()))
    assert documents.find(session, contest.uuid, kept.sha256).body == png()
    assert documents.digests(contest) == {"candidacies/l1/logo.png": kept.sha256}
    entry = journal.entries(session, contest.election_uuid)[-1]
    assert (entry.act, entry.details) == ("document", {"candidacy": "l1", "kind": "logo", "sha256": kept.sha256})


def test_another_one_replaces_it_and_it_can_be_taken_away(session, contest):
    put(session, contest)
    put(session, contest, raw=jpeg())
    put(session, contest, kind="statement", raw=pdf())
    assert set(documents.digests(contest)) == {"candidacies/l1/logo.jpg", "candidacies/l1/statement.pdf"}
    documents.remove(session, contest.uuid, "l1", "logo", OFFICER, NOW)
    documents.remove(session, contest.uuid, "l1", "logo", OFFICER, NOW)
    assert set(documents.digests(contest)) == {"candidacies/l1/statement.pdf"}
    assert journal.entries(session, contest.election_uuid)[-1].details["sha256"] is None


def test_a_sheet_read_again_keeps_documents_of_who_still_stands(session, contest):
    for candidacy in ("l1", "l2"):
        put(session, contest, candidacy)
    candidacies.replace(session, contest.uuid, FILED["list"][:1], OFFICER, NOW)
    session.expire_all()
    assert [item.candidacy for item in contest.documents] == ["l1"]


def test_a_refused_candidacy_shows_nothing(session, contest):
    digest = put(session, contest).sha256
    admission.rule(session, contest.uuid, "l1", "refused", OFFICER, NOW)
    assert documents.digests(contest) == {}
    with refused("documents.unknown"):
        documents.find(session, contest.uuid, digest)
    with refused("registry.candidacy"):
        put(session, contest)


def test_logos_share_one_weight_and_files_have_a_size(session, contest, monkeypatch):
    monkeypatch.setattr(documents, "LOGOS_SIZE", len(png()) + len(jpeg()) - 1)
    put(session, contest)
    put(session, contest)
    with refused("documents.weight"):
        put(session, contest, "l2", raw=jpeg())
    with refused("documents.size"):
        put(session, contest, raw=png(more=[chunk(b"tEXt", bytes(400))]))
    with refused("documents.size"):
        put(session, contest, kind="statement", raw=bytes(documents.STATEMENT_SIZE + 1))
    assert set(documents.digests(contest)) == {"candidacies/l1/logo.png"}


def test_what_is_sealed_is_what_was_handed_in(session):
    election, _, _ = prepared(session)
    with refused("registry.locked"):
        put(session, election.contests[0])


def test_a_setup_that_names_other_documents_is_not_fixed(session):
    election, _, _ = prepared(session)
    sealing.unlock(session, election.uuid, OFFICER, NOW)
    contest = election.contests[0]
    put(session, contest)
    for booth in ({}, {"candidacies/l1/logo.png": "0" * 64}, {**documents.digests(contest), "candidacies/x": "0" * 64}):
        setup, record = fixed(session, contest, 0, booth=booth)
        with refused("registry.setup"):
            sealing.fix(session, contest.uuid, setup, record, OFFICER, NOW)
    setup, record = fixed(session, contest, 0, booth={"booth.js": "0" * 64, **documents.digests(contest)})
    sealing.fix(session, contest.uuid, setup, record, OFFICER, NOW)


def test_candidacies_are_published_once_and_only_when_all_stand(session, contest):
    election = elections.find(session, contest.election_uuid)
    with refused("registry.candidacies"):
        documents.publish(session, election.uuid, OFFICER, NOW)
    for other in election.contests[1:]:
        candidacies.replace(session, other.uuid, FILED[other.key], OFFICER, NOW)
    for _ in range(2):
        documents.publish(session, election.uuid, OFFICER, NOW)
    assert election.published == NOW
    acts = [entry.act for entry in journal.entries(session, election.uuid)]
    assert acts.count("candidacies-published") == 1
