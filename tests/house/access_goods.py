"""Organisation A's land, goods and sales, as the access matrix needs them; and a little of B's."""

from __future__ import annotations

import io
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from accounts.models import Organisation, Person
from accounts.permissions import SYSTEM, Actor
from foundation import clock, files, imports, jobs
from growing_areas import diary, registration
from growing_areas.diary import Work
from growing_areas.dossiers import approval, inspection
from growing_areas.dossiers.inspection import Visit
from growing_areas.dossiers.uploads import Judged
from growing_areas.exports import orders as exports
from growing_areas.files.reading import DrawnFeature
from growing_areas.imports import importing as area_importing
from growing_areas.imports import previews, uploads
from growing_areas.imports.wishes import Wishes
from growing_areas.models import GrowingArea
from growing_areas.parcels import agreements, household_sheet, parcels
from growing_areas.parcels import households as plot_households
from growing_areas.parcels.parcels import ParcelTold
from growing_areas.proposals import Household
from growing_areas.raw_materials import grouping, membership
from growing_areas.raw_materials.grouping import RawMaterialTold
from growing_areas.registration import AreaQuery
from indicators.models import ChannelClaim, LinkageModel
from products import photos
from products.models import Product, ProductPhoto
from products.places import photos as place_photos
from products.places import register as places
from products.places.details import PlaceDetails
from products.places.models import TourismPlacePhoto
from shop import checkout, fulfilment, offers
from shop.basket import Buyer, LineWish, Wish
from shop.models import Offer
from shop.offers import OfferTerms
from shop.order_models import Order
from tests.accounts import factories as accounts
from tests.growing_areas import factories as areas
from tests.growing_areas.parcels.factories import make_parcels, strip
from tests.house.access_things import (
    BASE,
    ELSEWHERE,
    GTIN,
    HERE,
    HERE_PROVINCE,
    KNOWN,
    PICTURE,
    SECRET,
    World,
)
from tests.products import factories as products
from traceability import events, opening, releasing
from traceability.happenings import Happening, Portion
from traceability.labels import orders as labels
from traceability.labels.orders import LabelOrder
from traceability.lineage import nodes
from traceability.lineage.models import StepClaim
from traceability.linking import own_links
from traceability.linking.new_links import NewLink
from traceability.linking.own_links import OfKey, OfProduct
from traceability.models import Batch
from traceability.opening import NewBatch
from traceability.recalls import deciding, holding
from traceability.recalls.deciding import Notice
from traceability.recalls.holding import Wish as Hold
from traceability.recalls.reach import Suspicion


def tell_areas(session: Session, world: World, a: Organisation, now: datetime) -> GrowingArea:
    households = (Household(f"Phạm {SECRET}", "+84901234567"),)

    def changes(place: int, name: str) -> dict[str, Any]:
        shape = areas.field(lon=0.01 * place, lat=0.5)
        return {
            "name": name, "commune_code": HERE, "geometry": shape, "households": households,
        }  # fmt: skip

    draft = areas.make_area(session, now, a, **changes(1, f"Nháp {SECRET}"))
    handed_in = areas.make_area(session, now, a, **changes(2, f"Nộp {SECRET}"))
    registration.submit(session, SYSTEM, handed_in.id, now=now)
    visited = areas.make_area(session, now, a, **changes(5, f"Kiểm {SECRET}"))
    registration.submit(session, SYSTEM, visited.id, now=now)
    inspection.record(
        session, SYSTEM, visited.id, Visit(True, clock.today(), notes=SECRET), now=now
    )
    coffee = {**changes(3, f"Vùng {KNOWN}"), "crop": "coffee"}
    approved = areas.make_approved_area(session, now, a, **coffee)
    suspended = areas.make_approved_area(session, now, a, **changes(4, f"Vùng {KNOWN} 2"))
    approval.suspend(session, SYSTEM, suspended.id, SECRET, now=now)
    harvest = Work("harvest", clock.today() - timedelta(days=3), notes=SECRET)
    entry = diary.record(session, SYSTEM, approved.id, harvest, now=now).entry
    (household,) = plot_households.of_plot(session, approved.plot_id)
    paper = Judged("application/pdf", f"%PDF-1.7 {SECRET} %%EOF".encode(), None, None)
    agreements.attach(session, SYSTEM, approved.id, household.id, paper, clock.today(), now=now)
    (parcel,) = make_parcels(session, approved, now, 1, lon=0.03, lat=0.5)
    named = ParcelTold(f"Thửa {SECRET}", household=household.id)
    parcels.change(session, SYSTEM, approved.id, parcel.id, named, now=now)
    gone = parcels.add(session, SYSTEM, approved.id, ParcelTold(area_ha=Decimal(1)), now=now)
    parcels.remove(session, SYSTEM, approved.id, [gone.parcel.id], now=now)
    brought = ParcelTold(f"Nhập {SECRET}", area_ha=Decimal("0.1"))
    parcels.add(session, SYSTEM, approved.id, brought, now=now + timedelta(microseconds=7))
    world.things |= {
        "removed_parcel.stamp": int(now.timestamp()) * 10**6 + now.microsecond,
        "imported_parcel.stamp": int(now.timestamp()) * 10**6 + now.microsecond + 7,
        "parcel": parcel.id,
        "household": household.id,
        "area.draft": draft.id,
        "area.submitted": handed_in.id,
        "area.inspected": visited.id,
        "plot": approved.plot_id,
        "area.approved": approved.id,
        "area.suspended": suspended.id,
        "area.code": approved.code,
        "entry": entry.id,
    }
    return approved


