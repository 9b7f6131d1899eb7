"""What a drill needs before it begins: an administrator, land, goods on sale."""

from __future__ import annotations

from typing import Any

from app.demo import fields
from drills.clients import CENTRE, COMMUNE, Goods
from drills.house import House
from foundation import clock

PACKS_IN_A_BATCH = 100_000
# The first product bears a GTIN, and its batch a lot that an address must escape.
GTIN = "8930001000094"
LOT = "DD/01"


def open_shop(house: House, *, batches: int = 3) -> Goods:
    """An organisation with a coded area, a product with batches for each offer."""
    email = "drill@example.vn"
    house.nguon(
        "user", "create", "--email", email, "--name", "Người Diễn Tập", "--role", "admin",
        "--password-stdin", stdin="lua-chin-vang-dong-2026\n",
    )  # fmt: skip
    token = house.nguon("token", "create", "--email", email).strip()
    today = clock.today().isoformat()

    def post(path: str, body: Any, status: int = 201) -> Any:
        answer = house.ask("POST", f"/api/v1{path}", body, token=token)
        assert answer.status == status, (path, answer.status, answer.body[:500])
        return answer.json

    organisation = post(
        "/organisations",
        {"name": "HTX Diễn Tập", "kind": "cooperative", "commune_code": COMMUNE},
    )["code"]
    west = (CENTRE[0] - 0.02, CENTRE[1])
    area = post(
        "/growing-areas",
        {
            "organisation": organisation,
            "name": "Rẫy đầu",
            "crop": "coffee",
            "commune_code": COMMUNE,
            "geometry": fields.polygon(west, 2.0, "drill"),
            "households": [{"name": "Nguyễn Văn Diễn Tập"}],
        },
    )
    place = f"/growing-areas/{area['id']}"
    post(f"{place}/submit", {}, 200)
    post(f"{place}/inspections", {"passed": True, "inspected_on": today}, 200)
    code = post(f"{place}/approve", {}, 200)["code"]
    goods = Goods(token, organisation, [], [], today)
    for number in range(batches):
        product = post(
            "/products",
            {
                "organisation": organisation,
                "name": f"Cà phê diễn tập {number}",
                "unit": "KGM",
                "shelf_life_days": 365,
                **({"gtin": GTIN} if number == 0 else {}),
            },
        )["code"]
        batch = {
            "product": product,
            "lot": LOT if number == 0 else f"L{number}",
            "growing_areas": [code],
            "quantity": f"{PACKS_IN_A_BATCH}.000",
        }
        goods.batches.append(
            post("/batches", {**batch, "unit": "KGM", "produced_on": today})["code"]
        )
        goods.offers.append(post("/offers", {"product": product, "price_vnd": 185_000})["code"])
    return goods
