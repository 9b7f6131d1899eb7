"""How every page is called in the access matrix. A key's ``#`` parts cases of one route."""

from __future__ import annotations

import json
from typing import Any

from tests.growing_areas.factories import field
from tests.growing_areas.parcels.factories import strip
from tests.house.access_personas import Place
from tests.house.access_things import GTIN, HERE, HERE_PROVINCE, PICTURE

REASON = {"reason": "Theo biên bản kiểm tra"}
WORK = {"activity": "irrigation", "done_on": "@today", "notes": "Tưới"}
VISIT = {"passed": "true", "inspected_on": "@today"}
PASSWORD = "ruong-bac-thang-2027"
GEOMETRY = field(lon=0.09, lat=0.5)
GEOJSON = json.dumps(
    {
        "type": "FeatureCollection",
        "features": [{"type": "Feature", "properties": {"name": "Vùng"}, "geometry": GEOMETRY}],
    }
).encode()


KEYS = (
    "00", "01", "253", "255", "401", "402", "414", "415", "417", "8003", "8004", "8006", "8010",
    "8013", "8017", "8018",
)  # fmt: skip
RESOLVED = "GET /<any({}):key>/<path:rest>".format(", ".join(f'"{key}"' for key in KEYS))


def at(**path: str) -> Place:
    """A thing of A's."""
    return Place(path)


def send(body: dict[str, Any], **path: str) -> Place:
    """A form sent to a thing of A's."""
    return Place(path, body=body)


AREA = "/workspace/areas/<int:area_id>"
HOUSEHOLDS = f"{AREA}/households"
RAW = "/workspace/raw-material-areas/<code>"
RAW_MEMBER = (
    "POST /workspace/raw-material-members/<int:member_id>/<any(accept, decline, leave):act>"
)
PARCELS = json.dumps(strip(2, lon=0.03, lat=0.5)).encode()
OFFICE_AREA = "/office/areas/<int:area_id>"
STEP = f"{OFFICE_AREA}/<any(send_back, suspend, restore, revoke, renew, amend_return):step>"
ORGANISATION = "/workspace/organisations/<code>"
OFFICE_ORGANISATION = "/office/organisations/<code>"
BATCH = "/workspace/batches/<code>"
RECALL = "/workspace/recalls/<code>"
CLAIM = "/<any(workspace, office):desk>/claims/<int:claim_id>"
LABEL_JOB = "/workspace/label-jobs/<int:job_id>"
ORDER = "/workspace/orders/<code>"
TOURISM_PLACE = "/office/places/<code>"
VISIT_PLACE = {"name": "Vườn bưởi", "kind": "orchard", "commune": HERE}
PRODUCT = "/workspace/products/<code>"
SHOP_TERMS = "/workspace/shops/<code>/terms"
IMPORT = "/office/cooperatives/import/<int:batch_id>"
ADMIN_PERSON = "/admin/people/<int:person_id>"
NEW_ORGANISATION = {"name": "HTX Mới", "kind": "cooperative", "commune_code": HERE}
INVITED = {"name": "Lê Văn Mới", "contact": "moi@vidu.vn", "role": "staff"}
CERTIFICATE = {
    "stars": "4", "number": "QN-1/2026", "decision": "QĐ 1", "valid_from": "@today",
}  # fmt: skip
LINKAGE = {
    "name": "Liên kết bưởi", "commune_code": HERE, "crop": "pomelo", "buyer": "Siêu thị",
    "started_on": "@today", "evidence": "Hợp đồng",
}  # fmt: skip
CHANNEL = {
    "owner_name": "Chủ thể", "commune_code": HERE, "kind": "supermarket", "channel": "Siêu thị",
    "valid_from": "@today", "evidence": "Ảnh chụp",
}  # fmt: skip
ROSTER = {
    "kind": "cooperatives", "unit_code": HERE, "as_of": "@today", "total": "5", "source": "Sở",
}  # fmt: skip

