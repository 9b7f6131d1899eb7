"""Every room's doors, by name: what ``app`` joins into one program.

A module listed here exposes ``blueprint`` (pages, api), ``commands`` (commands), ``WORDING``
(wording) or registers its jobs when imported (jobs).
"""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

PAGES = (
    "app.system_pages",
    "app.home_pages",
    "foundation.downloads",
    "ledger.pages",
    "territory.pages",
    "accounts.pages",
    "growing_areas.pages",
    "growing_areas.papers.pages",
    "growing_areas.packing.pages",
    "products.pages",
    "products.places.pages",
    "products.places.pages_office",
    "traceability.pages",
    "shop.pages",
    "indicators.pages",
    "indicators.pages_registers",
    "atlas.pages",
    "atlas.published.pages",
    "atlas.pages_tiles",
    "atlas.pages_marks",
    "api.openapi",
    "api.epcis_discovery",
)
API = (
    "api.territory",
    "api.organisations",
    "api.me",
    "api.growing_areas",
    "api.area_imports",
    "api.area_exports",
    "api.parcels",
    "api.households",
    "api.raw_material_areas",
    "api.area_papers",
    "api.packing_houses",
    "api.dossiers",
    "api.products",
    "api.places",
    "api.batches",
    "api.lineage",
    "api.label_jobs",
    "api.trace",
    "api.digital_link",
    "api.offers",
    "api.orders",
    "api.plans",
    "api.maps",
    "api.ledger",
)
COMMANDS = (
    "foundation.commands",
    "foundation.file_commands",
    "ledger.commands",
    "territory.commands",
    "accounts.commands",
    "growing_areas.commands",
    "traceability.commands",
    "traceability.linking.commands",
    "indicators.commands",
)
JOBS = (
    "app.jobs",
    "foundation.mail_jobs",
    "foundation.backup_jobs",
    "foundation.file_jobs",
    "ledger.jobs",
    "accounts.jobs",
    "growing_areas.packing.jobs",
    "growing_areas.imports.jobs",
    "growing_areas.exports.jobs",
    "growing_areas.dossiers.jobs",
    "traceability.jobs",
    "indicators.jobs",
    "atlas.jobs",
    "atlas.published.jobs",
)
MODELS = (
    "foundation.job_models",
    "foundation.models",
    "ledger.models",
    "territory.models",
    "accounts.models",
    "growing_areas.imports.models",
    "growing_areas.models",
    "growing_areas.parcels.models",
    "growing_areas.raw_materials.models",
    "growing_areas.packing.models",
    "growing_areas.exports.models",
    "growing_areas.mapping.models",
    "growing_areas.dossiers.models",
    "growing_areas.papers.models",
    "products.models",
    "products.places.models",
    "traceability.models",
    "traceability.epcis.models",
    "traceability.lineage.models",
    "traceability.handling.models",
    "traceability.handling.trade_models",
    "traceability.quality.models",
    "shop.models",
    "indicators.models",
    "atlas.published.models",
)
WORDING = (
    "app.wording",
    "foundation.wording",
    "ledger.wording",
    "territory.wording",
    "accounts.wording",
    "growing_areas.wording",
    "growing_areas.imports.wording",
    "growing_areas.parcels.wording",
    "growing_areas.packing.wording",
    "growing_areas.papers.wording",
    "growing_areas.eudr.wording",
    "growing_areas.exports.wording",
    "growing_areas.dossiers.wording",
    "products.wording",
    "traceability.wording",
    "traceability.epcis.querying.wording",
    "traceability.handling.wording",
    "shop.wording",
    "indicators.wording",
    "atlas.wording",
    "atlas.published.wording",
)


def load(names: tuple[str, ...]) -> list[ModuleType]:
    """Import the modules, in order."""
    return [import_module(name) for name in names]
