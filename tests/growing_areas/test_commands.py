"""The commands of growing areas, as a shell sees them."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from foundation import db
from foundation.errors import Invalid
from growing_areas import commands
from tests.growing_areas import factories


@pytest.fixture
def organisation(own_database: db.Database, monkeypatch: pytest.MonkeyPatch, now: datetime) -> str:
    url = own_database.primary.url.render_as_string(hide_password=False)
    monkeypatch.setenv("NGUON_DATABASE_URL", url)
    monkeypatch.setenv("NGUON_SECRET_KEY", "k" * 48)
    with db.transaction() as session:
        return factories.make_organisation(session, now).code


def run(file: Path, *arguments: Any) -> Result:
    return CliRunner().invoke(commands.areas, ["import", str(file), *map(str, arguments)])


def test_a_file_becomes_drafts(tmp_path: Path, organisation: str) -> None:
    file = tmp_path / "vung.geojson"
    file.write_text(json.dumps(factories.field()))

    result = run(file, "--organisation", organisation, "--crop", "rice")

    assert result.exit_code == 0, result.output
    assert "24.7467\tVùng 1" in result.output


def test_a_bad_file_stores_nothing_and_fails(tmp_path: Path, organisation: str) -> None:
    file = tmp_path / "vung.geojson"
    file.write_text('{"type": "Polygon", "coordinates": [[[105, 21], [105, 22]]]}')

    result = run(file, "--organisation", organisation, "--crop", "rice")

    assert isinstance(result.exception, Invalid)
    assert result.exit_code == 1


def test_a_missing_option_is_a_wrong_call(tmp_path: Path, organisation: str) -> None:
    file = tmp_path / "vung.geojson"
    file.write_text("{}")

    assert run(file, "--crop", "rice").exit_code == 2
