"""Steps: one engine for the lives of growing areas and of packing houses; each has its table. PURE.

A table names each step once: from which statuses it leads where, whose act it is, what the ledger
calls it and whether a reader will ask why. Rows, events and ledger bodies differ and stay with
their own `lifecycle`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from foundation.errors import Conflict


@dataclass(frozen=True)
class Step:
    """A step of a life; ``to_status`` None leaves the status as it is.

    ``permission`` is whose act it is; some need a reason that a reader will ask for.
    """

    from_statuses: tuple[str, ...]
    to_status: str | None
    permission: str
    ledger_kind: str
    by: Literal["cooperative", "office", "clock"] = "office"
    needs_reason: bool = False


Table = Mapping[str, Step]


def possible(table: Table, status: str) -> tuple[str, ...]:
    """The steps a status allows."""
    return tuple(name for name, step in table.items() if status in step.from_statuses)


def check(table: Table, status: str, action: str, refusal: str) -> Step:
    """The step, if the status allows it; raises Conflict(refusal) naming both otherwise."""
    step = table[action]
    if status not in step.from_statuses:
        raise Conflict(refusal, status=status, action=action)
    return step
