"""A story as linked data for machines that read pages: schema.org, and where its events are. PURE.

A block of data is not run by browsers, so the page's policy need not allow it.
Source: schema.org Product, GS1 Web Vocabulary (the `epcis` link type).
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from markupsafe import Markup

from traceability.scan.origins import MOST_NAMED
from traceability.scan.story import Story

_OPEN, _CLOSE = '<script type="application/ld+json">', "</script>"


def of_story(told: Story, base_url: str) -> dict[str, Any]:
    """The product of a batch by schema.org's names, with the address of its whole story."""
    page = f"{base_url}/t/{told.code}"
    found: dict[str, Any] = {
        "@context": {"@vocab": "https://schema.org/", "gs1": "https://ref.gs1.org/voc/"},
        "@type": "Product",
        "@id": page,
        "name": told.product_name,
        "alternateName": told.product_name_en,
        "brand": {"@type": "Brand", "name": told.says.brand} if told.says.brand else None,
        "gtin": told.gtin,
        "image": f"{base_url}/files/{told.picture.digest}" if told.picture else None,
        "productionDate": told.produced_on.isoformat(),
        "manufacturer": _producer(told, base_url),
        "countryOfOrigin": {"@type": "Country", "name": "VN"},
        "hasCertification": _certifications(told),
        "gs1:hasBatchLotNumber": told.lot,
        "gs1:expirationDate": told.expires_on.isoformat() if told.expires_on else None,
        "gs1:epcis": {"@id": f"{base_url}/epcis/events?MATCH_anyEPCClass={_name(told, page)}"},
        "subjectOf": {
            "@type": "DataFeed",
            "url": f"{base_url}/api/v1/trace/{told.code}",
            "encodingFormat": "application/json",
        },
    }
    return {name: value for name, value in found.items() if value}


def _name(told: Story, page: str) -> str:
    """The batch as its events name it, ready for a query."""
    name = page
    if told.gtin:
        name = f"https://id.gs1.org/01/{told.gtin}/10/{quote(told.lot, safe='')}"
    return quote(name, safe="")


def block(told: Story, base_url: str) -> Markup:
    """The same as a block of data in a page; nothing in it ends the block early."""
    written = json.dumps(of_story(told, base_url), ensure_ascii=False, separators=(",", ":"))
    for sign, safe in (("<", "\\u003c"), (">", "\\u003e"), ("&", "\\u0026")):
        written = written.replace(sign, safe)
    return Markup(f"{_OPEN}{written}{_CLOSE}")  # noqa: S704 - its signs are made safe above


def _producer(told: Story, base_url: str) -> dict[str, Any]:
    return {
        "@type": "Organization",
        "name": told.producer_name,
        "url": f"{base_url}/producers/{told.producer_slug}",
        "address": told.producer_place,
    }


def _certifications(told: Story) -> list[dict[str, Any]]:
    stars = [
        {
            "@type": "Certification",
            "name": f"OCOP {each.stars}★",
            "certificationIdentification": each.number,
            "expires": each.valid_to.isoformat(),
        }
        for each in told.certificates
    ]
    return stars + [
        {
            "@type": "Certification",
            "name": each.standard,
            "certificationIdentification": each.number,
            "issuedBy": {"@type": "Organization", "name": each.issuer},
            "expires": each.valid_to.isoformat(),
        }
        for each in told.vouchers[:MOST_NAMED]
        if each.state in ("valid", "ending")
    ]
