"""Pages of the resolver that are no batch's story: refusals, choices, what a unit holds."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response, json, make_response, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from foundation import web
from foundation.errors import Finding, NotFound
from foundation.i18n import word
from traceability import digital_link
from traceability.digital_link import Link
from traceability.linking import asking, faults, key_names
from traceability.linking.targets import Target
from traceability.linking.things import Thing
from traceability.scan import pages as scan
from traceability.scan import verdict_words


def malformed(findings: Sequence[Finding], path: str) -> ResponseReturnValue:
    """400: the address is none of GS1's, why, and what may have been meant."""
    if asking.speaks_json(request):
        return _problem(400, "link.invalid", findings)
    return scan.no_story(
        verdict_words.malformed(),
        400,
        findings=tuple(findings),
        meant=digital_link.find_padded(path),
    )


def unknown(link: Link) -> ResponseReturnValue:
    """404: well-formed, and nobody registered anything of it here; what it is, and where to ask."""
    if asking.speaks_json(request):
        return _problem(404, "link.unknown")
    told = key_names.told(link)
    return scan.no_story(verdict_words.unregistered(), 404, code=told)


def nowhere() -> ResponseReturnValue:
    """404 like any address that is not there."""
    if asking.speaks_json(request):
        return _problem(404, "link.no_key")
    raise NotFound


def no_such_link() -> ResponseReturnValue:
    """404: the thing is on record, a link of the kind asked for is not."""
    if asking.speaks_json(request):
        return _problem(404, "link.no_such_type")
    return scan.no_story(verdict_words.no_such_link(), 404)


def choice(thing: Thing, candidates: Sequence[Target]) -> Response:
    """The links one may go on to."""
    return _page(verdict_words.choice(), thing, links=candidates)


def beside(thing: Thing) -> Response:
    """The batches in a logistic unit, or beside a crate or paper; or its owner's links alone."""
    if thing.links:
        return _page(verdict_words.linked(), thing, links=thing.links)
    is_unit = thing.path.startswith("/00/")
    words = verdict_words.unit() if is_unit else verdict_words.beside()
    return _page(words, thing, links=())


def _problem(status: int, code: str, findings: Sequence[Finding] = ()) -> Response:
    """The same told to a program (RFC 9457): each fault with its place, identifier and rule."""
    told = {
        "type": f"/api/docs#{code}",
        "title": word(code, {}),
        "status": status,
        "code": code,
        "errors": [faults.told(finding) for finding in findings],
    }
    response = make_response(json.dumps(told, ensure_ascii=False), status)
    response.content_type = "application/problem+json"
    return response


def _page(words: verdict_words.VerdictWords, thing: Thing, links: Sequence[Target]) -> Response:
    page = web.render(
        "traceability/linked.html",
        words=words,
        thing=thing,
        links=links,
        style_sheet=Markup(scan.STYLE_SHEET),  # noqa: S704 - our own file
    )
    return scan.harden(make_response(page))
