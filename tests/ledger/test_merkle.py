"""The tree: roots, growth and proofs hold for every size, and nothing else does."""

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger import merkle

SIZES = st.integers(1, 90)


def leaves(count: int) -> list[bytes]:
    return [merkle.leaf_hash(str(number).encode()) for number in range(count)]


def straightforward_root(hashes: list[bytes]) -> bytes:
    """RFC 9162, 2.1.1, written down as it stands there."""
    if not hashes:
        return hashlib.sha256().digest()
    if len(hashes) == 1:
        return hashes[0]
    split = 1
    while split * 2 < len(hashes):
        split *= 2
    return merkle.node_hash(
        straightforward_root(hashes[:split]), straightforward_root(hashes[split:])
    )


def grown(hashes: list[bytes]) -> tuple[merkle.Frontier, merkle.Node]:
    frontier = merkle.Frontier()
    nodes = {}
    for index, hashed in enumerate(hashes):
        nodes[0, index] = hashed
        for level, position, completed in frontier.append(hashed):
            nodes[level, position] = completed

    def node(level: int, position: int) -> bytes:
        return nodes[level, position]

    return frontier, node


def test_known_roots_of_the_certificate_transparency_test_vectors() -> None:
    inputs = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "60616263646566676869"
              "6a6b6c6d6e6f"]  # fmt: skip
    frontier, _ = grown([merkle.leaf_hash(bytes.fromhex(text)) for text in inputs])

    root = "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
    assert frontier.root().hex() == root
    assert merkle.leaf_hash(b"").hex().startswith("6e340b9cffb37a98")


@given(st.integers(0, 90))
def test_a_grown_tree_has_the_root_of_the_standard(size: int) -> None:
    frontier, _ = grown(leaves(size))

    assert frontier.root() == straightforward_root(leaves(size))


