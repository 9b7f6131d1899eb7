"""Kept events in the form a reader asked for: identifiers, whole addresses, contexts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from accounts import company_prefixes
from foundation import config
from traceability.epcis import translation
from traceability.epcis.urns import NOBODYS, Lengths

NAMESPACE = "https://nguon.vn/epcis/"
"""What the prefix of our own extension members (``nguon:details``) stands for."""

_IDENTIFIERS = frozenset(
    {"id", "parentID", "epcClass", "source", "destination", "bizTransaction", "deviceID"}
)


def told(
    events: Sequence[Mapping[str, Any]],
    epc_format: str,
    base_url: str,
    lengths: Lengths = NOBODYS,
) -> list[dict[str, Any]]:
    """The events as they go out; ``lengths`` of company prefixes are for EPC names."""
    return [_told(event, epc_format, base_url.rstrip("/"), lengths) for event in events]


def prefixes(session: Session, epc_format: str) -> Lengths:
    """The company prefixes that EPC names are told by: the setting's, and organisations' own."""
    if epc_format != "Always_EPC_URN":
        return NOBODYS
    return {**dict(config.current().gs1_prefixes), **company_prefixes.lengths(session)}


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
