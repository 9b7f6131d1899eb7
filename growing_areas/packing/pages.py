"""Pages of packing houses: the operator's, the officer's, and everybody's."""

from __future__ import annotations

from flask import Blueprint

from growing_areas.packing import pages_office, pages_own, pages_public

blueprint = Blueprint("packing", __name__)
for part in (pages_own, pages_office, pages_public):
    blueprint.register_blueprint(part.blueprint)
