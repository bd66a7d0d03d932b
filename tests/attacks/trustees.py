"""V04: the key holders, in a contest that is sealed anew by all of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from elections.protocol.canonical import compact
from elections.protocol.elgamal import prove_possession, sign
from tests.attacks.editor import changed
from tests.attacks.forger import Forger
from tests.attacks.table import attack

if TYPE_CHECKING:
    from collections.abc import Callable

    from elections.protocol.canonical import Json
    from tests.attacks.forger import Forger


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
