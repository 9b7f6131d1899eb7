"""The contract that keeps doors out of the domain sees what it must."""

import grimp
import pytest

from tools.doors_contract import DoorsContract, is_door


@pytest.mark.parametrize(
    ("module", "expected"),
    [
        ("shop.pages", True),
        ("shop.pages_orders", True),
        ("traceability.labels.jobs", True),
        ("ledger.commands", True),
        ("shop.checkout", False),
        ("shop.homepages", False),
        ("foundation.jobs", False),
    ],
)
def test_doors_are_told_from_the_domain(module: str, expected: bool) -> None:
    assert is_door(module) is expected


def check(*imports: tuple[str, str]) -> bool:
    graph = grimp.ImportGraph()
    for importer, imported in imports:
        for module in (importer, imported):
            graph.add_module(module)
        graph.add_import(importer=importer, imported=imported)
    contract = DoorsContract(
        name="doors", session_options={}, contract_options={"type": "doors", "rooms": ["shop"]}
    )
    return contract.check(graph, verbose=False).kept


def test_domain_importing_a_door_is_refused() -> None:
    assert not check(("shop.checkout", "shop.pages_orders"))
    assert not check(("atlas.layers", "shop.jobs"))


def test_doors_and_the_app_may_import_doors() -> None:
    assert check(("shop.pages_orders", "shop.pages"), ("app", "shop.commands"))