@given(SIZES, st.data())
def test_every_leaf_is_proved_and_nothing_else(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    frontier, node = grown(leaves(size))
    leaf, root = leaves(size)[index], frontier.root()

    path = merkle.inclusion_path(index, size, node)

    assert merkle.verify_inclusion(leaf, index, size, path, root)
    assert not merkle.verify_inclusion(merkle.leaf_hash(b"else"), index, size, path, root)
    assert not merkle.verify_inclusion(leaf, index, size, [*path, leaf], root)
    assert not merkle.verify_inclusion(leaf, size, size, path, root)
    if path:
        altered = [bytes(32), *path[1:]]
        assert not merkle.verify_inclusion(leaf, index, size, altered, root)
        assert not merkle.verify_inclusion(leaf, index, size, path[:-1], root)


@given(SIZES, st.data())
def test_growth_is_proved_and_rewriting_is_not(size: int, data: st.DataObject) -> None:
    first = data.draw(st.integers(1, size))
    frontier, node = grown(leaves(size))
    old = straightforward_root(leaves(first))

    path = merkle.consistency_path(first, size, node)

    assert merkle.verify_consistency(first, size, old, frontier.root(), path)
    rewritten = straightforward_root([merkle.leaf_hash(b"else"), *leaves(first)[1:]])
    assert not merkle.verify_consistency(first, size, rewritten, frontier.root(), path)
    assert not merkle.verify_consistency(first, size, old, bytes(32), path)


@given(SIZES, st.data())
def test_the_nodes_a_proof_needs_are_few_and_known_beforehand(
    size: int, data: st.DataObject
) -> None:
    index = data.draw(st.integers(0, size - 1))

    needed = merkle.places_needed(lambda node: merkle.inclusion_path(index, size, node))

    assert len(needed) <= 2 * size.bit_length()
    _, node = grown(leaves(size))
    for level, position in needed:
        assert node(level, position)


@given(st.integers(0, 90), st.integers(0, 60))
def test_a_frontier_is_taken_up_where_it_was_left(size: int, more: int) -> None:
    hashes = leaves(size + more)
    _, node = grown(hashes[:size])

    resumed = merkle.Frontier(size, [node(*place) for place in merkle.frontier_places(size)])
    for hashed in hashes[size:]:
        list(resumed.append(hashed))

    assert resumed.root() == straightforward_root(hashes)


def test_proofs_of_what_is_not_there_are_not_made() -> None:
    _, node = grown(leaves(3))

    with pytest.raises(ValueError):
        merkle.inclusion_path(3, 3, node)
    with pytest.raises(ValueError):
        merkle.consistency_path(0, 3, node)
    with pytest.raises(ValueError):
        merkle.Frontier(3, [b""])


# What follows knows nothing of `merkle`: RFC 9162, 2.1, word by word.
def mth(entries: list[bytes]) -> bytes:
    """MTH({}) = HASH(), MTH({d}) = HASH(0x00 || d), MTH(D) = HASH(0x01 || MTH[0:k] || MTH[k:n])."""
    n = len(entries)
    if n == 0:
        return hashlib.sha256(b"").digest()
    if n == 1:
        return hashlib.sha256(b"\x00" + entries[0]).digest()
    k = largest_power_below(n)
    return hashlib.sha256(b"\x01" + mth(entries[:k]) + mth(entries[k:])).digest()


def largest_power_below(n: int) -> int:
    k = 1
    while 2 * k < n:
        k *= 2
    return k


def audit_path(m: int, entries: list[bytes]) -> list[bytes]:
    """PATH(m, D[n])."""
    n = len(entries)
    if n == 1:
        return []
    k = largest_power_below(n)
    if m < k:
        return [*audit_path(m, entries[:k]), mth(entries[k:])]
    return [*audit_path(m - k, entries[k:]), mth(entries[:k])]


def subproof(m: int, entries: list[bytes], whole: bool) -> list[bytes]:
    """SUBPROOF(m, D[n], b)."""
    n = len(entries)
    if m == n:
        return [] if whole else [mth(entries)]
    k = largest_power_below(n)
    if m <= k:
        return [*subproof(m, entries[:k], whole), mth(entries[k:])]
    return [*subproof(m - k, entries[k:], False), mth(entries[:k])]


def agree(size: int, indexes: list[int], firsts: list[int]) -> None:
    entries = [f"entry {number}".encode() for number in range(size)]
    hashes = [merkle.leaf_hash(entry) for entry in entries]
    _, node = grown(hashes)
    root = mth(entries)
    assert merkle.root(hashes) == root
    for index in indexes:
        path = merkle.inclusion_path(index, size, node)
        assert path == audit_path(index, entries)
        assert merkle.verify_inclusion(hashes[index], index, size, path, root)
        assert size == 1 or not merkle.verify_inclusion(
            hashes[index], (index + 1) % size, size, path, root
        )
    for first in firsts:
        path = merkle.consistency_path(first, size, node)
        old = mth(entries[:first])
        assert path == subproof(first, entries, True)
        assert merkle.verify_consistency(first, size, old, root, path)
        assert first == size or not merkle.verify_consistency(first, size, root, root, path)


def test_every_proof_of_every_small_tree_is_the_standards_own() -> None:
    for size in range(1, 33):
        agree(size, list(range(size)), list(range(1, size + 1)))
    for size in range(33, 65):
        agree(size, [0, size // 3, size - 2, size - 1], [1, size // 2, size - 1, size])


@settings(max_examples=6, deadline=None)
@given(st.integers(65, 5_000), st.data())
def test_proofs_of_larger_trees_are_the_standards_own(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    first = data.draw(st.integers(1, size))

    agree(size, [index], [first])


# The roots of the reference inputs of certificate-transparency, tree by tree.
KNOWN_ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
KNOWN_INPUTS = [
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
]  # fmt: skip


@pytest.mark.parametrize("size", range(1, 9))
def test_the_reference_trees_have_their_known_roots(size: int) -> None:
    inputs = [bytes.fromhex(text) for text in KNOWN_INPUTS[:size]]

    assert merkle.root([merkle.leaf_hash(each) for each in inputs]).hex() == KNOWN_ROOTS[size - 1]
    assert mth(inputs).hex() == KNOWN_ROOTS[size - 1]


def test_the_tree_of_nothing_is_the_hash_of_nothing() -> None:
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

    assert merkle.root([]).hex() == mth([]).hex() == empty
