"""Attacks on a finished record: one at least for each sentence of V01 to V15 (protocol.md §12), each named for what it does.

An attack is an edit by somebody who has as many keys as the sentence presumes: forgery.py has them all, so that
everything else in the record fits and only the sentence is broken. It names the check that must refuse it and by
which rule, and the other checks that then fail too (`also`; None where what was broken lies below many checks).

The edits at the end (`LIMITS`) are those that no check can refuse: docs/limitations.md tells each of them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from elections.protocol import events, tar
from elections.protocol.archive import encode_credentials
from elections.protocol.canonical import compact, encode, hour, hour_text, sha256_hex
from elections.protocol.elgamal import Proof, prove_possession, sign
from elections.protocol.entry import Entry, Token
from elections.protocol.log import leaf_hash, root
from elections.protocol.record import manifest_text
from tests.forgery import STRANGER, Forger, changed, restep

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from elections.protocol.canonical import Json
    from elections.protocol.events import Step

CLAUSES = {
    "V01": ("signed note", "every file there", "every digest right", "nothing extra", "exactly the contests"),
    "V02": (
        "canonical", "its digest in description", "φ", "questions", "seal complete", "policy sane", "issuers' keys",
    ),
    "V03": ("byte-exact tar", "hash chain", "heights", "event grammar", "nothing unreferenced", "form of §10"),
    "V04": ("proofs", "contexts", "signatures", "product", "policy", "digest", "no key in two contests"),
    "V05": (
        "canonical", "uuid", "φ", "every proof", "ranges", "membership", "signature", "credential is not 1", "α is not 1",
    ),
    "V06": ("credential", "tracker", "α of two entries", "α in one entry"),
    "V07": ("issuer key in setup", "this φ", "this credential", "all issuers"),
    "V08": (
        "first checkpoint", "keep_back", "single_below", "no ballot", "order in batches", "roots", "signatures",
        "consistent", "covers all", "entries and ballots",
    ),
    "V09": ("recomputed", "num_tallied", "total_weight"),
    "V10": ("Belenios proofs", "strong proofs", "distinct owners", "policy satisfied"),
    "V11": ("each number proved", "sums"),
    "V12": ("ballots = signatures", "signatures ≤ tokens", "tokens ≤ roll + re-issues", "signatures ≤ roll"),
    "V13": ("seats", "line by line", "lots"),
    "V14": (
        "chain", "phases in order", "opening", "closing", "freeze", "amendments", "early closing", "seal before opening",
        "result after freeze", "re-issues",
    ),
    "V15": ("minutes", "CDF"),
}  # fmt: skip
"""What the sentences of §12 say, clause by clause; a test counts that each has its attack."""


@dataclass(frozen=True)
class Attack:
    """One edit, the clause it breaks, the rule by which its check must refuse it, the checks that fail beside."""

    check: str
    clause: str
    rule: str
    edit: Callable[[Forger], object]
    record: str
    frozen: bool
    also: Sequence[str] | None

    @property
    def name(self) -> str:
        """Check and edit, as pytest shows them."""
        return f"{self.check} {self.edit.__name__}"


ATTACKS: list[Attack] = []


def attack(
    check: str, clause: str, rule: str, *, on: str = "commission", frozen: bool = False, also: Sequence[str] | None = ()
) -> Callable[[Callable[[Forger], object]], Callable[[Forger], object]]:
    """Enter an edit into the list."""

    def enter(edit: Callable[[Forger], object]) -> Callable[[Forger], object]:
        ATTACKS.append(Attack(check, clause, rule, edit, on, frozen, also))
        return edit

    return enter


# --- V01: the manifest ------------------------------------------------------------------------------------


def _sign_note(f: Forger, text: Callable[[str], str] = str, *, stranger: bool = False) -> None:
    """Sign the manifest's note last, by the record key or by a stranger, over what `text` makes of it."""
    key = STRANGER if stranger else f.record.record_key
    uuid = json.loads(f.files["manifest.json"])["election"]["uuid"]
    f.files["manifest.note"] = key.sign(text(manifest_text(uuid, f.files["manifest.json"]))).encode()


@attack("V01", "signed note", "note.unsigned")
def the_note_is_signed_by_a_stranger(f):
    f.last.append(lambda f: _sign_note(f, stranger=True))


@attack("V01", "signed note", "ed25519.signature")
def the_signature_is_of_another_text(f):
    f.last.append(lambda f: f.raw("manifest.note", lambda raw: raw.replace(b"record/1", b"record/2")))


@attack("V01", "signed note", "record.digest")
def the_record_key_signs_another_election(f):
    f.last.append(lambda f: _sign_note(f, lambda text: text.replace("\n", "\nX", 1)))


@attack("V01", "signed note", "record.missing")
def the_note_is_missing(f):
    f.last.append(lambda f: f.drop("manifest.note"))


@attack("V01", "signed note", "json.canonical")
def the_manifest_ends_with_a_line_feed(f):
    f.rewrite = lambda manifest: encode(manifest) + b"\n"


@attack("V01", "signed note", "record.election")
def the_manifest_has_another_title(f):
    f.rewrite = lambda manifest: manifest["election"].update(title="Another election")


@attack("V01", "signed note", "record.election")
def one_setup_names_another_record_key(f):
    f.seal("s2b", setup=lambda setup: setup.update(record_key=STRANGER.vkey))


@attack("V01", "every file there", "record.missing")
def a_listed_file_is_missing(f):
    f.last.append(lambda f: f.drop("s2b/register.json"))


@attack("V01", "every file there", "record.missing", also=("V12", "V14"))
def a_file_is_gone_from_the_manifest_too(f):
    f.drop("s2b/register.json")


@attack("V01", "every digest right", "record.digest")
def a_file_is_not_the_one_listed(f):
    f.last.append(lambda f: f.put("s1/result.json", 7, "seats_to_fill"))


@attack("V01", "every digest right", "record.digest")
def a_size_is_wrong(f):
    f.rewrite = lambda manifest: manifest["files"]["journal.jsonl"].update(size=1)


@attack("V01", "nothing extra", "record.extra")
def a_file_is_not_listed(f):
    f.last.append(lambda f: f.files.update({"minutes/note.pdf": b"%PDF"}))


@attack("V01", "nothing extra", "record.path")
def a_path_leaves_the_record(f):
    f.rewrite = lambda manifest: manifest["files"].update({"../x": {"sha256": "0" * 64, "size": 0}})


@attack("V01", "nothing extra", "record.foreign")
def a_listed_file_is_read_by_no_check(f):
    f.files[f.path("s1/slips.json")] = b"{}"


@attack("V01", "nothing extra", "record.foreign")
def a_stopped_contest_has_a_result(f):
    f.files[f.path("s3a/result.json")] = f.files[f.path("s2b/result.json")]


