"""A batch's story as plain values, as programs are told it and bundles keep it."""

from __future__ import annotations

from typing import Any

from traceability.scan.story import Story


def plain(told: Story) -> dict[str, Any]:
    """The story by the names of the public contract (`TraceSchema`), in the order of the page."""
    return {
        "code": told.code,
        "lot": told.lot,
        "state": told.state,
        "recall": told.recall,
        "held_because": list(told.held_because),
        "product": _product(told),
        "producer": {
            "name": told.producer_name,
            "place": told.producer_place,
            "number": told.producer_number,
            "verified_at": told.producer_verified_at,
        },
        "produced_on": told.produced_on,
        "harvested_on": told.harvested_on,
        "expires_on": told.expires_on,
        "declared": told.declared,
        "certificates": told.certificates,
        "vouchers": told.vouchers,
        "origin": told.origin,
        "growing_areas": told.areas,
        "households": told.households,
        "bought": told.bought,
        "made_of": told.made_of,
        "harvests": list(told.harvests),
        "pre_harvest_interval": told.interval,
        "diary": told.works,
        "timeline": told.timeline,
        "laboratory_results": told.results,
        "measured": [
            {**vars(each), "measures": each.measure.code, "unit": each.measure.unit}
            for each in told.measured
        ],
        "events": told.steps,
        "proof": told.proof,
        "offers": told.shops,
        "complaints_path": f"/complaints/new?code={told.code}",
        "stands_behind": _standing(told),
    }


def _product(told: Story) -> dict[str, Any]:
    return {
        "name": told.product_name,
        "name_en": told.product_name_en,
        "gtin": told.gtin,
        "stars": told.stars,
        "brand": told.says.brand,
        "net_content": told.net_content,
        "net_unit": told.net_unit,
        "ingredients": told.says.ingredients,
        "storage": told.says.storage,
        "warnings": told.says.warnings,
        "portal_url": told.says.portal_url,
        "picture": f"/files/{told.picture.digest}" if told.picture else None,
    }


def _standing(told: Story) -> dict[str, str]:
    """Who answers for each part of the story: its house, an officer, a laboratory, an issuer."""
    checked = bool(told.areas) and all(area.status == "approved" for area in told.areas)
    return {
        "product": "producer",
        "producer": "officer" if told.producer_verified_at else "producer",
        "growing_areas": "officer" if checked else "producer",
        "timeline": "producer",
        "certificates": "issuer",
        "laboratory_results": "laboratory",
        "measured": "producer",
        "events": "producer",
    }
