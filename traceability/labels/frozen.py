"""What an order's labels say, kept as ordered: printed again they are the same labels. PURE."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from traceability.labels.colours import Colours
from traceability.labels.layouts import Layout
from traceability.labels.typesetting import LabelText, Setting


@dataclass(frozen=True)
class Frozen:
    """Paper, words and colours of a run, whatever becomes of product, design and paper."""

    layout: Layout
    text: LabelText
    colours: Colours


def freeze(frozen: Frozen) -> dict[str, Any]:
    """As it is kept with the order."""
    kept = asdict(frozen)
    kept["text"]["facts"] = [list(fact) for fact in frozen.text.facts]
    kept["text"]["fields"] = list(frozen.text.fields)
    return kept


def thaw(kept: Mapping[str, Any]) -> Frozen:
    """What was kept with an order."""
    text = dict(kept["text"])
    text["facts"] = tuple((name, value) for name, value in text["facts"])
    text["fields"] = tuple(text["fields"])
    text["setting"] = Setting(**text["setting"])
    return Frozen(Layout(**kept["layout"]), LabelText(**text), Colours(**kept["colours"]))