@attack("V01", "exactly the contests", "record.contests")
def a_contest_is_left_out(f):
    uuid = f.path("s2b")
    f.files = {path: raw for path, raw in f.files.items() if not path.startswith(uuid)}
    f.journal(lambda lines: [line for line in lines if line["contest"] != uuid])
    f.rewrite = lambda manifest: manifest["contests"].remove(uuid)


@attack("V01", "exactly the contests", "record.contests")
def a_folder_belongs_to_no_contest(f):
    f.files["1111111111111111111111/archive.bel"] = f.files[f.path("s1/archive.bel")]


@attack("V01", "exactly the contests", "record.contests", also=None)
def a_contest_stands_there_twice(f):
    other = "1111111111111111111111"
    f.files |= {path.replace(f.path("s1"), other): raw for path, raw in f.files.items() if path.startswith(f.path("s1"))}
    f.rewrite = lambda manifest: manifest["contests"].append(other)


# --- V02: the setup and its seal --------------------------------------------------------------------------


@attack("V02", "canonical", "json.canonical", also=None)
def the_setup_has_a_space(f):
    f.raw("s2b/setup.json", lambda raw: raw.replace(b":", b": ", 1))


@attack("V02", "its digest in description", "setup.election", also=["V04"])
def the_description_names_another_setup(f):
    f.seal("s2b", election=lambda record: record.update(description=record["description"][:-4] + "0000"))


@attack("V02", "φ", "elgamal.signature")
def the_holders_signed_another_fingerprint(f):
    f.seal("s2b", text=lambda text: text.replace("seal|", "seal|x"))


@attack("V02", "φ", "setup.election", also=["V04"])
def the_election_says_more_than_the_setup(f):
    f.seal("s2b", election=lambda record: record.update(administrator="somebody"))


@attack("V02", "questions", "setup.election", also=["V04"])
def the_answers_stand_in_another_order(f):
    f.seal("s2b", election=lambda record: record["questions"][0]["answers"].reverse())


@attack("V02", "questions", "setup.election", also=["V04"])
def an_answer_has_another_name(f):
    f.seal("s2b", election=lambda record: changed(record, "NOBODY", "questions", 0, "answers", 0))


@attack("V02", "questions", "setup.election", also=["V04"])
def two_may_be_chosen(f):
    f.seal("s2b", election=lambda record: record["questions"][0].update(max=2))


@attack("V02", "questions", "setup.election", also=["V04"])
def nobody_need_be_chosen(f):
    f.seal("s2b", election=lambda record: record["questions"][0].update(min=0))


@attack("V02", "seal complete", "setup.seal")
def only_one_delegate_signed(f):
    f.seal("s2b", owners=(1, 2, 3))


@attack("V02", "seal complete", "setup.seal")
def neither_president_nor_secretary_signed(f):
    f.seal("s2b", owners=(3, 4, 5, 6))


@attack("V02", "seal complete", "setup.seal-holder")
def a_delegate_signed_twice(f):
    f.seal("s2b", owners=(1, 3, 3))


@attack("V02", "seal complete", "setup.seal-holder")
def the_secretary_signed_for_the_president(f):
    f.sealed("s1", changed(f.read("s1/seal.json"), "president", 1, "role"))


@attack("V02", "seal complete", "elgamal.signature")
def a_signature_is_of_another_contest(f):
    f.sealed("s1", f.read("s2a/seal.json"))


@attack("V02", "seal complete", "elgamal.signature")
def the_sealed_checkpoint_was_of_another_log(f):
    f.seal("s2b", text=lambda text: text[:-64] + sha256_hex(b"urn/other\n0\n"))


@attack("V02", "seal complete", "setup.seal")
def a_stopped_contest_was_sealed_by_one(f):
    f.sealed("s3a", f.read("s3a/seal.json")[:1])


@attack("V02", "policy sane", "setup.policy", also=None)
def all_of_a_group_are_needed(f):
    f.put("s2b/setup.json", 4, "policy", 1, "threshold")


@attack("V02", "policy sane", "setup.policy", also=None)
def a_holder_stands_in_two_groups(f):
    f.put("s2b/setup.json", "president", "policy", 1, "holders", 0)


@attack("V02", "issuers' keys", "token.key_root", also=None)
def a_root_of_an_issuer_is_wrong(f):
    f.put("s2b/setup.json", lambda roots: roots[::-1], "issuers", 0, "roots")


@attack("V02", "issuers' keys", "token.key_size", also=None)
def an_issuer_has_a_shorter_key(f):
    f.put("s2b/setup.json", lambda n: "AAAA" + n[4:], "issuers", 0, "n")


@attack("V02", "issuers' keys", "token.key_factor", also=None)
def an_issuer_has_an_even_key(f):
    f.put("s2b/setup.json", lambda n: n[:-1] + "A", "issuers", 0, "n")


@attack("V02", "issuers' keys", "json.range", also=None)
def an_issuer_has_another_exponent(f):
    f.put("s2b/setup.json", 3, "issuers", 0, "e")


@attack("V02", "issuers' keys", "setup.issuers", also=None)
def there_is_no_issuer(f):
    f.put("s2b/setup.json", [], "issuers")


@attack("V02", "issuers' keys", "setup.issuer-twice")
def an_issuer_has_one_key_for_two_contests(f):
    f.seal("s2b", setup=lambda setup: setup.update(issuers=f.read("s1/setup.json")["issuers"]))


# --- V03: the archive -------------------------------------------------------------------------------------


def _records(f: Forger, college: str, edit: Callable[[list[tar.Record]], list[tar.Record]]) -> None:
    """Change the records of an archive, below its chain."""

    def change(raw: bytes) -> bytes:
        timestamp, records = tar.read(raw, "archive")
        return tar.write(timestamp, edit(records))

    f.raw(f"{college}/archive.bel", change)


def _last_event(records: list[tar.Record], key: str, value: Json) -> list[tar.Record]:
    """The records, with one value of the last event changed."""
    event = json.loads(records[-1].body)
    return [*records[:-1], tar.Record.of("event", compact({**event, key: value}))]


@attack("V03", "byte-exact tar", "archive.header", also=None)
def the_archive_ends_as_an_ordinary_tar(f):
    f.raw("s2b/archive.bel", lambda raw: raw + bytes(1024))


@attack("V03", "byte-exact tar", "archive.header", also=None)
def a_header_has_another_owner(f):
    f.raw("s2b/archive.bel", lambda raw: raw[:1024] + raw[1024:].replace(b"0000000\0", b"0000001\0", 1))


@attack("V03", "hash chain", "archive.chain", also=None)
def an_event_follows_another_parent(f):
    _records(f, "s2b", lambda records: _last_event(records, "parent", "0" * 64))


@attack("V03", "hash chain", "archive.reference", also=None)
def the_setup_names_another_election(f):
    f.raw("s2b/archive.bel", lambda raw: _with_other_election(raw))


def _with_other_election(raw: bytes) -> bytes:
    """An archive whose setup_data names another election than the one that stands there."""
    timestamp, steps = events.decode(raw, "archive")
    setup = events.Step("Setup", (steps[0].bodies[0].replace(b'"version":1', b'"version":2'), *steps[0].bodies[1:]))
    return events.encode(timestamp, [setup, *steps[1:]])


