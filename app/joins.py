"""Where rooms meet: ``app`` fills the ports that lower rooms declare.

What fills them is imported when a port is first asked: a command that sells and recalls nothing
does not wait for the shop, nor one that checks no row for maps.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from accounts import ports as accounts_ports
from accounts.vouchers import handing_out
from app import ledgered
from growing_areas import ports as growing_areas_ports
from ledger import ports as ledger_ports
from traceability import ports as traceability_ports


class Later:
    """A function of a module that is imported when it is called."""

    def __init__(self, module: str, name: str) -> None:
        self._module = module
        self._name = name

    def found(self) -> Any:
        """Import and return the function itself."""
        return getattr(import_module(self._module), self._name)

    def __call__(self, *given: Any, **named: Any) -> Any:
        return self.found()(*given, **named)


class _LaterSales:
    """What the shop answers to a recall."""

    def __getattr__(self, name: str) -> Any:
        return getattr(import_module("shop.recall_notices").RecallSales(), name)


WHERE_TO_BUY = Later("shop.trace_offers", "where_to_buy")
ORDERS_OF = Later("shop.facts", "orders_by_day")
CERTIFICATES_CHANGED = Later("traceability.certifying.standing", "area_told_anew")
LOTS_STOPPED = Later("traceability.quality.early", "lots_stopped")
OWN_ORDERS = Later("shop.own_orders", "own_rows")
AREAS_OF = Later("app.producer_sections", "areas_of")
OWN_UNITS = Later("traceability.lineage.owning", "prefix_confirmed")
PRODUCTS_OF = Later("app.producer_sections", "products_of")

# Whose rows `nguon ledger verify` compares with what was recorded of them: a room and its check.
CHECKED = {
    "growing_areas": Later("growing_areas.recorded", "check_rows"),
    "growing_areas.fieldbook": Later("growing_areas.fieldbook.recorded", "check_rows"),
    "growing_areas.slips": Later("growing_areas.slips.recorded", "check_rows"),
    "packing": Later("growing_areas.packing.recorded", "check_rows"),
    "traceability.lineage": Later("traceability.lineage.recorded", "check_rows"),
    "traceability.epcis": Later("traceability.epcis.recorded", "check_rows"),
}


def install() -> None:
    """Fill every port; calling it again changes nothing."""
    traceability_ports.fill_where_to_buy(WHERE_TO_BUY)
    traceability_ports.fill_orders_of(ORDERS_OF)
    traceability_ports.fill_sales(_LaterSales())
    growing_areas_ports.fill_certificates_changed(CERTIFICATES_CHANGED)
    growing_areas_ports.fill_lots_stopped(LOTS_STOPPED)
    accounts_ports.producer_sections[:] = [AREAS_OF, PRODUCTS_OF]
    accounts_ports.prefix_confirmed[:] = [OWN_UNITS]
    handing_out.own_rows[:] = [OWN_ORDERS]
    ledgered.install()
    for room, check in CHECKED.items():
        ledger_ports.register_row_check(room, check)
