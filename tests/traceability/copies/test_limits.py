"""Every limit says where it comes from and since when it holds."""

import csv
from datetime import date
from importlib import resources

ROWS = list(
    csv.DictReader(
        resources.files("traceability")
        .joinpath("data/copy_limits.csv")
        .read_text("utf-8")
        .splitlines()
    )
)


def test_every_row_is_whole() -> None:
    for row in ROWS:
        assert int(row["value"]) > 0
        assert row["meaning"]
        assert row["source"]
        assert date.fromisoformat(row["valid_from"])
        assert row["verified"] in ("yes", "no")
    assert len({row["code"] for row in ROWS}) == len(ROWS)
