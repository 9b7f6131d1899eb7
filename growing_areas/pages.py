"""Pages of growing areas: the cooperative's, the officer's, and everybody's."""

from __future__ import annotations

from flask import Blueprint

from growing_areas import (
    pages_areas,
    pages_diary,
    pages_drafts,
    pages_outline,
    pages_public,
    pages_surroundings,
)
from growing_areas.catalogue import pages as pages_catalogue
from growing_areas.diary_sheets import pages as pages_diary_sheets
from growing_areas.dossiers import pages as pages_inbox
from growing_areas.dossiers import pages_amend, pages_cooperative, pages_desk, pages_visit
from growing_areas.eudr import pages as pages_eudr
from growing_areas.exports import pages as pages_exports
from growing_areas.fieldbook import pages as pages_fieldbook
from growing_areas.fieldbook import pages_write as pages_fieldbook_write
from growing_areas.imports import pages as pages_import
from growing_areas.parcels import pages as pages_parcels
from growing_areas.raw_materials import pages as pages_raw_materials
from growing_areas.slips import pages as pages_slips

blueprint = Blueprint("growing_areas", __name__)
for part in (
    pages_areas,
    pages_eudr,
    pages_cooperative,
    pages_amend,
    pages_drafts,
    pages_import,
    pages_diary,
    pages_inbox,
    pages_desk,
    pages_visit,
    pages_public,
):
    blueprint.register_blueprint(part.blueprint)
blueprint.register_blueprint(pages_outline.blueprint)
blueprint.register_blueprint(pages_parcels.blueprint)
blueprint.register_blueprint(pages_raw_materials.blueprint)
blueprint.register_blueprint(pages_catalogue.blueprint)
blueprint.register_blueprint(pages_slips.blueprint)
blueprint.register_blueprint(pages_fieldbook_write.blueprint)
blueprint.register_blueprint(pages_diary_sheets.blueprint)
blueprint.register_blueprint(pages_fieldbook.blueprint, url_prefix="/workspace/diary")
blueprint.register_blueprint(
    pages_fieldbook.blueprint, name="office_fieldbook", url_prefix="/office/diary"
)
# One list, two desks: the same pages for what a cooperative and an officer may see.
blueprint.register_blueprint(pages_exports.blueprint, url_prefix="/workspace/areas")
blueprint.register_blueprint(
    pages_exports.blueprint, name="office_exports", url_prefix="/office/areas"
)
blueprint.register_blueprint(pages_surroundings.blueprint)