@attack("V03", "heights", "archive.chain", also=None)
def an_event_has_another_height(f):
    _records(f, "s2b", lambda records: _last_event(records, "height", 1))


@attack("V03", "event grammar", "archive.grammar", also=None)
def there_are_two_results(f):
    f.steps("s1", lambda steps: [*steps, steps[-1]])


@attack("V03", "event grammar", "archive.grammar", also=None)
def a_ballot_comes_after_the_end_of_ballots(f):
    f.steps("s1", lambda steps: [*steps[:1], *steps[2:27], steps[1], *steps[27:]])


@attack("V03", "event grammar", "archive.grammar", also=None)
def the_tally_comes_after_a_decryption(f):
    f.steps("s1", lambda steps: [*steps[:27], steps[28], steps[27], *steps[29:]])


@attack("V03", "event grammar", "archive.grammar", also=None)
def the_end_of_ballots_is_missing(f):
    f.steps("s1", lambda steps: [step for step in steps if step.event != "EndBallots"])


@attack("V03", "event grammar", "archive.grammar", also=None)
def ballots_stand_before_a_second_setup(f):
    f.steps("s1", lambda steps: [*steps[:3], steps[0], *steps[3:]])


@attack("V03", "event grammar", "archive.unfinished", frozen=True, also=None)
def a_frozen_archive_ends_before_the_tally(f):
    f.steps("s2b", lambda steps: steps[:2])


@attack("V03", "nothing unreferenced", "archive.unreferenced", also=None)
def a_record_is_referenced_by_nothing(f):
    _records(f, "s2b", lambda records: [*records, tar.Record.of("data", b"{}")])


@attack("V03", "nothing unreferenced", "archive.records", also=None)
def an_event_has_a_record_too_many(f):
    _records(f, "s2b", lambda records: [tar.Record.of("data", b"{}"), *records])


@attack("V03", "form of §10", "archive.order")
def the_ballots_stand_in_another_order(f):
    f.steps("s1", lambda steps: [steps[0], steps[2], steps[1], *steps[3:]])


@attack("V03", "form of §10", "archive.copy", also=["V08"])
def a_ballot_is_replayed_in_the_archive(f):
    f.steps("s1", lambda steps: [steps[0], steps[1], *steps[1:]])


@attack("V03", "form of §10", "archive.credentials")
def a_credential_stands_there_that_never_voted(f):
    more = f.election("s1").group.generator.text
    f.body("s1", "Setup", lambda raw: encode_credentials([*json.loads(raw), more]), data=2)


@attack("V03", "form of §10", "archive.credentials")
def a_credential_weighs_two(f):
    f.body("s1", "Setup", lambda raw: compact([item + ",2" for item in json.loads(raw)]), data=2)


@attack("V03", "form of §10", "json.canonical")
def the_result_has_a_space(f):
    f.body("s2b", "Result", lambda raw: raw.replace(b":", b": "))


# --- V04: the trustees ------------------------------------------------------------------------------------


def _trustees(f: Forger, edit: Callable[[Json], object]) -> None:
    """Seal the contest without ballots anew, with a changed trustees.json."""
    value = json.loads(f.trustees("s2b").raw)
    edit(value)
    f.seal("s2b", trustees=compact(value))


def _secretary(f: Forger) -> Json:
    """The secretary's secrets in the contest without ballots: the second of the first group, who does not count."""
    return f.secrets("s2b", 2)


@attack("V04", "proofs", "elgamal.possession")
def a_holder_does_not_know_her_key(f):
    _trustees(f, lambda value: changed(value, "1", 0, 1, "verification_keys", 0, "pok", "challenge"))


@attack("V04", "proofs", "trustees.equation")
def a_holder_has_another_key_than_was_dealt(f):
    group, secrets = f.election("s2b").group, _secretary(f)
    share = secrets.share + 1
    key = group.power_g(share)
    item = {"pok": prove_possession(group, share).json(), "public_key": key.text}
    item["signature"] = sign(group, secrets.signing, key.text).json()
    _trustees(f, lambda value: changed(value, item, 0, 1, "verification_keys", 1))


@attack("V04", "contexts", "trustees.context")
def a_certificate_is_for_another_place(f):
    def move(certificate: Json) -> Json:
        message = certificate["message"].replace('"index":2', '"index":1')
        signature = sign(f.election("s2b").group, _secretary(f).signing, message)
        return {"message": message, "signature": signature.json()}

    _trustees(f, lambda value: changed(value, move, 0, 1, "certs", 1))


@attack("V04", "signatures", "elgamal.signature")
def a_certificate_is_not_signed(f):
    _trustees(f, lambda value: changed(value, "1", 1, 1, "certs", 2, "signature", "response"))


@attack("V04", "signatures", "elgamal.signature")
def a_polynomial_is_not_signed(f):
    _trustees(f, lambda value: changed(value, "1", 1, 1, "coefexps", 0, "signature", "response"))


@attack("V04", "signatures", "elgamal.signature")
def a_holder_did_not_sign_all_certificates(f):
    _trustees(f, lambda value: changed(value, "1", 1, 1, "signatures", 3, "response"))


@attack("V04", "signatures", "elgamal.signature")
def a_key_is_not_signed(f):
    _trustees(f, lambda value: changed(value, "1", 1, 1, "verification_keys", 1, "signature", "challenge"))


@attack("V04", "signatures", "trustees.name")
def a_key_bears_a_name_that_nobody_signed(f):
    _trustees(f, lambda value: value[0][1]["verification_keys"][0].update(name="president"))


@attack("V04", "product", "setup.key", also=["V02"])
def the_election_has_a_key_of_its_own(f):
    key = f.election("s2b").group.power_g(5).text
    f.seal("s2b", election=lambda record: record.update(public_key=key))


@attack("V04", "policy", "setup.trustees-policy", also=["V02"])
def more_delegates_are_needed_than_the_keys_ask_for(f):
    f.seal("s2b", setup=lambda setup: setup["policy"][1].update(threshold=3))


@attack("V04", "digest", "setup.trustees", also=["V02"])
def the_setup_names_other_trustees(f):
    f.seal("s2b", setup=lambda setup: setup.update(trustees="0" * 64))


@attack("V04", "no key in two contests", "setup.key-twice")
def two_contests_share_their_keys(f):
    f.borrowed = {f.path("s2b"): f.path("s1")}
    f.seal("s2b", trustees=f.trustees("s1").raw)


# --- V05: each ballot -------------------------------------------------------------------------------------


def _cast(f: Forger, entry: Entry) -> None:
    """Urn and holders take this entry for the first one of a small contest, and count it."""
    f.recount("s2a", [entry.leaf, *f.leaves("s2a")[1:]])


