"""What may be done with a batch in each of its states: one table. PURE.

open      not yet let out: it may be worked on in the house, not leave it
released  fit for sale: everything
held      something is not clear: it may be counted and destroyed, nothing else
recalled  called back: the same, and what comes back is received
closed    nothing is left of it: nothing, until it is opened again or goods come back
"""

from __future__ import annotations

STATES = ("open", "held", "released", "recalled", "closed")
STEPS = (
    "split", "merge", "process", "pack", "unpack", "ship", "return", "waste", "stocktake",
    "label", "release", "hold", "close", "reopen", "market", "load",
)  # fmt: skip

_HANDLED = frozenset({"split", "merge", "process", "pack", "unpack", "waste", "stocktake", "load"})
# Never closed: what was sold of it is still out there, and its page says what is the matter.
_KEPT = frozenset({"unpack", "return", "waste", "stocktake"})

ALLOWED: dict[str, frozenset[str]] = {
    "open": _HANDLED | {"return", "label", "release", "hold", "close", "market"},
    "released": _HANDLED | {"ship", "return", "label", "hold", "close", "market"},
    "held": _KEPT | {"release", "market"},
    "recalled": _KEPT,
    # Cartons of a lot that is all packed stand in the store still.
    "closed": frozenset({"return", "unpack", "reopen", "load"}),
}


def allowing(step: str) -> tuple[str, ...]:
    """The states in which this may be done with a batch."""
    return tuple(state for state in STATES if allows(state, step))


def allows(state: str, step: str) -> bool:
    """Whether a batch in this state lets this be done with it."""
    return step in ALLOWED[state]
