"""Pages of traceability: the workspace of batches and labels, and what a scan leads to."""

from flask import Blueprint

from traceability import pages_batches
from traceability.cartons import pages as carton_pages
from traceability.certifying import pages as paper_pages
from traceability.claims import pages as claim_pages
from traceability.complaints import pages as complaint_pages
from traceability.complaints import pages_public as public_complaint_pages
from traceability.copies import pages as suspicion_pages
from traceability.copies import pages_place as place_pages
from traceability.handling import (
    pages_consignments,
    pages_papers,
    pages_statements,
    pages_steps,
)
from traceability.handling import pages_public as handling_public_pages
from traceability.items import pages as item_pages
from traceability.labels import pages as label_pages
from traceability.labels.designs import pages as design_pages
from traceability.labels.papers import pages as paper_form_pages
from traceability.lineage import pages as lineage_pages
from traceability.linking import pages as resolver_pages
from traceability.linking import pages_own as link_pages
from traceability.quality import pages as hold_pages
from traceability.recalls import pages as recall_pages
from traceability.recalls import pages_public as public_recall_pages
from traceability.scan import pages as scan_pages
from traceability.scan import pages_camera as camera_pages
from traceability.scan import pages_more as story_pages
from traceability.scan import pages_proof as proof_pages
from traceability.scan_figures import pages as scan_figure_pages
from traceability.undoing import pages as undoing_pages

blueprint = Blueprint("traceability", __name__)
# One line each: wings come and go by themselves.
for part in (
    pages_batches,
    pages_steps,
    pages_consignments,
    carton_pages,
    pages_statements,
    handling_public_pages,
    pages_papers,
    undoing_pages,
    lineage_pages,
    recall_pages,
    claim_pages,
    complaint_pages,
    public_complaint_pages,
    public_recall_pages,
    label_pages,
    design_pages,
    paper_form_pages,
    item_pages,
    hold_pages,
    suspicion_pages,
    place_pages,
    scan_figure_pages,
    paper_pages,
    scan_pages,
    story_pages,
    proof_pages,
    camera_pages,
    resolver_pages,
    link_pages,
):
    blueprint.register_blueprint(part.blueprint)