def tell_raw_materials(session: Session, world: World, a: Organisation, now: datetime) -> None:
    """One that A leads, with a registration of its own; and A invited into one B leads."""
    coffee = RawMaterialTold(f"Vùng nguyên liệu {KNOWN}", ["coffee"], contract=SECRET)
    raw = grouping.open_area(session, SYSTEM, a.code, coffee, now=now)
    code = world.things["area.code"]
    (joined,) = membership.invite(session, SYSTEM, raw.code, [code], now=now)
    others = RawMaterialTold("Vùng nguyên liệu Bên Kia", ["coffee"])
    theirs = grouping.open_area(session, SYSTEM, world.things["b.org"], others, now=now)
    (invited,) = membership.invite(session, SYSTEM, theirs.code, [code], now=now)
    second = grouping.open_area(session, SYSTEM, a.code, coffee, now=now)
    world.things |= {
        "raw": second.code,
        "raw.joined": joined.id,
        "raw.invited": invited.id,
    }


def tell_area_import(
    session: Session, world: World, a: Organisation, manager: Actor, now: datetime
) -> None:
    shape = DrawnFeature(1, f"Nhập {SECRET}", {}, areas.field(lon=0.07, lat=0.5))
    common = areas.make_proposal(commune_code=HERE)
    done = area_importing.import_features(
        session, manager, a.code, common, [shape], now=now, file_name=f"{SECRET}.kml"
    )
    wishes, person = Wishes(a.code, "coffee", HERE), int(manager.person_id or 0)
    uploads.keep(
        session, person, "ab" * 32, f"{SECRET}.kml", [shape], now=now, wishes=wishes.to_json()
    )
    upload = uploads.get_upload(session, person, "ab" * 32, now=now)
    previews.ask(session, manager, upload, wishes, now=now)
    world.things |= {"area_import": done.batch.id, "upload": "ab" * 32}
    parcel = DrawnFeature(1, f"Thửa {SECRET}", {}, strip(3, lon=0.03, lat=0.5))
    sender = int(manager.person_id or 0)
    kept = Wishes(a.code, "coffee", HERE).to_json()
    uploads.keep(session, sender, "cd" * 32, f"{SECRET}.kml", [parcel], now=now, wishes=kept)
    world.things |= {"parcel_upload": "cd" * 32}


def tell_household_sheet(session: Session, world: World, manager: Actor, now: datetime) -> None:
    kind = household_sheet.kind_of(world.things["area.approved"])
    table = f"name\nLê {SECRET}\n".encode()
    batch = imports.preview(session, manager, kind, table, "ho.csv", now=now)
    world.things["household.import"] = batch.id


