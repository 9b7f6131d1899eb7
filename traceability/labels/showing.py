"""What pages show of a run before it is printed."""

from __future__ import annotations

from typing import Any

from foundation import i18n
from foundation.i18n import _
from traceability.labels import preview, sheet
from traceability.labels.runs import Prepared


def shown(prepared: Prepared) -> dict[str, Any]:
    """The picture of a label, its measures, and what is found of it."""
    run = prepared.run
    _shape, artwork = sheet.draw(run)
    return {
        "picture": preview.picture(run),
        "per_page": run.layout.per_page,
        "pages": run.layout.pages(run.count, run.start),
        "module_mm": i18n.number(round(artwork.module, 2), 2),
        "design": prepared.design.name if prepared.design else _("Mẫu chuẩn"),
        "findings": prepared.findings,
    }
