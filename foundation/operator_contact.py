"""Operator: who runs this Nguồn and answers for it, as public pages and catalogues tell it.

Nothing is told that nobody has set: a made-up contact is worse than none. Source: DCAT-AP 3.0
(contactPoint as vCard), OpenAPI 3.0 (info.contact).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

NAME, EMAIL, URL = "NGUON_OPERATOR_NAME", "NGUON_OPERATOR_EMAIL", "NGUON_OPERATOR_URL"
_EMAIL = re.compile(r"[^@\s<>\"]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250})\.[A-Za-z]{2,}")


@dataclass(frozen=True)
class Operator:
    """The body that runs the system; at least one of ``email`` and ``url`` is there."""

    name: str
    email: str = ""
    url: str = ""


def operator_of(settings: Mapping[str, str]) -> Operator | None:
    """Who the settings name; None when they name nobody who can be reached."""
    if not settings[NAME] or wrong_settings(settings):
        return None
    return Operator(settings[NAME], settings[EMAIL], settings[URL])


def wrong_settings(settings: Mapping[str, str]) -> list[str]:
    """The settings that do not fit: no such e-mail or address, a name nobody can reach."""
    wrong = []
    if settings[EMAIL] and not _EMAIL.fullmatch(settings[EMAIL]):
        wrong.append(EMAIL)
    if settings[URL] and not _is_address(settings[URL]):
        wrong.append(URL)
    is_reachable = bool(settings[EMAIL] or settings[URL])
    if bool(settings[NAME]) != is_reachable:
        wrong.append(EMAIL if settings[NAME] else NAME)
    return wrong


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and not re.search(r"\s", text)
