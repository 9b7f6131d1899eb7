"""Documents are held against the code: settings, dependencies, decisions."""

from __future__ import annotations

import configparser
import re

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
