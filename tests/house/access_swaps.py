"""Calls of B's manager mixing B's own things with A's: each fails as if A's were not there."""

from __future__ import annotations

from tests.house.access_pages import ORGANISATION, PRODUCT, at, send
from tests.house.access_personas import Place

V1 = "/api/v1"
DAY = {"unit": "KGM", "quantity": "10", "produced_on": "@today"}

SWAPS: dict[str, Place] = {
    f"POST {V1}/batches #area": Place(
        body={**DAY, "product": "@b.product", "growing_areas": ["@area.code"]}
    ),
    f"POST {V1}/batches #areas": Place(
        body={**DAY, "product": "@b.product", "growing_areas": ["@b.area.code", "@area.code"]}
    ),
    f"POST {V1}/batches #product": Place(
        body={**DAY, "product": "@product", "growing_areas": ["@b.area.code"]}
    ),
    "POST /workspace/batches #area": Place(
        body={**DAY, "product": "@b.product", "growing_areas": "@area.code"}
    ),
    "POST /workspace/batches #product": Place(
        body={**DAY, "product": "@product", "growing_areas": "@b.area.code"}
    ),
    f"POST {V1}/growing-areas #plot": Place(
        body={
            "organisation": "@b.org",
            "plot": "@plot",
            "name": "Vùng",
            "crop": "pomelo",
            "commune_code": "21238",
        }
    ),
    f"POST {V1}/batches #parcel": Place(
        body={
            **DAY,
            "product": "@b.product",
            "growing_areas": ["@b.area.code"],
            "parcels": ["@parcel"],
        }
    ),
    f"DELETE {V1}/growing-areas/<int:area_id>/parcels/<int:parcel_id> #parcel": at(
        area_id="@b.area", parcel_id="@parcel"
    ),
    f"POST {V1}/growing-areas/<int:area_id>/parcels #household": send(
        {"label": "Thửa", "area_ha": "0.1", "household": "@household"}, area_id="@b.area"
    ),
    f"POST {V1}/growing-areas/<int:area_id>/diary #parcel": send(
        {"activity": "irrigation", "done_on": "@today", "parcels": ["@parcel"]},
        area_id="@b.area",
    ),
    f"POST {V1}/offers #product": Place(body={"product": "@product", "price_vnd": 9_000}),
    f"POST {V1}/label-jobs #batch": Place(body={"batch": "@batch", "count": 1, "layout": "a4-24"}),
    f"POST {ORGANISATION}/members/<int:person_id>/roles #member": send(
        {"roles": "seller"}, code="@b.org", person_id="@colleague"
    ),
    f"GET {ORGANISATION}/members/<int:person_id>/reset #member": at(
        code="@b.org", person_id="@colleague"
    ),
    f"POST {ORGANISATION}/members/<int:person_id>/reset #member": at(
        code="@b.org", person_id="@colleague"
    ),
    f"POST {ORGANISATION}/invitations/<int:invitation_id>/withdraw #invitation": at(
        code="@b.org", invitation_id="@invitation"
    ),
    f"POST {PRODUCT}/links/<int:link_id>/remove #link": at(
        code="@b.product", link_id="@product_link"
    ),
    f"POST {ORGANISATION}/links/<int:link_id>/remove #link": at(code="@b.org", link_id="@key_link"),
    f"POST {PRODUCT}/photos/<int:photo_id>/remove #photo": at(code="@b.product", photo_id="@photo"),
    f"POST {PRODUCT}/photos/<int:photo_id>/cover #photo": at(code="@b.product", photo_id="@photo"),
    "POST /orders/<code>/cancel/<order> #order": at(code="@b.order.secret", order="@order"),
}
