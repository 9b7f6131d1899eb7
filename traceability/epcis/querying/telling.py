"""Kept events in the form a reader asked for: identifiers, whole addresses, contexts. PURE."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from traceability.epcis import translation
from traceability.epcis.urns import Lengths

NAMESPACE = "https://nguon.vn/epcis/"
"""What the prefix of our own extension members (``nguon:details``) stands for."""

_IDENTIFIERS = frozenset(
    {"id", "parentID", "epcClass", "source", "destination", "bizTransaction", "deviceID"}
)


def told(
    events: Sequence[Mapping[str, Any]],
    epc_format: str,
    base_url: str,
    lengths: Lengths = (),
) -> list[dict[str, Any]]:
    """The events as they go out; ``lengths`` of company prefixes are for EPC names."""
    return [_told(event, epc_format, base_url.rstrip("/"), lengths) for event in events]


def _told(
    event: Mapping[str, Any], epc_format: str, base_url: str, lengths: Lengths
) -> dict[str, Any]:
    whole = {name: _whole(name, value, base_url) for name, value in event.items()}
    made = translation.translated(whole, epc_format, lengths)
    if any(name.startswith("nguon:") for name in made) and "@context" not in made:
        made["@context"] = [{"nguon": NAMESPACE}]
    return made


def _whole(name: str, value: Any, base_url: str) -> Any:
    """Names of our own things (``/t/<code>``) with the address they are reached at before them."""
    if isinstance(value, str):
        is_ours = name in _IDENTIFIERS and value.startswith("/")
        return base_url + value if is_ours else value
    if isinstance(value, dict):
        # What users put into members of their own is theirs.
        return {k: v if ":" in k else _whole(k, v, base_url) for k, v in value.items()}
    if isinstance(value, list):
        inner = "id" if name in ("epcList", "childEPCs", "inputEPCList", "outputEPCList") else name
        return [_whole(inner, item, base_url) for item in value]
    return value