def _slip_in(f: Forger, entry: Entry) -> None:
    """The urn takes it; who counts has never read it."""
    old = Entry.parse(f.leaves("s2a")[0], "entry").ballot
    f.log("s2a", [entry.leaf, *f.leaves("s2a")[1:]])

    def swap(steps: list[Step]) -> list[Step]:
        steps = [restep("Ballot", [entry.ballot]) if item.bodies == (old,) else item for item in steps]
        there = [item for item in steps if item.event == "Ballot"]
        return [steps[0], *sorted(there, key=lambda item: sha256_hex(item.bodies[0])), *steps[1 + len(there) :]]

    f.steps("s2a", swap)


def _edited(entry: Entry, edit: Callable[[Json], object]) -> Entry:
    """The entry, with its ballot changed after it was signed."""
    value = json.loads(entry.ballot)
    edit(value)
    return Entry(compact(value), entry.tokens)


@attack("V05", "canonical", "ballot.canonical", also=None)
def a_ballot_has_its_keys_in_another_order(f):
    _slip_in(f, _edited(f.entry("s2a"), lambda ballot: ballot.update(election_uuid=ballot.pop("election_uuid"))))


@attack("V05", "uuid", "ballot.election")
def a_ballot_is_of_another_contest(f):
    _cast(f, f.entry("s2a", edit=lambda ballot: ballot.update(election_uuid=f.path("s1"))))


@attack("V05", "φ", "ballot.fingerprint")
def a_ballot_is_bound_to_another_record(f):
    _cast(f, f.entry("s2a", edit=lambda ballot: ballot.update(election_hash=f.election("s1").fingerprint)))


@attack("V05", "every proof", "ballot.individual-proof")
def a_choice_is_not_proved(f):
    _cast(f, f.entry("s2a", edit=lambda b: changed(b, "1", "answers", 0, "individual_proofs", 1, 0, "challenge")))


@attack("V05", "every proof", "ballot.overall-proof")
def the_number_of_choices_is_not_proved(f):
    _cast(f, f.entry("s2a", edit=lambda b: changed(b, "1", "answers", 0, "overall_proof", 0, "response")))


@attack("V05", "every proof", "ballot.blank-proof")
def that_a_blank_is_blank_is_not_proved(f):
    _cast(f, f.entry("s2a", edit=lambda b: changed(b, "1", "answers", 0, "blank_proof", 0, "response")))


@attack("V05", "every proof", "ballot.shape")
def a_ballot_has_no_proof_of_its_blank(f):
    _cast(f, f.entry("s2a", edit=lambda b: b["answers"][0].pop("blank_proof")))


@attack("V05", "every proof", "ballot.individual-proof", also=["V11"])
def a_ballot_votes_for_both(f):
    more = f.election("s2a").public_key.encrypt(1, 12345).json()
    _cast(f, f.entry("s2a", edit=lambda ballot: changed(ballot, more, "answers", 0, "choices", 2)))


@attack("V05", "ranges", "json.range", also=None)
def a_challenge_is_not_reduced(f):
    more = f.election("s2a").group.q
    _slip_in(f, _edited(f.entry("s2a"), lambda b: changed(b, str(more), "answers", 0, "overall_proof", 0, "challenge")))


@attack("V05", "membership", "group.member", also=None)
def a_ciphertext_is_outside_the_group(f):
    # y = −1, a point of order 2.
    small = f"{2**255 - 20:064x}"
    _slip_in(f, _edited(f.entry("s2a"), lambda b: changed(b, small, "answers", 0, "choices", 0, "beta")))


@attack("V05", "signature", "ballot.signature")
def a_ballot_is_not_signed_by_its_credential(f):
    _cast(f, _edited(f.entry("s2a"), lambda ballot: changed(ballot, "1", "signature", "proof", "response")))


@attack("V05", "signature", "ballot.signature-hash")
def a_ballot_was_changed_after_it_was_signed(f):
    other = json.loads(f.entry("s2a", 1).ballot)["answers"]
    _cast(f, _edited(f.entry("s2a", 0), lambda ballot: ballot.update(answers=other)))


@attack("V05", "credential is not 1", "ballot.identity")
def anybody_can_sign_for_the_credential(f):
    _cast(f, f.entry("s2a", secret=0))


@attack("V05", "α is not 1", "ballot.identity")
def a_vote_is_not_hidden(f):
    _cast(f, f.entry("s2a", exponents=(0, 5, 7)))


# --- V06: what may stand there once only ------------------------------------------------------------------


@attack("V06", "credential", "verify.credential-twice", also=["V03"])
def one_credential_votes_twice(f):
    two = [f.entry("s2a", choice, secret=12345).leaf for choice in (0, 1)]
    f.recount("s2a", [*two, f.leaves("s2a")[2]])


@attack("V06", "tracker", "verify.copy", also=["V03"])
def a_ballot_is_replayed(f):
    first, _, last = f.leaves("s2a")
    f.recount("s2a", [first, first, last])


@attack("V06", "α of two entries", "verify.alpha-twice")
def two_electors_share_randomness(f):
    two = [f.entry("s2a", 0, exponents=exponents).leaf for exponents in ((5, 6, 7), (8, 9, 5))]
    f.recount("s2a", [*two, f.leaves("s2a")[2]])


@attack("V06", "α in one entry", "verify.alpha-twice", also=["V05"])
def a_ballot_uses_its_randomness_twice(f):
    _cast(f, f.entry("s2a", exponents=(5, 5, 7)))


# --- V07: the tokens --------------------------------------------------------------------------------------


def _tokens(f: Forger, *tokens: Token, college: str = "s2a") -> None:
    """The first entry bears other tokens."""
    first, *others = f.leaves(college)
    f.recount(college, [Entry(Entry.parse(first, "entry").ballot, tokens).leaf, *others])


def _credential(f: Forger, college: str = "s2a", place: int = 0) -> str:
    return json.loads(Entry.parse(f.leaves(college)[place], "entry").ballot)["credential"]


@attack("V07", "issuer key in setup", "token.signature")
def a_token_is_invented(f):
    _tokens(f, Token("issuer-1", bytes(383) + b"\x02"))


@attack("V07", "issuer key in setup", "token.signature")
def a_token_is_by_the_key_of_another_contest(f):
    _tokens(f, f.token("s2a", _credential(f), by=f.record.issuers("s1")[0]))


@attack("V07", "this φ", "token.signature")
def a_token_is_for_another_contest(f):
    _tokens(f, f.token("s2a", _credential(f), fingerprint=f.election("s1").fingerprint))


@attack("V07", "this credential", "token.signature")
def a_token_is_of_another_ballot(f):
    _tokens(f, f.token("s2a", _credential(f, place=1)))


@attack("V07", "all issuers", "entry.tokens", on="rehearsal")
def the_token_of_one_issuer_is_missing(f):
    _tokens(f, Entry.parse(f.leaves("s2a")[0], "entry").tokens[0])


