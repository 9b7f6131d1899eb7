"""Documents are held against the code: settings, dependencies, decisions."""

from __future__ import annotations

import configparser
import re

from flask import Flask

from foundation.config import SETTINGS
from tests.house.tree import ROOT, python_files


def test_every_setting_is_documented_with_its_default() -> None:
    page = (ROOT / "docs/settings.md").read_text("utf-8")

    missing = [setting.name for setting in SETTINGS if f"| `{setting.name}` |" not in page]

    assert missing == []


def test_no_setting_is_read_that_is_not_documented() -> None:
    known = {setting.name for setting in SETTINGS}
    read = {
        name
        for path in python_files()
        for name in re.findall(r"\bNGUON_[A-Z_]+[A-Z]\b", path.read_text("utf-8"))
    }

    assert read - known <= {"NGUON_STRIPE", "NGUON_BANK"}


def test_every_dependency_has_its_line() -> None:
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg", encoding="utf-8")
    page = (ROOT / "docs/dependencies.md").read_text("utf-8").lower()
    wanted = (
        config["options"]["install_requires"] + config["options.extras_require"]["dev"]
    ).split("\n")
    names = {re.split(r"[\[<>=; ]", line.strip())[0].lower() for line in wanted if line.strip()}

    assert sorted(name for name in names if name not in page) == []


def test_decisions_are_numbered_without_gaps() -> None:
    numbers = sorted(
        int(path.name[:4]) for path in (ROOT / "docs/adr").glob("[0-9][0-9][0-9][0-9]-*.md")
    )

    assert numbers
    assert numbers == list(range(1, len(numbers) + 1))


def test_the_trips_lead_through_modules_that_are_there() -> None:
    told = re.findall(r"`([a-z_]+(?:/[a-z_]+)+)(?:\.([a-z_]+))?`", _trips())
    lost = [
        "/".join(filter(None, (path, function)))
        for path, function in told
        if not _is_there(path, function)
    ]

    assert len(told) > 40
    assert lost == []


def _trips() -> str:
    return (ROOT / "docs/trips.md").read_text("utf-8")


def _is_there(path: str, function: str) -> bool:
    module = ROOT / f"{path}.py"
    if (ROOT / f"{path}.{function}").exists():
        return True  # a document
    if not function:
        return module.exists() or (ROOT / path / "__init__.py").exists()
    return (
        module.exists()
        and re.search(rf"^def {function}\b", module.read_text("utf-8"), re.M) is not None
    )


def test_the_trips_and_the_readme_open_addresses_that_are_routes(app: Flask) -> None:
    text = _trips() + (ROOT / "README.md").read_text("utf-8")
    told = {
        re.sub(r"\[.*?\]", "", path).replace("{", "<").replace("}", ">")
        for path in re.findall(r"`(/[a-z0-9][^`\s]*)`", text)
    }
    # Their parts by name: a route's own words for them are its own affair.
    known = {re.sub(r"<[^>]*>", "<>", rule.rule) for rule in app.url_map.iter_rules()}

    assert {path for path in told if re.sub(r"<[^>]*>", "<>", path) not in known} <= {
        "/plans/quang-nam",  # one of `/plans/{slug}`
        "/epcis",  # a family of addresses
        "/01/<gtin>/10/<lot>",  # read by GS1's grammar, under one route for all keys
    }
