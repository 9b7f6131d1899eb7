"""The tree: roots, growth and proofs hold for every size, and nothing else does."""

import hashlib

import pytest
from hypothesis import given
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
