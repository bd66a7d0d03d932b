"""The log's tree against published roots, a second implementation (pymerkle) and altered proofs."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymerkle import InmemoryTree

from elections.protocol import log
from elections.protocol.errors import ProtocolError
from elections.protocol.log import Checkpoint

# Leaves and roots of the reference tests of Certificate Transparency (RFC 6962), sizes 0 to 8.
REFERENCE_LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
REFERENCE_ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
REFERENCE_CONSISTENCY = {
    (6, 8): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 5): [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}
MOST = 70
LEAVES = [number.to_bytes(2, "big") for number in range(MOST)]
HASHES = [log.leaf_hash(leaf) for leaf in LEAVES]
ROOTS = [log.root(HASHES[:size]) for size in range(MOST + 1)]

sizes = st.integers(1, MOST)


def refused(rule, function, *arguments):
    with pytest.raises(ProtocolError) as error:
        function(*arguments)
    assert error.value.rule == rule


def flipped(data, bit):
    return (int.from_bytes(data, "big") ^ 1 << bit).to_bytes(len(data), "big")


@pytest.fixture(scope="module")
def peer():
    tree = InmemoryTree()
    tree.append_entries(LEAVES)
    return tree


def test_the_reference_roots():
    hashes = [log.leaf_hash(bytes.fromhex(leaf)) for leaf in REFERENCE_LEAVES]
    assert [log.root(hashes[:size]).hex() for size in range(9)] == REFERENCE_ROOTS


def test_every_root_and_leaf_is_the_peers(peer):
    assert [peer.get_root(size) for size in range(MOST + 1)] == ROOTS
    assert [peer.get_leaf(index) for index in range(1, MOST + 1)] == HASHES


def test_every_inclusion_proof_is_the_peers_and_checks(peer):
    for size in range(1, MOST + 1):
        for index in range(size):
            proof = log.inclusion_proof(HASHES[:size], index)
            # The peer counts from 1 and puts the leaf itself first.
            assert [HASHES[index], *proof] == peer.prove_inclusion(index + 1, size).path
            log.check_inclusion(HASHES[index], index, size, proof, ROOTS[size])


def rfc_9162_roots(old, new, old_root, proof):
    """Both roots as RFC 9162 §2.1.4.2 has them, step by step: another way than ours."""
    path = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    fn, sn = old - 1, new - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    fr = sr = path[0]
    for c in path[1:]:
        assert sn != 0
        if fn & 1 or fn == sn:
            fr, sr = log._node(c, fr), log._node(c, sr)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            sr = log._node(sr, c)
        fn, sn = fn >> 1, sn >> 1
    assert sn == 0
    return fr, sr


def test_every_consistency_proof_checks_here_and_by_the_steps_of_the_rfc(peer):
    for new in range(1, MOST + 1):
        for old in range(1, new + 1):
            proof = log.consistency_proof(HASHES[:new], old)
            log.check_consistency(old, new, ROOTS[old], ROOTS[new], proof)
            if old < new:
                assert rfc_9162_roots(old, new, ROOTS[old], proof) == (ROOTS[old], ROOTS[new])
            # The peer cuts the old tree another way than the RFCs, so its path differs; its verdict must not.
            peer.prove_consistency(old, new).verify(ROOTS[old], ROOTS[new])


def test_the_examples_of_the_rfc():
    """RFC 9162 §2.1.5: seven leaves; its letters, but m for its l."""
    a, b, c, d, e, f, j = HASHES[:7]
    g, h, i = log._node(a, b), log._node(c, d), log._node(e, f)
    k, m = log._node(g, h), log._node(i, j)
    seven = HASHES[:7]
    assert ROOTS[7] == log._node(k, m)
    assert log.inclusion_proof(seven, 0) == [b, h, m]
    assert log.inclusion_proof(seven, 3) == [c, g, m]
    assert log.inclusion_proof(seven, 4) == [f, j, k]
    assert log.inclusion_proof(seven, 6) == [i, k]
    assert log.consistency_proof(seven, 3) == [c, d, g, m]
    assert log.consistency_proof(seven, 4) == [m]
    assert log.consistency_proof(seven, 6) == [i, j, k]


def test_the_reference_consistency_proofs():
    hashes = [log.leaf_hash(bytes.fromhex(leaf)) for leaf in REFERENCE_LEAVES]
    for (old, new), proof in REFERENCE_CONSISTENCY.items():
        assert [hash_.hex() for hash_ in log.consistency_proof(hashes[:new], old)] == proof


def test_the_empty_tree_is_extended_by_every_tree():
    for size in (0, 1, 7):
        assert log.consistency_proof(HASHES[:size], 0) == []
        log.check_consistency(0, size, ROOTS[0], ROOTS[size], [])
    refused("log.consistency", log.check_consistency, 0, 7, ROOTS[1], ROOTS[7], [])
    refused("log.consistency", log.check_consistency, 0, 7, ROOTS[0], ROOTS[7], [ROOTS[7]])
    refused("log.consistency", log.check_consistency, 0, 0, ROOTS[0], ROOTS[1], [])
    refused("log.consistency", log.check_consistency, 5, 5, ROOTS[5], ROOTS[6], [])


def test_ten_thousand_leaves():
    hashes = [log.leaf_hash(number.to_bytes(4, "big")) for number in range(10_000)]
    root = log.root(hashes)
    log.check_inclusion(hashes[8191], 8191, 10_000, log.inclusion_proof(hashes, 8191), root)
    proof = log.consistency_proof(hashes, 9_936)
    log.check_consistency(9_936, 10_000, log.root(hashes[:9_936]), root, proof)


@given(sizes, st.data())
def test_an_altered_inclusion_proof_is_refused(size, data):
    index = data.draw(st.integers(0, size - 1))
    bit = data.draw(st.integers(0, 255))
    leaf, root, proof = HASHES[index], ROOTS[size], log.inclusion_proof(HASHES[:size], index)
    check = log.check_inclusion
    refused("log.inclusion", check, flipped(leaf, bit), index, size, proof, root)
    refused("log.inclusion", check, leaf, index, size, proof, flipped(root, bit))
    refused("log.inclusion", check, leaf, index, size, [*proof, root], root)
    for place in range(len(proof)):
        changed = [*proof[:place], flipped(proof[place], bit), *proof[place + 1 :]]
        refused("log.inclusion", check, leaf, index, size, changed, root)
        refused("log.inclusion", check, leaf, index, size, proof[:place] + proof[place + 1 :], root)
    for other in range(size):
        if other != index:
            refused("log.inclusion", check, leaf, other, size, proof, root)


@given(sizes, st.data())
def test_an_altered_consistency_proof_is_refused(new, data):
    old = data.draw(st.integers(1, new))
    bit = data.draw(st.integers(0, 255))
    proof = log.consistency_proof(HASHES[:new], old)
    check = log.check_consistency
    refused("log.consistency", check, old, new, flipped(ROOTS[old], bit), ROOTS[new], proof)
    refused("log.consistency", check, old, new, ROOTS[old], flipped(ROOTS[new], bit), proof)
    refused("log.consistency", check, old, new, ROOTS[old], ROOTS[new], [ROOTS[old], *proof])
    refused("log.consistency", check, old, new, ROOTS[old], ROOTS[new], [*proof, ROOTS[old]])
    for place in range(len(proof)):
        changed = [*proof[:place], flipped(proof[place], bit), *proof[place + 1 :]]
        refused("log.consistency", check, old, new, ROOTS[old], ROOTS[new], changed)
        refused("log.consistency", check, old, new, ROOTS[old], ROOTS[new], proof[:place] + proof[place + 1 :])


@given(sizes, st.data())
def test_a_log_that_dropped_or_changed_a_leaf_cannot_prove_itself(new, data):
    old = data.draw(st.integers(1, new))
    place = data.draw(st.integers(0, old - 1))
    forged = [*HASHES[:place], log.leaf_hash(b"another"), *HASHES[place + 1 : new]]
    proof = log.consistency_proof(forged, old)
    refused("log.consistency", log.check_consistency, old, new, ROOTS[old], log.root(forged), proof)


def test_hashes_of_another_length_are_refused():
    """Else the cut between two hashes could be moved, and two leaves pass as others."""
    left, right = HASHES[0] + HASHES[1][:16], HASHES[1][16:]
    assert len(left + right) == 64
    refused("log.hash", log.check_inclusion, left, 0, 2, [right], ROOTS[2])
    refused("log.hash", log.check_consistency, 1, 2, left, ROOTS[2], [right])


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0)])
def test_a_place_outside_the_tree_is_refused(index, size):
    refused("log.range", log.inclusion_proof, HASHES[:size], index)
    refused("log.range", log.check_inclusion, HASHES[0], index, size, [], ROOTS[size])


@pytest.mark.parametrize(("old", "new"), [(-1, 3), (4, 3)])
def test_a_tree_does_not_shrink(old, new):
    refused("log.range", log.consistency_proof, HASHES[:new], old)
    refused("log.range", log.check_consistency, old, new, ROOTS[old], ROOTS[new], [])


# Checkpoints


@given(st.integers(0, 2**53 - 1), st.binary(min_size=32, max_size=32))
def test_a_checkpoint_is_read_as_it_was_written(size, root):
    checkpoint = Checkpoint("urne-1/AContest123456", size, root)
    assert checkpoint.text == f"urne-1/AContest123456\n{size}\n{base64.b64encode(root).decode()}\n"
    assert Checkpoint.parse(checkpoint.text, "checkpoint") == checkpoint


ROOT = base64.b64encode(bytes(32)).decode()


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("", "log.checkpoint"),
        (f"urn/c\n1\n{ROOT}", "log.checkpoint"),
        (f"urn/c\n1\n{ROOT}\nextension\n", "log.checkpoint"),
        (f"urn/c\n1\n{ROOT}\n\n", "log.checkpoint"),
        (f"\n1\n{ROOT}\n", "text.pattern"),
        (f"urn c\n1\n{ROOT}\n", "text.pattern"),
        (f"urné/c\n1\n{ROOT}\n", "text.pattern"),
        (f"urn/c\n01\n{ROOT}\n", "text.decimal"),
        (f"urn/c\n-1\n{ROOT}\n", "text.decimal"),
        (f"urn/c\n\n{ROOT}\n", "text.decimal"),
        (f"urn/c\n１\n{ROOT}\n", "text.decimal"),
        (f"urn/c\n{2**53}\n{ROOT}\n", "json.range"),
        (f"urn/c\n1\n{ROOT[:-1]}\n", "text.base64"),
        (f"urn/c\n1\n{ROOT[:-2]}B=\n", "text.base64"),
        (f"urn/c\n1\n{ROOT}\r\n", "text.base64"),
        ("urn/c\n1\nAAAA\n", "text.base64"),
    ],
)
def test_a_malformed_checkpoint_is_refused(text, rule):
    refused(rule, Checkpoint.parse, text, "checkpoint")