@attack("V07", "all issuers", "entry.tokens", on="rehearsal")
def the_tokens_stand_in_another_order(f):
    _tokens(f, *reversed(Entry.parse(f.leaves("s2a")[0], "entry").tokens))


@attack("V07", "all issuers", "token.signature", on="rehearsal")
def one_issuer_signs_for_both(f):
    left, right = f.record.issuers("s2a")
    forged = f.token("s2a", _credential(f), by=left)
    _tokens(f, forged, Token(right.id, forged.signature))


# --- V08: the log -----------------------------------------------------------------------------------------


def _trees(f: Forger, edit: Callable[[list[tuple[int, bytes]]], list[tuple[int, bytes]]], college: str = "s1") -> None:
    f.checkpoints(college, edit(f.trees(college)))


def _batches(f: Forger) -> list[int]:
    sizes = [size for size, _ in f.trees("s1")]
    return [after - before for before, after in zip(sizes, sizes[1:], strict=False)]


@attack("V08", "first checkpoint", "verify.first-checkpoint")
def the_log_does_not_begin_empty(f):
    _trees(f, lambda trees: trees[1:])


@attack("V08", "first checkpoint", "verify.first-checkpoint")
def the_first_checkpoint_has_another_root(f):
    _trees(f, lambda trees: [(0, bytes(32)), *trees[1:]])


@attack("V08", "first checkpoint", "verify.origin")
def the_checkpoints_are_of_another_log(f):
    f.checkpoints("s1", f.trees("s1"), origin=f"urn/{f.path('s2a')}")


@attack("V08", "keep_back", "verify.batch")
def a_batch_is_too_small(f):
    f.log("s1", f.leaves("s1"), [3, 22])


@attack("V08", "keep_back", "verify.batch")
def the_last_batch_is_too_small(f):
    f.log("s1", f.leaves("s1"), [24, 1])


@attack("V08", "single_below", "verify.batch")
def a_small_college_has_several_batches(f):
    f.log("s2a", f.leaves("s2a"), [1, 2])


@attack("V08", "single_below", "verify.batch")
def a_small_stopped_college_has_a_batch(f):
    uuid = f.path("s3a")
    note = f.record.urn_key.sign(f"urn/{uuid}\n2\n{'A' * 43}=\n")
    f.put("s3a/checkpoints.jsonl", lambda lines: [*lines, {"note": note}])


@attack("V08", "no ballot", "verify.batch")
def an_empty_log_has_two_notes(f):
    _trees(f, lambda trees: trees * 2, "s2b")


@attack("V08", "order in batches", "verify.leaf-order")
def the_leaves_stand_in_the_order_of_arrival(f):
    leaves = f.leaves("s1")
    f.log("s1", [leaves[1], leaves[0], *leaves[2:]], _batches(f), ordered=False)


@attack("V08", "roots", "verify.root")
def a_checkpoint_signs_another_root(f):
    _trees(f, lambda trees: [*trees[:2], (trees[2][0], bytes(32)), *trees[3:]])


@attack("V08", "signatures", "note.unsigned")
def a_checkpoint_is_signed_by_a_stranger(f):
    f.put("s1/checkpoints.jsonl", lambda note: STRANGER.sign(note.partition("\n\n")[0] + "\n"), 1, "note")


@attack("V08", "signatures", "ed25519.signature")
def a_checkpoint_was_changed_after_it_was_signed(f):
    f.put("s1/checkpoints.jsonl", lambda note: note.replace("\n4\n", "\n5\n"), 1, "note")


@attack("V08", "consistent", "verify.root")
def the_log_was_forked(f):
    hashes = [leaf_hash(leaf) for leaf in f.leaves("s1")]
    fork = root([leaf_hash(f.entry("s1").leaf), *hashes[1:8]])
    _trees(f, lambda trees: [*trees[:2], (8, fork), *trees[3:]])


@attack("V08", "covers all", "verify.log-end")
def the_last_batch_has_no_checkpoint(f):
    _trees(f, lambda trees: trees[:-1])


@attack("V08", "entries and ballots", "verify.entries")
def a_ballot_is_missing_in_the_archive(f):
    def remove(steps: list[Step]) -> list[Step]:
        gone = json.loads(steps[1].bodies[0])["credential"]
        credentials = encode_credentials(item for item in json.loads(steps[0].bodies[2]) if item != gone)
        return [events.step("Setup", *steps[0].bodies[:2], credentials), *steps[2:]]

    f.steps("s1", remove)


@attack("V08", "entries and ballots", "register.ballots")
def the_register_of_a_stopped_contest_does_not_fit(f):
    f.put("s3a/register.json", 1, "signatures")


# --- V09: the tally ---------------------------------------------------------------------------------------


@attack("V09", "recomputed", "verify.tally", frozen=True)
def a_vote_is_added_to_the_tally(f):
    group = f.election("s1").group

    def add(raw: bytes) -> bytes:
        more = changed(json.loads(raw), lambda beta: (group.element(beta, "β") * group.generator).text, 0, 1, "beta")
        return compact(more)

    f.body("s1", "EncryptedTally", add)


@attack("V09", "recomputed", "json.canonical", frozen=True)
def the_tally_is_written_otherwise(f):
    def turn(raw: bytes) -> bytes:
        return compact([[dict(reversed(item.items())) for item in row] for row in json.loads(raw)])

    f.body("s1", "EncryptedTally", turn)


def _sized(f: Forger, **numbers: int) -> None:
    """Say another number or weight of ballots; the tally stays."""

    def change(steps: list[Step]) -> None:
        place = next(place for place, item in enumerate(steps) if item.event == "EncryptedTally")
        tally, sized = steps[place].bodies
        there = {key: value for key, value in json.loads(sized).items() if key != "encrypted_tally"}
        steps[place] = events.step("EncryptedTally", tally, **{**there, **numbers})

    f.steps("s1", change)


@attack("V09", "num_tallied", "verify.tally-size")
def another_number_of_ballots_is_stated(f):
    _sized(f, num_tallied=26)


@attack("V09", "total_weight", "verify.tally-size")
def another_weight_is_stated(f):
    _sized(f, total_weight=50)


# --- V10: the decryptions ---------------------------------------------------------------------------------


def _partial(f: Forger, edit: Callable[[Json], object], place: int = 0) -> None:
    """Change a partial decryption; its strong line names the new one."""

    def change(raw: bytes) -> bytes:
        value = json.loads(raw)
        new = compact(edit(value) or value)
        f.put("s1/decryptions.jsonl", sha256_hex(new), place, "payload")
        return new

    f.body("s1", "PartialDecryption", change, place=place)