ACCOUNT_PAGES: dict[str, Place] = {
    "POST /account/consents/<int:consent_id>/withdraw": Place(
        {"consent_id": "@consent"}, owner="manager"
    ),
    "POST /account/consents/<int:consent_id>/withdraw #household": Place(
        {"consent_id": "@consent.household"}, action="consent.record"
    ),
    "POST /account/devices/<int:session_id>/end": Place({"session_id": "@device"}, owner="manager"),
    "POST /account/tokens/<int:token_id>/revoke": Place(
        {"token_id": "@token.manager"}, owner="manager"
    ),
    "GET /account/contact/<any(email, phone):kind>/remove": at(kind="email"),
    "POST /account/contact/<any(email, phone):kind>/remove": at(kind="email"),
    "POST /account/devices/end-all": Place(to_sign_in=True),
    "GET /sign-in/second-factor": Place(to_sign_in=True),
    "POST /sign-in/second-factor": Place(body={"code": "123456"}, to_sign_in=True),
    "POST /account/tokens": Place(body={"name": "Máy cân"}),
    "POST /account": Place(body={"name": "Tên mới", "locale": "vi"}),
    "GET /invitations/<token>": Place({"token": "@invitation.token"}, code_holder=True),
    "POST /invitations/<token>": Place(
        {"token": "@invitation.token"}, body={"name": "Lê", "password": PASSWORD}, code_holder=True
    ),
    "POST /invitations/<token>/code": Place({"token": "@invitation.token"}, code_holder=True),
    "POST /invitations/<token>/accept": Place({"token": "@invitation.token.buyer"}, owner="buyer"),
    f"GET {ADMIN_PERSON}": at(person_id="@colleague"),
    f"POST {ADMIN_PERSON}/roles": send(
        {"role": "inspector", "province": HERE_PROVINCE}, person_id="@colleague"
    ),
    f"POST {ADMIN_PERSON}/roles/<int:grant_id>/revoke": send(
        REASON, person_id="@person.council", grant_id="@grant"
    ),
    f"POST {ADMIN_PERSON}/<act> #disable": send(REASON, person_id="@colleague", act="disable"),
    f"POST {ADMIN_PERSON}/<act> #factor": send(
        REASON, person_id="@colleague", act="reset-second-factor"
    ),
    "POST /admin/jobs/<int:job_id>/retry": at(job_id="@failed_job"),
    "POST /workspace/households/new": Place(
        body={"name": "Hộ Mới", "commune_code": HERE, "channel": "paper", "agreed": "1"},
        in_place=True,
    ),
    "POST /workspace/organisations/new": Place(body=NEW_ORGANISATION),
}

