"""How every call of the API is made in the access matrix. A key's ``#`` parts cases of a route."""

from __future__ import annotations

from tests.house.access_pages import (
    CERTIFICATE,
    GEOJSON,
    GEOMETRY,
    NEW_ORGANISATION,
    REASON,
    VISIT,
    WORK,
    at,
    send,
)
from tests.house.access_personas import Place
from tests.house.access_things import HERE

V1 = "/api/v1"
AREA = f"{V1}/growing-areas/<int:area_id>"
BATCH = f"{V1}/batches/<code>"
RECALL = f"{V1}/recalls/<code>"
CLAIM = f"{V1}/step-claims/<int:claim_id>"
RAW_MEMBER = f"POST {V1}/raw-material-members/<int:member_id>/<any(accept, decline, leave):act>"
LABEL_JOB = f"{V1}/label-jobs/<int:job_id>"
ORDER = f"{V1}/orders/<code>"
PRODUCT = f"{V1}/products/<code>"
KEY_LINKS = f"{V1}/organisations/<code>/links"
OWN_LINKS = f"{PRODUCT}/links/<int:link_id>"
OWN_LINK = {"link_type": "pip", "href": "https://htx.vn/cam", "title": "Cam"}
KEY_LINK = {**OWN_LINK, "path": "/417/8930001000018"}

BUYER = {
    "name": "Trần Văn Bình", "phone": "0912345678", "address": "12 thôn Đông",
    "commune_code": HERE,
}  # fmt: skip
NEW_AREA = {
    "organisation": "@org", "name": "Vùng", "crop": "pomelo", "commune_code": HERE,
    "geometry": GEOMETRY,
}  # fmt: skip
NEW_BATCH = {
    "product": "@product", "growing_areas": ["@area.code"], "quantity": "10", "unit": "KGM",
    "produced_on": "@today",
}  # fmt: skip

