"""What lies in a package also travels in the wheel."""

import configparser
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-build.lock")


def read_setup() -> configparser.ConfigParser:
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg", encoding="utf-8")
    return setup


def test_every_data_file_of_a_package_is_named_in_the_package_data() -> None:
    setup = read_setup()
    packages = [
        name for name in setup["options.packages.find"]["include"].split() if "." not in name
    ]
    carried = {pattern.strip("* ") for pattern in setup["options.package_data"]["*"].split(",")}

    left_out = [
        str(path.relative_to(ROOT))
        for package in packages
        for path in (ROOT / package).rglob("*")
        if path.is_file()
        and path.suffix not in {".py", ".pyc"}
        and not path.name.startswith(".")
        and not path.is_relative_to(ROOT / "static" / "src")
        and not path.name.endswith(tuple(carried))
    ]

    assert left_out == []


def test_every_package_of_the_house_is_included_with_what_lies_in_it() -> None:
    included = set(read_setup()["options.packages.find"]["include"].split())
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {
        "tests",
        "tools",
        "drills",
    }
    packages |= {"templates", "static", "translations", "migrations"}

    # A page hands out the program that checks a bundle.
    assert included == packages | {f"{name}.*" for name in packages} | {"docs.verify"}


def test_locks_carry_hashes_and_no_addresses() -> None:
    for name in LOCKS:
        text = (ROOT / name).read_text(encoding="utf-8")
        pins = re.findall(r"^[a-z0-9._-]+==.*\\\n    --hash=sha256:", text, re.MULTILINE)

        assert len(pins) == len(re.findall(r"^[a-z0-9._-]+==", text, re.MULTILINE)), name
        assert not re.search(r"https?://|file:|--index|--extra-index|--find-links", text), name
    assert '"resolved"' not in (ROOT / "package-lock.json").read_text(encoding="utf-8")
