"""Merkle tree hashing and proofs after RFC 9162, section 2.1. PURE.

Leaves are counted from 0. A *node* is the hash of a complete subtree: level 0 are the leaf hashes,
the node at (level, position) covers the leaves from ``position << level`` on. Proofs are made from
nodes alone, so they need a logarithmic number of them however long the log.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence

Node = Callable[[int, int], bytes]
Place = tuple[int, int]

EMPTY_ROOT = hashlib.sha256().digest()


def leaf_hash(entry: bytes) -> bytes:
    """Hash one entry (domain-separated from inner nodes by a zero byte)."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two neighbouring subtrees into their parent."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Frontier:
    """The right edge of a growing tree: one complete subtree for every set bit of its size."""

    def __init__(self, size: int = 0, edges: Sequence[bytes] = ()) -> None:
        """Take up a tree of *size* leaves; *edges* are its complete subtrees, largest first."""
        if len(edges) != size.bit_count():
            raise ValueError("a tree has one edge for every set bit of its size")
        self.size = size
        self._edges = list(edges)

    def append(self, leaf: bytes) -> Sequence[tuple[int, int, bytes]]:
        """Add a leaf hash; answers every node above level 0 that it completes."""
        index = self.size
        self.size = index + 1
        if not index & 1:
            self._edges.append(leaf)
            return ()
        completed, level, current = [], 0, leaf
        while index >> level & 1:
            current = node_hash(self._edges.pop(), current)
            level += 1
            completed.append((level, index >> level, current))
        self._edges.append(current)
        return completed

    def root(self) -> bytes:
        """Return the tree's root."""
        if not self._edges:
            return EMPTY_ROOT
        *others, current = self._edges
        for edge in reversed(others):
            current = node_hash(edge, current)
        return current


def root(leaves: Iterable[bytes]) -> bytes:
    """Return the root of the tree of these leaf hashes."""
    frontier = Frontier()
    for leaf in leaves:
        frontier.append(leaf)
    return frontier.root()


def nodes_of(leaves: Sequence[bytes]) -> Node:
    """Return the nodes of the tree of these leaf hashes, to make proofs from."""
    nodes = {(0, position): leaf for position, leaf in enumerate(leaves)}
    frontier = Frontier()
    for leaf in leaves:
        for level, position, completed in frontier.append(leaf):
            nodes[level, position] = completed

    def node(level: int, position: int) -> bytes:
        return nodes[level, position]

    return node


def frontier_places(size: int) -> list[Place]:
    """Return where the edges of a tree of *size* leaves lie, largest first."""
    places, start = [], 0
    for level in range(size.bit_length() - 1, -1, -1):
        if size >> level & 1:
            places.append((level, start >> level))
            start += 1 << level
    return places


def inclusion_path(index: int, size: int, node: Node) -> list[bytes]:
    """Return the audit path that proves leaf *index* is in the tree of *size* leaves."""
    if not 0 <= index < size:
        raise ValueError("the leaf is not in the tree")
    return _inclusion(index, 0, size, node)


def consistency_path(first: int, size: int, node: Node) -> list[bytes]:
    """Return the proof that the tree of *size* leaves begins with the tree of *first* leaves."""
    if not 0 < first <= size:
        raise ValueError("the earlier tree must be non-empty and no larger than the later one")
    return [] if first == size else _consistency(first, 0, size, node, whole=True)


def places_needed(build: Callable[[Node], object]) -> set[Place]:
    """Return the nodes a proof will ask for, so that they are fetched in one go."""
    needed: set[Place] = set()

    def note(level: int, position: int) -> bytes:
        needed.add((level, position))
        return b""

    build(note)
    return needed


def verify_inclusion(
    leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes
) -> bool:
    """Check an audit path. Source: RFC 9162, 2.1.3.2."""
    if not 0 <= index < size:
        return False
    place, last, current = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return False
        if place & 1 or place == last:
            current = node_hash(sibling, current)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            current = node_hash(current, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and current == root


def verify_consistency(
    first: int, second: int, first_root: bytes, second_root: bytes, path: Sequence[bytes]
) -> bool:
    """Check that one tree grew into the other. Source: RFC 9162, 2.1.4.2."""
    if not 0 < first <= second:
        return False
    if first == second:
        return not path and first_root == second_root
    steps = list(path) if first & (first - 1) else [first_root, *path]
    if not steps:
        return False
    place, last = first - 1, second - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    old = new = steps[0]
    for sibling in steps[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            new = node_hash(new, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and old == first_root and new == second_root


def _split(count: int) -> int:
    """The largest power of two smaller than *count*."""
    return 1 << (count - 1).bit_length() - 1


def _range_hash(start: int, end: int, node: Node) -> bytes:
    """The hash of the leaves from *start* to *end*; *start* is a multiple of the left half."""
    count = end - start
    if count & (count - 1) == 0:
        level = count.bit_length() - 1
        return node(level, start >> level)
    middle = start + _split(count)
    return node_hash(_range_hash(start, middle, node), _range_hash(middle, end, node))


def _inclusion(index: int, start: int, end: int, node: Node) -> list[bytes]:
    if end - start == 1:
        return []
    middle = start + _split(end - start)
    if index < middle:
        return [*_inclusion(index, start, middle, node), _range_hash(middle, end, node)]
    return [*_inclusion(index, middle, end, node), _range_hash(start, middle, node)]


def _consistency(first: int, start: int, end: int, node: Node, *, whole: bool) -> list[bytes]:
    """Prove the first *first* leaves of a range; *whole* while they are a known tree's own."""
    if first == end:
        return [] if whole else [_range_hash(start, end, node)]
    middle = start + _split(end - start)
    if first <= middle:
        inner = _consistency(first, start, middle, node, whole=whole)
        return [*inner, _range_hash(middle, end, node)]
    inner = _consistency(first, middle, end, node, whole=False)
    return [*inner, _range_hash(start, middle, node)]
