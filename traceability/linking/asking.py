"""What a request to the resolver asks for: a page, one kind of link, or all links."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Request

from traceability.linking import targets
from traceability.linking.targets import Wish

LINKSET_JSON = "application/linkset+json"
# A program that takes JSON and names no page means the links, whichever JSON it says.
_LINK_SETS = (LINKSET_JSON, "application/json", "application/ld+json", "application/linkset")
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
    is_link_set = wants_link_set(request)
    link_type = None
    if named and not is_link_set:
        link_type = targets.type_name(named) or _UNKNOWN
    return Wanted(link_type, is_link_set, _languages(request), request.args.get("context", "")[:40])


def wants_link_set(request: Request) -> bool:
    """Whether all links are asked for, by `linkType` or else by `Accept`."""
    named = request.args.get("linkType")
    return named in _LINK_SET_NAMES if named else not prefers_page(request)


def speaks_json(request: Request) -> bool:
    """Whether a program asks: it is told of what went wrong in JSON too."""
    return wants_link_set(request) or not prefers_page(request)


def link_set_type(request: Request) -> str:
    """The media type a link set is answered in: a link set's own, unless only JSON is taken."""
    asked = {kind: _quality(request.accept_mimetypes, kind) for kind in _LINK_SETS[:3]}
    best = max(asked, key=lambda kind: asked[kind])
    return best if asked[best] else LINKSET_JSON


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
