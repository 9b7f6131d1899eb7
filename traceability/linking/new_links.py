"""A link as its owner enters it, and what may be wrong with it. PURE."""

import re
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from foundation.addresses import parted
from foundation.errors import Finding, Invalid
from traceability import digital_link
from traceability.digital_link import Link
from traceability.linking.kinds import CONTEXTS, kinds

MOST_PATH = 400
_HOST = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,62})\.)+[A-Za-z]{2,63}(?::\d{1,5})?")
_SEEN = re.compile(r"[!-~]+")


@dataclass(frozen=True)
class NewLink:
    """Where it leads, of which kind, what it is called.

    ``language`` and ``context`` (for whom) are None when any will do.
    """

    link_type: str
    href: str
    title: str
    valid_from: date
    language: str | None = None
    context: str | None = None
    valid_to: date | None = None


def read_key(typed: str) -> Link:
    """The code of a path or a whole address. Raises: Invalid."""
    text = typed.strip()
    path = parted(text).path if "://" in text else text.partition("?")[0]
    if len(path) > MOST_PATH:
        raise Invalid([Finding("link.malformed", {}, "path")])
    try:
        return digital_link.parse(path)
    except Invalid as error:
        raise Invalid(
            [Finding(each.code, each.params, "path") for each in error.findings]
        ) from None


def findings_of(link: NewLink) -> list[Finding]:
    """Everything that keeps a link from being taken."""
    findings = []
    if link.link_type not in kinds():
        findings.append(Finding("link.kind_unknown", {}, "link_type"))
    if link.context is not None and link.context not in CONTEXTS:
        findings.append(Finding("link.context_unknown", {}, "context"))
    if not _is_safe_address(link.href):
        findings.append(Finding("link.not_https", {}, "href"))
    if link.valid_to is not None and link.valid_to < link.valid_from:
        findings.append(Finding("link.ends_before_start", {}, "valid_to"))
    return findings


def _is_safe_address(href: str) -> bool:
    """An https address at a named host: no bare numbers, no passwords, nothing unseen."""
    if len(href) > 500 or not _SEEN.fullmatch(href):
        return False
    try:
        parts = urlsplit(href)
    except ValueError:
        return False
    return parts.scheme == "https" and _HOST.fullmatch(parts.netloc) is not None
