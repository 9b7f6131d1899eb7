"""The resolver at the root: every GS1 key's address leads to what is known of the thing.

Source: GS1-Conformant Resolver Standard 1.1. A scan address answers 200 itself, as the default
link's own target; other things redirect to theirs; a link set is given to whom asks for one.
"""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlencode, urlsplit

from flask import Blueprint, Response, json, make_response, request
from flask.typing import ResponseReturnValue

from foundation import clock, config, db, i18n, web
from foundation.errors import Invalid
from foundation.i18n import _
from traceability import digital_link
from traceability.digital_link import Link
from traceability.linking import asking, identifiers, pages_answers, targets, things, verdicts
from traceability.linking.targets import Target
from traceability.linking.things import Thing
from traceability.scan import guessing, verdict_words
from traceability.scan import pages as scan
from traceability.scan.lookup import Found

blueprint = Blueprint("resolver", __name__)

LINKSET_JSON = asking.LINKSET_JSON
_CONTEXT = "https://ref.gs1.org/standards/resolver/linkset-context"
_KEYS = ", ".join(f'"{key}"' for key in identifiers.primary_keys())


@blueprint.after_request
def _open_to_all(response: Response) -> Response:
    """Any page may ask a resolver; nothing here depends on who is signed in elsewhere."""
    headers = response.headers
    headers["Access-Control-Allow-Origin"] = "*"
    headers["Access-Control-Expose-Headers"] = "Link, Location"
    if request.method == "OPTIONS":
        headers["Access-Control-Allow-Methods"] = "GET, HEAD, OPTIONS"
        headers["Access-Control-Allow-Headers"] = "Accept, Accept-Language"
        headers["Access-Control-Max-Age"] = "86400"
    headers.add("Vary", "Accept, Accept-Language")
    return response


@blueprint.get(f"/<any({_KEYS}):key>/<path:rest>")
@web.public
@web.in_label_languages
def resolve(key: str, rest: str) -> ResponseReturnValue:
    """A GS1 Digital Link: its page, one of its links, or all of them."""
    query = request.query_string.decode("latin-1")
    try:
        link = _read(query)
    except Invalid as error:
        opened = _opened()
        if opened is None:
            return pages_answers.malformed(error.findings, web.raw_path() or request.path)
        link = opened
    return _answer(link)


@blueprint.get("/<compressed>")
@web.public
@web.in_label_languages
def resolve_compressed(compressed: str) -> ResponseReturnValue:
    """A compressed GS1 Digital Link answers as the address in full does."""
    link = _opened()
    if link is None:
        return pages_answers.nowhere()
    return _answer(link)


@blueprint.get("/.well-known/gs1resolver")
@web.public
def description() -> ResponseReturnValue:
    """What this resolver can do (GS1's resolver description file)."""
    settings = config.current()
    told = {
        "name": "Nguồn",
        "resolverRoot": settings.base_url,
        "supportedPrimaryKeys": list(identifiers.primary_keys()),
        "linkTypeDefaultCanBeLinkset": False,
        "supportedLinkType": [
            {
                "namespace": targets.VOCABULARY,
                "prefix": "gs1:",
                "profile": "https://www.gs1.org/voc/?show=linktypes",
            }
        ],
        "contact": {"fn": "Nguồn", "hasURL": settings.base_url + "/"},
    }
    return _json(told, "application/json")


def _read(query: str) -> Link:
    raw = web.raw_path()
    if raw is not None:
        return digital_link.parse(raw, query)
    return digital_link.parse_decoded(request.path, query, _is_known)


def _is_known(link: Link) -> bool:
    found = things.find_batch(link)
    # A serial we never issued on a lot that has a slash is unknown, not malformed.
    if found is None and "/" in (link.lot or "") and link.serial:
        found = things.find_batch(
            replace(link, qualifiers=tuple(q for q in link.qualifiers if q[0] != "21"))
        )
    if found is not None or link.key == "01":
        return found is not None
    with db.reading() as session:
        return things.is_known(session, link)


def _opened() -> Link | None:
    """The link a compressed address stands for."""
    whole = verdicts.open_compressed("https://id.gs1.org" + request.full_path.rstrip("?"))
    if whole is None:
        return None
    parts = urlsplit(whole)
    try:
        return digital_link.parse(parts.path, parts.query)
    except Invalid:
        return None