API: dict[str, Place] = {
    f"GET {V1}/growing-areas": Place(),
    f"POST {V1}/growing-areas": Place(body=NEW_AREA, names_a=True),
    f"POST {V1}/growing-areas/import": Place(
        body={"organisation": "@org", "crop": "pomelo", "commune_code": HERE},
        files={"file": ("vung.geojson", GEOJSON)},
        names_a=True,
    ),
    f"GET {V1}/growing-areas/imports": Place(),
    f"DELETE {V1}/growing-areas/imports/<int:import_id>": at(import_id="@area_import"),
    f"GET {V1}/growing-areas/eudr.geojson": Place(query={"organisation": "@org"}, names_a=True),
    f"GET {V1}/growing-areas/export": Place(query={"format": "geojson"}),
    f"POST {V1}/growing-areas/exports": Place(body={"format": "geojson"}),
    f"GET {V1}/growing-areas/exports/<int:order_id>": Place(
        {"order_id": "@area_export"}, owner="manager"
    ),
    f"GET {V1}/growing-areas/exports/<int:order_id>/file": Place(
        {"order_id": "@area_export.done"}, owner="manager"
    ),
    f"POST {V1}/growing-areas/exports/<int:order_id>/cancel": Place(
        {"order_id": "@area_export"}, owner="manager"
    ),
    f"GET {AREA}": at(area_id="@area.draft"),
    f"POST {AREA}/outline": Place({"area_id": "@area.approved"}, body={"public": True}),
    f"POST {AREA}/submit": at(area_id="@area.draft"),
    f"GET {AREA}/certificate.pdf": at(area_id="@area.approved"),
    f"GET {AREA}/decision.pdf": at(area_id="@area.suspended"),
    f"POST {AREA}/inspections": send({**VISIT, "passed": True}, area_id="@area.submitted"),
    f"POST {AREA}/approve": at(area_id="@area.inspected"),
    f"POST {AREA}/send-back": send(REASON, area_id="@area.submitted"),
    f"POST {AREA}/suspend": send(REASON, area_id="@area.approved"),
    f"POST {AREA}/restore": send(REASON, area_id="@area.suspended"),
    f"POST {AREA}/revoke": send(REASON, area_id="@area.suspended"),
    f"GET {AREA}/diary": at(area_id="@area.approved"),
    f"POST {AREA}/diary": send(WORK, area_id="@area.approved"),
    f"POST {V1}/diary/<int:entry_id>/corrections": send({**WORK, **REASON}, entry_id="@entry"),
    f"POST {V1}/raw-material-areas": Place(
        body={"organisation": "@org", "name": "Vùng", "crops": ["coffee"]}, names_a=True
    ),
    f"GET {V1}/raw-material-areas/<code>": at(code="@raw"),
    f"POST {V1}/raw-material-areas/<code>/members": send(
        {"growing_areas": ["@area.code"]}, code="@raw"
    ),
    f"{RAW_MEMBER} #accept": at(member_id="@raw.invited", act="accept"),
    f"{RAW_MEMBER} #decline": at(member_id="@raw.invited", act="decline"),
    f"{RAW_MEMBER} #leave": at(member_id="@raw.joined", act="leave"),
    f"GET {AREA}/parcels": at(area_id="@area.approved"),
    f"GET {AREA}/households": at(area_id="@area.approved"),
    f"PUT {AREA}/households/<int:household_id>/agreement": Place(
        {"area_id": "@area.approved", "household_id": "@household"},
        body={"agreed_on": "@today"},
        files={"file": ("giay.png", b"no picture")},
    ),
    f"GET {AREA}/households/<int:household_id>/agreement": at(
        area_id="@area.approved", household_id="@household"
    ),
    f"DELETE {AREA}/households/<int:household_id>/agreement": at(
        area_id="@area.approved", household_id="@household"
    ),
    f"POST {AREA}/parcels": send({"label": "Thửa", "area_ha": "0.1"}, area_id="@area.approved"),
    f"PUT {AREA}/parcels/<int:parcel_id>": send(
        {"label": "Thửa"}, area_id="@area.approved", parcel_id="@parcel"
    ),
    f"POST {AREA}/parcels/cut": send({"parcels": ["@parcel"]}, area_id="@area.approved"),
    f"DELETE {AREA}/parcels/<int:parcel_id>": at(area_id="@area.approved", parcel_id="@parcel"),
    f"POST {V1}/batches": Place(body=NEW_BATCH, names_a=True),
    f"GET {BATCH}": at(code="@batch.draft"),
    f"GET {BATCH}/lineage": at(code="@batch"),
    f"POST {V1}/recalls": Place(body={"batch": "@batch", "reason": "Nghi"}, names_a=True),
    f"POST {V1}/recalls/drill": Place(body={"batch": "@batch"}, names_a=True),
    f"GET {RECALL}": at(code="@recall"),
    f"GET {RECALL}/figures": at(code="@recall"),
    f"POST {RECALL}/announce": send({"reason": "Có", "instructions": "Trả"}, code="@recall"),
    f"POST {RECALL}/lift": send(REASON, code="@recall"),
    f"POST {RECALL}/close": send(REASON, code="@recall.announced"),
    f"GET {CLAIM}": at(claim_id="@claim"),
    f"POST {CLAIM}/confirm": send({}, claim_id="@claim"),
    f"POST {CLAIM}/deny": send(REASON, claim_id="@claim"),
    f"POST {CLAIM}/reject": send(REASON, claim_id="@claim"),
    f"POST {CLAIM}/take-back": send(REASON, claim_id="@claim"),
    f"POST {CLAIM}/ask": send({}, claim_id="@claim"),
    f"POST {RECALL}/effects": send({"batch": "@recall.batch", "found": "1"}, code="@recall"),
    f"POST {BATCH}/release": at(code="@batch.draft"),
    f"POST {BATCH}/hold": at(code="@batch"),
    f"POST {V1}/label-jobs": Place(
        body={"batch": "@batch", "count": 24, "layout": "a4-24"}, names_a=True
    ),
    f"GET {LABEL_JOB}": at(job_id="@label_job"),
    f"GET {LABEL_JOB}/file": at(job_id="@label_job.printed"),
    f"POST {LABEL_JOB}/cancel": at(job_id="@label_job"),
    f"POST {V1}/products": Place(
        body={"organisation": "@org", "unit": "KGM", "name": "Cam"}, names_a=True
    ),
    f"GET {PRODUCT}": at(code="@product"),
    f"GET {PRODUCT}/gtins": at(code="@product"),
    f"POST {PRODUCT}/gtins": send({"gtin": "08930001000117", "reason": "Nhầm"}, code="@product"),
    f"GET {PRODUCT}/links": at(code="@product"),
    f"POST {PRODUCT}/links": send(OWN_LINK, code="@product"),
    f"POST {PRODUCT}/links/check": send(OWN_LINK, code="@product"),
    f"GET {OWN_LINKS}": at(code="@product", link_id="@product_link"),
    f"PUT {OWN_LINKS}": send(OWN_LINK, code="@product", link_id="@product_link"),
    f"DELETE {OWN_LINKS}": at(code="@product", link_id="@product_link"),
    f"GET {KEY_LINKS}": at(code="@org"),
    f"POST {KEY_LINKS}": send(KEY_LINK, code="@org"),
    f"POST {KEY_LINKS}/check": send(KEY_LINK, code="@org"),
    f"GET {KEY_LINKS}/<int:link_id>": at(code="@org", link_id="@key_link"),
    f"PUT {KEY_LINKS}/<int:link_id>": send(OWN_LINK, code="@org", link_id="@key_link"),
    f"DELETE {KEY_LINKS}/<int:link_id>": at(code="@org", link_id="@key_link"),
    f"POST {PRODUCT}/certificates": send(CERTIFICATE, code="@product"),
    f"POST {V1}/places": Place(
        body={"name": "Vườn cam", "kind": "orchard", "commune_code": HERE}, in_place=True
    ),
    f"GET {V1}/places/<slug>": at(slug="@tourism_place.slug"),
    f"POST {V1}/places/<code>/publish": at(code="@tourism_place.draft"),
    f"POST {V1}/places/<code>/close": send(REASON, code="@tourism_place"),
    f"POST {V1}/offers": Place(body={"product": "@product", "price_vnd": 60_000}, names_a=True),
    f"GET {V1}/offers/<code>": at(code="@offer"),
    f"PUT {V1}/offers/<code>": send({"price_vnd": 60_000}, code="@offer"),
    f"POST {V1}/orders": Place(
        body={"lines": [{"offer": "@offer", "quantity": 1}], "buyer": BUYER}
    ),
    f"GET {ORDER}": Place({"code": "@order.secret"}, code_holder=True),
    f"GET {ORDER} #seller": Place({"code": "@order"}, guarded_by="order.handle"),
    f"POST {ORDER}/confirm": at(code="@order"),
    f"POST {ORDER}/ship": send({"waybill": "VN1"}, code="@order.confirmed"),
    f"POST {ORDER}/deliver": at(code="@order.shipped"),
    f"POST {ORDER}/cancel": send(REASON, code="@order"),
    f"POST {ORDER}/refuse": send({**REASON, "goods": "resellable"}, code="@order.shipped"),
    f"POST {V1}/organisations": Place(body=NEW_ORGANISATION),
    f"GET {V1}/organisations/<code>": Place({"code": "@org"}, action="organisation.read"),
    f"GET {V1}/trace/<code>": at(code="@batch"),
    f"GET {V1}/trace/<code>/bundle": Place({"code": "@batch"}, may_be_missing=True),
    f"GET {V1}/trace/<code> #draft": Place({"code": "@batch.draft"}, may_be_missing=True),
    f"GET {V1}/units/<code>": at(code=HERE),
    f"GET {V1}/units/at": Place(query={"lon": "108.3", "lat": "15.7"}, may_be_missing=True),
    f"GET {V1}/plans/<slug>": at(slug="quang-nam"),
    f"GET {V1}/plans/<slug>/export": Place({"slug": "quang-nam"}, query={"format": "csv"}),
    f"GET {V1}/plans/<slug>/series": Place(
        {"slug": "quang-nam"}, query={"indicator": "eco.link_digital"}
    ),
    f"GET {V1}/ledger/proofs/<int(min=1, max=9223372036854775807):sequence>": Place(
        {"sequence": "1"}, may_be_missing=True
    ),
    f"GET {V1}/ledger/checkpoint": Place(may_be_missing=True),
    f"GET {V1}/ledger/checkpoints": Place(),
    f"GET {V1}/ledger/checkpoints/<int(min=1, max=9223372036854775807):size>": Place(
        {"size": "1"}, may_be_missing=True
    ),
    f"GET {V1}/ledger/entries/<int(min=1, max=9223372036854775807):sequence>": Place(
        {"sequence": "1"}, may_be_missing=True
    ),
    f"GET {V1}/ledger/keys": Place(),
    f"GET {V1}/ledger/consistency": Place(query={"first": "1", "second": "2"}, may_be_missing=True),
}
