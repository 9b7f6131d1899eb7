"""GET /epcis: what is here, told to programs that come for the first time."""

from __future__ import annotations

from flask import Response

from api import epcis_wire
from foundation import web
from traceability.epcis.querying.told import collection

TOP_LEVEL = (
    "events",
    "eventTypes",
    "epcs",
    "bizSteps",
    "bizLocations",
    "readPoints",
    "dispositions",
    "capture",
    "queries",
)

blueprint = epcis_wire.blueprint("epcis_discovery")


@epcis_wire.route(blueprint, "", "/")
@web.guarded("epcis.read")
def top_level() -> Response:
    """The collection of the nine top-level resources."""
    return epcis_wire.answer(collection(TOP_LEVEL))
