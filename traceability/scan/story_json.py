"""A batch's story as plain values, as programs are told it and bundles keep it."""

from __future__ import annotations

from typing import Any

from traceability.scan.story import Story


def plain(told: Story) -> dict[str, Any]:
    """The story by the names of the public contract (`TraceSchema`)."""
    return {
        "code": told.code,
        "lot": told.lot,
        "state": told.state,
        "product": {
            "name": told.product_name,
            "name_en": told.product_name_en,
            "gtin": told.gtin,
            "stars": told.stars,
        },
        "producer": {
            "name": told.producer_name,
            "place": told.producer_place,
            "verified_at": told.producer_verified_at,
        },
        "produced_on": told.produced_on,
        "harvested_on": told.harvested_on,
        "expires_on": told.expires_on,
        "growing_areas": told.areas,
        "diary": told.works,
        "pre_harvest_interval": told.interval,
        "origin": told.origin,
        "harvests": list(told.harvests),
        "bought": told.bought,
        "made_of": told.made_of,
        "held_because": list(told.held_because),
        "certificates": told.certificates,
        "vouchers": told.vouchers,
        "laboratory_results": told.results,
        "recall": told.recall,
        "measured": [
            {**vars(each), "measures": each.measure.code, "unit": each.measure.unit}
            for each in told.measured
        ],
        "events": told.steps,
        "offers": told.shops,
    }