def _forge_factor(f: Forger, value: Json) -> None:
    """A factor F ≠ α^x with a Belenios proof that verifies: its string hashes neither α nor F (protocol.md §10).

    With A = g^w and B = α^w·g, c depends on them alone, and F = α^x·g^(1/c) fits B = α^r·F^c.
    """
    election, group = f.election("s1"), f.election("s1").group
    x, w = f.secrets("s1", 1).share, 12345
    _, steps = events.decode(f.files[f.path("s1/archive.bel")], "archive")
    (tally,) = (item.bodies[0] for item in steps if item.event == "EncryptedTally")
    alpha = group.element(json.loads(tally)[0][1]["alpha"], "α")
    first, second = group.power_g(w), alpha**w * group.generator
    c = group.hash_to_scalar(f"decrypt|{election.fingerprint}|{group.power_g(x).text}|{first.text},{second.text}")
    proof = Proof(c, group.respond(w, x, c)).json()
    changed(value, (alpha**x * group.power_g(pow(c, -1, group.q))).text, "decryption_factors", 0, 1)
    changed(value, proof, "decryption_proofs", 0, 1)


@attack("V10", "Belenios proofs", "tally.factor-proof", also=["V11", "V13"])
def a_factor_is_not_proved(f):
    _partial(f, lambda value: changed(value, "1", "decryption_proofs", 0, 0, "response"))


@attack("V10", "Belenios proofs", "json.canonical")
def a_decryption_is_written_otherwise(f):
    _partial(f, lambda value: dict(reversed(value.items())))


@attack("V10", "strong proofs", "tally.strong-proof", also=["V11", "V13"])
def a_factor_is_forged_as_belenios_allows(f):
    _partial(f, lambda value: _forge_factor(f, value))


@attack("V10", "strong proofs", "tally.strong-proof")
def a_strong_proof_is_wrong(f):
    f.put("s1/decryptions.jsonl", "1", 0, "proofs", 0, 0, "challenge")


@attack("V10", "strong proofs", "tally.strong-line")
def a_strong_proof_is_of_another_decryption(f):
    f.put("s1/decryptions.jsonl", "0" * 64, 0, "payload")


@attack("V10", "strong proofs", "verify.strong-lines")
def the_strong_proofs_of_one_holder_are_missing(f):
    f.put("s1/decryptions.jsonl", lambda lines: lines[:-1])


def _decryptions(f: Forger, places: Sequence[int]) -> None:
    """These decryptions only, in this order, with their strong lines."""

    def choose(steps: list[Step]) -> list[Step]:
        there = [item for item in steps if item.event == "PartialDecryption"]
        return [*steps[: -len(there) - 1], *(there[place] for place in places), steps[-1]]

    f.steps("s1", choose)
    f.put("s1/decryptions.jsonl", lambda lines: [lines[place] for place in places])


@attack("V10", "distinct owners", "verify.owner-twice", also=["V11", "V13"])
def a_delegate_decrypts_twice(f):
    _decryptions(f, (0, 1, 1))


@attack("V10", "distinct owners", "verify.owner", also=["V11", "V13"])
def a_stranger_decrypts(f):
    def change(steps: list[Step]) -> None:
        steps[-2] = events.step("PartialDecryption", steps[-2].bodies[0], owner=7)

    f.steps("s1", change)
    f.put("s1/decryptions.jsonl", 7, 2, "owner")


@attack("V10", "policy satisfied", "trustees.policy", also=["V11", "V13"])
def one_delegate_counts_alone(f):
    _decryptions(f, (0, 1))


@attack("V10", "policy satisfied", "trustees.policy", also=["V11", "V13"])
def the_delegates_count_without_president_and_secretary(f):
    _decryptions(f, (1, 2))


# --- V11: the totals --------------------------------------------------------------------------------------


@attack("V11", "each number proved", "tally.total", also=["V13"])
def two_totals_are_swapped(f):
    f.body("s1", "Result", lambda raw: compact({"result": [[0, 6, 15, 3, 1]]}))


@attack("V11", "sums", "tally.sums", also=["V05", "V13"])
def the_totals_are_more_than_the_ballots(f):
    a_ballot_votes_for_both(f)


# --- V12: the register ------------------------------------------------------------------------------------


@attack("V12", "ballots = signatures", "register.ballots")
def a_ballot_is_stuffed(f):
    f.recount("s2a", [*f.leaves("s2a"), f.entry("s2a").leaf])


@attack("V12", "ballots = signatures", "register.ballots")
def a_ballot_is_taken_away(f):
    f.recount("s2a", f.leaves("s2a")[1:])


@attack("V12", "ballots = signatures", "register.ballots")
def the_register_has_another_signature(f):
    f.put("s2a/register.json", 4, "signatures")


@attack("V12", "ballots = signatures", "register.contest")
def the_register_is_of_another_contest(f):
    f.put("s2a/register.json", f.path("s1"), "contest")


@attack("V12", "signatures ≤ tokens", "register.tokens")
def there_are_fewer_tokens_than_signatures(f):
    f.put("s1/register.json", 24, "tokens", "issuer-1")


@attack("V12", "tokens ≤ roll + re-issues", "register.tokens")
def there_are_more_tokens_than_electors(f):
    f.put("s1/register.json", 42, "tokens", "issuer-1")


@attack("V12", "tokens ≤ roll + re-issues", "register.issuers")
def the_tokens_of_another_issuer_are_counted(f):
    f.put("s1/register.json", {"issuer-2": 30}, "tokens")


@attack("V12", "tokens ≤ roll + re-issues", "register.roll")
def the_roll_is_not_the_sealed_one(f):
    f.put("s1/register.json", 41, "roll")


@attack("V12", "signatures ≤ roll", "register.signatures")
def more_have_voted_than_may(f):
    f.recount("s2a", [f.entry("s2a").leaf for _ in range(7)])
    f.put("s2a/register.json", lambda value: {**value, "ballots": 7, "signatures": 7, "tokens": {"issuer-1": 7}})


# --- V13: the seats ---------------------------------------------------------------------------------------


def _result(f: Forger, new: object, *keys: str | int) -> None:
    f.result("s1", encode(changed(f.read("s1/result.json"), new, *keys)))


@attack("V13", "seats", "verify.result")
def a_seat_goes_to_another_list(f):
    _result(f, [3, 2, 1, 0], "seats")


@attack("V13", "seats", "verify.result")
def somebody_else_is_elected(f):
    _result(f, "NOBODY Nemo", "elected", 0, "titulars", 0)


@attack("V13", "seats", "verify.result")
def the_votes_are_not_the_totals(f):
    _result(f, [14, 7, 3, 1], "votes")


@attack("V13", "line by line", "verify.result")
def a_line_of_the_arithmetic_is_changed(f):
    _result(f, lambda text: text + ".", "steps", 2, "en")


@attack("V13", "line by line", "verify.result")
def a_line_of_the_arithmetic_is_left_out(f):
    _result(f, lambda steps: steps[:-1], "steps")


@attack("V13", "lots", "verify.result", on="rehearsal")
def a_lot_is_concealed(f):
    value = f.read("s2a/result.json")
    winner = {"candidacy": 0, "substitutes": ["A"], "titulars": ["B"]}
    f.result("s2a", encode({**value, "elected": [winner], "lot": None, "seats": [1, 0]}))


