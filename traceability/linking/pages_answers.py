"""Pages of the resolver that are no batch's story: refusals, choices, what a unit holds."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response, make_response
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from foundation import web
from foundation.errors import Finding, NotFound
from traceability import digital_link
from traceability.linking.targets import Target
from traceability.linking.things import Thing
from traceability.scan import pages as scan
from traceability.scan import verdict_words


def malformed(findings: Sequence[Finding], path: str) -> ResponseReturnValue:
    """400: the address is none of GS1's, why, and what may have been meant."""
    return scan.no_story(
        verdict_words.malformed(),
        400,
        findings=tuple(findings),
        meant=digital_link.find_padded(path),
    )


def unknown() -> ResponseReturnValue:
    """404: well-formed, and nothing of it is on record."""
    return scan.no_story(verdict_words.unknown(), 404)


def nowhere() -> ResponseReturnValue:
    """404 like any address that is not there."""
    raise NotFound


def no_such_link() -> ResponseReturnValue:
    """404: the thing is on record, a link of the kind asked for is not."""
    return scan.no_story(verdict_words.no_such_link(), 404)


def choice(thing: Thing, candidates: Sequence[Target]) -> Response:
    """The links one may go on to."""
    return _page(verdict_words.choice(), thing, links=candidates)


def unit(thing: Thing) -> Response:
    """What a logistic unit holds."""
    return _page(verdict_words.unit(), thing, links=())


def _page(words: verdict_words.VerdictWords, thing: Thing, links: Sequence[Target]) -> Response:
    page = web.render(
        "traceability/linked.html",
        words=words,
        thing=thing,
        links=links,
        style_sheet=Markup(scan.STYLE_SHEET),  # noqa: S704 - our own file
    )
    return scan.harden(make_response(page))