ORGANISATION_PAGES: dict[str, Place] = {
    f"GET {ORGANISATION}": at(code="@org"),
    f"GET {ORGANISATION}/edit": at(code="@org"),
    f"POST {ORGANISATION}/edit": send(NEW_ORGANISATION, code="@org"),
    f"POST {ORGANISATION}/invitations": send(INVITED, code="@org"),
    f"POST {ORGANISATION}/invitations/<int:invitation_id>/withdraw": at(
        code="@org", invitation_id="@invitation"
    ),
    "POST /office/invitations/<int:invitation_id>/again": at(invitation_id="@invitation"),
    "POST /office/invitations/<int:invitation_id>/withdraw": at(invitation_id="@invitation"),
    f"GET {ORGANISATION}/members/<int:person_id>/reset": at(code="@org", person_id="@colleague"),
    f"POST {ORGANISATION}/members/<int:person_id>/reset": at(code="@org", person_id="@colleague"),
    f"POST {ORGANISATION}/members/<int:person_id>/roles": send(
        {"roles": "seller"}, code="@org", person_id="@colleague"
    ),
    f"GET {ORGANISATION}/profile": at(code="@org"),
    f"POST {ORGANISATION}/profile": send({"members": "12"}, code="@org"),
    f"POST {ORGANISATION}/profile/confirm": at(code="@org"),
    f"GET {OFFICE_ORGANISATION}": at(code="@org"),
    f"GET {OFFICE_ORGANISATION}/<decision> #verify": at(code="@org", decision="verify"),
    f"GET {OFFICE_ORGANISATION}/<decision> #suspend": at(code="@org", decision="suspend"),
    f"GET {OFFICE_ORGANISATION}/<decision> #tax": at(code="@org", decision="tax-code"),
    f"GET {OFFICE_ORGANISATION}/<decision> #prefix": at(code="@org", decision="gs1-prefix"),
    f"POST {OFFICE_ORGANISATION}/gs1-prefix": send(REASON, code="@org"),
    f"POST {OFFICE_ORGANISATION}/verify": send(REASON, code="@org"),
    f"POST {OFFICE_ORGANISATION}/suspend": send(REASON, code="@org"),
    f"POST {OFFICE_ORGANISATION}/tax-code": send(REASON, code="@org"),
    f"POST {OFFICE_ORGANISATION}/invitations": send(INVITED, code="@org"),
    "POST /office/organisations/new": Place(body=NEW_ORGANISATION, in_place=True),
    "GET /office/organisations/export": Place(query={"format": "csv"}),
    "POST /office/people": Place(
        body={**INVITED, "role": "inspector", "province": HERE_PROVINCE}, in_place=True
    ),
    "GET /office/cooperatives/export": Place(query={"format": "csv"}),
    "POST /office/cooperatives/import": Place(
        files={"file": ("htx.csv", f"name,commune_code\nHTX,{HERE}\n".encode())}
    ),
    f"GET {IMPORT}": Place({"batch_id": "@import"}, owner="officer"),
    f"POST {IMPORT}/<act> #apply": Place({"batch_id": "@import", "act": "apply"}, owner="officer"),
    f"POST {IMPORT}/<act> #undo": Place({"batch_id": "@import", "act": "undo"}, owner="officer"),
    "POST /office/registers/linkage/new": Place(body=LINKAGE, in_place=True),
    "POST /office/registers/channels/new": Place(body=CHANNEL, in_place=True),
    "POST /office/registers/rosters/new": Place(body=ROSTER, in_place=True),
    "POST /office/registers/linkage/<int:row_id>/end": send({"on": "@today"}, row_id="@linkage"),
    "POST /office/registers/channels/<int:row_id>/end": send({"on": "@today"}, row_id="@channel"),
}