@attack("V13", "lots", "verify.result", on="rehearsal")
def a_lot_is_said_to_be_drawn(f):
    f.result("s2a", encode(changed(f.read("s2a/result.json"), {"drawn": 0}, "lot", "transcript")))


# --- V14: the journal -------------------------------------------------------------------------------------


def _later(line: Json, **by: int) -> None:
    line["at"] = hour_text(hour(line["at"], "at") + timedelta(**by))


def _swap(f: Forger, one: str, other: str, college: str) -> None:
    """Two acts on a contest change places; each keeps the other's hour."""

    def change(lines: list[Json]) -> None:
        first, second = (next(n for n, line in enumerate(lines) if f._is(line, act, college)) for act in (one, other))
        lines[first]["at"], lines[second]["at"] = lines[second]["at"], lines[first]["at"]
        lines[first], lines[second] = lines[second], lines[first]

    f.journal(change)


@attack("V14", "chain", "journal.chain", also=None)
def a_line_of_the_journal_is_changed(f):
    f.put("journal.jsonl", "opened by somebody", 60, "details", "reason")


@attack("V14", "chain", "journal.chain", also=None)
def a_line_of_the_journal_is_left_out(f):
    f.put("journal.jsonl", lambda lines: [*lines[:70], *lines[71:]])


@attack("V14", "chain", "journal.chain", also=None)
def the_lines_are_numbered_otherwise(f):
    f.put("journal.jsonl", lambda lines: [*lines[:-1], {**lines[-1], "sequence": 1}])


@attack("V14", "chain", "journal.hours", also=None)
def an_hour_goes_back(f):
    f.act("count", "s1", lambda line: _later(line, days=-5))


@attack("V14", "chain", "verify.act-contest")
def an_act_is_on_no_contest(f):
    f.insert("count", "s1", "suspend", "president", {}, contest=None)


@attack("V14", "chain", "verify.act-contest")
def an_act_is_on_an_unknown_contest(f):
    f.insert("count", "s1", "count", "president", {}, contest="1111111111111111111111")


@attack("V14", "phases in order", "rules.phase")
def a_contest_was_never_opened(f):
    f.journal(lambda lines: [line for line in lines if not f._is(line, "open", "s1")])


@attack("V14", "phases in order", "rules.phase")
def a_contest_is_opened_twice(f):
    f.insert("close", "s1", "open", "president", {})


@attack("V14", "phases in order", "rules.role")
def the_office_opens_the_vote(f):
    f.act("open", "s1", lambda line: line["actor"].update(role="officer"))


@attack("V14", "phases in order", "verify.act-order")
def nobody_known_opens_the_vote(f):
    f.act("open", "s1", lambda line: line["actor"].update(role="somebody"))


@attack("V14", "phases in order", "verify.phase")
def the_journal_ends_before_the_result(f):
    f.journal(lambda lines: [line for line in lines if not f._is(line, "count", "s1") and line["act"] != "proclaim"])


@attack("V14", "phases in order", "verify.phase")
def a_stopped_contest_was_never_stopped(f):
    f.journal(lambda lines: [line for line in lines if line["act"] != "stop"])


@attack("V14", "phases in order", "verify.phase")
def the_result_of_one_contest_is_withheld(f):
    f.drop("s1/decryptions.jsonl")
    f.drop("s1/result.json")
    f.steps("s1", lambda steps: steps[:28])
    f.act("count", "s1", lambda line: line["details"].clear())


@attack("V14", "phases in order", "verify.act-order")
def the_roll_is_imported_after_the_seal(f):
    f.insert("close", "s1", "roll", "officer", {"added": 1}, contest=None)


@attack("V14", "phases in order", "verify.act-order")
def candidacies_change_after_the_seal(f):
    f.insert("close", "s1", "candidacies", "officer", {})


@attack("V14", "opening", "verify.act-hour")
def a_contest_opens_before_its_hour(f):
    f.act("open", "s1", lambda line: _later(line, hours=-1))


@attack("V14", "closing", "verify.act-hour")
def a_contest_closes_before_its_hour(f):
    f.act("close", "s1", lambda line: _later(line, seconds=-1))


@attack("V14", "closing", "verify.act-hour", also=["V14"])
def an_amended_closing_is_not_kept(f):
    f.act("close", "s2a", lambda line: line.update(at="2026-02-12T15:30:00Z"))


@attack("V14", "early closing", "rules.role")
def the_board_closes_a_real_vote_early(f):
    f.act("close", "s1", lambda line: (_later(line, hours=-1), line["actor"].update(role="president")))


@attack("V14", "early closing", "verify.act-hour", on="rehearsal")
def the_clock_closes_a_rehearsal_early(f):
    f.act("close", "s2a", lambda line: line["actor"].update(role="clock"))


@attack("V14", "freeze", "verify.act-hour")
def a_contest_is_frozen_within_its_grace(f):
    f.act("freeze", "s1", lambda line: _later(line, seconds=-1))


@attack("V14", "freeze", "verify.act-details")
def the_journal_counts_another_number_of_ballots(f):
    f.act("freeze", "s1", lambda line: line["details"].update(ballots=26))


@attack("V14", "freeze", "verify.act-details")
def the_journal_names_another_last_checkpoint(f):
    f.act("freeze", "s1", lambda line: line["details"].update(checkpoint="0" * 64))


@attack("V14", "freeze", "verify.archive-hour")
def the_archive_is_of_another_hour(f):
    def change(raw: bytes) -> bytes:
        timestamp, steps = events.decode(raw, "archive")
        return events.encode(timestamp + 1, steps)

    f.raw("s1/archive.bel", change)


@attack("V14", "seal before opening", "rules.phase")
def the_seal_comes_after_the_opening(f):
    _swap(f, "seal", "open", "s1")


@attack("V14", "seal before opening", "verify.act-details")
def the_journal_seals_another_setup(f):
    f.act("seal", "s1", lambda line: line["details"].update(setup="0" * 64))


@attack("V14", "seal before opening", "verify.act-details")
def the_journal_prepares_another_setup(f):
    f.act("prepare", "s1", lambda line: line["details"].update(setup="0" * 64))


@attack("V14", "seal before opening", "verify.act-details")
def the_journal_names_another_seal(f):
    f.act("seal", "s1", lambda line: line["details"].update(seal="0" * 64))


@attack("V14", "result after freeze", "rules.phase")
def the_count_comes_before_the_freeze(f):
    _swap(f, "freeze", "count", "s1")


@attack("V14", "result after freeze", "verify.act-details")
def the_journal_counts_another_result(f):
    f.act("count", "s1", lambda line: line["details"].update(result="0" * 64))


@attack("V14", "result after freeze", "verify.lot", on="rehearsal")
def a_result_is_proclaimed_before_its_lot(f):
    def proclaim(lines: list[Json]) -> None:
        lines.append({**lines[-1], "act": "proclaim", "details": {}})

    f.journal(proclaim)