def tell_goods(
    session: Session, world: World, a: Organisation, area: GrowingArea, now: datetime
) -> Product:
    product = products.make_product(
        session, a, now=now, name=f"Bưởi {KNOWN}", gtin=GTIN, shelf_life_days=90
    )
    photos.add(session, SYSTEM, product.code, io.BytesIO(PICTURE), KNOWN, now=now)
    photo = session.scalars(select(ProductPhoto).filter_by(product_id=product.id)).one()
    released = _batch(session, product, area, "LO-1", now)
    releasing.release(session, SYSTEM, released.code, now=now)
    waiting = _batch(session, product, area, "LO-2", now)
    order = LabelOrder(released.code, count=24, layout="a4-24", serialised=True)
    job = labels.place(session, SYSTEM, order, base_url=BASE, now=now)
    labels.queue(session, job)
    sheet = files.keep(session, io.BytesIO(f"%PDF-1.7 {SECRET}".encode()), now=now)
    printed = labels.place(session, SYSTEM, order, base_url=BASE, now=now)
    labels.queue(session, printed)
    printed.file_digest = sheet.digest
    address = NewLink("pip", "https://htx.vn/buoi", KNOWN, clock.today())
    link = own_links.add(session, SYSTEM, OfProduct(product.code), address, now=now)
    a.gln = "8930001000018"
    place = OfKey(a.code, "/417/8930001000018")
    key_link = own_links.add(session, SYSTEM, place, address, now=now)
    world.things |= {
        "product": product.code,
        "product_link": link.id,
        "key_link": key_link.id,
        "product.slug": product.slug,
        "photo": photo.id,
        "file": photo.full_hash,
        "batch": released.code,
        "batch.draft": waiting.code,
        "digital_link": f"{GTIN}/10/LO-1",
        "label_job": job.id,
        "label_job.printed": printed.id,
        "file.private": sheet.digest,
    }
    return product


def tell_recalls(
    session: Session, world: World, product: Product, area: GrowingArea, now: datetime
) -> None:
    """A hold nobody outside may know of, and a recall everybody may read."""
    for name, lot in (("recall", "LO-3"), ("recall.announced", "LO-4")):
        batch = _batch(session, product, area, lot, now)
        wish = Hold(Suspicion("batch", batch.code), f"Nghi {SECRET}")
        recall = holding.hold(session, SYSTEM, wish, now=now).recall
        world.things |= {name: recall.code, f"{name}.batch": batch.code}
    notice = Notice("Dư lượng", "Trả lại")
    deciding.announce(session, SYSTEM, recall.code, notice, now=now)


def tell_claim(
    session: Session, world: World, product: Product, area: GrowingArea, now: datetime
) -> None:
    """What a third house says of goods of A's."""
    batch = _batch(session, product, area, "LO-KHAI", now)
    third = accounts.make_organisation(session, now, name="Xưởng thứ ba")
    source = Portion("https://vidu.vn/hang/1", Decimal(1), "KGM")
    output = Portion(nodes.node_of(session, batch).uri, Decimal(1), "KGM")
    happening = Happening(
        "TransformationEvent", "commissioning", now, inputs=(source,), outputs=(output,)
    )
    events.record(session, third.id, happening, now=now)
    world.things["claim"] = session.scalars(select(StepClaim.id)).one()


def _batch(session: Session, product: Product, area: GrowingArea, lot: str, now: datetime) -> Batch:
    harvested_on = clock.today() - timedelta(days=3)
    new = NewBatch(
        product.code, (area.code or "",), Decimal(500), "KGM", harvested_on, lot=lot,
        harvested_on=harvested_on,
    )  # fmt: skip
    return opening.open_batch(session, SYSTEM, new, now=now)


