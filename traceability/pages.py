"""Pages of traceability: the workspace of batches and labels, and what a scan leads to."""

from flask import Blueprint

from traceability import pages_batches
from traceability.labels import pages as label_pages
from traceability.lineage import pages as lineage_pages
from traceability.scan import pages as scan_pages

blueprint = Blueprint("traceability", __name__)
for part in (pages_batches, lineage_pages, label_pages, scan_pages):
    blueprint.register_blueprint(part.blueprint)
