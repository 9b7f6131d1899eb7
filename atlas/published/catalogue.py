"""The catalogue of open data as DCAT-AP 3 in JSON-LD. PURE.

Source: DCAT-AP 3.0 (SEMIC), W3C DCAT 3, SPDX 2.3 checksums.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from atlas.published.datasets import COUNTRY_URL, LICENCE_URL, Dataset
from foundation.operator_contact import Operator

MEDIA_TYPE = "application/ld+json"
CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "spdx": "http://spdx.org/rdf/terms#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "adms": "http://www.w3.org/ns/adms#",
}
_AUTHORITY = "http://publications.europa.eu/resource/authority"
_FILE_TYPES = {
    "geojson": "GEOJSON", "gpkg": "GPKG", "kml": "KML", "csv": "CSV", "shp": "SHP",
    "wkt": "TXT", "gpx": "GPX", "xlsx": "XLSX", "json": "JSON",
}  # fmt: skip
_IANA = "https://www.iana.org/assignments/media-types/"


@dataclass(frozen=True)
class PublishedFile:
    """A format of a version: its address, size and SHA-256."""

    format: str
    url: str
    size_bytes: int
    digest: str


@dataclass(frozen=True)
class Published:
    """A dataset as it is published now, with its words in both languages."""

    dataset: Dataset
    titles: Mapping[str, str]
    abouts: Mapping[str, str]
    keywords: Mapping[str, Sequence[str]]
    version: int
    first_issued_at: datetime
    modified_at: datetime
    files: Sequence[PublishedFile]


def catalogue(
    published: Sequence[Published],
    *,
    base_url: str,
    titles: Mapping[str, str],
    abouts: Mapping[str, str],
    operator: Operator | None = None,
) -> dict[str, Any]:
    """The whole catalogue; every address under ``base_url``.

    ``operator`` is whom readers may ask; without one there is no contact point.
    """
    page = f"{base_url}/open-data"
    found: dict[str, Any] = {
        "@context": CONTEXT,
        "@id": page,
        "@type": "dcat:Catalog",
        "dct:title": _words(titles),
        "dct:description": _words(abouts),
        "dct:publisher": _publisher(base_url, operator),
        "dct:license": {"@id": LICENCE_URL},
        "dct:language": [{"@id": f"{_AUTHORITY}/language/{code}"} for code in ("VIE", "ENG")],
        "dct:spatial": {"@id": COUNTRY_URL},
        "foaf:homepage": {"@id": page},
        "dcat:themeTaxonomy": {"@id": f"{_AUTHORITY}/data-theme"},
        "dcat:dataset": [_dataset(each, base_url, operator) for each in published],
    }
    if published:
        found["dct:issued"] = _instant(min(each.first_issued_at for each in published))
        found["dct:modified"] = _instant(max(each.modified_at for each in published))
    return found


def _dataset(published: Published, base_url: str, operator: Operator | None) -> dict[str, Any]:
    code = published.dataset.code
    page = f"{base_url}/open-data/{code}"
    return {
        "@id": page,
        "@type": "dcat:Dataset",
        "dct:identifier": code,
        "dct:title": _words(published.titles),
        "dct:description": _words(published.abouts),
        "dcat:keyword": [
            {"@value": word, "@language": language}
            for language, words in published.keywords.items()
            for word in words
        ],
        "dcat:theme": {"@id": f"{_AUTHORITY}/data-theme/AGRI"},
        "dct:publisher": _publisher(base_url, operator),
        **_contact(operator),
        "dct:issued": _instant(published.first_issued_at),
        "dct:modified": _instant(published.modified_at),
        "dct:accrualPeriodicity": {"@id": f"{_AUTHORITY}/frequency/DAILY"},
        "dct:accessRights": {"@id": f"{_AUTHORITY}/access-right/PUBLIC"},
        "dct:license": {"@id": LICENCE_URL},
        "dct:spatial": {"@id": COUNTRY_URL},
        "dct:temporal": {
            "@type": "dct:PeriodOfTime",
            "dcat:startDate": {
                "@value": published.dataset.starts_on.isoformat(), "@type": "xsd:date"
            },
        },
        "dcat:version": str(published.version),
        "dcat:landingPage": {"@id": page, "@type": "foaf:Document"},
        "dcat:distribution": [_distribution(published, file) for file in published.files],
    }  # fmt: skip


def _distribution(published: Published, file: PublishedFile) -> dict[str, Any]:
    media_type = published.dataset.media_type(file.format).partition(";")[0]
    return {
        "@id": file.url,
        "@type": "dcat:Distribution",
        "dct:title": published.dataset.label(file.format),
        "dcat:accessURL": {"@id": file.url},
        "dcat:downloadURL": {"@id": file.url},
        "dcat:mediaType": {"@id": f"{_IANA}{media_type}", "@type": "dct:MediaType"},
        "dct:format": {"@id": f"{_AUTHORITY}/file-type/{_FILE_TYPES[file.format]}"},
        "dct:license": {"@id": LICENCE_URL},
        "dct:modified": _instant(published.modified_at),
        "dcat:byteSize": {"@value": str(file.size_bytes), "@type": "xsd:nonNegativeInteger"},
        "spdx:checksum": {
            "@type": "spdx:Checksum",
            "spdx:algorithm": {"@id": "spdx:checksumAlgorithm_sha256"},
            "spdx:checksumValue": {"@value": file.digest, "@type": "xsd:hexBinary"},
        },
    }


def _publisher(base_url: str, operator: Operator | None) -> dict[str, Any]:
    name = operator.name if operator else "Nguồn"
    return {"@id": f"{base_url}/#publisher", "@type": "foaf:Agent", "foaf:name": name}


def _contact(operator: Operator | None) -> dict[str, Any]:
    if operator is None:
        return {}
    card: dict[str, Any] = {"@type": "vcard:Organization", "vcard:fn": operator.name}
    if operator.email:
        card["vcard:hasEmail"] = {"@id": f"mailto:{operator.email}"}
    if operator.url:
        card["vcard:hasURL"] = {"@id": operator.url}
    return {"dcat:contactPoint": card}


def _words(words: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"@value": value, "@language": language} for language, value in words.items()]


def _instant(moment: datetime) -> dict[str, str]:
    return {"@value": moment.isoformat(timespec="seconds"), "@type": "xsd:dateTime"}