AREA_PAGES: dict[str, Place] = {
    f"GET {AREA}": at(area_id="@area.draft"),
    f"GET {AREA}/edit": at(area_id="@area.draft"),
    f"POST {AREA}/edit": send(
        {"act": "save", "name": "Vùng", "crop": "pomelo", "commune_code": HERE},
        area_id="@area.draft",
    ),
    f"POST {AREA}/outline/<any(show, hide):wish>": at(area_id="@area.approved", wish="show"),
    f"POST {AREA}/submit": at(area_id="@area.draft"),
    f"POST {AREA}/discard": at(area_id="@area.draft"),
    f"GET {AREA}/certificate.pdf": at(area_id="@area.approved"),
    f"GET {AREA}/certificates": at(area_id="@area.approved"),
    f"POST {AREA}/dossier.pdf": at(area_id="@area.draft"),
    f"GET {OFFICE_AREA}/decision.pdf": at(area_id="@area.suspended"),
    f"GET {AREA}/diary": at(area_id="@area.approved"),
    f"POST {AREA}/diary": send(WORK, area_id="@area.approved"),
    "GET /workspace/diary/<int:entry_id>/correct": at(entry_id="@entry"),
    "POST /workspace/diary/<int:entry_id>/correct": send({**WORK, **REASON}, entry_id="@entry"),
    "POST /workspace/diary/<int:entry_id>/correct #strike": send(
        {"act": "strike_out", **REASON}, entry_id="@entry"
    ),
    f"GET {AREA}/parcels": at(area_id="@area.approved"),
    f"POST {AREA}/parcels/many #assign": send(
        {"act": "assign", "parcels": "@parcel"}, area_id="@area.approved"
    ),
    f"POST {AREA}/parcels/many #cut": send(
        {"act": "cut", "parcels": "@parcel"}, area_id="@area.approved"
    ),
    f"POST {AREA}/parcels/many #remove": send(
        {"act": "remove", "parcels": "@parcel"}, area_id="@area.approved"
    ),
    f"POST {AREA}/parcels/restore/<int:stamp>": at(
        area_id="@area.approved", stamp="@removed_parcel.stamp"
    ),
    f"GET {AREA}/parcels/new": at(area_id="@area.approved"),
    f"POST {AREA}/parcels/new": send({"label": "Thửa", "area_ha": "0,1"}, area_id="@area.approved"),
    f"GET {AREA}/parcels/<int:parcel_id>/edit": at(area_id="@area.approved", parcel_id="@parcel"),
    f"POST {AREA}/parcels/<int:parcel_id>/edit": send(
        {"label": "Thửa"}, area_id="@area.approved", parcel_id="@parcel"
    ),
    f"GET {AREA}/parcels/surroundings.geojson": at(area_id="@area.approved"),
    f"GET {AREA}/parcels/import": at(area_id="@area.approved"),
    f"POST {AREA}/parcels/import": Place(
        {"area_id": "@area.approved"}, files={"file": ("thua.geojson", PARCELS)}
    ),
    f"GET {AREA}/parcels/import/<digest>": Place(
        {"area_id": "@area.approved", "digest": "@parcel_upload"}, owner="manager"
    ),
    f"POST {AREA}/parcels/import/<digest>": Place(
        {"area_id": "@area.approved", "digest": "@parcel_upload"},
        body={"act": "save", "take": "1"},
        owner="manager",
    ),
    f"POST {AREA}/parcels/import/undo/<int:stamp>": at(
        area_id="@area.approved", stamp="@imported_parcel.stamp"
    ),
    f"GET {AREA}/yields": at(area_id="@area.approved"),
    f"GET {AREA}/yields/export": at(area_id="@area.approved"),
    f"GET {HOUSEHOLDS}": at(area_id="@area.approved"),
    f"POST {HOUSEHOLDS}": send({"name": "Lê Văn Mới"}, area_id="@area.approved"),
    f"POST {HOUSEHOLDS}/agree": send(
        {"households": "@household", "agreed_on": "@today", "agreed_how": "paper"},
        area_id="@area.approved",
    ),
    f"GET {HOUSEHOLDS}/<int:household_id>/edit": at(
        area_id="@area.approved", household_id="@household"
    ),
    f"POST {HOUSEHOLDS}/<int:household_id>/edit": send(
        {"name": "Lê Văn Mới"}, area_id="@area.approved", household_id="@household"
    ),
    f"GET {HOUSEHOLDS}/<int:household_id>/agreement": at(
        area_id="@area.approved", household_id="@household"
    ),
    f"POST {HOUSEHOLDS}/<int:household_id>/agreement": Place(
        {"area_id": "@area.approved", "household_id": "@household"},
        body={"agreed_on": "@today"},
        files={"file": ("giay.png", b"no picture")},
    ),
    f"GET {HOUSEHOLDS}/<int:household_id>/agreement/file": at(
        area_id="@area.approved", household_id="@household"
    ),
    f"GET {HOUSEHOLDS}/<int:household_id>/agreement/remove": at(
        area_id="@area.approved", household_id="@household"
    ),
    f"POST {HOUSEHOLDS}/<int:household_id>/agreement/remove": at(
        area_id="@area.approved", household_id="@household"
    ),
    f"GET {HOUSEHOLDS}/<int:household_id>/erase": at(
        area_id="@area.approved", household_id="@household"
    ),
    f"POST {HOUSEHOLDS}/<int:household_id>/erase": at(
        area_id="@area.approved", household_id="@household"
    ),
    f"GET {HOUSEHOLDS}/export.xlsx": at(area_id="@area.approved"),
    f"GET {HOUSEHOLDS}/import": at(area_id="@area.approved"),
    f"POST {HOUSEHOLDS}/import": Place(
        {"area_id": "@area.approved"}, files={"file": ("ho.csv", b"name\nLe Van Moi\n")}
    ),
    f"GET {HOUSEHOLDS}/import/<int:batch_id>": Place(
        {"area_id": "@area.approved", "batch_id": "@household.import"}, owner="manager"
    ),
    f"POST {HOUSEHOLDS}/import/<int:batch_id>/<any(apply, undo):act> #apply": Place(
        {"area_id": "@area.approved", "batch_id": "@household.import", "act": "apply"},
        owner="manager",
    ),
    f"POST {HOUSEHOLDS}/import/<int:batch_id>/<any(apply, undo):act> #undo": Place(
        {"area_id": "@area.approved", "batch_id": "@household.import", "act": "undo"},
        owner="manager",
    ),
    "POST /workspace/raw-material-areas/new": Place(
        body={"organisation": "@org", "name": "Vùng", "crops": "coffee"}, names_a=True
    ),
    f"GET {RAW}": at(code="@raw"),
    f"GET {RAW}/edit": at(code="@raw"),
    f"POST {RAW}/edit": send({"name": "Vùng", "crops": "coffee"}, code="@raw"),
    f"POST {RAW}/invite": send({"growing_areas": "@area.code"}, code="@raw"),
    f"POST {RAW}/end": send({"on": "@today"}, code="@raw"),
    f"{RAW_MEMBER} #accept": at(member_id="@raw.invited", act="accept"),
    f"{RAW_MEMBER} #decline": at(member_id="@raw.invited", act="decline"),
    f"{RAW_MEMBER} #leave": at(member_id="@raw.joined", act="leave"),
    "GET /raw-material-areas": Place(),
    "GET /raw-material-areas/<code>": at(code="@raw"),
    "GET /workspace/areas/eudr.geojson": Place(query={"organisation": "@org"}, names_a=True),
    "GET /workspace/areas/eudr": Place(query={"organisation": "@org"}, names_a=True),
    "POST /workspace/areas/export": Place(body={"format": "csv"}),
    "POST /office/areas/export": Place(body={"format": "csv"}),
    "GET /workspace/areas/export/file": Place(query={"format": "csv"}),
    "GET /office/areas/export/file": Place(query={"format": "csv"}),
    "GET /workspace/areas/export/<int:order_id>": Place(
        {"order_id": "@area_export"}, owner="manager"
    ),
    "GET /office/areas/export/<int:order_id>": Place({"order_id": "@area_export"}, owner="manager"),
    "POST /workspace/areas/export/<int:order_id>/cancel": Place(
        {"order_id": "@area_export"}, owner="manager"
    ),
    "POST /office/areas/export/<int:order_id>/cancel": Place(
        {"order_id": "@area_export"}, owner="manager"
    ),
    "GET /workspace/areas/export/<int:order_id>/file": Place(
        {"order_id": "@area_export.done"}, owner="manager"
    ),
    "GET /office/areas/export/<int:order_id>/file": Place(
        {"order_id": "@area_export.done"}, owner="manager"
    ),
    "POST /workspace/areas/new": Place(
        body={
            "act": "save",
            "organisation": "@org",
            "name": "Vùng",
            "crop": "pomelo",
            "commune_code": HERE,
            "geometry": json.dumps(GEOMETRY),
        },
        names_a=True,
    ),
    "POST /workspace/areas/import": Place(
        body={"act": "check", "organisation": "@org", "crop": "pomelo", "commune_code": HERE},
        files={"file": ("vung.geojson", GEOJSON)},
        names_a=True,
    ),
    "GET /workspace/areas/import/<digest>": Place({"digest": "@upload"}, owner="manager"),
    "POST /workspace/areas/import/<digest>": Place(
        {"digest": "@upload"},
        body={
            "act": "save",
            "organisation": "@org",
            "crop": "pomelo",
            "commune_code": HERE,
            "take": "1",
        },
        owner="manager",
    ),
    "GET /workspace/areas/imports/<int:import_id>": at(import_id="@area_import"),
    "POST /workspace/areas/imports/<int:import_id>/undo": at(import_id="@area_import"),
    f"GET {OFFICE_AREA}": at(area_id="@area.submitted"),
    f"POST {OFFICE_AREA}/households": at(area_id="@area.submitted"),
    f"POST {OFFICE_AREA}/inspect": send(VISIT, area_id="@area.submitted"),
    f"POST {OFFICE_AREA}/approve": at(area_id="@area.inspected"),
    f"GET {STEP} #send_back": at(area_id="@area.submitted", step="send_back"),
    f"GET {STEP} #suspend": at(area_id="@area.approved", step="suspend"),
    f"GET {STEP} #restore": at(area_id="@area.suspended", step="restore"),
    f"GET {STEP} #revoke": at(area_id="@area.suspended", step="revoke"),
    f"POST {STEP} #send_back": send(REASON, area_id="@area.submitted", step="send_back"),
    f"POST {STEP} #suspend": Place(
        {"area_id": "@area.approved", "step": "suspend"}, body=REASON, action="area.approve"
    ),
    f"POST {STEP} #restore": Place(
        {"area_id": "@area.suspended", "step": "restore"}, body=REASON, action="area.approve"
    ),
    f"POST {STEP} #revoke": Place(
        {"area_id": "@area.suspended", "step": "revoke"}, body=REASON, action="area.approve"
    ),
}

