"""Hostile files: each refused by the rule it breaks, its reader small and quick."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from accounts import tokens
from drills.hostile.corpus import corpus
from foundation.errors import Invalid
from growing_areas.files import reading
from tests.accounts import factories as people
from tests.growing_areas import factories

MOST_MIB, MOST_SECONDS = 512, 10
CORPUS = {hostile.name: hostile for hostile in corpus()}
BEFORE_READING = ("file.empty", "file.too_large", "file.unknown_type")
THROUGH_THE_DOOR = (
    "json antimeridian", "kml billion laughs", "kmz of a gigabyte", "csv of a million columns",
    "shp is a pointer elsewhere", "gpkg noise",
)  # fmt: skip
Ask = Callable[[Path, str], dict[str, Any]]


@pytest.fixture(scope="module")
def ask() -> Iterator[Ask]:
    """A warm reader, whose confined children read one file each."""
    command = [sys.executable, "-W", "ignore", "-m", "drills.hostile.warm_reader"]
    environment = reading.environment()
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    ) as reader:

        def read(path: Path, suffix: str) -> dict[str, Any]:
            assert reader.stdin is not None
            assert reader.stdout is not None
            reader.stdin.write(f"{path}\t{suffix}\n")
            reader.stdin.flush()
            answer: dict[str, Any] = json.loads(reader.stdout.readline())
            return answer

        yield read


def test_the_corpus_reaches_every_parser_and_many_rules() -> None:
    suffixes = {Path(hostile.filename).suffix for hostile in CORPUS.values()}

    assert len(CORPUS) == len(corpus()) >= 100
    assert len({hostile.rule for hostile in CORPUS.values()}) >= 35
    assert suffixes >= {".geojson", ".kml", ".kmz", ".gpx", ".zip", ".gpkg", ".csv", ".wkt"}


@pytest.mark.parametrize("name", [n for n, hostile in CORPUS.items() if not hostile.is_heavy])
def test_a_hostile_file_is_refused_by_its_rule(name: str, ask: Ask) -> None:
    hostile = CORPUS[name]
    content = hostile.make()
    if hostile.rule in BEFORE_READING:
        with pytest.raises(Invalid) as refused:
            reading.read_file(hostile.filename, content)
        assert refused.value.findings[0].code == hostile.rule
        return
    assert len(content) <= reading.MAX_BYTES
    suffix = Path(hostile.filename).suffix
    with tempfile.NamedTemporaryFile(suffix=suffix) as file:
        file.write(content)
        file.flush()

        found = ask(Path(file.name), suffix)

    assert hostile.rule in found["codes"]
    assert found["peak_mib"] <= MOST_MIB
    assert found["seconds"] <= MOST_SECONDS


@pytest.mark.parametrize("name", THROUGH_THE_DOOR)
def test_through_the_door_it_is_a_refusal_that_names_the_rule(
    name: str, client: FlaskClient, session: Session, now: datetime
) -> None:
    hostile = CORPUS[name]
    organisation = factories.make_organisation(session, now)
    admin = people.make_official(session, now, role="admin")
    bearer = tokens.create(session, admin, "thử", now=now).plain
    session.commit()
    form = {
        "organisation": organisation.code,
        "crop": "coffee",
        "commune_code": factories.COMMUNE,
        "file": (io.BytesIO(hostile.make()), hostile.filename),
    }

    answer = client.post(
        "/api/v1/growing-areas/import", data=form, headers={"Authorization": f"Bearer {bearer}"}
    )

    assert answer.status_code == 422
    assert answer.json is not None
    told = {error["code"]: error["message"] for error in answer.json["errors"]}
    assert told[hostile.rule]
