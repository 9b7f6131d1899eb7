"""The chain's goods: harvested, bought, processed, parted, sent, received, released, destroyed."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from sqlalchemy import select

from app.demo.chain import Step, Telling
from foundation import clock
from growing_areas import diary
from growing_areas.diary import Work
from growing_areas.parcels import households
from growing_areas.slips import slips
from growing_areas.slips.slips import SlipTold
from traceability import opening, releasing
from traceability.handling import (
    closing,
    consigning,
    counting,
    packing,
    parting,
    processing,
    receiving,
    statements,
)
from traceability.handling.acting import Taken
from traceability.handling.consigning import Shipment
from traceability.handling.counting import Waste
from traceability.handling.parting import Part, Split
from traceability.handling.processing import Output, Processing
from traceability.handling.purchases import NewPurchase
from traceability.handling.receiving import Receipt
from traceability.handling.statements import Statement
from traceability.models import Batch
from traceability.opening import NewBatch

_KILOGRAM = "KGM"


def work(step: Step) -> None:
    """A line in the diary of an area."""
    given = dict(step.given)
    area = step.area(given["area"])
    kept = ("product_name", "active_ingredient", "pre_harvest_days", "dose", "notes")
    more = {name: given[name] for name in kept if name in given}
    if "quantity" in given:
        more |= {"quantity": Decimal(given["quantity"]), "unit": _KILOGRAM}
    told = Work(given["activity"], clock.business_day(step.now), **more)
    diary.record(step.session, step.manager, area.id, told, now=step.now)


def slip(step: Step) -> None:
    """A household's harvest bought at the scales."""
    area = step.area(step.given["area"])
    seller = households.of_plot(step.session, area.plot_id)[step.given["household"]]
    told = SlipTold(
        bought_on=clock.business_day(step.now),
        quantity=Decimal(step.given["quantity"]),
        unit=_KILOGRAM,
        price_vnd=step.given["price_vnd"],
        household=seller.id,
        grade=step.given["grade"],
    )
    slips.write(step.session, step.manager, area.id, told, now=step.now)


def harvest(step: Step) -> None:
    """A batch of a harvest."""
    codes = tuple(step.area(name).code or "" for name in step.given["areas"])
    harvested_at = step.today - timedelta(days=step.given["harvested"])
    _open(step, growing_areas=codes, harvested_on=clock.business_day(harvested_at))


def buy(step: Step) -> None:
    """A batch bought outside."""
    given = step.given
    bought = NewPurchase(
        supplier=given["supplier"],
        is_person=False,
        supplier_lot=given["supplier_lot"],
        commune=given["commune"],
        bought_on=clock.business_day(step.now),
        document_number=given["document_number"],
    )
    _open(step, growing_areas=(), purchases=(bought,))


def _open(step: Step, **more: object) -> None:
    new = NewBatch(
        product=step.product(),
        quantity=Decimal(step.given["quantity"]),
        unit=_KILOGRAM,
        produced_on=clock.business_day(step.now),
        **more,  # type: ignore[arg-type]
    )
    batch = opening.open_batch(step.session, step.manager, new, now=step.now)
    step.chain.batches[step.given["key"]] = batch.code


def recovery(step: Step) -> None:
    """What a maker states that a hundred kilograms give."""
    given = step.given
    stated = Statement(
        input=step.product("input"),
        taken=Decimal(given["taken"]),
        taken_unit=_KILOGRAM,
        most=Decimal(given["most"]),
        given_unit=_KILOGRAM,
        source=given["source"],
        least=Decimal(given["least"]),
    )
    statements.state_recovery(step.session, step.manager, step.product(), stated, now=step.now)


def process(step: Step) -> None:
    """One product made out of batches, whole or in part."""
    given = step.given
    amounts = given.get("take", [None] * len(given["inputs"]))
    taken = tuple(
        Taken(step.chain.batches[key], None if amount is None else Decimal(amount))
        for key, amount in zip(given["inputs"], amounts, strict=True)
    )
    output = Output(step.product(), Decimal(given["quantity"]), _KILOGRAM)
    wanted = Processing(taken, (output,), document_number=given["document_number"])
    made = processing.process(step.session, step.manager, wanted, now=step.now)
    step.chain.batches[given["key"]] = made.batches[0].code


def split(step: Step) -> None:
    """Lots taken out of a batch."""
    parts = tuple(Part(Decimal(amount)) for amount in step.given["parts"].values())
    wanted = Split(step.batch(), parts)
    made = parting.split(step.session, step.manager, wanted, now=step.now)
    for key, batch in zip(step.given["parts"], made, strict=True):
        step.chain.batches[key] = batch.code


def ship(step: Step) -> None:
    """Goods that leave for an organisation of the story, or for one outside it."""
    given, chain = step.given, step.chain
    goods = tuple(
        Taken(chain.batches[key], Decimal(amount)) for key, amount in given["goods"].items()
    )
    wanted = Shipment(
        goods=goods,
        recipient=chain.organisations[given["recipient"]].code if "recipient" in given else None,
        recipient_name=given.get("recipient_name"),
        recipient_place=given.get("recipient_place"),
        document_number=given["document_number"],
    )
    sent = consigning.ship(step.session, step.manager, wanted, now=step.now)
    chain.consignments[given["key"]] = sent.code


def unit(step: Step) -> None:
    """Goods put into one crate, which has an address of its own."""
    goods = step.given["goods"].items()
    contents = tuple(Taken(step.chain.batches[key], Decimal(amount)) for key, amount in goods)
    packing.pack(step.session, step.manager, packing.Packing(contents), now=step.now)


def receive(step: Step) -> None:
    """Goods that arrived whole."""
    wanted = Receipt(step.chain.consignments[step.given["consignment"]])
    received = receiving.receive(step.session, step.manager, wanted, now=step.now)
    booked = [line.received_batch_id for line in received.lines]
    made = step.session.scalars(select(Batch).where(Batch.id.in_(booked)).order_by(Batch.id))
    for key, batch in zip(step.given["batches"], made, strict=True):
        step.chain.batches[key] = batch.code


def release(step: Step) -> None:
    """A batch declared fit for sale."""
    releasing.release(step.session, step.manager, step.batch(), now=step.now)


def waste(step: Step) -> None:
    """Goods that were destroyed or spoilt."""
    wanted = Waste(step.batch(), Decimal(step.given["quantity"]), step.given["reason"])
    counting.waste(step.session, step.manager, wanted, now=step.now)


def finish(step: Step) -> None:
    """Batches of which nothing is left."""
    for key in step.given["batches"]:
        closing.close(step.session, step.manager, step.chain.batches[key], now=step.now)


TELLINGS: dict[str, Telling] = {
    "work": work,
    "slip": slip,
    "harvest": harvest,
    "buy": buy,
    "recovery": recovery,
    "process": process,
    "split": split,
    "ship": ship,
    "unit": unit,
    "receive": receive,
    "release": release,
    "waste": waste,
    "finish": finish,
}