GOODS_PAGES: dict[str, Place] = {
    f"GET {BATCH}": at(code="@batch"),
    f"GET {BATCH} #draft": at(code="@batch.draft"),
    f"GET {BATCH}/lineage": at(code="@batch"),
    "POST /workspace/recalls": Place(
        body={"origin": "batch", "key": "@batch", "reason": "Nghi", "do": "hold"}, names_a=True
    ),
    "GET /recalls/<code>": at(code="@recall.announced"),
    f"GET {RECALL}": at(code="@recall"),
    f"POST {RECALL}/announce": send({"reason": "Có", "instructions": "Trả"}, code="@recall"),
    f"POST {RECALL}/<any(lift, close):step>": send(REASON, code="@recall", step="lift"),
    f"POST {RECALL}/effects": send({"batch": "@recall.batch", "found": "1"}, code="@recall"),
    f"GET {CLAIM}": at(desk="workspace", claim_id="@claim"),
    f"POST {CLAIM}/confirm": send({}, desk="workspace", claim_id="@claim"),
    f"POST {CLAIM}/deny": send(REASON, desk="workspace", claim_id="@claim"),
    f"POST {CLAIM}/reject": send(REASON, desk="office", claim_id="@claim"),
    f"POST {CLAIM}/take-back": send(REASON, desk="office", claim_id="@claim"),
    f"POST {CLAIM}/ask": send({}, desk="office", claim_id="@claim"),
    f"POST {BATCH}/release": at(code="@batch.draft"),
    f"POST {BATCH}/hold": at(code="@batch"),
    f"GET {BATCH}/label.svg": at(code="@batch"),
    f"GET {BATCH}/labels": at(code="@batch"),
    f"POST {BATCH}/labels": send({"count": "24", "layout": "a4-24"}, code="@batch"),
    "POST /workspace/batches": Place(
        body={
            "product": "@product",
            "growing_areas": "@area.code",
            "quantity": "10",
            "unit": "KGM",
            "produced_on": "@today",
        },
        names_a=True,
    ),
    f"GET {LABEL_JOB}": at(job_id="@label_job"),
    f"GET {LABEL_JOB}/file": at(job_id="@label_job.printed"),
    f"POST {LABEL_JOB}/cancel": at(job_id="@label_job"),
    f"GET {PRODUCT}": at(code="@product"),
    f"GET {PRODUCT}/edit": at(code="@product"),
    f"POST {PRODUCT}/edit": send({"name": "Bưởi", "gtin": GTIN}, code="@product"),
    f"GET {PRODUCT}/gtin": at(code="@product"),
    f"POST {PRODUCT}/gtin": send({"gtin": "08930001000117", "reason": "Nhầm"}, code="@product"),
    f"GET {PRODUCT}/links": at(code="@product"),
    f"POST {PRODUCT}/links": send(
        {"link_type": "pip", "href": "https://htx.vn/buoi", "title": "Bưởi"}, code="@product"
    ),
    f"GET {ORGANISATION}/links": at(code="@org"),
    f"POST {ORGANISATION}/links": send(
        {
            "path": "/417/8930001000018",
            "link_type": "homepage",
            "href": "https://htx.vn/",
            "title": "HTX",
        },
        code="@org",
    ),
    f"POST {ORGANISATION}/links/<int:link_id>/remove": at(code="@org", link_id="@key_link"),
    f"POST {PRODUCT}/links/<int:link_id>/remove": at(code="@product", link_id="@product_link"),
    f"POST {PRODUCT}/photos": Place({"code": "@product"}, files={"photo": ("a.png", PICTURE)}),
    f"POST {PRODUCT}/photos/<int:photo_id>/cover": at(code="@product", photo_id="@photo"),
    f"POST {PRODUCT}/photos/<int:photo_id>/remove": at(code="@product", photo_id="@photo"),
    "POST /workspace/products/new": Place(
        body={"organisation": "@org", "unit": "KGM", "name": "Cam"}, names_a=True
    ),
    "GET /office/products/<code>": at(code="@product"),
    "POST /office/products/<code>/certificates": send(CERTIFICATE, code="@product"),
    "POST /office/places/new": Place(body=VISIT_PLACE, in_place=True),
    f"GET {TOURISM_PLACE}": at(code="@tourism_place"),
    f"GET {TOURISM_PLACE}/edit": at(code="@tourism_place"),
    f"POST {TOURISM_PLACE}/edit": send(VISIT_PLACE, code="@tourism_place"),
    f"POST {TOURISM_PLACE}/<any(publish, confirm):step>": at(code="@tourism_place", step="confirm"),
    f"GET {TOURISM_PLACE}/close": at(code="@tourism_place"),
    f"POST {TOURISM_PLACE}/close": send(REASON, code="@tourism_place"),
    f"POST {TOURISM_PLACE}/photos": Place(
        {"code": "@tourism_place"}, files={"photo": ("a.png", PICTURE)}
    ),
    f"POST {TOURISM_PLACE}/photos/<int:photo_id>/<any(remove, cover):step>": at(
        code="@tourism_place", photo_id="@tourism_photo", step="cover"
    ),
    "GET /workspace/offers/<code>": at(code="@offer"),
    "POST /workspace/offers/<code>": send({"price_vnd": "60000"}, code="@offer"),
    "POST /workspace/offers/new": Place(
        body={"product": "@product", "price_vnd": "60000"}, names_a=True
    ),
    f"GET {SHOP_TERMS}": at(code="@org"),
    f"POST {SHOP_TERMS}": send({"delivery_vnd": "20000"}, code="@org"),
    f"GET {ORDER}": at(code="@order"),
    f"POST {ORDER}/confirm": at(code="@order"),
    f"POST {ORDER}/ship": at(code="@order.confirmed"),
    f"POST {ORDER}/deliver": at(code="@order.shipped"),
    f"POST {ORDER}/cancel": send(REASON, code="@order"),
    f"POST {ORDER}/refuse": send({**REASON, "goods": "resellable"}, code="@order.shipped"),
    "GET /workspace/orders/export": Place(query={"format": "csv"}),
}

