"""Whose checkouts belong together: one buyer's, by their account and by the address they left."""

from __future__ import annotations

from collections.abc import Iterable


def by_buyer(checkouts: Iterable[tuple[int, int | None, str | None]]) -> list[list[int]]:
    """Checkouts (id, account, address) in groups of one buyer each, the first buyer first. PURE."""
    heads: dict[object, int] = {}
    members: dict[int, list[int]] = {}
    for group_id, *known in checkouts:
        marks = [mark for mark in known if mark is not None]
        head = next((heads[mark] for mark in marks if mark in heads), group_id)
        heads.update(dict.fromkeys(marks, head))
        members.setdefault(head, []).append(group_id)
    return list(members.values())
