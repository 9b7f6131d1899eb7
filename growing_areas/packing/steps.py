"""Steps: the table of a packing house's life. PURE."""

from __future__ import annotations

from growing_areas.steps import Step

_AT_OFFICE = ("submitted", "inspected")
_CODED = ("approved", "suspended", "expired")

STEPS = {
    "submit": Step(("draft",), "submitted", "packing.submit", "packing.submitted", "cooperative"),
    "inspect": Step(_AT_OFFICE, "inspected", "packing.inspect", "packing.inspected"),
    "send_back": Step(
        _AT_OFFICE, "draft", "packing.inspect", "packing.sent_back", needs_reason=True
    ),
    "approve": Step(("inspected",), "approved", "packing.approve", "packing.approved"),
    "suspend": Step(
        ("approved",), "suspended", "packing.approve", "packing.suspended", needs_reason=True
    ),
    "restore": Step(("suspended",), "approved", "packing.approve", "packing.restored"),
    "renew": Step(("approved", "expired"), "approved", "packing.approve", "packing.renewed"),
    "expire": Step(
        ("approved", "suspended"), "expired", "system.operate", "packing.expired", "clock"
    ),
    "revoke": Step(_CODED, "revoked", "packing.approve", "packing.revoked", needs_reason=True),
}  # fmt: skip
