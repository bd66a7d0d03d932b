"""Signed notes: read as others of the C2SP family write them, and nothing else."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elections.protocol import note
from elections.protocol.errors import ProtocolError
from elections.protocol.note import NoteKey, Verifier

# The example in the documentation of Go's golang.org/x/mod/sumdb/note, where the format comes from.
NEUMANN = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
NEUMANN_PRIVATE = "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
NEUMANN_TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
NEUMANN_SIGNATURE = "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
NEUMANN_NOTE = f"{NEUMANN_TEXT}\n— PeterNeumann {NEUMANN_SIGNATURE}\n"

KEY = NoteKey.from_bytes("urn.example", bytes(range(32)))
OTHER = NoteKey.from_bytes("délégué/1", bytes(32))
VERIFIER = Verifier.parse(KEY.vkey, "the urn's key")
TEXT = "premier\n\ntroisième\n"
SIGNED = KEY.sign(TEXT)


def refused(rule, function, *arguments):
    with pytest.raises(ProtocolError) as error:
        function(*arguments)
    assert error.value.rule == rule


def test_the_example_of_the_go_library_is_read_and_written():
    verifier = Verifier.parse(NEUMANN, "key")
    assert verifier.check(NEUMANN_NOTE, "note") == NEUMANN_TEXT
    key = NoteKey.from_bytes("PeterNeumann", base64.b64decode(NEUMANN_PRIVATE)[1:])
    assert key.vkey == NEUMANN
    assert key.sign(NEUMANN_TEXT) == NEUMANN_NOTE


def test_a_generated_key_is_stored_by_its_seed():
    key = NoteKey.generate("archive")
    again = NoteKey.from_bytes(key.name, key.seed)
    assert again.vkey == key.vkey != NoteKey.generate("archive").vkey
    assert Verifier.parse(key.vkey, "key").check(again.sign("a\n"), "note") == "a\n"
    assert repr(key.seed) not in repr(key)


def test_a_text_may_hold_empty_lines_and_end_with_one():
    assert VERIFIER.check(SIGNED, "note") == TEXT
    assert VERIFIER.check(KEY.sign("a\n\n"), "note") == "a\n\n"
    assert VERIFIER.check(KEY.sign("\n"), "note") == "\n"


def test_cosignatures_are_tolerated_on_either_side():
    for lines in (OTHER.line(TEXT) + KEY.line(TEXT), KEY.line(TEXT) + OTHER.line(TEXT)):
        both = f"{TEXT}\n{lines}"
        assert VERIFIER.check(both, "note") == TEXT
        assert Verifier.parse(OTHER.vkey, "key").check(both, "note") == TEXT
        assert {line.name for line in note.split(both, "note")[1]} == {KEY.name, OTHER.name}


def test_another_key_of_the_same_name_is_an_unknown_key():
    namesake = NoteKey.generate(KEY.name)
    assert VERIFIER.check(SIGNED + namesake.line(TEXT), "note") == TEXT
    refused("note.unsigned", VERIFIER.check, namesake.sign(TEXT), "note")


def test_a_false_line_of_the_known_key_refuses_the_note():
    for other in (KEY.line("another\n"), f"— {KEY.name} {KEY.line(TEXT).split()[2][:-8]}AAAAAAA=\n"):
        refused("ed25519.signature", VERIFIER.check, f"{TEXT}\n{other}", "note")


def test_two_lines_by_one_key_are_refused():
    refused("note.double", VERIFIER.check, SIGNED + KEY.line(TEXT), "note")
    refused("note.double", VERIFIER.check, SIGNED + OTHER.line(TEXT) + OTHER.line("b\n"), "note")


@given(st.integers(0, len(SIGNED) - 1), st.integers(0, 7))
def test_any_changed_bit_is_refused_by_a_named_rule(place, bit):
    changed = SIGNED[:place] + chr(ord(SIGNED[place]) ^ 1 << bit) + SIGNED[place + 1 :]
    with pytest.raises(ProtocolError):
        VERIFIER.check(changed, "note")


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("", "note.form"),
        ("one line\n", "note.form"),
        (TEXT, "note.line"),
        (TEXT + "\n", "note.form"),
        (SIGNED[:-1], "note.form"),
        (SIGNED + "\n", "note.form"),
        (SIGNED.replace("\n", "\r\n"), "note.form"),
        ("\t" + SIGNED, "note.form"),
        ("\ud800" + SIGNED, "note.form"),
        (SIGNED.replace("—", "-"), "note.line"),
        (SIGNED.replace("— ", "—  "), "note.line"),
        (SIGNED + "— mallory\n", "note.line"),
        (SIGNED + "— mallory \n", "note.line"),
        (SIGNED + "— mal+ory AAAAAAA=\n", "note.line"),
        (SIGNED + "— mal\u00a0ory AAAAAAA=\n", "note.line"),
        (SIGNED + "— mallory AAAAAA==\n", "note.line"),
        (SIGNED + "— mallory AAAAAAB=\n", "text.base64"),
        (SIGNED + "— mallory AAAAAAA= \n", "text.base64"),
    ],
)
def test_a_malformed_note_is_refused(text, rule):
    refused(rule, VERIFIER.check, text, "note")


@pytest.mark.parametrize("text", ["", "a", "a\tb\n", "a\r\n", "\ud800\n"])
def test_only_a_text_that_can_be_read_again_is_signed(text):
    refused("note.form", KEY.sign, text)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\u00a0b", "a\n", "\x00", "\ud800"])
def test_a_name_has_no_space_and_no_plus(name):
    refused("note.key", NoteKey.generate, name)


def test_a_seed_has_32_bytes():
    refused("note.key", NoteKey.from_bytes, "urn", bytes(31))


@pytest.mark.parametrize(
    ("vkey", "rule"),
    [
        ("", "text.base64"),
        (NEUMANN.replace("PeterNeumann", "PeterNeuman"), "note.key"),
        (NEUMANN.replace("c74f20a3", "C74F20A3"), "note.key"),
        (NEUMANN.replace("c74f20a3", "c74f20a4"), "note.key"),
        (NEUMANN.replace("+AR", "+BR"), "note.key"),
        (NEUMANN + "AAAA", "text.base64"),
        (NEUMANN + "\n", "text.base64"),
        (NEUMANN.replace("Peter", "Peter "), "note.key"),
    ],
)
def test_a_malformed_vkey_is_refused(vkey, rule):
    refused(rule, Verifier.parse, vkey, "key")


def test_a_vkey_of_small_order_is_refused():
    identity = (1).to_bytes(32, "little")
    vkey = f"urn+{note._key_id('urn', identity).hex()}+{base64.b64encode(bytes([1]) + identity).decode()}"
    refused("ed25519.key", Verifier.parse, vkey, "key")