def tell_sales(
    session: Session, world: World, product: Product, buyer: Person, now: datetime
) -> None:
    offer = offers.create(session, SYSTEM, product.code, OfferTerms(50_000), now=now)
    world.things["offer"] = offer.code
    for state in ("placed", "confirmed", "shipped"):
        who = Buyer(f"Võ {SECRET}", "0912 345 678", f"12 thôn {SECRET}", HERE, note=SECRET)
        wish = Wish((LineWish(offer.code, 2),), who, order_key=state.ljust(24, "k"))
        group = checkout.place(session, accounts.actor_of(session, buyer), wish, now=now)
        order = session.scalars(select(Order).filter_by(group_id=group.id)).one()
        if state != "placed":
            fulfilment.confirm(session, SYSTEM, order.code, now=now)
        if state == "shipped":
            fulfilment.ship(session, SYSTEM, order.code, SECRET, now=now)
        world.things |= {f"order.{state}": order.code, f"order.{state}.secret": group.code}
    world.things["order"] = world.things["order.placed"]
    world.things["order.secret"] = world.things["order.placed.secret"]


def tell_other(session: Session, world: World, b: Organisation, now: datetime) -> None:
    """What B has of its own, for bodies and paths that mix the two."""
    area = areas.make_approved_area(
        session, now, b, commune_code=ELSEWHERE, geometry=areas.field(lon=0.05, lat=0.5)
    )
    product = products.make_product(session, b, now=now, name="Gạo Bên Kia")
    offer: Offer = offers.create(session, SYSTEM, product.code, OfferTerms(9_000), now=now)
    batch = releasing.release(
        session, SYSTEM, _batch(session, product, area, "B-1", now).code, now=now
    )
    who = Buyer("Võ Văn Khách", "0912 345 678", "12 thôn Tây", ELSEWHERE)
    group = checkout.place(session, SYSTEM, Wish((LineWish(offer.code, 1),), who), now=now)
    world.things |= {
        "b.order.secret": group.code,
        "b.area": area.id,
        "b.area.code": area.code,
        "b.product": product.code,
        "b.offer": offer.code,
        "b.batch": batch.code,
    }


def tell_registers(session: Session, world: World, officer: Person, now: datetime) -> None:
    since = clock.today() - timedelta(days=90)
    where = {"commune_code": HERE, "province_code": HERE_PROVINCE}
    common = {**where, "evidence": SECRET, "entered_by": officer.id, "entered_at": now}
    model = LinkageModel(
        name=f"Mô hình {KNOWN}", crop="pomelo", buyer=SECRET, has_area=True, digital_means="",
        started_on=since, **common,
    )  # fmt: skip
    claim = ChannelClaim(
        owner_name=f"Chủ thể {KNOWN}", owner_key=KNOWN.lower(), kind="supermarket",
        channel="Siêu thị", valid_from=since, **common,
    )  # fmt: skip
    session.add_all([model, claim])
    session.flush()
    world.things |= {"linkage": model.id, "channel": claim.id}


def tell_places(session: Session, world: World, now: datetime) -> None:
    def told(name: str) -> PlaceDetails:
        return PlaceDetails(kind="orchard", name=name, commune=HERE)

    draft = places.create(session, SYSTEM, told(f"Vườn nháp {SECRET}"), now=now)
    open_one = places.create(session, SYSTEM, told(f"Vườn {KNOWN}"), now=now)
    place_photos.add(session, SYSTEM, open_one.code, io.BytesIO(PICTURE), KNOWN, now=now)
    places.publish(session, SYSTEM, open_one.code, now=now)
    photo = session.scalars(select(TourismPlacePhoto)).one()
    world.things |= {
        "tourism_place": open_one.code,
        "tourism_place.slug": open_one.slug,
        "tourism_place.draft": draft.code,
        "tourism_photo": photo.id,
    }


def tell_jobs(session: Session, world: World) -> None:
    job_id = jobs.defer(session, "mail.send", {"mail": 0})
    session.execute(
        text("UPDATE procrastinate_jobs SET status = 'failed' WHERE id = :id"), {"id": job_id}
    )
    world.things["failed_job"] = job_id


def tell_exports(session: Session, world: World, manager: Actor, now: datetime) -> None:
    """The manager's long lists: one being written, one there."""
    waiting = exports.place(session, manager, AreaQuery(), "csv", now=now)
    done = exports.place(session, manager, AreaQuery(), "csv", now=now)
    exports.write_to_shelf(session, done.id, lambda _rows, _total: None, now=now)
    world.things |= {"area_export": waiting.id, "area_export.done": done.id}
