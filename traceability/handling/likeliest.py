"""Which steps most often come next for a batch: what its page offers first. PURE."""

from __future__ import annotations

from decimal import Decimal

_MOST = 2


def next_steps(
    state: str, there: Decimal, *, is_releasable: bool, has_labels: bool
) -> tuple[str, ...]:
    """The one or two likeliest next steps, the likeliest first; all others stay on offer.

    ``release`` and ``print`` besides the steps of ``pages_steps``; ``there``: what is in stock,
    in the batch's unit. An open batch is let out and labelled, a released one labelled, then
    shipped; an empty one closed.
    """
    wanted: list[str] = []
    if is_releasable:
        wanted.append("release")
    if state in ("open", "released") and there == 0:
        wanted.append("close")
    elif state in ("open", "released"):
        wanted += ["ship", "pack"] if has_labels and state == "released" else ["print", "ship"]
    elif state == "closed":
        wanted.append("reopen")
    return tuple(wanted[:_MOST])
