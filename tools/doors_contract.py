"""An import-linter contract: domain modules never import doors.

Doors are `pages`, `commands` and `jobs` (also cut up, as `pages_orders`). They may import each
other and the domain; `app` and `api` join them. Anything else that imports one would pull the
web server or the command line into the domain.
"""

import re

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output

_DOOR = re.compile(r"(pages|commands|jobs)(_\w+)?")
_MAY_IMPORT_DOORS = {"app", "api"}


def is_door(module: str) -> bool:
    """Tell a room's door from its domain; `foundation.jobs` is the engine, not a door."""
    room, *inner = module.split(".")
    return room != "foundation" and any(_DOOR.fullmatch(name) for name in inner)


class DoorsContract(Contract):
    """Refuse every import of a door by a module that is neither a door nor `app` or `api`."""

    type_name = "doors"

    rooms = fields.ListField(subfield=fields.StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Find the imports that break the rule."""
        rooms = set(self.rooms)  # type: ignore[call-overload]
        broken = [
            (importer, door)
            for door in sorted(graph.modules)
            if is_door(door) and door.split(".")[0] in rooms
            for importer in sorted(graph.find_modules_that_directly_import(door))
            if not is_door(importer) and importer.split(".")[0] not in _MAY_IMPORT_DOORS
        ]
        return ContractCheck(kept=not broken, metadata={"broken": broken})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Name each import to move."""
        for importer, door in check.metadata["broken"]:
            output.print_error(f"{importer} imports the door {door}", bold=False)
            output.new_line()
