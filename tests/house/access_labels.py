"""Label designs and papers in the access matrix: A's own, of which nobody else is told."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from accounts.permissions import SYSTEM
from tests.house.access_pages import at, send
from tests.house.access_personas import Place
from tests.house.access_things import SECRET, World
from traceability.labels.designs import keeping as designs
from traceability.labels.designs.design import Design
from traceability.labels.papers import keeping as papers
from traceability.labels.papers.keeping import Grid

DESIGN = "/workspace/labels/designs/<int:design_id>"
PAPER = "/workspace/labels/papers/<int:paper_id>"
NEW_DESIGN = {"name": "Mẫu chợ", "facts": "lot", "least_pt": "4", "title_pt": "11"}
NEW_PAPER = {
    "name": "Giấy nhà in", "page_width_mm": "210", "page_height_mm": "297", "columns": "3",
    "rows": "7", "label_width_mm": "63,5", "label_height_mm": "38,1", "padding_mm": "3",
}  # fmt: skip

PAGES: dict[str, Place] = {
    "POST /workspace/labels/designs/new": Place(
        body={**NEW_DESIGN, "organisation": "@org"}, names_a=True
    ),
    f"GET {DESIGN}": at(design_id="@label_design"),
    f"POST {DESIGN}": send(NEW_DESIGN, design_id="@label_design"),
    f"POST {DESIGN}/copy": send({"name": "Mẫu chép"}, design_id="@label_design"),
    f"POST {DESIGN}/archive": send({}, design_id="@label_design"),
    f"POST {DESIGN}/restore": send({}, design_id="@label_design"),
    f"POST {DESIGN}/uses": send({"layout": "a4-24"}, design_id="@label_design"),
    f"POST {DESIGN}/uses/<int:use_id>/drop": send(
        {}, design_id="@label_design", use_id="@label_use"
    ),
    "POST /workspace/labels/papers/new": Place(
        body={**NEW_PAPER, "organisation": "@org"}, names_a=True
    ),
    f"GET {PAPER}": at(paper_id="@label_paper"),
    f"POST {PAPER}": send(NEW_PAPER, paper_id="@label_paper"),
    f"POST {PAPER}/archive": send({}, paper_id="@label_paper"),
    f"POST {PAPER}/restore": send({}, paper_id="@label_paper"),
    "GET /workspace/labels/papers/<code>/test.pdf": at(code="@label_paper.code"),
}


def tell(session: Session, world: World, now: datetime) -> None:
    """A design of A's, used by itself on one paper; and a sheet A measured."""
    org = str(world.things["org"])
    design = designs.add(
        session, SYSTEM, org, f"Mẫu {SECRET}", Design(facts=("lot",), brand=SECRET), now=now
    )
    use = designs.make_usual(session, SYSTEM, design.id, None, "a4-65")
    millimetres = (Decimal(each) for each in ("7.2", "15.1", "2.5", "0", "3"))
    left, top, gap_x, gap_y, padding = millimetres
    grid = Grid(
        f"Giấy {SECRET}", Decimal(210), Decimal(297), 3, 7, Decimal("63.5"), Decimal("38.1"),
        left, top, gap_x, gap_y, padding,
    )  # fmt: skip
    paper = papers.add(session, SYSTEM, org, grid, now=now)
    things = {
        "label_design": design.id,
        "label_use": use.id,
        "label_paper": paper.id,
        "label_paper.code": paper.layout_code,
    }
    world.things |= {name: str(thing) for name, thing in things.items()}
