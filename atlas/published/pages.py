"""Open data for people and programs: the list, a page for each dataset, files, the catalogue."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, url_for

from atlas.published import catalogue, datasets, publishing
from atlas.published.catalogue import Published, PublishedFile
from atlas.published.datasets import Dataset
from atlas.published.models import OpenDataFile, OpenDataVersion
from foundation import config, db, downloads, i18n, web
from foundation.errors import NotFound
from foundation.i18n import N_, _

blueprint = Blueprint("open_data", __name__)

TITLE = N_("Dữ liệu mở của Nguồn")
ABOUT = N_("Ai cũng lấy được và dùng lại được; không có dữ liệu cá nhân.")
_HOUR_S, _YEAR_S = 3_600, 31_536_000
_FILE = re.compile(r"(?P<code>[a-z-]+?)(?:-v(?P<number>[1-9]\d{0,8}))?(?P<suffix>(?:-shp)?\.\w+)")


@dataclass(frozen=True)
class Card:
    """A dataset on the list, and what is published of it, if anything yet."""

    dataset: Dataset
    version: OpenDataVersion | None
    files: list[dict[str, Any]]


@blueprint.get("/open-data")
@web.public
def index() -> str:
    """Every dataset with its formats; what else programs may read."""
    with db.reading() as session:
        versions = publishing.current_versions(session)
    cards = [
        Card(found, versions.get(code), _files(found, versions.get(code), current=True))
        for code, found in datasets.datasets().items()
    ]
    return web.render("atlas/published/index.html", cards=cards, licence_url=datasets.LICENCE_URL)


@blueprint.get("/open-data/catalog.jsonld")
@web.public
def catalog() -> Response:
    """The catalogue as DCAT-AP JSON-LD, for harvesters."""
    base_url, operator = config.current().base_url, config.current().operator
    with db.reading() as session:
        versions = publishing.current_versions(session)
        firsts = publishing.first_issued(session)
    published = [
        _published(found, versions[code], firsts[code], base_url)
        for code, found in datasets.datasets().items()
        if code in versions
    ]
    document = catalogue.catalogue(
        published, base_url=base_url, titles=_both(TITLE), abouts=_both(ABOUT), operator=operator
    )
    answer = Response(
        json.dumps(document, ensure_ascii=False, indent=1), mimetype=catalogue.MEDIA_TYPE
    )
    answer.headers["Cache-Control"] = f"public, max-age={_HOUR_S}"
    # Harvesters in a browser may read it from anywhere: it is open.
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return answer


@blueprint.get("/open-data/<dataset>")
@web.public
def show(dataset: str) -> str:
    """A dataset's metadata: what, since when, how fresh, fields, formats, older versions."""
    found = datasets.get_dataset(dataset)
    with db.reading() as session:
        versions = publishing.list_versions(session, found.code)
        firsts = publishing.first_issued(session)
    current = next((each for each in versions if each.superseded_at is None), None)
    return web.render(
        "atlas/published/show.html",
        dataset=found,
        version=current,
        files=_files(found, current, current=True),
        first_issued_at=firsts.get(found.code),
        older=[
            (each, _files(found, each, current=False)) for each in versions if each is not current
        ],
        kinds=_kinds(),
        licence=datasets.LICENCE,
        licence_url=datasets.LICENCE_URL,
        kept_days=datasets.KEPT.days,
    )


@blueprint.get("/open-data/<dataset>/<file>")
@web.public
def download(dataset: str, file: str) -> Response:
    """A file: the present one (`cooperatives.csv`) or a version's (`cooperatives-v3.csv`)."""
    found = datasets.get_dataset(dataset)
    asked = _FILE.fullmatch(file)
    format_ = next(
        (code for code in found.formats if asked and found.suffix(code) == asked["suffix"]), None
    )
    if asked is None or asked["code"] != found.code or format_ is None:
        raise NotFound("open_data.no_such_file")
    number = int(asked["number"]) if asked["number"] else None
    with db.reading() as session:
        kept = publishing.get_file(session, found.code, number, format_)
    try:
        answer = downloads.content_response(
            publishing.shelf(), kept.digest, found.media_type(format_), file
        )
    except NotFound:
        raise NotFound("open_data.no_such_file") from None
    answer.headers["X-Row-Count"] = str(kept.row_count)
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.headers["Link"] = f'<{datasets.LICENCE_URL}>; rel="license"'
    lasting = f"max-age={_YEAR_S}, immutable" if number else f"max-age={_HOUR_S}"
    answer.headers["Cache-Control"] = f"public, {lasting}"
    return answer


def _files(
    dataset: Dataset, version: OpenDataVersion | None, *, current: bool
) -> list[dict[str, Any]]:
    """A version's files in the order of the dataset's formats, as a page shows them."""
    if version is None:
        return []
    by_format = {file.format: file for file in version.files}
    return [
        {
            "label": dataset.label(code),
            "href": _href(dataset, code, None if current else version.number),
            "size": _size(by_format[code].size_bytes),
            "rows": by_format[code].row_count,
            "digest": by_format[code].digest,
        }
        for code in dataset.formats
        if code in by_format
    ]


def _href(dataset: Dataset, format_: str, number: int | None) -> str:
    mark = "" if number is None else f"-v{number}"
    name = f"{dataset.code}{mark}{dataset.suffix(format_)}"
    return url_for(".download", dataset=dataset.code, file=name)


def _published(
    dataset: Dataset, version: OpenDataVersion, first: datetime, base_url: str
) -> Published:
    by_format: dict[str, OpenDataFile] = {file.format: file for file in version.files}
    return Published(
        dataset,
        _both(dataset.title),
        _both(dataset.about),
        {language: [_both(word)[language] for word in dataset.keywords] for language in _LANGUAGES},
        version.number,
        first,
        version.issued_at,
        [
            PublishedFile(
                code,
                base_url + _href(dataset, code, None),
                by_format[code].size_bytes,
                by_format[code].digest,
            )
            for code in dataset.formats
            if code in by_format
        ],
    )


_LANGUAGES = ("vi", "en")


def _both(message: str) -> dict[str, str]:
    """A sentence in both languages."""
    return {"vi": message, "en": i18n.catalogue("en").ugettext(message)}


def _size(count: int) -> str:
    """Bytes as people read them."""
    if count < 1_000:
        return f"{count} byte"
    if count < 1_000_000:
        return f"{i18n.number(round(count / 1_000, 1), 1)} kB"
    return f"{i18n.number(round(count / 1_000_000, 1), 1)} MB"


def _kinds() -> dict[str, str]:
    """What a field's kind is called."""
    return {
        "text": _("chữ"),
        "integer": _("số nguyên"),
        "decimal": _("số"),
        "date": _("ngày tháng"),
        "boolean": _("có/không"),
    }
