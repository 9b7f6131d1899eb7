"""The commands of territory, as a shell sees them."""

import gzip
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from foundation import db
from foundation.errors import Invalid
from territory import boundaries, commands
from tests.territory.factories import collection, feature, square


@pytest.fixture(autouse=True)
def _on_the_tests_database(own_database: db.Database, monkeypatch: pytest.MonkeyPatch) -> None:
    url = own_database.primary.url.render_as_string(hide_password=False)
    monkeypatch.setenv("NGUON_DATABASE_URL", url)
    monkeypatch.setenv("NGUON_SECRET_KEY", "k" * 48)


def run(*arguments: Any) -> Result:
    return CliRunner().invoke(commands.territory, [str(argument) for argument in arguments])


def test_find_prints_code_and_place() -> None:
    result = run("find", "ve", "giang")

    assert result.exit_code == 0
    assert result.output == "21238  Xã Vệ Giang, Quảng Ngãi\n"


def test_find_says_what_an_old_commune_is_now_and_fails_when_there_is_none() -> None:
    assert "(cũ) → nay: 08674 " in run("find", "doan ha").output
    assert run("find", "zzzz").exit_code == 1
    assert run("find").exit_code == 2


def test_import_may_be_repeated() -> None:
    for _ in range(2):
        result = run("import")
        assert (result.exit_code, result.stdout) == (0, "14,186 units\n")


def test_import_boundaries_stores_them_for_good(tmp_path: Path) -> None:
    file = tmp_path / "communes.geojson.gz"
    file.write_bytes(gzip.compress(collection(feature("21238", square(108.8, 15)))))

    result = run("import-boundaries", file)

    assert (result.exit_code, result.stdout) == (0, "1 boundaries\n")


def test_a_bad_boundary_file_stores_nothing(tmp_path: Path, own_database: db.Database) -> None:
    file = tmp_path / "communes.geojson"
    file.write_bytes(collection(feature("21238", square(108.8, 15)), feature("0", None)))

    result = run("import-boundaries", file)

    assert isinstance(result.exception, Invalid)
    db.use(own_database)
    with db.reading() as session:
        assert not boundaries.has_boundaries(session)


def test_a_missing_file_is_a_wrong_call() -> None:
    assert run("import-boundaries", "nowhere.geojson").exit_code == 2


@pytest.mark.parametrize("command", ["import", "import-boundaries", "find"])
def test_every_command_has_help(command: str) -> None:
    assert run(command, "--help").exit_code == 0