@attack("V14", "amendments", "verify.unsigned-amendment")
def a_suspension_is_not_signed_before_the_resumption(f):
    f.journal(lambda lines: _without_amendment(lines, 0))


@attack("V14", "amendments", "verify.unsigned-amendment")
def a_new_closing_hour_is_signed_by_nobody(f):
    f.journal(lambda lines: _without_amendment(lines, -1))


def _without_amendment(lines: list[Json], place: int) -> list[Json]:
    there = [number for number, line in enumerate(lines) if line["act"] == "amendment"][place]
    return [*lines[:there], *lines[there + 1 :]]


@attack("V14", "amendments", "setup.seal")
def an_amendment_lacks_a_delegate(f):
    f.act("amendment", "s2a", lambda line: changed(line, lambda rows: rows[:2], "details", "signatures"))


@attack("V14", "amendments", "elgamal.signature")
def a_signature_of_an_amendment_is_wrong(f):
    f.act("amendment", "s2a", lambda line: changed(line, "1", "details", "signatures", 0, "challenge"))


@attack("V14", "amendments", "verify.amendment")
def the_holders_signed_another_change(f):
    f.act("reschedule", "s2a", lambda line: line["details"].update(change={"closing": "2026-02-13T14:00:00Z"}))


@attack("V14", "amendments", "verify.amendment")
def an_amendment_ratifies_no_act(f):
    setup = sha256_hex(f.files[f.path("s2a/setup.json")])
    f.insert("close", "s2a", "amendment", "officer", {"act": "0" * 64, "change": {}, "setup": setup, "signatures": []})


@attack("V14", "amendments", "verify.change")
def the_rule_is_amended(f):
    f.insert("close", "s1", "reschedule", "president", {"change": {"rule": {"seats": 7}}})


@attack("V14", "amendments", "verify.change")
def the_roll_is_amended_by_an_act_of_its_own(f):
    f.insert("close", "s1", "enlarge", "president", {"change": {"roll": 41}})


@attack("V14", "amendments", "verify.act-hour")
def the_closing_is_brought_forward(f):
    change = {"closing": "2026-02-12T14:00:00Z"}
    f.insert("close", "s1", "reschedule", "president", {"change": change}, at="2026-02-12T12:00:00Z")


@attack("V14", "amendments", "verify.unsigned-amendment")
def the_software_changes_unsigned(f):
    change = {"software": {"digest": "0" * 64, "version": "2"}}
    f.insert("close", "s1", "software", "president", {"change": change})


@attack("V14", "amendments", "verify.unsigned-amendment")
def another_device_takes_over_unsigned(f):
    f.insert("close", "s1", "take-over", "president", {"change": {"device": "the second server"}})


@attack("V14", "re-issues", "verify.reissues")
def the_register_counts_another_reissue(f):
    f.put("s1/register.json", 2, "reissues")


@attack("V14", "re-issues", "verify.reissues")
def a_reissue_is_left_out_of_the_journal(f):
    f.journal(lambda lines: [line for line in lines if line["act"] != "reissue"])


@attack("V14", "re-issues", "verify.reissue-roll")
def a_reissue_leaves_the_roll_as_it_was(f):
    f.act("reissue", "s1", lambda line: line["details"].update(roll=f.read("s1/setup.json")["roll"]["digest"]))


@attack("V14", "re-issues", "json.unknown")
def a_reissue_names_the_elector(f):
    f.act("reissue", "s1", lambda line: line["details"].update(number=17))


@attack("V14", "re-issues", "verify.act-order")
def a_code_is_reissued_by_the_office_alone(f):
    f.act("reissue", "s1", lambda line: line["actor"].update(role="officer"))


# --- V15: minutes and exports -----------------------------------------------------------------------------


@attack("V15", "minutes", "verify.minutes")
def the_minutes_have_another_figure(f):
    f.files[f"minutes/{f.path('s1')}.json"] = encode({**f.read("s1/result.json"), "blank": 1})


@attack("V15", "minutes", "verify.unjudged")
def there_are_minutes_without_their_data(f):
    f.files[f"minutes/{f.path('s1')}.pdf"] = b"%PDF"


@attack("V15", "CDF", "verify.unjudged")
def there_is_an_export_that_nobody_compares(f):
    f.files["result.cdf.json"] = b"{}"


# --- What no check can refuse -----------------------------------------------------------------------------


def the_site_votes_for_abstainers(f):
    """With the issuer's key and the urn's: a ballot, a token and a signature that nobody gave."""
    f.recount("s2a", [*f.leaves("s2a"), f.entry("s2a").leaf])
    f.put("s2a/register.json", lambda value: {**value, "ballots": 4, "signatures": 4, "tokens": {"issuer-1": 4}})


def a_ballot_and_its_signature_vanish(f):
    """With the urn's key and the register in one hand, and holders who count what they are shown."""
    f.recount("s1", f.leaves("s1")[1:], batches=[4, 4, 16])
    f.put("s1/register.json", lambda value: {**value, "ballots": 24, "signatures": 24})


def a_counted_contest_is_said_to_be_stopped(f):
    """With the record key alone: nobody signs that a contest was not stopped."""
    for name in ("archive.bel", "entries.jsonl", "decryptions.jsonl", "result.json"):
        f.drop(f"s1/{name}")
    over = ("close", "freeze", "count", "proclaim")
    f.insert("close", "s1", "stop", "president", {"reason": "none"})
    f.journal(lambda lines: [line for line in lines if line["act"] not in over or line["contest"] != f.path("s1")])


def the_journal_gives_another_reason(f):
    """With the record key alone: of what the journal tells, only what setups, seals and amendments bind is certain."""
    f.act("suspend", "s2a", lambda line: line["details"].update(reason="a strike"))


def a_proclamation_has_another_hour(f):
    """The same; the last line is chained to nothing after it."""
    f.act("proclaim", "s2b", lambda line: _later(line, days=1))


def an_issuer_states_another_number_of_tokens(f):
    """An issuer's word: between the signatures and the roll any number fits."""
    f.put("s1/register.json", 30, "tokens", "issuer-1")


def the_seal_of_a_stopped_contest_is_signed_by_nobody(f):
    """Without the election record its signatures cannot be checked."""
    f.sealed("s3a", [{**row, "challenge": "1"} for row in f.read("s3a/seal.json")])


def a_cosignature_is_taken_away_or_added(f):
    """A line by a key that the setup does not name is nobody's here: it vouches only to whoever knows the key."""
    f.put("s1/checkpoints.jsonl", lambda note: note + STRANGER.line(note.partition("\n\n")[0] + "\n"), 1, "note")


LIMITS = (
    the_site_votes_for_abstainers,
    a_ballot_and_its_signature_vanish,
    a_counted_contest_is_said_to_be_stopped,
    the_journal_gives_another_reason,
    a_proclamation_has_another_hour,
    an_issuer_states_another_number_of_tokens,
    the_seal_of_a_stopped_contest_is_signed_by_nobody,
    a_cosignature_is_taken_away_or_added,
)
