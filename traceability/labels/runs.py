"""From what is asked of the printer to a run: which paper, which words, what the codes say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from foundation.errors import Finding, Invalid, NotFound
from territory import units
from traceability import batches
from traceability.labels import carriers, data_matrix, printing, quality, serials, sheet
from traceability.labels.designs import keeping as designs
from traceability.labels.designs.design import Design
from traceability.labels.designs.models import LabelDesign
from traceability.labels.layouts import Layout
from traceability.labels.papers import keeping as papers
from traceability.labels.sheet import Run
from traceability.labels.vouched import Vouched, vouched_on
from traceability.labels.wording_on_label import Told, compose_text
from traceability.models import Batch


@dataclass(frozen=True)
class LabelOrder:
    """What is asked of the printer; `start` is the first free place of a sheet already begun.

    `design` names one of the cooperative's own, 0 the standard one; None takes the usual one of
    this product and paper. `price_vnd` is for designs that tell a price.
    """

    batch: str
    count: int
    layout: str
    serialised: bool
    start: int = 1
    language: str = "vi"
    carrier: str = "qr"
    format: str = "pdf"
    design: int | None = None
    price_vnd: int | None = None


@dataclass(frozen=True)
class Prepared:
    """A run without its serials, the design it was made by, and what to tell before printing."""

    run: Run
    design: LabelDesign | None
    findings: tuple[Finding, ...]

    def check(self) -> None:
        """Raises: Invalid with all that forbids printing it."""
        errors = [each for each in self.findings if each.severity == "error"]
        if errors:
            raise Invalid(errors)


def prepare(
    session: Session, batch: Batch, order: LabelOrder, *, base_url: str, today: date
) -> Prepared:
    """The run an order asks for, without its serials: enough to check and to preview it.

    Raises: Invalid where nothing can be drawn at all: unknown paper or design, no GTIN, a code too
    long. What is wrong with a run that can be drawn are its findings.
    """
    layout = _layout(session, batch.organisation_id, order.layout)
    row = designs.chosen(
        session, batch.organisation_id, batch.product_id, order.layout, order.design
    )
    return drawn(session, batch, order, layout, designs.content_of(row), row, base_url, today)


def drawn(
    session: Session,
    batch: Batch,
    order: LabelOrder,
    layout: Layout,
    design: Design,
    row: LabelDesign | None,
    base_url: str,
    today: date,
) -> Prepared:
    """A run on a known paper by a design that need not be kept yet. Raises: Invalid."""
    vouched = vouched_on(session, batch, design.facts, today)
    place = ""
    if "origin" in design.facts:
        place = units.labels(session, {batch.commune_code}, today).get(batch.commune_code, "")
    told = Told(batch, vouched, place, order.price_vnd)
    run = Run(
        layout=layout,
        text=compose_text(
            told, order.language, design, opens_page=carriers.opens_page(order.carrier)
        ),
        address=_address(batch, order, base_url),
        count=order.count,
        code=batch.code,
        serial_length=serials.LENGTH if order.serialised else 0,
        start=order.start,
        carrier=order.carrier,
        language=order.language,
        colours=design.colours,
    )
    findings = [
        *_order_findings(run, order),
        *_content_findings(batch, design, vouched, order),
        *quality.findings(run, order.format),
    ]
    return Prepared(run, row, tuple(findings))


def _layout(session: Session, organisation_id: int, code: str) -> Layout:
    try:
        return papers.get_layout(session, organisation_id, code)
    except NotFound as error:
        raise Invalid([Finding(error.code, error.params, "layout")]) from None


def _address(batch: Batch, order: LabelOrder, base_url: str) -> str:
    """What every label says up to its serial. Raises: Invalid("label.needs_gtin")."""
    if order.carrier == "datamatrix":
        if not batch.product.gtin:
            raise Invalid([Finding("label.needs_gtin", {}, "carrier")])
        return data_matrix.element_string(batch.product.gtin, batch.lot, order.serialised)
    address = batches.trace_url(batch, base_url)
    if order.serialised:
        address += "/21/" if batch.product.gtin else "/"
    return address


def _order_findings(run: Run, order: LabelOrder) -> list[Finding]:
    findings: list[Finding] = []
    try:
        sheet.check(run)
    except Invalid as error:
        findings += error.findings
    most = printing.MOST[order.format]
    if run.count > most:
        findings.append(Finding("label.count_too_large", {"most": most}, "count"))
    return findings


def _content_findings(
    batch: Batch, design: Design, vouched: Vouched, order: LabelOrder
) -> list[Finding]:
    """Facts the design asks for and nobody told, and marks that end before the goods do."""
    findings: list[Finding] = []
    if "price" in design.facts and order.price_vnd is None:
        findings.append(Finding("label.price_missing", {}, "price_vnd"))
    if "stars" in design.facts and vouched.stars is None:
        findings.append(Finding("label.no_stars", {}, "design", severity="warning"))
    if "certificates" in design.facts and not vouched.certificates:
        findings.append(Finding("label.no_certificates", {}, "design", severity="warning"))
    ends = [each.until for each in vouched.certificates]
    ends += [vouched.stars.until] if vouched.stars else []
    if batch.expires_on is not None and ends and min(ends) < batch.expires_on:
        params = {"until": min(ends), "expires_on": batch.expires_on}
        findings.append(Finding("label.vouched_ends_first", params, "design", severity="warning"))
    return findings
