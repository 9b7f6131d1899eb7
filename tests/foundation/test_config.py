"""Settings are read at once, and every problem is named."""

from pathlib import Path

import pytest

from foundation import config
from foundation.errors import Invalid


def _codes(error: Invalid) -> set[tuple[str, str]]:
    return {(finding.code, str(finding.params["name"])) for finding in error.findings}


def test_defaults_are_enough_for_a_demonstration(tmp_path: Path) -> None:
    read = config.read({"NGUON_DATA_DIR": str(tmp_path)})

    assert read.port == 8000
    assert read.base_url == "http://127.0.0.1:8000"
    assert not read.production


def test_production_names_everything_missing_at_once(tmp_path: Path) -> None:
    with pytest.raises(Invalid) as caught:
        config.read(
            {
                "NGUON_MODE": "production",
                "NGUON_DATA_DIR": str(tmp_path),
                "NGUON_CLOCK_OFFSET": "3600",
                "PORT": "many",
            }
        )

    assert _codes(caught.value) == {
        ("settings.wrong", "PORT"),
        ("settings.missing", "NGUON_SECRET_KEY"),
        ("settings.missing", "NGUON_BASE_URL"),
        ("settings.clock_in_production", "NGUON_CLOCK_OFFSET"),
    }


@pytest.mark.parametrize(
    ("told", "wrong"),
    [
        ({"NGUON_OPERATOR_NAME": "Sở Nông nghiệp và Môi trường"}, "NGUON_OPERATOR_EMAIL"),
        ({"NGUON_OPERATOR_EMAIL": "mo@tinh.gov.vn"}, "NGUON_OPERATOR_NAME"),
        (
            {"NGUON_OPERATOR_NAME": "Sở", "NGUON_OPERATOR_EMAIL": "mo tinh.gov.vn"},
            "NGUON_OPERATOR_EMAIL",
        ),
        (
            {"NGUON_OPERATOR_NAME": "Sở", "NGUON_OPERATOR_URL": "javascript:alert(1)"},
            "NGUON_OPERATOR_URL",
        ),
    ],
)
def test_an_operator_nobody_can_reach_is_refused(
    tmp_path: Path, told: dict[str, str], wrong: str
) -> None:
    with pytest.raises(Invalid) as caught:
        config.read({"NGUON_DATA_DIR": str(tmp_path), **told})

    assert _codes(caught.value) == {("settings.wrong", wrong)}


def test_the_kept_secret_is_made_once_and_private(tmp_path: Path) -> None:
    first = config.kept_secret(tmp_path / "data")
    second = config.kept_secret(tmp_path / "data")

    assert first == second
    assert len(first) >= 48
    assert (tmp_path / "data/secret-key").stat().st_mode & 0o777 == 0o600


def test_a_plain_postgresql_url_gets_the_driver(tmp_path: Path) -> None:
    read = config.read({"NGUON_DATABASE_URL": "postgres://u@h/d", "NGUON_DATA_DIR": str(tmp_path)})

    assert read.database_url == "postgresql+psycopg://u@h/d"
