"""The contract's commands against a running house, exit codes and all."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from openpyxl import load_workbook

from app import cli
from app.demo import fields
from drills import warm
from tests.trips.conftest import House
from tests.trips.test_api import Caller


def _run(house: House, *arguments: str) -> subprocess.CompletedProcess[str]:
    return warm.nguon(*arguments, env=house.env)


def _admin(house: House) -> Caller:
    return Caller(house, house.nguon("token", "create", "--email", "admin@demo.nguon.vn").strip())


def test_a_token_is_printed_alone(house: House) -> None:
    printed = house.nguon("token", "create", "--email", "coop@demo.nguon.vn")

    assert len(printed.split()) == 1
    assert Caller(house, printed.strip()).call("GET", "/me").status == 200


def test_a_person_is_created_with_a_role(house: House) -> None:
    printed = house.nguon(
        "user",
        "create",
        "--email",
        "moi@example.vn",
        "--name",
        "Người Mới",
        "--role",
        "officer",
        "--scope",
        "48",
    )

    assert printed.strip()
    assert _run(house, "user", "create", "--email", "moi@example.vn", "--name", "X").returncode == 1


def test_areas_are_imported_from_a_file(house: House, tmp_path: Path) -> None:
    organisation = _admin(house).post(
        "/organisations",
        {"name": "HTX Nhập Tệp", "kind": "cooperative", "commune_code": "20854"},
    )["code"]
    features = [
        {
            "type": "Feature",
            "properties": {"name": f"Lô {place}"},
            "geometry": fields.polygon(
                fields.beside((108.36, 15.53), place, 2.0), 2.0, f"c{place}"
            ),
        }
        for place in range(3)
    ]
    file = tmp_path / "areas.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")

    house.nguon("areas", "import", str(file), "--organisation", organisation, "--crop", "cassava")

    listed = _admin(house).call("GET", "/growing-areas?crop=cassava").json["items"]
    assert {area["name"] for area in listed} >= {"Lô 0", "Lô 1", "Lô 2"}


def test_a_label_sheet_is_written_to_a_file(house: House, tmp_path: Path) -> None:
    batch = _admin(house).call("GET", "/batches?state=released").json["items"][0]["code"]
    target = tmp_path / "sheet.pdf"

    house.nguon("labels", "sheet", batch, "--count", "24", "--layout", "a4-24", "-o", str(target))

    assert target.read_bytes().startswith(b"%PDF-")


def test_indicators_are_exported_in_every_form(house: House, tmp_path: Path) -> None:
    for form in ("xlsx", "csv", "json"):
        target = tmp_path / f"figures.{form}"
        house.nguon(
            "indicators",
            "export",
            "quang-nam",
            "--period",
            "2026",
            "--format",
            form,
            "-o",
            str(target),
        )
        assert target.stat().st_size > 500
    assert load_workbook(tmp_path / "figures.xlsx").sheetnames
    assert (tmp_path / "figures.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert json.loads((tmp_path / "figures.json").read_text("utf-8"))


def test_the_ledger_verifies_and_gives_a_checkpoint(house: House) -> None:
    assert "ok" in house.nguon("ledger", "verify")
    assert house.nguon("ledger", "checkpoint").strip()


def test_a_wrong_call_ends_with_two_and_a_refusal_with_one(house: House) -> None:
    wrong = _run(house, "labels", "sheet")
    refused = _run(house, "token", "create", "--email", "nobody@example.vn")

    assert (wrong.returncode, refused.returncode) == (2, 1)
    assert wrong.stderr
    assert refused.stderr
    assert "Traceback" not in wrong.stderr + refused.stderr


_CONTRACT = (
    "serve", "worker", "migrate", "demo", "user create", "token create", "territory import",
    "territory import-boundaries", "areas import", "labels sheet", "indicators export",
    "ledger verify", "ledger checkpoint", "backup", "restore",
)  # fmt: skip


def _all_commands(command: click.Command, name: str = "") -> Iterator[str]:
    if not isinstance(command, click.Group):
        yield name
        return
    context = click.Context(command)
    for inner in command.list_commands(context):
        found = command.get_command(context, inner)
        assert found is not None
        yield from _all_commands(found, f"{name} {inner}".strip())


def test_every_command_has_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert _help([]) == 0
    found = list(_all_commands(cli.cli))
    assert set(_CONTRACT) <= set(found)
    for name in found:
        capsys.readouterr()
        assert _help(name.split()) == 0, name
        assert "Usage" in capsys.readouterr().out, name


def _help(words: list[str]) -> object:
    with pytest.raises(SystemExit) as ended:
        cli.main([*words, "--help"])
    return ended.value.code
