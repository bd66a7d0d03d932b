"""V02: the setup, its election record and its seal."""

from __future__ import annotations

from elections.protocol.canonical import sha256_hex
from tests.attacks.editor import changed
from tests.attacks.table import attack


@attack("V02", "canonical", "json.canonical", also=None)
def the_setup_has_a_space(f):
    f.raw("s2b/setup.json", lambda raw: raw.replace(b":", b": ", 1))


@attack("V02", "rule", "rules.open", also=None)
def who_wins_among_equals_is_left_open(f):
    f.raw("s2b/setup.json", lambda raw: raw.replace(b',"tie":"draw"', b""))


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
