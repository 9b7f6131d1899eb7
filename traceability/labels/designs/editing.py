"""The page a design is made on: what stands in it, and what it shows of what was chosen."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload
from werkzeug.datastructures import MultiDict

from accounts.models import Organisation
from foundation import clock, config, inputs, web
from foundation.errors import Finding, Invalid
from foundation.i18n import _
from traceability.labels import choosing, runs
from traceability.labels.designs.design import FACTS, STANDARD, Design
from traceability.labels.designs.models import LabelDesign
from traceability.labels.designs.schemas import INKS, STOCKS, DesignInput
from traceability.labels.layouts import Layout
from traceability.labels.papers import keeping as papers
from traceability.labels.runs import LabelOrder
from traceability.labels.showing import shown
from traceability.models import Batch

_MOST_LOTS = 20
_SAMPLE_PRICE = 120_000


def read(values: Any) -> tuple[str, Design]:
    """The design a form holds, and its name. Raises: Invalid."""
    given = inputs.load(DesignInput, values)
    return given["name"], Design(
        facts=tuple(dict.fromkeys(given["facts"])),
        second_language=given["second_language"],
        brand=given["brand"],
        product_name=given["product_name"],
        product_name_second=given["product_name_second"],
        note=given["note"],
        least_pt=float(given["least_pt"]),
        title_pt=float(given["title_pt"]),
        is_strict=given["overflow"] == "refuse",
        ink=given["ink"],
        stock=given["stock"],
    )


def filled(name: str, design: Design) -> MultiDict[str, str]:
    """A design as the form that would send it."""
    rest = [fact for fact in FACTS if fact not in design.facts]
    return MultiDict(
        [
            ("name", name),
            *(("facts", fact) for fact in design.facts),
            *(("order", fact) for fact in (*design.facts, *rest)),
            ("second_language", design.second_language),
            ("brand", design.brand),
            ("product_name", design.product_name),
            ("product_name_second", design.product_name_second),
            ("note", design.note),
            ("least_pt", f"{design.least_pt:g}"),
            ("title_pt", f"{design.title_pt:g}"),
            ("overflow", "refuse" if design.is_strict else "leave_out"),
            ("ink", design.ink),
            ("stock", design.stock),
        ]
    )


def moved(values: MultiDict[str, str], act: str) -> MultiDict[str, str]:
    """The form with one fact a place further up or down (`up:lot`)."""
    way, _colon, fact = act.partition(":")
    order = known_order(values)
    if fact in order:
        place = order.index(fact)
        other = place + (-1 if way == "up" else 1)
        if 0 <= other < len(order):
            order[place], order[other] = order[other], order[place]
    changed = MultiDict(values)
    on = set(values.getlist("facts"))
    changed.setlist("order", order)
    changed.setlist("facts", [each for each in order if each in on])
    return changed


def known_order(values: MultiDict[str, str]) -> list[str]:
    """Every fact once, in the order the form has them."""
    told = [fact for fact in values.getlist("order") if fact in FACTS]
    return list(dict.fromkeys([*told, *FACTS]))


def context(
    session: Session, owner: Organisation, row: LabelDesign | None, form: web.Form
) -> dict[str, Any]:
    """Everything the page shows: the form's choices, and the label as it would be printed."""
    usable = papers.usable(session, owner.id)
    lots = _lots(session, owner.id)
    values = form.values if isinstance(form.values, MultiDict) else MultiDict()
    layout = next((each for each in usable if each.code == values.get("layout")), usable[0])
    batch = next(
        (lot for lot in lots if lot.code == values.get("batch")), lots[0] if lots else None
    )
    return {
        "form": form,
        "row": row,
        "owner": owner,
        "facts": [(fact, FACTS[fact]) for fact in known_order(values)],
        "on": set(values.getlist("facts")),
        "languages": choosing.language_choices(),
        "inks": [(code, _(name)) for code, name in INKS.items()],
        "stocks": [(code, _(name)) for code, name in STOCKS.items()],
        "layouts": [(each.code, choosing.layout_name(each)) for each in usable],
        "layout": layout.code,
        "lots": [(lot.code, f"{lot.lot} · {lot.product.name}") for lot in lots],
        "preview": _preview(session, batch, layout, values),
    }


def _preview(
    session: Session, batch: Batch | None, layout: Layout, values: MultiDict[str, str]
) -> dict[str, Any]:
    if batch is None:
        return {"findings": (Finding("label.no_lot_to_show", severity="warning"),)}
    order = LabelOrder(batch.code, 1, layout.code, serialised=True, price_vnd=_SAMPLE_PRICE)
    try:
        # Looked at before it has a name.
        _name, design = read(MultiDict({**values.to_dict(flat=False), "name": ["-"]}))
        prepared = runs.drawn(
            session, batch, order, layout, design, None, config.current().base_url, clock.today()
        )
    except Invalid as error:
        return {"findings": error.findings}
    return {**shown(prepared), "design": values.get("name", "")}


def _lots(session: Session, organisation_id: int) -> list[Batch]:
    """The latest lots, to see a design with."""
    statement = (
        select(Batch)
        .where(Batch.organisation_id == organisation_id, Batch.voided_at.is_(None))
        .options(
            joinedload(Batch.product), joinedload(Batch.organisation), selectinload(Batch.areas)
        )
        .order_by(Batch.id.desc())
        .limit(_MOST_LOTS)
    )
    return list(session.scalars(statement))


def beginning() -> MultiDict[str, str]:
    """What a new design begins with: the standard one's facts."""
    return filled("", Design(facts=STANDARD.facts))
