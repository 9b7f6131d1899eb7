"""What a request to the resolver asks for: a page, one kind of link, or all links."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Request

from traceability.linking import targets
from traceability.linking.targets import Wish

_LINK_SETS = ("application/linkset+json", "application/linkset")
_PAGES = ("text/html", "application/xhtml+xml")
# `all` is how the standard called a link set before.
_LINK_SET_NAMES = frozenset({"linkset", "all", "gs1:linkset"})
_UNKNOWN = ""


@dataclass(frozen=True)
class Wanted:
    """``link_type`` is None when no kind of link was named, empty when none of ours was."""

    link_type: str | None
    is_link_set: bool
    languages: tuple[str, ...]
    context: str

    def wish(self) -> Wish:
        return Wish(self.link_type or _UNKNOWN, self.languages, self.context)


def read(request: Request) -> Wanted:
    """What is asked for, by `linkType`, `Accept`, `Accept-Language` and `context`."""
    named = request.args.get("linkType")
    is_link_set = named in _LINK_SET_NAMES if named else not prefers_page(request)
    link_type = None
    if named and not is_link_set:
        link_type = targets.type_name(named) or _UNKNOWN
    return Wanted(link_type, is_link_set, _languages(request), request.args.get("context", "")[:40])


def prefers_page(request: Request) -> bool:
    """Whether a page answers the request: it does unless a link set is asked for by name.

    A browser that takes anything gets a page, whatever languages it lists.
    """
    accept = request.accept_mimetypes
    asked = max((_quality(accept, kind) for kind in _LINK_SETS), default=0)
    if not asked:
        return True
    return max(_quality(accept, kind) for kind in _PAGES) >= asked


def _quality(accept: object, kind: str) -> float:
    """How much a media type is wanted, named in so many words (wildcards do not count)."""
    values = list(accept) if hasattr(accept, "__iter__") else []
    return max((float(q) for named, q in values if named.lower() == kind), default=0)


def _languages(request: Request) -> tuple[str, ...]:
    wished = request.args.get("lang")
    listed = [tag for tag, quality in request.accept_languages if quality > 0 and tag != "*"]
    return tuple(dict.fromkeys(filter(None, (wished, *listed))))[:20]