def _answer(link: Link) -> ResponseReturnValue:
    wanted = asking.read(request)
    if link.serial:
        guessing.refuse(request.remote_addr or "", clock.now())
    if wanted.link_type is None and not wanted.is_link_set:
        found = things.find_batch(link)
        if found is None and link.serial:
            guessing.missed(request.remote_addr or "", clock.now())
        if found is not None:
            # The way of nearly every scan: one query, a kept page.
            return _with_links(scan.answer(found), link.path(), _same_as(link, found))
    with db.reading() as session:
        thing = things.find_thing(session, link, now=clock.now())
        if thing is None:
            return pages_answers.unknown(link)
        if wanted.is_link_set:
            return _link_set(thing)
        if wanted.link_type is not None:
            return _chosen(thing, wanted)
        return _default(thing, link)


def _default(thing: Thing, link: Link) -> ResponseReturnValue:
    if thing.default.href != thing.path:
        return _redirect(thing, thing.default)
    if thing.product is not None:
        words = verdict_words.batchless() if thing.is_exact else verdict_words.unknown_lot()
        page = scan.no_story(words, 200, product=thing.product)
    else:
        page = pages_answers.beside(thing)
    return _with_links(make_response(page), thing.path, thing.same_as)


def _chosen(thing: Thing, wanted: asking.Wanted) -> ResponseReturnValue:
    if wanted.link_type == targets.DEFAULT:
        candidates = [thing.default]
    else:
        candidates = targets.choose(thing.targets, wanted.wish())
    if not candidates:
        return pages_answers.no_such_link()
    if len(candidates) > 1:
        return _choice(thing, candidates)
    return _redirect(thing, candidates[0])


def _redirect(thing: Thing, target: Target) -> Response:
    """On to a link's target, with the query string; without the wish where it leads back here."""
    href = _whole(target.href)
    parameters = list(request.args.items(multi=True))
    if href.startswith(config.current().base_url):
        parameters = [(name, value) for name, value in parameters if name != "linkType"]
    response = make_response("", 307)
    response.headers["Location"] = _with_query(href, parameters)
    response.headers["Link"] = _link_to_set(thing.path)
    return response


def _with_query(href: str, parameters: list[tuple[str, str]]) -> str:
    if not parameters:
        return href
    front, mark, fragment = href.partition("#")
    joint = "&" if "?" in front else "?"
    return front + joint + urlencode(parameters) + mark + fragment


def _choice(thing: Thing, candidates: list[Target]) -> Response:
    """Links that nothing tells apart: the reader chooses."""
    if asking.prefers_page(request):
        page = pages_answers.choice(thing, [_told(each) for each in candidates])
        return _with_links(make_response(page, 300), thing.path, None)
    response = _link_set(replace(thing, targets=tuple(candidates)))
    response.status_code = 300
    return response


def _link_set(thing: Thing) -> Response:
    told = targets.link_set(
        config.current().base_url + thing.path,
        thing.description,
        [_told(each) for each in thing.targets],
        _told(thing.default),
    )
    media_type = asking.link_set_type(request)
    if media_type == "application/ld+json":
        told = {"@context": _CONTEXT, **told}
    response = _json(told, media_type)
    response.headers["Link"] = (
        f'<{_CONTEXT}>; rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"'
    )
    return response


def _told(target: Target) -> Target:
    """A link as it is written out: whole address, title in the reader's language."""
    title = target.title if target.is_owners else _(target.title)
    return replace(target, href=_whole(target.href), title=title)


def _whole(href: str) -> str:
    return config.current().base_url + href if href.startswith("/") else href


def _same_as(link: Link, found: Found) -> str:
    """The canonical name under the product's present number."""
    return replace(link, value=found.gtin or link.value, attributes=()).canonical()


def _with_links(response: Response, path: str, same_as: str | None) -> Response:
    links = [_link_to_set(path)]
    if same_as is not None:
        links.append(f'<{same_as}>; rel="owl:sameAs"')
    response.headers["Link"] = ", ".join(links)
    return response


def _link_to_set(path: str) -> str:
    address = f"{config.current().base_url}{path}?linkType=linkset"
    return f'<{address}>; rel="linkset"; type="{LINKSET_JSON}"'


def _json(told: object, media_type: str) -> Response:
    response = make_response(json.dumps(told, ensure_ascii=False))
    response.content_type = media_type
    response.headers["Content-Language"] = i18n.get_language()
    return response
