"""What a request for a scan page asks, for the door before Flask."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, NamedTuple

from flask import Request
from werkzeug.test import EnvironBuilder

from foundation import i18n
from traceability.linking import asking

_ADDRESS = re.compile(
    r"(/01/[0-9]{14}/10/[A-Za-z0-9_.-]{1,20}|/t/[0-9A-Z]{8,16})(?:(/21/|/)([0-9A-Z]{4,20}))?"
)
_LANGUAGES = {f"lang={language}": language for language in i18n.LABEL_LANGUAGES}


class ScanAsked(NamedTuple):
    """A plain request for the page of an address."""

    # Serials of one batch are answered alike but for what is their own.
    key: tuple[str, str, str]
    serial: str

    @property
    def is_guessable(self) -> bool:
        """A lot's name stands on every label; a serial and a code of ours can be tried."""
        return self.serial != "" or self.key[0][1] == "t"


def read(environ: dict[str, Any]) -> ScanAsked | None:
    """What a plain request for a scan page asks; None for everything else."""
    if environ["REQUEST_METHOD"] != "GET":
        return None
    found = _ADDRESS.fullmatch(environ["PATH_INFO"])
    if found is None or not _is_plain(environ):
        return None
    prefix, joint, serial = found[1], found[2] or "", found[3] or ""
    if (joint == "/") != (prefix[1] == "t") and joint:
        return None
    language = _language(environ.get("QUERY_STRING", ""), environ.get("HTTP_ACCEPT_LANGUAGE"))
    if language is None or not _prefers_page(environ.get("HTTP_ACCEPT", "")):
        return None
    return ScanAsked((prefix, joint, language), serial)


def _is_plain(environ: dict[str, Any]) -> bool:
    """Whether a request is nothing else than a look at a page."""
    return not (
        "HTTP_COOKIE" in environ
        or "HTTP_AUTHORIZATION" in environ
        or "HTTP_RANGE" in environ
        or "HTTP_TRANSFER_ENCODING" in environ
        or environ.get("CONTENT_LENGTH") not in (None, "", "0")
        or "%" in environ.get("RAW_URI", "")
        or "%" in environ.get("nguon.original_uri", "")
    )


@lru_cache(maxsize=1024)
def _language(query: str, accepted: str | None) -> str | None:
    if query:
        return _LANGUAGES.get(query)
    return i18n.choose(accepted, among=i18n.LABEL_LANGUAGES)


@lru_cache(maxsize=256)
def _prefers_page(accept: str) -> bool:
    told = [("Accept", accept)] if accept else []
    return asking.prefers_page(Request(EnvironBuilder(headers=told).get_environ()))