PUBLIC_PAGES: dict[str, Place] = {
    RESOLVED: at(key="01", rest="@digital_link"),
    "GET /<compressed>": Place({"compressed": "CBBgAAAA"}, may_be_missing=True),
    "GET /.well-known/gs1resolver": Place(),
    "GET /t/<code>": at(code="@batch"),
    "GET /t/<code>/<serial>": Place(
        {"code": "@batch", "serial": "ABCDEFGHJKLMNPQ"}, may_be_missing=True
    ),
    "GET /t/<code>/history": at(code="@batch"),
    "GET /t/<code>/preview.png": at(code="@batch"),
    "GET /t/<code> #draft": Place({"code": "@batch.draft"}, may_be_missing=True),
    "GET /tiles/areas/<int:z>/<int:x>/<int:y>.mvt": at(z="8", x="203", y="113"),
    "GET /tiles/ground/<int:z>/<int:x>/<int:y>.mvt": at(z="8", x="203", y="113"),
    "GET /verify": Place(query={"q": "@area.code"}),
    "GET /api/docs/<group>": at(group="batches"),
    "GET /open-data/<dataset>": at(dataset="growing-areas"),
    "GET /open-data/<dataset>/<file>": Place(
        {"dataset": "growing-areas", "file": "growing-areas.geojson"}, may_be_missing=True
    ),
    "GET /areas/<code>": at(code="@area.code"),
    "GET /areas/<code>/outline.geojson": at(code="@area.code"),
    "GET /producers/<slug>": at(slug="@org.slug"),
    "GET /organisations/<code>": at(code="@org"),
    "GET /consignments/<code>": at(code="@sent"),
    "GET /units/<code>": at(code="@packed"),
    "GET /products/<slug>": at(slug="@product.slug"),
    "GET /places/<slug>": at(slug="@tourism_place.slug"),
    "GET /files/<digest>": at(digest="@file"),
    "GET /files/<digest> #private": Place({"digest": "@file.private"}, may_be_missing=True),
    "GET /static/<path:filename>": at(filename="nguon.css"),
    "GET /language/<language>": at(language="en"),
    "GET /ledger/proof/<int(min=1, max=9223372036854775807):sequence>": Place(
        {"sequence": "1"}, may_be_missing=True
    ),
    "GET /ledger/proof/consistency/<int(min=1, max=9223372036854775807):first>"
    "/<int(min=1, max=9223372036854775807):second>": Place(
        {"first": "1", "second": "2"}, may_be_missing=True
    ),
    "GET /ledger/checkpoint": Place(may_be_missing=True),
    "GET /ledger/checkpoints": Place(),
    "GET /ledger/checkpoints/<int(min=1, max=9223372036854775807):size>": Place(
        {"size": "1"}, may_be_missing=True
    ),
    "GET /ledger/checkpoints/<int(min=1, max=9223372036854775807):size>/print": Place(
        {"size": "1"}, may_be_missing=True
    ),
    "GET /verify/proof": Place(query={"code": "@batch"}, may_be_missing=True),
    "POST /verify/proof": Place(files={"file": ("moc.txt", b"no note")}),
    "GET /verify/<any('verify_bundle.py', 'verify_growth.py', 'witness.py'):name>": at(
        name="witness.py"
    ),
    "GET /plans/<slug>": at(slug="quang-nam"),
    "GET /plans/<slug>/export": Place({"slug": "quang-nam"}, query={"format": "csv"}),
    "GET /plans/<slug>/indicators/<code>/rows": Place(
        {"slug": "quang-nam", "code": "eco.link_digital"}, veiled="indicator.rows"
    ),
    "GET /plans/<slug>/indicators/<code>/rows #areas": Place(
        {"slug": "quang-nam", "code": "ops.areas_coded"}, veiled="indicator.rows"
    ),
    "POST /cart/lines": Place(body={"offer": "@offer", "quantity": "1"}),
    "POST /cart/lines/<offer>": Place(
        {"offer": "@offer"}, body={"quantity": "1"}, may_be_missing=True
    ),
    "GET /orders/<code>": Place({"code": "@order.secret"}, code_holder=True),
    "GET /orders/<code> #seller": Place({"code": "@order"}, may_be_missing=True),
    "POST /orders/<code>/cancel/<order>": Place(
        {"code": "@order.secret", "order": "@order"}, code_holder=True
    ),
}

PAGES = {
    **ACCOUNT_PAGES, **ORGANISATION_PAGES, **AREA_PAGES, **GOODS_PAGES, **PUBLIC_PAGES,
}  # fmt: skip
