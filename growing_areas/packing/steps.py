"""Steps: the table of a packing house's life. PURE."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    """A step of the life of a house; some need a reason that a reader will ask for."""

    from_statuses: tuple[str, ...]
    to_status: str
    ledger_kind: str
    needs_reason: bool = False


STEPS = {
    "submit": Step(("draft",), "submitted", "packing.submitted"),
    "inspect": Step(("submitted", "inspected"), "inspected", "packing.inspected"),
    "send_back": Step(("submitted", "inspected"), "draft", "packing.sent_back", needs_reason=True),
    "approve": Step(("inspected",), "approved", "packing.approved"),
    "suspend": Step(("approved",), "suspended", "packing.suspended", needs_reason=True),
    "restore": Step(("suspended",), "approved", "packing.restored"),
    "renew": Step(("approved", "expired"), "approved", "packing.renewed"),
    "expire": Step(("approved", "suspended"), "expired", "packing.expired"),
    "revoke": Step(
        ("approved", "suspended", "expired"), "revoked", "packing.revoked", needs_reason=True
    ),
}
